//! The slips of the guide to troubleshooting: each is made, and shows what the guide says that it shows.

use super::book::guide;
use crate::world::{CONTRACT, TB, World, partner, partner_in};

/// What a slip is called in a heading of the guide, and how it is made: the text that the operator sees then.
type Slip = (&'static str, fn(&mut World) -> String);

const SLIPS: &[Slip] = &[
    ("\"a number is required\"", |world| refused(world, &partner_in(CONTRACT, "acme", "Acme GmbH", "\"5 TB\""))),
    ("\"An amount without its unit\"", |world| refused(world, &partner("acme", "Acme GmbH", 5))),
    ("\"No API key\"", |world| {
        world.workspace.set("IMPOSSIBLECLOUD_API_KEY", "");
        refused(world, &partner("acme", "Acme GmbH", TB))
    }),
    ("401: ", |world| {
        world.workspace.set("IMPOSSIBLECLOUD_API_KEY", "simulator-expired-key");
        refused(world, &partner("acme", "Acme GmbH", TB))
    }),
    ("403: ", |world| {
        world.workspace.set("IMPOSSIBLECLOUD_API_KEY", "simulator-channel-partner-key");
        refused(world, &partner("acme", "Acme GmbH", TB))
    }),
    ("404 for everything: ", |world| {
        let endpoint = world.simulator.url("");
        world.workspace.set("IMPOSSIBLECLOUD_ENDPOINT", endpoint);
        refused(world, &partner("acme", "Acme GmbH", TB))
    }),
    ("\"contract_id is a UUID\"", |world| {
        refused(world, &partner_in("Impossible Cloud Test Contract", "acme", "Acme GmbH", "5000000000000"))
    }),
    ("\"Not enough capacity left\"", |world| refused(world, &partner("acme", "Acme GmbH", 48 * TB))),
    ("\"A partner named ... exists already\"", |world| {
        world.configure(&partner("acme", "Sample Reseller One", TB));
        format!("{:?}", world.plan(&[]).succeeds().warnings())
    }),
    ("\"The deletion of ... is forbidden\"", |world| {
        let protected = partner("acme", "Acme GmbH", TB).replace(
            "\n}\n",
            r#"
  deletion_protection = true
}
"#,
        );
        world.configure(&protected);
        world.apply(&[]).succeeds();
        refused(world, "")
    }),
    ("A partner cannot be deleted: 409", |world| {
        world.configure(&partner("acme", "Acme GmbH", TB));
        world.apply(&[]).succeeds();
        let id = world.id("impossiblecloud_partner.acme");
        world.simulator.add_account(Some(&id), "Data", "data@example.com", 0);
        format!("{:?}", world.destroy().fails().errors())
    }),
];

fn refused(world: &World, body: &str) -> String {
    world.configure(body);
    format!("{:?}", world.plan(&[]).fails().errors())
}

#[test]
fn each_slip_shows_what_the_guide_says() {
    let page = guide("troubleshooting");
    let headings: Vec<_> = page.lines().filter_map(|line| line.strip_prefix("## ")).collect();
    for (slip, make) in SLIPS {
        let heading = headings.iter().find(|heading| heading.starts_with(slip));
        assert!(heading.is_some(), "the guide has no heading {slip}");
        let shown = make(&mut World::new());
        // What is between the dots of a quotation, or the status.
        let parts = slip.trim_matches('"').split("...").map(|part| part.trim_end_matches(": "));
        let words = match slip.find(|c: char| c.is_ascii_digit()) {
            Some(at) => vec![&slip[at..at + 3]],
            None => parts.collect(),
        };
        assert!(words.iter().all(|word| shown.contains(word)), "{slip}: {shown}");
    }
}

#[test]
fn a_missing_version_in_the_endpoint_drops_nothing_from_the_state_and_is_named() {
    let mut world = World::new();
    world.configure(&partner("acme", "Acme GmbH", TB));
    world.apply(&[]).succeeds();
    let endpoint = world.simulator.url("");
    world.workspace.set("IMPOSSIBLECLOUD_ENDPOINT", endpoint);
    let errors = world.plan(&[]).fails().errors();
    assert!(errors.iter().any(|error| error.detail.contains("/v1")), "{errors:?}");
    let endpoint = world.simulator.endpoint();
    world.workspace.set("IMPOSSIBLECLOUD_ENDPOINT", endpoint);
    world.plans_nothing();
}
