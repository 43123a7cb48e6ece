//! A cut below what the partner's accounts hold, or below what they use, is told in the plan.

use crate::world::{CONTRACT, TB, World, partner};

/// A partner of 10 TB in the state, with accounts that somebody made by hand.
fn with_accounts(allocations: &[u64]) -> (World, Vec<String>) {
    let world = World::new();
    world.configure(&partner("acme", "Acme", 10 * TB));
    world.apply(&[]).succeeds();
    let owner = world.id("impossiblecloud_partner.acme");
    let add = |(n, bytes): (usize, &u64)| {
        world.simulator.add_account(Some(&owner), &format!("Shop {n}"), &format!("shop{n}@example.com"), *bytes)
    };
    let ids = allocations.iter().enumerate().map(add).collect();
    world.simulator.clear_requests();
    (world, ids)
}

#[test]
fn a_cut_below_what_accounts_hold_is_told() {
    let (world, _) = with_accounts(&[3 * TB, 2 * TB]);
    for (after, words) in [(4 * TB, "4 TB"), (0, "pay-per-use")] {
        world.configure(&partner("acme", "Acme", after));
        let plan = world.plan(&[]).succeeds();
        let [warning] = &plan.diagnostics()[..] else { panic!("{plan}") };
        assert_eq!(warning.summary, "Partner \"Acme\" would have less than its storage accounts");
        assert_eq!(warning.address, "impossiblecloud_partner.acme");
        for words in [words, "have 5 TB together", "keep at least 5000000000000 bytes"] {
            assert!(warning.detail.contains(words), "{words}: {}", warning.detail);
        }
        // The service refuses it, and the plan has said so.
        world.apply(&[]).fails();
    }
    for after in [5 * TB, 12 * TB] {
        world.configure(&partner("acme", "Acme", after));
        assert_eq!(world.plan(&[]).succeeds().diagnostics(), []);
    }
}

#[test]
fn a_cut_below_what_was_used_is_told() {
    let (world, ids) = with_accounts(&[0, 0]);
    let day = today(&world);
    world.simulator.set_usage(&ids[0], &day, 4 * TB);
    world.simulator.set_usage(&ids[1], &day, 3 * TB);
    world.configure(&partner("acme", "Acme", 6 * TB));
    let plan = world.plan(&[]).succeeds();
    let [warning] = &plan.diagnostics()[..] else { panic!("{plan}") };
    assert_eq!(warning.summary, "Partner \"Acme\" uses more than it would have");
    for words in ["It is to have 6 TB", "the last day with figures, it used 7 TB"] {
        assert!(warning.detail.contains(words), "{words}: {}", warning.detail);
    }
    world.configure(&partner("acme", "Acme", 7 * TB));
    assert_eq!(world.plan(&[]).succeeds().diagnostics(), []);
}

/// Today, as the service counts days.
fn today(world: &World) -> String {
    let scheduled = world.simulator.accounts(Some(&world.id("impossiblecloud_partner.acme"))).remove(0);
    world.simulator.schedule_account(&scheduled.id);
    let accounts = world.simulator.accounts(Some(&world.id("impossiblecloud_partner.acme")));
    let until = accounts.into_iter().find(|it| it.id == scheduled.id).and_then(|it| it.pending_deleted_at);
    world.simulator.reactivate_account(&scheduled.id);
    let until: jiff::Timestamp = until.expect("a date").parse().expect("a time");
    until.checked_sub(jiff::Span::new().hours(30 * 24)).expect("a time").to_string()[..10].to_owned()
}

/// What is not cut costs nothing, and a cut at most two requests, for at most twenty partners of a plan.
#[test]
fn looking_at_cuts_has_a_budget() {
    const PARTNERS: usize = 25;
    let world = World::new();
    let all =
        |bytes: u64| (0..PARTNERS).map(|n| partner(&format!("p{n}"), &format!("P{n}"), bytes)).collect::<String>();
    world.configure(&all(TB));
    world.apply(&[]).succeeds();
    for partner in world.simulator.partners(CONTRACT).into_iter().filter(|it| it.name.starts_with('P')) {
        world.simulator.add_account(Some(&partner.id), "Shop", &format!("{}@example.com", partner.name), 0);
    }
    world.simulator.clear_requests();
    world.configure(&all(TB + TB / 10));
    world.plan(&[]).succeeds();
    let without = world.simulator.reads();
    world.simulator.clear_requests();
    world.configure(&all(TB / 2));
    let plan = world.plan(&[]).succeeds();
    let told: Vec<_> = plan.diagnostics().into_iter().map(|it| it.summary).collect();
    assert_eq!(told, ["This plan cuts more than 20 partners"], "said once");
    assert!(world.simulator.reads() <= without + 2 * 20, "{} and {without}", world.simulator.reads());
    assert_eq!((world.count("list_partner_accounts"), world.count("partner_usage") <= 20), (20, true));
}
