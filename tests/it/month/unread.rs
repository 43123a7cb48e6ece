use impossiblecloud_simulator::{Altered, CHANNEL_PARTNER_KEY, Fault, FaultKind, Options};
use serde_json::{Value, json};

use super::{march, outputs, summary_of_march, with_output};
use crate::said::assert_said;
use crate::world::{CONTRACT, OTHER_CONTRACT, TB, World};

/// Three partners that use 1, 2 and 3 TB on the first of March, without any sample; their ids.
fn three() -> (World, Vec<String>) {
    let mut world = World::with(Options { seed: false, ..Options::default() });
    world.workspace.set("IMPOSSIBLECLOUD_MAX_RETRIES", "0");
    let add = |(name, amount)| {
        let partner = world.simulator.add_partner(CONTRACT, name, 5 * TB, true);
        let account = world.simulator.add_account(Some(&partner), name, &format!("{name}@example.com"), 0);
        world.simulator.set_usage(&account, &march(1), amount * TB);
        partner
    };
    let partners = [("Ada", 1), ("Bea", 2), ("Cleo", 3)].map(add).to_vec();
    world.configure(&with_output(&summary_of_march()));
    (world, partners)
}

fn broken(status: u16) -> FaultKind {
    FaultKind::StatusBefore { status, retry_after: None, body: None }
}

#[test]
fn a_partner_that_cannot_be_read_is_named_and_the_rest_stands() {
    for status in [500, 403, 404] {
        let (world, partners) = three();
        let path = format!("GET /v1/partner/{}/usage", partners[1]);
        world.simulator.fault(Fault::new(path, broken(status)).forever());
        let apply = world.apply(&[]).succeeds();
        let warnings = apply.warnings();
        assert_said!(format!("usage_of_one_refused_{status}"), warnings, "partner" = &partners[1]);
        let state = world.state("data.impossiblecloud_usage_summary.march");
        let peaks: Vec<_> = (0..3).map(|at| state["partners"][at]["peak_used_storage"].clone()).collect();
        assert_eq!(peaks, [json!(TB), Value::Null, json!(3 * TB)]);
        assert_eq!(
            (&state["partners"][1]["name"], &state["partners"][1]["allocated_storage"]),
            (&json!("Bea"), &json!(5 * TB))
        );
        assert_eq!((&state["peak_used_storage"], &state["allocated_storage"]), (&json!(4 * TB), &json!(10 * TB)));
    }
}

#[test]
fn an_account_that_cannot_be_read_leaves_no_wrong_sum() {
    let (world, partners) = three();
    let path = format!("GET /v1/partner/{}/usage", partners[2]);
    let altered = FaultKind::Altered(Altered::default().append(json!({ "client_id": ["no id"] })));
    world.simulator.fault(Fault::new(path, altered).forever());
    let warnings = world.apply(&[]).succeeds().warnings();
    assert_said!("usage_of_one_unreadable", warnings, "partner" = &partners[2]);
    let state = world.state("data.impossiblecloud_usage_summary.march");
    assert_eq!(
        (&state["partners"][2]["peak_used_storage"], &state["peak_used_storage"]),
        (&Value::Null, &json!(3 * TB))
    );
}

#[test]
fn what_concerns_no_partner_is_an_error() {
    let (world, _) = three();
    world.simulator.fault(Fault::new("get_partner_usage", broken(500)).forever());
    let errors = world.plan(&[]).fails().errors();
    assert_eq!(errors[0].summary, "Cannot read the usage from 2026-03-01 to 2026-03-31");
    world.simulator.clear_faults();
    // A key that expires in between is not three partners' trouble.
    world.simulator.clear_requests();
    world.simulator.fault(Fault::new("get_partner_usage", broken(401)).forever());
    let plan = world.plan(&[]).fails();
    assert_eq!((plan.errors().len(), plan.warnings().len()), (1, 0), "{plan}");
    assert!(plan.errors()[0].detail.contains("401"), "{plan}");
}

#[test]
fn a_service_that_has_no_empty_lists_has_partners_without_data() {
    let (world, _) = three();
    world.simulator.add_partner(OTHER_CONTRACT, "New", 0, false);
    world.simulator.set_switch("empty_list", "not_found");
    let apply = world.apply(&[]).succeeds();
    assert!(apply.warnings().is_empty(), "{apply}");
    let state = world.state("data.impossiblecloud_usage_summary.march");
    assert_eq!((&state["partners"][3]["name"], &state["partners"][3]["last_date"]), (&json!("New"), &Value::Null));
    assert_eq!(state["peak_used_storage"], json!(6 * TB));
}

#[test]
fn a_channel_partner_sees_its_own_use() {
    for status in ["403", "401", "404"] {
        let mut world = World::new();
        world.simulator.set_switch("wrong_key_status", status);
        let account = world.simulator.add_account(None, "Shop", "shop@example.com", TB);
        world.simulator.set_usage(&account, &march(1), TB / 2);
        world.workspace.set("IMPOSSIBLECLOUD_API_KEY", CHANNEL_PARTNER_KEY);
        world.configure(&with_output(&summary_of_march()));
        let summary = outputs(&world)["march"]["value"].take();
        let partners = summary["partners"].as_array().expect("partners");
        assert_eq!(partners.len(), 1);
        assert_eq!((&partners[0]["id"], &partners[0]["allocated_storage"]), (&Value::Null, &Value::Null));
        assert_eq!(partners[0]["peak_used_storage"], json!(TB / 2));
        assert_eq!(summary["peak_used_storage"], json!(TB / 2));
    }
    let mut world = World::new();
    world.workspace.set("IMPOSSIBLECLOUD_API_KEY", "nobody's");
    world.configure(&with_output(&summary_of_march()));
    let errors = world.plan(&[]).fails().errors();
    assert_eq!(errors[0].summary, "Cannot list the contracts");
}
