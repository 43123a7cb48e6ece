//! A resource that breaks the rule that its name asks for.

use std::collections::BTreeSet;
use std::sync::Mutex;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use tf_provider::schema::{AttributeConstraint, AttributeType, Schema};
use tf_provider::value::{Value, ValueEmpty, ValueString};
use tf_provider::{AttributePath, Diagnostics};

use crate::{schema, text};

/// What exists, by id.
#[derive(Default)]
pub struct Flawed(Mutex<BTreeSet<String>>);

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct State<'a> {
    #[serde(borrow)]
    id: ValueString<'a>,
    /// The flaw, or any other name for none.
    name: ValueString<'a>,
    text: ValueString<'a>,
    region: ValueString<'a>,
}

type Answer<'a> = Option<(State<'a>, ValueEmpty)>;

impl State<'_> {
    fn has(&self, flaw: &str) -> bool {
        self.name.as_str() == flaw
    }
}

impl terraform_plugin_server::Resource for Flawed {}

#[async_trait]
impl tf_provider::Resource for Flawed {
    type State<'a> = State<'a>;
    type PrivateState<'a> = ValueEmpty;
    type ProviderMetaState<'a> = ValueEmpty;

    fn schema(&self, _diags: &mut Diagnostics) -> Option<Schema> {
        Some(schema([
            ("id", AttributeType::String, AttributeConstraint::Computed),
            ("name", AttributeType::String, AttributeConstraint::Required),
            ("text", AttributeType::String, AttributeConstraint::Optional),
            ("region", AttributeType::String, AttributeConstraint::Optional),
        ]))
    }

    async fn validate<'a>(&self, diags: &mut Diagnostics, config: State<'a>) -> Option<()> {
        if config.has("unknown is refused") && matches!(config.text, Value::Unknown) {
            diags.error_short("The text has to be known", AttributePath::new("text"));
        }
        Some(())
    }

    async fn read<'a>(&self, _: &mut Diagnostics, state: State<'a>, private: ValueEmpty, _: ValueEmpty) -> Answer<'a> {
        if state.has("lost") || !self.0.lock().unwrap().contains(state.id.as_str()) {
            return None;
        }
        let text = if state.has("drift") { text("drifted") } else { state.text.clone() };
        Some((State { text, ..state }, private))
    }

    async fn plan_create<'a>(
        &self,
        diags: &mut Diagnostics,
        proposed: State<'a>,
        _config: State<'a>,
        _meta: ValueEmpty,
    ) -> Answer<'a> {
        if proposed.has("error") {
            diags.root_error_short("It cannot be planned");
            return None;
        }
        let mut planned = State { id: Value::Unknown, ..proposed };
        if planned.has("upper") {
            planned.text = text(planned.text.as_str().to_uppercase());
        }
        if planned.has("default") {
            planned.region = text("here");
        }
        Some((planned, Value::Null))
    }

    async fn plan_update<'a>(
        &self,
        _diags: &mut Diagnostics,
        prior: State<'a>,
        proposed: State<'a>,
        _config: State<'a>,
        private: ValueEmpty,
        _meta: ValueEmpty,
    ) -> Option<(State<'a>, ValueEmpty, Vec<AttributePath>)> {
        let replace = prior.has("restless") || !prior.has(proposed.name.as_str());
        let replace = if replace { vec![AttributePath::new("name")] } else { vec![] };
        let id = if proposed.has("never done") { Value::Unknown } else { proposed.id };
        Some((State { id, ..proposed }, private, replace))
    }

    async fn plan_destroy<'a>(
        &self,
        _: &mut Diagnostics,
        _: State<'a>,
        private: ValueEmpty,
        _: ValueEmpty,
    ) -> Option<ValueEmpty> {
        Some(private)
    }

    async fn create<'a>(
        &self,
        _diags: &mut Diagnostics,
        planned: State<'a>,
        _config: State<'a>,
        private: ValueEmpty,
        _meta: ValueEmpty,
    ) -> Answer<'a> {
        let id = planned.name.as_str().to_owned();
        self.0.lock().unwrap().insert(id.clone());
        let id = if planned.has("open") { Value::Unknown } else { text(id) };
        let text = if planned.has("other") { text("other") } else { planned.text.clone() };
        Some((State { id, text, ..planned }, private))
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

    async fn destroy<'a>(&self, _: &mut Diagnostics, prior: State<'a>, _: ValueEmpty, _: ValueEmpty) -> Option<()> {
        if !prior.has("stays") {
            self.0.lock().unwrap().remove(prior.id.as_str());
        }
        Some(())
    }

    async fn import<'a>(&self, _: &mut Diagnostics, id: String) -> Answer<'a> {
        let region = if id == "forgetful" { Value::Null } else { text("r") };
        Some((State { id: text(id.clone()), name: text(id), text: text("a"), region }, Value::Null))
    }
}
