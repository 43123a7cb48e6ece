//! All services of the process, and the way from a request's path to them.

use std::convert::Infallible;
use std::sync::Arc;

use http::{Request, Response};
use hyper::body::Incoming;
use tonic::body::Body;
use tonic::codegen::{BoxFuture, Service};
use tonic::{Status, server::NamedService};

use crate::life::Life;
use crate::server::Server;
use crate::wire::health::health_server::HealthServer;
use crate::wire::plugin::grpc_broker_server::GrpcBrokerServer;
use crate::wire::plugin::grpc_controller_server::GrpcControllerServer;
use crate::wire::plugin::grpc_stdio_server::GrpcStdioServer;
use crate::wire::tfplugin6::provider_server::ProviderServer;
use plumbing::Plumbing;

mod plumbing;

/// Terraform sends whole states in one message; a limit is needed only against nonsense.
const LONGEST_MESSAGE: usize = 256 * 1024 * 1024;

/// Everything that a connection can call; cheap to clone.
#[derive(Clone)]
pub(crate) struct Services {
    provider: ProviderServer<Server>,
    controller: GrpcControllerServer<Plumbing>,
    stdio: GrpcStdioServer<Plumbing>,
    broker: GrpcBrokerServer<Plumbing>,
    health: HealthServer<Plumbing>,
}

impl Services {
    pub(crate) fn new(server: Arc<Server>, life: Arc<Life>) -> Self {
        let plumbing = Arc::new(Plumbing { life });
        Self {
            provider: ProviderServer::from_arc(server).max_decoding_message_size(LONGEST_MESSAGE),
            controller: GrpcControllerServer::from_arc(plumbing.clone()),
            stdio: GrpcStdioServer::from_arc(plumbing.clone()),
            broker: GrpcBrokerServer::from_arc(plumbing.clone()),
            health: HealthServer::from_arc(plumbing),
        }
    }

    /// Hands a request to the service that its path names.
    pub(crate) fn route(mut self, request: Request<Incoming>) -> BoxFuture<Response<Body>, Infallible> {
        let service = request.uri().path().split('/').nth(1).unwrap_or_default();
        match service {
            ProviderServer::<Server>::NAME => self.provider.call(request),
            GrpcControllerServer::<Plumbing>::NAME => self.controller.call(request),
            GrpcStdioServer::<Plumbing>::NAME => self.stdio.call(request),
            GrpcBrokerServer::<Plumbing>::NAME => self.broker.call(request),
            HealthServer::<Plumbing>::NAME => self.health.call(request),
            _ => Box::pin(async { Ok(Status::unimplemented("there is no such service").into_http()) }),
        }
    }
}
