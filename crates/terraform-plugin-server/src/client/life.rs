//! The life of an object, led through by one call, and the rules of Terraform that a provider can break on the way.
//!
//! Terraform holds every provider to these rules and says "Provider produced inconsistent result after apply" or the
//! like when one is broken: to an operator, in the middle of an apply. A test finds it first:
//!
//! ```no_run
//! use serde_json::json;
//! use terraform_plugin_server::client::{Client, Life};
//!
//! # async fn example() -> Result<(), terraform_plugin_server::client::ClientError> {
//! let client = Client::start("target/debug/terraform-provider-example").await?;
//! client.configure(json!({})).await?;
//! let note = Life::new("example_note", json!({ "text": "one" })).then(json!({ "text": "two" }));
//! assert_eq!(client.breaches(&note).await?, []);
//! # Ok(())
//! # }
//! ```

use std::fmt;

use super::{Basis, Client, ClientError, Diagnostic, Planned, Returned, values};
use crate::Dynamic;
use crate::wire::tfplugin6 as tf;
use rules::{Form, Wrong};

mod rules;

/// Makes an import id of a state.
type ImportId = fn(&Dynamic) -> String;

/// What an object of a type goes through.
#[derive(Clone, Debug)]
pub struct Life {
    type_name: String,
    configs: Vec<Dynamic>,
    import_id: Option<ImportId>,
    not_imported: Vec<String>,
    deleted_later: bool,
}

impl Life {
    /// An object of a resource type, created with this configuration and destroyed in the end.
    pub fn new(type_name: impl Into<String>, config: impl Into<Dynamic>) -> Self {
        Self {
            type_name: type_name.into(),
            configs: vec![config.into()],
            import_id: None,
            not_imported: Vec::new(),
            deleted_later: false,
        }
    }

    /// What it is changed to next.
    #[must_use]
    pub fn then(mut self, config: impl Into<Dynamic>) -> Self {
        self.configs.push(config.into());
        self
    }

    /// It can be imported, by the id that this makes of its state.
    #[must_use]
    pub fn imported_by(mut self, id: ImportId) -> Self {
        self.import_id = Some(id);
        self
    }

    /// What an import cannot find out: an attribute that only the configuration knows.
    #[must_use]
    pub fn not_imported(mut self, attribute: impl Into<String>) -> Self {
        self.not_imported.push(attribute.into());
        self
    }

    /// A service that only schedules the deletion shows the object for a while after it is destroyed.
    #[must_use]
    pub fn deleted_later(mut self) -> Self {
        self.deleted_later = true;
        self
    }
}

/// A rule that a provider broke. Values are never part of it: they may be secret.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Breach {
    /// Where in the object's life: `configuration 2, apply`.
    pub step: String,
    /// The attribute, such as `rules[0].port`; empty if it is about the whole.
    pub place: String,
    /// What is wrong.
    pub rule: String,
}

impl fmt::Display for Breach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.place {
            "" => write!(f, "{}: {}", self.step, self.rule),
            place => write!(f, "{}: {place}: {}", self.step, self.rule),
        }
    }
}

impl Client {
    /// Leads an object through its life as Terraform would, and gives every rule that the provider broke. The provider
    /// has to be configured, and what it makes on the way is real.
    ///
    /// Each configuration is checked, planned, planned again (Terraform does that in every apply), planned with each
    /// of its arguments unknown in turn, applied, read, and planned once more, when there must be nothing to do; then
    /// the object is imported, if it can be. In the end it is destroyed, and has to be gone. A change that makes a
    /// replacement necessary is made as one. An error ends a life, which may leave an object behind.
    ///
    /// # Errors
    ///
    /// When a call fails as a whole or a value cannot be converted; what the provider says is a breach.
    pub async fn breaches(&self, life: &Life) -> Result<Vec<Breach>, ClientError> {
        let block = self.resource_block(&life.type_name).await?;
        let mut walk = Walk { client: self, life, form: Form::from(&block), block, step: String::new(), found: vec![] };
        walk.all().await?;
        Ok(walk.found)
    }
}

/// On the way through a life.
struct Walk<'a> {
    client: &'a Client,
    life: &'a Life,
    block: tf::schema::Block,
    form: Form,
    step: String,
    found: Vec<Breach>,
}

/// What an answer comes to: nothing, when the life ends there.
type Step<T> = Result<Option<T>, ClientError>;

impl Walk<'_> {
    async fn all(&mut self) -> Result<(), ClientError> {
        let mut object: Option<Returned> = None;
        for (at, config) in self.life.configs.iter().enumerate() {
            let number = at + 1;
            let config = values::complete(&self.block, config.clone());
            let Some(next) = self.change(number, object.as_ref(), &config).await? else { return Ok(()) };
            let Some(next) = self.settle(number, next, &config).await? else { return Ok(()) };
            object = Some(next);
        }
        match object {
            Some(object) => self.end(&object).await,
            None => Ok(()),
        }
    }

    /// From one configuration to the next.
    async fn change(&mut self, number: usize, prior: Option<&Returned>, config: &Dynamic) -> Step<Returned> {
        self.step = format!("configuration {number}, validate");
        let said = self.client.validate_resource(&self.life.type_name, config.clone()).await?;
        if self.failed(&said) {
            return Ok(None);
        }
        self.unknown(number, prior, config).await?;

        self.step = format!("configuration {number}, plan");
        let Some(planned) = self.plan(prior, config).await? else { return Ok(None) };
        match prior {
            Some(prior) if !planned.requires_replace.is_empty() => {
                self.step = format!("configuration {number}, plan of the new object");
                let basis = Basis { prior_private: Some(&planned.private), ..Basis::default() };
                let fresh = self.client.plan_on(&self.life.type_name, basis, config.clone()).await?;
                let Some(fresh) = self.planned(None, config, fresh) else { return Ok(None) };
                if self.destroyed(number, prior).await?.is_none() {
                    return Ok(None);
                }
                self.apply(number, None, &fresh, config).await
            }
            _ => self.apply(number, prior, &planned, config).await,
        }
    }

    /// Any argument may come from an object that is not made yet.
    async fn unknown(&mut self, number: usize, prior: Option<&Returned>, config: &Dynamic) -> Result<(), ClientError> {
        let Dynamic::Map(given) = config else { return Ok(()) };
        let attributes = self.block.attributes.iter();
        let is_given = |name: &String| given.get(name).is_some_and(|value| !value.is_null());
        let names: Vec<_> = attributes.map(|attribute| attribute.name.clone()).filter(is_given).collect();
        for name in names {
            let mut open = given.clone();
            open.insert(name.clone(), Dynamic::Unknown);
            let open = Dynamic::Map(open);
            self.step = format!("configuration {number}, validate with {name} unknown");
            let said = self.client.validate_resource(&self.life.type_name, open.clone()).await?;
            if !self.failed(&said) {
                self.step = format!("configuration {number}, plan with {name} unknown");
                self.plan(prior, &open).await?;
            }
        }
        Ok(())
    }

    /// A plan, made twice: Terraform plans again inside the apply, and compares.
    async fn plan(&mut self, prior: Option<&Returned>, config: &Dynamic) -> Step<Planned> {
        let first = self.client.plan(&self.life.type_name, prior, config.clone()).await?;
        let Some(first) = self.planned(prior, config, first) else { return Ok(None) };
        let second = self.client.plan(&self.life.type_name, prior, config.clone()).await?;
        let Some(second) = self.planned(prior, config, second) else { return Ok(None) };
        if !self.form.same(&first.state, &second.state) || first.requires_replace != second.requires_replace {
            self.broken("", "the same plan comes out otherwise when it is made again");
        }
        Ok(Some(first))
    }

    fn planned(&mut self, prior: Option<&Returned>, config: &Dynamic, planned: Planned) -> Option<Planned> {
        if self.failed(&planned.diagnostics) {
            return None;
        }
        let null = Dynamic::Null;
        let before = prior.map_or(&null, |prior| &prior.state);
        self.wrong(self.form.planned(before, config, &planned.state));
        Some(planned)
    }

    async fn apply(
        &mut self,
        number: usize,
        prior: Option<&Returned>,
        planned: &Planned,
        config: &Dynamic,
    ) -> Step<Returned> {
        self.step = format!("configuration {number}, apply");
        let made = self.client.apply(&self.life.type_name, prior, planned, config.clone()).await?;
        let failed = self.failed(&made.diagnostics);
        if made.state.is_null() {
            if !failed {
                self.broken("", "there is no object afterwards, and no error");
            }
            return Ok(None);
        }
        self.wrong(self.form.kept(&planned.state, &made.state, "the apply made something else than was planned"));
        let changed = prior.is_some_and(|prior| prior.identity.is_some() && prior.identity != made.identity);
        if changed {
            self.broken("", "the identity of an object changes without a replacement");
        }
        Ok((!failed).then_some(made))
    }

    /// After an apply nothing may be left to do, whoever looks.
    async fn settle(&mut self, number: usize, made: Returned, config: &Dynamic) -> Step<Returned> {
        self.step = format!("configuration {number}, read");
        let read = self.client.read(&self.life.type_name, &made).await?;
        if self.failed(&read.diagnostics) {
            return Ok(None);
        }
        if read.state.is_null() {
            self.broken("", "the object is gone as soon as it is made");
            return Ok(None);
        }
        self.wrong(self.form.kept(&made.state, &read.state, "a read finds something else than the apply made"));

        self.step = format!("configuration {number}, plan after the apply");
        if let Some(planned) = self.plan(Some(&read), config).await? {
            self.wrong(self.form.kept(&read.state, &planned.state, "there is still something to do"));
            if !planned.requires_replace.is_empty() {
                self.broken("", "an object that was just made has to be replaced");
            }
        }
        self.import(number, &read).await?;
        Ok(Some(read))
    }

    /// What is imported and then read is what is there.
    async fn import(&mut self, number: usize, there: &Returned) -> Result<(), ClientError> {
        let Some(import_id) = self.life.import_id else { return Ok(()) };
        self.step = format!("configuration {number}, import");
        let imported = self.client.import(&self.life.type_name, &import_id(&there.state)).await?;
        if self.failed(&imported.diagnostics) {
            return Ok(());
        }
        let [object] = &imported.objects[..] else {
            self.broken("", "the import gives not one object");
            return Ok(());
        };
        let read = self.client.read(&self.life.type_name, object).await?;
        if self.failed(&read.diagnostics) {
            return Ok(());
        }
        let mut expected = there.state.clone();
        if let (Dynamic::Map(expected), Dynamic::Map(read)) = (&mut expected, &read.state) {
            for name in &self.life.not_imported {
                expected.insert(name.clone(), read.get(name).cloned().unwrap_or_default());
            }
        }
        self.wrong(self.form.kept(&expected, &read.state, "the import finds something else than is there"));
        Ok(())
    }

    async fn destroyed(&mut self, number: usize, object: &Returned) -> Step<()> {
        self.step = format!("configuration {number}, destroy");
        let planned = self.client.plan(&self.life.type_name, Some(object), Dynamic::Null).await?;
        if self.failed(&planned.diagnostics) {
            return Ok(None);
        }
        if !planned.state.is_null() {
            self.broken("", "the plan of a destruction has a state");
        }
        let answer = self.client.apply(&self.life.type_name, Some(object), &planned, Dynamic::Null).await?;
        if self.failed(&answer.diagnostics) {
            return Ok(None);
        }
        if !answer.state.is_null() {
            self.broken("", "a destroyed object has a state");
        }
        Ok(Some(()))
    }

    async fn end(&mut self, object: &Returned) -> Result<(), ClientError> {
        let number = self.life.configs.len();
        if self.destroyed(number, object).await?.is_none() || self.life.deleted_later {
            return Ok(());
        }
        self.step = format!("configuration {number}, read after the destroy");
        let read = self.client.read(&self.life.type_name, object).await?;
        if !self.failed(&read.diagnostics) && !read.state.is_null() {
            self.broken("", "a destroyed object is still there");
        }
        Ok(())
    }

    /// Notes the errors among what the provider said; whether there are any.
    fn failed(&mut self, said: &[Diagnostic]) -> bool {
        let errors: Vec<_> = said.iter().filter(|one| one.is_error).collect();
        for error in &errors {
            let rule = format!("an error: {}", error.summary);
            self.found.push(Breach { step: self.step.clone(), place: error.path.clone(), rule });
        }
        !errors.is_empty()
    }

    fn wrong(&mut self, wrong: Vec<Wrong>) {
        for (place, rule) in wrong {
            self.broken(&place, rule);
        }
    }

    fn broken(&mut self, place: &str, rule: &str) {
        self.found.push(Breach { step: self.step.clone(), place: place.to_owned(), rule: rule.to_owned() });
    }
}
