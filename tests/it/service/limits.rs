//! A service that limits how fast it is asked.

use impossiblecloud_simulator::{Fault, FaultKind, Options, Simulator, Switches};

use crate::world::{CONTRACT, TB, World};

/// So many customers, each with a member and an account.
fn customers(count: usize) -> String {
    format!(
        r#"resource "impossiblecloud_partner" "each" {{
  count             = {count}
  contract_id       = "{CONTRACT}"
  name              = "Customer ${{count.index}}"
  allocated_storage = 5e11
}}
resource "impossiblecloud_partner_member" "each" {{
  count      = {count}
  partner_id = impossiblecloud_partner.each[count.index].id
  email      = "m${{count.index}}@example.com"
  role       = "staff"
  password   = "Passw0rd!"
}}
resource "impossiblecloud_storage_account" "each" {{
  count             = {count}
  partner_id        = impossiblecloud_partner.each[count.index].id
  name              = "Shop ${{count.index}}"
  allocated_storage = 1e11
  contact_email     = "a${{count.index}}@example.com"
  password          = "Passw0rd!"
}}
"#
    )
}

/// How many requests were answered otherwise than with a 429, and how many with one.
fn served(simulator: &Simulator) -> (usize, usize) {
    let requests = simulator.requests();
    let refused = requests.iter().filter(|request| request.status == Some(429)).count();
    (requests.len() - refused, refused)
}

/// Applies and plans 60 customers; gives what was served and refused in both. The plan is held to five requests a
/// second, the apply, which sends more, to fifteen.
fn run(retry_after: Option<&str>) -> (usize, usize) {
    let limit = |rate: &str| retry_after.map_or("0".to_owned(), |_| rate.to_owned());
    let switches = Switches::default().with("rate_limit_retry_after", retry_after.unwrap_or("none"));
    let world = World::with(Options { switches: switches.with("rate_limit", &limit("15")), ..Options::default() });
    world.configure(&customers(60));
    let applied = world.apply(&[]).succeeds();
    assert_eq!(applied.errors(), [], "{applied}");
    world.simulator.set_switch("rate_limit", &limit("5"));
    world.plans_nothing();
    served(&world.simulator)
}

/// Everything is done, nothing is asked more often than without a limit, and little is asked in vain.
#[test]
fn a_limited_service_slows_down_and_fails_nothing() {
    // They mostly wait.
    let (free, limited) = std::thread::scope(|scope| {
        let limited = ["seconds", "none"].map(|retry_after| (retry_after, scope.spawn(move || run(Some(retry_after)))));
        let free = run(None);
        (free, limited.map(|(retry_after, run)| (retry_after, run.join().expect("everything is done"))))
    });
    let (needed, refused) = free;
    assert_eq!(refused, 0);
    for (retry_after, (served, refused)) in limited {
        assert_eq!(served, needed, "{retry_after}");
        assert!(refused > 0 && refused < needed / 2, "{refused} of {needed} refused, {retry_after}");
    }
}

/// A wait beyond the operation's time is no wait: it says until when.
#[test]
fn a_wait_that_is_too_long_fails_at_once_with_its_date() {
    let world = World::new();
    let tomorrow = FaultKind::StatusBefore { status: 429, retry_after: Some("86400".into()), body: None };
    world.simulator.fault(Fault::new("list_contracts", tomorrow));
    world.configure("data \"impossiblecloud_contracts\" \"all\" {}\n");
    let errors = world.plan(&[]).fails().errors();
    let detail = &errors[0].detail;
    assert!(detail.contains("asks to wait until ") && detail.contains(" GMT (1440 min), longer than"), "{detail}");
    assert_eq!(world.count("list_contracts"), 1);
}

/// `max_retries = 0` is the operator's word.
#[test]
fn no_retries_are_none() {
    let world = World::new();
    for status in [429, 503] {
        world.simulator.clear_requests();
        let failing = FaultKind::StatusBefore { status, retry_after: None, body: None };
        world.simulator.fault(Fault::new("list_contracts", failing));
        world.configure(
            r#"provider "impossiblecloud" {
  max_retries = 0
}
data "impossiblecloud_contracts" "all" {}
"#,
        );
        let errors = world.plan(&[]).fails().errors();
        assert!(errors[0].detail.contains(&status.to_string()), "{}", errors[0].detail);
        assert_eq!(world.count("list_contracts"), 1);
    }
}

/// As many requests at a time as Terraform has operations.
#[test]
fn parallelism_is_the_only_cap() {
    let world = World::new();
    world.simulator.set_latency(std::time::Duration::from_millis(300));
    let partners: Vec<_> =
        (0..50).map(|at| world.simulator.add_partner(CONTRACT, &format!("P{at}"), TB, false)).collect();
    let blocks = partners.iter().enumerate().map(|(at, id)| {
        format!(
            r#"data "impossiblecloud_partner_members" "m{at}" {{
  partner_id = "{id}"
}}
"#
        )
    });
    world.configure(&blocks.collect::<String>());
    world.plan(&["-parallelism=50"]).succeeds();
    let most = world.simulator.requests().iter().map(|request| request.in_flight).max().unwrap_or_default();
    assert!(most > 10, "at most {most} in flight");
}
