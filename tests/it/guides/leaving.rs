//! A customer leaves, from the first step to the last, and one comes back.

use super::book::{BACK, CUSTOMER, KEEP, SCHEDULE, STOP, edit, lay_out, remove};
use crate::world::{CONTRACT, TB, World};

const PARTNER: &str = "impossiblecloud_partner.acme";

/// What the guide's examples have in place of real ids.
const EXAMPLES: (&str, &str) = ("0d6c7e2c-5d0f-4f53-9c57-7a1f0b8d6a11", "586889445583");

/// A world up to the second step: the accounts are scheduled. The ids of partner and account come with it.
fn until_scheduled() -> (World, String, String) {
    let mut world = World::new();
    world.workspace.set("TF_VAR_first_password", "Secret-Word-1");
    lay_out(&world.workspace, "leaving", CUSTOMER, &[]);
    world.apply(&[]).succeeds();
    let partner = world.id(PARTNER);
    let account = world.simulator.accounts(Some(&partner))[0].id.to_string();

    // Protected: neither the block of the account nor all of it can go by mistake.
    lay_out(&world.workspace, "leaving", SCHEDULE, &[]);
    edit(&world.workspace, "acme.tf", "= false", "= true");
    let errors = world.plan(&[]).fails().errors();
    assert_eq!(errors[0].summary, "The deletion of storage account \"Acme backups\" is forbidden");

    lay_out(&world.workspace, "leaving", STOP, &[]);
    let apply = world.apply(&[]).succeeds();
    assert_eq!((apply.changes(), world.simulator.members(&partner).len()), ((0, 2, 1), 0), "{apply}");

    lay_out(&world.workspace, "leaving", SCHEDULE, &[]);
    let plan = world.plan(&[]).succeeds();
    assert_eq!(plan.warnings()[0].summary, "Storage account \"Acme backups\" will be deleted");
    let apply = world.apply(&[]).succeeds();
    assert_eq!(apply.changes(), (0, 0, 1), "{apply}");
    let until = pending(&world, &partner).expect("a date");
    assert!(apply.warnings().iter().any(|warning| warning.detail.contains(&until)), "{apply}");
    world.plans_nothing();
    (world, partner, account)
}

/// Until when the service keeps the partner's account, if its deletion is scheduled.
fn pending(world: &World, partner: &str) -> Option<String> {
    world.simulator.accounts(Some(partner))[0].pending_deleted_at.clone()
}

#[test]
fn a_customer_who_is_kept_in_the_configuration_leaves_after_30_days() {
    let (world, partner, account) = until_scheduled();
    let until = pending(&world, &partner).expect("a date");
    lay_out(&world.workspace, "leaving", KEEP, &["pending.tf"]);
    world.apply(&[]).succeeds();
    let output = world.run(&["output", "-json", "pending"]).succeeds().stdout;
    assert!(output.contains(&account) && output.contains(&until), "{output}");
    world.plans_nothing();

    // Too early: the plan says until when, and the apply is refused with both ways on.
    remove(&world.workspace, "acme.tf");
    remove(&world.workspace, "pending.tf");
    let plan = world.plan(&[]).succeeds();
    let early = plan.warnings();
    assert_eq!(early[0].summary, "Partner \"Acme GmbH\" has storage accounts, so it cannot be deleted yet");
    assert!(early[0].detail.contains(&until) && early[0].detail.contains("When a customer leaves"), "{early:?}");
    let errors = world.apply(&[]).fails().errors();
    assert!(errors[0].detail.contains(&until) && errors[0].detail.contains("removed block"), "{errors:?}");

    world.simulator.advance_days(30);
    assert!(world.plan(&[]).succeeds().warnings().is_empty());
    let apply = world.apply(&[]).succeeds();
    assert_eq!(apply.changes(), (0, 0, 1), "{apply}");
    assert!(world.simulator.partner(&partner).is_none());
    let allocated: u64 = world.simulator.partners(CONTRACT).iter().map(|partner| partner.allocated).sum();
    assert_eq!(allocated, 53 * TB);
    world.plans_nothing();
}

#[test]
fn a_customer_who_is_let_go_stays_at_the_service_with_its_capacity() {
    let (world, partner, _) = until_scheduled();
    if world.workspace.cli().version < (1, 7) {
        remove(&world.workspace, "acme.tf");
        world.run(&["state", "rm", PARTNER]).succeeds();
    } else {
        lay_out(&world.workspace, "leaving", KEEP, &["acme.tf"]);
        let apply = world.apply(&[]).succeeds();
        assert_eq!(apply.changes(), (0, 0, 0), "{apply}");
    }
    world.plans_nothing();
    let left = world.simulator.partner(&partner).expect("it is still there");
    assert_eq!(left.allocated, 5 * TB);
}

#[test]
fn a_customer_comes_back_within_the_30_days() {
    let (world, partner, account) = until_scheduled();
    if world.workspace.cli().is_terraform_since(1, 14) {
        lay_out(&world.workspace, "leaving", BACK, &["restore.tf"]);
        edit(&world.workspace, "restore.tf", EXAMPLES.1, &account);
        let action = "-invoke=action.impossiblecloud_storage_account_restore.backups";
        world.run(&["apply", "-no-color", "-auto-approve", action]).succeeds();
        remove(&world.workspace, "restore.tf");
    } else {
        world.simulator.reactivate_account(&account);
    }
    assert_eq!(pending(&world, &partner), None);
    lay_out(&world.workspace, "leaving", BACK, &["import.tf"]);
    edit(&world.workspace, "import.tf", EXAMPLES.0, &partner);
    edit(&world.workspace, "import.tf", EXAMPLES.1, &account);
    let writes = world.simulator.writes();
    let apply = world.apply(&[]).succeeds();
    assert_eq!((apply.changes(), world.simulator.writes()), ((0, 1, 0), writes), "{apply}");
    assert_eq!(world.id("impossiblecloud_storage_account.backups"), account);
    world.plans_nothing();
}
