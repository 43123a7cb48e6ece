//! The figures of days, against sums by hand and against a slow way to the same.

use proptest::prelude::*;

use super::*;
use crate::api::DayUsage;

fn day(text: &str) -> Date {
    text.parse().expect("a date")
}

/// March from the first on; `None` is a day that the service has no record of.
fn march(used: &[Option<i64>]) -> AccountUsage {
    let record =
        |(at, used): (usize, &Option<i64>)| used.map(|used| record(&format!("2026-03-{:02}", at + 1), Some(used)));
    AccountUsage { id: None, name: None, allocated: None, days: used.iter().enumerate().filter_map(record).collect() }
}

fn record(date: &str, used: Option<i64>) -> DayUsage {
    DayUsage { date: date.into(), used, allocated: None }
}

fn sum(accounts: &[AccountUsage]) -> Days {
    let mut days = Days::default();
    for account in accounts {
        days.add(account, day("2026-03-01"), day("2026-03-31")).expect("dates");
    }
    days
}

#[test]
fn days_are_summed_over_accounts_and_missing_ones_add_nothing() {
    let accounts = [march(&[Some(5), None, Some(7), None]), march(&[Some(1), None, None, Some(6)])];
    let figures = sum(&accounts).figures(Some(6));
    assert_eq!(figures.peak, Some((day("2026-03-03"), 7)));
    assert_eq!(figures.average, Some(6), "(6 + 7 + 6) / 3, rounded down");
    assert_eq!(figures.last, Some((day("2026-03-04"), 6)));
    assert_eq!((figures.over, figures.growth, figures.full_on), (Some(1), None, None));
    let merged = {
        let mut days = sum(&accounts[..1]);
        days.merge(&sum(&accounts[1..]));
        days
    };
    assert_eq!(merged, sum(&accounts));
}

#[test]
fn the_peak_is_on_its_first_day_and_below_the_allocation_nothing_is_over() {
    let days = sum(&[march(&[Some(1), Some(9), Some(9), Some(2)])]);
    assert_eq!(days.figures(Some(10)).peak, Some((day("2026-03-02"), 9)));
    assert_eq!(days.figures(Some(10)).over, Some(0));
    assert_eq!(days.figures(Some(0)).over, None, "pay-per-use");
    assert_eq!(days.figures(None).over, None, "not known");
}

#[test]
fn without_data_nothing_is_known_and_one_day_is_enough_for_most() {
    assert_eq!(sum(&[]).figures(Some(5)), Figures::default());
    assert_eq!(sum(&[march(&[])]).figures(Some(5)), Figures::default());
    let one = (day("2026-03-02"), 8);
    let expected = Figures { peak: Some(one), average: Some(8), last: Some(one), over: Some(3), ..Figures::default() };
    assert_eq!(sum(&[march(&[None, Some(8)])]).figures(Some(5)), expected);
    // A record of nothing is data.
    assert_eq!(sum(&[march(&[Some(0)])]).figures(Some(5)).average, Some(0));
}

#[test]
fn a_figure_that_is_left_out_makes_its_day_unknown_and_other_days_are_not_ours() {
    let mut account = march(&[Some(1), Some(2)]);
    account.days.extend([record("2026-03-03", None), record("2026-02-28", Some(99)), record("2026-04-01", Some(99))]);
    account.days.push(record("2026-03-04T00:00:00Z", Some(1)));
    let days = sum(&[account, march(&[Some(0), Some(0), Some(50)])]);
    assert_eq!(days.figures(None).peak, Some((day("2026-03-02"), 2)));
    assert_eq!(days.figures(None).last, Some((day("2026-03-04"), 1)));
    for text in ["2026-3-04", "20260304", "2026-02-30", "tomorrow", "2026-03-04x", ""] {
        let account = AccountUsage { days: vec![record(text, Some(1))], ..march(&[]) };
        let added = Days::default().add(&account, day("2026-03-01"), day("2026-03-31"));
        assert_eq!(added, Err(text.to_owned()));
    }
}

#[test]
fn a_line_through_seven_days_says_when_the_allocation_is_full() {
    let rising: Vec<_> = (0..7).map(|at| Some(100 + 10 * at)).collect();
    let figures = sum(&[march(&rising)]).figures(Some(200));
    assert_eq!((figures.growth, figures.full_on), (Some(10), Some(day("2026-03-11"))));
    // One byte more takes one day more.
    assert_eq!(sum(&[march(&rising)]).figures(Some(201)).full_on, Some(day("2026-03-12")));
    assert_eq!(sum(&[march(&rising)]).figures(Some(130)).full_on, Some(day("2026-03-04")), "it is full already");
    assert_eq!(sum(&[march(&rising)]).figures(Some(1)).full_on, Some(day("2026-03-01")), "it was never not full");
    for (used, limit) in [(&rising[..6], 200), (&rising[..], 0), (&[Some(5); 9][..], 200)] {
        let figures = sum(&[march(used)]).figures(Some(limit));
        assert_eq!((figures.growth, figures.full_on), (None, None), "{used:?} {limit}");
    }
    let falling: Vec<_> = rising.iter().rev().copied().collect();
    assert_eq!(sum(&[march(&falling)]).figures(Some(200)).growth, None);
    // A gap is as long as it is.
    let gap: Vec<_> = (0..20).map(|at| (!(3..=14).contains(&at)).then_some(100 + 10 * at)).collect();
    let figures = sum(&[march(&gap)]).figures(Some(400));
    assert_eq!((figures.growth, figures.full_on), (Some(10), Some(day("2026-03-31"))));
}

#[test]
fn what_no_figure_can_hold_is_not_known_and_nothing_overflows() {
    let mut days = Days::default();
    for at in 0..9 {
        days.put(
            day("2026-03-01").checked_add(jiff::Span::new().days(at)).expect("a date"),
            Some(i128::MAX / 2 + i128::from(at)),
        );
    }
    let figures = days.figures(Some(i128::MAX));
    assert_eq!((figures.average, figures.growth, figures.full_on), (None, None, None));
    assert_eq!(figures.last.map(|(_, used)| used), Some(i128::MAX / 2 + 8));
    // A rise that takes longer than there are dates.
    let slow: Vec<_> = (0..9).map(Some).collect();
    let figures = sum(&[march(&slow)]).figures(Some(i128::from(i64::MAX)));
    assert_eq!((figures.growth, figures.full_on), (Some(1), None));
    // Sums of accounts that fill 64 bits each are exact.
    let full = || march(&[Some(i64::MAX); 9]);
    assert_eq!(sum(&[full(), full(), full()]).figures(None).average, Some(3 * i128::from(i64::MAX)));
}

proptest! {
    /// The same line in fractions over a common denominator, day by day.
    #[test]
    fn the_line_is_the_least_squares_line(
        used in proptest::collection::vec(proptest::option::of(0_i64..1 << 44), 7..31),
        limit in 1_i64..1 << 45,
    ) {
        let figures = sum(&[march(&used)]).figures(Some(i128::from(limit)));
        let figure = |(at, used): (i128, &Option<i64>)| Some((at, i128::from((*used)?)));
        let known: Vec<(i128, i128)> = (0_i128..).zip(&used).filter_map(figure).collect();
        let Some((first, _)) = known.first().copied() else { return Ok(()) };
        let n = known.len() as i128;
        // n times each day's distance from the middle, and of its amount from the average.
        let (x, y): (i128, i128) = known.iter().fold((0, 0), |(x, y), (at, used)| (x + at - first, y + used));
        let parts = known.iter().map(|(at, used)| (n * (at - first) - x, n * used - y));
        let (num, den) = parts.fold((0, 0), |(num, den), (dx, dy)| (num + dx * dy, den + dx * dx));
        let rises = known.len() >= DAYS_OF_A_LINE && num >= den;
        prop_assert_eq!(figures.growth, rises.then(|| num / den));
        let full = |at: i128| y * den + (n * at - x) * num >= i128::from(limit) * n * den;
        match figures.full_on {
            Some(date) => {
                let at = i128::from((date - day("2026-03-01")).get_days()) - first;
                prop_assert!(rises && full(at) && (at == 0 || !full(at - 1)));
            }
            // Beyond the last date that there is.
            None => prop_assert!(!rises || !full(2_900_000)),
        }
    }
}
