//! Connections: who may speak, and HTTP/2 with those who may.

use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http2;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;

use crate::life::Life;
use crate::listener::{Listener, Socket};
use crate::services::Services;

/// A client that does not finish its TLS handshake in this time is cut off.
const HANDSHAKE_LIMIT: Duration = Duration::from_secs(30);

/// How long clients may take to read the last answers when the process ends.
const DRAIN_LIMIT: Duration = Duration::from_secs(1);

/// Accepting fails when the process has too many open files; it will have fewer soon.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// More requests at a time than any `-parallelism` asks for.
const CONCURRENT_REQUESTS: u32 = 10_000;

/// Flow control windows that take most states in one go.
const WINDOW: u32 = 1024 * 1024;

/// What every connection needs.
#[derive(Clone)]
pub(crate) struct Connections {
    pub tls: Option<TlsAcceptor>,
    pub services: Services,
    pub life: Arc<Life>,
}

impl Connections {
    /// Serves whoever comes, each in a task of its own, for ever.
    pub(crate) async fn accept(&self, listener: &Listener) {
        loop {
            match listener.accept().await {
                #[cfg(unix)]
                Ok(Socket::Unix(socket)) => drop(tokio::spawn(self.clone().serve(socket))),
                Ok(Socket::Tcp(socket)) => drop(tokio::spawn(self.clone().serve(socket))),
                Err(error) => {
                    tracing::warn!("cannot accept a connection: {error}");
                    sleep(ACCEPT_PAUSE).await;
                }
            }
        }
    }

    async fn serve<S: AsyncRead + AsyncWrite + Unpin + Send + 'static>(self, socket: S) {
        let Some(acceptor) = self.tls.clone() else { return self.speak(socket).await };
        match timeout(HANDSHAKE_LIMIT, acceptor.accept(socket)).await {
            Ok(Ok(stream)) => self.speak(stream).await,
            Ok(Err(error)) => tracing::warn!("refused a client: {error}"),
            Err(_) => tracing::warn!("refused a client: it did not finish its handshake"),
        }
    }

    async fn speak<S: AsyncRead + AsyncWrite + Unpin + Send + 'static>(self, stream: S) {
        let _connected = self.life.connected();
        let services = self.services;
        let connection = http2::Builder::new(TokioExecutor::new())
            // gRPC has no use for it, and Terraform would read it from every answer.
            .auto_date_header(false)
            .max_concurrent_streams(CONCURRENT_REQUESTS)
            .initial_stream_window_size(WINDOW)
            .initial_connection_window_size(WINDOW)
            .serve_connection(TokioIo::new(stream), service_fn(move |request| services.clone().route(request)));
        let mut connection = std::pin::pin!(connection);
        tokio::select! {
            result = connection.as_mut() => {
                if let Err(error) = result {
                    tracing::debug!("a connection broke: {error}");
                }
            }
            () = self.life.shutdown.cancelled() => {
                connection.as_mut().graceful_shutdown();
                tokio::select! {
                    _ = connection => {}
                    () = drained(&self.life) => {}
                }
            }
        }
    }
}

/// Nothing runs any more, and there was time to read what came of it.
async fn drained(life: &Life) {
    life.idle().await;
    sleep(DRAIN_LIMIT).await;
}
