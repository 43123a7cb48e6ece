//! The retry rule, in stopped time.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::super::error::End;
use super::super::retry::{BASE, CAP, Failure, Policy, Tries, retry_after};
use super::super::{CallLimits, ErrorKind};

fn policy(max_retries: u32, random: f64) -> Policy {
    Policy { random: Arc::new(move || random), ..Policy::new(max_retries) }
}

fn failed(retry_after: Option<Duration>) -> Failure {
    let kind = ErrorKind::Unavailable { status: 503, message: String::new() };
    Failure { retry_after, ..kind.into() }
}

/// The waits before each further try until there is an end, in milliseconds, and that end.
async fn waits(policy: &Policy, time: Duration, retry_after: Option<Duration>) -> (Vec<u128>, End) {
    let call = CallLimits::new(time, CancellationToken::new());
    let mut tries = Tries::new("test", policy, &call, true);
    let mut waits = Vec::new();
    loop {
        tries.count += 1;
        let begun_at = Instant::now();
        match tries.failed(&failed(retry_after)).await {
            Ok(()) => waits.push(begun_at.elapsed().as_millis()),
            Err(end) => return (waits, end),
        }
    }
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
    assert_eq!(waits(&policy(9, 1.0), Duration::from_secs(20), asked).await, (vec![7500, 8000], End::Wait(seven)));
    assert_eq!(waits(&policy(9, 1.0), Duration::from_secs(3), None).await, (vec![500, 1000], End::Deadline));
    let soon = seven + Duration::from_millis(1);
    assert_eq!(waits(&policy(9, 1.0), soon, asked).await, (vec![], End::Deadline));
    assert_eq!(waits(&policy(9, 1.0), HOUR, Some(Duration::MAX)).await, (vec![], End::Wait(Duration::MAX)));
}

#[tokio::test(start_paused = true)]
async fn a_stop_ends_a_wait() {
    let (policy, stop) = (policy(3, 1.0), CancellationToken::new());
    let call = CallLimits::new(HOUR, stop.clone());
    let mut tries = Tries::new("test", &policy, &call, true);
    tries.count = 1;
    let begun_at = Instant::now();
    let failure = failed(None);
    let (end, ()) = tokio::join!(tries.failed(&failure), async { stop.cancel() });
    assert_eq!((end, begun_at.elapsed()), (Err(End::Stopped), Duration::ZERO));
}

/// The table at the top of `retry.rs`.
#[tokio::test(start_paused = true)]
async fn the_rule() {
    let text = String::new;
    let refused = |status| ErrorKind::Refused { status, message: text() };
    let failing = |status| ErrorKind::Unavailable { status, message: text() };
    let unreadable =
        |status| ErrorKind::Unreadable { status, content_type: text(), why: text(), page: false, excerpt: text() };
    let tls = |certificate| ErrorKind::Tls { host: text(), cause: text(), certificate };
    let policy = policy(1, 0.0);
    for (kind, idempotent, post) in [
        (ErrorKind::Unreachable { host: text(), cause: text(), dns: true }, true, true),
        (tls(false), true, true),
        (tls(true), false, false),
        (ErrorKind::RateLimited { message: text() }, true, true),
        (ErrorKind::Cut { cause: text() }, true, false),
        (ErrorKind::Timeout { limit: HOUR }, true, false),
        (failing(500), true, false),
        (failing(503), true, false),
        (failing(501), false, false),
        (failing(505), false, false),
        (refused(408), true, false),
        (refused(425), true, false),
        (unreadable(200), true, false),
        (unreadable(404), false, false),
        (refused(400), false, false),
        (ErrorKind::Unauthorized { message: text() }, false, false),
        (ErrorKind::Forbidden { message: text() }, false, false),
        (ErrorKind::NotFound { message: text() }, false, false),
        (ErrorKind::Redirected { status: 301, to: text() }, false, false),
        (ErrorKind::TooLarge { limit: 0 }, false, false),
    ] {
        for (is_idempotent, again) in [(true, idempotent), (false, post)] {
            let call = CallLimits::new(HOUR, CancellationToken::new());
            let mut tries = Tries::new("test", &policy, &call, is_idempotent);
            tries.count = 1;
            assert_eq!(tries.failed(&kind.clone().into()).await.is_ok(), again, "{kind:?}");
        }
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
