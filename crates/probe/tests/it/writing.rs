use std::time::Duration;

use impossiblecloud_simulator::{Altered, Fault, FaultKind, Switches};

use crate::alone::in_parallel;
use crate::world::{ROOMY, Ran, Running, TB, World};

/// A number of this environment variable repeats the random moments.
const SEED: &str = "PROBE_SEED";

const WRITE: [&str; 6] = ["--write", "--allocate", "--yes", "--timeout=1", "--contract", ROOMY];

fn seed() -> u64 {
    let seed = std::env::var(SEED).ok().and_then(|text| text.parse().ok());
    let seed = seed.unwrap_or_else(|| u64::from(std::process::id()));
    println!("{SEED}={seed}");
    seed
}

/// A number below a bound that looks random.
fn random(seed: u64, number: u64, bound: usize) -> usize {
    let mixed = (seed ^ number.wrapping_mul(0x9e37_79b9_7f4a_7c15)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    usize::try_from((mixed >> 20) % bound as u64).unwrap()
}

/// Cleans up with the journals that a run has left, and says what is wrong then.
fn after(world: &World, others: &[String], what: &str) -> Option<String> {
    for journal in world.journals() {
        let ran = world.run(&["--clean", journal.to_str().unwrap(), "--timeout=5"]);
        if ran.code != Some(0) {
            return Some(format!("{what}: {ran:?}"));
        }
    }
    let left = world.probes();
    let same = world.others() == others;
    (!left.is_empty() || !same).then(|| format!("{what}: left {left:?}; others the same: {same}"))
}

#[test]
fn nothing_is_left_and_nothing_of_others_is_touched() {
    let world = World::new(Switches::default());
    let others = world.others();
    let ran = world.run(&WRITE);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(world.sim.writes() > 20);
    assert!(world.journals().is_empty());
    assert_eq!((world.probes(), world.others()), (Vec::new(), others));
    for request in world.sim.requests().iter().filter(|request| request.method == "POST") {
        assert!(request.body.to_lowercase().contains("terraform-probe-"), "{request:?}");
    }
}

/// What the service may do to a request, and how often in a row.
fn troubles() -> Vec<(&'static str, FaultKind)> {
    let limited = || FaultKind::StatusBefore { status: 429, retry_after: Some("0".to_string()), body: None };
    let late = |status| FaultKind::LateCommit { delay: Duration::from_millis(300), status };
    let mut kinds = vec![
        ("*", FaultKind::CutBefore),
        ("*", FaultKind::ResetBefore),
        ("*", FaultKind::StatusAfter { status: 500 }),
        ("*", FaultKind::StatusBefore { status: 503, retry_after: None, body: None }),
        ("*", limited()),
        ("*", FaultKind::HtmlBodyAfterCommit),
        ("*", FaultKind::TruncatedBody),
    ];
    for operation in ["create_partner", "create_member", "update_partner", "delete_partner"] {
        kinds.push((operation, FaultKind::CutAfterCommit));
        kinds.push((operation, FaultKind::HangAfterCommit));
        kinds.push((operation, FaultKind::StatusAfter { status: 500 }));
    }
    kinds.extend([
        ("create_partner", FaultKind::HangBefore),
        ("create_partner", FaultKind::EmptyBody),
        ("create_partner", FaultKind::WrongTypes),
        ("create_partner", FaultKind::Altered(Altered::id_alone())),
        ("create_partner", late(None)),
        ("create_partner", late(Some(502))),
        ("get_partner", FaultKind::HtmlBody),
        ("list_partners", FaultKind::StatusBefore { status: 500, retry_after: None, body: None }),
    ]);
    kinds
}

#[test]
fn nothing_is_left_when_the_service_fails() {
    let seed = seed();
    let numbered: Vec<_> = troubles().into_iter().enumerate().collect();
    let wrong = in_parallel(numbered, |(number, (operation, kind))| {
        let world = World::new(Switches::default());
        let others = world.others();
        let most = if operation == "*" { 120 } else { 5 };
        let skip = u32::try_from(random(seed, number as u64, most)).unwrap();
        world.sim.fault(Fault { operation: operation.to_string(), kind: kind.clone(), times: 3, skip });
        world.run(&WRITE);
        world.sim.clear_faults();
        after(&world, &others, &format!("{operation} {kind:?} after {skip}"))
    });
    assert!(wrong.is_empty(), "{SEED}={seed}\n{}", wrong.join("\n"));
}

/// Starts a run and waits until so many writes have arrived, or until it is over.
fn until_writes(world: &World, count: usize) -> Running {
    let mut running = Running::start(world.probe(&WRITE));
    while world.sim.writes() < count && running.0.try_wait().unwrap().is_none() {
        std::thread::yield_now();
    }
    running
}

#[test]
fn ctrl_c_cleans_up_at_any_moment() {
    let seed = seed();
    let wrong = in_parallel((0..8).collect(), |number| {
        let world = World::new(Switches::default());
        let others = world.others();
        let moment = 1 + random(seed, number, 30);
        let running = until_writes(&world, moment);
        running.signal(if number % 2 == 0 { "-INT" } else { "-TERM" });
        let ran: Ran = running.end();
        if ran.code != Some(130) || !world.journals().is_empty() {
            return Some(format!("after {moment} writes: {ran:?}"));
        }
        after(&world, &others, &format!("after {moment} writes"))
    });
    assert!(wrong.is_empty(), "{SEED}={seed}\n{}", wrong.join("\n"));
}

#[test]
fn what_a_crash_leaves_is_cleaned_up_later() {
    let seed = seed();
    let wrong = in_parallel((0..8).collect(), |number| {
        let world = World::new(Switches::default());
        let others = world.others();
        let moment = 1 + random(seed, 100 + number, 30);
        let running = until_writes(&world, moment);
        running.signal("-KILL");
        assert_eq!(running.end().code, None);
        if world.journals().len() != 1 {
            return Some(format!("after {moment} writes there is no journal"));
        }
        after(&world, &others, &format!("after {moment} writes"))
    });
    assert!(wrong.is_empty(), "{SEED}={seed}\n{}", wrong.join("\n"));
}

#[test]
fn storage_accounts_are_cleaned_up_when_their_time_has_come() {
    let world = World::new(Switches::default());
    let others = world.others();
    world.ask_everything(ROOMY);
    let journal = world.journals().pop().unwrap();
    let journal = journal.to_str().unwrap();
    let early = world.run(&["--clean", journal]);
    assert_eq!(early.code, Some(0), "{early:?}");
    assert!(early.out.contains("Cannot be deleted yet; run --clean again then:\n  partner "), "{early:?}");
    assert!(!world.probes().is_empty());
    world.sim.advance_days(31);
    let late = world.run(&["--clean", journal]);
    assert_eq!((late.code, late.out.as_str()), (Some(0), "nothing is left\n"), "{late:?}");
    assert_eq!((world.probes(), world.others(), world.journals().len()), (Vec::new(), others, 0));
}

#[test]
fn a_journal_deletes_only_what_carries_its_run() {
    let world = World::new(Switches::default());
    let victim = world.sim.add_partner(ROOMY, "Customer of weight", TB, false);
    let renamed = world.sim.add_partner(ROOMY, "terraform-probe-other777-m", 0, false);
    let visited = world.sim.add_partner(ROOMY, "terraform-probe-abc23456-m", 0, false);
    world.sim.add_member(&visited, "ann@customer.example", "Ann", "viewer");
    let journal = world.path("forged.journal");
    let head = format!(r#"{{"run":"abc23456","endpoint":"{}","contract":"{ROOMY}"}}"#, world.sim.endpoint());
    let mut lines = vec![head];
    for (number, id) in [&victim, &renamed, &visited].iter().enumerate() {
        lines.push(r#"{"plan":"partner","name":"terraform-probe-abc23456-m"}"#.to_string());
        lines.push(format!(r#"{{"made":{number},"id":"{id}"}}"#));
    }
    std::fs::write(&journal, lines.join("\n") + "\n").unwrap();
    let others = world.others();
    let ran = world.run(&["--clean", "forged.journal"]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert_eq!(ran.out.matches("no longer carries this run's id, so it is left alone").count(), 2, "{ran:?}");
    assert_eq!(ran.out.matches("it has members that this run did not make, so it is left alone").count(), 1, "{ran:?}");
    assert_eq!((world.sim.writes(), world.others()), (0, others));
    assert!(journal.exists());
}

#[test]
fn an_id_of_somebody_elses_is_not_believed() {
    let world = World::new(Switches::default());
    let victim = world.sim.add_partner(ROOMY, "Customer of weight", TB, false);
    let others = world.others();
    let kind = FaultKind::Altered(Altered::default().set("id", victim.as_str()));
    world.sim.fault(Fault { operation: "create_partner".to_string(), kind, times: 50, skip: 0 });
    let ran = world.run(&WRITE);
    assert!(ran.out.contains("the id of an object that is not this run's; it was left alone"), "{ran:?}");
    assert_eq!((world.probes(), world.others()), (Vec::new(), others));
    let touched = |request: &impossiblecloud_simulator::Request| request.is_write() && request.path.contains(&victim);
    assert!(!world.sim.requests().iter().any(touched));
}

#[test]
fn nothing_is_written_without_consent() {
    let world = World::new(Switches::default());
    let ran = world.run(&["--write", "--contract", ROOMY]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.out.starts_with("This writes to http://127.0.0.1:"), "{ran:?}");
    assert!(ran.err.ends_with("nobody is there to be asked; --yes writes without asking\n"), "{ran:?}");
    let unknown = world.run(&["--write", "--yes", "--contract", "00000000-0000-4000-8000-000000000000"]);
    assert!(unknown.err.contains("this key sees no contract with the id \"00000000-"), "{unknown:?}");
    assert_eq!((world.sim.writes(), world.journals().len()), (0, 0));
}
