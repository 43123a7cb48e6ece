//! All services of the process, and the way from a request's path to them.

use std::convert::Infallible;
use std::sync::Arc;

use bytes::{Buf, BufMut, Bytes};
use http::{Request, Response};
use hyper::body::Incoming;
use prost::Message;
use tokio::sync::OnceCell;
use tonic::body::Body;
use tonic::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic::codegen::{BoxFuture, Service};
use tonic::server::{Grpc, UnaryService};
use tonic::{Status, server::NamedService};

use crate::life::Life;
use crate::request::Capabilities;
use crate::rpc;
use crate::server::{Answer, Operation, Server};
use crate::wire::health::health_server::HealthServer;
use crate::wire::plugin::grpc_broker_server::GrpcBrokerServer;
use crate::wire::plugin::grpc_controller_server::GrpcControllerServer;
use crate::wire::plugin::grpc_stdio_server::GrpcStdioServer;
use crate::wire::tfplugin6 as tf;
use plumbing::Plumbing;
use tf::provider_server::ProviderServer;

mod plumbing;

/// Terraform sends whole states in one message; a limit is needed only against nonsense.
const LONGEST_MESSAGE: usize = 256 * 1024 * 1024;

/// Where the answer is that is by far the largest and never changes.
const SCHEMA_PATH: &str = "/tfplugin6.Provider/GetProviderSchema";

/// Everything that a connection can call; cheap to clone.
#[derive(Clone)]
pub(crate) struct Services {
    provider: ProviderServer<Server>,
    schemas: Schemas,
    controller: GrpcControllerServer<Plumbing>,
    stdio: GrpcStdioServer<Plumbing>,
    broker: GrpcBrokerServer<Plumbing>,
    health: HealthServer<Plumbing>,
}

impl Services {
    pub(crate) fn new(server: Arc<Server>, life: Arc<Life>) -> Self {
        let plumbing = Arc::new(Plumbing { life });
        Self {
            provider: ProviderServer::from_arc(server.clone()).max_decoding_message_size(LONGEST_MESSAGE),
            schemas: Schemas { server, encoded: Arc::default() },
            controller: GrpcControllerServer::from_arc(plumbing.clone()),
            stdio: GrpcStdioServer::from_arc(plumbing.clone()),
            broker: GrpcBrokerServer::from_arc(plumbing.clone()),
            health: HealthServer::from_arc(plumbing),
        }
    }

    /// Hands a request to the service that its path names.
    pub(crate) fn route(mut self, request: Request<Incoming>) -> BoxFuture<Response<Body>, Infallible> {
        let path = request.uri().path();
        let service = path.split('/').nth(1).unwrap_or_default();
        if path == SCHEMA_PATH {
            let answer = async move { Ok(Grpc::new(EncodedCodec).unary(self.schemas, request).await) };
            return Box::pin(answer);
        }
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

/// Answers with the schemas, which are encoded once.
#[derive(Clone)]
struct Schemas {
    server: Arc<Server>,
    encoded: Arc<OnceCell<Bytes>>,
}

impl Schemas {
    async fn encode(&self) -> Bytes {
        let operation = Operation { verb: "describing the provider", name: String::new() };
        let work = |server: Arc<Server>| async move { rpc::schemas(&server) };
        let schemas = self.server.run(operation, Capabilities::default(), work).await;
        schemas.unwrap_or_else(tf::get_provider_schema::Response::failed).encode_to_vec().into()
    }
}

impl UnaryService<()> for Schemas {
    type Response = Bytes;
    type Future = BoxFuture<tonic::Response<Bytes>, Status>;

    fn call(&mut self, _request: tonic::Request<()>) -> Self::Future {
        let schemas = self.clone();
        Box::pin(async move {
            let encoded = schemas.encoded.get_or_init(|| schemas.encode()).await;
            Ok(tonic::Response::new(encoded.clone()))
        })
    }
}

/// Sends bytes that are already encoded, and takes requests without fields.
struct EncodedCodec;

impl Codec for EncodedCodec {
    type Encode = Bytes;
    type Decode = ();
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        Self
    }

    fn decoder(&mut self) -> Self {
        Self
    }
}

impl Encoder for EncodedCodec {
    type Item = Bytes;
    type Error = Status;

    fn encode(&mut self, item: Bytes, buffer: &mut EncodeBuf<'_>) -> Result<(), Status> {
        buffer.put(item);
        Ok(())
    }
}

impl Decoder for EncodedCodec {
    type Item = ();
    type Error = Status;

    fn decode(&mut self, buffer: &mut DecodeBuf<'_>) -> Result<Option<()>, Status> {
        buffer.advance(buffer.remaining());
        Ok(Some(()))
    }
}
