//! The calls of the protocol, one line each; what they do is in the modules below.

use std::sync::Arc;

use bytes::Bytes;
use tonic::{Request, Response, Status};

use crate::request::Capabilities;
use crate::server::{Operation, Server};
use crate::shape::Shape;
use crate::wire::tfplugin6 as tf;
use crate::{diagnostics, json, msgpack};

mod action;
mod data_source;
mod ephemeral;
mod function;
mod list;
mod moves;
mod plan;
mod provider;
mod resource;
mod state;
mod stream;

use tf::provider_server::Provider;

/// The bytes of a value, whichever way it was sent; an absent one is null.
fn bytes(diags: &mut tf_provider::Diagnostics, value: Option<&tf::DynamicValue>, shape: &Shape) -> Option<Bytes> {
    let value = value.cloned().unwrap_or_default();
    if value.json.is_empty() {
        return Some(if value.msgpack.is_empty() { Bytes::from_static(msgpack::NULL) } else { value.msgpack });
    }
    let read = json::read(&value.json, shape).map_err(|error| error.to_string());
    match read.and_then(|value| msgpack::encode(&value).map_err(|error| error.to_string())) {
        Ok(bytes) => Some(bytes.into()),
        Err(error) => {
            diagnostics::root_error(diags, "A value cannot be read", error);
            None
        }
    }
}

/// The bytes of provider metadata, whose schema does not matter here.
fn meta(diags: &mut tf_provider::Diagnostics, value: Option<&tf::DynamicValue>) -> Option<Bytes> {
    bytes(diags, value, &Shape::Plain)
}

fn value(bytes: impl Into<Bytes>) -> Option<tf::DynamicValue> {
    Some(tf::DynamicValue { msgpack: bytes.into(), ..tf::DynamicValue::default() })
}

fn null() -> Option<tf::DynamicValue> {
    value(msgpack::NULL)
}

/// The service: calls with a type and the client's capabilities, calls with a type, those of them that write, calls
/// whose answer never changes, and the rest by hand.
macro_rules! provider_service {
    (
        capable { $($capable:ident $capable_verb:literal $capable_name:ident $capable_work:path;)* }
        named { $($named:ident $named_verb:literal $named_name:ident $named_work:path;)* }
        writing { $($writing:ident $writing_verb:literal $writing_name:ident $writing_work:path;)* }
        static { $($fixed:ident $fixed_verb:literal $fixed_work:path;)* }
        $($rest:tt)*
    ) => {
        #[tonic::async_trait]
        impl Provider for Server {
            $(async fn $capable(
                self: Arc<Self>,
                request: Request<tf::$capable::Request>,
            ) -> Result<Response<tf::$capable::Response>, Status> {
                let request = request.into_inner();
                let operation = Operation { verb: $capable_verb, name: request.$capable_name.clone(), writes: false };
                let client = request.client_capabilities.into();
                self.answer(operation, client, |server| async move { $capable_work(&server, request).await }).await
            })*
            $(async fn $named(
                self: Arc<Self>,
                request: Request<tf::$named::Request>,
            ) -> Result<Response<tf::$named::Response>, Status> {
                let request = request.into_inner();
                let operation = Operation { verb: $named_verb, name: request.$named_name.clone(), writes: false };
                let client = Capabilities::default();
                self.answer(operation, client, |server| async move { $named_work(&server, request).await }).await
            })*
            $(async fn $writing(
                self: Arc<Self>,
                request: Request<tf::$writing::Request>,
            ) -> Result<Response<tf::$writing::Response>, Status> {
                let request = request.into_inner();
                let operation = Operation { verb: $writing_verb, name: request.$writing_name.clone(), writes: true };
                let client = Capabilities::default();
                self.answer(operation, client, |server| async move { $writing_work(&server, request).await }).await
            })*
            $(async fn $fixed(
                self: Arc<Self>,
                _request: Request<tf::$fixed::Request>,
            ) -> Result<Response<tf::$fixed::Response>, Status> {
                let operation = Operation { verb: $fixed_verb, name: String::new(), writes: false };
                let client = Capabilities::default();
                self.answer(operation, client, |server| async move { $fixed_work(&server) }).await
            })*
            $($rest)*
        }
    };
}

provider_service! {
    capable {
        validate_resource_config "checking" type_name resource::validate;
        read_resource "reading" type_name resource::read;
        plan_resource_change "planning" type_name plan::plan;
        import_resource_state "importing" type_name resource::import;
        read_data_source "reading data source" type_name data_source::read;
        open_ephemeral_resource "opening" type_name ephemeral::open;
        plan_action "planning action" action_type action::plan;
    }
    named {
        upgrade_resource_state "upgrading" type_name state::upgrade;
        upgrade_resource_identity "upgrading the identity of" type_name state::upgrade_identity;
        generate_resource_config "writing a configuration for" type_name state::generate_config;
        move_resource_state "moving an object to" target_type_name moves::move_here;
        validate_data_resource_config "checking data source" type_name data_source::validate;
        call_function "calling" name function::call;
        validate_ephemeral_resource_config "checking" type_name ephemeral::validate;
        renew_ephemeral_resource "renewing" type_name ephemeral::renew;
        close_ephemeral_resource "closing" type_name ephemeral::close;
        validate_list_resource_config "checking list" type_name list::validate;
        validate_action_config "checking action" type_name action::validate;
    }
    writing {
        apply_resource_change "applying" type_name plan::apply;
    }
    static {
        get_metadata "naming what there is" provider::metadata;
        get_provider_schema "describing the provider" provider::schemas;
        get_resource_identity_schemas "describing identities" provider::identity_schemas;
        get_functions "describing functions" provider::functions;
    }

    async fn validate_provider_config(
        self: Arc<Self>,
        request: Request<tf::validate_provider_config::Request>,
    ) -> Result<Response<tf::validate_provider_config::Response>, Status> {
        let request = request.into_inner();
        let operation = Operation { verb: "checking the provider's configuration", name: String::new(), writes: false };
        let client = Capabilities::default();
        self.answer(operation, client, |server| async move { provider::validate(&server, request).await }).await
    }

    async fn configure_provider(
        self: Arc<Self>,
        request: Request<tf::configure_provider::Request>,
    ) -> Result<Response<tf::configure_provider::Response>, Status> {
        let request = request.into_inner();
        self.introduced(request.terraform_version.clone());
        let operation = Operation { verb: "configuring the provider", name: String::new(), writes: false };
        let client = request.client_capabilities.into();
        self.answer(operation, client, |server| async move { provider::configure(&server, request).await }).await
    }

    async fn list_resource(
        self: Arc<Self>,
        request: Request<tf::list_resource::Request>,
    ) -> Result<Response<tonic::codegen::BoxStream<tf::list_resource::Event>>, Status> {
        Ok(Response::new(list::list(self, request.into_inner())))
    }

    async fn invoke_action(
        self: Arc<Self>,
        request: Request<tf::invoke_action::Request>,
    ) -> Result<Response<tonic::codegen::BoxStream<tf::invoke_action::Event>>, Status> {
        Ok(Response::new(action::invoke(self, request.into_inner())))
    }

    async fn stop_provider(
        self: Arc<Self>,
        _request: Request<tf::stop_provider::Request>,
    ) -> Result<Response<tf::stop_provider::Response>, Status> {
        self.stop();
        Ok(Response::new(tf::stop_provider::Response::default()))
    }
}
