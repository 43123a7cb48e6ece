//! Increases that wait for capacity, deletions whose answers are lost, and how much is said of many that fail alike.

use impossiblecloud_simulator::{EXPIRED_KEY, Fault, FaultKind};
use terraform_cli::Diagnostic;

use crate::world::{CONTRACT, TB, World, account, member};

/// Partners in one `for_each`, by name and amount.
fn partners(amounts: &str) -> String {
    format!(
        r#"resource "impossiblecloud_partner" "each" {{
  for_each          = {amounts}
  name              = each.key
  allocated_storage = each.value
  contract_id       = "{CONTRACT}"
}}
"#
    )
}

/// 25 small ones and a large one, which take the 47 TB that are left.
fn full(small: &str, large: &str) -> String {
    partners(&format!("merge({{ for n in range(25) : \"small ${{n}}\" => {small} }}, {{ large = {large} }})"))
}

/// More increases than Terraform has places: the cut that they wait for may never begin. The plan warns once, and with
/// the parallelism that it names all is done.
#[test]
fn many_increases_do_not_starve_the_cut_that_they_wait_for() {
    let mut world = World::new();
    world.workspace.set("IMPOSSIBLECLOUD_CAPACITY_CHECK", "relaxed");
    world.configure(&full("1e12", "22e12"));
    world.apply(&[]).succeeds();
    world.configure(&full("1500000000000", "9500000000000"));
    let plan = world.plan(&[]).succeeds();
    let starving = "Increases that wait may keep cuts of contract \"Impossible Cloud Test Contract\" from starting";
    let warnings: Vec<_> = plan.warnings().into_iter().filter(|warning| warning.summary == starving).collect();
    let [warning] = &warnings[..] else { panic!("once: {plan}") };
    let named = "terraform apply -parallelism=N\n\nwhere N is at least the number of changes that Terraform counts \
                 below the plan (to add, change and destroy, added up)";
    assert!(warning.detail.contains(named), "{}", warning.detail);
    let (added, changed, destroyed) = plan.changes();
    let enough = format!("-parallelism={}", added + changed + destroyed);
    assert_eq!(world.apply(&[&enough]).succeeds().changes(), (0, 26, 0));
    let refused = world.simulator.requests().into_iter().filter(|request| request.status == Some(400)).count();
    assert_eq!(refused, 0, "nothing was sent that had no room");
    world.plans_nothing();
}

/// A few increases that may have to wait are no reason to warn of starving.
#[test]
fn a_few_increases_are_not_warned_of() {
    let mut world = World::new();
    world.workspace.set("IMPOSSIBLECLOUD_CAPACITY_CHECK", "relaxed");
    world.configure(&partners("{ for n in range(9) : \"P ${n}\" => 48e12 }"));
    let plan = world.plan(&[]).succeeds();
    let warnings = plan.warnings();
    assert_eq!(warnings.len(), 9, "{plan}");
    assert!(warnings.iter().all(|warning| warning.summary.starts_with("Not enough capacity left")), "{plan}");
}

/// The one error that explains, and the others.
#[track_caller]
fn first_and_others(errors: Vec<Diagnostic>) -> (Diagnostic, Vec<Diagnostic>) {
    let (mut long, brief): (Vec<_>, Vec<_>) = errors.into_iter().partition(|error| error.detail.contains('\n'));
    assert_eq!(long.len(), 1, "{long:#?}");
    (long.remove(0), brief)
}

/// 47 TB are left: nine of these fit, whichever they are. What is said of the others is true in any order.
#[test]
fn of_many_that_do_not_fit_one_is_explained() {
    let world = World::new();
    world.configure(&partners("{ for n in range(20) : \"P ${n}\" => 5e12 }"));
    let (first, others) = first_and_others(world.plan(&[]).fails().errors());
    assert_eq!(others.len(), 10);
    let said = "asks for 5 TB more. Partners planned before it take 45 TB of the 47 TB that are left, so 2 TB remain: \
                it is short by 3 TB. Others may be refused too; the order differs from run to run.";
    assert!(first.detail.contains(said), "{}", first.detail);
    for row in ["planned before  45 TB\n", "short by        3 TB\n", "at most 2000000000000 (2 TB)"] {
        assert!(first.detail.contains(row), "{row}: {}", first.detail);
    }
    for error in &others {
        assert_eq!(error.summary, first.summary);
        let (who, said) = error.detail.split_once(" asks for ").expect("who asks");
        assert!(who.starts_with("Partner \"P ") && error.address.contains(&who[8..]), "{error:?}");
        assert_eq!(said, "5 TB more, and 2 TB remain beside what was planned before it.");
    }
    // Alone none of these fits; nothing was planned before.
    world.configure(&partners("{ for n in range(20) : \"P ${n}\" => 48e12 }"));
    let (first, others) = first_and_others(world.plan(&[]).fails().errors());
    assert!(first.detail.contains("and the contract has 47 TB left: it is short by 1 TB."), "{}", first.detail);
    assert_eq!(others.len(), 19);
    for error in &others {
        let said = " asks for 48 TB more, and 47 TB remain beside what was planned before it.";
        assert!(error.detail.ends_with(said), "{}", error.detail);
    }
    assert_eq!(world.simulator.writes(), 0);
}

#[test]
fn of_many_that_an_expired_key_cannot_read_one_is_explained() {
    let mut world = World::new();
    world.configure(&partners("{ for n in range(20) : \"P ${n}\" => 1e12 }"));
    world.apply(&[]).succeeds();
    world.simulator.clear_requests();
    world.workspace.set("IMPOSSIBLECLOUD_API_KEY", EXPIRED_KEY);
    let (first, others) = first_and_others(world.plan(&[]).fails().errors());
    assert!(first.detail.starts_with("The API key was not accepted. Keys have an expiry date"), "{}", first.detail);
    assert_eq!(others.len(), 19);
    for error in &others {
        assert!(error.summary.starts_with("Cannot read partner "), "{}", error.summary);
        assert_eq!(error.detail, "The API key was not accepted (401): the first such error says what to do.");
    }
    assert!(world.simulator.reads() <= 3, "{} reads", world.simulator.reads());
}

/// The same of members, accounts and data sources, when they are read and when they are new: whatever is added to other
/// refusals is not added to a line that sends the reader elsewhere.
#[test]
fn of_each_type_that_an_expired_key_cannot_read_one_is_explained() {
    let mut world = World::new();
    let (mut blocks, mut more) = (String::new(), String::new());
    for n in 0..3 {
        let id = world.simulator.add_partner(CONTRACT, &format!("Owner {n}"), TB, false);
        let owner = format!("\"{id}\"");
        let secret = r#"role = "staff"
  password = "Secret-Word-1""#;
        blocks += &member(&format!("m{n}"), &owner, &format!("m{n}@example.com"), secret);
        blocks += &account(&format!("s{n}"), &owner, &format!("s{n}@example.com"), "");
        more += &account(&format!("new{n}"), &owner, &format!("new{n}@example.com"), "");
        more += &format!(
            r#"
data "impossiblecloud_storage_accounts" "of{n}" {{
  partner_id = {owner}
}}
"#
        );
    }
    world.configure(&blocks);
    world.apply(&[]).succeeds();
    world.workspace.set("IMPOSSIBLECLOUD_API_KEY", EXPIRED_KEY);
    world.configure(&[blocks, more].concat());
    let (_, others) = first_and_others(world.plan(&[]).fails().errors());
    assert_eq!(others.len(), 11, "{others:#?}");
}

/// Deletions that are done and answered with an error: what is not there any more is gone, and no error.
#[test]
fn deletions_that_were_made_are_done_whatever_was_answered() {
    let world = World::new();
    world.configure(&partners("{ for n in range(30) : \"P ${n}\" => 1e12 }"));
    world.apply(&[]).succeeds();
    world.simulator.fault(Fault::new("delete_partner", FaultKind::StatusAfter { status: 500 }).times(30));
    let destroyed = world.destroy().succeeds();
    assert_eq!((destroyed.changes(), destroyed.errors()), ((0, 0, 30), vec![]), "{destroyed}");
    assert_eq!(world.simulator.partners(CONTRACT).len(), 2, "the samples");
    assert_eq!(world.count("delete_partner"), 60, "each was sent again once");
    assert!(world.simulator.all_partners().iter().all(|partner| partner.allocated != TB));
}
