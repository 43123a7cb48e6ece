//! Lists things that never end.

use std::sync::Arc;

use async_trait::async_trait;
use serde::Deserialize;
use terraform_plugin_server::{Identity, ListItem, ListResource, ListSender};
use tf_provider::Diagnostics;
use tf_provider::schema::{AttributeConstraint, AttributeType, Schema};

use crate::thing::{State, Things};
use crate::{schema, text};

pub struct ListThings(pub Arc<Things>);

/// The prefix cannot be null, by the schema as by its type.
#[derive(Debug, Deserialize)]
pub struct Config {
    prefix: String,
}

#[async_trait]
impl ListResource for ListThings {
    type Config<'a> = Config;

    fn schema(&self, _diags: &mut Diagnostics) -> Option<Schema> {
        Some(schema([("prefix", AttributeType::String, AttributeConstraint::Required)]))
    }

    async fn validate<'a>(&self, diags: &mut Diagnostics, config: Config) -> Option<()> {
        if &*config.prefix == "invalid" {
            diags.root_error_short("This prefix is invalid");
        }
        Some(())
    }

    async fn list<'a>(&self, diags: &mut Diagnostics, config: Config, items: ListSender) -> Option<()> {
        for index in 0.. {
            let name = format!("{}{index}", &*config.prefix);
            let id = format!("thing-{name}");
            match (&*config.prefix, index) {
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
            let identity = match &*config.prefix {
                "anonymous" => Identity::from([("wrong", id)]),
                _ => Identity::from([("id", id)]),
            };
            let resource = (&*config.prefix != "stateless").then_some(state);
            if !items.send(ListItem::new(identity, name).with_resource(resource)).await {
                self.0.observed.lock().ok()?.insert("the list was cut off".into());
                break;
            }
        }
        Some(())
    }
}
