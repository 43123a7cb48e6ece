//! The capacity check: what a plan refuses before anything is written, and what an apply does with it.

use impossiblecloud_simulator::{Fault, FaultKind, Options};
use terraform_cli::Diagnostic;

use crate::hcl::{Block, expression};
use crate::said::assert_said;
use crate::world::{CONTRACT, OTHER_CONTRACT, TB, World, a_partner, partner, partner_in};

/// The only error of a plan that must fail without a single write.
#[track_caller]
fn refused(world: &World, arguments: &[&str]) -> Diagnostic {
    let writes = world.simulator.writes();
    let plan = world.plan(arguments).fails();
    assert_eq!(world.simulator.writes(), writes, "a refused plan writes nothing");
    let mut errors = plan.errors();
    assert_eq!(errors.len(), 1, "{plan}");
    errors.remove(0)
}

#[track_caller]
fn passes(world: &World, arguments: &[&str]) {
    let plan = world.plan(arguments).succeeds();
    assert_eq!(plan.diagnostics(), [], "{plan}");
}

const SUMMARY: &str = "Not enough capacity left in contract \"Impossible Cloud Test Contract\"";

#[test]
fn what_fits_exactly_passes_and_one_byte_more_is_refused() {
    let world = World::new();
    world.configure(&partner("acme", "Acme", 47 * TB));
    passes(&world, &[]);
    world.configure(&partner("acme", "Acme", 47 * TB + 1));
    assert_said!("contract_is_short_by_one_byte", [refused(&world, &[])]);
}

#[test]
fn what_fits_alone_but_not_together_is_refused() {
    let world = World::new();
    world.configure(&["a", "b", "c"].map(|name| partner(name, name, 20 * TB)).concat());
    let error = refused(&world, &[]);
    assert_eq!(error.summary, SUMMARY);
    let first = "asks for 20 TB more. Partners planned before it take 40 TB of the 47 TB that are left, so 7 TB \
                 remain: it is short by 13 TB. Others may be refused too; the order differs from run to run.";
    assert!(error.detail.contains(first), "{}", error.detail);
    for row in [
        "  planned before  40 TB\n",
        "  short by        13 TB\n",
        "Set allocated_storage to at most 7000000000000 (7 TB)",
    ] {
        assert!(error.detail.contains(row), "{row}: {}", error.detail);
    }
}

#[test]
fn raises_count_and_cuts_are_not_credited() {
    let world = World::new();
    world.configure(&[partner("a", "a", 20 * TB), partner("b", "b", 20 * TB)].concat());
    world.apply(&[]).succeeds();
    world.configure(&[partner("a", "a", 27 * TB), partner("b", "b", 20 * TB)].concat());
    passes(&world, &[]);
    world.configure(&[partner("a", "a", 30 * TB), partner("b", "b", 10 * TB)].concat());
    assert_eq!(refused(&world, &[]).summary, SUMMARY);
    assert_eq!(refused(&world, &["-refresh=false"]).summary, SUMMARY);
}

#[test]
fn a_replacement_is_not_counted_twice() {
    let world = World::new();
    world.configure(&partner("acme", "Acme", 47 * TB));
    world.apply(&[]).succeeds();
    passes(&world, &["-replace=impossiblecloud_partner.acme"]);
    world.apply(&["-replace=impossiblecloud_partner.acme"]).succeeds();
    world.run(&["taint", "impossiblecloud_partner.acme"]).succeeds();
    if world.reads_what_it_lets_go() {
        let said = world.plan(&[]).succeeds().diagnostics();
        let summaries: Vec<_> = said.iter().map(|said| (&*said.severity, &*said.summary)).collect();
        assert_eq!(summaries, [("warning", "Partner \"Acme\" may be a second one")]);
    } else {
        passes(&world, &[]);
    }
    // Where it is not read it may as well be let go of: that is said, and no error.
    let plan = world.plan(&["-refresh=false"]).succeeds();
    let id = world.simulator.partners(CONTRACT).into_iter().find(|partner| partner.name == "Acme").expect("it").id;
    assert_said!("tainted_without_a_refresh", plan.diagnostics(), "partner" = &id);
    let apply = world.apply(&[]).succeeds();
    assert_eq!(apply.changes(), (1, 0, 1));
    world.plans_nothing();
}

#[test]
fn a_replacement_that_is_created_first_is_refused_before_the_write() {
    let world = World::new();
    world.configure(&a_partner("acme", "Acme", 47 * TB).created_first());
    world.apply(&[]).succeeds();
    world.simulator.clear_requests();
    let id = world.id("impossiblecloud_partner.acme");
    let apply = world.apply(&["-replace=impossiblecloud_partner.acme"]).fails();
    assert_eq!(world.simulator.writes(), 0);
    if world.workspace.cli().is_terraform_since(1, 16) {
        // The plan inside the apply knows that it is a replacement, so the creation is refused, and Terraform puts the
        // old one back.
        let said = apply.errors();
        assert!(said[0].summary.starts_with("Not enough capacity left"), "{said:?}");
        assert!(!said[0].detail.contains("deposed"), "{said:?}");
    } else {
        // Terraform holds the old one as deposed now; the message says how to keep it.
        assert_said!("created_first_on_a_full_contract", apply.errors(), "partner" = &id);
        world.run(&["state", "rm", "impossiblecloud_partner.acme"]).succeeds();
        world.run(&["import", "impossiblecloud_partner.acme", &id]).succeeds();
    }
    world.plans_nothing();
    assert_eq!(world.id("impossiblecloud_partner.acme"), id);
}

#[test]
fn another_partner_of_the_same_name_is_no_replacement() {
    let world = World::new();
    world.configure(&partner("acme", "Acme", 47 * TB));
    world.apply(&[]).succeeds();
    world.configure(&[partner("acme", "Acme", 47 * TB), partner("second", "Acme", 47 * TB)].concat());
    assert_eq!(refused(&world, &[]).summary, SUMMARY);
}

#[test]
fn an_amount_that_is_unknown_at_plan_time_is_checked_before_the_write() {
    let world = World::new();
    let size = Block::new(r#"resource "terraform_data" "size""#).set("input", 48 * TB);
    let acme = a_partner("acme", "Acme", 0).set("allocated_storage", expression("terraform_data.size.output"));
    world.configure(&format!("{size}{acme}"));
    passes(&world, &[]);
    let apply = world.apply(&[]).fails();
    assert_eq!(apply.errors()[0].summary, SUMMARY, "{apply}");
    assert_eq!(world.simulator.writes(), 0);
}

#[test]
fn each_contract_is_checked_by_itself() {
    let world = World::new();
    world.configure(&[partner("a", "a", 47 * TB), partner_in(OTHER_CONTRACT, "b", "b", "10e12")].concat());
    passes(&world, &[]);
    world.configure(&[partner("a", "a", 47 * TB), partner_in(OTHER_CONTRACT, "b", "b", "11e12")].concat());
    assert_eq!(refused(&world, &[]).summary, "Not enough capacity left in contract \"Another test contract\"");
}

#[test]
fn what_two_aliases_ask_together_is_refused_by_the_service() {
    let world = World::new();
    let other = Block::new(r#"provider "impossiblecloud""#).set("alias", "other");
    let in_alias = a_partner("b", "b", 30 * TB).set("provider", expression("impossiblecloud.other"));
    world.configure(&format!("{other}{}{in_alias}", partner("a", "a", 30 * TB)));
    passes(&world, &[]);
    let apply = world.apply(&[]).fails();
    assert_eq!(apply.errors().len(), 1, "{apply}");
    let partners = world.simulator.partners(CONTRACT);
    assert_eq!(partners.iter().filter(|partner| ["a", "b"].contains(&partner.name.as_str())).count(), 1);
}

#[test]
fn an_over_committed_contract_keeps_what_it_has_and_lets_go() {
    let world = World::new();
    world.configure(&partner("acme", "Acme", 40 * TB));
    world.apply(&[]).succeeds();
    world.simulator.set_reserved(CONTRACT, 50 * TB);
    world.plans_nothing();
    world.configure(&partner("acme", "Acme", 30 * TB));
    passes(&world, &[]);
    world.configure(&[partner("acme", "Acme", 40 * TB), partner("more", "More", TB)].concat());
    assert_said!("contract_is_over_committed", [refused(&world, &[])]);
    world.configure(&partner("acme", "Acme", 40 * TB));
    world.destroy().succeeds();
}

#[test]
fn a_contract_that_changed_after_the_plan_is_refused_before_the_write() {
    let world = World::new();
    world.configure(&partner("acme", "Acme", 40 * TB));
    world.plan(&["-out=tfplan"]).succeeds();
    world.simulator.add_partner(CONTRACT, "Somebody else's", 20 * TB, false);
    let apply = world.run(&["apply", "-json", "tfplan"]).fails();
    assert_eq!(apply.errors()[0].summary, SUMMARY, "{apply}");
    assert_eq!(world.simulator.writes(), 0);
}

#[test]
fn a_state_that_is_older_than_the_service_does_not_mislead_the_check() {
    let world = World::new();
    world.configure(&partner("acme", "Acme", 20 * TB));
    world.apply(&[]).succeeds();
    let id = world.id("impossiblecloud_partner.acme");

    // 37 TB are left, and the raise is one of 38 TB, though the state says 28.
    world.simulator.resize_partner(&id, 10 * TB);
    world.configure(&partner("acme", "Acme", 48 * TB));
    let error = refused(&world, &["-refresh=false"]);
    assert!(error.detail.contains("short by 1 TB"), "{}", error.detail);

    // 7 TB are left, and the raise is one of 5 TB, though the state says 25.
    world.simulator.resize_partner(&id, 40 * TB);
    world.configure(&partner("acme", "Acme", 45 * TB));
    world.plan(&["-refresh=false", "-out=tfplan"]).succeeds();
    world.run(&["apply", "-json", "tfplan"]).succeeds();
    world.plans_nothing();

    // Nothing is left, and the service says 10 TB where the state says 45: another name asks for none of it.
    world.simulator.resize_partner(&id, 10 * TB);
    world.simulator.add_partner(CONTRACT, "Somebody else's", 37 * TB, false);
    world.configure(&partner("acme", "Acme GmbH", 45 * TB));
    world.apply(&["-refresh=false"]).succeeds();
    let now = world.simulator.partner(&id).expect("the partner");
    assert_eq!((now.name.as_str(), now.allocated), ("Acme GmbH", 10 * TB));
}

#[test]
fn accounts_are_held_to_what_their_partner_has_and_not_to_an_old_state() {
    let world = World::new();
    let acme = partner("acme", "Acme", 20 * TB);
    world.configure(&acme);
    world.apply(&[]).succeeds();
    world.simulator.resize_partner(&world.id("impossiblecloud_partner.acme"), 5 * TB);
    let shop = Block::resource("storage_account", "shop")
        .set("partner_id", expression("impossiblecloud_partner.acme.id"))
        .set("name", "Shop")
        .set("allocated_storage", 10 * TB)
        .set("contact_email", "shop@example.com")
        .set("password", "Abcdefgh1!");
    world.configure(&format!("{acme}{shop}"));
    assert_eq!(refused(&world, &["-refresh=false"]).summary, "Not enough capacity left in partner \"Acme\"");
}

#[test]
fn a_raise_that_cannot_be_measured_is_not_written_and_a_cut_is() {
    let mut world = World::new();
    world.workspace.set("IMPOSSIBLECLOUD_MAX_RETRIES", "0");
    world.configure(&partner("acme", "Acme", 20 * TB));
    world.apply(&[]).succeeds();
    let broken = FaultKind::StatusBefore { status: 503, retry_after: None, body: None };
    world.simulator.fault(Fault::new("list_partners", broken).times(100));
    world.configure(&partner("acme", "Acme", 21 * TB));
    let (id, error) = (world.id("impossiblecloud_partner.acme"), refused(&world, &["-refresh=false"]));
    assert_said!("raise_that_cannot_be_measured", [error], "partner" = &id);
    world.configure(&partner("acme", "Acme", 19 * TB));
    world.apply(&["-refresh=false"]).succeeds();
}

#[test]
fn a_targeted_plan_counts_only_its_targets() {
    let world = World::new();
    world.configure(&[partner("a", "a", 30 * TB), partner("b", "b", 30 * TB)].concat());
    world.plan(&["-target=impossiblecloud_partner.a"]).succeeds();
    refused(&world, &[]);
}

#[test]
fn relaxed_moves_capacity_between_partners_in_one_apply() {
    for (first, second) in [("a", "b"), ("b", "a")] {
        let mut world = World::new();
        world.workspace.set("IMPOSSIBLECLOUD_CAPACITY_CHECK", "relaxed");
        world.configure(&[partner(first, first, 25 * TB), partner(second, second, 22 * TB)].concat());
        world.apply(&[]).succeeds();
        world.configure(&[partner(first, first, 20 * TB), partner(second, second, 27 * TB)].concat());
        let plan = world.plan(&[]).succeeds();
        assert_eq!(plan.warnings()[0].summary, format!("{SUMMARY} yet"), "{plan}");
        assert_eq!(world.apply(&[]).succeeds().changes(), (0, 2, 0));
        world.plans_nothing();
    }
}

#[test]
fn relaxed_refuses_what_can_never_fit_and_gives_up_in_time() {
    let mut world = World::new();
    world.workspace.set("IMPOSSIBLECLOUD_CAPACITY_CHECK", "relaxed");
    world.configure(&partner("acme", "Acme", 101 * TB));
    assert_said!("more_than_the_whole_contract", [refused(&world, &[])]);
    let timeouts = expression(r#"{ create = "2s" }"#);
    world.configure(&a_partner("acme", "Acme", 48 * TB).set("timeouts", timeouts));
    world.plan(&[]).succeeds();
    let apply = world.apply(&[]).fails();
    assert_said!("no_room_in_time", apply.errors());
    assert_eq!(world.simulator.writes(), 0);
}

#[test]
fn off_leaves_it_to_the_service() {
    let mut world = World::new();
    world.workspace.set("IMPOSSIBLECLOUD_CAPACITY_CHECK", "off");
    world.configure(&partner("acme", "Acme", 48 * TB));
    passes(&world, &[]);
    let apply = world.apply(&[]).fails();
    assert_said!("refused_by_the_service", apply.errors());
    assert_eq!(world.count("create_partner"), 1, "a refusal is not sent again");
}

#[test]
fn a_plan_reads_the_contracts_once_whatever_it_holds() {
    let world = World::with(Options::default());
    world.configure(&(0..40).map(|n| partner(&format!("p{n}"), &format!("Partner {n}"), TB)).collect::<String>());
    world.plan(&[]).succeeds();
    assert_eq!((world.count("list_contracts"), world.count("list_partners")), (1, 1));
}
