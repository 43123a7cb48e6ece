//! What days of use come to: the peak, the average, the last day, and when an allocation will be full. Pure arithmetic,
//! exact: sums are 128 bits wide, and a figure that even they cannot hold is not known.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::api::AccountUsage;

/// A line through fewer days says nothing about the days to come.
const DAYS_OF_A_LINE: usize = 7;

/// What was stored on each day that there are figures for; `None` on a day whose sum cannot be known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Days(BTreeMap<Date, Option<i128>>);

/// What days come to. Everything is unknown without a day; amounts are bytes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Figures {
    /// The first day of the largest sum.
    pub peak: Option<(Date, i128)>,
    /// Over the days with figures, rounded down.
    pub average: Option<i128>,
    pub last: Option<(Date, i128)>,
    /// The peak above the allocation; 0 when it is not above. Unknown for pay-per-use.
    pub over: Option<i128>,
    /// What a straight line through the days rises in a day, rounded down. Unknown when it does not rise by a whole
    /// byte, for pay-per-use, and with too few days.
    pub growth: Option<i128>,
    /// The first day, from the first with figures on, on which that line is not below the allocation.
    pub full_on: Option<Date>,
}

impl Days {
    /// Adds what an account used from one day to another, both included. An account without figures for a day did not
    /// exist then and adds nothing; a figure that the service leaves out makes that day's sum unknowable. Fails on a
    /// day that is no date.
    pub fn add(&mut self, usage: &AccountUsage, from: Date, to: Date) -> Result<(), String> {
        for day in &usage.days {
            let date = date(&day.date).ok_or_else(|| day.date.clone())?;
            if (from..=to).contains(&date) {
                self.put(date, day.used.map(i128::from));
            }
        }
        Ok(())
    }

    /// Adds the days of others.
    pub fn merge(&mut self, others: &Days) {
        others.0.iter().for_each(|(date, used)| self.put(*date, *used));
    }

    fn put(&mut self, date: Date, used: Option<i128>) {
        let sum = self.0.entry(date).or_insert(Some(0));
        *sum = sum.zip(used).and_then(|(sum, used)| sum.checked_add(used));
    }

    /// What they come to, beside an allocation; 0 is pay-per-use, and `None` one that is not known.
    pub fn figures(&self, allocated: Option<i128>) -> Figures {
        let known: Vec<_> = self.0.iter().filter_map(|(date, used)| Some((*date, (*used)?))).collect();
        // Of equal sums the first day's is taken: max_by_key would take the last.
        let peak = known.iter().copied().rev().max_by_key(|(_, used)| *used);
        let limit = allocated.filter(|allocated| *allocated > 0);
        let line = limit.and_then(|_| Line::through(&known));
        Figures {
            peak,
            average: average(&known),
            last: known.last().copied(),
            over: limit.zip(peak).map(|(limit, (_, used))| (used - limit).max(0)),
            growth: line.as_ref().map(Line::growth),
            full_on: limit.zip(line).and_then(|(limit, line)| line.reaches(limit)),
        }
    }
}

fn average(days: &[(Date, i128)]) -> Option<i128> {
    let sum = days.iter().try_fold(0_i128, |sum, (_, used)| sum.checked_add(*used))?;
    sum.checked_div(i128::try_from(days.len()).ok()?)
}

/// A day as the service writes it, with a time behind it or not.
fn date(text: &str) -> Option<Date> {
    let (day, rest) = text.split_at_checked("2026-03-20".len())?;
    let date: Date = day.parse().ok()?;
    (date.to_string() == day && (rest.is_empty() || rest.starts_with(['T', ' ']))).then_some(date)
}

/// The straight line through days that lies closest to them (least squares), if it rises by a whole byte a day: `rise /
/// run` a day. Days are counted from the first, so gaps are as long as they are.
struct Line {
    first: Date,
    count: i128,
    /// The sums of all days' numbers and of all amounts.
    days: i128,
    amounts: i128,
    rise: i128,
    run: i128,
}

impl Line {
    fn through(known: &[(Date, i128)]) -> Option<Line> {
        let (first, _) = *known.first().filter(|_| known.len() >= DAYS_OF_A_LINE)?;
        let (mut days, mut amounts, mut squares, mut products) = (0_i128, 0_i128, 0_i128, 0_i128);
        for (date, used) in known {
            let day = i128::from((*date - first).get_days());
            days += day;
            squares += day * day;
            amounts = amounts.checked_add(*used)?;
            products = products.checked_add(day.checked_mul(*used)?)?;
        }
        let count = i128::try_from(known.len()).ok()?;
        let rise = count.checked_mul(products)?.checked_sub(days.checked_mul(amounts)?)?;
        let run = count * squares - days * days;
        (rise >= run).then_some(Line { first, count, days, amounts, rise, run })
    }

    fn growth(&self) -> i128 {
        self.rise / self.run
    }

    /// The first day on which it is not below an amount. The line is `(amounts + (day * count - days) * rise / run) /
    /// count`, solved for the day.
    fn reaches(&self, amount: i128) -> Option<Date> {
        let missing = amount.checked_mul(self.count)?.checked_sub(self.amounts)?.checked_mul(self.run)?;
        let above = missing.checked_add(self.days.checked_mul(self.rise)?)?;
        let below = self.count.checked_mul(self.rise)?;
        // Rounded up, by the remainder: a day that is nearly full is not full.
        let day = above.div_euclid(below) + i128::from(above.rem_euclid(below) > 0);
        let days = i64::try_from(day.max(0)).ok()?;
        self.first.checked_add(jiff::Span::new().try_days(days).ok()?).ok()
    }
}

#[cfg(test)]
mod tests;
