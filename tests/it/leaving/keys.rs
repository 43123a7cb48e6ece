//! Which kind of key: what to add or leave out is said, and a restore of what is in use is a success.

use impossiblecloud_simulator::{CHANNEL_PARTNER_KEY, Fault, FaultKind, Options, Simulator, Switches};
use serde_json::json;

use crate::faults::block_on;
use crate::faults::operator::Operator;
use crate::faults::writes::RESTORE;
use crate::world::{CONTRACT, TB, World, account};

/// A service that refuses a key of the other kind in one of three ways.
fn world(status: &str) -> World {
    World::with(Options { switches: Switches::default().with("wrong_key_status", status), ..Options::default() })
}

#[test]
fn a_partner_that_is_left_out_or_given_by_the_wrong_kind_of_key_is_named() {
    for status in ["403", "401", "404"] {
        // A distributor's key, without the partner.
        let mut world = self::world(status);
        let shop = account("shop", "null", "shop@example.com", "");
        world.configure(&shop);
        let plan = world.plan(&[]);
        let said = if plan.status.success() { world.apply(&[]).fails() } else { plan };
        let errors = said.errors();
        assert!(errors[0].detail.contains("partner_id"), "{status}: {said}");
        // A channel partner's key, with one.
        let owner = world.simulator.add_partner(CONTRACT, "Acme", 5 * TB, false);
        world.workspace.set("IMPOSSIBLECLOUD_API_KEY", CHANNEL_PARTNER_KEY);
        world.configure(&account("shop", &format!("\"{owner}\""), "shop@example.com", ""));
        let plan = world.plan(&[]);
        let said = if plan.status.success() { world.apply(&[]).fails() } else { plan };
        let errors = said.errors();
        assert!(errors[0].detail.contains("With a channel partner's key leave partner_id out"), "{status}: {said}");
        assert_eq!(world.simulator.writes(), 0);
    }
}

/// A channel partner has no partner that could not be deleted before.
#[test]
fn a_channel_partner_is_told_nothing_of_a_partner() {
    let mut world = World::new();
    world.workspace.set("IMPOSSIBLECLOUD_API_KEY", CHANNEL_PARTNER_KEY);
    world.configure(&account("shop", "null", "shop@example.com", ""));
    world.apply(&[]).succeeds();
    let destroy = world.destroy().succeeds();
    let told = destroy.warnings().into_iter().find(|it| it.summary.ends_with("is scheduled, not done")).expect("told");
    assert!(!told.detail.contains("partner cannot be deleted"), "{}", told.detail);
}

/// A retry of a half-failed invocation, or a trigger on a new account: what is in use needs no restore.
#[test]
fn a_restore_of_what_is_in_use_is_a_success() {
    for status in ["200", "400", "404", "409"] {
        block_on(async {
            let world = World::with(Options {
                switches: Switches::default().with("restore_active", status),
                ..Options::default()
            });
            let owner = world.simulator.add_partner(CONTRACT, "Acme", 5 * TB, false);
            let id = world.simulator.add_account(Some(&owner), "Shop", "shop@example.com", TB);
            let operator = Operator { simulator: &world.simulator, key: crate::world::KEY };
            let restore = json!({ "storage_account_id": id, "partner_id": owner });
            let said = operator.invoke(RESTORE, restore.clone()).await.expect("invoked");
            assert_eq!(said.0, [], "{status}");
            world.simulator.schedule_account(&id);
            for _ in 0..2 {
                let said = operator.invoke(RESTORE, restore.clone()).await.expect("invoked");
                assert_eq!(said.0, [], "{status}");
                assert_eq!(world.simulator.accounts(Some(&owner))[0].pending_deleted_at, None);
            }
        });
    }
}

/// A restore that was done before its error is refused when it is sent again: the account is in use, which is what was
/// wanted.
#[test]
fn a_restore_that_was_done_before_its_error_is_a_success() {
    for status in ["400", "404", "409"] {
        for error in [500, 502] {
            block_on(async {
                let switches = Switches::default().with("restore_active", status);
                let simulator = Simulator::start(Options { switches, ..Options::default() });
                let owner = simulator.add_partner(CONTRACT, "Acme", 5 * TB, false);
                let id = simulator.add_account(Some(&owner), "Shop", "shop@example.com", TB);
                simulator.schedule_account(&id);
                simulator.fault(Fault::new("patch_partner_account", FaultKind::StatusAfter { status: error }));
                let operator = Operator { simulator: &simulator, key: crate::world::KEY };
                let restore = json!({ "storage_account_id": id, "partner_id": owner });
                let said = operator.invoke(RESTORE, restore).await.expect("invoked");
                assert_eq!((said.failed(), simulator.count("patch_partner_account")), (false, 2), "{status}: {said:?}");
                assert_eq!(simulator.accounts(Some(&owner))[0].pending_deleted_at, None);
            });
        }
    }
}
