use impossiblecloud_simulator::{CHANNEL_PARTNER_KEY, Options, Switches};

use crate::world::World;

#[test]
fn reading_sends_nothing_but_gets() {
    let world = World::new(Switches::default());
    let before = world.others();
    let ran = world.run(&["--json", "report.json", "--profile", "profile.json"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let requests = world.sim.requests();
    assert!(requests.len() > 50 && world.sim.writes() == 0, "{}", requests.len());
    assert!(requests.iter().all(|request| request.method == "GET" && request.body.is_empty()));
    // No key three times (twice none, once one without Bearer), and a wrong one once: to be refused.
    let kinds = |kind: &str| requests.iter().filter(|request| request.key_kind == kind).count();
    assert_eq!((kinds("none"), kinds("unknown"), kinds("channel_partner")), (3, 1, 0));
    assert_eq!(kinds("distributor") + 4, requests.len());
    assert_eq!(world.others(), before);
    let files: Vec<_> =
        std::fs::read_dir(world.folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(files.len(), 2, "{files:?}");
    let report = world.json("report.json");
    assert_eq!(report["about"]["wrote"], false);
    assert!(report["profile"].as_object().unwrap().len() > 20);
}

#[test]
fn the_report_tells_nobodys_secrets() {
    let world = World::new(Switches::default());
    let ran = world.run(&["--json", "report.json"]);
    let text = std::fs::read_to_string(world.path("report.json")).unwrap() + &ran.out + &ran.err;
    for secret in [world.key.as_str(), "Customer", "kim@customer", "data@customer", "Sample Reseller"] {
        assert!(!text.contains(secret), "{secret}");
    }
    for partner in world.sim.all_partners() {
        assert!(!text.contains(&partner.id), "{}", partner.id);
    }
}

#[test]
fn without_write_the_questions_that_need_it_are_open() {
    let world = World::new(Switches::default());
    let ran = world.run(&[]);
    assert!(ran.out.contains("The role Admin for admin (role_case): it takes --write\n"), "{}", ran.out);
    assert!(ran.out.contains("PATCH of {} (empty_patch): it takes --write --accounts\n"), "{}", ran.out);
    assert!(
        ran.out.contains("\n 5  Status for an object that does not exist (unknown_object_status): 404\n"),
        "{}",
        ran.out
    );
    assert!(ran.out.contains("impossiblecloud-simulator --set missing_key_status=401 "), "{}", ran.out);
}

#[test]
fn what_the_provider_does_not_count_on_is_marked() {
    let switches = Switches::default().with("unknown_object_status", "403").with("console_move", "hidden");
    let ran = World::new(switches).run(&[]);
    assert!(ran.out.contains("(unknown_object_status): 403  !\n"), "{}", ran.out);
    assert!(
        ran.out.contains("!  Status for an object that does not exist is 403: a partner or storage account")
            && ran.out.contains("stays in the state, and its refresh fails: let go of it with a removed block"),
        "{}",
        ran.out
    );
    assert!(
        ran.out.contains("!  Whether distributorContractId follows a move in the console is hidden: "),
        "{}",
        ran.out
    );
}

#[test]
fn a_channel_partners_key_is_asked_about_its_own_side() {
    let mut world = World::new(Switches::default().with("account_id", "leading_zero").with("wrong_key_status", "404"));
    world.key = CHANNEL_PARTNER_KEY.to_string();
    world.sim.add_account(None, "Own", "own@customer.example", 0);
    let ran = world.run(&["--profile", "profile.json"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let profile = world.json("profile.json");
    for (switch, value) in [
        ("account_id", "leading_zero"),
        ("wrong_key_status", "404"),
        ("bad_dates_status", "400"),
        ("days_without_data", "zero"),
    ] {
        assert_eq!(profile[switch], value, "{switch}");
    }
    assert_eq!(world.sim.writes(), 0);
    let refused = world.run(&["--write", "--contract", "c", "--yes"]);
    assert_eq!((refused.code, world.sim.writes()), (Some(1), 0));
    assert!(
        refused.err.ends_with("--write needs the key of a distributor: a channel partner has storage accounts only\n")
    );
}

#[test]
fn an_empty_service_leaves_questions_open() {
    let world = World::with(Options { seed: false, ..Options::default() });
    for partner in world.sim.all_partners() {
        world.sim.delete_partner(&partner.id);
    }
    let ran = world.run(&[]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(
        ran.out.contains("(bad_dates_status): there is no partner whose usage could be asked for\n"),
        "{}",
        ran.out
    );
}

#[test]
fn a_key_that_opens_nothing_is_said_to() {
    let mut world = World::new(Switches::default());
    world.key = "simulator-expired-key".to_string();
    let ran = world.run(&[]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.err.contains("this key opens neither side of the API; is the endpoint right"), "{}", ran.err);
    assert!(!ran.err.contains(&world.key), "{}", ran.err);
}
