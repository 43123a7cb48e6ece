use std::time::Duration;

use serde_json::{Value, json};

use crate::client::{Api, TB, account};

fn under_partner(allocated: u64) -> (Api, String) {
    let api = Api::plain();
    let partner = api.create_partner("Acme", allocated).id();
    let path = format!("/partner/{partner}/storage-accounts");
    (api, path)
}

/// The two sides of the API: a partner's accounts, and the channel partner's own.
fn both_sides(test: impl Fn(&Api, &str, &str, &str)) {
    let (api, path) = under_partner(10 * TB);
    test(&api, &path, &path, &path);
    let api = Api::plain().channel_partner();
    test(&api, "/storage-account", "/storage-account/list", "/storage-account");
}

#[test]
fn an_account_lives_waits_and_goes() {
    both_sides(|api, create, list, one| {
        let created = api.post(create, account("Data", "data@example.com", 2 * TB));
        let id = created.id();
        assert!(id.len() == 12 && id.bytes().all(|byte| byte.is_ascii_digit()), "{id}");
        let expected = json!({"clientAccountId": id, "name": "Data", "contactEmail": "data@example.com",
            "allocatedCapacity": 2 * TB, "allowOverdraft": false,
            "futureField": "clients ignore what they do not know"});
        let path = format!("{one}/{id}");
        assert_eq!(created.json(), expected);
        assert_eq!(api.get(&path).json(), expected);
        assert_eq!(api.get(list).json(), json!([expected]));

        let deleted = api.delete(&path);
        assert_eq!((deleted.status, deleted.text.as_str()), (204, ""));
        let pending = api.get(&path).json()["pendingDeletedAt"].clone();
        assert!(pending.as_str().is_some_and(|time| time.ends_with('Z') && time.len() == 20), "{pending}");
        api.sim.advance_days(1);
        assert_eq!(api.delete(&path).status, 204);
        assert_eq!(api.get(&path).json()["pendingDeletedAt"], pending, "a second order changes nothing");
        assert_eq!(api.get(list).json().as_array().map(Vec::len), Some(1), "it is still there");

        let restored = api.patch(&path, json!({"pendingDeletedAt": null}));
        assert_eq!((restored.status, restored.json()), (200, expected.clone()));
        assert_eq!(api.delete(&path).status, 204);
        api.sim.advance_clock(Duration::from_secs(29 * 86_400));
        assert_eq!(api.get(&path).status, 200);
        api.sim.advance_days(1);
        assert_eq!(api.get(&path).status, 404);
        assert_eq!(api.patch(&path, json!({"pendingDeletedAt": null})).status, 404);
        assert_eq!(api.delete(&path).status, 404);
    });
}

#[test]
fn capacity_covers_accounts_that_wait_for_their_deletion() {
    let (api, path) = under_partner(3 * TB);
    let first = api.post(&path, account("One", "one@example.com", 2 * TB)).id();
    let refused = api.post(&path, account("Two", "two@example.com", 2 * TB));
    let sentence = "not enough capacity: 2000000000000 bytes asked, 1000000000000 bytes available";
    assert_eq!((refused.status, refused.json()), (400, json!({"error": sentence})));
    assert_eq!(api.delete(&format!("{path}/{first}")).status, 204);
    assert_eq!(api.post(&path, account("Two", "two@example.com", 2 * TB)).status, 400);
    api.sim.advance_days(30);
    api.post(&path, account("Two", "two@example.com", 2 * TB)).id();

    let api = api.channel_partner();
    api.post("/storage-account", account("Own", "own@example.com", 20 * TB)).id();
    assert_eq!(api.post("/storage-account", account("More", "more@example.com", 1)).status, 400);
    api.post("/storage-account", account("Pay per use", "ppu@example.com", 0)).id();
}

#[test]
fn an_account_belongs_to_its_owner() {
    let (api, path) = under_partner(TB);
    let id = api.post(&path, account("Data", "data@example.com", 0)).id();
    let other = api.create_partner("Other", 0).id();
    assert_eq!(api.get(&format!("/partner/{other}/storage-accounts/{id}")).status, 404);
    let api = api.channel_partner();
    assert_eq!(api.get(&format!("/storage-account/{id}")).status, 404);
    assert_eq!(api.delete(&format!("/storage-account/{id}")).status, 404);
    assert_eq!(api.get("/storage-account/list").text.trim(), "[]");
    assert_eq!(api.post("/storage-account", account("Own", "DATA@example.com", 0)).status, 409);
}

#[test]
fn an_account_needs_all_its_fields() {
    let (api, path) = under_partner(TB);
    let change = |change: fn(&mut Value)| {
        let mut body = account("Data", "data@example.com", 0);
        change(&mut body);
        body
    };
    let without = |name: &str| {
        let mut body = account("Data", "data@example.com", 0);
        body.as_object_mut().unwrap().remove(name);
        body
    };
    let weak = "password must have 8 to 128 characters with lower case, upper case, digit and special character";
    let cases = [
        (without("name"), "name is required"),
        (without("allocatedCapacity"), "allocatedCapacity is required"),
        (without("allowOverdraft"), "allowOverdraft is required"),
        (without("clientAccount"), "clientAccount is required"),
        (change(|body| body["clientAccount"] = json!("x")), "clientAccount must be an object of known fields"),
        (change(|body| body["clientAccount"]["contactEmail"] = json!(null)), "contactEmail is required"),
        (change(|body| body["clientAccount"]["password"] = json!(5)), "password must be a string"),
        (change(|body| body["clientAccount"]["password"] = json!("Aa123456")), weak),
        (change(|body| body["allowOverdraft"] = json!("yes")), "allowOverdraft must be a boolean"),
    ];
    for (body, message) in cases {
        let refused = api.post(&path, body.clone());
        assert_eq!((refused.status, refused.json()), (400, json!({"error": message})), "{body}");
    }
    assert_eq!(api.sim.accounts(None).len(), 0);
}

#[test]
fn a_time_moves_the_deletion_but_never_closer() {
    let (api, path) = under_partner(TB);
    let id = api.post(&path, account("Data", "data@example.com", 0)).id();
    let path = format!("{path}/{id}");
    let soon = "2001-01-01T00:00:00Z";
    let refused = api.patch(&path, json!({"pendingDeletedAt": soon}));
    let sentence = "pendingDeletedAt must be at least 30 days from now";
    assert_eq!((refused.status, refused.json()), (400, json!({"error": sentence})));
    let later = "2999-01-01T00:00:00Z";
    assert_eq!(api.patch(&path, json!({"pendingDeletedAt": later})).json()["pendingDeletedAt"], later);
    let unread = api.patch(&path, json!({"pendingDeletedAt": "tomorrow"}));
    assert_eq!((unread.status, unread.text.contains("RFC 3339")), (400, true));
    api.patch(&path, json!({"pendingDeletedAt": null}));
    api.delete(&path);
    let pending = api.get(&path).json()["pendingDeletedAt"].clone();
    api.sim.advance_days(3);
    let same = api.patch(&path, json!({"pendingDeletedAt": pending}));
    assert_eq!((same.status, &same.json()["pendingDeletedAt"]), (200, &pending), "what was answered may be sent back");
}
