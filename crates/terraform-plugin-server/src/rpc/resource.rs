//! Checking, reading and importing objects.

use tf_provider::{AttributePath, Diagnostics};

use crate::bridge::resource::{AnyResource, Outcome, Parts};
use crate::request::{self, request};
use crate::server::Server;
use crate::wire::tfplugin6 as tf;
use crate::{Dynamic, check, diagnostics, identity, msgpack};

use super::{bytes, meta, null, value};

pub(super) async fn validate(
    server: &Server,
    request: tf::validate_resource_config::Request,
) -> tf::validate_resource_config::Response {
    let mut diags = Diagnostics::default();
    if let Some(resource) = server.resource(&mut diags, &request.type_name)
        && let Some(config) = bytes(&mut diags, request.config.as_ref(), &resource.described().shape)
    {
        refuse_write_only(&mut diags, resource, &config);
        refuse_computed_blocks(&mut diags, resource, &request.type_name);
        check::configuration(&mut diags, &resource.described().shape, &config);
        let answer = resource.validate(&mut diags, &config).await;
        diagnostics::expect_answer(&mut diags, answer, &format!("checking {}", request.type_name));
    }
    tf::validate_resource_config::Response { diagnostics: diagnostics::to_wire(diags) }
}

/// A CLI that does not know them would refuse what the provider fills in, or take it for a change in every plan.
fn refuse_computed_blocks(diags: &mut Diagnostics, resource: &dyn AnyResource, type_name: &str) {
    let allowed = request().is_some_and(|request| request.computed_blocks_allowed());
    if !allowed && !resource.computed_blocks().is_empty() {
        let blocks = resource.computed_blocks().join(", ");
        let detail = format!(
            "The provider fills in blocks of {type_name} that a configuration leaves out: {blocks}. Terraform 1.16 and \
             later know such blocks."
        );
        diagnostics::root_error(diags, format!("This version cannot handle {type_name}"), detail);
    }
}

/// A Terraform that does not know write-only attributes would store them.
fn refuse_write_only(diags: &mut Diagnostics, resource: &dyn AnyResource, config: &[u8]) {
    let allowed = request().is_some_and(|request| request.write_only_attributes_allowed());
    if allowed || resource.write_only().is_empty() {
        return;
    }
    let config: Dynamic = msgpack::decode(config).unwrap_or_default();
    for name in resource.write_only() {
        let path: Vec<&str> = name.split('.').collect();
        if resource.described().shape.is_set(&config, &path) {
            let detail =
                "This version would write the value into its state. Terraform and OpenTofu 1.11 and later do not.";
            let attribute = path.iter().fold(AttributePath::root(), |whole, step| whole.attribute((*step).to_owned()));
            diagnostics::error(diags, format!("This Terraform does not know write-only {name}"), detail, attribute);
        }
    }
}

pub(super) async fn read(server: &Server, request: tf::read_resource::Request) -> tf::read_resource::Response {
    let mut diags = Diagnostics::default();
    let deferred = server.deferred();
    let read = match deferred {
        Some(_) => None,
        None => read_now(server, &mut diags, &request).await,
    };
    let deferred = deferred.or_else(request::deferred);
    let gone = diags.errors.is_empty() && deferred.is_none();
    let (new_state, private, new_identity) = match read {
        Some(read) if msgpack::is_null(&read.state) => (null(), read.private.into(), None),
        Some(read) => (value(read.state), read.private.into(), read.identity.or(request.current_identity)),
        None if gone => (null(), bytes::Bytes::new(), None),
        None => (request.current_state, request.private, request.current_identity),
    };
    tf::read_resource::Response {
        new_state,
        diagnostics: diagnostics::to_wire(diags),
        private,
        deferred: deferred.map(Into::into),
        new_identity,
    }
}

async fn read_now(server: &Server, diags: &mut Diagnostics, request: &tf::read_resource::Request) -> Option<Outcome> {
    let resource = server.resource(diags, &request.type_name)?;
    request::carry(&request.private, &bytes::Bytes::new());
    let prior = bytes(diags, request.current_state.as_ref(), &resource.described().shape)?;
    let meta = meta(diags, request.provider_meta.as_ref())?;
    let parts = Parts { prior: &prior, private: &request.private, meta: &meta, ..Parts::default() };
    resource.read(diags, parts).await
}

pub(super) async fn import(
    server: &Server,
    request: tf::import_resource_state::Request,
) -> tf::import_resource_state::Response {
    let mut diags = Diagnostics::default();
    let deferred = server.deferred();
    let imported = match deferred {
        Some(_) => None,
        None => import_now(server, &mut diags, &request).await,
    };
    let deferred = deferred.or_else(request::deferred);
    let imported = match (imported, deferred) {
        (None, Some(_)) => Some(Outcome { state: msgpack::NULL.to_vec(), ..Outcome::default() }),
        (None, None) => {
            diagnostics::expect_answer::<Outcome>(&mut diags, None, &format!("importing {}", request.type_name))
        }
        (imported, _) => imported,
    };
    let imported = imported.map(|imported| tf::import_resource_state::ImportedResource {
        type_name: request.type_name,
        state: value(imported.state),
        private: imported.private.into(),
        identity: imported.identity.or(request.identity),
    });
    tf::import_resource_state::Response {
        imported_resources: imported.into_iter().collect(),
        diagnostics: diagnostics::to_wire(diags),
        deferred: deferred.map(Into::into),
    }
}

async fn import_now(
    server: &Server,
    diags: &mut Diagnostics,
    request: &tf::import_resource_state::Request,
) -> Option<Outcome> {
    let resource = server.resource(diags, &request.type_name)?;
    match identity::decode(diags, request.identity.as_ref()) {
        Some(identity) if request.id.is_empty() => resource.import_by_identity(diags, identity).await,
        _ if !diags.errors.is_empty() => None,
        _ => resource.import(diags, request.id.clone()).await,
    }
}
