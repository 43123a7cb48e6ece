//! Objects that move here: from other resource types, and from this provider under another address.

use tf_provider::Diagnostics;

use crate::bridge::resource::{AnyResource, Outcome};
use crate::resource::Source;
use crate::server::Server;
use crate::shape::Shape;
use crate::wire::tfplugin6 as tf;
use crate::{diagnostics, json, msgpack};

use super::state::{current_identity, plain, stored};
use super::value;

pub(super) async fn move_here(
    server: &Server,
    request: tf::move_resource_state::Request,
) -> tf::move_resource_state::Response {
    let mut diags = Diagnostics::default();
    let moved = move_now(server, &mut diags, request).await;
    let (target_state, target_private, target_identity) = match moved {
        Some(moved) => (value(moved.state), moved.private.into(), moved.identity),
        None => Default::default(),
    };
    let diagnostics = diagnostics::to_wire(diags);
    tf::move_resource_state::Response { target_state, diagnostics, target_private, target_identity }
}

async fn move_now(
    server: &Server,
    diags: &mut Diagnostics,
    request: tf::move_resource_state::Request,
) -> Option<Outcome> {
    let resource = server.resource(diags, &request.target_type_name)?;
    let text = stored(diags, request.source_state.as_ref())?;
    if is_our_own(&request) {
        return take_over(resource, diags, &request, text).await;
    }
    let state = plain(diags, text)?;
    let identity = match identity_text(&request) {
        Some(text) => Some(plain(diags, text)?),
        None => None,
    };
    let source = Source {
        provider_address: request.source_provider_address,
        type_name: request.source_type_name,
        schema_version: request.source_schema_version,
        state,
        identity,
        private: request.source_private.to_vec(),
    };
    resource.moved(diags, source).await
}

/// Whether the object comes from this provider under another address, such as that of another registry: the type is the
/// same, and the address ends with the name with which the provider's types begin.
fn is_our_own(request: &tf::move_resource_state::Request) -> bool {
    let name = request.source_provider_address.rsplit('/').next().unwrap_or_default();
    let prefix = request.target_type_name.split('_').next().unwrap_or_default();
    request.source_type_name == request.target_type_name && name == prefix
}

fn identity_text(request: &tf::move_resource_state::Request) -> Option<&bytes::Bytes> {
    request.source_identity.as_ref().map(|identity| &identity.json).filter(|text| !text.is_empty())
}

/// Takes over an object of this very type as it is: only what an older version stored is brought up to date.
async fn take_over(
    resource: &dyn AnyResource,
    diags: &mut Diagnostics,
    request: &tf::move_resource_state::Request,
    text: &bytes::Bytes,
) -> Option<Outcome> {
    let described = resource.described();
    let current = described.schema.as_ref().is_some_and(|schema| schema.version == request.source_schema_version);
    let state = match current {
        true => as_it_is(diags, &described.shape, text)?,
        false => {
            let state = plain(diags, text)?;
            resource.upgrade(diags, request.source_schema_version, state).await?
        }
    };
    resource.observe(&state);
    let identity = match (resource.identity_schema(), identity_text(request)) {
        (Some(schema), Some(text)) => {
            let version = request.source_identity_schema_version;
            Some(current_identity(resource, diags, &schema, version, text).await?)
        }
        _ => resource.identity(diags, &state),
    };
    Some(Outcome { state, private: request.source_private.to_vec(), identity })
}

/// The stored value; attributes that the schema no longer has are left out, and those that it did not have yet are
/// null.
fn as_it_is(diags: &mut Diagnostics, shape: &Shape, text: &[u8]) -> Option<Vec<u8>> {
    let read = json::read(text, shape).map_err(|error| error.to_string());
    let known = read.map(|mut state| {
        shape.retain_known(&mut state);
        state
    });
    match known.and_then(|state| msgpack::encode(&state).map_err(|error| error.to_string())) {
        Ok(bytes) => Some(bytes),
        Err(error) => {
            diagnostics::root_error(diags, "The stored state cannot be read", error);
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_own_is_the_same_type_of_a_provider_of_our_name() {
        let own = |address: &str, source: &str, target: &str| {
            is_our_own(&tf::move_resource_state::Request {
                source_provider_address: address.into(),
                source_type_name: source.into(),
                target_type_name: target.into(),
                ..Default::default()
            })
        };
        assert!(own("registry.example.com/any/test", "test_thing", "test_thing"));
        assert!(own("test/test", "test", "test"));
        assert!(!own("registry.example.com/any/test", "test_plain", "test_thing"));
        assert!(!own("registry.example.com/test/other", "test_thing", "test_thing"));
        assert!(!own("", "test_thing", "test_thing"));
    }
}
