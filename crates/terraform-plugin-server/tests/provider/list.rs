//! Lists things that never end.

use std::sync::Arc;

use async_trait::async_trait;
use serde::Deserialize;
use terraform_plugin_server::{Identity, ListItem, ListResource, ListSender};
use tf_provider::Diagnostics;
use tf_provider::schema::{AttributeConstraint, AttributeType, Schema};
use tf_provider::value::ValueString;

use crate::thing::{State, Things};
use crate::{schema, text};

pub struct ListThings(pub Arc<Things>);

#[derive(Debug, Deserialize)]
pub struct Config<'a> {
    #[serde(borrow)]
    prefix: ValueString<'a>,
}

#[async_trait]
impl ListResource for ListThings {
    type Config<'a> = Config<'a>;

    fn schema(&self, _diags: &mut Diagnostics) -> Option<Schema> {
        Some(schema([("prefix", AttributeType::String, AttributeConstraint::Required)]))
    }

    async fn validate<'a>(&self, diags: &mut Diagnostics, config: Config<'a>) -> Option<()> {
        if config.prefix.as_str() == "invalid" {
            diags.root_error_short("This prefix is invalid");
        }
        Some(())
    }

    async fn list<'a>(&self, diags: &mut Diagnostics, config: Config<'a>, items: ListSender) -> Option<()> {
        for index in 0.. {
            let name = format!("{}{index}", config.prefix.as_str());
            let id = format!("thing-{name}");
            match (config.prefix.as_str(), index) {
                ("panic", 2) => panic!("listing things that panic"),
                ("fail", 2) => {
                    diags.root_error_short("no more things can be found");
                    return None;
                }
                ("few", 3) => break,
                _ => {}
            }
            let secret = text("echoed by mistake");
            let state = State { id: text(id.clone()), name: text(name.clone()), secret, ..State::default() };
            let identity = match config.prefix.as_str() {
                "anonymous" => Identity::from([("wrong", id)]),
                _ => Identity::from([("id", id)]),
            };
            let resource = (config.prefix.as_str() != "stateless").then_some(state);
            if !items.send(ListItem { identity, display_name: name, resource }).await {
                self.0.observed.lock().ok()?.insert("the list was cut off".into());
                break;
            }
        }
        Some(())
    }
}
