//! One connection: it serves requests one after the other, and ends as their answers say.

use std::convert::Infallible;
use std::io;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::response::Response;
use hyper::body::{Frame, Incoming, SizeHint};
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpStream;
use tokio::sync::{Notify, watch};

use crate::parting::Parting;
use crate::shared::Connection;
use crate::socket::Socket;

/// What a connection comes with.
pub(crate) struct Visit {
    pub number: Connection,
    pub router: Router,
    /// Changes when all connections are to close after their present answer.
    pub draining: watch::Receiver<()>,
}

/// What the answers of a connection have made of it.
#[derive(Default)]
struct State {
    reset: Arc<AtomicBool>,
    spent: AtomicBool,
    finished: Notify,
}

/// Serves a connection to its end. How it ends is the client's affair, or was asked for.
pub(crate) async fn serve(stream: TcpStream, mut visit: Visit) {
    visit.draining.mark_unchanged();
    // Without it, answers wait for delayed acknowledgements.
    if stream.set_nodelay(true).is_err() {
        return;
    }
    let state = Arc::new(State::default());
    let socket = TokioIo::new(Socket::new(stream, state.reset.clone()));
    let router = TowerToHyperService::new(visit.router);
    let seen = state.clone();
    let service = service_fn(move |mut request: hyper::Request<Incoming>| {
        request.extensions_mut().insert(visit.number);
        let spent = seen.spent.load(Ordering::Relaxed);
        let response = (!spent).then(|| router.call(request));
        let state = seen.clone();
        async move {
            let Some(response) = response else { return Err(severed()) };
            let response = response.await.unwrap_or_else(|never: Infallible| match never {});
            state.part(response)
        }
    });
    let mut serving = pin!(http1::Builder::new().serve_connection(socket, service));
    tokio::select! {
        ended = serving.as_mut() => drop(ended),
        Ok(()) = visit.draining.changed() => {
            serving.as_mut().graceful_shutdown();
            drop(serving.await);
        }
        () = state.finished.notified() => {
            serving.as_mut().graceful_shutdown();
            drop(serving.await);
        }
    }
}

fn severed() -> io::Error {
    io::Error::other("severed on purpose")
}

impl State {
    /// Does what an answer says about its connection.
    fn part(self: Arc<Self>, response: Response) -> io::Result<hyper::Response<Watched>> {
        let parting = response.extensions().get::<Parting>().copied();
        match parting {
            Some(Parting::Cut | Parting::Reset) => {
                self.reset.store(parting == Some(Parting::Reset), Ordering::Relaxed);
                return Err(severed());
            }
            // A request that was sent before the end was seen is not served either.
            Some(Parting::Spent | Parting::Silent) => self.spent.store(true, Ordering::Relaxed),
            Some(Parting::Announced) | None => {}
        }
        let closes = (parting == Some(Parting::Silent)).then_some(self);
        Ok(response.map(|body| Watched { body, closes }))
    }
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
