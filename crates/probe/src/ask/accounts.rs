//! What a storage account shows: its id, and when it will be deleted.

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::http::Exchange;
use crate::report::Report;

/// The zero time, which some services write for none.
const ZERO_TIME: &str = "0001-01-01T00:00:00Z";

/// Notes what one account shows; of several the last one counts.
pub fn look(report: &mut Report, account: &Value, exchange: &Exchange) {
    id(report, account, exchange);
    let pending = account.get("pendingDeletedAt");
    let evidence = exchange
        .line_with(&pending.map_or("(no pendingDeletedAt)".to_string(), |value| format!("pendingDeletedAt: {value}")));
    match pending {
        None => report.found("not_pending", "absent", [evidence]),
        Some(Value::Null) => report.found("not_pending", "null", [evidence]),
        Some(Value::String(text)) if text.is_empty() => report.found("not_pending", "empty", [evidence]),
        Some(Value::String(text)) if text == ZERO_TIME => report.found("not_pending", "zero_time", [evidence]),
        Some(value) => time(report, value, evidence),
    }
}

/// Whether an account waits for its deletion.
pub fn is_pending(account: &Value) -> bool {
    match account.get("pendingDeletedAt") {
        None | Some(Value::Null) => false,
        Some(Value::String(text)) => !text.is_empty() && text != ZERO_TIME,
        Some(_) => true,
    }
}

fn id(report: &mut Report, account: &Value, exchange: &Exchange) {
    let Some(id) = account.get("clientAccountId") else { return };
    let evidence = [exchange.line_with(&format!("clientAccountId: {id}"))];
    let text = id.as_str().unwrap_or_default();
    let digits = text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit());
    let hyphens = text.bytes().enumerate().filter(|(_, byte)| *byte == b'-').map(|(at, _)| at);
    match text.len() {
        12 if digits && text.starts_with('0') => report.found("account_id", "leading_zero", evidence),
        12 if digits => {
            // One account whose id begins with a zero says more than all that do not.
            if report.value("account_id") != Some("leading_zero") {
                report.found("account_id", "digits", evidence);
            }
        }
        36 if hyphens.eq([8, 13, 18, 23]) => report.found("account_id", "uuid", evidence),
        _ => report.odd("account_id", &format!("neither 12 digits nor a UUID: {id}"), evidence),
    }
}

/// Form and meaning of the time of a deletion.
fn time(report: &mut Report, value: &Value, evidence: String) {
    let text = value.as_str().unwrap_or_default();
    let parsed = parse(value);
    let form = match (value, parsed) {
        (Value::Number(_), Some(_)) => "number",
        (_, None) => "words",
        _ if text.contains('.') => "fraction",
        _ if !text.contains('T') => "space",
        _ if text.ends_with('Z') => "utc",
        _ => "offset",
    };
    report.found("pending_form", form, [evidence.clone()]);
    let Some(time) = parsed else { return };
    // An order is in the past, a plan in the future; a clock may be a few minutes wrong.
    let planned = time.duration_since(Timestamp::now()) > SignedDuration::from_mins(10);
    report.found("pending_value", if planned { "planned" } else { "scheduled" }, [evidence]);
}

/// Reads RFC 3339, what is nearly that, and seconds.
pub fn parse(value: &Value) -> Option<Timestamp> {
    match value {
        Value::Number(number) => Timestamp::from_second(number.as_i64()?).ok(),
        Value::String(text) => {
            let nearly = || format!("{}Z", text.replace(' ', "T")).parse();
            text.parse().or_else(|_| nearly()).ok()
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_in_many_forms() {
        for text in
            ["2026-04-19T12:00:00Z", "2026-04-19T14:00:00+02:00", "2026-04-19T12:00:00.123456Z", "2026-04-19 12:00:00"]
        {
            assert_eq!(parse(&text.into()).map(|time| time.as_second()), Some(1_776_600_000), "{text}");
        }
        assert_eq!(parse(&"in 30 days".into()), None);
    }
}
