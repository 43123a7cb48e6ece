//! The beats of a storage account's life, with both kinds of key.

use impossiblecloud_simulator::CHANNEL_PARTNER_KEY;

use crate::world::{CONTRACT, TB, World};

const ADDRESS: &str = "impossiblecloud_storage_account.shop";
const PASSWORD: &str = "Secret-Word-1";

/// An account of a partner, or of the key's own channel partner.
fn account(partner: Option<&str>, name: &str, bytes: u64) -> String {
    let partner = partner.map_or(String::new(), |id| format!("  partner_id = \"{id}\"\n"));
    format!(
        "resource \"impossiblecloud_storage_account\" \"shop\" \
         {{\n{partner}  name = \"{name}\"\n  allocated_storage = {bytes}\n  contact_email = \"shop@example.com\"\n  password = \"{PASSWORD}\"\n}}\n"
    )
}

#[test]
fn an_account_lives_from_create_to_destroy_with_both_kinds_of_key() {
    for own in [false, true] {
        let mut world = World::new();
        let partner = world.simulator.add_partner(CONTRACT, "Acme", 5 * TB, false);
        let partner = (!own).then_some(partner.as_str());
        if own {
            world.workspace.set("IMPOSSIBLECLOUD_API_KEY", CHANNEL_PARTNER_KEY);
        }
        world.configure(&account(partner, "Shop", TB));
        world.apply(&[]).succeeds();
        world.plans_nothing();
        let state = world.state(ADDRESS);
        assert_eq!((&state["allocation"], &state["pending_deleted_at"]), (&"1 TB".into(), &serde_json::Value::Null));
        let id = state["id"].as_str().expect("an id").to_owned();
        let import_id = partner.map_or(id.clone(), |partner| format!("{partner}/{id}"));

        world.run(&["state", "rm", ADDRESS]).succeeds();
        world.run(&["import", ADDRESS, &import_id]).succeeds();
        world.simulator.clear_requests();
        assert_eq!(world.apply(&[]).succeeds().changes(), (0, 1, 0), "the password is recorded");
        assert_eq!(world.simulator.writes(), 0);
        assert_eq!(world.state(ADDRESS), state);
        world.plans_nothing();

        let destroy = world.destroy().succeeds();
        let [planned, warning] = &destroy.warnings()[..] else { panic!("{destroy}") };
        assert_eq!(planned.summary, "Storage account \"Shop\" will be deleted", "{destroy}");
        assert_eq!(warning.summary, "The deletion of storage account \"Shop\" is scheduled, not done", "{destroy}");
        let account = world.simulator.accounts(partner).remove(0);
        let until = account.pending_deleted_at.expect("it is scheduled");
        assert!(warning.detail.contains(&format!("at {until}; until then its data is kept")), "{}", warning.detail);

        // The address stays taken: creating it again names the account and the way back, and the service decides.
        world.configure(&self::account(partner, "Shop", TB));
        let plan = world.plan(&[]).succeeds();
        let [warning] = &plan.diagnostics()[..] else { panic!("{plan}") };
        assert_eq!(warning.summary, "The address of storage account \"Shop\" is taken until an account is deleted");
        let error = world.apply(&[]).fails().errors().remove(0);
        assert_eq!(error.summary, "Cannot create storage account \"Shop\"");
        for words in [id.as_str(), until.as_str(), "impossiblecloud_storage_account_restore", "the guide on adopting"] {
            assert!(warning.detail.contains(words), "{words}: {}", warning.detail);
            assert!(error.detail.contains(words), "{words}: {}", error.detail);
        }
        assert_eq!(world.simulator.accounts(partner).len(), 1);
    }
}

#[test]
fn changes_and_replacements_are_refused_at_plan_time() {
    let world = World::new();
    let partner = world.simulator.add_partner(CONTRACT, "Acme", 5 * TB, false);
    let configuration = account(Some(&partner), "Shop", TB);
    world.configure(&configuration);
    world.apply(&[]).succeeds();
    world.simulator.clear_requests();
    let id = world.id(ADDRESS);
    let refused = |text: String, arguments: &[&str]| {
        world.configure(&text);
        world.plan(arguments).fails().errors().remove(0)
    };
    let error = refused(account(Some(&partner), "Other", 2 * TB), &[]);
    assert_eq!(error.summary, "A storage account cannot be changed through the API");
    assert_eq!(
        error.detail,
        format!(
            "Storage account \"Shop\" ({id}) would change its name from \"Shop\" to \"Other\" and its \
             allocated_storage from 1 TB to 2 TB. A replacement would schedule the customer's data for deletion, so \
             the plan refuses. Either make the configuration say what is, or make the change in the console (name, \
             allocation) and plan again."
        )
    );
    let error = refused(configuration.replace("shop@", "store@"), &[]);
    assert!(
        error.detail.contains("its contact_email from \"shop@example.com\" to \"store@example.com\""),
        "{}",
        error.detail
    );
    let error = refused(configuration.replace("  password", "  allow_overdraft = true\n  password"), &[]);
    assert!(error.detail.contains("its allow_overdraft from false to true"), "{}", error.detail);
    let error = refused(configuration.replace(PASSWORD, "Another-Word-2"), &[]);
    assert_eq!(error.summary, "The password of a storage account cannot be changed through the API");
    let error = refused(configuration.clone(), &[&format!("-replace={ADDRESS}")]);
    assert_eq!(error.summary, "Storage account \"Shop\" is not replaced");
    assert_eq!(world.simulator.writes(), 0);

    // What the console changed shows as drift, with the same message.
    world.simulator.resize_account(&id, 3 * TB);
    let error = refused(configuration, &[]);
    assert!(error.detail.contains("its allocated_storage from 3 TB to 1 TB"), "{}", error.detail);
    world.configure(&account(Some(&partner), "Shop", 3 * TB));
    world.plans_nothing();
}

#[test]
fn one_that_somebody_scheduled_stays_with_a_warning() {
    let world = World::new();
    let partner = world.simulator.add_partner(CONTRACT, "Acme", 5 * TB, false);
    world.configure(&account(Some(&partner), "Shop", TB));
    world.apply(&[]).succeeds();
    let id = world.id(ADDRESS);
    world.simulator.schedule_account(&id);
    let plan = world.plan(&[]).succeeds();
    assert_eq!(plan.changes(), (0, 0, 0));
    let warning = &plan.warnings()[0];
    assert_eq!(warning.summary, "The deletion of storage account \"Shop\" is scheduled", "{plan}");
    assert!(warning.detail.contains("impossiblecloud_storage_account_restore"), "{}", warning.detail);
    world.simulator.reactivate_account(&id);
    assert_eq!(world.plan(&[]).succeeds().warnings(), []);
    world.simulator.purge_account(&id);
    assert_eq!(world.plan(&[]).succeeds().changes(), (1, 0, 0));
}

#[test]
fn accounts_are_checked_against_their_partner() {
    let world = World::new();
    let partner = world.simulator.add_partner(CONTRACT, "Acme", 5 * TB, false);
    world.simulator.add_account(Some(&partner), "First", "first@example.com", 3 * TB);
    world.configure(&account(Some(&partner), "Shop", 2 * TB));
    assert_eq!(world.plan(&[]).succeeds().diagnostics(), []);
    world.configure(&account(Some(&partner), "Shop", 3 * TB));
    let errors = world.plan(&[]).fails().errors();
    assert_eq!(errors[0].summary, "Not enough capacity left in partner \"Acme\"");
    assert_eq!(
        errors[0].detail,
        format!(
            "Storage account \"Shop\" asks for 3 TB more, and the partner has 2 TB left: it is short by 1 \
             TB.\n\n  partner    Acme ({partner})\n  reserved   5 TB\n  allocated  3 TB\n  remaining  2 \
             TB\n  asked      3 TB by storage account \"Shop\"\n  short by   1 TB\n  held by    \"First\" 3 \
             TB\n\nNothing was written for it. Set allocated_storage to at most 2000000000000 (2 TB), make it \
             pay-per-use (allocated_storage = 0), or raise the partner's own allocated_storage. terraform destroy \
             plans the configuration first; with -refresh=false it does not."
        )
    );
    assert_eq!(world.simulator.writes(), 0);
}

#[test]
fn a_partner_that_grows_in_the_same_plan_counts_as_it_will_be() {
    let world = World::new();
    let configuration = |partner: u64, account: u64| {
        format!(
            "resource \"impossiblecloud_partner\" \"acme\" \
             {{\n  name = \"Acme\"\n  allocated_storage = {partner}\n  contract_id = \"{CONTRACT}\"\n}}\n{}",
            self::account(Some("REF"), "Shop", account).replace("\"REF\"", "impossiblecloud_partner.acme.id")
        )
    };
    world.configure(configuration(5 * TB, 4 * TB).split("resource \"impossiblecloud_storage").next().expect("text"));
    world.apply(&[]).succeeds();
    world.configure(&configuration(9 * TB, 8 * TB));
    assert_eq!(world.plan(&[]).succeeds().diagnostics(), []);
    world.apply(&[]).succeeds();
    world.plans_nothing();
}

#[test]
fn a_partner_with_accounts_is_not_deleted_and_the_refusal_is_readable() {
    let world = World::new();
    world.configure(&crate::world::partner("acme", "Acme", 5 * TB));
    world.apply(&[]).succeeds();
    let id = world.id("impossiblecloud_partner.acme");
    world.simulator.add_account(Some(&id), "Shop", "shop@example.com", TB);
    let destroy = world.destroy().fails();
    assert_eq!(destroy.errors()[0].summary, format!("Cannot delete partner \"Acme\" ({id})"), "{destroy}");
    world.plans_nothing();
}

#[test]
fn accounts_are_listed() {
    let world = World::new();
    let partner = world.simulator.add_partner(CONTRACT, "Acme", 5 * TB, false);
    world.simulator.add_account(Some(&partner), "B", "b@example.com", TB);
    world.simulator.add_account(Some(&partner), "A", "a@example.com", 0);
    world.configure(&format!(
        "data \"impossiblecloud_storage_accounts\" \"all\" {{ partner_id = \"{partner}\" }}\noutput \"all\" \
         {{ value = [for account in data.impossiblecloud_storage_accounts.all.storage_accounts : \"${{account.name}} ${{account.allocation}}\"] }}\n"
    ));
    world.apply(&[]).succeeds();
    let output = world.run(&["output", "-json", "all"]).succeeds();
    assert_eq!(output.stdout.trim(), "[\"A pay-per-use\",\"B 1 TB\"]");
}
