//! The services that go-plugin expects of every plugin.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_core::Stream;
use tokio_util::sync::WaitForCancellationFutureOwned;
use tonic::codegen::BoxStream;
use tonic::{Request, Response, Status, Streaming};

use crate::life::Life;
use crate::wire::health::health_check_response::ServingStatus;
use crate::wire::health::health_server::Health;
use crate::wire::health::{HealthCheckRequest, HealthCheckResponse};
use crate::wire::plugin::grpc_broker_server::GrpcBroker;
use crate::wire::plugin::grpc_controller_server::GrpcController;
use crate::wire::plugin::grpc_stdio_server::GrpcStdio;
use crate::wire::plugin::{ConnInfo, Empty, StdioData};

pub(super) struct Plumbing {
    pub life: Arc<Life>,
}

/// The name that go-plugin asks the health service for.
const PLUGIN: &str = "plugin";

/// First what is there, then silence until the process ends: clients take the end of these streams for the end of the
/// plugin.
struct Quiet<T> {
    first: Option<T>,
    shutdown: Pin<Box<WaitForCancellationFutureOwned>>,
}

impl<T: Unpin> Stream for Quiet<T> {
    type Item = Result<T, Status>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if let Some(first) = self.first.take() {
            return Poll::Ready(Some(Ok(first)));
        }
        self.shutdown.as_mut().poll(context).map(|()| None)
    }
}

impl Plumbing {
    fn quiet<T: Unpin + Send + 'static>(&self, first: Option<T>) -> Response<BoxStream<T>> {
        let shutdown = Box::pin(self.life.shutdown.clone().cancelled_owned());
        Response::new(Box::pin(Quiet { first, shutdown }))
    }

    fn health(request: &HealthCheckRequest) -> Option<HealthCheckResponse> {
        let known = request.service.is_empty() || request.service == PLUGIN;
        known.then(|| HealthCheckResponse { status: ServingStatus::Serving.into() })
    }
}

#[tonic::async_trait]
impl GrpcController for Plumbing {
    async fn shutdown(self: Arc<Self>, _request: Request<Empty>) -> Result<Response<Empty>, Status> {
        tracing::debug!("asked to end");
        self.life.shutdown.cancel();
        Ok(Response::new(Empty {}))
    }
}

#[tonic::async_trait]
impl GrpcStdio for Plumbing {
    /// There is nothing to carry: stdout is used for the handshake alone, and stderr is a pipe of its own.
    async fn stream_stdio(self: Arc<Self>, _request: Request<()>) -> Result<Response<BoxStream<StdioData>>, Status> {
        Ok(self.quiet(None))
    }
}

#[tonic::async_trait]
impl GrpcBroker for Plumbing {
    async fn start_stream(
        self: Arc<Self>,
        _request: Request<Streaming<ConnInfo>>,
    ) -> Result<Response<BoxStream<ConnInfo>>, Status> {
        Ok(self.quiet(None))
    }
}

#[tonic::async_trait]
impl Health for Plumbing {
    async fn check(
        self: Arc<Self>,
        request: Request<HealthCheckRequest>,
    ) -> Result<Response<HealthCheckResponse>, Status> {
        Self::health(request.get_ref()).map(Response::new).ok_or_else(|| Status::not_found("unknown service"))
    }

    async fn watch(
        self: Arc<Self>,
        request: Request<HealthCheckRequest>,
    ) -> Result<Response<BoxStream<HealthCheckResponse>>, Status> {
        let unknown = HealthCheckResponse { status: ServingStatus::ServiceUnknown.into() };
        Ok(self.quiet(Some(Self::health(request.get_ref()).unwrap_or(unknown))))
    }
}
