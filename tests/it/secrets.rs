//! No secret anywhere: key and passwords, in every form, with every log at its loudest.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use impossiblecloud_simulator::{Fault, FaultKind, KeyKind};

use crate::world::{CONTRACT, TB, World};

/// Marked secrets with characters that encodings change.
const KEY: &str = "marked/key+with=signs&7e1f";
const PASSWORD: &str = "Marked\"Word/1+=&%";
const WRITE_ONLY: &str = "Written\"Only/2+=&%";

/// A secret as it could look in a text: plain, percent-encoded, in JSON, in base64 alone and as a header.
fn forms(secret: &str) -> Vec<String> {
    let json = serde_json::to_string(secret).expect("JSON");
    let percent: String = url::form_urlencoded::byte_serialize(secret.as_bytes()).collect();
    vec![
        secret.to_owned(),
        percent.replace('+', "%20"),
        json.trim_matches('"').to_owned(),
        STANDARD.encode(secret),
        STANDARD.encode(secret).trim_end_matches('=').to_owned(),
        URL_SAFE_NO_PAD.encode(secret),
    ]
}

#[track_caller]
fn hidden(text: &str, secrets: &[&str], what: &str) {
    for secret in secrets {
        for form in forms(secret) {
            assert!(!text.contains(&form), "{what} shows a secret as {form:?}");
        }
    }
}

/// Everything in the workspace but the configuration.
fn files(world: &World) -> String {
    let entries = std::fs::read_dir(world.workspace.folder()).expect("a folder").flatten();
    let files =
        entries.filter(|entry| entry.path().is_file() && entry.path().extension().is_none_or(|end| end != "tf"));
    files.map(|entry| String::from_utf8_lossy(&std::fs::read(entry.path()).expect("bytes")).into_owned()).collect()
}

#[test]
fn no_secret_is_in_any_output_log_plan_or_state() {
    let mut world = World::new();
    world.simulator.add_key(KEY, KeyKind::Distributor);
    let owner = world.simulator.add_partner(CONTRACT, "Acme", 5 * TB, false);
    for (name, value) in [
        ("IMPOSSIBLECLOUD_API_KEY", KEY),
        ("IMPOSSIBLECLOUD_MAX_RETRIES", "1"),
        ("TF_LOG", "TRACE"),
        ("TF_LOG_PROVIDER", "TRACE"),
        ("RUST_BACKTRACE", "1"),
        ("TF_VAR_password", PASSWORD),
        ("TF_VAR_write_only", WRITE_ONLY),
    ] {
        world.workspace.set(name, value);
    }
    let knows_write_only = world.workspace.cli().is_terraform_since(1, 11);
    let account = if knows_write_only {
        "variable \"write_only\" {\n  type = string\n  ephemeral = true\n}\n".to_owned()
            + &format!(
                "resource \"impossiblecloud_storage_account\" \"shop\" {{\n  partner_id = \"{owner}\"\n  name = \"Shop\"\n  allocated_storage = \
                 1e12\n  contact_email = \"shop@example.com\"\n  password_wo = var.write_only\n  password_wo_version = 1\n}}\n"
            )
    } else {
        String::new()
    };
    world.configure(&format!(
        "variable \"password\" {{\n  type = string\n  sensitive = true\n}}\n{account}resource \"impossiblecloud_partner_member\" \"eve\" {{\n  \
         partner_id = \"{owner}\"\n  email = \"eve@example.com\"\n  role = \"staff\"\n  password = var.password\n}}\n"
    ));
    let mut said = String::new();
    // Errors and lost answers say more than successes: answers that are no JSON, and requests that are cut.
    for kind in [FaultKind::HtmlBody, FaultKind::StatusBefore { status: 400, retry_after: None, body: None }] {
        world.simulator.fault(Fault::new("create_member", kind.clone()).times(1));
        world.simulator.fault(Fault::new("create_partner_account", kind).times(1));
        said += &world.run(&["apply", "-auto-approve"]).to_string();
    }
    world.simulator.clear_faults();
    said += &world.run(&["plan", "-out=tfplan"]).to_string();
    said += &world.run(&["apply", "tfplan"]).succeeds().to_string();
    said += &world.run(&["plan"]).succeeds().to_string();
    said += &world.run(&["show"]).succeeds().to_string();
    assert!(said.contains("create member") || said.contains("create_member"), "the log shows the requests");
    assert!(!said.contains("stack backtrace"), "a backtrace reached the operator");
    hidden(&said, &[KEY, PASSWORD, WRITE_ONLY], "what was printed or logged");
    hidden(&files(&world), &[KEY, WRITE_ONLY], "a plan or the state");
    let mut sent = world.simulator.requests().into_iter().filter(|request| request.operation == "create_member");
    assert!(sent.next_back().is_some_and(|request| request.body.contains("Marked")), "the request has the password");
    world.workspace.set("IMPOSSIBLECLOUD_API_KEY", format!("{KEY}-wrong"));
    hidden(&world.run(&["plan"]).fails().to_string(), &[KEY], "the refusal of a key");
}
