//! Ids: what operators give when they import, and what other resource types hold when an object is moved from them.

use serde_json::Value;
use terraform_plugin_server::Source;

use crate::diagnostics::{Problem, Result};

/// Whether a text is a UUID as the service writes them.
pub fn is_uuid(text: &str) -> bool {
    text.len() == 36 && uuid::Uuid::try_parse(text).is_ok()
}

/// Splits an import id of two parts, the first of which is a partner's UUID.
pub fn pair<'a>(id: &'a str, what: &str, form: &str) -> Result<(&'a str, &'a str)> {
    match id.trim().split_once('/') {
        Some((partner, object)) if is_uuid(partner) && !object.is_empty() && !object.contains('/') => {
            Ok((partner, object))
        }
        _ => Err(Problem::new(
            format!("Not the id of a {what}"),
            format!(
                "A {what} is imported by {form}, where PARTNER is the partner's UUID; \"{}\" is not of that form.",
                id.trim()
            ),
        )),
    }
}

/// The UUID in the state of an object that is moved here, from the providers that people manage this API with: `restapi_object` (its `id`
/// is the object's), `restful_resource` (its `id` is the object's path) and `terraform_data` (whose `input` is the id, or has one).
/// `None` for any other resource type.
pub fn moved(source: &Source, what: &str) -> Result<Option<String>> {
    let built_in = source.provider_address.ends_with("/builtin/terraform");
    let text = match source.type_name.as_str() {
        "restapi_object" | "restful_resource" => source.state["id"].as_str(),
        "terraform_data" if built_in => {
            // A value of dynamic type is wrapped together with its type.
            let input = &source.state["input"];
            let input = input.get("value").filter(|_| input.get("type").is_some()).unwrap_or(input);
            input.as_str().or_else(|| input.get("id").and_then(Value::as_str))
        }
        _ => return Ok(None),
    };
    let id = text.and_then(|text| text.trim_end_matches('/').rsplit('/').next()).filter(|id| is_uuid(id));
    let id = id.ok_or_else(|| {
        let whose = match source.type_name.as_str() {
            "terraform_data" => "its input is neither a UUID nor an object whose id is one",
            _ => "its id does not end with a UUID",
        };
        Problem::new(
            format!("A {} that is no {what}", source.type_name),
            format!(
                "The state of the {} cannot be moved to a {what}: {whose}. Remove the moved block, take the old object out of the state with a removed \
                 block, and import the {what} by its id.",
                source.type_name
            ),
        )
    })?;
    Ok(Some(id.to_ascii_lowercase()))
}
