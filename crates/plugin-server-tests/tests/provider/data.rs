//! A data source that says what the provider has seen.

use std::sync::Arc;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use terraform_plugin_server::{DeferReason, request};
use tf_provider::schema::{AttributeConstraint, AttributeType, Schema};
use tf_provider::value::{Value, ValueEmpty, ValueList, ValueString};
use tf_provider::{DataSource, Diagnostics};

use crate::thing::Things;
use crate::{schema, text};

pub struct Echo(pub Arc<Things>);

#[derive(Debug, Default, Serialize, Deserialize)]
pub struct State<'a> {
    #[serde(borrow)]
    input: ValueString<'a>,
    observed: ValueList<ValueString<'a>>,
    terraform_version: ValueString<'a>,
    stopped: Value<bool>,
}

#[async_trait]
impl DataSource for Echo {
    type State<'a> = State<'a>;
    type ProviderMetaState<'a> = ValueEmpty;

    fn schema(&self, _diags: &mut Diagnostics) -> Option<Schema> {
        use AttributeConstraint::{Computed, Optional};
        Some(schema([
            ("input", AttributeType::String, Optional),
            ("observed", AttributeType::List(Box::new(AttributeType::String)), Computed),
            ("terraform_version", AttributeType::String, Computed),
            ("stopped", AttributeType::Bool, Computed),
        ]))
    }

    async fn validate<'a>(&self, diags: &mut Diagnostics, config: State<'a>) -> Option<()> {
        if config.input.as_str() == "invalid" {
            diags.root_error_short("This input is invalid");
        }
        Some(())
    }

    async fn read<'a>(&self, _diags: &mut Diagnostics, config: State<'a>, _meta: ValueEmpty) -> Option<State<'a>> {
        match config.input.as_str() {
            "panic" => panic!("reading data that panics"),
            "silent" => return None,
            "defer" if request()?.defer(DeferReason::ResourceConfigUnknown) => return None,
            _ => {}
        }
        // A task of its own is part of the request when it is told so.
        let context = request()?;
        let inside = tokio::spawn(context.clone().scope(async { request().is_some() }));
        assert!(inside.await.ok()?, "the request is known in the task");
        Some(State {
            observed: Value::Value(self.0.observed.lock().ok()?.iter().map(text).collect()),
            terraform_version: context.terraform_version().map_or(Value::Null, text),
            stopped: Value::Value(context.stop_token().is_cancelled()),
            ..config
        })
    }
}
