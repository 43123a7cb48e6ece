//! Data sources.

use tf_provider::Diagnostics;

use crate::bridge::data_source::AnyDataSource;
use crate::server::{Server, known};
use crate::wire::tfplugin6 as tf;
use crate::{check, diagnostics, request};

use super::{bytes, meta, null, value};

fn find<'a>(server: &'a Server, diags: &mut Diagnostics, name: &str) -> Option<&'a dyn AnyDataSource> {
    known(diags, &server.registry.data_sources, "data source", name)
}

pub(super) async fn validate(
    server: &Server,
    request: tf::validate_data_resource_config::Request,
) -> tf::validate_data_resource_config::Response {
    let mut diags = Diagnostics::default();
    if let Some(data_source) = find(server, &mut diags, &request.type_name)
        && let Some(config) = bytes(&mut diags, request.config.as_ref(), &data_source.described().shape)
    {
        check::configuration(&mut diags, &data_source.described().shape, &config);
        let answer = data_source.validate(&mut diags, &config).await;
        diagnostics::expect_answer(&mut diags, answer, &format!("checking {}", request.type_name));
    }
    tf::validate_data_resource_config::Response { diagnostics: diagnostics::to_wire(diags) }
}

pub(super) async fn read(server: &Server, request: tf::read_data_source::Request) -> tf::read_data_source::Response {
    let mut diags = Diagnostics::default();
    let deferred = server.deferred();
    let read = match deferred {
        Some(_) => None,
        None => read_now(server, &mut diags, &request).await,
    };
    let deferred = deferred.or_else(request::deferred);
    let state = match deferred {
        Some(_) => read.map_or(null(), value),
        None => diagnostics::expect_answer(&mut diags, read, &format!("reading {}", request.type_name)).and_then(value),
    };
    let diagnostics = diagnostics::to_wire(diags);
    tf::read_data_source::Response { state, diagnostics, deferred: deferred.map(Into::into) }
}

async fn read_now(
    server: &Server,
    diags: &mut Diagnostics,
    request: &tf::read_data_source::Request,
) -> Option<Vec<u8>> {
    let data_source = find(server, diags, &request.type_name)?;
    let config = bytes(diags, request.config.as_ref(), &data_source.described().shape)?;
    let meta = meta(diags, request.provider_meta.as_ref())?;
    data_source.read(diags, &config, &meta).await
}
