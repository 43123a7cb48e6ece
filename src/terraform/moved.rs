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
    let state = &source.state;
    let id = match source.type_name.as_str() {
        kind @ ("restapi_object" | "restful_resource") => id_at_path(kind, state, what),
        "terraform_data" if built_in => {
            // A value of dynamic type is wrapped together with its type.
            let input = &state["input"];
            let input = input.get("value").filter(|_| input.get("type").is_some()).unwrap_or(input);
            input.as_str().or_else(|| input.get("id").and_then(Value::as_str))
        }
        _ => return Ok(None),
    };
    let id = id.filter(|id| is_uuid(id));
    let id = id.ok_or_else(|| {
        let whose = match source.type_name.as_str() {
            "terraform_data" => "its input is neither a UUID nor an object whose id is one".to_owned(),
            "restapi_object" => format!("its path is not that of {what}s, or its id is not a UUID"),
            _ => format!("its id is not the path of a {what}"),
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

/// The id of an object of a generic REST provider. What is not at a partner's path is another object, whatever its id
/// looks like.
fn id_at_path<'a>(resource_type: &str, state: &'a Value, what: &str) -> Option<&'a str> {
    let id = state["id"].as_str()?;
    if resource_type == "restapi_object" {
        return is_path_of(&state["path"], what).then_some(id);
    }
    let (collection, id) = id.trim_end_matches('/').rsplit_once('/')?;
    is_path_of(&collection.into(), what).then_some(id)
}

/// Whether a path is that of all objects of a kind: `/partner`, with whatever stands before it.
fn is_path_of(path: &Value, what: &str) -> bool {
    path.as_str().and_then(|path| path.trim_end_matches('/').rsplit('/').next()) == Some(what)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const ID: &str = "606f031c-0f85-4444-8c7d-4a8f1ede7cd3";

    #[test]
    fn only_what_is_at_a_partners_path_is_a_partner() {
        let table = [
            ("restapi_object", json!({ "id": ID, "path": "/partner" }), true),
            ("restapi_object", json!({ "id": ID, "path": "/v1/partner/" }), true),
            ("restapi_object", json!({ "id": ID, "path": format!("/partner/{ID}/members") }), false),
            ("restapi_object", json!({ "id": "5", "path": "/partner" }), false),
            ("restapi_object", json!({ "id": ID, "path": null }), false),
            ("restful_resource", json!({ "id": format!("/partner/{ID}") }), true),
            ("restful_resource", json!({ "id": format!("/v1/partner/{ID}/") }), true),
            ("restful_resource", json!({ "id": format!("/partner/{ID}/members/{ID}") }), false),
            ("restful_resource", json!({ "id": ID }), false),
        ];
        for (kind, state, is_partner) in table {
            let id = id_at_path(kind, &state, "partner").filter(|id| is_uuid(id));
            assert_eq!(id == Some(ID), is_partner, "{kind} {state}");
        }
    }
}
