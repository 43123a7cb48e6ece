//! Storage accounts and usage, with the channel partner's key.

use serde_json::json;

use super::Scenario;
use crate::client::{Api, TB, account};

pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        switch: "reservation_in_pay_per_use",
        observe: |api| {
            let path = format!("/partner/{}/storage-accounts", api.create_partner("Acme", 0).id());
            api.post(&path, account("Data", "data@example.com", TB)).status.to_string()
        },
        outcomes: &[("reject", "400"), ("accept", "201")],
    },
    Scenario {
        switch: "duplicate_account_email",
        observe: |api| {
            let first = own(api, "data@example.com");
            let again = |api: &Api| api.post("/storage-account", account("Again", "DATA@example.com", 0)).status;
            let active = again(api);
            api.delete(&first);
            // Where the active one did not stand in the way, a second account is in the way by now.
            let pending = if active == 409 { again(api) } else { active };
            format!("{active} {pending}")
        },
        outcomes: &[("reject", "409 409"), ("reject_active", "409 201"), ("accept", "201 201")],
    },
    Scenario {
        switch: "pending_value",
        observe: |api| {
            let path = own(api, "data@example.com");
            api.delete(&path);
            let pending = api.get(&path).json()["pendingDeletedAt"].as_str().unwrap().to_string();
            pending.split('T').next().unwrap().to_string()
        },
        outcomes: &[("planned", "2026-04-19"), ("scheduled", "2026-03-20")],
    },
    Scenario {
        switch: "not_pending",
        observe: |api| {
            let path = own(api, "data@example.com");
            api.get(&path).json().get("pendingDeletedAt").map_or("absent".to_string(), ToString::to_string)
        },
        outcomes: &[
            ("absent", "absent"),
            ("null", "null"),
            ("empty", "\"\""),
            ("zero_time", "\"0001-01-01T00:00:00Z\""),
        ],
    },
    Scenario {
        switch: "pending_form",
        observe: |api| {
            let path = own(api, "data@example.com");
            api.sim.set_clock("2026-03-20T12:00:00Z");
            api.delete(&path);
            let pending = api.get(&path).json()["pendingDeletedAt"].clone();
            // Seconds may have passed on the way.
            let mut text = pending.as_i64().map_or(pending.to_string(), |seconds| format!("about {}", seconds / 100));
            if text.len() > 20 {
                text.replace_range(18..20, "SS");
            }
            text
        },
        outcomes: &[
            ("utc", r#""2026-04-19T12:00:SSZ""#),
            ("offset", r#""2026-04-19T14:00:SS+02:00""#),
            ("fraction", r#""2026-04-19T12:00:SS.123456Z""#),
            ("space", r#""2026-04-19 12:00:SS""#),
            ("number", "about 17766000"),
            ("words", r#""in 30 days""#),
        ],
    },
    Scenario {
        switch: "patch_null",
        observe: |api| {
            let path = own(api, "data@example.com");
            api.delete(&path);
            let patched = api.patch(&path, json!({"pendingDeletedAt": null}));
            format!("{} {}", patched.status, patched.json().get("pendingDeletedAt").is_some())
        },
        outcomes: &[("cancel", "200 false"), ("ignore", "200 true")],
    },
    Scenario {
        switch: "restore_active",
        observe: |api| {
            let path = own(api, "data@example.com");
            let status = api.patch(&path, json!({"pendingDeletedAt": null})).status;
            format!("{status} {}", api.get(&path).json().get("pendingDeletedAt").is_some())
        },
        outcomes: &[("200", "200 false"), ("400", "400 false"), ("404", "404 false"), ("409", "409 false")],
    },
    Scenario {
        switch: "patch_time",
        observe: |api| {
            let path = own(api, "data@example.com");
            let [past, soon, late] = ["2026-03-19", "2026-03-25", "2026-05-01"]
                .map(|day| api.patch(&path, json!({"pendingDeletedAt": format!("{day}T12:00:00Z")})).status);
            format!("{past} {soon} {late}")
        },
        outcomes: &[("not_earlier", "400 400 200"), ("any", "400 200 200"), ("reject", "400 400 400")],
    },
    Scenario {
        switch: "empty_patch",
        observe: |api| {
            let path = own(api, "data@example.com");
            api.patch(&path, json!({})).status.to_string()
        },
        outcomes: &[("accept", "200"), ("reject", "400")],
    },
    Scenario {
        switch: "delete_again_status",
        observe: |api| {
            let path = own(api, "data@example.com");
            api.delete(&path);
            api.delete(&path).status.to_string()
        },
        outcomes: &[("204", "204"), ("409", "409"), ("404", "404")],
    },
    Scenario {
        switch: "bad_dates_status",
        observe: |api| {
            own(api, "data@example.com");
            api.get("/storage-accounts/usage?from=2026-03-20").status.to_string()
        },
        outcomes: &[("400", "400"), ("422", "422")],
    },
    Scenario {
        switch: "days_without_data",
        observe: |api| {
            own(api, "data@example.com");
            api.sim.advance_days(1);
            let usage = api.get("/storage-accounts/usage?from=2026-03-19&to=2026-03-30").json();
            let days = usage[0]["daily_usage"].as_array().unwrap().iter();
            days.map(|day| format!("{}: {}", day["date"], day["usage"])).collect::<Vec<_>>().join(", ")
        },
        outcomes: &[("zero", "\"2026-03-20\": 0, \"2026-03-21\": 0"), ("absent", "")],
    },
    Scenario {
        switch: "account_id",
        observe: |api| {
            let path = own(api, "data@example.com");
            let id = path.rsplit('/').next().unwrap();
            let digits = id.bytes().filter(u8::is_ascii_digit).count();
            match id.len() {
                12 if digits == 12 && id.starts_with('0') => "leading zero".to_string(),
                12 if digits == 12 => "digits".to_string(),
                length => format!("{length} characters"),
            }
        },
        outcomes: &[("digits", "digits"), ("leading_zero", "leading zero"), ("uuid", "36 characters")],
    },
];

/// Creates an account of the channel partner's own, and goes on with its key: the account's path.
fn own(api: &mut Api, email: &str) -> String {
    api.key = Some("simulator-channel-partner-key".to_string());
    format!("/storage-account/{}", api.post("/storage-account", account("Data", email, 0)).id())
}
