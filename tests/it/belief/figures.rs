//! Figures: own writes show, and the larger of two counts.

use impossiblecloud_simulator::{Altered, Fault, FaultKind};

use crate::world::{CONTRACT, TB, World, partner, partner_in};

/// Read in the apply, behind what it depends on, as a check of a reserve does.
#[test]
fn a_contract_that_is_read_in_the_apply_shows_what_was_written() {
    let world = World::new();
    let body = |bytes: u64| {
        partner("acme", "Acme", bytes)
            + &format!(
                r#"
data "impossiblecloud_contract" "main" {{
  id         = "{CONTRACT}"
  depends_on = [impossiblecloud_partner.acme]
}}

output "left" {{
  value = data.impossiblecloud_contract.main.remaining_storage
}}
"#
            )
    };
    for bytes in [40 * TB, 10 * TB, 47 * TB] {
        world.configure(&body(bytes));
        world.apply(&[]).succeeds();
        let left = world.run(&["output", "left"]).succeeds();
        assert_eq!(left.stdout.trim(), (47 * TB - bytes).to_string());
        world.plans_nothing();
    }
}

/// The check of a reserve fails in the run that breaks it.
#[test]
fn a_check_of_a_reserve_fails_in_the_run_that_breaks_it() {
    let world = World::new();
    world.configure(&format!(
        r#"{}
check "reserve" {{
  data "impossiblecloud_contract" "main" {{
    id         = "{CONTRACT}"
    depends_on = [impossiblecloud_partner.acme]
  }}
  assert {{
    condition     = data.impossiblecloud_contract.main.remaining_storage >= 10e12
    error_message = "Less than 10 TB are left in the contract."
  }}
}}
"#,
        partner("acme", "Acme", 40 * TB)
    ));
    let apply = world.apply(&[]).succeeds();
    assert!(apply.warnings().iter().any(|it| it.detail.contains("Less than 10 TB are left")), "{apply}");
}

/// The contract's own figure lags behind the list of its partners: the list counts, and the message shows both.
#[test]
fn totals_that_lag_are_not_trusted() {
    let world = World::new();
    world.simulator.set_switch("totals_lag", "10m");
    world.simulator.add_partner(CONTRACT, "Just made", 40 * TB, false);
    world.configure(&[partner("a", "A", 5 * TB), partner("b", "B", 5 * TB)].concat());
    let errors = world.plan(&[]).fails().errors();
    assert_eq!(errors.len(), 1, "7 TB hold one of both");
    let figures = "allocated       93 TB (the contract says 53 TB, its partners have 93 TB)";
    assert!(errors[0].detail.contains(figures), "{}", errors[0].detail);
    world.configure(&partner("a", "A", 7 * TB));
    world.apply(&[]).succeeds();
    assert_eq!(world.simulator.writes(), 1);
}

/// A fresh contract may leave out that nothing is allocated of it.
#[test]
fn a_contract_without_a_figure_is_the_sum_of_its_list() {
    for switch in [true, false] {
        let world = World::new();
        let contract = world.simulator.add_contract("Fresh", 10 * TB);
        if switch {
            world.simulator.set_switch("zero_allocated", "absent");
        } else {
            let without = Altered::default().remove("allocatedCapacity");
            world.simulator.fault(Fault::new("list_contracts", FaultKind::Altered(without)).forever());
        }
        let free = partner_in(&contract, "free", "Free", "0");
        world.configure(&[partner_in(&contract, "a", "A", "6e12"), free.clone()].concat());
        world.apply(&[]).succeeds();
        world.plans_nothing();
        world.configure(
            &[partner_in(&contract, "a", "A", "6e12"), free, partner_in(&contract, "b", "B", "5e12")].concat(),
        );
        let errors = world.plan(&[]).fails().errors();
        assert!(
            errors[0].detail.starts_with("Partner \"B\" asks for 5 TB more, and the contract has 4 TB left"),
            "{errors:?}"
        );
    }
}

/// A negative amount in an answer cannot be: it is neither recorded nor counted.
#[test]
fn a_negative_amount_is_not_recorded() {
    let world = World::new();
    world.configure(&partner("acme", "Acme", 5 * TB));
    world.apply(&[]).succeeds();
    let id = world.id("impossiblecloud_partner.acme");
    for operation in ["list_partners", "get_partner"] {
        let negative = Altered::default().set("allocatedCapacity", -5).only(&id);
        world.simulator.fault(Fault::new(operation, FaultKind::Altered(negative)).forever());
    }
    world.run(&["apply", "-refresh-only", "-auto-approve"]);
    assert_eq!(world.state("impossiblecloud_partner.acme")["allocated_storage"], 5 * TB);
    world.simulator.clear_faults();
    world.plans_nothing();
    // In the answer to a creation.
    let negative = Altered::default().set("allocatedCapacity", -5);
    world.simulator.fault(Fault::new("create_partner", FaultKind::Altered(negative)));
    world.configure(&[partner("acme", "Acme", 5 * TB), partner("beta", "Beta", TB)].concat());
    world.apply(&[]).succeeds();
    assert_eq!(world.state("impossiblecloud_partner.beta")["allocated_storage"], TB);
    world.plans_nothing();
}
