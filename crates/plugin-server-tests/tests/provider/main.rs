//! The provider that the tests start: everything that the server can serve, with defects on request.

use std::process::ExitCode;
use std::sync::Arc;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use tf_provider::Diagnostics;
use tf_provider::schema::{Attribute, AttributeConstraint, AttributeType, Block, Schema};
use tf_provider::value::{Value, ValueEmpty, ValueString};

mod action;
mod data;
mod ephemeral;
mod flawed;
mod function;
mod list;
mod nest;
mod plain;
mod seat;
mod thing;

/// The README's example of private data, as it stands there.
mod trace;

/// The example of the README, as it stands there.
mod readme {
    include!("readme.rs");

    pub fn run() -> std::process::ExitCode {
        main().map_or(std::process::ExitCode::FAILURE, |()| std::process::ExitCode::SUCCESS)
    }
}

fn main() -> ExitCode {
    if std::env::var_os("TEST_PROVIDER_README").is_some() {
        return readme::run();
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    terraform_plugin_server::log::init(&["terraform_provider_test"]);
    let served = runtime.map(|runtime| runtime.block_on(terraform_plugin_server::serve(TestProvider::default())));
    match served {
        Ok(Ok(())) => ExitCode::SUCCESS,
        Ok(Err(error)) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("no runtime: {error}");
            ExitCode::FAILURE
        }
    }
}

#[derive(Default)]
struct TestProvider {
    things: Arc<thing::Things>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Config<'a> {
    #[serde(borrow)]
    behaviour: ValueString<'a>,
    login: Value<Login<'a>>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Login<'a> {
    #[serde(borrow)]
    user: ValueString<'a>,
}

#[async_trait]
impl tf_provider::Provider for TestProvider {
    type Config<'a> = Config<'a>;
    type MetaState<'a> = ValueEmpty;

    fn schema(&self, _diags: &mut Diagnostics) -> Option<Schema> {
        use AttributeConstraint::{Optional, Required};
        let login = schema([("user", AttributeType::String, Required)]).block.attributes;
        Some(schema([
            ("behaviour", AttributeType::String, Optional),
            ("login", AttributeType::AttributeSingle(login), Optional),
        ]))
    }

    async fn validate<'a>(&self, diags: &mut Diagnostics, config: Config<'a>) -> Option<()> {
        if config.behaviour.as_str() == "invalid" {
            diags.error_short("This behaviour is invalid", tf_provider::AttributePath::new("behaviour"));
        }
        Some(())
    }

    async fn configure<'a>(
        &self,
        _diags: &mut Diagnostics,
        terraform_version: String,
        config: Config<'a>,
    ) -> Option<()> {
        assert!(!terraform_version.is_empty(), "Terraform has a version");
        println!("this line must not reach standard output");
        match config.behaviour.as_str() {
            "panic" => panic!("configured to panic"),
            "silent" => return None,
            "defer" => {
                let request = terraform_plugin_server::request()?;
                assert!(
                    request.defer(terraform_plugin_server::DeferReason::ProviderConfigUnknown),
                    "deferral is allowed"
                );
            }
            _ => {}
        }
        Some(())
    }
}

impl terraform_plugin_server::Provider for TestProvider {
    fn register(&self, registry: &mut terraform_plugin_server::Registry) {
        registry
            .resource("test_thing", thing::Thing(self.things.clone()))
            .resource("test_nest", nest::Nest::default())
            .resource("test_filled", nest::Nest { computed_blocks: nest::FILLED, ..nest::Nest::default() })
            .resource("test_plain", plain::Plain)
            .resource("test_seat", seat::Seat)
            .resource("test_flawed", flawed::Flawed::default())
            .data_source("test_echo", data::Echo(self.things.clone()))
            .function("join", function::Join)
            .list_resource("test_thing", list::ListThings(self.things.clone()))
            .action("test_act", action::Act)
            .ephemeral_resource("test_token", ephemeral::Token);
        if std::env::var_os("TEST_PROVIDER_DEFECTS").is_some() {
            let paths =
                ["single.may", "list.made", "set.may", "set_block.may", "nowhere", "map.nowhere", "list_block", "id.x"];
            registry
                .resource(
                    "test_defect",
                    nest::Nest {
                        write_only: Box::leak(Box::new(paths)),
                        computed_blocks: &["list", "list_block.x", "map_block", "group_block"],
                    },
                )
                .resource("test_plain", plain::Plain)
                .list_resource("test_plain", list::ListThings(self.things.clone()));
        }
    }

    fn address(&self) -> String {
        "example.com/test/test".to_owned()
    }
}

fn schema<const N: usize>(attributes: [(&str, AttributeType, AttributeConstraint); N]) -> Schema {
    let attribute = |(name, attr_type, constraint): (&str, AttributeType, AttributeConstraint)| {
        let description = format!("The {name}").into();
        (name.to_owned(), Attribute { attr_type, constraint, description, ..Attribute::default() })
    };
    let attributes = attributes.into_iter().map(attribute).collect();
    Schema { version: 1, block: Block { attributes, description: "For tests".into(), ..Block::default() } }
}

fn text<'a>(text: impl Into<String>) -> ValueString<'a> {
    Value::Value(text.into().into())
}
