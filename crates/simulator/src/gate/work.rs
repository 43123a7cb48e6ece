//! What a request does, once it is let through.

use std::sync::Arc;

use serde_json::{Map, Value};
use uuid::Uuid;

use crate::answer::Answer;
use crate::call::{Call, Refusal};
use crate::faults::{Echo, Scripted};
use crate::manners;
use crate::operations::Operation;
use crate::shared::Shared;
use crate::world::World;

/// What is left to do for a request; a fault may put it off.
pub(super) struct Work {
    pub shared: Arc<Shared>,
    pub operation: &'static Operation,
    pub key: Option<String>,
    pub call: Call,
}

impl Work {
    /// Lets the request take its effect, and says what is to be answered.
    pub fn commit(mut self) -> Answer {
        let mut world = self.shared.world();
        world.settle();
        let outcome = admit(&world, self.operation, self.key.as_deref()).and_then(|holder| {
            self.call.holder = holder;
            (self.operation.handler)(&mut world, &self.call)
        });
        world.note_totals();
        let answer = Answer::of(&world.switches, self.operation, outcome);
        manners::dress(&world.switches, self.operation, &self.call, answer)
    }

    /// Puts other values into the body, if it is an object.
    pub fn rewrite(&mut self, set: &Map<String, Value>) {
        if let Ok(mut fields) = serde_json::from_slice::<Map<String, Value>>(&self.call.body) {
            fields.extend(set.clone());
            self.call.body = Value::from(fields).to_string().into();
        }
    }

    /// What placeholders stand for.
    pub fn echo(&self) -> Echo {
        let body = String::from_utf8_lossy(&self.call.body).into_owned();
        Echo { key: self.key.clone().unwrap_or_default(), body }
    }

    /// The answer that whoever ordered the fault has written.
    pub fn scripted(&self, scripted: &Scripted) -> Answer {
        let status = scripted.status.unwrap_or(self.operation.success);
        let echo = self.echo();
        let answer = match scripted.content(&echo) {
            Some((content_type, body)) => Answer::new(status, content_type, body.into()),
            None => self.error(status, "the request was not carried out"),
        };
        let headers = scripted.headers.iter();
        headers.fold(answer, |answer, (name, value)| answer.with_header(name, echo.fill(value)))
    }

    pub fn error(&self, status: u16, message: &str) -> Answer {
        Answer::refused(&self.shared.world().switches, &Refusal::new(status, message))
    }
}

/// Whom the key acts for, if it opens the operation.
fn admit(world: &World, operation: &Operation, key: Option<&str>) -> Result<Uuid, Refusal> {
    let switches = &world.switches;
    if operation.key.is_none() && switches.is("regions_key", "open") {
        return Ok(Uuid::nil());
    }
    // The service says so too when the header is there but malformed.
    let missing = || Refusal::new(switches.status("missing_key_status"), "Authorization header is missing");
    let key = world.keys.get(key.ok_or_else(missing)?).filter(|key| !key.expired);
    let key = key.ok_or_else(|| Refusal::new(switches.status("rejected_key_status"), "invalid or expired API key"))?;
    if operation.key.is_some_and(|kind| kind != key.kind) {
        let status = switches.status("wrong_key_status");
        return Err(Refusal::new(status, "this API key may not use this operation"));
    }
    Ok(key.holder)
}
