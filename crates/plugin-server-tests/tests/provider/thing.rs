//! A resource that has everything: write-only values, identity, older versions, moves, and defects that its name asks
//! for.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use terraform_plugin_server::{
    DeferReason, Identity, IdentityAttribute, IdentitySchema, Number, Report, Source, request,
};
use tf_provider::schema::{AttributeConstraint, AttributeType, Schema};
use tf_provider::value::{Value, ValueList, ValueMap, ValueString};
use tf_provider::{AttributePath, Diagnostics};

use crate::{schema, text};

/// What exists, by id, and what was observed.
#[derive(Default)]
pub struct Things {
    pub existing: Mutex<BTreeMap<String, State<'static>>>,
    pub observed: Mutex<BTreeSet<String>>,
}

pub struct Thing(pub Arc<Things>);

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct State<'a> {
    #[serde(borrow)]
    pub id: ValueString<'a>,
    pub name: ValueString<'a>,
    pub size: Value<Number>,
    pub replicas: Value<i64>,
    pub secret: ValueString<'a>,
    pub secret_version: Value<i64>,
    pub tags: ValueMap<'a, ValueString<'a>>,
    pub rules: ValueList<Value<Rule<'a>>>,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Rule<'a> {
    pub port: Value<u16>,
    #[serde(borrow)]
    pub token: ValueString<'a>,
    pub hits: Value<i64>,
}

/// How many changes the object has seen.
type Private = Value<i64>;
type Meta = Value<BTreeMap<String, Value<i64>>>;

impl State<'_> {
    fn owned(&self) -> State<'static> {
        let owned = |value: &ValueString<'_>| value.clone().extend();
        State {
            id: owned(&self.id),
            name: owned(&self.name),
            size: self.size.clone(),
            replicas: self.replicas,
            secret_version: self.secret_version,
            ..State::default()
        }
    }
}

/// Puts off a request whose name says so.
fn defer(state: &State<'_>) -> Option<()> {
    let wanted = state.name.as_str() == "defer" && request()?.defer(DeferReason::AbsentPrerequisite);
    (!wanted).then_some(())
}

#[async_trait]
impl terraform_plugin_server::Resource for Thing {
    fn write_only(&self) -> &'static [&'static str] {
        &["secret", "rules.token"]
    }

    fn identity_schema(&self) -> Option<IdentitySchema> {
        let attributes =
            vec![IdentityAttribute::required("id", "The id"), IdentityAttribute::optional("region", "The region")];
        Some(IdentitySchema::new(1, attributes))
    }

    fn identity(&self, state: &State<'_>) -> Option<Identity> {
        state.id.is_value().then(|| Identity::from([("id", state.id.as_str())]))
    }

    fn null_in_generated_config(&self) -> &'static [&'static str] {
        &["tags"]
    }

    fn observe(&self, state: &State<'_>) {
        self.0.observed.lock().unwrap().insert(state.id.as_str().to_owned());
    }

    async fn import_by_identity<'a>(
        &self,
        diags: &mut Diagnostics,
        identity: Identity,
    ) -> Option<(State<'a>, Private)> {
        let id = identity.text("id").unwrap_or_default().to_owned();
        tf_provider::Resource::import(self, diags, id).await
    }

    async fn upgrade_identity(
        &self,
        _diags: &mut Diagnostics,
        version: i64,
        identity: serde_json::Value,
    ) -> Option<Identity> {
        (version == 0).then(|| Identity::from([("id", identity["number"].to_string())]))
    }

    /// Version 0 had the size in `bytes`, and sizes beyond any integer came as text.
    async fn upgrade<'a>(&self, diags: &mut Diagnostics, version: i64, state: serde_json::Value) -> Option<State<'a>> {
        if version != 0 {
            diags.root_error_short(format!("version {version} is unknown"));
            return None;
        }
        let size: Value<Number> = serde_json::from_value(state["bytes"].clone()).ok()?;
        let field = |name: &str| state[name].as_str().map_or(Value::Null, text);
        Some(State { id: field("id"), name: field("name"), size, ..State::default() })
    }

    async fn moved<'a>(&self, diags: &mut Diagnostics, source: Source) -> Option<(State<'a>, Private)> {
        let id = match source.type_name.as_str() {
            "terraform_data" => source.state["input"]["value"].as_str()?,
            "test_plain" => source.state["id"].as_str()?,
            "test_broken" => panic!("moved from test_broken"),
            _ => return None,
        };
        if id.is_empty() {
            diags.root_error_short("the source has no id");
        }
        let moves = if source.private.is_empty() { Value::Null } else { Value::Value(1) };
        Some((State { id: text(id), name: text(id), ..State::default() }, moves))
    }
}

#[async_trait]
impl tf_provider::Resource for Thing {
    type State<'a> = State<'a>;
    type PrivateState<'a> = Private;
    type ProviderMetaState<'a> = Meta;

    fn schema(&self, _diags: &mut Diagnostics) -> Option<Schema> {
        use AttributeConstraint::{Computed, Optional, Required};
        use AttributeType::{Map, Number, String as Text};
        let rules = schema([("port", Number, Optional), ("token", Text, Optional), ("hits", Number, Computed)]);
        let mut schema = schema([
            ("id", Text, Computed),
            ("name", Text, Required),
            ("size", Number, Optional),
            ("replicas", Number, Optional),
            ("secret", Text, Optional),
            ("secret_version", Number, Optional),
            ("tags", Map(Box::new(Text)), Optional),
            ("rules", AttributeType::AttributeList(rules.block.attributes), Optional),
        ]);
        for name in ["secret", "secret_version"] {
            let attribute = schema.block.attributes.entry(name.to_owned());
            attribute.and_modify(|attribute| attribute.sensitive = true);
        }
        Some(schema)
    }

    async fn validate<'a>(&self, diags: &mut Diagnostics, config: State<'a>) -> Option<()> {
        if config.name.as_str() == "invalid" {
            diags.error_at("name", "This name is invalid", "");
            diags.warning_at("name", "And it is ugly", "");
        }
        (config.name.as_str() != "silent").then_some(())
    }

    async fn read<'a>(
        &self,
        diags: &mut Diagnostics,
        state: State<'a>,
        private: Private,
        _meta: Meta,
    ) -> Option<(State<'a>, Private)> {
        match state.name.as_str() {
            "panic-read" => panic!("reading a thing that panics"),
            "gone" => return None,
            "fail-read" => {
                diags.root_error_short("the thing cannot be read");
                return None;
            }
            _ => defer(&state)?,
        }
        Some((state, private))
    }

    async fn plan_create<'a>(
        &self,
        diags: &mut Diagnostics,
        proposed: State<'a>,
        _config: State<'a>,
        _meta: Meta,
    ) -> Option<(State<'a>, Private)> {
        if proposed.name.as_str() == "leak" {
            diags.root_warning_short(format!("the plan sees {}", proposed.secret.as_str()));
        }
        defer(&proposed)?;
        let rules = proposed.rules.map(open_hits);
        Some((State { id: Value::Unknown, rules, ..proposed }, Value::Value(0)))
    }

    async fn plan_update<'a>(
        &self,
        _diags: &mut Diagnostics,
        prior: State<'a>,
        proposed: State<'a>,
        _config: State<'a>,
        private: Private,
        _meta: Meta,
    ) -> Option<(State<'a>, Private, Vec<AttributePath>)> {
        let replace = if prior.name == proposed.name { vec![] } else { vec![AttributePath::new("name")] };
        Some((proposed, private, replace))
    }

    async fn plan_destroy<'a>(
        &self,
        _diags: &mut Diagnostics,
        _prior: State<'a>,
        private: Private,
        _meta: Meta,
    ) -> Option<Private> {
        Some(private)
    }

    async fn create<'a>(
        &self,
        diags: &mut Diagnostics,
        planned: State<'a>,
        config: State<'a>,
        private: Private,
        _meta: Meta,
    ) -> Option<(State<'a>, Private)> {
        let id = format!("thing-{}", planned.name.as_str());
        match planned.name.as_str() {
            "panic-create" => panic!("creating a thing that panics"),
            "silent-create" => return None,
            "slow" => slowly(diags).await,
            "deaf" => tokio::time::sleep(SLOW).await,
            "needs-secret" if config.secret.as_str() != "hush" => {
                diags.root_error_short("the secret did not arrive");
                return None;
            }
            _ => {}
        }
        // The defect that write-only attributes must be proof against: the state echoes the configuration.
        let created =
            State { id: text(id.clone()), rules: planned.rules.map(close_hits), secret: config.secret, ..planned };
        self.0.existing.lock().unwrap().insert(id, created.owned());
        Some((created, private.map(|count| count + 1)))
    }

    async fn update<'a>(
        &self,
        _diags: &mut Diagnostics,
        _prior: State<'a>,
        planned: State<'a>,
        _config: State<'a>,
        private: Private,
        _meta: Meta,
    ) -> Option<(State<'a>, Private)> {
        Some((planned, private.map(|count| count + 1)))
    }

    async fn destroy<'a>(
        &self,
        _diags: &mut Diagnostics,
        prior: State<'a>,
        _private: Private,
        _meta: Meta,
    ) -> Option<()> {
        self.0.existing.lock().unwrap().remove(prior.id.as_str());
        (prior.name.as_str() != "silent-destroy").then_some(())
    }

    async fn import<'a>(&self, diags: &mut Diagnostics, id: String) -> Option<(State<'a>, Private)> {
        let Some(name) = id.strip_prefix("thing-") else {
            diags.root_error_short(format!("{id} is not the id of a thing"));
            return None;
        };
        Some((State { name: text(name), id: text(id.clone()), ..State::default() }, Value::Value(7)))
    }
}

fn open_hits(rules: Vec<Value<Rule<'_>>>) -> Vec<Value<Rule<'_>>> {
    rules.into_iter().map(|rule| rule.map(|rule| Rule { hits: Value::Unknown, ..rule })).collect()
}

fn close_hits(rules: Vec<Value<Rule<'_>>>) -> Vec<Value<Rule<'_>>> {
    rules.into_iter().map(|rule| rule.map(|rule| Rule { hits: Value::Value(0), ..rule })).collect()
}

/// Long enough to interrupt.
const SLOW: Duration = Duration::from_secs(3);

/// Takes its time, or until it is asked to stop; tells on standard error, which tests can wait for, that it has begun.
async fn slowly(diags: &mut Diagnostics) {
    eprintln!("a slow create has begun");
    let Some(request) = request() else { return };
    tokio::select! {
        () = request.stop_token().cancelled() => diags.root_warning_short("asked to stop"),
        () = tokio::time::sleep(SLOW) => {}
    }
    eprintln!("a slow create has ended");
}
