//! Schemas, names and the configuration of the provider.

use std::collections::BTreeMap;

use tf_provider::Diagnostics;
use tf_provider::schema::Block;

use crate::bridge::Described;
use crate::schema_to_wire::Marks;
use crate::server::Server;
use crate::wire::tfplugin6 as tf;
use crate::{assembly, check, diagnostics, schema_to_wire};

use super::bytes;

fn capabilities() -> Option<tf::ServerCapabilities> {
    Some(tf::ServerCapabilities {
        plan_destroy: true,
        // Terraform then asks each process only for what it does there, and takes the schemas from its memory.
        get_provider_schema_optional: true,
        move_resource_state: true,
        generate_resource_config: true,
    })
}

pub(super) fn metadata(server: &Server) -> tf::get_metadata::Response {
    use tf::get_metadata as metadata;
    let registry = &server.registry;
    metadata::Response {
        server_capabilities: capabilities(),
        diagnostics: Vec::new(),
        data_sources: names(&registry.data_sources, |type_name| metadata::DataSourceMetadata { type_name }),
        resources: names(&registry.resources, |type_name| metadata::ResourceMetadata { type_name }),
        functions: names(&registry.functions, |name| metadata::FunctionMetadata { name }),
        ephemeral_resources: names(&registry.ephemeral_resources, |type_name| metadata::EphemeralMetadata {
            type_name,
        }),
        list_resources: names(&registry.list_resources, |type_name| metadata::ListResourceMetadata { type_name }),
        state_stores: Vec::new(),
        actions: names(&registry.actions, |type_name| metadata::ActionMetadata { type_name }),
    }
}

fn names<T, M>(table: &BTreeMap<String, T>, entry: impl Fn(String) -> M) -> Vec<M> {
    table.keys().cloned().map(entry).collect()
}

/// Everything that the provider offers. Defects of its schemas are part of the answer.
pub(super) fn schemas(server: &Server) -> tf::get_provider_schema::Response {
    let mut diags = Diagnostics::default();
    let registry = &server.registry;
    for defect in assembly::of_registry(registry) {
        let detail = format!("{defect}. This is a defect of the provider; please report it.");
        diagnostics::root_error(&mut diags, "The provider does not fit together", detail);
    }
    let provider = one(&mut diags, server.provider.described(), Marks::default());
    let provider_meta = server.provider.meta_schema(&mut diags);
    let provider_meta = diagnostics::expect_answer(&mut diags, provider_meta, "asking for the metadata schema");
    let resource_schemas = all(&mut diags, &registry.resources, |diags, resource| {
        let marks = Marks { write_only: resource.write_only(), computed_blocks: resource.computed_blocks() };
        one(diags, resource.described(), marks)
    });
    let data_source_schemas =
        all(&mut diags, &registry.data_sources, |diags, entry| one(diags, entry.described(), Marks::default()));
    let ephemeral_resource_schemas =
        all(&mut diags, &registry.ephemeral_resources, |diags, entry| one(diags, entry.described(), Marks::default()));
    let list_resource_schemas =
        all(&mut diags, &registry.list_resources, |diags, entry| one(diags, entry.described(), Marks::default()));
    let action_schemas = all(&mut diags, &registry.actions, |diags, entry| {
        Some(tf::ActionSchema { schema: Some(one(diags, entry.described(), Marks::default())?) })
    });
    let functions = all(&mut diags, &registry.functions, |diags, function| signature(diags, &**function));
    tf::get_provider_schema::Response {
        provider,
        resource_schemas,
        data_source_schemas,
        functions,
        ephemeral_resource_schemas,
        list_resource_schemas,
        state_store_schemas: BTreeMap::new(),
        action_schemas,
        diagnostics: diagnostics::to_wire(diags),
        // Terraform would evaluate and send even an empty one with every request.
        provider_meta: provider_meta
            .filter(|meta| !is_empty(&meta.block))
            .map(|meta| schema_to_wire::to_wire(&meta, Marks::default())),
        server_capabilities: capabilities(),
    }
}

fn is_empty(block: &Block) -> bool {
    block.attributes.is_empty() && block.blocks.is_empty()
}

fn all<T, S>(
    diags: &mut Diagnostics,
    table: &BTreeMap<String, T>,
    convert: impl Fn(&mut Diagnostics, &T) -> Option<S>,
) -> BTreeMap<String, S> {
    table.iter().filter_map(|(name, entry)| Some((name.clone(), convert(diags, entry)?))).collect()
}

fn one(diags: &mut Diagnostics, described: &Described, marks: Marks<'_>) -> Option<tf::Schema> {
    diags.add_diagnostics(described.diags.clone());
    described.schema.as_ref().map(|schema| schema_to_wire::to_wire(schema, marks))
}

fn signature(diags: &mut Diagnostics, function: &dyn crate::bridge::function::AnyFunction) -> Option<tf::Function> {
    let schema = function.schema(diags);
    diagnostics::expect_answer(diags, schema, "asking for a function's signature")
        .map(|schema| schema_to_wire::function_to_wire(&schema))
}

pub(super) fn functions(server: &Server) -> tf::get_functions::Response {
    let mut diags = Diagnostics::default();
    let functions = all(&mut diags, &server.registry.functions, |diags, function| signature(diags, &**function));
    tf::get_functions::Response { functions, diagnostics: diagnostics::to_wire(diags) }
}

pub(super) fn identity_schemas(server: &Server) -> tf::get_resource_identity_schemas::Response {
    let resources = server.registry.resources.iter();
    let schemas = resources.filter_map(|(name, resource)| Some((name.clone(), resource.identity_schema()?.to_wire())));
    tf::get_resource_identity_schemas::Response { identity_schemas: schemas.collect(), diagnostics: Vec::new() }
}

pub(super) async fn validate(
    server: &Server,
    request: tf::validate_provider_config::Request,
) -> tf::validate_provider_config::Response {
    let mut diags = Diagnostics::default();
    if let Some(config) = bytes(&mut diags, request.config.as_ref(), &server.provider.described().shape) {
        check::configuration(&mut diags, &server.provider.described().shape, &config);
        let answer = server.provider.validate(&mut diags, &config).await;
        diagnostics::expect_answer(&mut diags, answer, "checking the provider's configuration");
    }
    tf::validate_provider_config::Response { diagnostics: diagnostics::to_wire(diags) }
}

pub(super) async fn configure(
    server: &Server,
    request: tf::configure_provider::Request,
) -> tf::configure_provider::Response {
    let mut diags = Diagnostics::default();
    if let Some(config) = bytes(&mut diags, request.config.as_ref(), &server.provider.described().shape) {
        let answer = server.provider.configure(&mut diags, request.terraform_version, &config).await;
        let deferred = crate::request::deferred();
        if deferred.is_none() {
            diagnostics::expect_answer(&mut diags, answer, "configuring the provider");
        }
        server.defer_everything(deferred);
    }
    tf::configure_provider::Response { diagnostics: diagnostics::to_wire(diags) }
}
