use serde_json::json;

use crate::client::{Api, TB, account};

#[test]
fn usage_has_one_row_a_day_with_the_days_allocation() {
    let api = Api::plain().channel_partner();
    let id = api.post("/storage-account", account("my-storage-account", "data@example.com", 0)).id();
    api.sim.set_usage(&id, "2026-03-20", 1_610_612_736);
    let sample = json!({"client_id": id, "name": "my-storage-account", "allocated_capacity": 0,
        "daily_usage": [{"date": "2026-03-20", "usage": 1_610_612_736, "allocated_capacity": 0}]});
    assert_eq!(api.get("/storage-accounts/usage?from=2026-03-20&to=2026-03-20").json(), json!([sample]));
    assert_eq!(api.get(&format!("/storage-account/{id}/usage?from=2026-03-20&to=2026-03-20")).json(), sample);
    assert_eq!(api.get(&format!("/storage-account/{id}/usage?from=2026-03-18&to=2026-03-21")).json(), sample);
    let empty = api.get(&format!("/storage-account/{id}/usage?from=2026-03-21&to=2026-03-22")).json();
    assert_eq!(empty["daily_usage"], json!([]));
}

#[test]
fn a_partners_usage_counts_from_creation_and_follows_resizing() {
    let api = Api::plain();
    api.sim.set_clock("2026-03-20T12:00:00Z");
    let partner = api.create_partner("Acme", 10 * TB).id();
    let accounts = format!("/partner/{partner}/storage-accounts");
    let id = api.post(&accounts, account("Data", "data@example.com", TB)).id();
    api.sim.advance_days(2);
    api.sim.resize_account(&id, 2 * TB);
    let usage = api.get(&format!("/partner/{partner}/usage?from=2000-01-01&to=9999-12-31")).json();
    let days = usage[0]["daily_usage"].as_array().unwrap();
    let rows: Vec<_> = days.iter().map(|day| (day["date"].clone(), day["allocated_capacity"].clone())).collect();
    let row = |date: &str, allocated: u64| (json!(date), json!(allocated));
    assert_eq!(rows, [row("2026-03-20", TB), row("2026-03-21", TB), row("2026-03-22", 2 * TB)]);
    assert!(days.iter().all(|day| day["usage"] == 0));
    let one = api.get(&format!("{accounts}/{id}/usage?from=2000-01-01&to=9999-12-31")).json();
    assert_eq!(one, usage[0]);
    assert_eq!(one["allocated_capacity"], 2 * TB);
}

#[test]
fn dates_are_required_and_strict() {
    let api = Api::plain().channel_partner();
    let cases = [
        ("", "from is required"),
        ("?from=2026-03-20", "to is required"),
        ("?from=2026-3-20&to=2026-03-20", "from must be a date in the format yyyy-mm-dd"),
        ("?from=2026-02-30&to=2026-03-20", "from must be a date in the format yyyy-mm-dd"),
        ("?from=2026-03-20&to=20260320", "to must be a date in the format yyyy-mm-dd"),
        ("?from=2026-03-21&to=2026-03-20", "from must not be after to"),
    ];
    for (query, message) in cases {
        let refused = api.get(&format!("/storage-accounts/usage{query}"));
        assert_eq!((refused.status, refused.json()), (400, json!({"error": message})), "{query}");
    }
    assert_eq!(api.get("/storage-accounts/usage?from=2026-03-20&to=2026-03-20").text.trim(), "[]");
}
