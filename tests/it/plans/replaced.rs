//! What is replaced, and what only looks like it: equal partners, objects that are let go of, one object at two
//! addresses.

use super::{always_plans, always_refuses, prints_no_import};
use crate::hcl::let_go;
use crate::world::{CONTRACT, TB, World, account, partner, with};

/// Two partners that nothing but their ids tells apart fill the contract.
fn two_equal_partners() -> World {
    let world = World::new();
    world.configure(
        r#"
resource "impossiblecloud_partner" "twin" {
  count             = 2
  name              = "Twin"
  allocated_storage = 235e11
  contract_id       = "606f031c-0f85-4444-8c7d-4a8f1ede7cd3"
}
"#,
    );
    world.apply(&[]).succeeds();
    world
}

#[test]
fn one_of_two_equal_partners_is_replaced_on_a_full_contract() {
    let world = two_equal_partners();
    let said = always_plans(&world, &["-replace=impossiblecloud_partner.twin[1]"], (1, 0, 1));
    assert_eq!(said, [], "nothing is counted twice, and nothing is warned of");
    world.apply(&["-replace=impossiblecloud_partner.twin[1]"]).succeeds();
    world.plans_nothing();
}

#[test]
fn one_of_two_equal_partners_is_tainted_on_a_full_contract() {
    let world = two_equal_partners();
    world.run(&["taint", "impossiblecloud_partner.twin[1]"]).succeeds();
    let said = always_plans(&world, &[], (1, 0, 1));
    let guesses: Vec<_> = said.iter().map(|said| said.summary.as_str()).collect();
    let expected: &[&str] = if world.reads_what_it_lets_go() { &["Partner \"Twin\" may be a second one"] } else { &[] };
    assert_eq!(guesses, expected);
    // Where nothing is read, a tainted object looks like one that is let go of.
    let said = always_plans(&world, &["-refresh=false"], (1, 0, 1));
    let [guess] = &said[..] else { panic!("{said:?}") };
    assert_eq!(guess.summary, "Partner \"Twin\" may be a second one");
    world.apply(&[]).succeeds();
    world.plans_nothing();
}

/// Both at once, each of which needs what its own deletion frees.
#[test]
fn both_of_two_equal_partners_are_replaced_on_a_full_contract() {
    let world = two_equal_partners();
    let both = ["-replace=impossiblecloud_partner.twin[0]", "-replace=impossiblecloud_partner.twin[1]"];
    assert_eq!(always_plans(&world, &both, (2, 0, 2)), []);
    world.apply(&both).succeeds();
    world.plans_nothing();
    for twin in [0, 1] {
        world.run(&["taint", &format!("impossiblecloud_partner.twin[{twin}]")]).succeeds();
    }
    assert_eq!(world.apply(&[]).succeeds().changes(), (2, 0, 2));
    world.plans_nothing();
    assert_eq!(world.simulator.partners(CONTRACT).len(), 4);
}

/// Terraform deletes the members of a partner first, and then the service refuses to delete the partner.
#[test]
fn a_partner_with_accounts_is_not_replaced() {
    let world = World::new();
    world.configure(
        &[partner("acme", "Acme", 2 * TB), account("shop", "impossiblecloud_partner.acme.id", "shop@example.com", "")]
            .concat(),
    );
    world.apply(&[]).succeeds();
    let id = world.id("impossiblecloud_partner.acme");
    let account_id = world.id("impossiblecloud_storage_account.shop");
    let writes = world.simulator.writes();
    let said = always_refuses(&world, &["-replace=impossiblecloud_partner.acme"]);
    let told: Vec<_> = said.iter().filter(|said| said.severity == "error").collect();
    assert!(
        told.iter().any(|said| said.summary == "Partner \"Acme\" has storage accounts and cannot be replaced"
            && said.detail.contains(&format!("A replacement deletes partner {id} first"))
            && said.detail.contains(&format!("{account_id}  \"Shop\""))),
        "{said:?}"
    );
    assert_eq!(world.simulator.writes(), writes);
}

/// What is let go of keeps its capacity, and its name: that is no replacement.
#[test]
fn what_is_let_go_of_frees_nothing() {
    let world = World::new();
    if world.workspace.cli().version < (1, 7) {
        return;
    }
    world.configure(&partner("old", "Acme", 40 * TB));
    world.apply(&[]).succeeds();
    let id = world.id("impossiblecloud_partner.old");
    let removed = let_go("impossiblecloud_partner.old").to_string();
    for bytes in [7 * TB, 40 * TB] {
        world.configure(&[removed.clone(), partner("new", "Acme", bytes)].concat());
        let said = always_plans(&world, &[], (1, 0, 0));
        let warnings: Vec<_> = said.iter().filter(|said| said.summary.contains("Acme")).collect();
        let [warning] = &warnings[..] else { panic!("{said:?}") };
        // Nothing tells it from a tainted one that is not refreshed, so the plan says what would follow from either.
        assert_eq!(warning.summary, "Partner \"Acme\" may be a second one");
        assert!(warning.detail.contains(&id) && warning.detail.contains("destroy = false"), "{warning:?}");
        prints_no_import(&said);
    }
    // The apply knows: it is a creation, and nothing makes room for it.
    let writes = world.simulator.writes();
    let apply = world.apply(&[]).fails();
    let error = apply.errors().remove(0);
    assert!(
        error.detail.starts_with("Partner \"Acme\" asks for 40 TB more, and the contract has 7 TB left"),
        "{apply}"
    );
    assert_eq!(world.simulator.writes(), writes);
    assert_eq!(world.simulator.partner(&id).expect("it lives").allocated, 40 * TB);
}

/// Two import blocks of one id: each apply would undo what the other did.
#[test]
fn one_partner_at_two_addresses_is_told() {
    let world = World::new();
    let id = world.simulator.add_partner(CONTRACT, "Acme", 2 * TB, false);
    let body = [partner("one", "Acme", 3 * TB), partner("two", "Acme", 4 * TB)].concat();
    world.configure(&body);
    for label in ["one", "two"] {
        world.run(&["import", &format!("impossiblecloud_partner.{label}"), &id]).succeeds();
    }
    for _ in 0..super::RUNS {
        let plan = world.plan(&[]).succeeds();
        let [warning] = &plan.diagnostics()[..] else { panic!("{plan}") };
        assert_eq!(warning.summary, "Partner \"Acme\" is planned in two ways");
        let (three, four) = ("\"Acme\" with 3 TB", "\"Acme\" with 4 TB");
        let text = |first: &str, second: &str| {
            format!(
                "One plan of {id} asks for {first}, and this one for {second}. If both are of the same run, two \
                 addresses of the configuration or the state hold one object, and each apply undoes what the other \
                 did. terraform state list -id={id} shows them. Keep one, and let go of the other with a removed block \
                 (destroy = false)."
            )
        };
        assert!([text(three, four), text(four, three)].contains(&warning.detail), "{}", warning.detail);
    }

    // One that is deleted at one address and kept at the other.
    world.configure(&partner("one", "Acme", 2 * TB));
    for _ in 0..super::RUNS {
        let plan = world.plan(&[]).succeeds();
        let told: Vec<_> =
            plan.warnings().into_iter().filter(|it| it.summary.ends_with("is planned in two ways")).collect();
        assert_eq!(told.len(), 1, "{plan}");
        assert!(told[0].detail.contains("its deletion") && told[0].detail.contains("\"Acme\" with 2 TB"), "{plan}");
    }
    // One address alone, planned again by the same process, is nothing to tell of.
    world.run(&["state", "rm", "impossiblecloud_partner.two"]).succeeds();
    world.plans_nothing();
    world.configure(&with(&partner("one", "Acme", 3 * TB), ""));
    assert_eq!(world.apply(&[]).succeeds().diagnostics(), []);
}
