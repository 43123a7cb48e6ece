//! A resource of nothing but nested attributes and blocks, one of each kind.

use std::collections::{BTreeMap, HashMap};

use async_trait::async_trait;
use terraform_plugin_server::Dynamic;
use tf_provider::schema::{Attribute, AttributeConstraint, AttributeType, Block, NestedBlock, Schema};
use tf_provider::value::{Value, ValueEmpty};
use tf_provider::{AttributePath, Diagnostics};

use crate::schema;

/// Its paths may be wrong, for a test that looks for that.
#[derive(Default)]
pub struct Nest {
    pub write_only: &'static [&'static str],
    pub computed_blocks: &'static [&'static str],
}

type Answer = Option<(Dynamic, ValueEmpty)>;

impl terraform_plugin_server::Resource for Nest {
    fn write_only(&self) -> &'static [&'static str] {
        self.write_only
    }

    fn computed_blocks(&self) -> &'static [&'static str] {
        self.computed_blocks
    }

    fn null_in_generated_config(&self) -> &'static [&'static str] {
        self.write_only
    }
}

/// Everything in a block that the provider fills in is the provider's to fill in.
pub const FILLED: &[&str] = &["list_block"];

/// What stands in each of them.
fn inner() -> HashMap<String, Attribute> {
    use AttributeConstraint::{Computed, Optional, Required};
    let inner = schema([
        ("must", AttributeType::String, Required),
        ("may", AttributeType::String, Optional),
        ("made", AttributeType::String, Computed),
    ]);
    inner.block.attributes
}

fn described(computed_blocks: &[&str]) -> Schema {
    use AttributeConstraint::{Computed, Optional, OptionalComputed};
    use AttributeType::{AttributeList, AttributeMap, AttributeSet, AttributeSingle};
    let mut described = schema([
        ("list", AttributeList(inner()), Optional),
        ("map", AttributeMap(inner()), Optional),
        ("set", AttributeSet(inner()), Optional),
        ("single", AttributeSingle(inner()), Optional),
        ("report", AttributeSingle(inner()), Computed),
    ]);
    let block = || Block { attributes: inner(), description: "One of each".into(), ..Block::default() };
    described.block.blocks = HashMap::from([
        ("group_block".to_owned(), NestedBlock::Group(block())),
        ("list_block".to_owned(), NestedBlock::List(block())),
        ("map_block".to_owned(), NestedBlock::Map(block())),
        ("optional_block".to_owned(), NestedBlock::Optional(block())),
        ("set_block".to_owned(), NestedBlock::Set(block())),
        ("single_block".to_owned(), NestedBlock::Single(block())),
    ]);
    if computed_blocks == FILLED {
        let mut filled = block();
        for attribute in filled.attributes.values_mut().filter(|attribute| attribute.constraint != Computed) {
            attribute.constraint = OptionalComputed;
        }
        described.block.blocks.insert("list_block".to_owned(), NestedBlock::List(filled));
    }
    described
}

/// Puts a value wherever something is to be made, and a report at the end. An empty group stays empty.
fn made(value: Dynamic, with: &Dynamic) -> Dynamic {
    match value {
        Dynamic::List(list) => Dynamic::List(list.into_iter().map(|one| made(one, with)).collect()),
        Dynamic::Map(map) => {
            let empty = map.values().all(Dynamic::is_null);
            let part = |(name, value): (String, Dynamic)| match name.as_str() {
                "made" if !empty && matches!(value, Dynamic::Null | Dynamic::Unknown) => (name, with.clone()),
                "report" => (name, report(with)),
                "list_block" if matches!(value, Dynamic::Null | Dynamic::Unknown) => {
                    let filled = Dynamic::List(vec![report(with)]);
                    (name, if with == &Dynamic::Unknown { Dynamic::Unknown } else { filled })
                }
                _ => (name, made(value, with)),
            };
            Dynamic::Map(map.into_iter().map(part).collect::<BTreeMap<_, _>>())
        }
        other => other,
    }
}

/// Terraform does not propose what was there before of a block that the configuration leaves out.
fn with_filled(prior: &Dynamic, proposed: Dynamic) -> Dynamic {
    match (prior.get("list_block"), proposed) {
        (Some(before), Dynamic::Map(mut map)) if map.get("list_block").is_some_and(Dynamic::is_null) => {
            map.insert("list_block".to_owned(), before.clone());
            Dynamic::Map(map)
        }
        (_, proposed) => proposed,
    }
}

fn report(made: &Dynamic) -> Dynamic {
    Dynamic::from([("must", Dynamic::from("done")), ("may", Dynamic::Null), ("made", made.clone())])
}

#[async_trait]
impl tf_provider::Resource for Nest {
    type State<'a> = Dynamic;
    type PrivateState<'a> = ValueEmpty;
    type ProviderMetaState<'a> = ValueEmpty;

    fn schema(&self, _diags: &mut Diagnostics) -> Option<Schema> {
        Some(described(self.computed_blocks))
    }

    async fn read<'a>(
        &self,
        _diags: &mut Diagnostics,
        state: Dynamic,
        private: ValueEmpty,
        _meta: ValueEmpty,
    ) -> Answer {
        Some((state, private))
    }

    async fn plan_create<'a>(
        &self,
        _diags: &mut Diagnostics,
        proposed: Dynamic,
        _config: Dynamic,
        _meta: ValueEmpty,
    ) -> Answer {
        Some((made(proposed, &Dynamic::Unknown), Value::Null))
    }

    async fn plan_update<'a>(
        &self,
        _diags: &mut Diagnostics,
        prior: Dynamic,
        proposed: Dynamic,
        _config: Dynamic,
        private: ValueEmpty,
        _meta: ValueEmpty,
    ) -> Option<(Dynamic, ValueEmpty, Vec<AttributePath>)> {
        let proposed = if self.computed_blocks == FILLED { with_filled(&prior, proposed) } else { proposed };
        let planned = if prior == proposed { proposed } else { made(proposed, &Dynamic::Unknown) };
        Some((planned, private, vec![]))
    }

    async fn plan_destroy<'a>(
        &self,
        _diags: &mut Diagnostics,
        _prior: Dynamic,
        private: ValueEmpty,
        _meta: ValueEmpty,
    ) -> Option<ValueEmpty> {
        Some(private)
    }

    async fn create<'a>(
        &self,
        _diags: &mut Diagnostics,
        planned: Dynamic,
        _config: Dynamic,
        private: ValueEmpty,
        _meta: ValueEmpty,
    ) -> Answer {
        Some((made(planned, &"first".into()), private))
    }

    async fn update<'a>(
        &self,
        _diags: &mut Diagnostics,
        _prior: Dynamic,
        planned: Dynamic,
        _config: Dynamic,
        private: ValueEmpty,
        _meta: ValueEmpty,
    ) -> Answer {
        Some((made(planned, &"second".into()), private))
    }

    async fn destroy<'a>(
        &self,
        _diags: &mut Diagnostics,
        _prior: Dynamic,
        _private: ValueEmpty,
        _meta: ValueEmpty,
    ) -> Option<()> {
        Some(())
    }
}
