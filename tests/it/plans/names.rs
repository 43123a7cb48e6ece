//! Names that are used again: a second block of one name, an old name after a renaming, a block that is called
//! otherwise.

use super::{always_plans, always_refuses, prints_no_import};
use crate::hcl::moved;
use crate::said::assert_said;
use crate::world::{CONTRACT, TB, World, account, member, partner, with};

const PROTECTED: &str = "deletion_protection = true";

const MEMBER_MORE: &str = r#"
  role     = "staff"
  password = "Secret-Word-1"
"#;

#[test]
fn a_second_block_with_the_name_of_a_protected_partner_deletes_nothing() {
    let world = World::new();
    let first = with(&partner("first", "Acme", 2 * TB), PROTECTED);
    world.configure(&first);
    world.apply(&[]).succeeds();
    let id = world.id("impossiblecloud_partner.first");
    world.configure(&[first, partner("second", "Acme", TB)].concat());
    let said = always_plans(&world, &[], (1, 0, 0));
    assert_said!("a_second_block_of_a_protected_name", said, "partner" = &id);
    prints_no_import(&said);
    world.apply(&[]).succeeds();
    world.plans_nothing();
    assert_eq!(world.id("impossiblecloud_partner.first"), id);
}

#[test]
fn an_old_name_is_used_again_after_a_renaming() {
    let world = World::new();
    world.configure(&with(&partner("first", "Acme", 2 * TB), PROTECTED));
    world.apply(&[]).succeeds();
    let id = world.id("impossiblecloud_partner.first");
    world.configure(&[with(&partner("first", "Acme AG", 2 * TB), PROTECTED), partner("second", "Acme", TB)].concat());
    let said = always_plans(&world, &[], (1, 1, 0));
    assert!(said.iter().all(|said| said.severity == "warning"), "{said:?}");
    prints_no_import(&said);
    world.apply(&[]).succeeds();
    world.plans_nothing();
    assert_eq!(world.simulator.partner(&id).expect("it lives").name, "Acme AG");
}

/// On a full contract the second block is refused, whichever of both Terraform visits first.
#[test]
fn a_second_block_gets_no_credit_for_the_first() {
    let world = World::new();
    world.configure(&partner("first", "Acme", 47 * TB));
    world.apply(&[]).succeeds();
    world.configure(&[partner("first", "Acme", 47 * TB), partner("second", "Acme", 10 * TB)].concat());
    let said = always_refuses(&world, &[]);
    let errors: Vec<_> = said.iter().filter(|said| said.severity == "error").collect();
    assert_eq!(errors.len(), 1, "{said:?}");
    assert!(
        errors[0].detail.starts_with("Partner \"Acme\" asks for 10 TB more, and the contract has 0 B left"),
        "{said:?}"
    );
}

/// Without a `moved` block Terraform deletes one and makes another. What is printed must not lead to the loss of the
/// customer.
#[test]
fn a_renamed_block_is_answered_with_moved_first() {
    let world = World::new();
    let owner = world.simulator.add_partner(CONTRACT, "Owner", 5 * TB, false);
    let owner_id = format!("\"{owner}\"");
    let all = |label: &str| {
        [
            partner(label, "Acme", 2 * TB),
            member(label, &owner_id, "ann@example.com", MEMBER_MORE),
            account(label, &owner_id, "shop@example.com", ""),
        ]
    };
    world.configure(&all("old").concat());
    world.apply(&[]).succeeds();
    let [new_partner, new_member, new_account] = all("new");
    let [_, old_member, old_account] = all("old");

    world.configure(&[new_partner.clone(), old_member.clone(), old_account.clone()].concat());
    let said = always_plans(&world, &[], (1, 0, 1));
    is_told_of_moved(&said, "A partner named \"Acme\" exists already");

    world.configure(&[all("old")[0].clone(), new_member.clone(), old_account].concat());
    let said = always_plans(&world, &[], (1, 0, 1));
    is_told_of_moved(&said, "The address of member \"ann@example.com\" seems to be taken");

    // A live account is never scheduled for deletion for the sake of a name in the configuration.
    world.configure(&[all("old")[0].clone(), old_member, new_account].concat());
    let said = always_refuses(&world, &[]);
    is_told_of_moved(&said, "The address of storage account \"Shop\" is taken");

    let moves = ["partner", "partner_member", "storage_account"];
    let moves = moves
        .map(|kind| format!("impossiblecloud_{kind}"))
        .map(|kind| moved(&format!("{kind}.old"), &format!("{kind}.new")).to_string());
    let moves = moves.concat();
    world.configure(&[all("new").concat(), moves].concat());
    assert_eq!(world.apply(&[]).succeeds().changes(), (0, 0, 0));
    world.plans_nothing();
}

#[track_caller]
fn is_told_of_moved(said: &[terraform_cli::Diagnostic], summary: &str) {
    prints_no_import(said);
    let told: Vec<_> = said.iter().filter(|said| said.summary == summary).collect();
    assert_eq!(told.len(), 1, "{said:?}");
    assert!(told[0].detail.contains("under another name, add a moved block"), "{said:?}");
    assert!(told[0].detail.contains("terraform state list -id="), "{said:?}");
}
