//! The listening side: a router over the operations, connections that can be cut, a listener that can be closed.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::http::Method;
use axum::routing::{MethodFilter, on};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::{mpsc, watch};
use tokio::time::Instant;
use tokio_rustls::TlsAcceptor;

use crate::call::Refusal;
use crate::connection::{self, Visit};
use crate::gate;
use crate::operations::{OPERATIONS, Operation};
use crate::shared::{Order, Shared};

/// How many connections may wait to be accepted.
const BACKLOG: u32 = 1024;

/// How soon a listener that could not be opened again is tried once more.
const REOPEN_AFTER: Duration = Duration::from_millis(20);

/// What is no operation, in the log and for faults.
const UNKNOWN: Operation = Operation {
    name: "unknown",
    method: "",
    path: "",
    key: None,
    success: 404,
    handler: |_, _| Err(Refusal::new(404, "there is no such operation")),
};
const WRONG_METHOD: Operation = Operation {
    success: 405,
    handler: |_, _| Err(Refusal::new(405, "this path does not know that method")),
    ..UNKNOWN
};

/// The routes of the API under `/v1`; whatever else arrives is logged as an unknown operation.
pub(crate) fn api(shared: &Arc<Shared>) -> Router {
    let handler = |operation: &'static Operation| {
        let shared = shared.clone();
        move |request: Request| gate::serve(shared, operation, request)
    };
    let mut router = Router::new();
    for operation in OPERATIONS {
        let method = Method::from_bytes(operation.method.as_bytes()).unwrap_or_default();
        let filter = MethodFilter::try_from(method).unwrap_or(MethodFilter::GET);
        router = router.route(&format!("/v1{}", operation.path), on(filter, handler(operation)));
    }
    router.fallback(handler(&UNKNOWN)).method_not_allowed_fallback(handler(&WRONG_METHOD))
}

/// The address of a simulator, kept from others even while its listener is closed.
pub(crate) struct Address {
    /// Bound but never listening: as long as it lives, nobody else is given the port.
    _placeholder: TcpSocket,
    pub address: SocketAddr,
}

impl Address {
    /// Takes an address; port 0 is any free one.
    pub fn take(address: SocketAddr) -> io::Result<Self> {
        let placeholder = bind(address)?;
        let address = placeholder.local_addr()?;
        Ok(Self { _placeholder: placeholder, address })
    }

    pub fn listen(&self) -> io::Result<TcpListener> {
        bind(self.address)?.listen(BACKLOG)
    }
}

fn bind(address: SocketAddr) -> io::Result<TcpSocket> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    Ok(socket)
}

/// Accepts connections until it is dropped, and follows the orders about its listener.
pub(crate) async fn accept(
    address: Address,
    listener: TcpListener,
    router: Router,
    tls: Option<TlsAcceptor>,
    mut orders: mpsc::UnboundedReceiver<Order>,
) {
    let mut listener = Some(listener);
    let mut reopen_at = Instant::now();
    let (drain, draining) = watch::channel(());
    let mut count = 0;
    loop {
        tokio::select! {
            biased;
            Some(order) = orders.recv() => match order {
                Order::Refuse(duration, done) => {
                    listener = None;
                    reopen_at = Instant::now() + duration;
                    drain.send_replace(());
                    // Lets the idle connections close before anybody is told that connections are refused.
                    tokio::task::yield_now().await;
                    done();
                }
                Order::Accept(done) => {
                    listener = listener.or_else(|| address.listen().ok());
                    reopen_at = Instant::now();
                    done();
                }
            },
            () = tokio::time::sleep_until(reopen_at), if listener.is_none() => {
                listener = address.listen().ok();
                reopen_at = Instant::now() + REOPEN_AFTER;
            }
            Some(stream) = next(listener.as_ref()) => {
                count += 1;
                let (router, tls, draining) = (router.clone(), tls.clone(), draining.clone());
                let visit = Visit { number: count, router, tls, draining };
                tokio::spawn(connection::serve(stream, visit));
            }
        }
    }
}

/// The next connection; none when accepting failed, and never anything without a listener.
async fn next(listener: Option<&TcpListener>) -> Option<TcpStream> {
    match listener {
        Some(listener) => listener.accept().await.ok().map(|(stream, _)| stream),
        None => std::future::pending().await,
    }
}
