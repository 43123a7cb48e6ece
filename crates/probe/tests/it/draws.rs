use std::collections::BTreeSet;

use impossiblecloud_simulator::switches::table::SWITCHES;
use impossiblecloud_simulator::{Options, Simulator, Switches};

use crate::alone::{in_parallel, visible};
use crate::requests::{LIMIT, answers};
use crate::world::{ROOMY, World};

/// A number of this environment variable repeats one drawing.
const SEED: &str = "PROBE_SEED";

/// So many services are drawn; no switch has more values.
const DRAWS: usize = 8;

/// Values that are drawn: all that can be seen in a contract with room.
fn values(name: &str) -> Vec<&'static str> {
    let values = visible().into_iter().filter(|(switch, _, _)| *switch == name && name != "update_check");
    let mut values: Vec<&str> = values.map(|(_, value, _)| value).collect();
    match name {
        // Its only visible value takes a partner that was moved, which the requests do not look at.
        "console_move" => values.clear(),
        // A second page is what one wants to see.
        "page_size" => values.retain(|value| *value != "1000"),
        // With a limit, a run takes half a minute: one drawing in a round has one.
        "rate_limit" => values.extend(["0"; 5]),
        // Far enough behind for a slow machine.
        "totals_lag" => values = vec!["0s", "4s"],
        _ => {}
    }
    values
}

/// One drawing: for each switch the next of its values, which are shuffled anew for each round through them.
fn drawn(seed: u64, count: usize) -> Vec<Vec<(&'static str, &'static str)>> {
    let mut random = fastrand(seed);
    let mut draws = vec![Vec::new(); count];
    for switch in SWITCHES {
        let mut values = values(switch.name);
        for (number, draw) in draws.iter_mut().enumerate() {
            let length = values.len();
            if length > 0 && number % length == 0 {
                (1..length).rev().for_each(|last| values.swap(last, usize::try_from(random(last as u64 + 1)).unwrap()));
            }
            draw.extend(values.get(number % length.max(1)).map(|value| (switch.name, *value)));
        }
    }
    draws
}

/// A small generator of random numbers below a bound.
fn fastrand(seed: u64) -> impl FnMut(u64) -> u64 {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    move |bound| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) % bound
    }
}

fn simulator(switches: Switches) -> Simulator {
    Simulator::start(Options { switches, random_seed: Some(5), ..Options::default() })
}

/// What differs between the service and a simulator that has its profile.
fn difference(draw: &[(&str, &str)]) -> Option<String> {
    let drawn = draw.iter().fold(Switches::default(), |switches, (name, value)| switches.with(name, value));
    let world = World::new(drawn.clone());
    world.ask_everything(ROOMY);
    let profile = world.json("profile.json");
    // On a machine under heavy load nobody is fast enough to meet a limit.
    let was_limited = profile["rate_limit"].as_str().is_some_and(|limit| limit != "0");
    let mut its = Switches::default();
    its.read_profile(&profile.to_string()).unwrap();
    let (service, twin) = (answers(&simulator(drawn)), answers(&simulator(its)));
    assert!(service.len() > 80, "{}", service.len());
    let differing: Vec<String> = service
        .iter()
        .zip(&twin)
        .filter(|(one, other)| one != other && (was_limited || !one.starts_with(LIMIT)))
        .map(|(one, other)| format!("  service {one}\n  twin    {other}"))
        .collect();
    let lost: Vec<String> = draw
        .iter()
        .filter(|(name, value)| profile.get(name).and_then(|found| found.as_str()) != Some(value))
        .map(|(name, value)| format!("{name}={value} is {}", profile[name]))
        .collect();
    (!differing.is_empty()).then(|| format!("{}\n  ({})", differing.join("\n"), lost.join(", ")))
}

#[test]
fn a_simulator_with_the_profile_answers_as_the_service() {
    let seed = std::env::var(SEED).ok().and_then(|text| text.parse().ok());
    let seed = seed.unwrap_or_else(|| u64::from(std::process::id()));
    let draws = drawn(seed, DRAWS);
    let drawn: BTreeSet<_> = draws.iter().flatten().copied().collect();
    for switch in SWITCHES {
        for value in values(switch.name) {
            assert!(drawn.contains(&(switch.name, value)), "{}={value} was not drawn", switch.name);
        }
    }
    println!("{SEED}={seed}");
    let numbered: Vec<_> = draws.into_iter().enumerate().collect();
    let wrong = in_parallel(numbered, |(number, draw)| difference(&draw).map(|text| format!("draw {number}:\n{text}")));
    assert!(wrong.is_empty(), "{SEED}={seed}\n{}", wrong.join("\n"));
}
