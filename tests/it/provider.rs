//! The provider block: what it takes, from where, and what it refuses.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use impossiblecloud_simulator::KeyKind;
use jiff::Timestamp;
use terraform_cli::Diagnostic;

use crate::world::{CONTRACT, KEY, World, partner};

/// The first error of a plan of a contract's data source with this provider block.
#[track_caller]
fn refused(world: &World, block: &str) -> Diagnostic {
    world.configure(&format!(
        "provider \"impossiblecloud\" {{\n{block}\n}}\ndata \"impossiblecloud_contracts\" \"all\" {{}}\n"
    ));
    let plan = world.plan(&[]).fails();
    assert!(!plan.to_string().contains(KEY), "The key is never shown");
    assert_eq!(world.simulator.requests().len(), 0, "nothing was asked");
    plan.errors().remove(0)
}

#[test]
fn without_a_key_the_error_names_both_ways() {
    let mut world = World::new();
    world.workspace.set("IMPOSSIBLECLOUD_API_KEY", "");
    let error = refused(&world, "");
    assert_eq!(error.summary, "No API key");
    assert_eq!(
        error.detail,
        "Impossible Cloud needs an API key. Give it in the environment, as IMPOSSIBLECLOUD_API_KEY or as the path of a \
         file that holds it in IMPOSSIBLECLOUD_API_KEY_FILE; or in the provider block, as api_key from a sensitive \
         variable or as api_key_file. A key is made in the console under API Keys."
    );
}

#[test]
fn settings_that_cannot_be_used_are_named_with_their_variable() {
    let world = World::new();
    let table = [
        (
            "endpoint = \"http://api.example.com/v1\"",
            "endpoint",
            "\"http://api.example.com/v1\" is not an https URL; http is accepted",
        ),
        ("endpoint = \"nonsense\"", "endpoint", "It is not a URL"),
        ("endpoint = \"https://user:hunter2@example.com/v1\"", "endpoint", "The URL holds a user name or password"),
        ("endpoint = \"https://example.com/v1?api_key=hunter2\"", "endpoint", "\"https://example.com/v1\" has a query"),
        ("endpoint = \"http://x:hunter2@example.com/?hunter2\"", "endpoint", "\"http://example.com/\" is not an https"),
        ("request_timeout = \"soon\"", "request_timeout", "\"soon\" is not a duration above zero"),
        ("max_retries = -1", "max_retries", "-1 is not a count from 0 to 4294967295"),
        ("max_requests_per_second = 1.5", "max_requests_per_second", "1.5 is not a count"),
        ("capacity_check = \"lax\"", "capacity_check", "\"lax\" is not one of \"strict\", \"relaxed\" and \"off\""),
        ("contract_id = \"Reseller\"", "contract_id", "\"Reseller\" is not the id of a contract, which is a UUID"),
        ("create_lookup_timeout = \"0s\"", "create_lookup_timeout", "\"0s\" is not a duration above zero"),
        (
            "ca_certificate_file = \"/nowhere/ca.pem\"",
            "ca_certificate_file",
            "Cannot read /nowhere/ca.pem: No such file",
        ),
        ("ca_certificate_file = \"/\"", "ca_certificate_file", "Cannot read /: it is a folder"),
        ("ca_certificate_file = \"main.tf\"", "ca_certificate_file", "It holds no certificate in PEM form"),
        ("api_key_file = \"/nowhere/key\"", "api_key_file", "Cannot read /nowhere/key"),
        ("api_key = \"hunter2\\nb\"", "api_key", "The key holds characters that no key has"),
        ("api_key = \"  \"", "api_key", "The key is empty"),
        ("api_key = \"a\"\napi_key_file = \"b\"", "api_key_file", "api_key is set too; keep one of them"),
    ];
    for (block, name, why) in table {
        let error = refused(&world, block);
        assert_eq!(error.summary, format!("The provider's {name} cannot be used"), "{block}");
        assert!(error.detail.starts_with(why), "{block}: {}", error.detail);
        let variable = format!("IMPOSSIBLECLOUD_{}", name.to_uppercase());
        assert!(error.detail.contains(&variable), "{block}: {}", error.detail);
        // Neither the message nor the line that Terraform would print shows what may be a secret.
        let printed = world.plan(&[]).fails().to_string();
        assert!(!printed.contains("hunter2"), "{printed}");
    }
}

#[test]
fn the_block_wins_over_the_environment_and_a_file_is_as_good_as_a_key() {
    let mut world = World::new();
    world.workspace.set("IMPOSSIBLECLOUD_API_KEY", "a-wrong-key");
    world.workspace.write("key", &format!("{KEY}\n")).expect("written");
    let file = world.workspace.folder().join("key").display().to_string();
    world.configure(&format!(
        "provider \"impossiblecloud\" {{ api_key_file = {file:?} }}\ndata \"impossiblecloud_contracts\" \"all\" {{}}\n"
    ));
    world.plan(&[]).succeeds();
    world.configure("data \"impossiblecloud_contracts\" \"all\" {}\n");
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
    world.configure("data \"impossiblecloud_contracts\" \"all\" {}\n");
    world.workspace.set("IMPOSSIBLECLOUD_API_KEY", impossiblecloud_simulator::EXPIRED_KEY);
    let errors = world.plan(&[]).fails().errors();
    assert!(errors[0].detail.contains("expir"), "{}", errors[0].detail);
    world.workspace.set("IMPOSSIBLECLOUD_API_KEY", impossiblecloud_simulator::CHANNEL_PARTNER_KEY);
    let errors = world.plan(&[]).fails().errors();
    assert!(errors[0].detail.contains("channel partner"), "{}", errors[0].detail);
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
    let block = |body: &str| {
        format!(
            "resource \"terraform_data\" \"key\" {{ input = \"{KEY}\" }}\nprovider \"impossiblecloud\" {{ api_key = \
             terraform_data.key.output }}\n{body}"
        )
    };
    world.configure(&block(&partner("acme", "Acme", 5_000_000_000_000)));
    let plan = world.plan(&[]).succeeds();
    assert_eq!(plan.warnings()[0].summary, "The provider's configuration is not known yet", "{plan}");
    assert_eq!(world.simulator.requests().len(), 0);
    world.apply(&[]).succeeds();
    assert_eq!(world.simulator.partners(CONTRACT).iter().filter(|partner| partner.name == "Acme").count(), 1);
    world.plans_nothing();
    world.configure(&block(&partner("acme", "Acme", 48_000_000_000_001)));
    world.plan(&[]).fails();
}

/// What can be told without the environment, files and the service is told by `terraform validate`, and needs no key.
#[test]
fn validate_finds_what_the_block_has_wrong() {
    let mut world = World::new();
    world.workspace.set("IMPOSSIBLECLOUD_API_KEY", "");
    world.workspace.set("IMPOSSIBLECLOUD_REQUEST_TIMEOUT", "soon");
    let validate = |block: &str| {
        world.configure(&format!(
            "provider \"impossiblecloud\" {{\n{block}\n}}\ndata \"impossiblecloud_regions\" \"all\" {{}}\n"
        ));
        world.run(&["validate", "-json"])
    };
    for (block, name) in [
        ("request_timeout = \"soon\"", "request_timeout"),
        ("create_lookup_timeout = \"30\"", "create_lookup_timeout"),
        ("max_retries = 1.5", "max_retries"),
        ("max_requests_per_second = -1", "max_requests_per_second"),
        ("capacity_check = \"lax\"", "capacity_check"),
        ("endpoint = \"http://api.example.com\"", "endpoint"),
        ("contract_id = \"x\"", "contract_id"),
        ("api_key = \"a b\"", "api_key"),
        ("api_key = \"a\"\napi_key_file = \"b\"", "api_key_file"),
    ] {
        let said = validate(block).fails().to_string();
        assert!(said.contains(&format!("The provider's {name} cannot be used")), "{block}: {said}");
    }
    validate("api_key = \"\"\napi_key_file = \"/nowhere\"\nca_certificate_file = \"/nowhere\"").succeeds();
    validate("request_timeout = \"30s\"\nmax_retries = 0\nendpoint = \"https://example.com/v1/\"").succeeds();
}

/// A variable that nobody set is mostly an empty text.
#[test]
fn an_empty_text_does_not_hide_the_environment() {
    let world = World::new();
    world.configure(
        "provider \"impossiblecloud\" {\napi_key = \"\"\nendpoint = \"\"\ncontract_id = \"\"\n}\n\
         data \"impossiblecloud_contracts\" \"all\" {}\n",
    );
    world.plan(&[]).succeeds();
}

/// The first object explains a key that is not accepted, the others name it.
#[test]
fn a_key_that_is_not_accepted_is_explained_once() {
    let mut world = World::new();
    world.configure(
        "data \"impossiblecloud_partners\" \"each\" {\ncount = 20\n\
         contract_id = format(\"606f031c-0f85-4444-8c7d-%012d\", count.index)\n}\n",
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
