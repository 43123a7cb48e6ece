use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use std::process::ExitCode;
use tf_provider::schema::{Attribute, AttributeConstraint, AttributeType, Block, Schema};
use tf_provider::value::{Value, ValueEmpty, ValueString};
use tf_provider::{AttributePath, Diagnostics, map};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    terraform_plugin_server::log::init(&["example"]);
    match terraform_plugin_server::serve(Example).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

struct Example;

#[async_trait]
impl tf_provider::Provider for Example {
    type Config<'a> = ValueEmpty;
    type MetaState<'a> = ValueEmpty;

    fn schema(&self, _diags: &mut Diagnostics) -> Option<Schema> {
        Some(Schema { version: 1, block: Block { description: "An example".into(), ..Block::default() } })
    }
}

impl terraform_plugin_server::Provider for Example {
    fn register(&self, registry: &mut terraform_plugin_server::Registry) {
        registry.resource("example_note", Note);
    }
}

/// A note exists in the state and nowhere else.
struct Note;

#[derive(Serialize, Deserialize)]
struct State<'a> {
    #[serde(borrow)]
    id: ValueString<'a>,
    text: ValueString<'a>,
}

type Planned<'a> = Option<(State<'a>, ValueEmpty)>;

/// Nothing special: no write-only attributes, no identity.
impl terraform_plugin_server::Resource for Note {}

#[async_trait]
impl tf_provider::Resource for Note {
    type State<'a> = State<'a>;
    type PrivateState<'a> = ValueEmpty;
    type ProviderMetaState<'a> = ValueEmpty;

    fn schema(&self, _diags: &mut Diagnostics) -> Option<Schema> {
        let string = |constraint, description: &str| Attribute {
            attr_type: AttributeType::String,
            constraint,
            description: description.into(),
            ..Attribute::default()
        };
        let attributes = map! {
            "id" => string(AttributeConstraint::Computed, "The id of the note"),
            "text" => string(AttributeConstraint::Required, "What it says"),
        };
        Some(Schema { version: 1, block: Block { attributes, description: "A note".into(), ..Block::default() } })
    }

    async fn read<'a>(&self, _: &mut Diagnostics, note: State<'a>, private: ValueEmpty, _: ValueEmpty) -> Planned<'a> {
        Some((note, private))
    }

    async fn plan_create<'a>(
        &self,
        _: &mut Diagnostics,
        proposed: State<'a>,
        _config: State<'a>,
        _: ValueEmpty,
    ) -> Planned<'a> {
        Some((State { id: Value::Unknown, ..proposed }, Value::Null))
    }

    async fn plan_update<'a>(
        &self,
        _: &mut Diagnostics,
        _prior: State<'a>,
        proposed: State<'a>,
        _config: State<'a>,
        private: ValueEmpty,
        _: ValueEmpty,
    ) -> Option<(State<'a>, ValueEmpty, Vec<AttributePath>)> {
        Some((proposed, private, vec![]))
    }

    async fn plan_destroy<'a>(
        &self,
        _: &mut Diagnostics,
        _prior: State<'a>,
        private: ValueEmpty,
        _: ValueEmpty,
    ) -> Option<ValueEmpty> {
        Some(private)
    }

    async fn create<'a>(
        &self,
        _: &mut Diagnostics,
        planned: State<'a>,
        _config: State<'a>,
        private: ValueEmpty,
        _: ValueEmpty,
    ) -> Planned<'a> {
        Some((State { id: "note-1".into(), ..planned }, private))
    }

    async fn update<'a>(
        &self,
        _: &mut Diagnostics,
        _prior: State<'a>,
        planned: State<'a>,
        _config: State<'a>,
        private: ValueEmpty,
        _: ValueEmpty,
    ) -> Planned<'a> {
        Some((planned, private))
    }

    async fn destroy<'a>(
        &self,
        _: &mut Diagnostics,
        _prior: State<'a>,
        _private: ValueEmpty,
        _: ValueEmpty,
    ) -> Option<()> {
        Some(())
    }
}
