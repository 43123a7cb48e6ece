use serde_json::json;

use crate::client::{Api, STRONG, member};

#[test]
fn a_member_lives() {
    let api = Api::plain();
    let partner = api.create_partner("Acme", 0).id();
    let path = format!("/partner/{partner}/member");
    let created = api.post(&path, member("kim@example.com"));
    let expected = json!({"id": created.id(), "email": "kim@example.com", "name": "Kim", "role": "staff",
        "futureField": "clients ignore what they do not know"});
    assert_eq!(created.json(), expected);
    assert_eq!(api.get(&format!("{path}s")).json(), json!([expected]));
    let gone = format!("{path}/{}", created.id());
    let deleted = api.delete(&gone);
    assert_eq!((deleted.status, deleted.text.as_str()), (204, ""));
    assert_eq!(api.delete(&gone).status, 404);
    assert_eq!(api.get(&format!("{path}s")).text.trim(), "[]");
}

#[test]
fn a_member_needs_email_password_and_role() {
    let api = Api::plain();
    let partner = api.create_partner("Acme", 0).id();
    let path = format!("/partner/{partner}/member");
    let cases = [
        (json!({"password": STRONG, "role": "admin"}), "email is required"),
        (json!({"email": "kim", "password": STRONG, "role": "admin"}), "email must be a valid email address"),
        (json!({"email": "a@example.com", "role": "admin"}), "password is required"),
        (json!({"email": "a@example.com", "password": STRONG}), "role is required"),
        (
            json!({"email": "a@example.com", "password": STRONG, "role": "owner"}),
            "role must be one of admin, staff, viewer",
        ),
        (json!({"email": "a@example.com", "password": STRONG, "role": 1}), "role must be a string"),
        (
            json!({"email": "a@example.com", "password": "short1A", "role": "admin"}),
            "password must have at least 8 characters and three of: lower case, upper case, digit, special character",
        ),
    ];
    for (body, message) in cases {
        let refused = api.post(&path, body.clone());
        assert_eq!((refused.status, refused.json()), (400, json!({"error": message})), "{body}");
    }
    let unnamed = api.post(&path, json!({"email": "a@example.com", "password": STRONG, "role": "viewer"}));
    assert_eq!((unnamed.status, &unnamed.json()["name"]), (201, &json!("")));
    assert!(!unnamed.text.contains(STRONG));
}

#[test]
fn a_member_belongs_to_its_partner() {
    let api = Api::plain();
    let (one, other) = (api.create_partner("One", 0).id(), api.create_partner("Other", 0).id());
    let id = api.post(&format!("/partner/{one}/member"), member("kim@example.com")).id();
    assert_eq!(api.delete(&format!("/partner/{other}/member/{id}")).status, 404);
    assert_eq!(api.get(&format!("/partner/{other}/members")).text.trim(), "[]");
    assert_eq!(api.post(&format!("/partner/{other}/member"), member("KIM@example.com")).status, 409);
}
