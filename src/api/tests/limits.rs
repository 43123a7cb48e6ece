//! What the client keeps to by itself, and when it gives up.

use std::num::NonZeroU32;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::super::limits::Limits;
use super::super::{CallLimits, ErrorKind, PartnerChange};
use super::server::{Server, Step, answer};
use super::{call, client, settings};

const SECOND: Duration = Duration::from_secs(1);

/// As many requests are in flight as operations are under way. Reads that are stopped are broken off, wherever they
/// are.
#[tokio::test]
async fn all_are_in_flight_and_end_with_a_stop() {
    const READS: usize = 50;
    let server = Server::start([Step::SayAndHang("".into())]).await;
    let (client, stop) = (client(settings(&server.endpoint())), CancellationToken::new());
    let mut requests = JoinSet::new();
    for _ in 0..READS {
        let (client, call) = (client.clone(), call_with(Duration::from_secs(60), &stop));
        requests.spawn(async move { client.contracts(&call).await });
    }
    while server.seen().len() < READS {
        tokio::task::yield_now().await;
    }
    stop.cancel();
    for _ in 0..READS {
        let error = requests.join_next().await.unwrap().unwrap().unwrap_err();
        assert_eq!((error.kind(), error.tries(), error.is_stopped()), (&ErrorKind::Stopped, 1, true));
        assert!(error.to_string().contains("stopped on request before the answer was there"), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn requests_are_spaced() {
    let limits = Limits::new(NonZeroU32::new(4), SECOND);
    let (begun_at, call) = (Instant::now(), call());
    let mut times = Vec::new();
    for _ in 0..5 {
        limits.admit(&call).await.unwrap();
        times.push(begun_at.elapsed().as_millis());
    }
    // Tokio's timer counts whole milliseconds.
    let expected = [0, 250, 500, 750, 1000];
    assert!(times.iter().zip(expected).all(|(time, expected)| (expected..expected + 5).contains(time)), "{times:?}");
}

#[tokio::test(start_paused = true)]
async fn waiting_for_a_turn_ends_with_a_stop_or_with_the_time() {
    let limits = Limits::new(NonZeroU32::new(1), SECOND);
    limits.admit(&call()).await.unwrap();
    let stop = CancellationToken::new();
    let waiting = call_with(Duration::from_secs(60), &stop);
    let (refused, ()) = tokio::join!(limits.admit(&waiting), async { stop.cancel() });
    assert_eq!(refused, Err(ErrorKind::Stopped));
    let short = call_with(Duration::from_millis(10), &CancellationToken::new());
    assert_eq!(limits.admit(&short).await, Err(ErrorKind::NoTime));
}

fn call_with(time: Duration, stop: &CancellationToken) -> CallLimits {
    CallLimits::new(time, stop.clone())
}

#[tokio::test]
async fn nothing_is_sent_after_a_stop() {
    let server = Server::start([answer("200 OK", "", "[]")]).await;
    let stop = CancellationToken::new();
    stop.cancel();
    let error = client(settings(&server.endpoint())).contracts(&call_with(Duration::MAX, &stop)).await.unwrap_err();
    assert_eq!((error.kind(), error.tries(), server.seen().len()), (&ErrorKind::Stopped, 0, 0));
    assert!(error.had_no_effect());
}

/// A stop ends the wait between two tries, and the error is that of the last try.
#[tokio::test]
async fn a_stop_ends_a_wait_at_once() {
    let server = Server::start([answer("503 Service Unavailable", "retry-after: 50\r\n", "")]).await;
    let (client, stop) = (client(settings(&server.endpoint())), CancellationToken::new());
    let call = call_with(Duration::from_secs(600), &stop);
    let change = PartnerChange { name: None, allocated_capacity: Some(0) };
    let (outcome, ()) = tokio::join!(client.update_partner(&call, "p", &change), async {
        while server.seen().is_empty() {
            tokio::task::yield_now().await;
        }
        stop.cancel();
    });
    let error = outcome.unwrap_err();
    assert!(error.to_string().ends_with("then stopped on request)"), "{error}");
    assert!(matches!(error.kind(), ErrorKind::Status { status: 503, .. }));
}

/// A stop does not break off a write that is under way.
#[tokio::test]
async fn a_stop_waits_for_the_answer_to_a_write() {
    let server = Server::start([answer("201 Created", "", r#"{"id":"p"}"#)]).await;
    let (client, stop) = (client(settings(&server.endpoint())), CancellationToken::new());
    let (call, acme) = (call_with(Duration::from_secs(60), &stop), super::acme());
    // The first poll of the creation has put it on its way.
    let (created, ()) = tokio::join!(client.create_partner(&call, &acme), async { stop.cancel() });
    assert_eq!(created.unwrap().id, "p");
}

/// Waiting longer than there is time is of no use.
#[tokio::test]
async fn a_long_retry_after_is_not_waited_for() {
    let server = Server::start([answer("429 Too Many Requests", "retry-after: 3600\r\n", "slow down")]).await;
    let error = client(settings(&server.endpoint())).contracts(&call()).await.unwrap_err();
    assert_eq!(server.seen().len(), 1);
    let text = error.to_string();
    assert!(
        text.contains("and the service asks to wait until ") && text.contains(" GMT (60 min), longer than"),
        "{text}"
    );
    assert_eq!(error.retry_after(), Some(Duration::from_secs(3600)));
}

/// The times at which requests go out when a service takes five a second, counted from a moment of its own, and says
/// so.
async fn under_a_limit(retry_after: Option<Duration>) -> (usize, usize, Duration) {
    let limits = Arc::new(Limits::new(None, SECOND));
    let begun_at = Instant::now();
    let served: Arc<Mutex<Vec<Instant>>> = Arc::default();
    let mut work = JoinSet::new();
    for _ in 0..10 {
        let (limits, served) = (Arc::clone(&limits), Arc::clone(&served));
        work.spawn(async move {
            let (mut sent, mut refused) = (0, 0);
            for _ in 0..20 {
                loop {
                    limits.admit(&call()).await.unwrap();
                    let sent_at = Instant::now();
                    sent += 1;
                    tokio::time::sleep(Duration::from_millis(30)).await;
                    let now = Instant::now();
                    let full = {
                        let mut served = served.lock().unwrap();
                        served.retain(|at| now.duration_since(*at) < SECOND);
                        let full = served.len() >= 5;
                        if !full {
                            served.push(now);
                        }
                        full
                    };
                    if !full {
                        limits.answered();
                        break;
                    }
                    refused += 1;
                    limits.refused(sent_at, retry_after);
                }
            }
            (sent, refused)
        });
    }
    let (mut sent, mut refused) = (0, 0);
    while let Some(done) = work.join_next().await {
        let done = done.unwrap();
        (sent, refused) = (sent + done.0, refused + done.1);
    }
    (sent, refused, begun_at.elapsed())
}

/// 200 requests at five a second: none fails, few are refused, and little time is lost.
#[tokio::test(start_paused = true)]
async fn a_rate_limit_slows_down_the_whole_client() {
    for retry_after in [None, Some(SECOND), Some(Duration::ZERO)] {
        let (sent, refused, took) = under_a_limit(retry_after).await;
        assert_eq!(sent, 200 + refused);
        println!("{retry_after:?}: {refused} refused, {took:?}");
        assert!(refused <= 16, "{refused} refused with {retry_after:?}");
        assert!(took < Duration::from_secs(55), "{took:?} with {retry_after:?}");
    }
}

/// One pause for all, as long as the service says; and one warning.
#[tokio::test(start_paused = true)]
async fn what_is_refused_once_makes_all_wait() {
    let limits = Limits::new(None, SECOND);
    let begun_at = Instant::now();
    limits.admit(&call()).await.unwrap();
    limits.refused(begun_at, Some(Duration::from_secs(7)));
    // Sent together with the first: no news.
    limits.refused(begun_at, None);
    limits.admit(&call()).await.unwrap();
    assert_eq!(begun_at.elapsed().as_secs(), 7);
    assert_eq!(limits.slowed(), None, "that was not a lot");
    limits.refused(Instant::now(), Some(Duration::from_secs(5)));
    limits.admit(&call()).await.unwrap();
    assert_eq!(limits.slowed().map(|waited| waited.as_secs()), Some(12));
    assert_eq!(limits.slowed(), None, "once is enough");
}

/// Without a header the pause grows as long as nothing gets through.
#[tokio::test(start_paused = true)]
async fn pauses_grow() {
    let limits = Limits::new(None, SECOND);
    let mut waits = Vec::new();
    for _ in 0..7 {
        let sent_at = Instant::now();
        limits.refused(sent_at, None);
        limits.admit(&call()).await.unwrap();
        waits.push(sent_at.elapsed().as_secs());
    }
    assert_eq!(waits, [1, 2, 4, 8, 16, 20, 20]);
}
