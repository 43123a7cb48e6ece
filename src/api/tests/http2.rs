//! What HTTP/2 promises of requests that were not processed, and what it lets a server say.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;

use super::super::{Client, CreateError, ErrorKind};
use super::tls::{acceptor, authority, localhost, trusting};
use super::{KEY, acme, call, client};

/// What becomes of one request.
#[derive(Clone, Copy, Debug)]
enum Fate {
    Answered,
    /// Its stream is reset, with this code.
    Reset(u8),
    /// The connection is given up; this is said to be the last stream, so many before the request's own; with this to
    /// say.
    GoAway(u32, &'static str),
}

const REFUSED_STREAM: u8 = 7;
const INTERNAL_ERROR: u8 = 2;

/// The kinds of frames.
const DATA: u8 = 0;
const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const GOAWAY: u8 = 7;

/// A server that treats requests so, in the order in which they come, and a client that trusts it.
async fn serve(fates: Vec<Fate>) -> (Client, Arc<Mutex<usize>>) {
    let authority = authority();
    let acceptor = acceptor(&authority, localhost(), &["h2"]);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let (seen, mut fates) = (Arc::<Mutex<usize>>::default(), fates.into_iter());
    let count = Arc::clone(&seen);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let Ok(stream) = acceptor.accept(stream).await else { continue };
            converse(stream, &mut fates, &count).await;
        }
    });
    (client(trusting(&authority, port)), seen)
}

/// Serves one connection until its end.
async fn converse(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    fates: &mut impl Iterator<Item = Fate>,
    count: &Mutex<usize>,
) -> Option<()> {
    stream.read_exact(&mut [0; 24]).await.ok()?;
    stream.write_all(&frame(SETTINGS, 0, 0, b"")).await.ok()?;
    loop {
        let (kind, flags, id) = read(&mut stream).await?;
        if kind == SETTINGS && flags == 0 {
            stream.write_all(&frame(SETTINGS, 1, 0, b"")).await.ok()?;
        }
        if !matches!(kind, DATA | HEADERS) || flags & 1 == 0 {
            continue;
        }
        *count.lock().unwrap() += 1;
        match fates.next()? {
            // ":status: 200" is number 8 of HPACK's table.
            Fate::Answered => {
                let body = if kind == DATA { r#"{"id":"p"}"# } else { "[]" };
                let answer = [frame(HEADERS, 4, id, &[0x88]), frame(DATA, 1, id, body.as_bytes())].concat();
                stream.write_all(&answer).await.ok()?;
            }
            Fate::Reset(code) => stream.write_all(&frame(RST_STREAM, 0, id, &[0, 0, 0, code])).await.ok()?,
            Fate::GoAway(before, words) => {
                let said = [&(id - before).to_be_bytes()[..], &[0; 4], words.as_bytes()].concat();
                stream.write_all(&frame(GOAWAY, 0, 0, &said)).await.ok()?;
                return stream.shutdown().await.ok();
            }
        }
    }
}

fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    [&length[1..], &[kind, flags], &stream.to_be_bytes(), payload].concat()
}

/// Reads one frame: kind, flags, stream.
async fn read(stream: &mut (impl AsyncRead + Unpin)) -> Option<(u8, u8, u32)> {
    let mut head = [0; 9];
    stream.read_exact(&mut head).await.ok()?;
    let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
    stream.read_exact(&mut vec![0; length as usize]).await.ok()?;
    Some((head[3], head[4], u32::from_be_bytes([head[5], head[6], head[7], head[8]])))
}

/// What was refused, or is above the last stream of a GOAWAY, was not processed: it is sent again.
#[tokio::test]
async fn a_creation_that_was_not_processed_is_sent_again() {
    for fates in [
        vec![Fate::Reset(REFUSED_STREAM), Fate::Answered],
        vec![Fate::Reset(REFUSED_STREAM), Fate::Reset(REFUSED_STREAM), Fate::Answered],
        vec![Fate::GoAway(1, ""), Fate::Answered],
    ] {
        let name = format!("{fates:?}");
        let requests = fates.len();
        let (client, seen) = serve(fates).await;
        assert_eq!(client.create_partner(&call(), &acme()).await.expect(&name).id, "p");
        assert_eq!(*seen.lock().unwrap(), requests, "{name}");
    }
    // As often as retries allow; and then it is still sure that nothing was created.
    let (client, seen) = serve(vec![Fate::Reset(REFUSED_STREAM); 10]).await;
    let error = client.create_partner(&call(), &acme()).await.unwrap_err();
    assert!(matches!(error, CreateError::Refused(_)), "{error}");
    assert!(matches!(error.error().kind(), ErrorKind::Unprocessed { .. }), "{error}");
    assert_eq!(*seen.lock().unwrap(), 4);
}

/// What ended otherwise may have been processed.
#[tokio::test]
async fn a_creation_that_may_have_been_processed_is_not_sent_again() {
    for fate in [Fate::Reset(INTERNAL_ERROR), Fate::GoAway(0, "")] {
        let (client, seen) = serve(vec![fate, Fate::Answered]).await;
        let error = client.create_partner(&call(), &acme()).await.unwrap_err();
        assert!(matches!(error, CreateError::Unanswered(_)), "{fate:?}: {error}");
        assert!(matches!(error.error().kind(), ErrorKind::Cut { .. }), "{fate:?}: {error:?}");
        assert_eq!(*seen.lock().unwrap(), 1, "{fate:?}");
        // The next one has a new connection.
        client.create_partner(&call(), &acme()).await.unwrap();
    }
}

/// A GOAWAY may carry any text, and what a library makes of it ends in the error.
#[tokio::test]
async fn what_a_server_says_at_the_end_is_masked() {
    let (client, _) = serve(vec![Fate::GoAway(1, "no: Bearer the-key-0123456789"); 4]).await;
    let error = client.contracts(&call()).await.unwrap_err();
    assert!(error.to_string().contains("no: Bearer ***") && !error.to_string().contains(KEY), "{error}");
    assert!(!format!("{error:?}").contains(KEY), "{error:?}");
}
