mod model;

use super::*;
use proptest::prelude::*;

const POOL: &str = "contract";

fn totals(reserved: i64, allocated: i64) -> Totals {
    Totals { reserved, allocated, ..Totals::default() }
}

fn ledger(mode: Mode, reserved: i64, allocated: i64) -> Ledger {
    let mut ledger = Ledger::new(mode);
    read(&mut ledger, reserved, allocated);
    ledger
}

fn read(ledger: &mut Ledger, reserved: i64, allocated: i64) {
    let reading = ledger.begin_reading();
    ledger.record(POOL, reading, totals(reserved, allocated));
}

/// Objects are called by their ids; what has nothing yet is a creation.
fn increase(name: &str, from: i64, to: i64) -> Increase {
    let asker = if from == 0 { Asker::Creation(name.into()) } else { Asker::Object(name.into()) };
    Increase { asker, who: name.into(), from, to }
}

fn ask(ledger: &mut Ledger, name: &str, from: i64, to: i64) -> Verdict {
    ledger.plan(POOL, &increase(name, from, to))
}

fn write(ledger: &mut Ledger, name: &str, from: i64, to: i64) -> Result<(), Box<Shortfall>> {
    let id = ledger.begin_write(POOL, &increase(name, from, to))?;
    ledger.end_write(POOL, id, WriteOutcome::Made);
    Ok(())
}

fn cut(ledger: &mut Ledger, name: &str, bytes: i64) {
    let id = ledger.begin_cut(POOL, &Asker::Object(name.into()), bytes);
    ledger.end_write(POOL, id, WriteOutcome::Made);
}

#[test]
fn what_fits_exactly_passes_and_one_byte_more_does_not() {
    assert_eq!(ask(&mut ledger(Mode::Strict, 100, 53), "a", 0, 47), Verdict::Fits);
    let Verdict::Refused(shortfall) = ask(&mut ledger(Mode::Strict, 100, 53), "a", 0, 48) else { panic!("passed") };
    assert!(shortfall.alone());
    assert_eq!((shortfall.available, shortfall.short()), (47, 1));
}

#[test]
fn what_fits_alone_may_not_fit_beside_others() {
    let mut ledger = ledger(Mode::Strict, 100, 53);
    assert_eq!(ask(&mut ledger, "a", 0, 20), Verdict::Fits);
    assert_eq!(ask(&mut ledger, "b", 10, 30), Verdict::Fits);
    let Verdict::Refused(shortfall) = ask(&mut ledger, "c", 0, 20) else { panic!("passed") };
    assert!(!shortfall.alone());
    assert_eq!((shortfall.planned_before, shortfall.left(), shortfall.short()), (40, 7, 13));
    assert_eq!(ask(&mut ledger, "d", 0, 7), Verdict::Fits, "what was refused does not count");
}

#[test]
fn planning_again_replaces_what_was_asked() {
    let mut ledger = ledger(Mode::Strict, 100, 50);
    for _ in 0..3 {
        assert_eq!(ask(&mut ledger, "raise", 50, 90), Verdict::Fits);
    }
    assert_eq!(ask(&mut ledger, "raise", 50, 60), Verdict::Fits);
    assert_eq!(ask(&mut ledger, "new", 0, 40), Verdict::Fits);
    assert_eq!(ask(&mut ledger, "raise", 50, 50), Verdict::Fits);
    assert_eq!(ask(&mut ledger, "more", 0, 10), Verdict::Fits, "a raise that is planned no more asks for nothing");
}

#[test]
fn two_of_one_name_that_do_not_fit_together_are_told() {
    let mut ledger = ledger(Mode::Strict, 100, 53);
    assert_eq!(ask(&mut ledger, "a", 0, 30), Verdict::Fits);
    let Verdict::FitsOnce(both) = ask(&mut ledger, "a", 0, 30) else { panic!("not told") };
    assert_eq!((both.planned_before, both.short()), (30, 13));
    assert_eq!(ask(&mut ledger, "b", 0, 17), Verdict::Fits, "it counts once");
    assert!(matches!(ask(&mut ledger, "c", 0, 1), Verdict::Refused(_)));
    assert!(matches!(ask(&mut ledger, "a", 0, 48), Verdict::Refused(_)), "alone it does not fit");
}

#[test]
fn what_exists_is_left_alone_on_an_over_committed_contract() {
    let mut ledger = ledger(Mode::Strict, 100, 130);
    assert_eq!(ask(&mut ledger, "same", 130, 130), Verdict::Fits);
    assert_eq!(ask(&mut ledger, "cut", 130, 110), Verdict::Fits);
    let Verdict::Refused(shortfall) = ask(&mut ledger, "more", 0, 5) else { panic!("passed") };
    assert_eq!((shortfall.left(), shortfall.short()), (0, 5), "a pool cannot be short of more than was asked for");
}

#[test]
fn relaxed_lets_wait_what_could_ever_fit() {
    let mut ledger = ledger(Mode::Relaxed, 100, 100);
    assert!(matches!(ask(&mut ledger, "a", 0, 5), Verdict::MayHaveToWait(_)));
    assert!(matches!(ask(&mut ledger, "b", 0, 101), Verdict::NeverFits(_)));
    assert_eq!(write(&mut ledger, "a", 0, 5).unwrap_err().short(), 5);
    cut(&mut ledger, "c", 5);
    assert_eq!(write(&mut ledger, "a", 0, 5), Ok(()));
    assert!(write(&mut ledger, "d", 0, 1).is_err());
    read(&mut ledger, 100, 90);
    assert_eq!(write(&mut ledger, "d", 0, 10), Ok(()));
    assert!(write(&mut ledger, "e", 0, 1).is_err());
}

#[test]
fn a_credited_creation_stays_in_the_books() {
    let mut ledger = ledger(Mode::Strict, 100, 100);
    let creation = Increase { asker: Asker::Creation("a".into()), ..increase("a", 47, 47) };
    assert_eq!(ledger.plan(POOL, &creation), Verdict::Fits);
    assert_eq!(ledger.planned(POOL, &creation.asker), Some(&creation), "the credit may be taken back");
    let uncredited = Increase { from: 0, ..creation };
    assert!(matches!(ledger.plan(POOL, &uncredited), Verdict::Refused(_)));
}

#[test]
fn a_reading_that_may_lack_a_cut_is_known() {
    let mut ledger = ledger(Mode::Strict, 100, 100);
    let slow = ledger.begin_cut(POOL, &Asker::Object("c".into()), 10);
    read(&mut ledger, 100, 100);
    assert!(!ledger.may_have_more(POOL), "it is not made yet");
    ledger.end_write(POOL, slow, WriteOutcome::Made);
    assert!(ledger.may_have_more(POOL) && write(&mut ledger, "a", 0, 10).is_err());
    read(&mut ledger, 100, 90);
    assert!(!ledger.may_have_more(POOL));
    cut(&mut ledger, "d", 10);
    assert!(!ledger.may_have_more(POOL), "what began after the reading is counted");
    assert_eq!(write(&mut ledger, "a", 0, 20), Ok(()));
}

#[test]
fn a_cut_that_a_reading_may_show_is_not_counted_again() {
    let mut ledger = ledger(Mode::Relaxed, 100, 100);
    let slow = ledger.begin_cut(POOL, &Asker::Object("c".into()), 10);
    assert!(ledger.is_being_cut(POOL));
    read(&mut ledger, 100, 90);
    ledger.end_write(POOL, slow, WriteOutcome::Made);
    assert!(!ledger.is_being_cut(POOL));
    assert_eq!(write(&mut ledger, "a", 0, 10), Ok(()));
    assert!(write(&mut ledger, "b", 0, 1).is_err(), "the 10 were in the reading");
    for outcome in [WriteOutcome::Unknown, WriteOutcome::NoEffect] {
        let refused = ledger.begin_cut(POOL, &Asker::Object("c".into()), 10);
        ledger.end_write(POOL, refused, outcome);
        assert!(write(&mut ledger, "b", 0, 1).is_err());
    }
}

#[test]
fn a_reading_that_began_earlier_does_not_replace_a_later_one() {
    let mut ledger = ledger(Mode::Strict, 100, 0);
    let (early, late) = (ledger.begin_reading(), ledger.begin_reading());
    ledger.record(POOL, late, totals(100, 100));
    ledger.record(POOL, early, totals(100, 0));
    assert!(write(&mut ledger, "a", 0, 1).is_err());
}

#[test]
fn a_failed_write_gives_its_amount_back() {
    let mut ledger = ledger(Mode::Strict, 10, 0);
    assert_eq!(ask(&mut ledger, "a", 0, 10), Verdict::Fits);
    let id = ledger.begin_write(POOL, &increase("a", 0, 10)).expect("capacity");
    ledger.end_write(POOL, id, WriteOutcome::NoEffect);
    assert_eq!(ask(&mut ledger, "b", 0, 10), Verdict::Fits);
    let id = ledger.begin_write(POOL, &increase("b", 0, 10)).expect("capacity");
    ledger.end_write(POOL, id, WriteOutcome::Unknown);
    assert!(write(&mut ledger, "c", 0, 1).is_err(), "it may have been made");
}

#[test]
fn off_checks_nothing() {
    let mut ledger = ledger(Mode::Off, 1, 1);
    assert_eq!(ask(&mut ledger, "a", 0, i64::MAX), Verdict::Fits);
    assert_eq!(write(&mut ledger, "a", 0, i64::MAX), Ok(()));
}

/// A change of one partner: before and after, in bytes.
fn changes() -> impl Strategy<Value = Vec<(i64, i64)>> {
    prop::collection::vec((0_i64..1_000, 0_i64..1_000), 1..8)
}

fn named(changes: &[(i64, i64)]) -> Vec<Increase> {
    let one = |(n, (from, to)): (usize, &(i64, i64))| increase(&format!("p{n}"), *from, *to);
    changes.iter().enumerate().map(one).collect()
}

proptest! {
    #[test]
    fn what_strict_accepts_never_exceeds_the_contract_in_any_order(
        changes in changes(),
        reserved in 0_i64..6_000,
        order in prop::collection::vec(any::<prop::sample::Index>(), 8),
    ) {
        let allocated: i64 = changes.iter().map(|(before, _)| before).sum();
        let mut ledger = ledger(Mode::Strict, reserved, allocated);
        let mut accepted: Vec<_> =
            named(&changes).into_iter().filter(|asked| ledger.plan(POOL, asked) == Verdict::Fits).collect();
        let mut now = allocated;
        for pick in order {
            if accepted.is_empty() {
                break;
            }
            let asked = accepted.swap_remove(pick.index(accepted.len()));
            let written = ledger.begin_write(POOL, &asked);
            prop_assert!(written.is_ok(), "what a plan accepted can be written");
            ledger.end_write(POOL, written.unwrap(), WriteOutcome::Made);
            now += asked.to - asked.from;
            prop_assert!(asked.is_none() || now <= reserved, "{} of {}", now, reserved);
        }
    }

    /// Plans in any order, each as often as anything repeats it, with applies between: one answer.
    #[test]
    fn whether_a_plan_passes_depends_on_nothing_but_what_is_planned(
        changes in changes(),
        reserved in 0_i64..6_000,
        order in prop::collection::vec(any::<prop::sample::Index>(), 0..30),
        written in prop::collection::vec(any::<bool>(), 8),
    ) {
        let allocated: i64 = changes.iter().map(|(before, _)| before).sum();
        let all = named(&changes);
        let growth: i128 = all.iter().map(Increase::bytes).sum();
        let fits = growth == 0 || i128::from(allocated) + growth <= i128::from(reserved);
        let mut ledger = ledger(Mode::Strict, reserved, allocated);
        let mut refused = false;
        for pick in order.iter().map(|pick| pick.index(all.len())).chain(0..all.len()) {
            // An equal creation that is planned again may be another block: that both do not fit is no refusal.
            refused |= matches!(ledger.plan(POOL, &all[pick]), Verdict::Refused(_));
        }
        prop_assert_eq!(refused, !fits);
        if fits {
            for (asked, is_written) in all.iter().zip(&written) {
                if *is_written {
                    let id = ledger.begin_write(POOL, asked).expect("it was planned");
                    ledger.end_write(POOL, id, WriteOutcome::Made);
                    let asker = Asker::Object("id".to_owned() + &asked.who);
                    let same = Increase { asker, from: asked.to, ..asked.clone() };
                    prop_assert_eq!(ledger.plan(POOL, &same), Verdict::Fits, "what was written asks for no more");
                } else {
                    prop_assert!(!matches!(ledger.plan(POOL, asked), Verdict::Refused(_)));
                }
            }
        }
    }

    #[test]
    fn nothing_wraps(
        reserved: i64,
        allocated: i64,
        amounts in prop::collection::vec((any::<i64>(), any::<i64>()), 0..6),
    ) {
        for mode in [Mode::Strict, Mode::Relaxed, Mode::Off] {
            let mut ledger = ledger(mode, reserved, allocated);
            for (n, (from, to)) in amounts.iter().enumerate() {
                let asked = increase(&format!("p{n}"), *from, *to);
                prop_assert!(asked.bytes() >= 0);
                let verdict = ledger.plan(POOL, &asked);
                if let Verdict::Refused(s) | Verdict::MayHaveToWait(s) | Verdict::NeverFits(s) = verdict {
                    prop_assert!(s.short() > 0);
                }
                if let Ok(id) = ledger.begin_write(POOL, &asked) {
                    ledger.end_write(POOL, id, WriteOutcome::Made);
                }
                cut(&mut ledger, "c", *from);
            }
        }
    }
}
