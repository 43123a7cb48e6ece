//! What the client does when the service or what is before it fails.

use std::time::Duration;

use super::super::{CreateError, Deletion, Error, ErrorKind, PartnerChange};
use super::server::{Server, Step, answer, page};
use super::{acme, call, client, settings};

const PARTNER: &str = r#"{"id":"p","name":"Acme"}"#;

/// What a create that failed is known to have done.
#[derive(Debug, PartialEq)]
enum Effect {
    Refused,
    Answered,
    Unanswered,
}

fn cut() -> Step {
    Step::SayAndClose("".into())
}

/// The beginning of a good answer.
fn half() -> Step {
    Step::SayAndClose("HTTP/1.1 201 Created\r\ncontent-length: 100\r\n\r\n{\"id\":".into())
}

fn broken_off() -> Step {
    Step::SayAndClose("HTTP/1.1 201 Created\r\nconnection: close\r\n\r\n{\"id\":".into())
}

fn hang() -> Step {
    Step::SayAndHang("".into())
}

fn drip() -> Step {
    Step::SayAndHang("HTTP/1.1 201 Created\r\ncontent-length: 100\r\n\r\n{".into())
}

/// Whether a step is only over when the time for a try is.
fn is_slow(step: &Step) -> bool {
    matches!(step, Step::SayAndHang(_))
}

/// Long enough for a step that is not slow.
const SHORT: Duration = Duration::from_secs(1);

async fn create(steps: Vec<Step>) -> (Result<(), (Effect, Error)>, usize) {
    let slow = steps.iter().any(is_slow);
    let server = Server::start(steps).await;
    let mut settings = settings(&server.endpoint());
    if slow {
        settings.request_timeout = SHORT;
    }
    let outcome = client(settings).create_partner(&call(), &acme()).await;
    let outcome = outcome.map(drop).map_err(|error| match error {
        CreateError::Refused(error) => (Effect::Refused, error),
        CreateError::Answered(error) => (Effect::Answered, error),
        CreateError::Unanswered(error) => (Effect::Unanswered, error),
    });
    (outcome, server.seen().len())
}

/// Promise: a creation is sent once, unless the service said that it did nothing.
#[tokio::test]
async fn a_create_is_never_sent_twice() {
    for (step, effect) in [
        (cut(), Effect::Unanswered),
        (half(), Effect::Unanswered),
        (broken_off(), Effect::Unanswered),
        (hang(), Effect::Unanswered),
        (drip(), Effect::Unanswered),
        (answer("201 Created", "", ""), Effect::Unanswered),
        (answer("201 Created", "", "null"), Effect::Unanswered),
        (answer("201 Created", "", r#"{"name":"Acme"}"#), Effect::Unanswered),
        (answer("201 Created", "", r#"{"id":"p","allocatedCapacity":1.5}"#), Effect::Unanswered),
        (page("200 OK"), Effect::Unanswered),
        (answer("402 Payment Required", "", ""), Effect::Answered),
        (answer("408 Request Timeout", "", ""), Effect::Answered),
        (answer("418 I'm a teapot", "", ""), Effect::Answered),
        (answer("425 Too Early", "", ""), Effect::Answered),
        (answer("499 Client Closed Request", "", ""), Effect::Answered),
        (answer("504 Gateway Timeout", "", ""), Effect::Answered),
        (answer("500 Internal Server Error", "", ""), Effect::Answered),
        (answer("502 Bad Gateway", "", ""), Effect::Answered),
        (answer("503 Service Unavailable", "retry-after: 0\r\n", ""), Effect::Answered),
        (answer("302 Found", "location: https://elsewhere.test/v1/partner\r\n", ""), Effect::Answered),
        (answer("307 Temporary Redirect", "location: /v1/partner\r\n", ""), Effect::Answered),
        (answer("400 Bad Request", "", r#"{"error":"no"}"#), Effect::Refused),
        (answer("401 Unauthorized", "", ""), Effect::Refused),
        (answer("403 Forbidden", "", ""), Effect::Refused),
        (answer("404 Not Found", "", ""), Effect::Refused),
        (answer("405 Method Not Allowed", "", "plain text"), Effect::Refused),
        (answer("409 Conflict", "", ""), Effect::Refused),
        (answer("410 Gone", "", ""), Effect::Refused),
        (answer("413 Content Too Large", "", ""), Effect::Refused),
        (answer("415 Unsupported Media Type", "", ""), Effect::Refused),
        (answer("421 Misdirected Request", "", ""), Effect::Refused),
        (answer("422 Unprocessable Content", "", r#"{"error":"no"}"#), Effect::Refused),
        (page("403 Forbidden"), Effect::Answered),
        (page("421 Misdirected Request"), Effect::Answered),
        (page("499 Client Closed Request"), Effect::Answered),
        (page("500 Internal Server Error"), Effect::Answered),
    ] {
        let name = format!("{step:?}");
        let (outcome, sent) = create(vec![step]).await;
        let (is, error) = outcome.unwrap_err();
        assert_eq!((is, sent, error.tries()), (effect, 1, 1), "{name}");
    }
}

#[tokio::test]
async fn a_create_that_surely_did_nothing_is_sent_again() {
    let limited = || answer("429 Too Many Requests", "", "");
    let (outcome, sent) = create(vec![limited(), limited(), answer("201 Created", "", PARTNER)]).await;
    outcome.unwrap();
    assert_eq!(sent, 3);
    // As often as it takes: a rate limit is no try.
    let mut steps = vec![limited(); 8];
    steps.push(answer("201 Created", "", PARTNER));
    let (outcome, sent) = create(steps).await;
    outcome.unwrap();
    assert_eq!(sent, 9);
    // And never once more after a try that may have had an effect.
    let (outcome, sent) = create(vec![limited(), cut(), answer("201 Created", "", PARTNER)]).await;
    assert_eq!((outcome.unwrap_err().0, sent), (Effect::Unanswered, 2));
}

/// A server closes an idle connection just when a request comes on it: the request has no answer, and is not sent on
/// another one.
#[tokio::test]
async fn a_create_on_a_dying_connection_is_not_sent_twice() {
    let server = Server::start([answer("201 Created", "", PARTNER), cut(), answer("201 Created", "", PARTNER)]).await;
    let client = client(settings(&server.endpoint()));
    client.create_partner(&call(), &acme()).await.unwrap();
    let error = client.create_partner(&call(), &acme()).await.unwrap_err();
    assert!(matches!(error, CreateError::Unanswered(_)), "{error}");
    assert_eq!(server.seen().len(), 2);
}

/// A server may close each connection after its answer without saying so, just when the next creation comes. So
/// creations over HTTP/1 have connections of their own, while everything else shares what there is.
#[tokio::test]
async fn a_create_does_not_fall_into_the_gap_of_a_closing_connection() {
    let server = Server::start([
        answer("200 OK", "", "[]"),
        answer("200 OK", "", "[]"),
        // As good as closed: what comes on the connection after this is never answered.
        Step::SayAndClose("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n[]".into()),
        Step::SayAndClose(format!("HTTP/1.1 201 Created\r\ncontent-length: {}\r\n\r\n{PARTNER}", PARTNER.len()).into()),
        answer("201 Created", "", PARTNER),
    ])
    .await;
    let client = client(settings(&server.endpoint()));
    for _ in 0..3 {
        client.contracts(&call()).await.unwrap();
    }
    for _ in 0..2 {
        client.create_partner(&call(), &acme()).await.unwrap();
    }
    let connections: Vec<_> = server.seen().iter().map(|seen| seen.connection).collect();
    assert_eq!(connections, [1, 1, 1, 2, 3]);
}

#[tokio::test]
async fn reads_changes_and_deletions_are_sent_again() {
    for step in [
        cut(),
        half(),
        broken_off(),
        hang(),
        drip(),
        answer("200 OK", "", "{"),
        answer("429 Too Many Requests", "retry-after: 0\r\n", ""),
        page("429 Too Many Requests"),
        answer("500 Internal Server Error", "", ""),
        answer("503 Service Unavailable", "", ""),
        answer("504 Gateway Timeout", "", ""),
        answer("408 Request Timeout", "", ""),
        page("200 OK"),
        page("502 Bad Gateway"),
    ] {
        let name = format!("{step:?}");
        let mut settings = settings("http://127.0.0.1");
        let mut steps = vec![step.clone(), step.clone(), answer("200 OK", "", PARTNER)];
        if is_slow(&step) {
            settings.request_timeout = SHORT;
            steps.remove(0);
        }
        let sent = steps.len();
        let server = Server::start(steps).await;
        settings.endpoint = server.endpoint().parse().unwrap();
        client(settings).partner(&call(), "p").await.expect(&name);
        assert_eq!(server.seen().len(), sent, "{name}");
    }
    let change = PartnerChange { name: None, allocated_capacity: Some(0) };
    let server = Server::start([cut(), answer("200 OK", "", PARTNER)]).await;
    client(settings(&server.endpoint())).update_partner(&call(), "p", &change).await.unwrap();
    assert_eq!(server.lines(), ["PUT /v1/partner/p"; 2]);
    // The first one had its effect, and its answer was lost.
    let server = Server::start([cut(), answer("404 Not Found", "", "")]).await;
    let deleted = client(settings(&server.endpoint())).delete_partner(&call(), "p").await.unwrap();
    assert!(matches!(deleted, Deletion::NotFound { sent_before: true, .. }), "{deleted:?}");
    assert_eq!(server.lines(), ["DELETE /v1/partner/p"; 2]);
}

/// A page is from a gateway, a proxy or a login, and they know nothing of objects.
#[tokio::test]
async fn a_page_never_says_that_an_object_is_gone() {
    for status in ["200 OK", "401 Unauthorized", "403 Forbidden", "404 Not Found", "410 Gone"] {
        let server = Server::start([page(status)]).await;
        let client = client(settings(&server.endpoint()));
        for error in
            [client.partner(&call(), "p").await.unwrap_err(), client.delete_partner(&call(), "p").await.unwrap_err()]
        {
            let page = matches!(error.kind(), ErrorKind::Unreadable { page: true, .. })
                || matches!(error.kind(), ErrorKind::Status { page: true, .. });
            assert!(page && !error.is_not_found() && !error.is_unauthorized(), "{error}");
        }
    }
}

#[tokio::test]
async fn an_unsure_try_is_remembered() {
    let change = PartnerChange { name: None, allocated_capacity: Some(1) };
    let full = || answer("400 Bad Request", "", r#"{"error":"not enough capacity"}"#);
    for (steps, sure) in [(vec![full()], true), (vec![cut(), full()], false)] {
        let server = Server::start(steps).await;
        let error = client(settings(&server.endpoint())).update_partner(&call(), "p", &change).await.unwrap_err();
        assert!(error.looks_like_capacity(), "{error}");
        assert_eq!(error.had_no_effect(), sure);
    }
    let server =
        Server::start([answer("400 Bad Request", "", r#"{"error":"allocatedCapacity must be a number"}"#)]).await;
    let error = client(settings(&server.endpoint())).update_partner(&call(), "p", &change).await.unwrap_err();
    assert!(!error.looks_like_capacity(), "{error}");
}

#[tokio::test]
async fn the_key_does_not_follow_a_redirect() {
    let elsewhere = Server::start([answer("200 OK", "", PARTNER)]).await;
    let location = format!("location: {}/partner/p\r\n", elsewhere.endpoint().replace("127.0.0.1", "localhost"));
    let server = Server::start([answer("301 Moved Permanently", &location, "")]).await;
    let error = client(settings(&server.endpoint())).partner(&call(), "p").await.unwrap_err();
    let ErrorKind::Redirected { status: 301, to } = error.kind() else { panic!("{error}") };
    assert_eq!(to.as_str(), "http://localhost");
    assert_eq!(elsewhere.lines(), Vec::<String>::new());
    assert_eq!(error.tries(), 1);
}

#[tokio::test]
async fn a_large_answer_is_not_read_to_its_end() {
    let head = "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n[";
    let mut bytes = head.as_bytes().to_vec();
    bytes.resize(bytes.len() + super::super::budget::MAX_LIST, b' ');
    let server = Server::start([Step::SayAndClose(bytes.into())]).await;
    let error = client(settings(&server.endpoint())).contracts(&call()).await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::TooLarge { .. }), "{error}");
    assert_eq!(error.tries(), 1);
}

#[tokio::test]
async fn a_compressed_answer_is_read() {
    let body = [
        0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 1, 12, 0, 0xf3, 0xff, b'[', b'{', b'"', b'i', b'd', b'"', b':', b'"', b'c',
        b'"', b'}', b']',
    ];
    let crc: u32 = 0xdf25_3702;
    let mut gzip = body.to_vec();
    gzip.extend(crc.to_le_bytes());
    gzip.extend(12_u32.to_le_bytes());
    let mut bytes =
        format!("HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: {}\r\n\r\n", gzip.len()).into_bytes();
    bytes.extend(gzip);
    let server = Server::start([Step::Say(bytes.into())]).await;
    let contracts = client(settings(&server.endpoint())).contracts(&call()).await.unwrap();
    assert_eq!(contracts.items[0].id, "c");
}
