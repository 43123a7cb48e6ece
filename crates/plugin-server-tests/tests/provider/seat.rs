//! A resource whose plans leave something for what comes after them: the README's example at work.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use terraform_plugin_server::request;
use tf_provider::schema::{AttributeConstraint, AttributeType, Schema};
use tf_provider::value::{Value, ValueEmpty, ValueString};
use tf_provider::{AttributePath, Diagnostics};

use crate::trace::{Trace, leave, replaced};
use crate::{schema, text};

pub struct Seat;

#[derive(Debug, Default, Serialize, Deserialize)]
pub struct State<'a> {
    #[serde(borrow)]
    id: ValueString<'a>,
    row: ValueString<'a>,
}

type Private = Value<Trace>;
type Answer<'a> = Option<(State<'a>, Private)>;

impl terraform_plugin_server::Resource for Seat {}

/// Shows what came in, so that tests see it.
fn tell(diags: &mut Diagnostics, what: &str, private: &Private) {
    let raw = request().map(|request| (request.prior_private().bytes().len(), request.planned_private().bytes().len()));
    let (prior, planned) = raw.unwrap_or_default();
    let read = if private.is_value() { "something" } else { "nothing" };
    diags.root_warning_short(format!("{what}: {read}, {prior} and {planned} bytes"));
}

#[async_trait]
impl tf_provider::Resource for Seat {
    type State<'a> = State<'a>;
    type PrivateState<'a> = Private;
    type ProviderMetaState<'a> = ValueEmpty;

    fn schema(&self, _diags: &mut Diagnostics) -> Option<Schema> {
        Some(schema([
            ("id", AttributeType::String, AttributeConstraint::Computed),
            ("row", AttributeType::String, AttributeConstraint::Required),
        ]))
    }

    /// What an apply left is seen once, and then forgotten.
    async fn read<'a>(
        &self,
        diags: &mut Diagnostics,
        state: State<'a>,
        private: Private,
        _meta: ValueEmpty,
    ) -> Answer<'a> {
        tell(diags, "read", &private);
        Some((state, Value::Null))
    }

    async fn plan_create<'a>(
        &self,
        diags: &mut Diagnostics,
        proposed: State<'a>,
        _config: State<'a>,
        _meta: ValueEmpty,
    ) -> Answer<'a> {
        let old = replaced();
        let replaced = old.as_deref().unwrap_or("nothing");
        if proposed.row.as_str() == "refused" {
            diags.root_error_short(format!("refused, and would replace {replaced}"));
            return None;
        }
        diags.root_warning_short(format!("replaces {replaced}"));
        let private = old.map_or(Value::Null, |id| leave(&id));
        Some((State { id: Value::Unknown, ..proposed }, private))
    }

    async fn plan_update<'a>(
        &self,
        diags: &mut Diagnostics,
        prior: State<'a>,
        proposed: State<'a>,
        _config: State<'a>,
        private: Private,
        _meta: ValueEmpty,
    ) -> Option<(State<'a>, Private, Vec<AttributePath>)> {
        tell(diags, "update", &private);
        let replace = if prior.row == proposed.row { vec![] } else { vec![AttributePath::new("row")] };
        let id = if replace.is_empty() { proposed.id } else { Value::Unknown };
        Some((State { id, ..proposed }, leave(prior.id.as_str()), replace))
    }

    async fn plan_destroy<'a>(
        &self,
        diags: &mut Diagnostics,
        _prior: State<'a>,
        private: Private,
        _meta: ValueEmpty,
    ) -> Option<Private> {
        tell(diags, "plan to destroy", &private);
        Some(private)
    }

    /// A seat in row "marked" is stored with something private.
    async fn create<'a>(
        &self,
        diags: &mut Diagnostics,
        planned: State<'a>,
        _config: State<'a>,
        private: Private,
        _meta: ValueEmpty,
    ) -> Answer<'a> {
        tell(diags, "create", &private);
        let id = format!("seat-{}", planned.row.as_str());
        let private = if planned.row.as_str() == "marked" { leave(&id) } else { Value::Null };
        Some((State { id: text(id), ..planned }, private))
    }

    async fn update<'a>(
        &self,
        _diags: &mut Diagnostics,
        _prior: State<'a>,
        planned: State<'a>,
        _config: State<'a>,
        _private: Private,
        _meta: ValueEmpty,
    ) -> Answer<'a> {
        Some((planned, Value::Null))
    }

    async fn destroy<'a>(
        &self,
        diags: &mut Diagnostics,
        _prior: State<'a>,
        private: Private,
        _meta: ValueEmpty,
    ) -> Option<()> {
        tell(diags, "destroy", &private);
        Some(())
    }
}
