//! A server that follows a script: one step per request, whatever the connection.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;

/// What to do with one request.
#[derive(Clone, Debug)]
pub(super) enum Step {
    /// Write these bytes and keep the connection.
    Say(Bytes),
    /// Write these bytes, perhaps none, and close the connection.
    SayAndClose(Bytes),
    /// Write these bytes, perhaps none, and never go on.
    SayAndHang(Bytes),
}

/// An answer with a JSON body.
pub(super) fn answer(status: &str, headers: &str, body: &str) -> Step {
    let length = body.len();
    Step::Say(
        format!(
            "HTTP/1.1 {status}\r\ncontent-type: application/json\r\n{headers}content-length: {length}\r\n\r\n{body}"
        )
        .into(),
    )
}

/// A page, as proxies write them.
pub(super) fn page(status: &str) -> Step {
    let body = "<!doctype html><html><head><title>Sign in</title></head></html>";
    let length = body.len();
    Step::Say(
        format!(
            "HTTP/1.1 {status}\r\ncontent-type: text/html; charset=utf-8\r\ncontent-length: {length}\r\n\r\n{body}"
        )
        .into(),
    )
}

/// One request as it came.
#[derive(Clone, Debug, Default)]
pub(super) struct Seen {
    /// Method and path.
    pub(super) line: String,
    /// All headers, in lower case.
    pub(super) head: String,
    pub(super) body: String,
    /// Which connection it came on, from 1.
    pub(super) connection: usize,
}

/// The server; its task ends with the test's runtime.
pub(super) struct Server {
    pub(super) port: u16,
    seen: Arc<Mutex<Vec<Seen>>>,
}

#[derive(Clone)]
struct Shared {
    seen: Arc<Mutex<Vec<Seen>>>,
    script: Arc<Mutex<VecDeque<Step>>>,
}

impl Server {
    /// Begins to listen. After the last step every request is answered by it again.
    pub(super) async fn start(script: impl IntoIterator<Item = Step>) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let seen = Arc::default();
        let shared = Shared { seen: Arc::clone(&seen), script: Arc::new(Mutex::new(script.into_iter().collect())) };
        tokio::spawn(async move {
            let mut connection = 0;
            while let Ok((stream, _)) = listener.accept().await {
                connection += 1;
                tokio::spawn(serve(stream, shared.clone(), connection));
            }
        });
        Server { port, seen }
    }

    pub(super) fn endpoint(&self) -> String {
        format!("http://127.0.0.1:{}/v1", self.port)
    }

    pub(super) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    pub(super) fn lines(&self) -> Vec<String> {
        self.seen().into_iter().map(|seen| seen.line).collect()
    }
}

async fn serve(mut stream: impl AsyncRead + AsyncWrite + Unpin, shared: Shared, connection: usize) {
    while let Some(seen) = read_request(&mut stream).await {
        shared.seen.lock().unwrap().push(Seen { connection, ..seen });
        let step = {
            let mut script = shared.script.lock().unwrap();
            if script.len() > 1 { script.pop_front() } else { script.front().cloned() }
        };
        match step {
            Some(Step::Say(bytes)) => stream.write_all(&bytes).await.unwrap_or_default(),
            Some(Step::SayAndClose(bytes)) => return stream.write_all(&bytes).await.unwrap_or_default(),
            Some(Step::SayAndHang(bytes)) => {
                stream.write_all(&bytes).await.unwrap_or_default();
                std::future::pending::<()>().await;
            }
            None => return,
        }
    }
}

/// Reads one request; `None` at the connection's end.
pub(super) async fn read_request(stream: &mut (impl AsyncRead + Unpin)) -> Option<Seen> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break end;
        }
        bytes.push(stream.read_u8().await.ok()?);
    };
    let text = String::from_utf8(bytes[..end].to_vec()).expect("a head of text");
    let (line, head) = text.split_once("\r\n").expect("a request line");
    let head = head.to_lowercase();
    let length =
        head.lines().find_map(|line| line.strip_prefix("content-length: ")).map_or(0, |length| length.parse().unwrap());
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.ok()?;
    let line = line.trim_end_matches(" HTTP/1.1").to_owned();
    Some(Seen { line, head, body: String::from_utf8(body).expect("a body of text"), connection: 0 })
}
