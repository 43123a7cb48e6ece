use impossiblecloud_simulator::switches::Values;
use impossiblecloud_simulator::switches::table::SWITCHES;
use impossiblecloud_simulator::{FIRST_CONTRACT, Options, Request, Switches};
use serde_json::Value;

use crate::world::{GB, ROOMY, TB, World};

/// What no request shows. The README says why.
pub const INVISIBLE: [&str; 3] = ["below_usage", "concurrent_allocations", "console_move=shown"];

/// A limit that the probe meets on a slow machine too.
pub const LIMIT: &str = "8";

/// What is seen only beside another value.
const BESIDE: [(&str, &[(&str, &str)]); 3] = [
    ("rate_limit_retry_after", &[("rate_limit", LIMIT)]),
    ("page_form", &[("page_size", "2")]),
    ("page_next", &[("page_size", "2")]),
];

/// Every value of every switch that can be seen, with what has to stand beside it.
pub fn visible() -> Vec<(&'static str, &'static str, Switches)> {
    let mut all = Vec::new();
    for switch in SWITCHES.iter().filter(|switch| !INVISIBLE.contains(&switch.name)) {
        let values: &[&str] = match switch.values {
            Values::Words(words) => words,
            Values::Count(_) if switch.name == "page_size" => &["0", "2", "1000"],
            Values::Count(_) => &["0", LIMIT],
            Values::Span(_) => &["0s", "1500ms"],
        };
        for value in values.iter().filter(|value| !INVISIBLE.contains(&format!("{}={value}", switch.name).as_str())) {
            let beside = BESIDE.iter().filter(|(name, _)| *name == switch.name).flat_map(|(_, beside)| *beside);
            let switches = beside.fold(Switches::default(), |switches, (name, value)| switches.with(name, value));
            all.push((switch.name, *value, switches.with(switch.name, value)));
        }
    }
    all
}

/// A contract of its own, which has room for one small partner, where the question needs that.
fn contract(world: &World, switch: &str) -> String {
    if switch == "update_check" { world.sim.add_contract("Nearly full", 3 * GB / 2) } else { ROOMY.to_string() }
}

/// Whether a value was found out. What is measured is not met exactly, and a limit not at all when the machine is too
/// busy for it, which the simulator's log tells.
fn found(world: &World, report: &Value, switch: &str, value: &str) -> bool {
    let question = question(report, switch);
    let answer = question["answer"].as_str();
    // A bare connection names no program, and is not told from one that works.
    let limited = |request: &Request| request.status == Some(429) && !request.user_agent.is_empty();
    let was_limited = world.sim.requests().iter().any(limited);
    match value {
        LIMIT if was_limited => answer.is_some_and(|text| text != "0"),
        LIMIT => answer == Some("0"),
        _ if switch == "rate_limit_retry_after" && !was_limited => answer.is_none(),
        // None was met, or none was looked for.
        "0" | "1000" if switch == "page_size" => answer.is_none() || answer == Some(value),
        "0s" => answer == Some("0ms"),
        "1500ms" => answer
            .and_then(|text| text.strip_suffix("ms")?.parse::<u64>().ok())
            .is_some_and(|measured| measured >= 1_400),
        _ => question["state"] == "found" && answer == Some(value),
    }
}

/// Runs the work on several threads, and gives what went wrong.
pub fn in_parallel<T: Send>(work: Vec<T>, run: impl Fn(T) -> Option<String> + Sync) -> Vec<String> {
    let (queue, wrong) = (std::sync::Mutex::new(work), std::sync::Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                loop {
                    let Some(item) = queue.lock().unwrap().pop() else { return };
                    if let Some(problem) = run(item) {
                        wrong.lock().unwrap().push(problem);
                    }
                }
            });
        }
    });
    wrong.into_inner().unwrap()
}

fn question<'a>(report: &'a Value, switch: &str) -> &'a Value {
    report["questions"].as_array().unwrap().iter().find(|question| question["switch"] == switch).unwrap()
}

#[test]
fn every_value_of_every_switch_is_found_out() {
    let (usual, others): (Vec<_>, Vec<_>) =
        visible().into_iter().partition(|(switch, value, _)| *value == Switches::default().value(switch));
    // All usual values show in one run, but for what another value has to stand beside, and what needs a full contract.
    let world = World::new(Switches::default());
    let report = world.ask_everything(ROOMY);
    let (shown, hidden): (Vec<_>, Vec<_>) = usual
        .into_iter()
        .partition(|(switch, _, _)| *switch != "update_check" && BESIDE.iter().all(|(beside, _)| beside != switch));
    let missing = shown.iter().filter(|(switch, value, _)| !found(&world, &report, switch, value));
    let missing: Vec<String> = missing.map(|(switch, _, _)| question(&report, switch).to_string()).collect();
    assert!(missing.is_empty() && shown.len() > 50, "{}", missing.join("\n"));
    let wrong = in_parallel([hidden, others].concat(), |(switch, value, switches)| {
        let world = World::new(switches);
        let report = world.ask_everything(&contract(&world, switch));
        (!found(&world, &report, switch, value)).then(|| format!("{switch}={value}: {}", question(&report, switch)))
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_the_readme_calls_invisible_is_left_open() {
    let readme = include_str!("../../README.md");
    let options = Options { seed: false, random_seed: Some(3), ..Options::default() };
    let world = World::with(options);
    let report = world.ask_everything(ROOMY);
    for name in INVISIBLE.map(|name| name.split('=').next().unwrap()) {
        assert!(readme.contains(&format!("| `{name}` |")), "{name}");
    }
    for question in report["questions"].as_array().unwrap() {
        if question["switch"] == "below_usage" || question["switch"] == "concurrent_allocations" {
            assert_eq!(question["state"], "open", "{question}");
            assert!(question["why_open"].as_str().unwrap().starts_with("it takes "), "{question}");
        }
    }
    assert!(world.sim.partners(FIRST_CONTRACT).iter().all(|partner| partner.allocated <= 5 * TB));
}
