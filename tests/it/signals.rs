//! Ctrl-C in a terminal reaches Terraform and the provider at once, and loses nothing.

#![cfg(unix)]

use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};
use std::time::Duration;

use impossiblecloud_simulator::{Fault, FaultKind};

use crate::world::{CONTRACT, TB, World, partner};

#[test]
fn an_interrupted_create_is_waited_for_and_recorded() {
    let world = World::new();
    let is_script = std::fs::read(world.workspace.cli().path()).is_ok_and(|bytes| bytes.starts_with(b"#!"));
    if is_script {
        // The CLIs of the matrix run inside Python, which takes signals in its own way; the installed one is what operators have.
        println!("signals are tested with an installed Terraform");
        return;
    }
    let slow = FaultKind::Delay { duration: Duration::from_secs(3) };
    world.simulator.fault(Fault::new("create_partner", slow).times(1));
    world.configure(&partner("acme", "Acme", TB));
    let mut command = world.workspace.command(&["apply", "-auto-approve"]);
    // A process group of its own, as a terminal gives to each command.
    let mut apply = command.process_group(0).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("started");
    while world.simulator.writes() == 0 {
        assert!(apply.try_wait().expect("a status").is_none(), "the apply ended before its first write");
        std::thread::sleep(Duration::from_millis(5));
    }
    let group = format!("-{}", apply.id());
    assert!(Command::new("kill").args(["-INT", "--", &group]).status().expect("kill").success());
    apply.wait().expect("ended");
    let partners = world.simulator.partners(CONTRACT);
    let made = partners.iter().find(|partner| partner.name == "Acme").expect("what was sent was made");
    assert_eq!(world.state("impossiblecloud_partner.acme")["id"], made.id.as_str(), "and is in the state");
    world.plans_nothing();
}
