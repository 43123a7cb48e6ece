//! Ephemeral resources.

use tf_provider::Diagnostics;

use crate::bridge::ephemeral::{AnyEphemeralResource, Held};
use crate::server::{Server, known};
use crate::wire::tfplugin6 as tf;
use crate::{check, diagnostics, request};

use super::{bytes, null, value};

fn find<'a>(server: &'a Server, diags: &mut Diagnostics, name: &str) -> Option<&'a dyn AnyEphemeralResource> {
    known(diags, &server.registry.ephemeral_resources, "ephemeral resource", name)
}

pub(super) async fn validate(
    server: &Server,
    request: tf::validate_ephemeral_resource_config::Request,
) -> tf::validate_ephemeral_resource_config::Response {
    let mut diags = Diagnostics::default();
    if let Some(ephemeral) = find(server, &mut diags, &request.type_name)
        && let Some(config) = bytes(&mut diags, request.config.as_ref(), &ephemeral.described().shape)
    {
        check::configuration(&mut diags, &ephemeral.described().shape, &config);
        let answer = ephemeral.validate(&mut diags, &config).await;
        diagnostics::expect_answer(&mut diags, answer, &format!("checking {}", request.type_name));
    }
    tf::validate_ephemeral_resource_config::Response { diagnostics: diagnostics::to_wire(diags) }
}

pub(super) async fn open(
    server: &Server,
    request: tf::open_ephemeral_resource::Request,
) -> tf::open_ephemeral_resource::Response {
    let mut diags = Diagnostics::default();
    let deferred = server.deferred();
    let opened = match deferred {
        Some(_) => None,
        None => open_now(server, &mut diags, &request).await,
    };
    let deferred = deferred.or_else(request::deferred);
    if deferred.is_none() && opened.is_none() {
        diagnostics::expect_answer::<Held>(&mut diags, None, &format!("opening {}", request.type_name));
    }
    let diagnostics = diagnostics::to_wire(diags);
    let deferred = deferred.map(Into::into);
    match opened {
        Some(held) => tf::open_ephemeral_resource::Response {
            diagnostics,
            renew_at: held.renew_at.map(Into::into),
            result: value(held.state),
            private: Some(held.private.into()),
            deferred,
        },
        None => tf::open_ephemeral_resource::Response {
            diagnostics,
            result: deferred.as_ref().and_then(|_| null()),
            deferred,
            ..Default::default()
        },
    }
}

async fn open_now(
    server: &Server,
    diags: &mut Diagnostics,
    request: &tf::open_ephemeral_resource::Request,
) -> Option<Held> {
    let ephemeral = find(server, diags, &request.type_name)?;
    let config = bytes(diags, request.config.as_ref(), &ephemeral.described().shape)?;
    ephemeral.open(diags, &config).await
}

pub(super) async fn renew(
    server: &Server,
    request: tf::renew_ephemeral_resource::Request,
) -> tf::renew_ephemeral_resource::Response {
    let mut diags = Diagnostics::default();
    let private = request.private.unwrap_or_default();
    let held = match find(server, &mut diags, &request.type_name) {
        Some(ephemeral) => ephemeral.renew(&mut diags, &private).await,
        None => None,
    };
    let held = diagnostics::expect_answer(&mut diags, held, &format!("renewing {}", request.type_name));
    let held = held.unwrap_or_else(|| Held { private: private.to_vec(), ..Held::default() });
    tf::renew_ephemeral_resource::Response {
        diagnostics: diagnostics::to_wire(diags),
        renew_at: held.renew_at.map(Into::into),
        private: Some(held.private.into()),
    }
}

pub(super) async fn close(
    server: &Server,
    request: tf::close_ephemeral_resource::Request,
) -> tf::close_ephemeral_resource::Response {
    let mut diags = Diagnostics::default();
    if let Some(ephemeral) = find(server, &mut diags, &request.type_name) {
        let answer = ephemeral.close(&mut diags, &request.private.unwrap_or_default()).await;
        diagnostics::expect_answer(&mut diags, answer, &format!("closing {}", request.type_name));
    }
    tf::close_ephemeral_resource::Response { diagnostics: diagnostics::to_wire(diags) }
}
