//! Connections that end, HTTP/2, certificates and proxies.

use impossiblecloud_simulator::{Certificate, Fault, FaultKind, GoingAway, Options, Switches, Transport};

use crate::world::{CONTRACT, KEY, TB, World, partner};

fn made(world: &World, name: &str) -> usize {
    world.simulator.partners(CONTRACT).iter().filter(|partner| partner.name == name).count()
}

/// A balancer that closes each connection after its answer: no creation falls into the gap, and nothing is asked twice.
#[test]
fn no_creation_falls_into_the_gap_of_a_closing_connection() {
    for keep_alive in ["spent", "silent"] {
        let switches = Switches::default().with("keep_alive", keep_alive);
        let world = World::with(Options { switches, ..Options::default() });
        world.configure(&format!("{}{}", partner("acme", "Acme", TB), partner("beta", "Beta", TB)));
        let applied = world.apply(&["-parallelism=1"]).succeeds();
        assert_eq!(applied.warnings(), [], "{keep_alive}: {applied}");
        assert_eq!((made(&world, "Acme"), made(&world, "Beta"), world.count("create_partner")), (1, 1, 2));
    }
}

/// What HTTP/2 did not process is sent again, without a word.
#[test]
fn a_creation_that_was_not_processed_is_sent_again() {
    for kind in [FaultKind::RefusedStream, FaultKind::GoAway(GoingAway::below())] {
        let world = World::secure(Transport::Http2, Certificate::default());
        let name = format!("{kind:?}");
        world.simulator.fault(Fault::new("create_partner", kind));
        world.configure(&partner("acme", "Acme", TB));
        let applied = world.apply(&[]).succeeds();
        assert_eq!((applied.warnings(), made(&world, "Acme")), (vec![], 1), "{name}: {applied}");
    }
}

/// A connection that ends after the request was taken is a lost answer: looked up, not sent again.
#[test]
fn a_creation_that_was_taken_is_looked_up() {
    let world = World::secure(Transport::Http2, Certificate::default());
    world.simulator.fault(Fault::new("create_partner", FaultKind::GoAway(GoingAway::above())));
    world.configure(&partner("acme", "Acme", TB));
    let applied = world.apply(&[]).succeeds();
    assert_eq!((made(&world, "Acme"), world.count("create_partner")), (1, 1), "{applied}");
    world.plans_nothing();
}

/// What a server says at the end of a connection goes into the error, and no secret with it.
#[test]
fn the_last_words_of_a_connection_hold_no_key() {
    let mut world = World::secure(Transport::Http2, Certificate::default());
    world.workspace.set("IMPOSSIBLECLOUD_MAX_RETRIES", "0");
    world.workspace.set("TF_LOG_PROVIDER", "TRACE");
    let words = FaultKind::GoAway(GoingAway::below().debug(11, "calm down {{key}}"));
    world.simulator.fault(Fault::new("list_contracts", words));
    world.configure("data \"impossiblecloud_contracts\" \"all\" {}\n");
    let said = world.plan(&[]).fails().to_string();
    assert!(said.contains("calm down ***") && !said.contains(KEY), "{said}");
}

/// A server that signed its own certificate, as `openssl req -x509` does it, is trusted when that is named.
#[test]
fn a_certificate_of_its_own_is_trusted_when_it_is_named() {
    for transport in [Transport::Tls, Transport::Http2] {
        let world = World::secure(transport, Certificate::Authority);
        world.configure("data \"impossiblecloud_contracts\" \"all\" {}\n");
        world.plan(&[]).succeeds();
    }
}

#[test]
fn a_proxy_that_cannot_be_used_is_named_and_nothing_goes_past_it() {
    let mut world = World::new();
    world.workspace.set("IMPOSSIBLECLOUD_ENDPOINT", "https://api.example.com/v1");
    world.workspace.set("HTTPS_PROXY", "\"http://user:hunter2@proxy.example.com:3128\"");
    world.configure("data \"impossiblecloud_contracts\" \"all\" {}\n");
    let plan = world.plan(&[]).fails();
    let error = &plan.errors()[0];
    assert_eq!(error.summary, "Cannot set up the connection");
    assert!(
        error
            .detail
            .contains("the environment variable HTTPS_PROXY does not name a proxy that can be used: it stands in"),
        "{}",
        error.detail
    );
    assert!(!plan.to_string().contains("hunter2"), "{plan}");
}
