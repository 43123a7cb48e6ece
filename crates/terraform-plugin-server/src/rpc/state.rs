//! Stored states: of other versions, and as configurations.

use tf_provider::Diagnostics;

use crate::bridge::resource::AnyResource;
use crate::identity::IdentitySchema;
use crate::server::Server;
use crate::wire::tfplugin6 as tf;
use crate::{diagnostics, json, msgpack};

use super::{bytes, value};

pub(super) async fn upgrade(
    server: &Server,
    request: tf::upgrade_resource_state::Request,
) -> tf::upgrade_resource_state::Response {
    let mut diags = Diagnostics::default();
    let upgraded = match server.resource(&mut diags, &request.type_name) {
        Some(resource) => upgrade_now(resource, &mut diags, &request).await,
        None => None,
    };
    let operation = format!("upgrading {}", request.type_name);
    let upgraded_state = diagnostics::expect_answer(&mut diags, upgraded, &operation);
    tf::upgrade_resource_state::Response { upgraded_state, diagnostics: diagnostics::to_wire(diags) }
}

async fn upgrade_now(
    resource: &dyn AnyResource,
    diags: &mut Diagnostics,
    request: &tf::upgrade_resource_state::Request,
) -> Option<tf::DynamicValue> {
    let text = stored(diags, request.raw_state.as_ref())?;
    let described = resource.described();
    if described.schema.as_ref().is_some_and(|schema| schema.version == request.version) {
        observe(resource, text);
        // Terraform reads the text itself, and fills in attributes that the state does not have yet.
        return Some(tf::DynamicValue { json: text.clone(), ..tf::DynamicValue::default() });
    }
    let state = plain(diags, text)?;
    value(resource.upgrade(diags, request.version, state).await?)
}

pub(super) fn observe(resource: &dyn AnyResource, text: &[u8]) {
    let read = json::read(text, &resource.described().shape).ok();
    if let Some(bytes) = read.and_then(|state| msgpack::encode(&state).ok()) {
        resource.observe(&bytes);
    }
}

/// The JSON of a stored value.
pub(super) fn stored<'a>(diags: &mut Diagnostics, raw: Option<&'a tf::RawState>) -> Option<&'a bytes::Bytes> {
    let text = raw.map(|raw| &raw.json).filter(|text| !text.is_empty());
    if text.is_none() {
        let detail = "It was written by Terraform 0.11 or earlier, or it is empty.";
        diagnostics::root_error(diags, "The stored state is not in JSON", detail);
    }
    text
}

pub(super) fn plain(diags: &mut Diagnostics, text: &[u8]) -> Option<serde_json::Value> {
    let read = json::read_plain(text);
    read.map_err(|error| diagnostics::root_error(diags, "The stored state cannot be read", error.to_string())).ok()
}

pub(super) async fn upgrade_identity(
    server: &Server,
    request: tf::upgrade_resource_identity::Request,
) -> tf::upgrade_resource_identity::Response {
    let mut diags = Diagnostics::default();
    let upgraded_identity = match server.resource(&mut diags, &request.type_name) {
        Some(resource) => upgrade_identity_now(resource, &mut diags, &request).await,
        None => None,
    };
    let operation = format!("upgrading the identity of {}", request.type_name);
    let upgraded_identity = diagnostics::expect_answer(&mut diags, upgraded_identity, &operation);
    tf::upgrade_resource_identity::Response { upgraded_identity, diagnostics: diagnostics::to_wire(diags) }
}

async fn upgrade_identity_now(
    resource: &dyn AnyResource,
    diags: &mut Diagnostics,
    request: &tf::upgrade_resource_identity::Request,
) -> Option<tf::ResourceIdentityData> {
    let Some(schema) = resource.identity_schema() else {
        diagnostics::root_error(diags, format!("{} has no identity", request.type_name), "");
        return None;
    };
    let text = stored(diags, request.raw_identity.as_ref())?;
    current_identity(resource, diags, &schema, request.version, text).await
}

/// A stored identity of any version as one of the current version.
pub(super) async fn current_identity(
    resource: &dyn AnyResource,
    diags: &mut Diagnostics,
    schema: &IdentitySchema,
    version: i64,
    text: &[u8],
) -> Option<tf::ResourceIdentityData> {
    if schema.version == version {
        return schema.read(diags, text);
    }
    let identity = plain(diags, text)?;
    let identity = resource.upgrade_identity(diags, version, identity).await?;
    schema.encode(diags, &identity)
}

pub(super) async fn generate_config(
    server: &Server,
    request: tf::generate_resource_config::Request,
) -> tf::generate_resource_config::Response {
    let mut diags = Diagnostics::default();
    let config = generate_config_now(server, &mut diags, &request);
    tf::generate_resource_config::Response { config: config.and_then(value), diagnostics: diagnostics::to_wire(diags) }
}

fn generate_config_now(
    server: &Server,
    diags: &mut Diagnostics,
    request: &tf::generate_resource_config::Request,
) -> Option<Vec<u8>> {
    let resource = server.resource(diags, &request.type_name)?;
    let state = bytes(diags, request.state.as_ref(), &resource.described().shape)?;
    resource.generated_config(diags, &state)
}
