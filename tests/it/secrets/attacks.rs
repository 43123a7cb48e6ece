//! What a service, or somebody before it, can do with what it was sent: say it at the end of a connection, echo it, put
//! it into a page or into headers.

use impossiblecloud_simulator::{Certificate, Fault, FaultKind, Form, GoingAway, KeyKind, Scripted, Transport};
use serde_json::{Value, json};

use super::{KEY, PASSWORD, WRITE_ONLY, files, forms, hidden};
use crate::world::{CONTRACT, TB, World};

/// Where the key comes from.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Key {
    Environment,
    Block,
    File,
}

/// Everything that gives back the key and the body.
fn attacks() -> Vec<FaultKind> {
    let words = "no {{key}} for {{body}}";
    let scripted = |status| Scripted::status(status);
    let answers = [
        scripted(400).form(Form::EchoJson),
        scripted(200).form(Form::EchoJson),
        scripted(400).form(Form::EchoPage),
        scripted(403).form(Form::EchoRawPage),
        scripted(400).body("application/json", r#"{"error":"no {{key}} for {{body_json}}"}"#),
        scripted(502).body("text/html", "<title>no {{key}} for {{body_html}}</title>"),
        scripted(400).body("text/{{key}}", words),
        scripted(400).form(Form::Empty).header("X-Request-Id", words).header("Server", words),
        scripted(302).form(Form::Empty).header("Location", "https://{{key}}.example.com/{{key}}?{{key}}"),
        scripted(429).form(Form::Empty).header("Retry-After", words),
        scripted(401).form(Form::Empty).header("WWW-Authenticate", words),
    ];
    let goodbyes = [GoingAway::below(), GoingAway::above()].map(|end| FaultKind::GoAway(end.debug(11, words)));
    answers.into_iter().map(FaultKind::Answer).chain(goodbyes).collect()
}

/// The blocks that every configuration has.
fn blocks(key: Key) -> Value {
    let variable = json!({ "type": "string", "sensitive": true });
    let provider = if key == Key::Block { json!({ "api_key": "${var.key}" }) } else { json!({}) };
    json!({
        "terraform": { "required_providers": { "impossiblecloud": { "source": "impossiblecloud/impossiblecloud" } } },
        "provider": { "impossiblecloud": provider },
        "variable": {
            "key": variable,
            "password": variable,
            "write_only": { "type": "string", "ephemeral": true },
        },
    })
}

/// One list for each attack.
fn reads(key: Key, partners: &[String]) -> String {
    let list = json!({ "for_each": format!("${{toset({})}}", json!(partners)), "partner_id": "${each.key}" });
    let mut configuration = blocks(key);
    configuration["data"] = json!({ "impossiblecloud_partner_members": { "each": list } });
    configuration.to_string()
}

/// One member and one account for each attack.
fn writes(key: Key, owner: &str, count: usize) -> String {
    let member = json!({
        "count": count,
        "partner_id": owner,
        "email": "m${count.index}@example.com",
        "role": "staff",
        "password": "${var.password}",
    });
    let account = json!({
        "count": count,
        "partner_id": owner,
        "name": "Shop",
        "contact_email": "a${count.index}@example.com",
        "allocated_storage": 1_000_000_000,
        "password_wo": "${var.write_only}",
        "password_wo_version": 1,
    });
    let mut configuration = blocks(key);
    configuration["resource"] = json!({
        "impossiblecloud_partner_member": { "each": member },
        "impossiblecloud_storage_account": { "each": account },
    });
    configuration.to_string()
}

#[test]
fn no_attack_brings_a_secret_into_an_output() {
    if !crate::world::cli().has(11, Some(11)) {
        println!("write-only arguments need Terraform or OpenTofu 1.11");
        return;
    }
    for key in [Key::Environment, Key::Block, Key::File] {
        let mut world = World::secure(Transport::Http2, Certificate::default());
        world.simulator.add_key(KEY, KeyKind::Distributor);
        let owner = world.simulator.add_partner(CONTRACT, "Acme", 5 * TB, false);
        world.workspace.write("secret/key", KEY).expect("written");
        let file = world.workspace.folder().join("secret/key").display().to_string();
        for (variable, value) in [
            ("IMPOSSIBLECLOUD_API_KEY", if key == Key::Environment { KEY } else { "" }),
            ("IMPOSSIBLECLOUD_API_KEY_FILE", if key == Key::File { &file } else { "" }),
            ("IMPOSSIBLECLOUD_MAX_RETRIES", "0"),
            ("IMPOSSIBLECLOUD_CREATE_LOOKUP_TIMEOUT", "10ms"),
            ("TF_LOG", "TRACE"),
            ("TF_LOG_PROVIDER", "TRACE"),
            ("TF_VAR_key", KEY),
            ("TF_VAR_password", PASSWORD),
            ("TF_VAR_write_only", WRITE_ONLY),
        ] {
            world.workspace.set(variable, value);
        }
        let attacks = attacks();
        let strike = |operation: &str| {
            attacks.iter().for_each(|attack| world.simulator.fault(Fault::new(operation, attack.clone())));
        };
        let partners: Vec<_> =
            attacks.iter().map(|_| world.simulator.add_partner(CONTRACT, "Other", 0, false)).collect();
        world.workspace.write("main.tf.json", &reads(key, &partners)).expect("written");
        strike("list_members");
        let mut said = world.run(&["plan", "-no-color", "-parallelism=1"]).fails().to_string();
        world.workspace.write("main.tf.json", &writes(key, &owner, attacks.len())).expect("written");
        strike("create_member");
        strike("create_partner_account");
        said += &world.run(&["apply", "-auto-approve", "-no-color", "-parallelism=1"]).fails().to_string();
        assert_eq!(world.simulator.waiting_faults().len(), 0, "{key:?}: each has struck");
        assert!(said.contains("***"), "{key:?}: what was given back is masked");
        said += &world.run(&["apply", "-auto-approve", "-no-color"]).to_string();
        assert!(!world.simulator.members(&owner).is_empty() && !world.simulator.accounts(Some(&owner)).is_empty());
        said += &world.run(&["show", "-no-color"]).succeeds().to_string();
        hidden(&said, &[KEY, PASSWORD, WRITE_ONLY], &format!("{key:?}: what was printed or logged"));
        hidden(&files(&world), &[KEY, WRITE_ONLY], &format!("{key:?}: the state"));
    }
}

/// A proxy that does not answer, with a password in its address.
#[test]
fn a_proxy_that_does_not_answer_gives_no_password_away() {
    let mut world = World::new();
    for (variable, value) in [
        ("IMPOSSIBLECLOUD_ENDPOINT", "https://api.example.com/v1"),
        ("HTTPS_PROXY", "http://user:marked%2Fproxy@127.0.0.1:9"),
        ("IMPOSSIBLECLOUD_MAX_RETRIES", "0"),
        ("TF_LOG_PROVIDER", "TRACE"),
    ] {
        world.workspace.set(variable, value);
    }
    world.configure("data \"impossiblecloud_contracts\" \"all\" {}\n");
    let said = world.plan(&[]).fails().to_string();
    assert!(said.contains("no connection to"), "{said}");
    for form in forms("marked/proxy").into_iter().chain(forms("user:marked/proxy")) {
        assert!(!said.contains(&form), "{form} in {said}");
    }
}
