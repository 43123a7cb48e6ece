//! An action that reports its steps.

use async_trait::async_trait;
use serde::Deserialize;
use terraform_plugin_server::{Action, Progress};
use tf_provider::schema::{AttributeConstraint, AttributeType, Schema};
use tf_provider::value::{Value, ValueString};
use tf_provider::{AttributePath, Diagnostics};

use crate::schema;

pub struct Act;

#[derive(Debug, Deserialize)]
pub struct Config<'a> {
    #[serde(borrow)]
    behaviour: ValueString<'a>,
    steps: Value<i64>,
}

#[async_trait]
impl Action for Act {
    type Config<'a> = Config<'a>;

    fn schema(&self, _diags: &mut Diagnostics) -> Option<Schema> {
        Some(schema([
            ("behaviour", AttributeType::String, AttributeConstraint::Optional),
            ("steps", AttributeType::Number, AttributeConstraint::Required),
        ]))
    }

    async fn validate<'a>(&self, diags: &mut Diagnostics, config: Config<'a>) -> Option<()> {
        if config.behaviour.as_str() == "invalid" {
            diags.error_short("This behaviour is invalid", AttributePath::new("behaviour"));
        }
        Some(())
    }

    async fn plan<'a>(&self, diags: &mut Diagnostics, config: Config<'a>) -> Option<()> {
        if config.behaviour.as_str() == "unplannable" {
            diags.root_error_short("This cannot be planned");
        }
        Some(())
    }

    async fn invoke<'a>(&self, diags: &mut Diagnostics, config: Config<'a>, progress: Progress) -> Option<()> {
        for step in 0..config.steps.unwrap_or_default() {
            progress.report(format!("step {step}"));
        }
        match config.behaviour.as_str() {
            "panic" => panic!("an action that panics"),
            "fail" => {
                diags.root_error_short("the action failed");
                None
            }
            "silent" => None,
            _ => Some(()),
        }
    }
}
