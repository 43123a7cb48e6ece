//! Passwords that were left out of a plan, and those that never work.

use impossiblecloud_simulator::Simulator;
use serde_json::json;
use terraform_cli::Output;

use crate::faults::operator::{Managed, Operator};
use crate::faults::writes::{ACCOUNT, MEMBER, account_config, member_config};
use crate::faults::{all_well, run_all};
use crate::world::{CONTRACT, TB, World, account, member};

/// A member and an account whose password is an ephemeral variable that may be left out.
fn body(owner: &str, role: &str, version: u32) -> String {
    let owner = format!("\"{owner}\"");
    let secret = format!(
        r#"password_wo = var.password
  password_wo_version = {version}"#
    );
    let shop =
        account("shop", &owner, "shop@example.com", &secret).replace("  password          = \"Abcdefgh1!\"\n", "");
    format!(
        r#"
variable "password" {{
  type      = string
  ephemeral = true
  default   = null
}}
{}{}"#,
        member("ann", &owner, "ann@example.com", &format!("role = \"{role}\"\n  {secret}")),
        shop
    )
}

const GIVEN: &str = "-var=password=Secret-Word-1";

#[test]
fn what_exists_needs_no_password() {
    let world = World::new();
    if world.workspace.cli().version < (1, 11) {
        return;
    }
    let owner = world.simulator.add_partner(CONTRACT, "Acme", 5 * TB, false);
    world.configure(&body(&owner, "staff", 1));
    // Nothing can be created without one.
    let errors = world.plan(&[]).fails().errors();
    assert_eq!(errors.len(), 2);
    assert!(errors.iter().all(|error| error.summary.ends_with("needs a password")), "{errors:?}");
    world.apply(&[GIVEN]).succeeds();
    // A plan for review, without the variable.
    assert_eq!(world.plan(&[]).succeeds().changes(), (0, 0, 0));
    assert_eq!(world.apply(&[]).succeeds().changes(), (0, 0, 0));
    assert_eq!(world.plan(&[GIVEN]).succeeds().changes(), (0, 0, 0));

    // A member is never deleted before its password is at hand.
    for (role, version) in [("admin", 1), ("staff", 2), ("admin", 2)] {
        world.configure(&body(&owner, role, version).replace(
            "resource \"impossiblecloud_storage_account\" \"shop\" {",
            r#"resource "impossiblecloud_storage_account" "shop" {
  count = 0"#,
        ));
        let plan = world.plan(&[]).fails();
        let error = needs_password(&plan);
        assert!(error.contains("the variable was left out"), "{role} {version}: {error}");
        let changes = world.plan(&[GIVEN]).succeeds().changes();
        assert_eq!(changes, (1, 0, 2), "with it the member is replaced");
    }
    world.configure(&body(&owner, "staff", 1));
    world.run(&["destroy", "-auto-approve"]).succeeds();
    assert!(world.simulator.members(&owner).is_empty());
}

#[track_caller]
fn needs_password(plan: &Output) -> String {
    let errors = plan.errors();
    let error = errors
        .iter()
        .find(|error| error.summary == "Member \"ann@example.com\" cannot be replaced without its password");
    error.unwrap_or_else(|| panic!("{plan}")).detail.clone()
}

/// A password that is not known yet is no difference.
#[test]
fn a_password_that_is_not_known_yet_is_no_difference() {
    let world = World::new();
    let owner = world.simulator.add_partner(CONTRACT, "Acme", 5 * TB, false);
    let owner_id = format!("\"{owner}\"");
    world.configure(&account("shop", &owner_id, "shop@example.com", ""));
    world.apply(&[]).succeeds();
    let source = "resource \"terraform_data\" \"secret\" { input = \"Abcdefgh1!\" }\n";
    let unknown =
        account("shop", &owner_id, "shop@example.com", "").replace("\"Abcdefgh1!\"", "terraform_data.secret.output");
    world.configure(&[source.to_owned(), unknown].concat());
    let plan = world.plan(&[]).succeeds();
    assert_eq!(plan.changes().2, 0, "{plan}");
    world.apply(&[]).succeeds();
    world.plans_nothing();
}

#[test]
fn what_surely_is_no_address_is_refused_by_the_plan() {
    let addresses = [
        ("", false),
        (" ", false),
        ("ann", false),
        ("ann @example.com", false),
        ("ann@example.com ", false),
        ("ann@@example.com", false),
        ("o'neil+shop@example.com", true),
        ("ünal@exämple.de", true),
        ("a@xn--exmple-cua.de", true),
    ];
    let cases: Vec<_> = addresses.into_iter().flat_map(|case| [(MEMBER, case), (ACCOUNT, case)]).collect();
    all_well(&run_all(&cases, async |(resource_type, (address, is_one))| {
        let simulator = Simulator::start(Default::default());
        let owner = simulator.add_partner(CONTRACT, "Acme", 5 * TB, false);
        let (mut config, attribute) = match *resource_type {
            MEMBER => (member_config(&owner), "email"),
            _ => (account_config(Some(&owner)), "contact_email"),
        };
        config[attribute] = json!(address);
        let operator = Operator { simulator: &simulator, key: crate::world::KEY };
        let (said, _) = operator.plan(&mut [Managed::new(resource_type, config)]).await?;
        let refused = said.errors().any(|error| error.summary == "Not an email address");
        if refused == *is_one || (*is_one && !said.0.is_empty()) { Err(format!("{said:?}")) } else { Ok(()) }
    }));
}

#[test]
fn a_password_with_a_line_break_is_refused_by_the_plan() {
    let world = World::new();
    let owner = world.simulator.add_partner(CONTRACT, "Acme", 5 * TB, false);
    let owner_id = format!("\"{owner}\"");
    // file() gives the newline that an editor writes.
    world.workspace.write("pw.txt", "Secret-Word-1\n").expect("written");
    world.configure(&member(
        "ann",
        &owner_id,
        "ann@example.com",
        r#"role = "staff"
  password = file("pw.txt")"#,
    ));
    let errors = world.plan(&[]).fails().errors();
    assert_eq!(errors[0].summary, "Not a password that the service takes");
    assert!(errors[0].detail.contains("line break") && errors[0].detail.contains("trimspace(file("), "{errors:?}");
    assert!(!errors[0].detail.contains("Secret-Word"));
    world.configure(&member(
        "ann",
        &owner_id,
        "ann@example.com",
        r#"role = "staff"
  password = trimspace(file("pw.txt"))"#,
    ));
    world.apply(&[]).succeeds();
    world.plans_nothing();
}

/// Two blocks of one address: the service will refuse the second, and the plan says so.
#[test]
fn two_equal_addresses_in_one_plan_are_told() {
    let world = World::new();
    let owner = world.simulator.add_partner(CONTRACT, "Acme", 5 * TB, false);
    let owner_id = format!("\"{owner}\"");
    let more = r#"role = "staff"
  password = "Secret-Word-1""#;
    world.configure(
        &[
            member("ann", &owner_id, "ann@example.com", more),
            member("again", &owner_id, "Ann@Example.com", more),
            account("shop", &owner_id, "shop@example.com", ""),
            account("again", &owner_id, "SHOP@example.com", ""),
        ]
        .concat(),
    );
    for _ in 0..3 {
        let plan = world.plan(&[]).succeeds();
        let told: Vec<_> = plan.warnings().into_iter().map(|it| it.summary.to_lowercase()).collect();
        assert_eq!(told.len(), 2, "{plan}");
        assert!(told.contains(&"member \"ann@example.com\" was planned twice".to_owned()), "{plan}");
        assert!(told.contains(&"storage account \"shop\" was planned twice".to_owned()), "{plan}");
    }
}
