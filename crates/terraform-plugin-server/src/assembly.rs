//! Whether what a provider offers fits together. Terraform would take some of these defects for good, and store what
//! must not be.

use std::collections::HashMap;

use tf_provider::Diagnostics;
use tf_provider::schema::{Attribute, AttributeConstraint, AttributeType, Block, NestedBlock};

use crate::bridge::Described;
use crate::bridge::resource::AnyResource;
use crate::diagnostics;
use crate::provider::{Provider, Registry};

/// What is wrong with a provider as it is put together, one sentence each; nothing if all is well.
///
/// The first request finds the same, and fails with it. For a provider's own tests:
///
/// ```
/// # struct Example;
/// # #[async_trait::async_trait]
/// # impl tf_provider::Provider for Example {
/// #     type Config<'a> = tf_provider::value::ValueEmpty;
/// #     type MetaState<'a> = tf_provider::value::ValueEmpty;
/// #     fn schema(&self, _: &mut tf_provider::Diagnostics) -> Option<tf_provider::schema::Schema> {
/// #         Some(tf_provider::schema::Schema { version: 1, block: Default::default() })
/// #     }
/// # }
/// # impl terraform_plugin_server::Provider for Example {
/// #     fn register(&self, _: &mut terraform_plugin_server::Registry) {}
/// # }
/// assert_eq!(terraform_plugin_server::defects(&Example), [""; 0]);
/// ```
pub fn defects<P: Provider>(provider: &P) -> Vec<String> {
    let mut registry = Registry::default();
    provider.register(&mut registry);
    let mut diags = Diagnostics::default();
    let schema = provider.schema(&mut diags);
    diagnostics::expect_answer(&mut diags, schema, "asking for a schema");
    let mut said = summaries(&diags);
    said.extend(registry.described().into_iter().flat_map(|described| summaries(&described.diags)));
    said.extend(of_registry(&registry));
    said
}

fn summaries(diags: &Diagnostics) -> Vec<String> {
    diags.errors.iter().map(|error| error.summary.to_string()).collect()
}

impl Registry {
    /// Everything that has a schema.
    fn described(&self) -> Vec<&Described> {
        let resources = self.resources.values().map(|one| one.described());
        let data_sources = self.data_sources.values().map(|one| one.described());
        let lists = self.list_resources.values().map(|one| one.described());
        let actions = self.actions.values().map(|one| one.described());
        let ephemerals = self.ephemeral_resources.values().map(|one| one.described());
        resources.chain(data_sources).chain(lists).chain(actions).chain(ephemerals).collect()
    }
}

/// What is wrong with the table and with the paths that resources give.
pub(crate) fn of_registry(registry: &Registry) -> Vec<String> {
    let mut found: Vec<String> =
        registry.doubles.iter().map(|name| format!("The provider offers {name} twice")).collect();
    for (name, resource) in &registry.resources {
        found.extend(of_resource(name, &**resource));
    }
    for name in registry.list_resources.keys() {
        let identity = registry.resources.get(name).and_then(|resource| resource.identity_schema());
        if identity.is_none() {
            found.push(format!("The list resource {name} finds objects of no resource that has an identity"));
        }
    }
    found
}

fn of_resource(name: &str, resource: &dyn AnyResource) -> Vec<String> {
    let Some(schema) = &resource.described().schema else { return Vec::new() };
    let steps = |path: &str| path.split('.').map(str::to_owned).collect::<Vec<_>>();
    let write_only = resource.write_only().iter().filter_map(|path| {
        let why = match attribute(&schema.block, &steps(path)) {
            Err(why) => why,
            Ok(Attribute { constraint: AttributeConstraint::Optional | AttributeConstraint::Required, .. }) => {
                return None;
            }
            Ok(_) => COMPUTED,
        };
        Some(format!("The write-only path {path} of {name} {why}"))
    });
    let left_out =
        resource.null_in_generated_config().iter().filter_map(|path| match attribute(&schema.block, &steps(path)) {
            Err(why @ NOT_THERE) => {
                Some(format!("The path {path} of {name}, left out of generated configurations, {why}"))
            }
            _ => None,
        });
    let all = resource.computed_blocks();
    let computed = all.iter().filter_map(|path| match nested_block(&schema.block, &steps(path)) {
        None => Some(format!("The path {path} of {name} is not a block of its schema")),
        Some(NestedBlock::Group(_)) => {
            Some(format!("The computed block {path} of {name} is a group, which cannot be computed"))
        }
        Some(nested) => {
            let left = not_computed(inside(nested), path, all);
            let parts = left.join(", ");
            (!left.is_empty())
                .then(|| format!("The computed block {path} of {name} has parts that are not computed: {parts}"))
        }
    });
    write_only.chain(left_out).chain(computed).collect()
}

/// The block at a path.
fn nested_block<'a>(block: &'a Block, path: &[String]) -> Option<&'a NestedBlock> {
    let (name, rest) = path.split_first()?;
    let nested = block.blocks.get(name)?;
    if rest.is_empty() { Some(nested) } else { nested_block(inside(nested), rest) }
}

/// What is in a computed block and is not computed, by name: Terraform refuses the whole provider for that.
fn not_computed<'a>(block: &'a Block, path: &str, computed_blocks: &[&str]) -> Vec<&'a str> {
    use AttributeConstraint::{Computed, OptionalComputed};
    let attributes = block.attributes.iter();
    let attributes = attributes.filter(|(_, attribute)| !matches!(attribute.constraint, Computed | OptionalComputed));
    let is_computed = |name: &String| computed_blocks.contains(&&*format!("{path}.{name}"));
    let blocks = block.blocks.keys().filter(|name| !is_computed(name));
    let mut found: Vec<_> = attributes.map(|(name, _)| &**name).chain(blocks.map(String::as_str)).collect();
    found.sort_unstable();
    found
}

fn inside(nested: &NestedBlock) -> &Block {
    match nested {
        NestedBlock::Single(inner)
        | NestedBlock::List(inner)
        | NestedBlock::Set(inner)
        | NestedBlock::Map(inner)
        | NestedBlock::Group(inner)
        | NestedBlock::Optional(inner) => inner,
    }
}

const NOT_THERE: &str = "is not an attribute of its schema";
const COMPUTED: &str = "is computed, and so has to be stored";
const IN_A_SET: &str = "lies in a set, whose elements need it to be told apart";

/// The attribute at a path through nested attributes and blocks, or what stands against it.
fn attribute<'a>(block: &'a Block, path: &[String]) -> Result<&'a Attribute, &'static str> {
    match path {
        [name, rest @ ..] if !rest.is_empty() && block.blocks.contains_key(name) => match &block.blocks[name] {
            NestedBlock::Set(inner) => attribute(inner, rest).and(Err(IN_A_SET)),
            nested => attribute(inside(nested), rest),
        },
        _ => nested_attribute(&block.attributes, path),
    }
}

fn nested_attribute<'a>(
    attributes: &'a HashMap<String, Attribute>,
    path: &[String],
) -> Result<&'a Attribute, &'static str> {
    use AttributeType::{AttributeList, AttributeMap, AttributeSet, AttributeSingle};
    let (name, rest) = path.split_first().ok_or(NOT_THERE)?;
    let found = attributes.get(name).ok_or(NOT_THERE)?;
    match &found.attr_type {
        _ if rest.is_empty() => Ok(found),
        AttributeSet(inner) => nested_attribute(inner, rest).and(Err(IN_A_SET)),
        AttributeSingle(inner) | AttributeList(inner) | AttributeMap(inner) => nested_attribute(inner, rest),
        _ => Err(NOT_THERE),
    }
}

#[cfg(test)]
mod tests {
    use tf_provider::schema::Schema;
    use tf_provider::value::ValueEmpty;

    use super::*;

    struct Silent;

    #[async_trait::async_trait]
    impl tf_provider::Provider for Silent {
        type Config<'a> = ValueEmpty;
        type MetaState<'a> = ValueEmpty;

        fn schema(&self, _: &mut Diagnostics) -> Option<Schema> {
            None
        }
    }

    impl Provider for Silent {
        fn register(&self, _: &mut Registry) {}
    }

    #[test]
    fn a_provider_needs_a_schema() {
        assert_eq!(defects(&Silent), ["No result of asking for a schema"]);
    }
}
