//! Planning and making changes.

use tf_provider::{AttributePath, Diagnostics};

use crate::bridge::resource::{AnyResource, Outcome, Parts};
use crate::server::Server;
use crate::wire::tfplugin6 as tf;
use crate::{Dynamic, diagnostics, msgpack, request};

use super::{bytes, meta, null, value};

/// What is to become of an object, by what there is before and after.
enum Change {
    Create,
    Update,
    Destroy,
}

fn change(diags: &mut Diagnostics, prior: &[u8], next: &[u8]) -> Option<Change> {
    match (msgpack::is_null(prior), msgpack::is_null(next)) {
        (true, false) => Some(Change::Create),
        (false, false) => Some(Change::Update),
        (false, true) => Some(Change::Destroy),
        (true, true) => {
            diagnostics::root_error(
                diags,
                "There is nothing to change",
                "Terraform sent neither a prior nor a new state.",
            );
            None
        }
    }
}

pub(super) async fn plan(
    server: &Server,
    request: tf::plan_resource_change::Request,
) -> tf::plan_resource_change::Response {
    let mut diags = Diagnostics::default();
    let deferred = server.deferred();
    let planned = match deferred {
        Some(_) => None,
        None => plan_now(server, &mut diags, &request).await,
    };
    let deferred = deferred.or_else(request::deferred);
    let planned = match planned {
        None if deferred.is_some() && diags.errors.is_empty() => {
            let kept = Outcome { private: request.prior_private.to_vec(), ..Outcome::default() };
            open_plan(server, &mut diags, &request).map(|state| (Outcome { state, ..kept }, Vec::new()))
        }
        planned => planned,
    };
    let planned = diagnostics::expect_answer(&mut diags, planned, &format!("planning {}", request.type_name));
    let diagnostics = diagnostics::to_wire(diags);
    let deferred = deferred.map(Into::into);
    let Some((planned, replace)) = planned else {
        return tf::plan_resource_change::Response { diagnostics, deferred, ..Default::default() };
    };
    tf::plan_resource_change::Response {
        planned_state: value(planned.state),
        requires_replace: replace.into_iter().map(diagnostics::path_to_wire).collect(),
        planned_private: planned.private.into(),
        diagnostics,
        legacy_type_system: false,
        deferred,
        planned_identity: planned.identity.or(request.prior_identity),
    }
}

async fn plan_now(
    server: &Server,
    diags: &mut Diagnostics,
    request: &tf::plan_resource_change::Request,
) -> Option<(Outcome, Vec<AttributePath>)> {
    let resource = server.resource(diags, &request.type_name)?;
    request::carry(&request.prior_private, &request.planned_private);
    let shape = &resource.described().shape;
    let prior = bytes(diags, request.prior_state.as_ref(), shape)?;
    let next = bytes(diags, request.proposed_new_state.as_ref(), shape)?;
    let config = bytes(diags, request.config.as_ref(), shape)?;
    let meta = meta(diags, request.provider_meta.as_ref())?;
    let parts = Parts { prior: &prior, next: &next, config: &config, private: &request.prior_private, meta: &meta };
    match change(diags, &prior, &next)? {
        Change::Create => Some((resource.plan_create(diags, parts).await?, Vec::new())),
        Change::Update => resource.plan_update(diags, parts).await,
        Change::Destroy => {
            let private = resource.plan_destroy(diags, parts).await;
            // Nothing to say is consent: there is nothing to plan about a destroy.
            let private = private.or_else(|| diags.errors.is_empty().then(Vec::new))?;
            Some((Outcome { state: msgpack::NULL.to_vec(), private, identity: None }, Vec::new()))
        }
    }
}

/// The plan of something that is put off: what is proposed, and everything computed open.
fn open_plan(server: &Server, diags: &mut Diagnostics, request: &tf::plan_resource_change::Request) -> Option<Vec<u8>> {
    let resource = server.resource(diags, &request.type_name)?;
    let proposed = bytes(diags, request.proposed_new_state.as_ref(), &resource.described().shape)?;
    let mut planned: Dynamic = msgpack::decode(&proposed).ok()?;
    resource.described().shape.open_computed(&mut planned);
    resource.without_write_only(diags, msgpack::encode(&planned).ok()?)
}

pub(super) async fn apply(
    server: &Server,
    request: tf::apply_resource_change::Request,
) -> tf::apply_resource_change::Response {
    let mut diags = Diagnostics::default();
    let applied = match server.resource(&mut diags, &request.type_name) {
        Some(resource) => apply_now(resource, &mut diags, &request).await,
        None => None,
    };
    let applied = diagnostics::expect_answer(&mut diags, applied, &format!("applying {}", request.type_name));
    let diagnostics = diagnostics::to_wire(diags);
    // Without a state Terraform keeps what it had: the prior object, or none of a create.
    let Some(applied) = applied else {
        return tf::apply_resource_change::Response { new_state: null(), diagnostics, ..Default::default() };
    };
    let gone = msgpack::is_null(&applied.state);
    tf::apply_resource_change::Response {
        new_state: value(applied.state),
        private: applied.private.into(),
        diagnostics,
        legacy_type_system: false,
        new_identity: applied.identity.or(request.planned_identity.filter(|_| !gone)),
    }
}

async fn apply_now(
    resource: &dyn AnyResource,
    diags: &mut Diagnostics,
    request: &tf::apply_resource_change::Request,
) -> Option<Outcome> {
    request::carry(&bytes::Bytes::new(), &request.planned_private);
    let shape = &resource.described().shape;
    let prior = bytes(diags, request.prior_state.as_ref(), shape)?;
    let next = bytes(diags, request.planned_state.as_ref(), shape)?;
    let config = bytes(diags, request.config.as_ref(), shape)?;
    let meta = meta(diags, request.provider_meta.as_ref())?;
    let parts = Parts { prior: &prior, next: &next, config: &config, private: &request.planned_private, meta: &meta };
    match change(diags, &prior, &next)? {
        Change::Create => resource.create(diags, parts).await,
        Change::Update => resource.update(diags, parts).await,
        Change::Destroy => {
            resource.destroy(diags, parts).await?;
            Some(Outcome { state: msgpack::NULL.to_vec(), ..Outcome::default() })
        }
    }
}
