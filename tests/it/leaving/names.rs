//! What the service trims, folds, collapses, composes, rounds or fills in is no difference.

use impossiblecloud_simulator::{Options, Simulator, Switches};
use serde_json::json;

use crate::faults::operator::{Managed, Operator};
use crate::faults::writes::{MEMBER, member_config};
use crate::faults::{all_well, run_all};
use crate::world::{CONTRACT, TB, World, account, member, partner};

const PASSWORD: &str = "password = \"Secret-Word-1\"";

/// Switches of the simulator, and what they are set to.
type Ways = &'static [(&'static str, &'static str)];

fn world(switches: &[(&str, &str)]) -> World {
    let switches = switches.iter().fold(Switches::default(), |switches, (name, value)| switches.with(name, value));
    World::with(Options { switches, ..Options::default() })
}

/// Applies, and from then on there is nothing to do; an import gives no difference either.
#[track_caller]
fn is_quiet(world: &World, body: &str, what: &str) {
    world.configure(body);
    world.apply(&[]).succeeds();
    let writes = world.simulator.writes();
    for _ in 0..2 {
        let plan = world.plan(&["-detailed-exitcode"]);
        assert_eq!((plan.changes(), plan.status.success()), ((0, 0, 0), true), "{what}: {plan}");
    }
    assert_eq!(world.simulator.writes(), writes);
}

#[test]
fn a_member_is_not_made_again_for_its_name_or_address() {
    let table: &[(Ways, &str, &str)] = &[
        (&[("blanks", "trimmed")], "ann@example.com", "Ann Lee "),
        (&[("blanks", "collapsed")], "ann@example.com", "Ann   Lee"),
        (&[("nameless_member", "email")], "ann@example.com", ""),
        (&[("nameless_member", "absent")], "ann@example.com", ""),
        (&[("email_case", "lowered")], "ÜNAL@Example.COM", "Ünal"),
        (&[("email_case", "host_lowered")], "Ann@Example.COM", "Ann"),
        (&[("name_case", "lowered")], "ann@example.com", "Ann LEE"),
        (&[("name_form", "nfd")], "ann@example.com", "Ren\u{e9}e"),
        (&[("name_form", "nfc")], "ann@example.com", "Rene\u{301}e"),
    ];
    all_well(&run_all(table, async |(switches, email, name)| {
        let switches = switches.iter().fold(Switches::default(), |all, (name, value)| all.with(name, value));
        let simulator = Simulator::start(Options { switches, ..Options::default() });
        let operator = Operator { simulator: &simulator, key: crate::world::KEY };
        let owner = simulator.add_partner(CONTRACT, "Acme", 5 * TB, false);
        let mut config = member_config(&owner);
        (config["email"], config["name"]) = (json!(email), json!(name));
        let mut block = [Managed::new(MEMBER, config.clone())];
        let said = operator.apply(&mut block).await?;
        let writes = simulator.writes();
        for _ in 0..2 {
            // A plan that replaces is an error here.
            let (said, plans) = operator.plan(&mut block).await?;
            if said.failed() || plans[0].is_some() {
                return Err(format!("there is something to do: {said:?}"));
            }
        }
        // Nor is anything replaced after an import.
        let id = block[0].id().ok_or_else(|| format!("{said:?}"))?.to_owned();
        let mut again = [Managed::new(MEMBER, config)];
        operator.import(&mut again[0], &format!("{owner}/{id}")).await?;
        let said = operator.apply(&mut again).await?;
        match (said.failed(), again[0].id() == Some(&id), simulator.writes() == writes) {
            (false, true, true) => Ok(()),
            _ => Err(format!("after an import: {said:?}")),
        }
    }));
}

#[test]
fn a_partners_name_and_an_accounts_are_compared_alike() {
    let table: &[(Ways, &str)] = &[
        (&[("blanks", "collapsed")], "Acme   GmbH"),
        (&[("name_form", "nfd")], "Caf\u{e9}"),
        (&[("name_form", "nfc")], "Cafe\u{301}"),
        (&[("name_case", "upper")], "Acme GmbH"),
    ];
    for (switches, name) in table {
        let world = world(switches);
        let shop = account("shop", "impossiblecloud_partner.acme.id", "shop@example.com", "");
        let shop = shop.replace("\"Shop\"", &format!("\"{name}\""));
        let lookup = format!(
            r#"data "impossiblecloud_partner" "acme" {{
  name = "{name}"
  depends_on = [impossiblecloud_partner.acme]
}}
"#
        );
        is_quiet(&world, &[partner("acme", name, 5 * TB), shop].concat(), &format!("{switches:?}"));
        // It is found by its name as people write it, and a second one of that name is warned of.
        let body = [partner("acme", name, 5 * TB), lookup].concat();
        world.configure(
            &[
                body,
                account("shop", "impossiblecloud_partner.acme.id", "shop@example.com", "")
                    .replace("\"Shop\"", &format!("\"{name}\"")),
            ]
            .concat(),
        );
        world.apply(&[]).succeeds();
        world.configure(&partner("second", name, TB));
        let plan = world.plan(&[]).succeeds();
        assert!(plan.warnings().iter().any(|it| it.summary.ends_with("exists already")), "{switches:?}: {plan}");
    }
}

/// Named in the console, with letters that are composed another way.
#[test]
fn a_partner_that_was_named_in_the_console_is_found() {
    let world = World::new();
    let id = world.simulator.add_partner(CONTRACT, "Cafe\u{301}  Zentral", TB, false);
    world.configure(
        "data \"impossiblecloud_partner\" \"one\" { name = \"Caf\u{e9} Zentral\" }\noutput \"id\" { value = \
         data.impossiblecloud_partner.one.id }\n",
    );
    world.apply(&[]).succeeds();
    assert!(world.run(&["output", "id"]).succeeds().stdout.contains(&id));
    world.configure(&partner("second", "CAF\u{c9} Zentral", TB));
    let plan = world.plan(&[]).succeeds();
    assert!(plan.warnings()[0].detail.contains(&id), "{plan}");
}

/// What the service rounds by less than the console's smallest step is told once, and is no difference from then on.
#[test]
fn an_amount_that_the_service_rounds_is_told_once() {
    for rounding in ["gb_down", "gb_up"] {
        let world = world(&[("amounts", rounding)]);
        let shop = account("shop", "impossiblecloud_partner.acme.id", "shop@example.com", "");
        world.configure(&[partner("acme", "Acme", 5_000_400_000_000), shop.replace("1e12", "1000400000000")].concat());
        let warnings = world.apply(&[]).succeeds().warnings();
        assert_eq!(warnings.len(), 2, "{rounding}: {warnings:?}");
        for warning in warnings {
            assert!(warning.detail.contains("no plan shows a difference"), "{rounding}: {}", warning.detail);
        }
        world.plans_nothing();
        // Nor after the look that an import is: the configuration says what the service made of it.
        assert_eq!(world.apply(&["-refresh-only"]).succeeds().changes(), (0, 0, 0));
        assert_eq!(world.state("impossiblecloud_partner.acme")["allocated_storage"], 5_000_400_000_000_u64);
    }
}

/// What it rounds by more is another amount, as somebody in the console would set it: the plan must show that, and the
/// apply says what to write.
#[test]
fn an_amount_that_is_rounded_to_another_one_is_shown() {
    let world = world(&[("amounts", "tb_up")]);
    world.configure(&partner("acme", "Acme", 5_000_000_000_001));
    let warnings = world.apply(&[]).succeeds().warnings();
    assert!(warnings[0].detail.contains("set allocated_storage = 6000000000000"), "{warnings:?}");
    assert_eq!(world.plan(&[]).succeeds().changes(), (0, 1, 0));
    world.configure(&partner("acme", "Acme", 6 * TB));
    world.plans_nothing();
}

/// The root user's address is compared as a member's is, in the refresh as in the plan.
#[test]
fn an_accounts_address_is_compared_alike() {
    let world = world(&[("email_case", "lowered")]);
    let owner = world.simulator.add_partner(CONTRACT, "Acme", 5 * TB, false);
    is_quiet(&world, &account("shop", &format!("\"{owner}\""), "ÜNAL@Example.com", ""), "an account");
    world.apply(&["-refresh-only"]).succeeds();
    assert_eq!(world.state("impossiblecloud_storage_account.shop")["contact_email"], "ÜNAL@Example.com");
}

/// UUIDs in upper case are the same UUIDs; a contract's name is answered with its id; an empty id is named as empty.
#[test]
fn ids_are_compared_without_case_and_names_are_no_ids() {
    let world = World::new();
    let body = |contract: &str| partner("acme", "Acme", TB).replace(CONTRACT, contract);
    is_quiet(&world, &body(&CONTRACT.to_uppercase()), "upper case");
    let id = world.id("impossiblecloud_partner.acme");
    world.configure(&body(CONTRACT));
    world.plans_nothing();
    let more = format!("role = \"staff\"\n  {PASSWORD}");
    let ann = |owner: &str| member("ann", &format!("\"{owner}\""), "ann@example.com", &more);
    is_quiet(&world, &[body(CONTRACT), ann(&id.to_uppercase())].concat(), "a partner in upper case");
    world.configure(&[body(CONTRACT), ann(&id)].concat());
    assert_eq!(world.plan(&[]).succeeds().changes(), (0, 0, 0));

    // Imports and look-ups too, and the service sees one spelling of all.
    let upper = id.to_uppercase();
    let ann_id = world.id("impossiblecloud_partner_member.ann");
    world.run(&["state", "rm", "impossiblecloud_partner.acme", "impossiblecloud_partner_member.ann"]).succeeds();
    world.run(&["import", "impossiblecloud_partner.acme", &upper]).succeeds();
    let both = format!("{upper}/{}", ann_id.to_uppercase());
    world.run(&["import", "impossiblecloud_partner_member.ann", &both]).succeeds();
    let lookup = format!(
        r#"data "impossiblecloud_partner_members" "all" {{
  partner_id = "{upper}"
}}
"#
    );
    world.configure(&[body(&CONTRACT.to_uppercase()), ann(&upper), lookup].concat());
    let apply = world.apply(&[]).succeeds();
    assert_eq!((apply.changes().0, apply.changes().2), (0, 0), "{apply}");
    world.plans_nothing();
    for request in world.simulator.requests() {
        assert!(!request.path.contains(|c: char| c.is_ascii_uppercase()), "{} {}", request.method, request.path);
        assert!(!request.body.contains(&CONTRACT.to_uppercase()), "{}", request.body);
    }

    world.configure(&body("Impossible Cloud Test Contract"));
    let errors = world.plan(&[]).fails().errors();
    assert!(errors[0].detail.contains(CONTRACT), "{errors:?}");
    world.configure(&body(""));
    let errors = world.plan(&[]).fails().errors();
    assert!(errors[0].detail.contains("is empty"), "{errors:?}");
    world.configure(&ann(""));
    let errors = world.plan(&[]).fails().errors();
    assert!(errors[0].detail.contains("partner_id is empty"), "{errors:?}");
}

/// An empty key in the block does not hide the environment's.
#[test]
fn an_empty_key_does_not_hide_the_environment() {
    let world = World::new();
    world.configure(
        &[
            r#"provider "impossiblecloud" {
  api_key = ""
}
"#,
            &partner("acme", "Acme", TB),
        ]
        .concat(),
    );
    world.apply(&[]).succeeds();
    world.plans_nothing();
}
