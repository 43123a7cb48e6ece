//! One HTTP/2 connection as a service that the generated clients can call.

use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use http::uri::{PathAndQuery, Scheme};
use http::{Request, Response, Uri};
use hyper::body::Incoming;
use hyper::client::conn::http2::{self, SendRequest};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::task::AbortHandle;
use tonic::body::Body;
use tonic::codegen::{BoxFuture, Service};

use super::ClientError;

/// A connection to a provider; clones share it.
#[derive(Clone, Debug)]
pub struct Channel {
    sender: SendRequest<Body>,
    connection: Arc<Mutex<Option<AbortHandle>>>,
}

/// What requests name as their host; the connection itself goes where it goes.
pub(super) fn origin() -> Uri {
    let mut parts = http::uri::Parts::default();
    parts.scheme = Some(Scheme::HTTP);
    parts.authority = Some(http::uri::Authority::from_static("localhost"));
    parts.path_and_query = Some(PathAndQuery::from_static("/"));
    Uri::from_parts(parts).expect("scheme, host and path are a URI")
}

impl Channel {
    pub(super) async fn open<S>(stream: S) -> Result<Self, ClientError>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let connected = http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await;
        let (sender, connection) = connected.map_err(|error| ClientError::Http(error.to_string()))?;
        // How the connection ends shows in the calls that it carries.
        let task = tokio::spawn(async move { drop(connection.await) });
        Ok(Self { sender, connection: Arc::new(Mutex::new(Some(task.abort_handle()))) })
    }

    /// Drops the connection at once.
    pub(super) fn close(&self) {
        if let Some(task) = self.connection.lock().unwrap_or_else(PoisonError::into_inner).take() {
            task.abort();
        }
    }
}

impl Service<Request<Body>> for Channel {
    type Response = Response<Incoming>;
    type Error = hyper::Error;
    type Future = BoxFuture<Self::Response, Self::Error>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), hyper::Error>> {
        self.sender.poll_ready(context)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        Box::pin(self.sender.send_request(request))
    }
}
