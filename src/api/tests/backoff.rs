//! The retry rule, in stopped time.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use reqwest::Method;

use super::super::error::{Effect, End, Outcome};
use super::super::retry::{BASE, CAP, Failure, Policy, Tries, retry_after};
use super::super::{CallLimits, ErrorKind, Outside};

fn policy(max_retries: u32, random: f64) -> Policy {
    Policy { random: Arc::new(move || random), ..Policy::new(max_retries) }
}

fn status(status: u16) -> ErrorKind {
    ErrorKind::Status { status, message: Outside::default(), page: false }
}

fn failed(retry_after: Option<Duration>) -> Failure {
    let kind = status(503);
    Failure { retry_after, ..kind.into() }
}

/// The waits before each further try until there is an end, in milliseconds, and that end.
async fn waits(policy: &Policy, time: Duration, retry_after: Option<Duration>) -> (Vec<u128>, End) {
    let call = CallLimits::new(time, CancellationToken::new());
    let mut tries = Tries::new("test", &Method::GET, policy, &call);
    let mut waits = Vec::new();
    loop {
        tries.count += 1;
        let begun_at = Instant::now();
        match tries.failed(&failed(retry_after)).await {
            Ok(()) => waits.push(begun_at.elapsed().as_millis()),
            // The date is that of the clock.
            Err(End::Wait { wait, .. }) => return (waits, asks(wait)),
            Err(end) => return (waits, end),
        }
    }
}

fn asks(wait: Duration) -> End {
    End::Wait { wait, until: None }
}

const HOUR: Duration = Duration::from_secs(3600);

#[tokio::test(start_paused = true)]
async fn waits_double_up_to_a_cap() {
    let (longest, end) = waits(&policy(8, 1.0), HOUR, None).await;
    assert_eq!(longest, [500, 1000, 2000, 4000, 8000, 16_000, 20_000, 20_000]);
    assert_eq!(end, End::Plain);
    assert_eq!(waits(&policy(3, 0.0), HOUR, None).await.0, [0, 0, 0]);
    assert_eq!(waits(&policy(3, 0.5), HOUR, None).await.0, [250, 500, 1000]);
    assert_eq!(waits(&policy(0, 1.0), HOUR, None).await, (vec![], End::Plain));
    assert_eq!((BASE, CAP), (Duration::from_millis(500), Duration::from_secs(20)));
    // However many tries there are, nothing overflows.
    assert_eq!(waits(&policy(100, 1.0), HOUR, None).await.0.len(), 100);
}

#[tokio::test(start_paused = true)]
async fn what_the_service_asks_is_waited_and_the_time_is_kept() {
    let seven = Duration::from_secs(7);
    let asked = Some(seven);
    assert_eq!(waits(&policy(2, 1.0), HOUR, asked).await.0, [7500, 8000]);
    assert_eq!(waits(&policy(9, 1.0), Duration::from_secs(20), asked).await, (vec![7500, 8000], asks(seven)));
    assert_eq!(waits(&policy(9, 1.0), Duration::from_secs(3), None).await, (vec![500, 1000], End::Deadline));
    let soon = seven + Duration::from_millis(1);
    assert_eq!(waits(&policy(9, 1.0), soon, asked).await, (vec![], End::Deadline));
    assert_eq!(waits(&policy(9, 1.0), HOUR, Some(Duration::MAX)).await, (vec![], asks(Duration::MAX)));
}

#[tokio::test(start_paused = true)]
async fn a_stop_ends_a_wait() {
    let (policy, stop) = (policy(3, 1.0), CancellationToken::new());
    let call = CallLimits::new(HOUR, stop.clone());
    let mut tries = Tries::new("test", &Method::GET, &policy, &call);
    tries.count = 1;
    let begun_at = Instant::now();
    let failure = failed(None);
    let (end, ()) = tokio::join!(tries.failed(&failure), async { stop.cancel() });
    assert_eq!((end, begun_at.elapsed()), (Err(End::Stopped), Duration::ZERO));
}

/// The table of outcomes, line by line.
#[test]
fn what_follows_from_each_kind() {
    use Effect::{None, Open, Unanswered};
    let text = Outside::default;
    let page = |status| ErrorKind::Status { status, message: text(), page: true };
    let tls = |certificate| ErrorKind::Tls { host: text(), cause: text(), certificate };
    let unreadable =
        ErrorKind::Unreadable { status: 200, content_type: text(), why: text(), page: false, excerpt: text() };
    let mut table = vec![
        (ErrorKind::Unreachable { host: text(), cause: text(), dns: true }, true, true, None),
        (ErrorKind::Unprocessed { cause: text() }, true, true, None),
        (tls(false), true, true, None),
        (tls(true), false, false, None),
        (ErrorKind::NoTime, false, false, None),
        (ErrorKind::Stopped, false, false, None),
        (ErrorKind::Configuration { message: String::new() }, false, false, None),
        (status(429), true, true, None),
        (page(429), true, true, None),
        (status(408), true, false, Open),
        (status(425), true, false, Open),
        (ErrorKind::Redirected { status: 301, to: text() }, false, false, Open),
        (unreadable, true, false, Unanswered),
        (ErrorKind::Partial { why: text() }, false, false, Open),
        (ErrorKind::Contradicted { status: 200, message: text() }, false, false, Open),
        (ErrorKind::TooLarge { what: text() }, false, false, Unanswered),
        (ErrorKind::Cut { cause: text() }, true, false, Unanswered),
        (ErrorKind::Timeout { limit: HOUR }, true, false, Unanswered),
    ];
    // Sure refusals, unless it is a page that says so.
    for sure in [400, 401, 403, 404, 405, 409, 410, 413, 415, 421, 422] {
        table.extend([(status(sure), false, false, None), (page(sure), false, false, Open)]);
    }
    for open in [402, 406, 407, 411, 412, 414, 416, 417, 418, 423, 424, 426, 428, 431, 451, 499, 501, 505] {
        table.extend([(status(open), false, false, Open), (page(open), false, false, Open)]);
    }
    for failed in [500, 502, 503, 504, 507, 520, 522, 524, 599] {
        table.extend([(status(failed), true, false, Open), (page(failed), true, false, Open)]);
    }
    for (kind, again, post_again, effect) in table {
        assert_eq!(kind.outcome(), Outcome { again, post_again, effect }, "{kind:?}");
        assert!(!post_again || effect == None, "a POST is sent again only when nothing was done");
    }
}

/// The table decides, by method.
#[tokio::test(start_paused = true)]
async fn a_post_is_not_a_put() {
    let (policy, call) = (policy(1, 0.0), CallLimits::new(HOUR, CancellationToken::new()));
    for (method, again) in [(Method::GET, true), (Method::PUT, true), (Method::POST, false)] {
        let mut tries = Tries::new("test", &method, &policy, &call);
        tries.count = 1;
        assert_eq!(tries.failed(&status(500).into()).await.is_ok(), again, "{method}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_rate_limit_is_no_try_and_has_an_end_for_reads() {
    let (policy, call) = (policy(1, 1.0), CallLimits::new(HOUR, CancellationToken::new()));
    for (method, lasts) in [(Method::GET, false), (Method::POST, true)] {
        let mut tries = Tries::new("test", &method, &policy, &call);
        let begun_at = Instant::now();
        for seconds in [0, 1, 60, 58] {
            tokio::time::advance(Duration::from_secs(seconds)).await;
            tries.count += 1;
            assert_eq!(tries.failed(&status(429).into()).await, Ok(()), "{method} {:?}", begun_at.elapsed());
        }
        tokio::time::advance(Duration::from_secs(2)).await;
        tries.count += 1;
        assert_eq!(tries.failed(&status(429).into()).await.is_ok(), lasts, "{method}");
    }
    // Another failure in between shows that it gets through.
    let mut tries = Tries::new("test", &Method::GET, &policy, &call);
    for failure in [429, 500, 429] {
        tokio::time::advance(Duration::from_secs(70)).await;
        tries.count += 1;
        assert_eq!(tries.failed(&status(failure).into()).await, Ok(()));
    }
    // The one try that was not a 429 is used up.
    tries.count += 1;
    assert_eq!(tries.failed(&status(500).into()).await, Err(End::Plain));
}

#[tokio::test(start_paused = true)]
async fn no_retries_are_none_at_all() {
    let (policy, call) = (policy(0, 0.0), CallLimits::new(HOUR, CancellationToken::new()));
    for kind in [status(429), ErrorKind::Unprocessed { cause: Outside::default() }, status(500)] {
        let mut tries = Tries::new("test", &Method::GET, &policy, &call);
        tries.count = 1;
        assert_eq!(tries.failed(&kind.into()).await, Err(End::Plain));
    }
}

#[test]
fn retry_after_is_seconds_or_a_date() {
    let now = httpdate::parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT").unwrap();
    for (header, expected) in [
        ("0", Some(0)),
        (" 120 ", Some(120)),
        ("Sun, 06 Nov 1994 08:50:07 GMT", Some(30)),
        ("Sunday, 06-Nov-94 08:49:47 GMT", Some(10)),
        ("Sun, 06 Nov 1994 08:49:07 GMT", Some(0)),
        ("soon", None),
        ("-1", None),
        ("1.5", None),
        ("99999999999999999999999", None),
    ] {
        assert_eq!(retry_after(header, now), expected.map(Duration::from_secs), "{header}");
    }
    assert_eq!(retry_after("18446744073709551615", SystemTime::UNIX_EPOCH), Some(Duration::from_secs(u64::MAX)));
}
