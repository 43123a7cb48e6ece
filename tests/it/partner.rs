//! The beats of a partner's life: create, empty plan, import, change in place, drift, destroy.

use crate::world::{CONTRACT, OTHER_CONTRACT, TB, World, partner, partner_in};

#[test]
fn a_partner_lives_from_create_to_destroy() {
    let world = World::new();
    world.configure(&format!(
        "data \"impossiblecloud_contract\" \"main\" {{ name = \"Impossible Cloud Test Contract\" }}\n{}",
        "resource \"impossiblecloud_partner\" \"acme\" \
         {\n  name = \"Acme GmbH\"\n  allocated_storage = 5e12\n  contract_id = data.impossiblecloud_contract.main.id\n}\n"
    ));
    let plan = world.plan(&["-out=tfplan"]).succeeds();
    assert_eq!(plan.changes(), (1, 0, 0));
    assert_eq!(plan.diagnostics(), []);
    assert_eq!(world.simulator.writes(), 0, "a plan writes nothing");
    let shown = world.run(&["show", "-no-color", "tfplan"]).succeeds();
    assert!(shown.stdout.contains("+ allocation          = \"5 TB\""), "{shown}");

    world.run(&["apply", "tfplan"]).succeeds();
    let state = world.state("impossiblecloud_partner.acme");
    assert_eq!(state["allocated_storage"], 5 * TB);
    assert_eq!(state["allocation"], "5 TB");
    assert_eq!(state["contract_id"], CONTRACT);
    assert_eq!((&state["allow_overdraft"], &state["deletion_protection"]), (&false.into(), &false.into()));
    assert_eq!(world.count("create_partner"), 1);
    world.plans_nothing();

    let id = state["id"].as_str().expect("an id").to_owned();
    world.run(&["state", "rm", "impossiblecloud_partner.acme"]).succeeds();
    world.run(&["import", "impossiblecloud_partner.acme", &id]).succeeds();
    assert_eq!(world.state("impossiblecloud_partner.acme"), state, "an import gives the same state");
    world.plans_nothing();

    world.simulator.clear_requests();
    world.configure(&partner("acme", "Acme AG", 7 * TB));
    let apply = world.apply(&[]).succeeds();
    assert_eq!(apply.changes(), (0, 1, 0));
    assert_eq!((world.simulator.writes(), world.count("update_partner")), (1, 1), "rename and resize are one PUT");
    assert_eq!(world.state("impossiblecloud_partner.acme")["id"], id, "in place");
    world.plans_nothing();

    world.configure(&partner("acme", "Acme AG", 0));
    world.apply(&[]).succeeds();
    assert_eq!(world.state("impossiblecloud_partner.acme")["allocation"], "pay-per-use");
    world.plans_nothing();

    assert_eq!(world.destroy().succeeds().changes(), (0, 0, 1));
    assert!(world.simulator.partner(&id).is_none(), "the API agrees that it is gone");
}

#[test]
fn an_update_sends_only_what_changed() {
    let world = World::new();
    world.configure(&partner("acme", "Acme", 2 * TB));
    world.apply(&[]).succeeds();
    let bodies = |world: &World| -> Vec<String> {
        world.simulator.requests().into_iter().filter(|r| r.operation == "update_partner").map(|r| r.body).collect()
    };
    world.configure(&partner("acme", "Acme", 0));
    world.apply(&[]).succeeds();
    assert_eq!(bodies(&world), [r#"{"allocatedCapacity":0}"#], "zero is sent, not left out");
    world.simulator.clear_requests();
    world.configure(&partner("acme", "Acme Two", 0));
    world.apply(&[]).succeeds();
    assert_eq!(bodies(&world), [r#"{"name":"Acme Two"}"#]);
    let reads = [world.count("list_contracts"), world.count("get_partner")];
    assert_eq!(reads, [0, 0], "a change of the name alone is one call");
    world.simulator.clear_requests();
    world.configure(&partner("acme", "Acme Two", 0).replace("}\n", "  deletion_protection = true\n}\n"));
    assert_eq!(world.apply(&[]).succeeds().changes(), (0, 1, 0));
    assert_eq!(world.simulator.writes(), 0, "what the API does not have is not sent to it");
}

#[test]
fn drift_in_each_attribute_shows_and_is_put_right() {
    let world = World::new();
    world.configure(&partner("acme", "Acme", 2 * TB));
    world.apply(&[]).succeeds();
    let id = world.id("impossiblecloud_partner.acme");
    world.simulator.rename_partner(&id, "Renamed by hand");
    world.simulator.resize_partner(&id, 3 * TB);
    world.simulator.set_partner_details(&id, "noted by hand");
    assert_eq!(world.plan(&[]).succeeds().changes(), (0, 1, 0));
    world.apply(&[]).succeeds();
    let partner = world.simulator.partner(&id).expect("it exists");
    assert_eq!((partner.name.as_str(), partner.allocated), ("Acme", 2 * TB));
    assert_eq!(world.state("impossiblecloud_partner.acme")["details"], "noted by hand");
    world.plans_nothing();

    world.simulator.delete_partner(&id);
    assert_eq!(world.plan(&[]).succeeds().changes(), (1, 0, 0), "what is gone is created again");
}

#[test]
fn a_move_in_the_console_shows_as_drift_and_is_never_a_replacement() {
    let world = World::new();
    world.configure(&partner("acme", "Acme", 2 * TB));
    world.apply(&[]).succeeds();
    let id = world.id("impossiblecloud_partner.acme");
    world.simulator.move_partner(&id, OTHER_CONTRACT);
    let errors = world.plan(&[]).fails().errors();
    assert_eq!(errors.len(), 1);
    assert_eq!(errors[0].summary, "A partner cannot be moved to another contract by the API");
    assert_eq!(
        errors[0].detail,
        format!(
            "Partner \"Acme\" is in contract {OTHER_CONTRACT}, and the configuration says {CONTRACT}. A replacement \
             would delete the customer, so none is planned. Either set contract_id = \"{OTHER_CONTRACT}\", or move the \
             partner in the console (Partners, the partner's menu, change of contract) and plan again."
        )
    );
    world.configure(&partner_in(OTHER_CONTRACT, "acme", "Acme", "2e12"));
    world.plans_nothing();
}

#[test]
fn what_the_api_cannot_change_is_an_error_and_never_a_replacement() {
    let world = World::new();
    world.configure(&partner("acme", "Acme", 2 * TB));
    world.apply(&[]).succeeds();
    world.simulator.clear_requests();
    world.configure(&partner("acme", "Acme", 2 * TB).replace("}\n", "  allow_overdraft = true\n}\n"));
    let errors = world.plan(&[]).fails().errors();
    assert_eq!(errors[0].summary, "The overdraft of a partner is set at its creation only");
    assert_eq!(
        errors[0].detail,
        "Partner \"Acme\" has allow_overdraft = false, and the configuration says true. The API cannot change it, and \
         a replacement would delete the customer, so none is planned. Set allow_overdraft = false in the \
         configuration, or ask Impossible Cloud's support to change the partner and plan again."
    );
    world.configure(&partner_in(OTHER_CONTRACT, "acme", "Acme", "2e12"));
    assert_eq!(world.plan(&[]).fails().errors()[0].summary, "A partner cannot be moved to another contract by the API");
    assert_eq!(world.simulator.writes(), 0);
}

#[test]
fn a_protected_partner_is_neither_destroyed_nor_replaced() {
    let world = World::new();
    world.configure(&partner("acme", "Acme", 2 * TB).replace("}\n", "  deletion_protection = true\n}\n"));
    world.apply(&[]).succeeds();
    let refuses = |arguments: &[&str]| {
        let errors = world.plan(arguments).fails().errors();
        assert_eq!(errors[0].summary, "The deletion of partner \"Acme\" is forbidden", "{arguments:?}");
        assert_eq!(
            errors[0].detail,
            "The state has deletion_protection = true for partner \"Acme\", so it is neither destroyed nor replaced. \
             If it really must go: put its block back if you removed it, set deletion_protection = false, apply, and \
             then destroy it."
        );
    };
    refuses(&["-destroy"]);
    refuses(&["-replace=impossiblecloud_partner.acme"]);
    world.configure("");
    refuses(&[]);
    world.configure(&partner("acme", "Acme", 2 * TB));
    world.apply(&[]).succeeds();
    world.destroy().succeeds();
}

#[test]
fn a_name_that_exists_is_warned_of_without_a_command() {
    let world = World::new();
    let id = world.simulator.add_partner(CONTRACT, "Acme", 2 * TB, false);
    world.configure(&partner("acme", "Acme", TB));
    let plan = world.plan(&[]).succeeds();
    let warnings = plan.warnings();
    assert_eq!(warnings.len(), 1, "{plan}");
    assert_eq!(warnings[0].summary, "A partner named \"Acme\" exists already");
    assert_eq!(
        warnings[0].detail,
        format!(
            "This plan creates a partner of that name, and in the same contract there is\n\n  {id}  2 TB\n\nThe \
             service accepts a second one: applying makes another customer. If a block of this configuration had the \
             partner under another name, add a moved block. terraform state list -id=ID shows which block has it. If \
             no state has it and it is the one meant, the guide on adopting says how to take it over."
        )
    );
}

#[test]
fn the_contract_may_be_left_out_when_there_is_only_one() {
    let world = World::new();
    world.configure(
        "resource \"impossiblecloud_partner\" \"acme\" {\n  name = \"Acme\"\n  allocated_storage = 1e12\n}\n",
    );
    let errors = world.plan(&[]).fails().errors();
    assert_eq!(errors[0].summary, "There are several contracts");
    assert_eq!(
        errors[0].detail,
        format!(
            "Say which one is meant: in this block, or for all blocks that leave it out with contract_id in the \
             provider block (or IMPOSSIBLECLOUD_CONTRACT_ID). There are:\n\n  {OTHER_CONTRACT}  \"Another test contract\", 10 TB remaining\n  {CONTRACT}  \"Impossible Cloud \
             Test Contract\", 47 TB remaining"
        )
    );
    assert_eq!(world.simulator.writes(), 0);
}

#[test]
fn unit_slips_and_impossible_amounts_are_refused_at_plan_time() {
    let world = World::new();
    let table = [
        (
            "5",
            "An amount without its unit",
            "5000000000000  or provider::impossiblecloud::bytes(\"5 TB\")\n  5000000000  or",
        ),
        ("5000", "An amount without its unit", "  5000000000000  or provider::impossiblecloud::bytes(\"5 TB\")"),
        ("1 / 3", "Not an amount of storage", "and 0.3333333333333333333333... ("),
        ("-1", "Not an amount of storage", "and -1 is negative. Write 5 TB as 5000000000000"),
        ("1.5", "Not an amount of storage", "and 1.5 is not a whole number. Write 5 TB"),
        (
            "1e19",
            "Not an amount of storage",
            "and 10000000000000000000 is more than 9223372036854775807 bytes, the most that the API can hold.",
        ),
    ];
    for (amount, summary, detail) in table {
        world.configure(&partner_in(CONTRACT, "acme", "Acme", amount));
        let plan = world.plan(&[]).fails();
        let errors = plan.errors();
        assert_eq!(errors.len(), 1, "{plan}");
        assert_eq!(errors[0].summary, summary, "{amount}");
        assert!(errors[0].detail.contains(detail), "{amount}: {}", errors[0].detail);
    }
    world.configure(&partner_in(CONTRACT, "acme", "Acme", "250000000"));
    let plan = world.plan(&[]).succeeds();
    assert_eq!(plan.warnings()[0].summary, "A very small allocation: 250 MB", "{plan}");
    assert_eq!(world.simulator.writes(), 0);
}

#[test]
fn an_existing_slip_is_left_alone() {
    let world = World::new();
    let id = world.simulator.add_partner(CONTRACT, "Tiny", 5, false);
    world.configure(&partner("tiny", "Tiny", 5));
    world.run(&["import", "impossiblecloud_partner.tiny", &id]).succeeds();
    world.plans_nothing();
}

#[test]
fn an_import_says_what_it_wants() {
    let world = World::new();
    let id = world.simulator.add_partner(CONTRACT, "Acme", TB, false);
    world.configure(&partner("acme", "Acme", TB));
    let by_name = world.run(&["import", "-no-color", "impossiblecloud_partner.acme", "Acme"]).fails();
    assert!(by_name.stderr.contains("Not the id of a partner"), "{by_name}");
    assert!(by_name.stderr.contains(&format!("terraform import impossiblecloud_partner.NAME {id}")), "{by_name}");
    let unknown = "00000000-0000-4000-8000-000000000000";
    let missing = world.run(&["import", "-no-color", "impossiblecloud_partner.acme", unknown]).fails();
    assert!(missing.stderr.contains(&format!("There is no partner {unknown}")), "{missing}");
}

#[test]
fn a_refresh_lists_the_partners_of_a_contract_once() {
    let world = World::new();
    let many: String = (0..30).map(|n| partner(&format!("p{n}"), &format!("Partner {n}"), 0)).collect();
    world.configure(&many);
    world.apply(&[]).succeeds();
    world.simulator.clear_requests();
    world.plans_nothing();
    assert_eq!((world.count("list_partners"), world.count("get_partner"), world.simulator.writes()), (1, 0, 0));
    assert!(world.count("list_contracts") <= 1);
}
