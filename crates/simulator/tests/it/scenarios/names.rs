//! What becomes of names and amounts on their way in: of partners, members and storage accounts alike.

use serde_json::json;

use super::Scenario;
use crate::client::{Api, STRONG, TB, account};

pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        switch: "blanks",
        observe: |api| names(api, " Acme \u{2003} GmbH "),
        outcomes: &[
            ("kept", "[ Acme \u{2003} GmbH ] x3"),
            ("trimmed", "[Acme \u{2003} GmbH] x3"),
            ("collapsed", "[Acme GmbH] x3"),
        ],
    },
    Scenario {
        switch: "name_case",
        observe: |api| names(api, "M\u{fc}ller"),
        outcomes: &[("kept", "[M\u{fc}ller] x3"), ("lowered", "[m\u{fc}ller] x3"), ("upper", "[M\u{dc}LLER] x3")],
    },
    Scenario {
        switch: "name_form",
        observe: |api| format!("{} {}", names(api, "Mu\u{308}ller"), names(api, "M\u{fc}ller")),
        outcomes: &[
            ("kept", "[Mu\u{308}ller] x3 [M\u{fc}ller] x3"),
            ("nfc", "[M\u{fc}ller] x3 [M\u{fc}ller] x3"),
            ("nfd", "[Mu\u{308}ller] x3 [Mu\u{308}ller] x3"),
        ],
    },
    Scenario {
        switch: "amounts",
        observe: |api| {
            let id = api.create_partner("Acme", TB + 1).id();
            let path = format!("/partner/{id}");
            let created = api.get(&path).json()["allocatedCapacity"].clone();
            let small = api.put(&path, json!({"allocatedCapacity": 7})).json()["allocatedCapacity"].clone();
            let none = api.put(&path, json!({"allocatedCapacity": 0})).json()["allocatedCapacity"].clone();
            format!("{created} {small} {none}")
        },
        outcomes: &[
            ("exact", "1000000000001 7 0"),
            ("gb_down", "1000000000000 7 0"),
            ("gb_up", "1001000000000 1000000000 0"),
            ("tb_up", "2000000000000 1000000000000 0"),
        ],
    },
];

/// The name that a partner, a member and a storage account have that were made with this one.
fn names(api: &Api, name: &str) -> String {
    let partner = api.create_partner(name, 0);
    let path = format!("/partner/{}", partner.id());
    let email = format!("kim{}@example.com", api.sim.writes());
    let body = json!({"email": email, "password": STRONG, "role": "staff", "name": name});
    let member = api.post(&format!("{path}/member"), body);
    let account = api.post(&format!("{path}/storage-accounts"), account(name, &email, 0));
    let [one, two, three] = [partner, member, account].map(|made| made.json()["name"].as_str().unwrap().to_string());
    assert_eq!((&one, &two), (&two, &three));
    format!("[{one}] x3")
}
