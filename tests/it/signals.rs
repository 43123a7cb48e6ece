//! Ctrl-C in a terminal reaches Terraform and the provider at once, and loses nothing.

#![cfg(unix)]

use std::os::unix::process::CommandExt;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use impossiblecloud_simulator::{Fault, FaultKind};

use crate::world::{CONTRACT, TB, World, partner};

/// Applies, and presses Ctrl-C as soon as `is_time`. Gives nothing where signals cannot be tested.
fn interrupted(world: &World, is_time: impl Fn(&World) -> bool) -> Option<Output> {
    interrupted_in(world, &["apply", "-auto-approve", "-no-color"], is_time)
}

/// The same with another command.
fn interrupted_in(world: &World, arguments: &[&str], is_time: impl Fn(&World) -> bool) -> Option<Output> {
    let is_script = std::fs::read(world.workspace.cli().path()).is_ok_and(|bytes| bytes.starts_with(b"#!"));
    if is_script {
        // The CLIs of the matrix run inside Python, which takes signals in its own way; the installed one is what
        // operators have.
        println!("signals are tested with an installed Terraform");
        return None;
    }
    let mut command = world.workspace.command(arguments);
    // A process group of its own, as a terminal gives to each command.
    let command = command.process_group(0).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut running = command.spawn().expect("started");
    while !is_time(world) {
        assert!(running.try_wait().expect("a status").is_none(), "it has ended before it was interrupted");
        std::thread::sleep(Duration::from_millis(5));
    }
    let group = format!("-{}", running.id());
    assert!(Command::new("kill").args(["-INT", "--", &group]).status().expect("kill").success());
    Some(running.wait_with_output().expect("ended"))
}

/// What was sent was made, and what was made is in the state.
#[track_caller]
fn is_recorded(world: &World) {
    let partners = world.simulator.partners(CONTRACT);
    let made: Vec<_> = partners.iter().filter(|partner| partner.name == "Acme").collect();
    assert_eq!(made.len(), 1, "{partners:?}");
    assert_eq!(world.state("impossiblecloud_partner.acme")["id"], made[0].id.as_str(), "and is in the state");
    world.plans_nothing();
}

#[test]
fn an_interrupted_create_is_waited_for_and_recorded() {
    let world = World::new();
    let slow = FaultKind::Delay { duration: Duration::from_secs(3) };
    world.simulator.fault(Fault::new("create_partner", slow));
    world.configure(&partner("acme", "Acme", TB));
    if interrupted(&world, |world| world.simulator.writes() > 0).is_some() {
        is_recorded(&world);
    }
}

/// A stop request ends the waiting for what comes late, not the looking.
#[test]
fn a_lost_create_is_looked_for_after_an_interrupt_too() {
    let mut world = World::new();
    world.workspace.set("IMPOSSIBLECLOUD_REQUEST_TIMEOUT", "1s");
    world.simulator.fault(Fault::new("create_partner", FaultKind::HangAfterCommit));
    world.configure(&partner("acme", "Acme", TB));
    if interrupted(&world, |world| world.simulator.writes() > 0).is_some() {
        is_recorded(&world);
        assert_eq!(world.count("create_partner"), 1);
    }
}

#[test]
fn an_interrupt_ends_a_wait_between_two_tries() {
    let world = World::new();
    let limited = FaultKind::StatusBefore { status: 429, retry_after: Some("60".into()), body: None };
    world.simulator.fault(Fault::new("create_partner", limited));
    world.configure(&partner("acme", "Acme", TB));
    let answered = |world: &World| {
        let requests = world.simulator.requests();
        requests.iter().any(|request| request.operation == "create_partner" && request.status == Some(429))
    };
    let Some(output) = interrupted(&world, answered) else { return };
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && said.contains("stopped on request"), "{said}");
    assert_eq!(world.count("create_partner"), 1);
    assert!(world.simulator.partners(CONTRACT).iter().all(|partner| partner.name != "Acme"));
}

/// The operator is told that nothing was sent, and not to raise a timeout.
#[test]
fn an_interrupt_ends_a_wait_for_capacity() {
    let mut world = World::new();
    world.workspace.set("IMPOSSIBLECLOUD_CAPACITY_CHECK", "relaxed");
    // 47 TB are left.
    world.configure(&partner("acme", "Acme", 48 * TB));
    // Read by the plan, by the apply, and again while it waits.
    let waits = |world: &World| world.count("list_contracts") >= 3;
    let Some(output) = interrupted(&world, waits) else { return };
    let said = String::from_utf8_lossy(&output.stderr);
    let expected = "Stopped while waiting for capacity in contract \"Impossible Cloud Test Contract\"";
    assert!(!output.status.success() && said.contains(expected), "{said}");
    assert!(said.contains("Nothing was sent for it") && !said.contains("raise the timeout"), "{said}");
    assert_eq!(world.simulator.writes(), 0);
}

/// A read loses nothing, so it is not waited for: with this timeout, the test would not end. While `apply` makes its
/// plan, Terraform does not tell its providers of a Ctrl-C, so the signal itself has to count.
#[test]
fn an_interrupt_breaks_off_a_read_that_has_no_answer() {
    for arguments in [&["plan", "-no-color"][..], &["apply", "-auto-approve", "-no-color"]] {
        let mut world = World::new();
        world.workspace.set("IMPOSSIBLECLOUD_REQUEST_TIMEOUT", "1h");
        world.simulator.fault(Fault::new("reads", FaultKind::HangBefore).forever());
        world.configure(&partner("acme", "Acme", TB));
        let is_time = |world: &World| world.simulator.reads() > 0;
        let Some(output) = interrupted_in(&world, arguments, is_time) else { return };
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success() && said.contains("stopped on request"), "{arguments:?}: {said}");
        assert_eq!(world.simulator.writes(), 0);
    }
}
