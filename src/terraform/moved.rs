//! What other resource types hold when an object is moved from them.

use serde_json::Value;
use terraform_plugin_server::Source;

use super::diagnostics::{Diagnostic, Result};
use super::import_id::is_uuid;

/// The UUID in the state of an object that is moved here, from the providers that people manage this API with:
/// `restapi_object` (its `id` is the object's), `restful_resource` (its `id` is the object's path) and `terraform_data`
/// (whose `input` is the id, or has one). `None` for any other resource type.
pub fn from(source: &Source, what: &str) -> Result<Option<String>> {
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
        Diagnostic::new(
            format!("This {} does not hold the id of a {what}", source.type_name),
            format!(
                "The state of the {} cannot be moved to a {what}: {whose}. Remove the moved block, take the old object \
                 out of the state with a removed block, and import the {what} by its id.",
                source.type_name
            ),
        )
    })?;
    Ok(Some(id.to_ascii_lowercase()))
}
