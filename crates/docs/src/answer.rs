//! What the provider answers when it is asked for its schemas, in the words of the documentation.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use terraform_plugin_server::client::Launch;
use terraform_plugin_server::wire::tfplugin6 as wire;
use wire::schema::nested_block::NestingMode as BlockNesting;
use wire::schema::object::NestingMode as ObjectNesting;
use wire::schema::{Attribute as WireAttribute, Block, NestedBlock};

use super::model::{Attribute, Function, Object, Parameter, Presence, Provider};
use super::types;

/// Starts the provider, asks it, and ends it.
pub fn ask(binary: &Path) -> Result<Provider> {
    let name =
        binary.file_stem().and_then(|stem| stem.to_str()).and_then(|stem| stem.strip_prefix("terraform-provider-"));
    let name = name.with_context(|| format!("{} is not named like a provider", binary.display()))?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let (schemas, identities) = runtime.block_on(async {
        let client = Launch::new(binary).start().await?;
        let schemas = client.get_provider_schema().await?.clone();
        let request = wire::get_resource_identity_schemas::Request {};
        let identities = client.raw().get_resource_identity_schemas(request).await?.into_inner();
        client.shutdown().await?;
        anyhow::Ok((schemas, identities))
    })?;
    read(name, schemas, identities)
}

fn read(
    name: &str,
    schemas: wire::get_provider_schema::Response,
    identities: wire::get_resource_identity_schemas::Response,
) -> Result<Provider> {
    ensure!(schemas.ephemeral_resource_schemas.is_empty(), "there are no pages for ephemeral resources");
    let mut resources = objects(schemas.resource_schemas)?;
    for (name, identity) in identities.identity_schemas {
        let resource = resources.get_mut(&name).with_context(|| format!("{name} has an identity and no schema"))?;
        resource.identity = identity.identity_attributes.into_iter().map(identity_attribute).collect::<Result<_>>()?;
        sort(&mut resource.identity);
    }
    let actions = schemas.action_schemas.into_iter().map(|(name, action)| (name, action.schema.unwrap_or_default()));
    Ok(Provider {
        name: name.into(),
        configuration: object(schemas.provider.unwrap_or_default())?,
        resources,
        data_sources: objects(schemas.data_source_schemas)?,
        list_resources: objects(schemas.list_resource_schemas)?,
        actions: objects(actions.collect())?,
        functions: schemas
            .functions
            .into_iter()
            .map(|(name, one)| Ok((name, function(one)?)))
            .collect::<Result<_>>()?,
    })
}

fn objects(schemas: BTreeMap<String, wire::Schema>) -> Result<BTreeMap<String, Object>> {
    schemas.into_iter().map(|(name, schema)| Ok((name, object(schema)?))).collect()
}

fn object(schema: wire::Schema) -> Result<Object> {
    let block = schema.block.unwrap_or_default();
    Ok(Object { description: block.description.clone(), attributes: block_attributes(block)?, identity: Vec::new() })
}

fn block_attributes(block: Block) -> Result<Vec<Attribute>> {
    let attributes = block.attributes.into_iter().map(attribute);
    let blocks = block.block_types.into_iter().map(nested_block);
    let mut all = attributes.chain(blocks).collect::<Result<Vec<_>>>()?;
    sort(&mut all);
    Ok(all)
}

/// The wire has no order of its own.
fn sort(attributes: &mut [Attribute]) {
    attributes.sort_by(|one, other| one.name.cmp(&other.name));
}

fn attribute(attribute: WireAttribute) -> Result<Attribute> {
    let presence = match (attribute.required, attribute.optional) {
        (true, _) => Presence::Required,
        (_, true) => Presence::Optional,
        _ => Presence::ReadOnly,
    };
    let (type_name, nested) = match attribute.nested_type {
        Some(object) => {
            let name = match object.nesting() {
                ObjectNesting::List => "Attributes List",
                ObjectNesting::Set => "Attributes Set",
                ObjectNesting::Map => "Attributes Map",
                ObjectNesting::Single | ObjectNesting::Invalid => "Attributes",
            };
            let mut nested = object.attributes.into_iter().map(self::attribute).collect::<Result<Vec<_>>>()?;
            sort(&mut nested);
            (name.to_owned(), nested)
        }
        None => {
            let constraint = constraint(&attribute.r#type)?;
            (types::in_schema(&constraint)?, types::inner_attributes(&constraint, presence)?)
        }
    };
    Ok(Attribute {
        name: attribute.name,
        type_name,
        description: attribute.description,
        presence,
        sensitive: attribute.sensitive,
        write_only: attribute.write_only,
        deprecated: attribute.deprecated,
        nested,
    })
}

fn nested_block(block: NestedBlock) -> Result<Attribute> {
    let type_name = match block.nesting() {
        BlockNesting::List => "Block List",
        BlockNesting::Set => "Block Set",
        BlockNesting::Map => "Block Map",
        BlockNesting::Single | BlockNesting::Group | BlockNesting::Invalid => "Block",
    };
    let inner = block.block.unwrap_or_default();
    Ok(Attribute {
        name: block.type_name,
        type_name: type_name.into(),
        description: inner.description.clone(),
        presence: if block.min_items > 0 { Presence::Required } else { Presence::Optional },
        sensitive: false,
        write_only: false,
        deprecated: inner.deprecated,
        nested: block_attributes(inner)?,
    })
}

fn identity_attribute(attribute: wire::resource_identity_schema::IdentityAttribute) -> Result<Attribute> {
    Ok(Attribute {
        name: attribute.name,
        type_name: types::in_schema(&constraint(&attribute.r#type)?)?,
        description: attribute.description,
        presence: if attribute.required_for_import { Presence::Required } else { Presence::Optional },
        sensitive: false,
        write_only: false,
        deprecated: false,
        nested: Vec::new(),
    })
}

fn function(function: wire::Function) -> Result<Function> {
    let variadic = function.variadic_parameter.is_some();
    let parameters = function.parameters.into_iter().chain(function.variadic_parameter);
    let returns = function.r#return.context("a function returns nothing")?;
    Ok(Function {
        summary: function.summary,
        description: function.description,
        parameters: parameters.map(parameter).collect::<Result<_>>()?,
        variadic,
        returns: types::in_signature(&constraint(&returns.r#type)?)?,
    })
}

fn parameter(parameter: wire::function::Parameter) -> Result<Parameter> {
    Ok(Parameter {
        name: parameter.name,
        type_name: types::in_signature(&constraint(&parameter.r#type)?)?,
        description: parameter.description,
        nullable: parameter.allow_null_value,
    })
}

fn constraint(json: &[u8]) -> Result<serde_json::Value> {
    serde_json::from_slice(json).context("a type is not in JSON")
}
