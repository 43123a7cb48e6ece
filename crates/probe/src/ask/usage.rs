//! Usage: dates that are wrong, and days without data.

use std::collections::BTreeSet;

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan, tz::Offset};
use serde_json::Value;

use super::documents::{Kind, check};
use crate::http::{Client, Exchange};
use crate::report::Report;

/// So many days are looked at.
const DAYS: i64 = 7;

/// Today in UTC.
pub fn today() -> Date {
    Offset::UTC.to_datetime(Timestamp::now()).date()
}

/// Asks with dates that are reversed, malformed, and missing.
pub fn bad_dates(client: &Client, report: &mut Report, path: &str) {
    if report.is_answered("bad_dates_status") {
        return;
    }
    let queries = ["?from=2026-03-21&to=2026-03-20", "?from=20.3.2026&to=2026-03-21", "?from=2026-03-20"];
    let exchanges: Vec<Exchange> = queries.iter().map(|query| client.get(&format!("{path}{query}"))).collect();
    let lines = || exchanges.iter().map(Exchange::line).collect::<Vec<_>>();
    let mut statuses = BTreeSet::new();
    for exchange in &exchanges {
        match exchange.judged() {
            Ok(answer) => statuses.insert(answer.status),
            Err(why) => return report.open("bad_dates_status", why),
        };
    }
    let statuses: Vec<String> = statuses.iter().map(u16::to_string).collect();
    match statuses.as_slice() {
        [one] => report.found("bad_dates_status", one, lines()),
        several => report.odd("bad_dates_status", &several.join(" and "), lines()),
    }
}

/// Looks for days without data among those of accounts that are there.
pub fn days(client: &Client, report: &mut Report, path: &str) {
    let today = today();
    let from = today.saturating_sub((DAYS - 1).days());
    let list = match client.list(&format!("{path}?from={from}&to={today}")) {
        Ok(list) => list,
        Err(why) => return report.observe("usage", format!("usage cannot be read: {why}")),
    };
    check(report, Kind::Usage, &list.items);
    for item in &list.items {
        let days = item.get("daily_usage").and_then(Value::as_array).cloned().unwrap_or_default();
        check(report, Kind::Day, &days);
        let zeroes = days.iter().filter(|day| day.get("usage") == Some(&Value::from(0))).count();
        if zeroes > 0 {
            let evidence = list.first.line_with(&format!("{zeroes} of {} days with a usage of 0", days.len()));
            return report.found("days_without_data", "zero", [evidence]);
        }
        let dates: Vec<Date> = days.iter().filter_map(|day| day.get("date")?.as_str()?.parse().ok()).collect();
        if let (Some(first), Some(last)) = (dates.iter().min(), dates.iter().max())
            && first.until(*last).is_ok_and(|span| i64::from(span.get_days()) >= dates.len() as i64)
        {
            let evidence = list.first.line_with(&format!("{} days from {first} to {last}", dates.len()));
            report.found("days_without_data", "absent", [evidence]);
        }
    }
}
