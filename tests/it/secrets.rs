//! No secret anywhere: key and passwords, in every form, with every log at its loudest.

mod attacks;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use impossiblecloud_simulator::{Fault, FaultKind, KeyKind};

use crate::hcl::{Block, expression};
use crate::said::without_times;
use crate::world::{CONTRACT, TB, World, partner};

/// Marked secrets with characters that encodings change.
const KEY: &str = "marked/key+with=signs&7e1f";
const PASSWORD: &str = "Marked\"Word/1+=&%";
const WRITE_ONLY: &str = "Written\"Only/2+=&%";

/// A secret as it could look in a text: plain, percent-encoded, in JSON, also twice, in a page, in base64.
fn forms(secret: &str) -> Vec<String> {
    let in_json = |text: &str| serde_json::to_string(text).expect("JSON").trim_matches('"').to_owned();
    let in_html = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&#34;");
    let json = in_json(secret);
    let percent: String = url::form_urlencoded::byte_serialize(secret.as_bytes()).collect();
    vec![
        secret.to_owned(),
        percent.replace('+', "%20"),
        in_json(&json),
        in_json(&in_json(&json)),
        in_html(secret),
        in_html(&json),
        json,
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
    let knows_write_only = world.workspace.cli().has(11, Some(11));
    let variable = |name: &str| Block::new(&format!("variable {name:?}")).set("type", expression("string"));
    let member = Block::resource("partner_member", "eve")
        .set("partner_id", &owner)
        .set("email", "eve@example.com")
        .set("role", "staff")
        .set("password", expression("var.password"));
    let mut blocks = vec![variable("password").set("sensitive", true), member];
    if knows_write_only {
        blocks.push(variable("write_only").set("ephemeral", true));
        let account = Block::resource("storage_account", "shop")
            .set("partner_id", &owner)
            .set("name", "Shop")
            .set("allocated_storage", TB)
            .set("contact_email", "shop@example.com")
            .set("password_wo", expression("var.write_only"))
            .set("password_wo_version", 1);
        blocks.push(account);
    }
    world.configure(&blocks.iter().map(Block::to_string).collect::<String>());
    let mut said = String::new();
    // Errors and lost answers say more than successes: answers that are no JSON, refusals, and those that give back
    // what was sent.
    let status = |status, body| FaultKind::StatusBefore { status, retry_after: None, body };
    let creations = [("create_member", PASSWORD), ("create_partner_account", WRITE_ONLY)];
    // A CLI that does not know write-only arguments creates no account here.
    for (operation, secret) in creations.into_iter().take(if knows_write_only { 2 } else { 1 }) {
        let echo = [KEY, secret].map(|secret| forms(secret).join("\n")).join("\n");
        for kind in [FaultKind::HtmlBody, status(400, None), status(400, Some(echo.clone())), status(200, Some(echo))] {
            world.simulator.fault(Fault::new(operation, kind));
        }
    }
    for _ in 0..4 {
        said += &world.run(&["apply", "-auto-approve"]).to_string();
    }
    assert!(said.contains("***"), "what was given back is masked");
    assert_eq!(world.simulator.waiting_faults().len(), 0, "each has struck");
    said += &world.run(&["plan", "-out=tfplan"]).to_string();
    // A plan file is compressed; this is what it holds. A password that is no write-only one is in there by design.
    let planned = world.run(&["show", "-json", "tfplan"]).succeeds().to_string();
    hidden(&planned, &[KEY, WRITE_ONLY], "the plan");
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

#[test]
fn a_backtrace_variable_changes_no_message() {
    let mut world = World::new();
    world.workspace.set("IMPOSSIBLECLOUD_MAX_RETRIES", "0");
    world.configure(&(partner("acme", "Acme", 99 * TB) + &partner("beta", " Beta", TB)));
    let refused = world.plan(&[]).fails().diagnostics();
    world.configure(&partner("acme", "Acme", TB));
    let fails = |world: &World| {
        world.simulator.fault(Fault::new(
            "create_partner",
            FaultKind::StatusBefore { status: 400, retry_after: None, body: None },
        ));
        world.apply(&[]).fails().diagnostics()
    };
    let failed = fails(&world);
    assert!(!refused.is_empty() && !failed.is_empty());
    for value in ["1", "full"] {
        world.workspace.set("RUST_BACKTRACE", value);
        assert_eq!(without_times(fails(&world)), without_times(failed.clone()));
        world.configure(&(partner("acme", "Acme", 99 * TB) + &partner("beta", " Beta", TB)));
        assert_eq!(world.plan(&[]).fails().diagnostics(), refused);
        world.configure(&partner("acme", "Acme", TB));
    }
}
