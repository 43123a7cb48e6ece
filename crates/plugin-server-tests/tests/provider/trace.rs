use serde::{Deserialize, Serialize};
use terraform_plugin_server::request;
use tf_provider::value::Value;

/// What a plan leaves for what comes after it. The number in front says which form of it this is.
#[derive(Debug, Serialize, Deserialize)]
pub struct Trace(u8, String);

/// What `plan_update` returns when the object has to be replaced: `type PrivateState<'a> = Value<Trace>`.
pub fn leave(id: &str) -> Value<Trace> {
    Value::Value(Trace(1, id.to_owned()))
}

/// In `plan_create`: the object that the new one replaces.
pub fn replaced() -> Option<String> {
    let request = request()?;
    let left = request.planned_private().read().or_else(|| request.prior_private().read());
    match left? {
        Trace(1, id) => Some(id),
        _ => None,
    }
}
