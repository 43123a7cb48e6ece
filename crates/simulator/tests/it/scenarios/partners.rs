//! Contracts, partners and members.

use std::time::Duration;

use impossiblecloud_simulator::{FIRST_CONTRACT, Fault, FaultKind, SECOND_CONTRACT};
use serde_json::json;

use super::Scenario;
use crate::client::{Api, STRONG, TB, account, member, partner};

pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        switch: "capacity_status",
        observe: |api| api.create_partner("Acme", 101 * TB).status.to_string(),
        outcomes: &[("400", "400"), ("409", "409"), ("422", "422")],
    },
    Scenario {
        switch: "partner_in_use_status",
        observe: |api| {
            let (partner, _) = with_account(api, 0, 0);
            api.delete(&partner).status.to_string()
        },
        outcomes: &[("409", "409"), ("400", "400")],
    },
    Scenario {
        switch: "pending_blocks_delete",
        observe: |api| {
            let (partner, account) = with_account(api, 0, 0);
            api.delete(&account);
            format!("{} {}", api.delete(&partner).status, api.sim.summary().accounts)
        },
        outcomes: &[("yes", "409 1"), ("no", "204 0")],
    },
    Scenario {
        switch: "members_block_delete",
        observe: |api| {
            let partner = format!("/partner/{}", api.create_partner("Acme", 0).id());
            api.post(&format!("{partner}/member"), member("kim@example.com")).id();
            format!("{} {}", api.delete(&partner).status, api.sim.summary().members)
        },
        outcomes: &[("no", "204 0"), ("yes", "409 1")],
    },
    Scenario {
        switch: "delete_frees_allocation",
        observe: |api| {
            let id = api.create_partner("Acme", TB).id();
            api.delete(&format!("/partner/{id}"));
            api.allocated().to_string()
        },
        outcomes: &[("yes", "0"), ("no", "1000000000000")],
    },
    Scenario {
        switch: "pay_per_use_counts",
        observe: |api| {
            api.create_partner("Acme", 0).id();
            api.allocated().to_string()
        },
        outcomes: &[("nothing", "0"), ("one_terabyte", "1000000000000")],
    },
    Scenario {
        switch: "update_check",
        observe: |api| {
            let id = api.create_partner("Acme", 60 * TB).id();
            api.put(&format!("/partner/{id}"), json!({"allocatedCapacity": 70 * TB})).status.to_string()
        },
        outcomes: &[("growth", "200"), ("whole_amount", "400")],
    },
    Scenario {
        switch: "below_accounts",
        observe: |api| {
            let (partner, _) = with_account(api, 5 * TB, 3 * TB);
            api.put(&partner, json!({"allocatedCapacity": 2 * TB})).status.to_string()
        },
        outcomes: &[("reject", "400"), ("accept", "200")],
    },
    Scenario {
        switch: "below_usage",
        observe: |api| {
            let (partner, account) = with_account(api, 5 * TB, 0);
            let id = account.rsplit('/').next().unwrap();
            api.sim.set_usage(id, "2026-03-20", 3 * TB);
            api.put(&partner, json!({"allocatedCapacity": 2 * TB})).status.to_string()
        },
        outcomes: &[("accept", "200"), ("reject", "400")],
    },
    Scenario {
        switch: "duplicate_partner_name",
        observe: |api| {
            api.create_partner("Acme", 0).id();
            api.create_partner("Acme", TB).status.to_string()
        },
        outcomes: &[("accept", "201"), ("reject", "409")],
    },
    Scenario {
        switch: "repeated_create",
        observe: |api| {
            let (first, second) = (api.create_partner("Acme", 0).id(), api.create_partner("Acme", 0).id());
            format!("{} {}", first == second, api.sim.all_partners().len())
        },
        outcomes: &[("second_object", "false 2"), ("same_object", "true 1")],
    },
    Scenario {
        switch: "default_overdraft",
        observe: |api| api.create_partner("Acme", 0).json()["allowOverdraft"].to_string(),
        outcomes: &[("false", "false"), ("true", "true")],
    },
    Scenario {
        switch: "empty_update",
        observe: |api| {
            let id = api.create_partner("Acme", 0).id();
            api.put(&format!("/partner/{id}"), json!({})).status.to_string()
        },
        outcomes: &[("accept", "200"), ("reject", "400")],
    },
    Scenario {
        switch: "zero_update",
        observe: |api| {
            let id = api.create_partner("Acme", TB).id();
            let changed = api.put(&format!("/partner/{id}"), json!({"allocatedCapacity": 0}));
            format!("{} {}", changed.status, changed.json()["allocatedCapacity"])
        },
        outcomes: &[("pay_per_use", "200 0"), ("ignore", "200 1000000000000")],
    },
    Scenario {
        switch: "empty_name",
        observe: |api| {
            let id = api.create_partner("Acme", TB).id();
            api.put(&format!("/partner/{id}"), json!({"name": ""})).status.to_string()
        },
        outcomes: &[("reject", "400"), ("accept", "200")],
    },
    Scenario {
        switch: "empty_details",
        observe: |api| {
            let created = api.create_partner("Acme", 0);
            let without = created.json().get("details").map(ToString::to_string);
            api.sim.set_partner_details(&created.id(), "North");
            let with = api.get(&format!("/partner/{}", created.id())).json()["details"].to_string();
            format!("{} {with}", without.as_deref().unwrap_or("absent"))
        },
        outcomes: &[("empty", "\"\" \"North\""), ("absent", "absent \"North\""), ("null", "null \"North\"")],
    },
    Scenario {
        switch: "overdraft_field",
        observe: |api| {
            let shown = |overdraft: bool| {
                let mut body = partner("Acme", 0);
                body["allowOverdraft"] = json!(overdraft);
                api.post("/partner", body).json().get("allowOverdraft").is_some()
            };
            format!("{} {}", shown(false), shown(true))
        },
        outcomes: &[("always", "true true"), ("when_true", "false true"), ("never", "false false")],
    },
    Scenario {
        switch: "console_move",
        observe: |api| {
            let id = api.create_partner("Acme", 0).id();
            api.sim.move_partner(&id, SECOND_CONTRACT);
            let listed = api.get(&format!("/contract/{SECOND_CONTRACT}/partners")).json()[0]["id"] == id;
            let contract = api.get(&format!("/partner/{id}")).json()["distributorContractId"].clone();
            format!("{listed} {}", contract == SECOND_CONTRACT)
        },
        outcomes: &[("shown", "true true"), ("hidden", "true false")],
    },
    Scenario {
        switch: "concurrent_allocations",
        observe: |api| {
            // The first request has arrived, but is carried out only after the second.
            api.sim.fault(Fault::new("create_partner", FaultKind::Delay { duration: Duration::from_millis(500) }));
            let api = &*api;
            std::thread::scope(|scope| {
                let first = scope.spawn(|| api.create_partner("One", 60 * TB).status);
                while api.sim.writes() == 0 {
                    std::thread::yield_now();
                }
                let second = api.create_partner("Two", 60 * TB).status;
                format!("{} {second}", first.join().unwrap())
            })
        },
        outcomes: &[("serialised", "400 201"), ("racy", "201 201")],
    },
    Scenario {
        switch: "huge_integers",
        observe: |api| {
            api.sim.set_reserved(FIRST_CONTRACT, u64::MAX);
            let created = api.create_partner("Acme", u64::MAX);
            format!("{} {}", created.status, created.json()["allocatedCapacity"])
        },
        outcomes: &[("reject", "400 null"), ("clamp", "201 9223372036854775807")],
    },
    Scenario {
        switch: "duplicate_member_email",
        observe: |api| {
            let [one, two] = ["One", "Two"].map(|name| format!("/partner/{}/member", api.create_partner(name, 0).id()));
            api.post(&one, member("kim@example.com")).id();
            let [near, far] = [&one, &two].map(|path| api.post(path, member("Kim@example.com")).status);
            format!("{near} {far}")
        },
        outcomes: &[("reject", "409 409"), ("reject_in_partner", "409 201"), ("accept", "201 201")],
    },
    Scenario {
        switch: "nameless_member",
        observe: |api| {
            let path = format!("/partner/{}/member", api.create_partner("Acme", 0).id());
            let body = json!({"email": "kim@example.com", "password": STRONG, "role": "admin"});
            let created = api.post(&path, body).json();
            created.get("name").map_or("absent".to_string(), ToString::to_string)
        },
        outcomes: &[("empty", "\"\""), ("absent", "absent"), ("email", "\"kim@example.com\"")],
    },
    Scenario {
        switch: "role_case",
        observe: |api| {
            let path = format!("/partner/{}/member", api.create_partner("Acme", 0).id());
            let created = api.post(&path, json!({"email": "kim@example.com", "password": STRONG, "role": "Admin"}));
            format!("{} {}", created.status, created.json()["role"])
        },
        outcomes: &[("lower_only", "400 null"), ("folded", "201 \"admin\"")],
    },
    Scenario {
        switch: "role_answer",
        observe: |api| {
            let path = format!("/partner/{}", api.create_partner("Acme", 0).id());
            let created = api.post(&format!("{path}/member"), member("kim@example.com")).json()["role"].clone();
            format!("{created} {}", api.get(&format!("{path}/members")).json()[0]["role"])
        },
        outcomes: &[
            ("as_kept", r#""staff" "staff""#),
            ("capital", r#""Staff" "Staff""#),
            ("upper", r#""STAFF" "STAFF""#),
        ],
    },
    Scenario {
        switch: "email_case",
        observe: |api| {
            let path = format!("/partner/{}/member", api.create_partner("Acme", 0).id());
            api.post(&path, member("Kim@Example.com")).json()["email"].to_string()
        },
        outcomes: &[
            ("as_sent", "\"Kim@Example.com\""),
            ("lowered", "\"kim@example.com\""),
            ("host_lowered", "\"Kim@example.com\""),
        ],
    },
    Scenario {
        switch: "weak_password",
        observe: |api| {
            let path = format!("/partner/{}/member", api.create_partner("Acme", 0).id());
            let body = json!({"email": "kim@example.com", "password": "weak", "role": "admin"});
            api.post(&path, body).status.to_string()
        },
        outcomes: &[("reject", "400"), ("accept", "201")],
    },
];

/// A partner with one storage account: the paths of both.
fn with_account(api: &Api, partner: u64, allocated: u64) -> (String, String) {
    let partner = format!("/partner/{}", api.create_partner("Acme", partner).id());
    let accounts = format!("{partner}/storage-accounts");
    let id = api.post(&accounts, account("Data", "data@example.com", allocated)).id();
    (partner, format!("{accounts}/{id}"))
}
