//! Customers from a file, a module for each customer, and two contracts.

use super::book::{CSV, MONTHLY, ONE_KEY, TOTALS, TWO_KEYS, YAML, edit, lay_out};
use crate::world::{CONTRACT, KEY, OTHER_CONTRACT, TB, World};

/// What the simulator's sample partners have.
const OTHERS: u64 = 53 * TB;

#[test]
fn customers_come_from_a_file_and_are_resized_by_a_line_of_it() {
    let table =
        [(CSV, "customers.csv", ",5,false", ",8,false"), (YAML, "customers.yaml", "terabytes: 5", "terabytes: 8")];
    for (section, file, before, after) in table {
        let mut world = World::new();
        lay_out(&world.workspace, "customers", section, &[]);
        lay_out(&world.workspace, "customers", TOTALS, &[]);
        world.apply(&[]).succeeds();
        world.plans_nothing();
        let partners = world.simulator.partners(CONTRACT);
        let of = |name: &str| partners.iter().find(|partner| partner.name == name).expect("a partner");
        assert_eq!((of("Initech AG").allocated, of("Globex, Inc.").allow_overdraft), (5 * TB / 2, true));

        // The accounts take their amounts from the file, and the API cannot change them: the plan goes on all the same.
        lay_out(&world.workspace, "customers", MONTHLY, &[]);
        world.workspace.set("TF_VAR_passwords", r#"{"acme": "Secret-Word-1", "initech": "Secret-Word-1"}"#);
        world.apply(&[]).succeeds();
        world.workspace.set("TF_VAR_passwords", "{}");
        world.plans_nothing();

        edit(&world.workspace, file, before, after);
        let plan = world.run(&["plan", "-no-color"]).succeeds();
        let totals = "~ contract = \"60.5 TB of 100 TB allocated, 39.5 TB left\" -> \"63.5 TB of 100 TB allocated, \
                      36.5 TB left\"";
        assert!(plan.stdout.contains(totals), "{plan}");
        assert!(plan.stdout.contains("0 to add, 1 to change, 0 to destroy"), "{plan}");
        world.apply(&[]).succeeds();
        let allocated: u64 = world.simulator.partners(CONTRACT).iter().map(|partner| partner.allocated).sum();
        assert_eq!(allocated, OTHERS + 8 * TB + 5 * TB / 2);

        // A line that is lost is not a customer that is lost.
        edit(
            &world.workspace,
            "main.tf",
            "= local.customers\n",
            "= { for key, it in local.customers : key => it if key != \"globex\" }\n",
        );
        let errors = world.plan(&[]).fails().errors();
        assert_eq!(errors[0].summary, "The deletion of partner \"Globex, Inc.\" is forbidden");
    }
}

#[test]
fn a_module_makes_all_of_each_customer_and_needs_passwords_once() {
    let mut world = World::new();
    if world.workspace.cli().version < (1, 11) {
        return;
    }
    lay_out(&world.workspace, "module", "The module", &[]);
    lay_out(&world.workspace, "module", "The customers", &[]);
    world.run(&["get"]).succeeds();
    let errors = world.plan(&[]).fails().errors();
    assert!(errors.iter().any(|error| error.summary == "Member \"kim@acme.example\" needs a password"), "{errors:?}");
    let people = ["kim@acme.example", "sam@acme.example", "backups@acme.example", "lee@initech.example"];
    let passwords: Vec<_> = people.iter().map(|address| format!("\"{address}\": \"Secret-Word-1\"")).collect();
    world.workspace.set("TF_VAR_passwords", format!("{{{}}}", passwords.join(", ")));
    let apply = world.apply(&[]).succeeds();
    assert_eq!(apply.changes(), (6, 0, 0), "{apply}");
    world.workspace.set("TF_VAR_passwords", "{}");
    world.plans_nothing();
    let state = std::fs::read_to_string(world.workspace.folder().join("terraform.tfstate")).expect("a state");
    assert!(!state.contains("Secret-Word"), "{state}");

    edit(&world.workspace, "main.tf", "terabytes = 5\n", "terabytes = 6\n");
    edit(&world.workspace, "main.tf", "terabytes = 3 }", "terabytes = 4 }");
    let plan = world.plan(&[]).succeeds();
    assert_eq!(plan.changes(), (0, 1, 0), "{plan}");
    edit(&world.workspace, "modules/customer/main.tf", "password_wo_version = 1", "password_wo_version = 2");
    let errors = world.plan(&[]).fails().errors();
    assert!(errors.iter().any(|error| error.summary.contains("cannot be replaced without its password")), "{errors:?}");
    assert!(errors.iter().any(|error| error.summary.starts_with("The password of a storage account")), "{errors:?}");
}

#[test]
fn customers_are_in_the_contract_that_the_file_says() {
    let world = World::new();
    lay_out(&world.workspace, "contracts", ONE_KEY, &[]);
    world.apply(&[]).succeeds();
    world.plans_nothing();
    let names =
        |contract| world.simulator.partners(contract).into_iter().map(|partner| partner.name).collect::<Vec<_>>();
    assert!(names(CONTRACT).contains(&"Acme GmbH".into()) && names(OTHER_CONTRACT) == ["Initech AG"]);
    edit(&world.workspace, "main.tf", "contract = \"small\"", "contract = \"main\"");
    let errors = world.plan(&[]).fails().errors();
    assert_eq!(errors[0].summary, "A partner cannot be moved to another contract by the API");
    // As people do it: in the console first.
    let initech = world.simulator.partners(OTHER_CONTRACT).remove(0).id;
    world.simulator.move_partner(&initech, CONTRACT);
    world.plans_nothing();
}

#[test]
fn two_keys_have_their_own_contracts() {
    let mut world = World::new();
    let south = world.simulator.add_distributor("south-key");
    let contract = world.simulator.add_contract_of(&south, "South", 10 * TB);
    world.workspace.set("TF_VAR_north_key", KEY);
    world.workspace.set("TF_VAR_south_key", "south-key");
    lay_out(&world.workspace, "contracts", TWO_KEYS, &[]);
    world.apply(&[]).succeeds();
    world.plans_nothing();
    assert_eq!(world.simulator.partners(&contract).len(), 1);
}
