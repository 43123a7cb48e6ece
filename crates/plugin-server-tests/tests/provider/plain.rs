//! A resource with nothing special, and dynamic values in it.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use terraform_plugin_server::Dynamic;
use tf_provider::schema::{AttributeConstraint, AttributeType, Schema};
use tf_provider::value::{Value, ValueEmpty, ValueString};
use tf_provider::{AttributePath, Diagnostics};

use crate::{schema, text};

pub struct Plain;

#[derive(Debug, Default, Serialize, Deserialize)]
pub struct State<'a> {
    #[serde(borrow)]
    id: ValueString<'a>,
    name: ValueString<'a>,
    any: Dynamic,
}

type Answer<'a> = Option<(State<'a>, ValueEmpty)>;

impl terraform_plugin_server::Resource for Plain {}

#[async_trait]
impl tf_provider::Resource for Plain {
    type State<'a> = State<'a>;
    type PrivateState<'a> = ValueEmpty;
    type ProviderMetaState<'a> = ValueEmpty;

    fn schema(&self, _diags: &mut Diagnostics) -> Option<Schema> {
        Some(schema([
            ("id", AttributeType::String, AttributeConstraint::Computed),
            ("name", AttributeType::String, AttributeConstraint::Required),
            ("any", AttributeType::Any, AttributeConstraint::Optional),
        ]))
    }

    async fn read<'a>(
        &self,
        _diags: &mut Diagnostics,
        state: State<'a>,
        private: ValueEmpty,
        _meta: ValueEmpty,
    ) -> Answer<'a> {
        Some((state, private))
    }

    async fn plan_create<'a>(
        &self,
        _diags: &mut Diagnostics,
        proposed: State<'a>,
        _config: State<'a>,
        _meta: ValueEmpty,
    ) -> Answer<'a> {
        Some((State { id: Value::Unknown, ..proposed }, Value::Null))
    }

    async fn plan_update<'a>(
        &self,
        _diags: &mut Diagnostics,
        _prior: State<'a>,
        proposed: State<'a>,
        _config: State<'a>,
        private: ValueEmpty,
        _meta: ValueEmpty,
    ) -> Option<(State<'a>, ValueEmpty, Vec<AttributePath>)> {
        Some((proposed, private, vec![]))
    }

    async fn plan_destroy<'a>(
        &self,
        _diags: &mut Diagnostics,
        _prior: State<'a>,
        _private: ValueEmpty,
        _meta: ValueEmpty,
    ) -> Option<ValueEmpty> {
        None
    }

    async fn create<'a>(
        &self,
        _diags: &mut Diagnostics,
        planned: State<'a>,
        _config: State<'a>,
        private: ValueEmpty,
        _meta: ValueEmpty,
    ) -> Answer<'a> {
        Some((State { id: text(format!("plain-{}", planned.name.as_str())), ..planned }, private))
    }

    async fn update<'a>(
        &self,
        _diags: &mut Diagnostics,
        _prior: State<'a>,
        planned: State<'a>,
        _config: State<'a>,
        private: ValueEmpty,
        _meta: ValueEmpty,
    ) -> Answer<'a> {
        Some((planned, private))
    }

    async fn destroy<'a>(
        &self,
        _diags: &mut Diagnostics,
        _prior: State<'a>,
        _private: ValueEmpty,
        _meta: ValueEmpty,
    ) -> Option<()> {
        Some(())
    }
}
