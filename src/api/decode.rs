//! Reads bodies that keep no promise: fields may be missing, null or of another type than documented. What is refused
//! is named.

use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::{DeserializeOwned, Deserializer, Error as _, SeqAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

use super::budget::{ITEM, MAX_OBJECT, MAX_WALK, too_much};
use super::lenient::{Id, brief};
use super::model::Answer;
use super::outside::Outside;

/// No list has more items; a service that says so would cost more memory than a plan may take.
pub(super) const MAX_ITEMS: usize = 100_000;

/// How many of the items that cannot be read are named.
const NAMED: usize = 10;

/// Why an answer is of no use: a fragment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum DecodeError {
    /// It is not what the API promises.
    Unreadable(String),
    /// It is only a part of a list, and the rest cannot be asked for.
    Partial(String),
    /// It says success, and in its body that there was none.
    Contradicted(String),
    /// There is too much of it.
    TooLarge(String),
}

fn unreadable(why: impl Into<String>) -> DecodeError {
    DecodeError::Unreadable(why.into())
}

/// The items of a list, and why others are left out.
#[derive(Debug)]
pub(super) struct Items<T> {
    pub(super) items: Vec<T>,
    pub(super) left_out: Vec<String>,
    /// How many items the list had, readable or not.
    pub(super) count: usize,
    /// Whether it was an array, and not null in its place.
    pub(super) array: bool,
    /// What it takes, in bytes, counted generously.
    pub(super) cost: usize,
}

/// A body as text.
pub(super) fn text(body: &[u8]) -> Result<&str, DecodeError> {
    let body = body.strip_prefix("\u{feff}".as_bytes()).unwrap_or(body);
    let text = std::str::from_utf8(body).map_err(|_| unreadable("the body is not UTF-8"))?.trim_ascii();
    if text.is_empty() { Err(unreadable("the body is empty")) } else { Ok(text) }
}

/// A body that is one object.
pub(super) fn object<T: Answer>(text: &str) -> Result<T, DecodeError> {
    if !text.starts_with('{') {
        syntax::<&RawValue>(text)?;
        return Err(unreadable(format!("a {} is {}, not an object", T::NOUN, brief(text))));
    }
    let mut json = serde_json::Deserializer::from_str(text);
    let object = serde_path_to_error::deserialize(&mut json).map_err(|error| flaw(T::NOUN, &error))?;
    json.end().map_err(|error| not_json(&error))?;
    Ok(object)
}

/// A body that is a list, or null in its place. An item that cannot be read is left out.
pub(super) fn list<T: Answer>(text: &str) -> Result<Items<T>, DecodeError> {
    if text == "null" {
        return Ok(Items { items: Vec::new(), left_out: Vec::new(), count: 0, array: false, cost: 0 });
    }
    if !text.starts_with('[') {
        syntax::<&RawValue>(text)?;
        return Err(unreadable(format!("the list of {} is {}, not a list", T::PLURAL, brief(text))));
    }
    let mut json = serde_json::Deserializer::from_str(text);
    let mut too_large = None;
    let items = json.deserialize_seq(Collect { too_large: &mut too_large, of: PhantomData });
    let items = items.map_err(|error| too_large.map_or_else(|| not_json(&error), DecodeError::TooLarge))?;
    json.end().map_err(|error| not_json(&error))?;
    Ok(items)
}

/// Text as JSON of a kind that takes any.
pub(super) fn syntax<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, DecodeError> {
    serde_json::from_str(text).map_err(|error| not_json(&error))
}

fn not_json(error: &serde_json::Error) -> DecodeError {
    unreadable(format!("the body is not JSON ({error})"))
}

/// What is said of a list that is too long.
pub(super) fn too_many<T: Answer>() -> String {
    format!("the list of {} has more than {MAX_ITEMS} items", T::PLURAL)
}

fn flaw(noun: &str, error: &serde_path_to_error::Error<serde_json::Error>) -> DecodeError {
    if !error.inner().is_data() {
        return not_json(error.inner());
    }
    let (path, text) = (error.path().to_string(), error.inner().to_string());
    // The position is of no use in a body that nobody sees whole.
    let why = text.rfind(" at line ").map_or(&*text, |end| &text[..end]);
    unreadable(if path == "." { format!("a {noun}: {why}") } else { format!("{path} of a {noun}: {why}") })
}

/// Reads the items of a list one by one, so that a list that is too long costs nothing.
struct Collect<'a, T> {
    /// Why it was given up, if it was.
    too_large: &'a mut Option<String>,
    of: PhantomData<T>,
}

impl<'de, T: Answer> Visitor<'de> for Collect<'_, T> {
    type Value = Items<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Items<T>, A::Error> {
        let mut read = Items { items: Vec::new(), left_out: Vec::new(), count: 0, array: true, cost: 0 };
        while let Some(raw) = seq.next_element::<&RawValue>()? {
            read.count += 1;
            match item::<T>(raw.get()) {
                Ok(item) => {
                    read.cost += raw.get().len() + ITEM + item.inner() * ITEM / 2;
                    read.items.push(item);
                }
                Err(flaw) => read.leave_out(raw.get(), &flaw),
            }
            *self.too_large = match () {
                () if read.count > MAX_ITEMS => Some(too_many::<T>()),
                () if read.cost > MAX_WALK => Some(too_much().to_string()),
                () => continue,
            };
            return Err(A::Error::custom("too large"));
        }
        read.name_the_rest();
        Ok(read)
    }
}

fn item<T: Answer>(text: &str) -> Result<T, DecodeError> {
    if text.len() > MAX_OBJECT {
        return Err(unreadable(format!("a {} is larger than {} MiB", T::NOUN, MAX_OBJECT >> 20)));
    }
    object(text)
}

impl<T: Answer> Items<T> {
    fn leave_out(&mut self, item: &str, flaw: &DecodeError) {
        if self.left_out.len() < NAMED {
            let id = id_of(item).map(|id| format!(" ({})", Outside::new(id))).unwrap_or_default();
            let why = Outside::words(flaw.why());
            self.left_out.push(format!("number {} in the list of {}{id}: {why}", self.count, T::PLURAL));
        }
    }

    fn name_the_rest(&mut self) {
        let more = self.count - self.items.len() - self.left_out.len();
        if more > 0 {
            self.left_out.push(format!("and {more} more"));
        }
    }
}

/// The id of an item of which something else cannot be read.
fn id_of(item: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct Probe {
        #[serde(alias = "clientAccountId", alias = "client_id")]
        id: Id,
    }
    serde_json::from_str::<Probe>(item).ok().map(|probe| probe.id.0)
}

impl DecodeError {
    pub(super) fn why(&self) -> &str {
        match self {
            DecodeError::Unreadable(why)
            | DecodeError::Partial(why)
            | DecodeError::Contradicted(why)
            | DecodeError::TooLarge(why) => why,
        }
    }
}

/// Fails when an answer of success says in its body that there was none.
pub(super) fn ensure_not_contradicted(body: &[u8]) -> Result<(), DecodeError> {
    let Ok(Value::Object(fields)) = serde_json::from_slice(body) else { return Ok(()) };
    let is_set = |value: &Value| match value {
        Value::Null | Value::Bool(false) => false,
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(fields) => !fields.is_empty(),
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::Bool(true) => true,
    };
    let failed = ["error", "errors"].iter().any(|name| fields.get(*name).is_some_and(is_set))
        || ["success", "ok", "succeeded"].iter().any(|name| fields.get(*name) == Some(&Value::Bool(false)))
        || fields.get("status").and_then(Value::as_str).is_some_and(|status| {
            ["error", "fail", "failed", "failure"].iter().any(|word| status.eq_ignore_ascii_case(word))
        });
    if failed { Err(DecodeError::Contradicted(error_text(&Value::Object(fields)).unwrap_or_default())) } else { Ok(()) }
}

/// The text in an error object. None is documented; these are the names that such services use.
pub(super) fn error_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Object(fields) => {
            let texts = ["error", "errors", "message", "detail", "title"].iter().filter_map(|name| fields.get(*name));
            let mut texts: Vec<String> = texts.filter_map(error_text).filter(|text| !text.is_empty()).collect();
            texts.dedup();
            (!texts.is_empty()).then(|| texts.join(": "))
        }
        Value::Array(items) => items.first().and_then(error_text),
        _ => None,
    }
}

/// A body of which only the form counts.
pub(super) fn any<T: DeserializeOwned>(body: &[u8]) -> Option<T> {
    serde_json::from_slice(body).ok()
}
