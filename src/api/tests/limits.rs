//! What the client keeps to by itself, and when it gives up.

use std::num::NonZeroU32;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::super::limits::Limits;
use super::super::limits::MAX_IN_FLIGHT;
use super::super::{CallLimits, ErrorKind};
use super::server::{Server, Step, answer};
use super::{call, client, settings};

#[tokio::test]
async fn no_more_than_ten_are_in_flight() {
    let server = Server::start([Step::SayAndHang(Vec::new())]).await;
    let (client, stop) = (client(settings(&server.endpoint())), CancellationToken::new());
    let mut requests = JoinSet::new();
    for _ in 0..2 * MAX_IN_FLIGHT {
        let (client, call) = (client.clone(), call_with(Duration::from_secs(60), &stop));
        requests.spawn(async move { client.contracts(&call).await });
    }
    while server.seen().len() < MAX_IN_FLIGHT {
        tokio::task::yield_now().await;
    }
    stop.cancel();
    // Those that waited for a turn end; those that are in flight wait for their answers.
    for _ in 0..MAX_IN_FLIGHT {
        let error = requests.join_next().await.unwrap().unwrap().unwrap_err();
        assert_eq!(error.kind(), &ErrorKind::Stopped);
    }
    assert_eq!((requests.len(), server.seen().len()), (MAX_IN_FLIGHT, MAX_IN_FLIGHT));
}

#[tokio::test(start_paused = true)]
async fn requests_are_spaced() {
    let limits = Limits::new(NonZeroU32::new(4));
    let (begun_at, call) = (Instant::now(), call());
    let mut times = Vec::new();
    for _ in 0..5 {
        drop(limits.admit(&call).await.unwrap());
        times.push(begun_at.elapsed().as_millis());
    }
    // Tokio's timer counts whole milliseconds.
    let expected = [0, 250, 500, 750, 1000];
    assert!(times.iter().zip(expected).all(|(time, expected)| (expected..expected + 5).contains(time)), "{times:?}");
}

#[tokio::test(start_paused = true)]
async fn waiting_for_a_turn_ends_with_a_stop_or_with_the_time() {
    let limits = Limits::new(NonZeroU32::new(1));
    drop(limits.admit(&call()).await.unwrap());
    let stop = CancellationToken::new();
    let waiting = call_with(Duration::from_secs(60), &stop);
    let (refused, ()) = tokio::join!(limits.admit(&waiting), async { stop.cancel() });
    assert_eq!(refused.map(drop), Err(ErrorKind::Stopped));
    let short = call_with(Duration::from_millis(10), &CancellationToken::new());
    assert_eq!(limits.admit(&short).await.map(drop), Err(ErrorKind::NoTime));
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
    let begun_at = Instant::now();
    let call = call_with(Duration::from_secs(600), &stop);
    let (outcome, ()) = tokio::join!(client.contracts(&call), async {
        while server.seen().is_empty() {
            tokio::task::yield_now().await;
        }
        stop.cancel();
    });
    let error = outcome.unwrap_err();
    assert!(begun_at.elapsed() < Duration::from_secs(20));
    assert!(error.to_string().ends_with("then stopped on request)"), "{error}");
    assert!(matches!(error.kind(), ErrorKind::Unavailable { status: 503, .. }));
}

/// A stop does not break off what is under way.
#[tokio::test]
async fn a_stop_waits_for_the_answer() {
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
    assert!(text.contains("and the service asks to wait 60 min, longer than there was time"), "{text}");
}
