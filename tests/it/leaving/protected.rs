//! Storage accounts are protected like partners: a plan that destroys one says what will be, and protection refuses it.

use crate::world::{TB, World, account, member, partner, with};

const SHOP: &str = "impossiblecloud_storage_account.shop";

#[test]
fn a_plan_that_destroys_an_account_says_what_can_be_undone() {
    let world = World::new();
    let owner = world.simulator.add_partner(crate::world::CONTRACT, "Acme", 5 * TB, false);
    world.configure(&account("shop", &format!("\"{owner}\""), "shop@example.com", ""));
    world.apply(&[]).succeeds();
    let id = world.id(SHOP);
    world.configure("");
    let plan = world.plan(&[]).succeeds();
    let [warning] = &plan.diagnostics()[..] else { panic!("{plan}") };
    assert_eq!(warning.summary, "Storage account \"Shop\" will be deleted");
    for words in
        [id.as_str(), "1 TB", "30 days", "impossiblecloud_storage_account_restore", "deletion_protection = true"]
    {
        assert!(warning.detail.contains(words), "{words}: {}", warning.detail);
    }
    // One that is scheduled already is not said to be kept for 30 days more.
    world.simulator.schedule_account(&id);
    let until = world.simulator.accounts(Some(&owner))[0].pending_deleted_at.clone().expect("a date");
    let plan = world.plan(&[]).succeeds();
    let [warning] = &plan.diagnostics()[..] else { panic!("{plan}") };
    assert!(warning.detail.contains(&until) && !warning.detail.contains("30 days"), "{}", warning.detail);
}

#[test]
fn a_protected_account_is_not_destroyed() {
    let world = World::new();
    let owner = world.simulator.add_partner(crate::world::CONTRACT, "Acme", 5 * TB, false);
    let body = |more: &str| account("shop", &format!("\"{owner}\""), "shop@example.com", more);
    world.configure(&body("deletion_protection = true"));
    world.apply(&[]).succeeds();
    assert_eq!(world.state(SHOP)["deletion_protection"], true);
    let refuses = |arguments: &[&str]| {
        let errors = world.plan(arguments).fails().errors();
        assert_eq!(errors.len(), 1);
        assert_eq!(errors[0].summary, "The deletion of storage account \"Shop\" is forbidden", "{arguments:?}");
        assert!(errors[0].detail.contains("set deletion_protection = false, apply, and then destroy it"), "{errors:?}");
    };
    refuses(&["-destroy"]);
    world.configure("");
    refuses(&[]);
    refuses(&["-refresh=false"]);
    world.configure(&body("deletion_protection = true"));
    assert_eq!(world.plan(&[&format!("-replace={SHOP}")]).fails().errors().len(), 1);
    // Lifted in place, without a call.
    world.simulator.clear_requests();
    world.configure(&body(""));
    assert_eq!(world.apply(&[]).succeeds().changes(), (0, 1, 0));
    assert_eq!(world.simulator.writes(), 0);
    world.destroy().succeeds();
}

/// Every type has the timeouts that its messages name, and no message names one that a type lacks.
#[test]
fn members_and_accounts_have_timeouts() {
    let world = World::new();
    let timeouts = "timeouts = { create = \"5m\", delete = \"90s\" }";
    world.configure(
        &[
            partner("acme", "Acme", 5 * TB),
            member(
                "ann",
                "impossiblecloud_partner.acme.id",
                "ann@example.com",
                &format!(
                    r#"role = "staff"
  password = "Secret-Word-1"
  {timeouts}"#
                ),
            ),
            account("shop", "impossiblecloud_partner.acme.id", "shop@example.com", timeouts),
        ]
        .concat(),
    );
    world.apply(&[]).succeeds();
    world.plans_nothing();
    world.configure(&with(
        &account("shop", "\"00000000-0000-4000-8000-000000000000\"", "shop@example.com", ""),
        "timeouts = { create = \"soon\" }",
    ));
    let errors = world.run(&["validate", "-no-color"]).fails();
    assert!(errors.stderr.contains("Not a timeout") || errors.stdout.contains("Not a timeout"), "{errors}");
}

/// In relaxed, an account that does not fit its partner waits, and says in the end what it has.
#[test]
fn an_account_that_does_not_fit_its_partner_gives_up_in_words_that_are_true() {
    let mut world = World::new();
    world.workspace.set("IMPOSSIBLECLOUD_CAPACITY_CHECK", "relaxed");
    let owner = world.simulator.add_partner(crate::world::CONTRACT, "Acme", TB, false);
    world.simulator.add_account(Some(&owner), "Other", "other@example.com", TB / 2);
    let more = "timeouts = { create = \"2s\" }";
    world.configure(&account("shop", &format!("\"{owner}\""), "shop@example.com", more));
    let plan = world.plan(&[]).succeeds();
    assert_eq!(plan.warnings()[0].summary, "Not enough capacity left in partner \"Acme\" yet", "{plan}");
    let error = world.apply(&[]).fails().errors().remove(0);
    assert_eq!(error.summary, "Not enough capacity in partner \"Acme\" in time");
    assert!(error.detail.contains("raise the timeout"), "{}", error.detail);
    assert_eq!(world.simulator.writes(), 0);
}
