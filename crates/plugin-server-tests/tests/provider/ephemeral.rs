//! A token that has to be renewed once.

use std::time::{Duration, UNIX_EPOCH};

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use terraform_plugin_server::{DeferReason, EphemeralResource, Opened, Renewed, request};
use tf_provider::Diagnostics;
use tf_provider::schema::{AttributeConstraint, AttributeType, Schema};
use tf_provider::value::{Value, ValueString};

use crate::{schema, text};

pub struct Token;

#[derive(Debug, Default, Serialize, Deserialize)]
pub struct State<'a> {
    #[serde(borrow)]
    name: ValueString<'a>,
    value: ValueString<'a>,
}

#[async_trait]
impl EphemeralResource for Token {
    type State<'a> = State<'a>;
    type PrivateState<'a> = Value<String>;

    fn schema(&self, _diags: &mut Diagnostics) -> Option<Schema> {
        Some(schema([
            ("name", AttributeType::String, AttributeConstraint::Required),
            ("value", AttributeType::String, AttributeConstraint::Computed),
        ]))
    }

    async fn validate<'a>(&self, diags: &mut Diagnostics, config: State<'a>) -> Option<()> {
        if config.name.as_str() == "invalid" {
            diags.root_error_short("This name is invalid");
        }
        Some(())
    }

    async fn open<'a>(&self, _diags: &mut Diagnostics, config: State<'a>) -> Option<Opened<State<'a>, Value<String>>> {
        match config.name.as_str() {
            "panic" => panic!("opening a token that panics"),
            "silent" => return None,
            "defer" if request()?.defer(DeferReason::AbsentPrerequisite) => return None,
            _ => {}
        }
        let value = format!("token-{}", config.name.as_str());
        let renew_at = (config.name.as_str() == "short").then(|| UNIX_EPOCH + Duration::from_millis(1_500));
        Some(Opened::new(State { value: text(value.clone()), ..config }, Value::Value(value)).renew_at(renew_at))
    }

    async fn renew<'a>(&self, _diags: &mut Diagnostics, private: Value<String>) -> Option<Renewed<Value<String>>> {
        Some(Renewed::new(private.map(|value| format!("{value}-again"))))
    }

    async fn close<'a>(&self, diags: &mut Diagnostics, private: Value<String>) -> Option<()> {
        diags.root_warning_short(format!("closed {}", private.unwrap_or_default()));
        Some(())
    }
}
