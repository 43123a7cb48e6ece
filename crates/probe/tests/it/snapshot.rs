use impossiblecloud_simulator::{CHANNEL_PARTNER_KEY, Options, Simulator, Snapshot, Switches};

use crate::requests::lists;
use crate::world::{TB, World};

/// A distributor's world with everything in it, and usage on some days.
fn world(switches: Switches) -> World {
    let world = World::new(switches);
    let partners = world.sim.all_partners();
    for (number, partner) in partners.iter().enumerate() {
        world.sim.add_member(&partner.id, &format!("m{number}@customer.example"), "", "viewer");
        let account = world.sim.add_account(Some(&partner.id), "Store", &format!("s{number}@customer.example"), 0);
        let today = jiff::Timestamp::now().to_string();
        world.sim.set_usage(&account, &today[..10], TB + number as u64);
        if number == 1 {
            world.sim.schedule_account(&account);
        }
    }
    world
}

fn loaded(world: &World, switches: Switches) -> Simulator {
    let text = std::fs::read_to_string(world.path("all.json")).unwrap();
    let load = Some(Snapshot::parse(&text).unwrap_or_else(|problem| panic!("{problem}: {text}")));
    Simulator::start(Options { load, switches, seed: false, ..Options::default() })
}

#[test]
fn a_simulator_that_loads_it_answers_every_list_alike() {
    for switches in [
        Switches::default(),
        Switches::default().with("page_size", "2").with("list_order", "created").with("pending_value", "scheduled"),
        Switches::default()
            .with("empty_list", "not_found")
            .with("overdraft_field", "when_true")
            .with("answer_extras", "absent"),
        Switches::default()
            .with("console_move", "hidden")
            .with("zero_allocated", "absent")
            .with("pending_form", "space"),
    ] {
        let world = world(switches.clone());
        let ran = world.run(&["--snapshot", "all.json"]);
        assert_eq!((ran.code, world.sim.writes()), (Some(0), 0), "{ran:?}");
        let (one, other) = (lists(&world.sim), lists(&loaded(&world, switches)));
        assert!(one.len() > 20, "{}", one.len());
        assert_eq!(one, other);
    }
}

/// Names and addresses are its owner's alone, also where another file was before.
#[cfg(unix)]
#[test]
fn nobody_else_can_read_it() {
    use std::fs::Permissions;
    use std::os::unix::fs::PermissionsExt;

    let world = world(Switches::default());
    for before in [None, Some(0o644)] {
        if let Some(mode) = before {
            std::fs::set_permissions(world.path("all.json"), Permissions::from_mode(mode)).unwrap();
        }
        assert_eq!(world.run(&["--snapshot", "all.json"]).code, Some(0));
        let mode = std::fs::metadata(world.path("all.json")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{before:?}");
    }
}

#[test]
fn a_channel_partners_own_accounts_are_taken_too() {
    let mut world = World::new(Switches::default());
    world.key = CHANNEL_PARTNER_KEY.to_string();
    world.sim.add_account(None, "Own", "own@customer.example", 3 * TB);
    assert_eq!(world.run(&["--snapshot", "all.json"]).code, Some(0));
    let own = loaded(&world, Switches::default()).accounts(None);
    assert_eq!(own, world.sim.accounts(None));
}

#[test]
fn half_a_snapshot_is_none() {
    let world = world(Switches::default().with("page_size", "2").with("page_next", "elsewhere"));
    let ran = world.run(&["--snapshot", "all.json"]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.err.contains("there is no snapshot, because a list cannot be read: GET /contract/"), "{ran:?}");
    assert!(!world.path("all.json").exists());
}
