//! A connection below HTTP: which protocol it agrees on, and how many requests it serves.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, StreamOwned};

use super::Endpoint;

/// How long a service may take to close a connection after its answer, before it is taken to keep it open.
const CLOSES_WITHIN: Duration = Duration::from_millis(500);

/// What comes of a connection after an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Persistence {
    /// It serves another request.
    Kept,
    /// The answer says that it closes.
    Announced,
    /// It closes without a word.
    Silent,
    /// It closes when another request arrives.
    Spent,
}

enum Stream {
    Plain(TcpStream),
    Tls(Box<StreamOwned<ClientConnection, TcpStream>>),
}

/// An open connection.
pub struct Wire {
    stream: Stream,
    endpoint: Endpoint,
    header: String,
    timeout: Duration,
    /// What TLS agreed on, such as `h2`.
    pub protocol: Option<String>,
    /// The version of TLS.
    pub tls: Option<String>,
    /// The head of the first answer.
    pub head: String,
}

impl Wire {
    /// Connects; with TLS where there is a configuration for it.
    pub fn open(
        endpoint: &Endpoint,
        config: Option<Arc<ClientConfig>>,
        header: String,
        timeout: Duration,
    ) -> Result<Self, String> {
        let problem = |error: &dyn std::fmt::Display| format!("cannot connect to {}: {error}", endpoint.host);
        let addresses = (endpoint.host.as_str(), endpoint.port).to_socket_addrs().map_err(|error| problem(&error))?;
        let mut last = io::Error::other("it has no address");
        let connected = addresses.into_iter().find_map(|address| match TcpStream::connect_timeout(&address, timeout) {
            Ok(stream) => Some(stream),
            Err(error) => {
                last = error;
                None
            }
        });
        let tcp = connected.ok_or_else(|| problem(&last))?;
        tcp.set_read_timeout(Some(timeout)).map_err(|error| problem(&error))?;
        let (endpoint, mut protocol, mut tls) = (endpoint.clone(), None, None);
        let stream = match config {
            None => Stream::Plain(tcp),
            Some(config) => {
                let name = ServerName::try_from(endpoint.host.clone()).map_err(|error| problem(&error))?;
                let connection = ClientConnection::new(config, name).map_err(|error| problem(&error))?;
                let mut stream = StreamOwned::new(connection, tcp);
                stream.conn.complete_io(&mut stream.sock).map_err(|error| problem(&error))?;
                protocol = stream.conn.alpn_protocol().map(|name| String::from_utf8_lossy(name).into_owned());
                tls = stream.conn.protocol_version().and_then(|version| version.as_str()).map(str::to_string);
                Stream::Tls(Box::new(stream))
            }
        };
        Ok(Self { stream, endpoint, header, timeout, protocol, tls, head: String::new() })
    }

    /// Sends up to two requests and says what came of the connection.
    pub fn persistence(&mut self, path: &str) -> Result<Persistence, String> {
        let answer = self.ask(path)?.ok_or("the connection was closed without an answer")?;
        self.head = answer;
        let closing = self.head.lines().any(|line| {
            let line = line.to_ascii_lowercase();
            line.starts_with("connection:") && line.contains("close")
        });
        if closing {
            return Ok(Persistence::Announced);
        }
        if self.closes() {
            return Ok(Persistence::Silent);
        }
        Ok(match self.ask(path) {
            Ok(Some(_)) => Persistence::Kept,
            Ok(None) | Err(_) => Persistence::Spent,
        })
    }

    /// Sends a request over HTTP/1.1 and gives the head of the answer; nothing when the connection ends first.
    fn ask(&mut self, path: &str) -> Result<Option<String>, String> {
        let (base, host) = (&self.endpoint.base, &self.endpoint.host);
        let accepted = "Accept: application/json\r\nAccept-Encoding: gzip\r\n";
        let request = format!("GET {base}{path} HTTP/1.1\r\nHost: {host}\r\n{accepted}{}\r\n", self.header);
        let problem = |error: io::Error| format!("the connection broke: {error}");
        self.write_all(request.as_bytes()).map_err(problem)?;
        let mut received = Vec::new();
        let end = Instant::now() + self.timeout;
        loop {
            if let Some(head) = complete(&received) {
                return Ok(Some(head));
            }
            let mut chunk = [0; 4096];
            let count = match self.read(&mut chunk) {
                Err(error)
                    if error.kind() == ErrorKind::UnexpectedEof || error.kind() == ErrorKind::ConnectionReset =>
                {
                    0
                }
                other => other.map_err(problem)?,
            };
            if count == 0 || Instant::now() > end {
                return Ok(None);
            }
            received.extend_from_slice(chunk.get(..count).unwrap_or_default());
        }
    }

    /// Whether the other side closes within a moment.
    fn closes(&mut self) -> bool {
        let tcp = match &self.stream {
            Stream::Plain(tcp) => tcp,
            Stream::Tls(tls) => &tls.sock,
        };
        if tcp.set_read_timeout(Some(CLOSES_WITHIN)).is_err() {
            return true;
        }
        let closed = match self.read(&mut [0; 1]) {
            Ok(count) => count == 0,
            Err(error) => !matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut),
        };
        let tcp = match &self.stream {
            Stream::Plain(tcp) => tcp,
            Stream::Tls(tls) => &tls.sock,
        };
        closed || tcp.set_read_timeout(Some(self.timeout)).is_err()
    }

    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match &mut self.stream {
            Stream::Plain(stream) => stream.read(buffer),
            Stream::Tls(stream) => stream.read(buffer),
        }
    }

    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        match &mut self.stream {
            Stream::Plain(stream) => stream.write_all(bytes),
            Stream::Tls(stream) => stream.write_all(bytes).and_then(|()| stream.flush()),
        }
    }
}

/// The head of an answer that has arrived whole.
fn complete(received: &[u8]) -> Option<String> {
    let end = received.windows(4).position(|window| window == b"\r\n\r\n")? + 4;
    let head = String::from_utf8_lossy(received.get(..end)?).into_owned();
    let value = |name: &str| {
        let mut lines = head.lines().filter_map(|line| line.split_once(':'));
        lines.find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim().to_string())
    };
    let body = received.get(end..)?;
    let whole = match value("content-length").and_then(|text| text.parse::<usize>().ok()) {
        Some(length) => body.len() >= length,
        None if value("transfer-encoding").is_some() => body.ends_with(b"0\r\n\r\n"),
        None => true,
    };
    whole.then_some(head)
}
