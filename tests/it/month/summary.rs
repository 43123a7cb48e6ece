use std::collections::BTreeMap;

use impossiblecloud_simulator::{Options, Switches};
use serde_json::{Value, json};

use super::{march, outputs, summary_of_march, with_output};
use crate::world::{CONTRACT, OTHER_CONTRACT, TB, World};

const PARTNERS: u64 = 300;
const ACCOUNTS: u64 = 3;

/// A distributor of nobody, with a service that says nothing of days without records.
fn empty() -> World {
    let switches = Switches::default().with("days_without_data", "absent");
    World::with(Options { seed: false, switches, ..Options::default() })
}

/// What an account of a partner used on a day of March: with gaps, with partners of one day, and with some of none.
fn used(partner: u64, account: u64, day: u64) -> Option<u64> {
    let mixed = (partner * 7_919 + account * 104_729 + day * 1_299_709) % 1_000_003;
    match partner % 10 {
        0 => None,
        1 => (day == 9 && account == 0).then_some(mixed),
        2 if (10..20).contains(&day) => None,
        3 if (day + account).is_multiple_of(3) => None,
        _ => Some(1_000_000_000 + mixed * 1_000 + day * account),
    }
}

fn allocated(partner: u64) -> u64 {
    if partner.is_multiple_of(4) { 0 } else { 3_100_000_000 + partner * 1_000_000 }
}

/// What a partner's entry has to say, from its sums by day.
fn expected(days: &BTreeMap<u64, u64>, allocated: u64) -> Value {
    let Some(peak) = days.values().max() else { return json!({ "allocated_storage": allocated }) };
    let first = days.iter().find(|(_, used)| *used == peak).expect("the peak's day").0;
    let (last, last_used) = days.last_key_value().expect("a day");
    let over = (allocated > 0).then_some(peak.saturating_sub(allocated));
    json!({
        "allocated_storage": allocated,
        "peak_used_storage": peak,
        "peak_date": march(*first),
        "average_used_storage": days.values().sum::<u64>() / days.len() as u64,
        "last_used_storage": last_used,
        "last_date": march(*last),
        "over_storage": over,
    })
}

/// Compares what [`expected`] speaks of; what it leaves out has to be null.
#[track_caller]
fn holds(found: &Value, expected: &Value, who: &str) {
    let figures =
        ["allocated", "peak_used", "average_used", "last_used", "over"].map(|figure| format!("{figure}_storage"));
    for figure in figures.iter().map(String::as_str).chain(["peak_date", "last_date"]) {
        assert_eq!(found[figure], expected[figure], "{who}: {figure}");
    }
}

#[test]
fn three_hundred_partners_are_summed_up_in_one_look() {
    let world = empty();
    let (mut sums, mut all) = (Vec::new(), BTreeMap::new());
    for p in 0..PARTNERS {
        let contract = if p % 3 == 0 { OTHER_CONTRACT } else { CONTRACT };
        let partner = world.simulator.add_partner(contract, &format!("Partner {p:03}"), allocated(p), true);
        let mut days = BTreeMap::new();
        for a in 0..ACCOUNTS {
            let account = world.simulator.add_account(Some(&partner), "Shop", &format!("{a}@p{p}.example.com"), 0);
            for (day, bytes) in (1..=31).filter_map(|day| Some((day, used(p, a, day)?))) {
                world.simulator.set_usage(&account, &march(day), bytes);
                *days.entry(day).or_insert(0) += bytes;
                *all.entry(day).or_insert(0) += bytes;
            }
        }
        sums.push((partner, days));
    }
    world.configure(&summary_of_march());
    world.simulator.clear_requests();
    world.apply(&[]).succeeds();
    assert!(world.simulator.reads() <= 303, "{} requests", world.simulator.reads());
    assert_eq!(world.simulator.writes(), 0);

    let state = std::fs::read_to_string(world.workspace.folder().join("terraform.tfstate")).expect("a state");
    assert!(state.len() <= 200_000, "the state has {} bytes", state.len());
    let state: Value = serde_json::from_str(&state).expect("JSON");
    let resources = state["resources"].as_array().expect("resources");
    assert_eq!((resources.len(), resources[0]["instances"].as_array().map(Vec::len)), (1, Some(1)));

    let summary = &resources[0]["instances"][0]["attributes"];
    let partners = summary["partners"].as_array().expect("partners");
    assert_eq!(partners.len(), sums.len());
    for (p, (found, (id, days))) in partners.iter().zip(&sums).enumerate() {
        assert_eq!((&found["id"], &found["name"]), (&json!(id), &json!(format!("Partner {p:03}"))));
        holds(found, &expected(days, allocated(p as u64)), id);
        let line = days.len() >= 7 && allocated(p as u64) > 0;
        assert!(line || (found["growth_per_day"].is_null() && found["full_on"].is_null()), "{found}");
        assert_eq!(found["growth_per_day"].is_null(), found["full_on"].is_null(), "{found}");
    }
    assert!(partners.iter().filter(|partner| partner["over_storage"].as_u64() > Some(0)).count() > 10);
    holds(summary, &expected(&all, (0..PARTNERS).map(allocated).sum()), "all");
}

/// One partner with one account that grows by `step` a day on some days of March.
fn growing(world: &World, name: &str, allocated: u64, step: u64, days: &[u64]) {
    let partner = world.simulator.add_partner(CONTRACT, name, allocated, true);
    let account = world.simulator.add_account(Some(&partner), name, &format!("{name}@example.com"), 0);
    for day in days {
        world.simulator.set_usage(&account, &march(*day), TB + step * day);
    }
}

#[test]
fn a_straight_line_says_when_an_allocation_is_full() {
    let world = empty();
    let week: Vec<_> = (1..8).collect();
    growing(&world, "grows", 2 * TB, TB / 20, &week);
    growing(&world, "gaps", 2 * TB, TB / 20, &[1, 2, 9, 10, 11, 20, 30]);
    growing(&world, "stands", 2 * TB, 0, &week);
    growing(&world, "short", 2 * TB, TB / 20, &week[1..]);
    growing(&world, "free", 0, TB / 20, &week);
    growing(&world, "nothing", 2 * TB, 0, &[]);
    growing(&world, "single", TB / 2, 7, &[4]);
    world.configure(&with_output(&summary_of_march().set("contract_id", CONTRACT)));
    let summary = outputs(&world)["march"]["value"].take();
    let partners = summary["partners"].as_array().expect("partners");
    let found: Vec<_> =
        partners.iter().map(|p| (p["name"].as_str().expect("a name"), &p["growth_per_day"], &p["full_on"])).collect();
    let (null, full, growth) = (Value::Null, json!("2026-03-20"), json!(TB / 20));
    assert_eq!(
        found,
        [
            ("free", &null, &null),
            ("gaps", &growth, &full),
            ("grows", &growth, &full),
            ("nothing", &null, &null),
            ("short", &null, &null),
            ("single", &null, &null),
            ("stands", &null, &null),
        ]
    );
    let of = |name| partners.iter().find(|partner| partner["name"] == name).expect("a partner");
    let single = BTreeMap::from([(4, TB + 28)]);
    holds(of("single"), &expected(&single, TB / 2), "one day alone");
    holds(of("nothing"), &expected(&BTreeMap::new(), 2 * TB), "no data");
    assert_eq!(of("nothing")["peak_used_storage"], Value::Null, "null, not 0");
    let requests = world.simulator.requests();
    assert!(requests.iter().all(|request| request.operation != "list_contracts"), "the contract was named");
}

#[test]
fn figures_are_those_of_the_days_that_the_usage_has() {
    let world = empty();
    let partner = world.simulator.add_partner(CONTRACT, "Acme", 3 * TB, true);
    for (account, days) in
        [("a", [1, 2, 3, 8, 9, 21, 30]), ("b", [2, 3, 4, 8, 10, 21, 31]), ("c", [1, 2, 3, 4, 5, 6, 7])]
    {
        let id = world.simulator.add_account(Some(&partner), account, &format!("{account}@example.com"), 0);
        for day in days {
            world.simulator.set_usage(&id, &march(day), TB / 3 * day);
        }
    }
    let summary = with_output(&summary_of_march().set("partner_id", &partner));
    world.configure(&format!(
        r#"
data "impossiblecloud_usage" "march" {{
  partner_id = "{partner}"
  from       = "2026-03-01"
  to         = "2026-03-31"
}}

locals {{
  days = data.impossiblecloud_usage.march.totals
  used = local.days[*].used_storage
}}

output "by_hand" {{
  value = {{
    peak_used_storage    = max(local.used...)
    average_used_storage = floor(sum(local.used) / length(local.used))
    last_used_storage    = reverse(local.used)[0]
    last_date            = reverse(local.days)[0].date
    over_storage         = max(0, max(local.used...) - 3e12)
    peak_date            = [for day in local.days : day.date if day.used_storage == max(local.used...)][0]
    allocated_storage    = 3e12
  }}
}}

{summary}"#
    ));
    let outputs = outputs(&world);
    let (summary, by_hand) = (&outputs["march"]["value"], &outputs["by_hand"]["value"]);
    holds(&summary["partners"][0], by_hand, "the partner");
    holds(summary, by_hand, "all together");
}

#[test]
fn what_cannot_be_asked_is_said_before_anything_is_read() {
    let world = World::new();
    let table = [
        (
            summary_of_march().set("contract_id", CONTRACT).set("partner_id", CONTRACT),
            "A partner or a contract, not both",
        ),
        (summary_of_march().set("partner_id", "Acme"), "Not a UUID"),
        (summary_of_march().set("contract_id", ""), "Not a UUID"),
        (summary_of_march().set("from", "2026-03-02").set("to", "2026-03-01"), "An empty range"),
    ];
    for (block, summary) in table {
        world.configure(&block);
        let output = world.run(&["validate", "-json"]).fails();
        assert_eq!(output.stdout.matches(summary).count(), 1, "{block}: {output}");
    }
    assert_eq!(world.simulator.reads(), 0);
}

#[test]
fn the_check_of_the_example_warns_of_who_is_full_within_a_month() {
    let world = empty();
    growing(&world, "soon", 2 * TB, TB / 20, &[1, 2, 3, 4, 5, 6, 7]);
    growing(&world, "later", 9 * TB, TB / 20, &[1, 2, 3, 4, 5, 6, 7]);
    let example = include_str!("../../../examples/data-sources/impossiblecloud_usage_summary/data-source.tf");
    let mut text = example.to_owned();
    for (now, march) in [
        (r#"formatdate("YYYY-MM-01", plantimestamp())"#, r#""2026-03-01""#),
        (r#"formatdate("YYYY-MM-DD", plantimestamp())"#, r#""2026-03-07""#),
        (r#"timeadd(plantimestamp(), "720h")"#, r#""2026-04-06T00:00:00Z""#),
    ] {
        assert!(text.contains(now), "{now}");
        text = text.replace(now, march);
    }
    world.configure(&text);
    let plan = world.plan(&[]).succeeds();
    let warnings = plan.warnings();
    assert_eq!(warnings.len(), 1, "{plan}");
    assert_eq!(warnings[0].detail, "Full within 30 days, if it goes on like this: soon on 2026-03-20.");
}
