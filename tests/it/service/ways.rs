//! What the probe says of the provider is true: an answer that it marks does harm, and one that it does not mark does
//! none.

use impossiblecloud_probe::questions::QUESTIONS;
use impossiblecloud_simulator::{Options, Switches};

use crate::world::{CONTRACT, OTHER_CONTRACT, TB, World, member, partner};

/// A switch, one of its values, and what shows whether that does harm.
type Way = (&'static str, &'static str, fn(&World) -> bool);

const ACME: &str = "impossiblecloud_partner.acme";

const WAYS: &[Way] = &[
    ("unknown_object_status", "410", deleted),
    ("unknown_object_status", "403", deleted),
    ("error_body", "text", refused),
    ("error_body", "empty", refused),
    ("empty_list", "no_content", last_member),
    ("empty_list", "null", last_member),
    ("empty_list", "not_found", last_member),
    ("members_block_delete", "yes", destroyed_with_a_stranger),
    ("pay_per_use_counts", "one_terabyte", beside_pay_per_use),
    ("update_check", "whole_amount", raised),
    ("zero_update", "ignore", made_pay_per_use),
    ("totals_lag", "90000ms", raised),
    ("totals_lag", "90000ms", lowered_before),
    ("console_move", "shown", moved),
    ("console_move", "hidden", moved),
    ("repeated_create", "same_object", made_twice),
    ("keep_alive", "silent", raised),
    ("keep_alive", "spent", raised),
    ("page_form", "link", member_of_a_later_page),
    ("page_form", "total", member_of_a_later_page),
    ("page_form", "wrapped", member_of_a_later_page),
    ("page_form", "silent", member_of_a_later_page),
    ("page_next", "relative", member_of_a_later_page),
    ("page_next", "first_again", member_of_a_later_page),
    ("page_next", "elsewhere", member_of_a_later_page),
];

/// What it does as a whole may be harmless one time and not another.
fn is_marked(switch: &str, value: &str) -> bool {
    let question = QUESTIONS.iter().find(|question| question.switch == switch);
    let question = question.unwrap_or_else(|| panic!("the probe asks nothing about {switch}"));
    question.consequence(value).is_some()
}

#[test]
fn what_is_marked_does_harm_and_what_is_not_does_none() {
    let mut wrong = Vec::new();
    for (number, (switch, value, harms)) in WAYS.iter().enumerate() {
        let switches = Switches::default().with(switch, value);
        // A second page is what one wants to see.
        let switches = if switch.starts_with("page_") { switches.with("page_size", "2") } else { switches };
        let mut world = World::with(Options { switches, ..Options::default() });
        world.workspace.set("IMPOSSIBLECLOUD_CREATE_LOOKUP_TIMEOUT", "1s");
        let others = || WAYS.iter().enumerate().filter(|(other, way)| *other != number && way.0 == *switch);
        let elsewhere = others().any(|(_, way)| way.1 == *value);
        match (harms(&world), is_marked(switch, value)) {
            (harm, marked) if harm == marked || (elsewhere && marked) => {}
            (true, _) => wrong.push(format!("{switch}={value} does harm, and the probe does not mark it")),
            (false, _) => wrong.push(format!("{switch}={value} does no harm any more; the probe still marks it")),
        }
    }
    assert!(wrong.is_empty(), "see crates/probe/src/questions/table.rs: {wrong:#?}");
}

/// Applies a configuration; whether that failed or warned.
fn fails(world: &World, body: &str) -> bool {
    world.configure(body);
    let applied = world.apply(&[]);
    !applied.status.success() || !applied.warnings().is_empty()
}

/// Whether a plan does anything else than to change so many objects.
fn plans_otherwise(world: &World, changes: (u64, u64, u64)) -> bool {
    let plan = world.plan(&[]);
    !plan.status.success() || plan.changes() != changes
}

/// Whether a refusal does not say why.
fn refused(world: &World) -> bool {
    world.configure(&format!(
        r#"provider "impossiblecloud" {{
  capacity_check = "off"
}}
{}"#,
        partner("acme", "Acme", 48 * TB)
    ));
    let errors = world.apply(&[]).fails().errors();
    !errors[0].detail.contains("not enough capacity")
}

/// Whether a partner that was deleted in the console is not created again.
fn deleted(world: &World) -> bool {
    let failed = fails(world, &partner("acme", "Acme", TB));
    world.simulator.delete_partner(&world.id(ACME));
    failed || plans_otherwise(world, (1, 0, 0))
}

fn eve(partner: &str) -> String {
    member(
        "eve",
        partner,
        "eve@example.com",
        r#"role = "staff"
  password = "Abcdefg1""#,
    )
}

/// The same of the only member of a partner.
fn last_member(world: &World) -> bool {
    world.configure(&format!("{}{}", partner("acme", "Acme", TB), eve(&format!("{ACME}.id"))));
    world.apply(&[]).succeeds();
    world.simulator.delete_member(&world.id("impossiblecloud_partner_member.eve"));
    plans_otherwise(world, (1, 0, 0))
}

fn destroyed_with_a_stranger(world: &World) -> bool {
    let failed = fails(world, &partner("acme", "Acme", TB));
    world.simulator.add_member(&world.id(ACME), "ann@example.com", "Ann", "viewer");
    failed || !world.destroy().status.success()
}

fn beside_pay_per_use(world: &World) -> bool {
    // One after the other, so that the large one is last.
    let large = partner("large", "Large", 47 * TB).replace(
        "\n}\n",
        &format!(
            r#"
  depends_on = [{ACME}]
}}
"#
        ),
    );
    fails(world, &format!("{}{large}", partner("acme", "Acme", 0)))
}

fn raised(world: &World) -> bool {
    fails(world, &partner("acme", "Acme", 30 * TB)) || fails(world, &partner("acme", "Acme", 40 * TB))
}

fn made_pay_per_use(world: &World) -> bool {
    fails(world, &partner("acme", "Acme", TB))
        || fails(world, &partner("acme", "Acme", 0))
        || plans_otherwise(world, (0, 0, 0))
}

/// Whether what a reduction has freed cannot be given to somebody else in the next plan.
fn lowered_before(world: &World) -> bool {
    let lowered = partner("acme", "Acme", TB);
    let failed = fails(world, &partner("acme", "Acme", 40 * TB)) || fails(world, &lowered);
    world.configure(&format!("{lowered}{}", partner("beta", "Beta", 46 * TB)));
    failed || plans_otherwise(world, (1, 0, 0))
}

/// Whether a move in the console is not seen.
fn moved(world: &World) -> bool {
    let failed = fails(world, &partner("acme", "Acme", TB));
    world.simulator.move_partner(&world.id(ACME), OTHER_CONTRACT);
    failed || world.plan(&[]).status.success()
}

fn made_twice(world: &World) -> bool {
    fails(world, &format!("{}{}", partner("acme", "Acme", TB), partner("other", "Acme", TB)))
}

/// Whether a member that is not on the first page of its partner's list is not seen.
fn member_of_a_later_page(world: &World) -> bool {
    let owner = world.simulator.add_partner(CONTRACT, "Acme", TB, false);
    for name in ["ann", "bob"] {
        world.simulator.add_member(&owner, &format!("{name}@example.com"), name, "viewer");
    }
    fails(world, &eve(&format!("\"{owner}\""))) || plans_otherwise(world, (0, 0, 0))
}
