//! The generated messages and services of the wire.

/// Terraform's plugin protocol.
pub mod tfplugin6 {
    tonic::include_proto!("tfplugin6");
}

/// The services that go-plugin expects of every plugin.
pub mod plugin {
    tonic::include_proto!("plugin");
}

/// gRPC's standard health service.
pub mod health {
    tonic::include_proto!("grpc.health.v1");
}
