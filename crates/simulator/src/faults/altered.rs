//! Changes to the JSON of a good answer: another id, fields that are missing, items that are no objects.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The names under which answers tell whose they are.
const IDS: [&str; 3] = ["id", "clientAccountId", "client_id"];

/// What becomes of a good answer after the request took effect. An answer that refuses is left alone.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Altered {
    /// The id of the object that is changed; without one, every object of the answer is.
    pub only: Option<String>,
    /// Fields that get these values.
    pub set: Map<String, Value>,
    /// Fields that are left out.
    pub remove: Vec<String>,
    /// The only fields that are kept, if there are any here.
    pub keep: Vec<String>,
    /// Ids of objects that a list leaves out.
    pub hide: Vec<String>,
    /// How many items of a list are kept; all, without a number.
    pub first: Option<usize>,
    /// What is added at the end of a list.
    pub append: Vec<Value>,
    /// The status, in place of the operation's.
    pub status: Option<u16>,
    /// Further headers.
    pub headers: BTreeMap<String, String>,
}

impl Altered {
    /// Every object of the answer with this field.
    pub fn set(mut self, field: &str, value: impl Into<Value>) -> Self {
        self.set.insert(field.to_string(), value.into());
        self
    }

    /// Every object of the answer without this field.
    pub fn remove(mut self, field: &str) -> Self {
        self.remove.push(field.to_string());
        self
    }

    /// Every object of the answer with its id alone.
    pub fn id_alone() -> Self {
        Self { keep: IDS.map(str::to_string).to_vec(), ..Self::default() }
    }

    /// Lists that leave this object out.
    pub fn hide(mut self, id: &str) -> Self {
        self.hide.push(id.to_string());
        self
    }

    /// Lists with this at their end, such as `null` or an object that nobody can read.
    pub fn append(mut self, item: impl Into<Value>) -> Self {
        self.append.push(item.into());
        self
    }

    /// Lists that end after that many items.
    pub fn first(self, count: usize) -> Self {
        Self { first: Some(count), ..self }
    }

    /// The object of this id only.
    pub fn only(self, id: &str) -> Self {
        Self { only: Some(id.to_string()), ..self }
    }

    /// The answer with this header.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.insert(name.to_string(), value.to_string());
        self
    }

    /// The answer with this status.
    pub fn status(self, status: u16) -> Self {
        Self { status: Some(status), ..self }
    }

    pub(crate) fn apply(&self, value: Value) -> Value {
        match value {
            Value::Array(items) => {
                let items = items.into_iter().filter(|item| !self.hide.iter().any(|id| is_of(item, id)));
                let items = items.take(self.first.unwrap_or(usize::MAX)).map(|item| self.object(item));
                items.chain(self.append.iter().cloned()).collect()
            }
            other => self.object(other),
        }
    }

    fn object(&self, value: Value) -> Value {
        let meant = self.only.as_ref().is_none_or(|id| is_of(&value, id));
        let Value::Object(mut fields) = value else { return value };
        if meant {
            fields.retain(|name, _| !self.remove.contains(name));
            fields.retain(|name, _| self.keep.is_empty() || self.keep.contains(name));
            fields.extend(self.set.iter().map(|(name, value)| (name.clone(), value.clone())));
        }
        Value::Object(fields)
    }
}

fn is_of(value: &Value, id: &str) -> bool {
    IDS.iter().any(|name| value.get(name).and_then(Value::as_str) == Some(id))
}
