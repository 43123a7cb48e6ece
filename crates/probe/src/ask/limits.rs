//! Rate limits: a few requests in a row, and what happens when there are too many.

use std::time::{Duration, SystemTime};

use crate::http::{Answer, Client, Exchange, Key};
use crate::report::Report;

const REGIONS: &str = "/integration/regions/list";

/// How often it is counted; the least counts, because a count may reach over the end of a second.
const ROUNDS: usize = 3;

/// Sends so many requests in a row.
pub fn meet(client: &Client, report: &mut Report, burst: usize) {
    let count = if client.limited().is_none() { count(client, burst) } else { None };
    let Some(limited) = client.limited().or(count.as_ref().and_then(|(_, limited)| limited.clone())) else {
        if burst == 0 {
            return report.open("rate_limit", "--burst 0 left it out");
        }
        return report.found("rate_limit", "0", [format!("{burst} requests in a row were answered")]);
    };
    form(report, &limited);
    let mut least: Option<usize> = None;
    for _ in 0..ROUNDS {
        client.wait(limited.outcome.as_ref().ok().and_then(asked).unwrap_or(Duration::from_secs(1)));
        let Some((answered, Some(_))) = self::count(client, burst.max(1)) else { break };
        least = Some(least.map_or(answered, |least| least.min(answered)));
    }
    match least {
        Some(count) => report.found("rate_limit", &count.to_string(), [limited.line()]),
        None => report.odd(
            "rate_limit",
            &format!("429 was answered, and not again within {burst} requests"),
            [limited.line()],
        ),
    }
}

/// A limit that was met later than it was looked for.
pub fn met_later(client: &Client, report: &mut Report) {
    if let Some(limited) = client.limited()
        && matches!(report.value("rate_limit"), None | Some("0"))
    {
        form(report, &limited);
        report.odd("rate_limit", "429 was answered, though not when it was looked for", [limited.line()]);
    }
}

/// How many requests in a row are answered, and the one that was too many; nothing when something else went wrong.
fn count(client: &Client, most: usize) -> Option<(usize, Option<Exchange>)> {
    for number in 0..most {
        let exchange = client.once("GET", REGIONS, Key::Own, None, 1);
        match &exchange.outcome {
            Ok(answer) if answer.status == 429 => return Some((number, Some(exchange))),
            Ok(_) => {}
            Err(_) => return None,
        }
    }
    Some((most, None))
}

/// How long the refused one is to wait.
fn asked(answer: &Answer) -> Option<Duration> {
    let text = answer.header("retry-after")?;
    let date = || Some(httpdate::parse_http_date(text).ok()?.duration_since(SystemTime::now()).unwrap_or_default());
    text.parse().ok().map(Duration::from_secs).or_else(date)
}

fn form(report: &mut Report, limited: &Exchange) {
    let Ok(answer) = &limited.outcome else { return };
    let header = answer.header("retry-after");
    let value = match header {
        None => "none",
        Some(text) if text.trim().parse::<u64>().is_ok() => "seconds",
        Some(text) if httpdate::parse_http_date(text).is_ok() => "date",
        Some(text) => return report.odd("rate_limit_retry_after", text, [limited.line()]),
    };
    let evidence = limited.line_with(&format!("Retry-After: {}", header.unwrap_or("(none)")));
    report.found("rate_limit_retry_after", value, [evidence]);
}
