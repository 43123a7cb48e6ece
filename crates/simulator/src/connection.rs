//! One connection: it serves requests, and ends as their answers say.

use std::convert::Infallible;
use std::error::Error;
use std::fmt;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::task::{Context, Poll};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::response::Response;
use hyper::body::{Frame, Incoming, SizeHint};
use hyper::server::conn::{http1, http2};
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpStream;
use tokio::sync::{Notify, watch};
use tokio_rustls::TlsAcceptor;

use crate::parting::{GoAway, Parting};
use crate::shared::Connection;
use crate::socket::{End, Exit, Socket, Stream};

/// What a connection comes with.
pub(crate) struct Visit {
    /// Its number, counted from 1.
    pub number: u64,
    pub router: Router,
    pub tls: Option<TlsAcceptor>,
    /// Changes when all connections are to close after their present answer.
    pub draining: watch::Receiver<()>,
}

/// What the answers of a connection have made of it.
#[derive(Default)]
struct State {
    exit: Exit,
    /// Whether it serves no further request.
    spent: Arc<AtomicBool>,
    /// How many requests it has brought.
    requests: AtomicU32,
    finished: Notify,
}

/// Why a request gets no answer.
#[derive(Debug)]
enum Severed {
    /// Its connection ends.
    Connection,
    /// Its stream is refused; hyper looks for the reason in the source.
    Stream(h2::Error),
}

impl fmt::Display for Severed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("severed on purpose")
    }
}

impl Error for Severed {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Connection => None,
            Self::Stream(error) => Some(error),
        }
    }
}

/// Serves a connection to its end. How it ends is the client's affair, or was asked for.
pub(crate) async fn serve(stream: TcpStream, visit: Visit) {
    // Without it, answers wait for delayed acknowledgements.
    if stream.set_nodelay(true).is_err() {
        return;
    }
    let Some(acceptor) = &visit.tls else { return talk(Stream::Plain(stream), false, visit).await };
    // A client that does not trust the certificate leaves here.
    let Ok(stream) = acceptor.accept(stream).await else { return };
    let http2 = stream.get_ref().1.alpn_protocol() == Some(b"h2");
    talk(Stream::Tls(Box::new(stream)), http2, visit).await;
}

async fn talk(stream: Stream, http2: bool, mut visit: Visit) {
    visit.draining.mark_unchanged();
    let state = Arc::new(State::default());
    let socket = TokioIo::new(Socket::new(stream, state.exit.clone(), http2));
    let router = TowerToHyperService::new(visit.router);
    let (number, seen) = (visit.number, state.clone());
    let service = service_fn(move |mut request: hyper::Request<Incoming>| {
        let requests = seen.requests.fetch_add(1, Ordering::Relaxed);
        let spent = seen.spent.load(Ordering::Relaxed);
        request.extensions_mut().insert(Connection { number, spent: seen.spent.clone() });
        let response = (!spent).then(|| router.call(request));
        let state = seen.clone();
        async move {
            let Some(response) = response else { return Err(state.sever(End::Cut)) };
            let response = response.await.unwrap_or_else(|never: Infallible| match never {});
            // Clients number their streams 1, 3, 5 and so on.
            state.part(response, requests.saturating_mul(2).saturating_add(1))
        }
    });
    // The two kinds of connections share a form but no trait.
    macro_rules! drive {
        ($serving:expr) => {{
            let mut serving = pin!($serving);
            tokio::select! {
                ended = serving.as_mut() => return drop(ended),
                Ok(()) = visit.draining.changed() => {}
                () = state.finished.notified() => {}
            }
            serving.as_mut().graceful_shutdown();
            drop(serving.await);
        }};
    }
    if http2 {
        drive!(http2::Builder::new(TokioExecutor::new()).serve_connection(socket, service));
    } else {
        drive!(http1::Builder::new().serve_connection(socket, service));
    }
}

impl State {
    /// Ends the connection: an error in the place of the answer makes it look at its exit.
    fn sever(&self, end: End) -> Severed {
        self.spent.store(true, Ordering::Relaxed);
        self.exit.set(end);
        Severed::Connection
    }

    /// Does what an answer says about its connection.
    fn part(self: Arc<Self>, response: Response, stream: u32) -> Result<hyper::Response<Watched>, Severed> {
        let parting = response.extensions().get::<Parting>().cloned();
        let mut closes = None;
        match parting {
            Some(Parting::Cut) => return Err(self.sever(End::Cut)),
            Some(Parting::Reset) => return Err(self.sever(End::Reset)),
            Some(Parting::GoAway(going)) => return Err(self.sever(End::Frames(frame(&going, stream)))),
            Some(Parting::Refused) => return Err(Severed::Stream(h2::Reason::REFUSED_STREAM.into())),
            Some(Parting::Spent) => self.spent.store(true, Ordering::Relaxed),
            // A request that was sent before the end was seen is not served either.
            Some(Parting::Silent) => {
                self.spent.store(true, Ordering::Relaxed);
                closes = Some(self);
            }
            Some(Parting::Announced) | None => {}
        }
        Ok(response.map(|body| Watched { body, closes }))
    }
}

/// A GOAWAY frame about this stream.
fn frame(going: &GoAway, stream: u32) -> Vec<u8> {
    let last = if going.above { stream } else { stream.saturating_sub(2) };
    let length = u32::try_from(going.debug.len()).unwrap_or_default().saturating_add(8);
    let [_, length @ ..] = length.to_be_bytes();
    // The type is 7; there are no flags, and the frame is about the connection, stream 0.
    let header = [&length[..], &[7, 0, 0, 0, 0, 0]].concat();
    [&header[..], &last.to_be_bytes(), &going.code.to_be_bytes(), &going.debug].concat()
}

/// A body that tells its connection when it has been sent, if that is to be its end.
struct Watched {
    body: Body,
    closes: Option<Arc<State>>,
}

impl Drop for Watched {
    fn drop(&mut self) {
        if let Some(state) = &self.closes {
            state.finished.notify_one();
        }
    }
}

impl hyper::body::Body for Watched {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
