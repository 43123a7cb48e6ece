//! The provider block: what it takes, from where, and what it refuses.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use impossiblecloud_simulator::KeyKind;
use jiff::Timestamp;
use terraform_cli::Diagnostic;

use crate::hcl::{Block, expression};
use crate::said::assert_said;
use crate::world::{CONTRACT, KEY, TB, World, partner};

/// A data source that asks the service for something.
const CONTRACTS: &str = r#"
data "impossiblecloud_contracts" "all" {}
"#;

/// The provider block.
fn provider() -> Block {
    Block::new(r#"provider "impossiblecloud""#)
}

/// The first error of a plan of a contract's data source with this provider block.
#[track_caller]
fn refused(world: &World, block: &Block) -> Diagnostic {
    world.configure(&format!("{block}{CONTRACTS}"));
    let plan = world.plan(&[]).fails();
    assert!(!plan.to_string().contains(KEY), "The key is never shown");
    assert_eq!(world.simulator.requests().len(), 0, "nothing was asked");
    plan.errors().remove(0)
}

#[test]
fn without_a_key_the_error_names_both_ways() {
    let mut world = World::new();
    world.workspace.set("IMPOSSIBLECLOUD_API_KEY", "");
    assert_said!("no_key", [refused(&world, &provider())]);
}

#[test]
fn settings_that_cannot_be_used_are_named_with_their_variable() {
    let world = World::new();
    let set = |name: &'static str, value: &str| (name, provider().set(name, value));
    let mut said = Vec::new();
    for (name, block) in [
        set("endpoint", "http://api.example.com/v1"),
        set("endpoint", "nonsense"),
        set("endpoint", "https://user:hunter2@example.com/v1"),
        set("endpoint", "https://example.com/v1?api_key=hunter2"),
        set("endpoint", "http://x:hunter2@example.com/?hunter2"),
        set("request_timeout", "soon"),
        ("max_retries", provider().set("max_retries", expression("-1"))),
        ("max_requests_per_second", provider().set("max_requests_per_second", expression("1.5"))),
        set("capacity_check", "lax"),
        set("contract_id", "Reseller"),
        set("create_lookup_timeout", "0s"),
        set("ca_certificate_file", "/nowhere/ca.pem"),
        set("ca_certificate_file", "/"),
        set("ca_certificate_file", "main.tf"),
        set("api_key_file", "/nowhere/key"),
        set("api_key", "hunter2\nb"),
        ("api_key_file", provider().set("api_key", "a").set("api_key_file", "b")),
    ] {
        let error = refused(&world, &block);
        assert_eq!(error.summary, format!("The provider's {name} cannot be used"), "{block}");
        let variable = format!("IMPOSSIBLECLOUD_{}", name.to_uppercase());
        assert!(error.detail.contains(&variable), "{block}: {}", error.detail);
        // Neither the message nor the line that Terraform would print shows what may be a secret.
        let printed = world.plan(&[]).fails().to_string();
        assert!(!printed.contains("hunter2"), "{printed}");
        said.push(error);
    }
    assert_said!("settings_that_cannot_be_used", said);
}

#[test]
fn the_block_wins_over_the_environment_and_a_file_is_as_good_as_a_key() {
    let mut world = World::new();
    world.workspace.set("IMPOSSIBLECLOUD_API_KEY", "a-wrong-key");
    world.workspace.write("key", &format!("{KEY}\n")).expect("written");
    let file = world.workspace.folder().join("key").display().to_string();
    world.configure(&format!("{}{CONTRACTS}", provider().set("api_key_file", &file)));
    world.plan(&[]).succeeds();
    world.configure(CONTRACTS);
    let errors = world.plan(&[]).fails().errors();
    assert!(errors[0].detail.contains("401"), "{}", errors[0].detail);
    assert!(!errors[0].detail.contains("a-wrong-key"));
    world.workspace.set("IMPOSSIBLECLOUD_API_KEY", "");
    world.workspace.set("IMPOSSIBLECLOUD_API_KEY_FILE", file);
    world.plan(&[]).succeeds();
}

#[test]
fn an_expired_key_and_one_of_the_other_kind_are_explained() {
    let mut world = World::new();
    world.configure(CONTRACTS);
    world.workspace.set("IMPOSSIBLECLOUD_API_KEY", impossiblecloud_simulator::EXPIRED_KEY);
    let mut said = world.plan(&[]).fails().errors();
    world.workspace.set("IMPOSSIBLECLOUD_API_KEY", impossiblecloud_simulator::CHANNEL_PARTNER_KEY);
    said.extend(world.plan(&[]).fails().errors());
    assert_said!("keys_that_are_not_accepted", said);
}

/// A JSON Web Token with these claims, as a key may be one; the signature is nobody's.
fn token(claims: &str) -> String {
    let part = |json: &str| URL_SAFE_NO_PAD.encode(json);
    format!("{}.{}.{}", part(r#"{"alg":"HS256","typ":"JWT"}"#), part(claims), part("signature"))
}

#[test]
fn a_key_that_says_when_it_ends_is_warned_of_two_weeks_before() {
    let mut world = World::new();
    world.configure("data \"impossiblecloud_contracts\" \"all\" {}\n");
    let (now, day) = (Timestamp::now(), 24 * 60 * 60);
    for (seconds, summary) in
        [(20 * day, None), (13 * day, Some("The API key expires soon")), (-day, Some("The API key has expired"))]
    {
        let end = Timestamp::from_second(now.as_second() + seconds).expect("a moment");
        let key = token(&format!("{{\"exp\":{}}}", end.as_second()));
        world.simulator.add_key(&key, KeyKind::Distributor);
        world.workspace.set("IMPOSSIBLECLOUD_API_KEY", &key);
        // The service decides: a clock may be wrong.
        let plan = world.plan(&[]).succeeds();
        let warnings = plan.warnings();
        assert_eq!(warnings.first().map(|warning| warning.summary.as_str()), summary, "{plan}");
        let date = end.strftime("%Y-%m-%d %H:%M UTC").to_string();
        assert!(warnings.iter().all(|warning| warning.detail.contains(&date)), "{date}: {plan}");

        world.simulator.expire_key(&key);
        let plan = world.plan(&[]).fails();
        let what = if seconds > 0 { "is valid until" } else { "was valid until" };
        let said = &plan.errors()[0].detail;
        assert!(said.contains("401") && said.contains(&format!("says that it {what} {date}")), "{said}");
        assert!(!plan.to_string().contains(&key), "The key is never shown");
    }
}

#[test]
fn a_key_that_says_nothing_of_its_end_is_opaque() {
    let mut world = World::new();
    world.configure("data \"impossiblecloud_contracts\" \"all\" {}\n");
    for key in ["two.parts", "three.parts.here", &token("{}"), &token("{\"exp\":\"tomorrow\"}"), &token("{\"exp\":-1}")]
    {
        world.simulator.add_key(key, KeyKind::Distributor);
        world.workspace.set("IMPOSSIBLECLOUD_API_KEY", key);
        let plan = world.plan(&[]).succeeds();
        assert_eq!(plan.warnings(), [], "{plan}");
        world.simulator.expire_key(key);
        let errors = world.plan(&[]).fails().errors();
        assert!(errors[0].detail.contains("401") && !errors[0].detail.contains("valid until"), "{errors:?}");
    }
}

#[test]
fn a_key_that_is_not_known_at_plan_time_is_tolerated() {
    let world = World::new();
    let key = Block::new(r#"resource "terraform_data" "key""#).set("input", KEY);
    let provider = provider().set("api_key", expression("terraform_data.key.output"));
    let block = |body: &str| format!("{key}{provider}{body}");
    world.configure(&block(&partner("acme", "Acme", 5 * TB)));
    let plan = world.plan(&[]).succeeds();
    assert_said!("provider_is_not_known_yet", plan.diagnostics());
    assert_eq!(world.simulator.requests().len(), 0);
    world.apply(&[]).succeeds();
    assert_eq!(world.simulator.partners(CONTRACT).iter().filter(|partner| partner.name == "Acme").count(), 1);
    world.plans_nothing();
    world.configure(&block(&partner("acme", "Acme", 48 * TB + 1)));
    world.plan(&[]).fails();
}

/// What can be told without the environment, files and the service is told by `terraform validate`, and needs no key.
#[test]
fn validate_finds_what_the_block_has_wrong() {
    let mut world = World::new();
    world.workspace.set("IMPOSSIBLECLOUD_API_KEY", "");
    world.workspace.set("IMPOSSIBLECLOUD_REQUEST_TIMEOUT", "soon");
    let validate = |block: &Block| {
        world.configure(&format!("{block}{CONTRACTS}"));
        world.run(&["validate", "-json"])
    };
    for (block, name) in [
        (provider().set("request_timeout", "soon"), "request_timeout"),
        (provider().set("create_lookup_timeout", "30"), "create_lookup_timeout"),
        (provider().set("max_retries", expression("1.5")), "max_retries"),
        (provider().set("max_requests_per_second", expression("-1")), "max_requests_per_second"),
        (provider().set("capacity_check", "lax"), "capacity_check"),
        (provider().set("endpoint", "http://api.example.com"), "endpoint"),
        (provider().set("contract_id", "x"), "contract_id"),
        (provider().set("api_key", "a b"), "api_key"),
        (provider().set("api_key", "a").set("api_key_file", "b"), "api_key_file"),
    ] {
        let said = validate(&block).fails().to_string();
        assert!(said.contains(&format!("The provider's {name} cannot be used")), "{block}: {said}");
    }
    let files = provider().set("api_key", "").set("api_key_file", "/nowhere").set("ca_certificate_file", "/nowhere");
    validate(&files).succeeds();
    let numbers = provider().set("request_timeout", "30s").set("max_retries", 0);
    validate(&numbers.set("endpoint", "https://example.com/v1/")).succeeds();
}

/// A variable that nobody set is mostly an empty text.
#[test]
fn an_empty_text_does_not_hide_the_environment() {
    let world = World::new();
    for empty in ["", "  "] {
        let provider = provider().set("api_key", empty).set("endpoint", empty).set("contract_id", empty);
        world.configure(&format!("{provider}{CONTRACTS}"));
        world.plan(&[]).succeeds();
    }
}

/// The first object explains a key that is not accepted, the others name it.
#[test]
fn a_key_that_is_not_accepted_is_explained_once() {
    let mut world = World::new();
    world.configure(
        r#"
data "impossiblecloud_partners" "each" {
  count       = 20
  contract_id = format("606f031c-0f85-4444-8c7d-%012d", count.index)
}
"#,
    );
    world.workspace.set("IMPOSSIBLECLOUD_API_KEY", impossiblecloud_simulator::EXPIRED_KEY);
    let errors = world.plan(&[]).fails().errors();
    assert_eq!(errors.len(), 20);
    let (full, brief): (Vec<_>, Vec<_>) = errors.iter().partition(|error| error.detail.contains("expiry date"));
    assert_eq!(full.len(), 1, "{errors:#?}");
    for error in brief {
        assert_eq!(error.detail, "The API key was not accepted (401): the first such error says what to do.");
    }
}
