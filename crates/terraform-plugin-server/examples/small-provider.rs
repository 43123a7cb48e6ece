//! A provider with one small resource, for measurements: served here, or by tf-provider's own server when the variable
//! `SMALL_PROVIDER_SERVE` is `tf-provider`.

use std::collections::HashMap;
use std::process::ExitCode;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use tf_provider::schema::{Attribute, AttributeConstraint, AttributeType, Block, Schema};
use tf_provider::value::{Value, ValueEmpty, ValueString};
use tf_provider::{AttributePath, Diagnostics, DynamicResource, map};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let served = match std::env::var("SMALL_PROVIDER_SERVE").as_deref() {
        Ok("tf-provider") => tf_provider::serve("small", Small).await.map_err(|error| error.to_string()),
        _ => terraform_plugin_server::serve(Small).await.map_err(|error| error.to_string()),
    };
    match served {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

struct Small;

#[async_trait]
impl tf_provider::Provider for Small {
    type Config<'a> = ValueEmpty;
    type MetaState<'a> = ValueEmpty;

    fn schema(&self, _diags: &mut Diagnostics) -> Option<Schema> {
        Some(Schema { version: 1, block: Block { description: "A provider to measure".into(), ..Block::default() } })
    }

    fn get_resources(&self, _diags: &mut Diagnostics) -> Option<HashMap<String, Box<dyn DynamicResource>>> {
        Some(map! { "item" => Item })
    }
}

impl terraform_plugin_server::Provider for Small {
    fn register(&self, registry: &mut terraform_plugin_server::Registry) {
        registry.resource("small_item", Item);
    }
}

/// An item has a name and, once it exists, an id made of the name.
struct Item;

#[derive(Debug, Default, Serialize, Deserialize)]
struct ItemState<'a> {
    #[serde(borrow)]
    id: ValueString<'a>,
    name: ValueString<'a>,
    size: Value<i64>,
}

impl terraform_plugin_server::Resource for Item {}

type Planned<'a> = Option<(ItemState<'a>, ValueEmpty)>;

#[async_trait]
impl tf_provider::Resource for Item {
    type State<'a> = ItemState<'a>;
    type PrivateState<'a> = ValueEmpty;
    type ProviderMetaState<'a> = ValueEmpty;

    fn schema(&self, _diags: &mut Diagnostics) -> Option<Schema> {
        use AttributeConstraint::{Computed, Optional, Required};
        let attribute = |attr_type, constraint, description: &str| Attribute {
            attr_type,
            constraint,
            description: description.into(),
            ..Attribute::default()
        };
        let attributes = map! {
            "id" => attribute(AttributeType::String, Computed, "The id"),
            "name" => attribute(AttributeType::String, Required, "The name"),
            "size" => attribute(AttributeType::Number, Optional, "The size"),
        };
        Some(Schema { version: 1, block: Block { attributes, description: "An item".into(), ..Block::default() } })
    }

    async fn read<'a>(
        &self,
        _diags: &mut Diagnostics,
        state: ItemState<'a>,
        private: ValueEmpty,
        _meta: ValueEmpty,
    ) -> Planned<'a> {
        Some((state, private))
    }

    async fn plan_create<'a>(
        &self,
        _diags: &mut Diagnostics,
        proposed: ItemState<'a>,
        _config: ItemState<'a>,
        _meta: ValueEmpty,
    ) -> Planned<'a> {
        Some((ItemState { id: Value::Unknown, ..proposed }, Value::Null))
    }

    async fn plan_update<'a>(
        &self,
        _diags: &mut Diagnostics,
        _prior: ItemState<'a>,
        proposed: ItemState<'a>,
        _config: ItemState<'a>,
        private: ValueEmpty,
        _meta: ValueEmpty,
    ) -> Option<(ItemState<'a>, ValueEmpty, Vec<AttributePath>)> {
        Some((proposed, private, vec![]))
    }

    async fn plan_destroy<'a>(
        &self,
        _diags: &mut Diagnostics,
        _prior: ItemState<'a>,
        private: ValueEmpty,
        _meta: ValueEmpty,
    ) -> Option<ValueEmpty> {
        Some(private)
    }

    async fn create<'a>(
        &self,
        _diags: &mut Diagnostics,
        planned: ItemState<'a>,
        _config: ItemState<'a>,
        private: ValueEmpty,
        _meta: ValueEmpty,
    ) -> Planned<'a> {
        let id = format!("item-{}", planned.name.as_str()).into();
        Some((ItemState { id, ..planned }, private))
    }

    async fn update<'a>(
        &self,
        _diags: &mut Diagnostics,
        _prior: ItemState<'a>,
        planned: ItemState<'a>,
        _config: ItemState<'a>,
        private: ValueEmpty,
        _meta: ValueEmpty,
    ) -> Planned<'a> {
        Some((planned, private))
    }

    async fn destroy<'a>(
        &self,
        _diags: &mut Diagnostics,
        _prior: ItemState<'a>,
        _private: ValueEmpty,
        _meta: ValueEmpty,
    ) -> Option<()> {
        Some(())
    }
}
