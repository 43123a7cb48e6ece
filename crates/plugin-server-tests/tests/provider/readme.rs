use serde::{Deserialize, Serialize};
use terraform_plugin_server::schema::{Attributes, computed, required, schema};
use terraform_plugin_server::tf_provider::schema::{AttributeType::String as Text, Schema};
use terraform_plugin_server::tf_provider::value::{Value, ValueEmpty as No};
use terraform_plugin_server::tf_provider::{self, AttributePath, Diagnostics as Said};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), terraform_plugin_server::ServeError> {
    terraform_plugin_server::serve(Example).await
}

struct Example;

#[async_trait::async_trait]
impl tf_provider::Provider for Example {
    type Config<'a> = No;
    type MetaState<'a> = No;
    fn schema(&self, _: &mut Said) -> Option<Schema> {
        Some(schema("An example.", Attributes::new()))
    }
}

impl terraform_plugin_server::Provider for Example {
    fn register(&self, registry: &mut terraform_plugin_server::Registry) {
        registry.resource("example_note", NoteType);
    }
}

/// A note exists in the state and nowhere else.
#[derive(Serialize, Deserialize)]
struct Note {
    id: Value<String>,
    text: Value<String>,
}
struct NoteType;
type Changed = Option<(Note, No, Vec<AttributePath>)>;

impl terraform_plugin_server::Resource for NoteType {}

#[async_trait::async_trait]
impl tf_provider::Resource for NoteType {
    type State<'a> = Note;
    type PrivateState<'a> = No;
    type ProviderMetaState<'a> = No;
    fn schema(&self, _: &mut Said) -> Option<Schema> {
        Some(schema("A note.", [("id", computed(Text, "Its id.")), ("text", required(Text, "What it says."))]))
    }
    async fn read<'a>(&self, _: &mut Said, note: Note, private: No, _: No) -> Option<(Note, No)> {
        Some((note, private))
    }
    async fn plan_create<'a>(&self, _: &mut Said, new: Note, _: Note, _: No) -> Option<(Note, No)> {
        Some((Note { id: Value::Unknown, ..new }, Value::Null))
    }
    async fn plan_update<'a>(&self, _: &mut Said, _: Note, new: Note, _: Note, p: No, _: No) -> Changed {
        Some((new, p, vec![]))
    }
    async fn plan_destroy<'a>(&self, _: &mut Said, _: Note, private: No, _: No) -> Option<No> {
        Some(private)
    }
    async fn create<'a>(&self, _: &mut Said, new: Note, _: Note, private: No, _: No) -> Option<(Note, No)> {
        Some((Note { id: Value::Value("note-1".into()), ..new }, private))
    }
    async fn update<'a>(&self, _: &mut Said, _: Note, new: Note, _: Note, p: No, _: No) -> Option<(Note, No)> {
        Some((new, p))
    }
    async fn destroy<'a>(&self, _: &mut Said, _: Note, _: No, _: No) -> Option<()> {
        Some(())
    }
}
