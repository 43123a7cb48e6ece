//! A provider that is killed in mid-apply never leads to two of one. Its process is found through /proc.

#![cfg(target_os = "linux")]

use std::process::{Command, Stdio};
use std::time::Duration;

use impossiblecloud_simulator::Options;

use crate::world::{CONTRACT, World, partner, provider};

const PARTNERS: usize = 20;

/// How many applies are killed, each at a random moment; the same ones in each run.
const KILLS: u64 = 4;

/// The milliseconds after the first write in which a kill comes: the apply takes about 2 requests of 100 ms at ten a
/// time.
const MOMENTS: std::ops::Range<u64> = 0..200;

/// Kills every provider process of this workspace: those whose environment names the simulator of this test.
fn kill_providers(endpoint: &str) {
    for entry in std::fs::read_dir("/proc").expect("a Linux machine").flatten() {
        let is_provider = std::fs::read_link(entry.path().join("exe")).is_ok_and(|exe| exe == provider());
        let environment = std::fs::read(entry.path().join("environ")).unwrap_or_default();
        if is_provider && String::from_utf8_lossy(&environment).contains(endpoint) {
            let pid = entry.file_name();
            let _ = Command::new("kill").arg("-KILL").arg(pid).stderr(Stdio::null()).status();
        }
    }
}

#[test]
fn applying_again_after_a_kill_makes_no_duplicates() {
    let mut interrupted = 0;
    for seed in 0..KILLS {
        let moment = fastrand::Rng::with_seed(seed).u64(MOMENTS);
        let world = World::with(Options { latency: Duration::from_millis(100), ..Options::default() });
        let name = |n: usize| format!("Partner {n}");
        world.configure(&(0..PARTNERS).map(|n| partner(&format!("p{n}"), &name(n), 0)).collect::<String>());
        let mut apply = world
            .workspace
            .command(&["apply", "-auto-approve"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("started");
        while world.simulator.writes() == 0 {
            assert!(apply.try_wait().expect("a status").is_none(), "the apply ended before its first write");
            std::thread::sleep(Duration::from_millis(2));
        }
        std::thread::sleep(Duration::from_millis(moment));
        kill_providers(&world.simulator.endpoint());
        interrupted += usize::from(!apply.wait().expect("ended").success());

        // What the killed process could not record is named by the next plan, at the block that would make it again.
        let plan = world.plan(&[]).succeeds();
        for warning in plan.warnings() {
            let partners = world.simulator.partners(CONTRACT);
            if let Some(partner) = partners.iter().find(|partner| warning.detail.contains(partner.id.as_str())) {
                world.run(&["import", &warning.address, &partner.id]).succeeds();
            }
        }
        world.apply(&[]).succeeds();
        world.plans_nothing();
        let mut names: Vec<_> = world.simulator.partners(CONTRACT).into_iter().map(|partner| partner.name).collect();
        names.retain(|name| name.starts_with("Partner"));
        names.sort();
        let mut wanted: Vec<_> = (0..PARTNERS).map(name).collect();
        wanted.sort();
        assert_eq!(names, wanted, "killed {moment} ms after the first write");
    }
    assert!(interrupted >= 2, "only {interrupted} of {KILLS} applies were killed before their end");
}
