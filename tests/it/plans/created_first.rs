//! `create_before_destroy`: what cannot exist twice fails in the creation, so that Terraform puts the old object back.

use super::always_plans;
use crate::hcl::{Block, expression};
use crate::said::assert_said;
use crate::world::{CONTRACT, TB, World, account, member, partner, with};

const FIRST: &str = r#"
  lifecycle {
    create_before_destroy = true
  }
"#;

const ANN: &str = "impossiblecloud_partner_member.ann";

/// By whose word the replacement of a member is created first.
#[derive(Clone, Copy)]
enum Word {
    Its,
    /// That of what depends on it.
    AFollowers,
}

/// A member, created first or not.
fn ann(owner: &str, role: &str, word: Word, first: bool) -> String {
    let lifecycle = Block::new("lifecycle").set("create_before_destroy", first);
    let ann = Block::resource("partner_member", "ann")
        .set("partner_id", owner)
        .set("email", "ann@example.com")
        .set("role", role)
        .set("password", "Secret-Word-1");
    let follower = Block::new(r#"resource "terraform_data" "follower""#);
    let follower = follower.set("triggers_replace", expression(&format!("{ANN}.id")));
    match word {
        Word::Its => ann.block(lifecycle).to_string(),
        Word::AFollowers => format!("{ann}{}", follower.block(lifecycle)),
    }
}

#[test]
fn a_member_that_cannot_exist_twice_is_kept() {
    for word in [Word::Its, Word::AFollowers] {
        let world = World::new();
        let owner = world.simulator.add_partner(CONTRACT, "Acme", 5 * TB, false);
        world.configure(&ann(&owner, "staff", word, true));
        world.apply(&[]).succeeds();
        let id = world.id(ANN);
        world.configure(&ann(&owner, "admin", word, true));
        let (replaced, runs) = match word {
            Word::Its => ((1, 0, 1), 2),
            Word::AFollowers => ((2, 0, 2), 1),
        };
        // It fails each time alike.
        for _ in 0..runs {
            let said = always_plans(&world, &[], replaced);
            assert_said!("member_is_replaced_created_first", said);
            let errors = world.apply(&[]).fails().errors();
            assert_said!("member_is_kept_created_first", errors, "member" = &id, "partner" = &owner);
            assert_eq!(world.id(ANN), id, "the old one is back in the state");
        }
        // Taken back, nothing is left to do.
        world.configure(&ann(&owner, "staff", word, true));
        assert_eq!(world.plan(&[]).succeeds().changes(), (0, 0, 0));
        world.plans_nothing();
        // Or without the setting it is replaced.
        world.configure(&ann(&owner, "admin", word, false));
        world.apply(&[]).succeeds();
        assert_eq!(world.simulator.members(&owner)[0].role, "admin");
        world.plans_nothing();
        world.destroy().succeeds();
        assert!(world.simulator.members(&owner).is_empty());
    }
}

#[test]
fn what_failed_to_be_created_first_can_be_destroyed() {
    let world = World::new();
    let owner = world.simulator.add_partner(CONTRACT, "Acme", 5 * TB, false);
    world.configure(&ann(&owner, "staff", Word::Its, true));
    world.apply(&[]).succeeds();
    world.configure(&ann(&owner, "admin", Word::Its, true));
    world.apply(&[]).fails();
    world.destroy().succeeds();
    assert!(world.simulator.members(&owner).is_empty());
}

/// An account is never replaced, in no order.
#[test]
fn an_account_is_not_created_first_either() {
    let world = World::new();
    let owner = world.simulator.add_partner(CONTRACT, "Acme", 5 * TB, false);
    world.configure(&with(&account("shop", &format!("\"{owner}\""), "shop@example.com", ""), FIRST));
    world.apply(&[]).succeeds();
    let errors = world.plan(&["-replace=impossiblecloud_storage_account.shop"]).fails().errors();
    assert_eq!(errors[0].summary, "Storage account \"Shop\" is not replaced");
    world.run(&["taint", "impossiblecloud_storage_account.shop"]).succeeds();
    let errors = world.plan(&[]).fails().errors();
    assert_eq!(errors[0].summary, "The address of storage account \"Shop\" is taken");
    assert_eq!(world.simulator.accounts(Some(&owner))[0].pending_deleted_at, None);
}

/// A contract that holds both makes both; the plan counts one, since it cannot know the order, and the service has
/// room.
#[test]
fn a_partner_is_created_first_where_there_is_room() {
    let world = World::new();
    world.configure(&with(&partner("acme", "Acme", 20 * TB), FIRST));
    world.apply(&[]).succeeds();
    let id = world.id("impossiblecloud_partner.acme");
    world.apply(&["-replace=impossiblecloud_partner.acme"]).succeeds();
    assert_ne!(world.id("impossiblecloud_partner.acme"), id);
    assert!(world.simulator.partner(&id).is_none());
    world.plans_nothing();
}

/// Where the contract cannot hold both nothing is written, and the customer is never lost, whatever is done next by the
/// book.
#[test]
fn a_partner_that_cannot_exist_twice_is_kept() {
    let world = World::new();
    let body = with(&partner("acme", "Acme", 47 * TB), FIRST);
    world.configure(&body);
    world.apply(&[]).succeeds();
    let id = world.id("impossiblecloud_partner.acme");
    let writes = world.simulator.writes();
    let replace = ["-replace=impossiblecloud_partner.acme"];
    assert_eq!(always_plans(&world, &replace, (1, 0, 1)), []);
    let apply = world.apply(&replace).fails();
    assert!(apply.errors()[0].summary.starts_with("Not enough capacity left in contract"), "{apply}");
    assert_eq!(world.simulator.writes(), writes);
    if !world.workspace.cli().is_terraform_since(1, 16) {
        // The plan inside the apply has refused, and the old object is deposed: the guide's way out.
        world.run(&["state", "rm", "impossiblecloud_partner.acme"]).succeeds();
        world.run(&["import", "impossiblecloud_partner.acme", &id]).succeeds();
    }
    assert_eq!(world.id("impossiblecloud_partner.acme"), id, "the old one is in the state");
    world.plans_nothing();
    world.destroy().succeeds();
    assert!(world.simulator.partner(&id).is_none());
}

/// Two members swap their addresses: each creation is refused until the other's deletion is through.
#[test]
fn two_members_swap_their_addresses() {
    let world = World::new();
    let owner = world.simulator.add_partner(CONTRACT, "Acme", 5 * TB, false);
    let owner_id = format!("\"{owner}\"");
    let more = r#"
  role     = "staff"
  password = "Secret-Word-1"
"#;
    let both =
        |one: &str, two: &str| [member("one", &owner_id, one, more), member("two", &owner_id, two, more)].concat();
    let (ann, bob) = ("ann@example.com", "bob@example.com");
    for (one, two) in [(ann, bob), (bob, ann), (ann, bob)] {
        world.configure(&both(one, two));
        world.plan(&[]).succeeds();
        world.apply(&[]).succeeds();
        world.plans_nothing();
        assert_eq!(world.state("impossiblecloud_partner_member.one")["email"], one);
        assert_eq!(world.simulator.members(&owner).len(), 2);
    }
}
