//! Request bodies, read strictly: a wrong type is the client's fault, and so is a missing field.

use serde_json::{Map, Value};

use crate::call::{Refusal, parse_uuid};
use crate::names;
use crate::switches::Switches;

/// The largest amount that a signed 64-bit integer holds.
const LARGEST: u64 = i64::MAX as u64;

/// The fields of one JSON object.
pub(crate) struct Fields<'a> {
    switches: &'a Switches,
    fields: Map<String, Value>,
}

impl<'a> Fields<'a> {
    /// Reads a body that must be an object; whether it may have other fields than the known ones is a switch.
    pub fn read(switches: &'a Switches, body: &[u8], known: &[&str]) -> Result<Self, Refusal> {
        let value: Value = match serde_json::from_slice(body) {
            Ok(value) => value,
            Err(_) if body.is_empty() => return Err(Refusal::bad("a request body is required")),
            Err(error) => return Err(Refusal::bad(format!("the request body is no valid JSON: {error}"))),
        };
        Self::of(switches, value, known)
    }

    fn of(switches: &'a Switches, value: Value, known: &[&str]) -> Result<Self, Refusal> {
        let Value::Object(fields) = value else {
            return Err(Refusal::bad("the request body must be a JSON object"));
        };
        let extra = fields.keys().find(|name| !known.contains(&name.as_str()));
        match extra {
            Some(extra) if switches.is("extra_fields", "reject") => Err(Refusal::bad(format!("unknown field {extra}"))),
            _ => Ok(Self { switches, fields }),
        }
    }

    /// Whether no known field is there.
    pub fn none_of(&self, known: &[&str]) -> bool {
        known.iter().all(|name| !self.fields.contains_key(*name))
    }

    /// The field's value; null is the same as absent.
    pub fn value(&self, name: &str) -> Option<&Value> {
        self.fields.get(name).filter(|value| !value.is_null())
    }

    pub fn has(&self, name: &str) -> bool {
        self.fields.contains_key(name)
    }

    pub fn text(&self, name: &str) -> Result<Option<String>, Refusal> {
        match self.value(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(_) => Err(Refusal::bad(format!("{name} must be a string"))),
        }
    }

    /// A name as the switches keep it, and not empty unless they allow it.
    pub fn name(&self, name: &str) -> Result<Option<String>, Refusal> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        let text = names::kept(self.switches, &text);
        if text.is_empty() && self.switches.is("empty_name", "reject") {
            return Err(Refusal::bad(format!("{name} must not be empty")));
        }
        Ok(Some(text))
    }

    /// An email: nothing documents its form, so it only has to look like one.
    pub fn email(&self, name: &str) -> Result<String, Refusal> {
        let text = required(name, self.text(name)?)?;
        let (user, host) = text.split_once('@').unwrap_or_default();
        if user.is_empty() || host.is_empty() || text.contains(char::is_whitespace) {
            return Err(Refusal::bad(format!("{name} must be a valid email address")));
        }
        Ok(text)
    }

    pub fn flag(&self, name: &str) -> Result<Option<bool>, Refusal> {
        match self.value(name) {
            None => Ok(None),
            Some(Value::Bool(flag)) => Ok(Some(*flag)),
            Some(_) => Err(Refusal::bad(format!("{name} must be a boolean"))),
        }
    }

    /// An amount of bytes: a whole number from 0, written as one (`5e12` and `5.0` are not).
    pub fn amount(&self, name: &str) -> Result<Option<u64>, Refusal> {
        let Some(value) = self.value(name) else { return Ok(None) };
        let refused = || Refusal::bad(format!("{name} must be a 64-bit integer"));
        let Value::Number(number) = value else { return Err(refused()) };
        if number.as_i64().is_some_and(|amount| amount < 0) {
            return Err(Refusal::bad(format!("{name} must be greater than or equal to 0")));
        }
        match number.as_u64() {
            Some(amount) if amount <= LARGEST => Ok(Some(names::rounded(self.switches, amount))),
            // Without a fraction or an exponent, only size can keep a number from being an integer here.
            _ if self.switches.is("huge_integers", "clamp") && number.as_f64() >= Some(LARGEST as f64) => {
                Ok(Some(LARGEST))
            }
            _ => Err(refused()),
        }
    }

    pub fn uuid(&self, name: &str) -> Result<uuid::Uuid, Refusal> {
        let text = required(name, self.text(name)?)?;
        parse_uuid(&text).ok_or_else(|| Refusal::bad(format!("{name} must be a valid UUID")))
    }

    /// An object inside the body.
    pub fn object(&self, name: &str, known: &[&str]) -> Result<Self, Refusal> {
        let value = required(name, self.value(name).cloned())?;
        Self::of(self.switches, value, known)
            .map_err(|_| Refusal::bad(format!("{name} must be an object of known fields")))
    }
}

/// The value of a field that must be there.
pub(crate) fn required<T>(name: &str, value: Option<T>) -> Result<T, Refusal> {
    value.ok_or_else(|| Refusal::bad(format!("{name} is required")))
}
