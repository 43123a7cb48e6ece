//! The files that the program reads and writes.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use impossiblecloud_simulator::switches::table::SWITCHES;
use impossiblecloud_simulator::{FIRST_CONTRACT, Options, Simulator, Snapshot, Switches};

use crate::program::{Running, program, run};

/// A file that ends with its test.
struct File(PathBuf);

impl File {
    fn new(name: &str, text: &str) -> Self {
        let file = std::env::temp_dir().join(format!("simulator-{}-{name}", std::process::id()));
        fs::write(&file, text).unwrap();
        Self(file)
    }

    fn path(&self) -> &str {
        self.0.to_str().unwrap()
    }
}

impl Drop for File {
    fn drop(&mut self) {
        fs::remove_file(&self.0).ok();
    }
}

/// Starts the program, does something at its address, and ends it: what it said besides.
fn session(arguments: &[&str], work: impl FnOnce(&str)) -> (String, Option<i32>) {
    let child = program().args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let mut running = Running(child.unwrap());
    // Kept open: what else is printed must have somewhere to go.
    let mut out = BufReader::new(running.0.stdout.take().unwrap());
    let mut first = String::new();
    out.read_line(&mut first).unwrap();
    work(first.trim().trim_end_matches("/v1").rsplit(' ').next().unwrap());
    let id = running.0.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
    let code = running.0.wait().unwrap().code();
    let mut errors = String::new();
    running.0.stderr.take().unwrap().read_to_string(&mut errors).unwrap();
    (errors, code)
}

#[test]
fn it_goes_on_from_where_it_ended() {
    let start = Snapshot::parse(
        r#"{"format": 1, "contracts": [{"id": "606f031c-0f85-4444-8c7d-4a8f1ede7cd3", "name": "C", "reserved": 5}]}"#,
    );
    let (from, to) = (File::new("from.json", &start.unwrap().to_json()), File::new("to.json", ""));
    for round in 1..=2 {
        let source = if round == 1 { from.path() } else { to.path() };
        let ended = session(&["--load", source, "--save", to.path()], |url| {
            let body = format!(r#"{{"contract": "{FIRST_CONTRACT}", "name": "Partner {round}", "allocated": 1}}"#);
            ureq::post(format!("{url}/console/add_partner")).send(body).unwrap();
        });
        assert_eq!(ended, (String::new(), Some(0)));
        let saved = fs::read_to_string(&to.0).unwrap();
        assert_eq!(saved.matches("\"Partner ").count(), round, "{saved}");
        assert!(Snapshot::parse(&saved).is_ok());
    }
    assert!(!fs::exists(format!("{}.part", to.path())).unwrap());
}

#[test]
fn a_profile_chooses_switches() {
    let profile = File::new("profile.json", r#"{"costs": "numbers", "rate_limit": 100, "list_order": "name"}"#);
    session(&["--profile", profile.path(), "--set", "list_order=created"], |url| {
        let shown = ureq::get(format!("{url}/console/switches")).call().unwrap().body_mut().read_to_string().unwrap();
        for line in [r#""costs": "numbers""#, r#""rate_limit": "100""#, r#""list_order": "created""#] {
            assert!(shown.contains(line), "{shown}");
        }
    });
    let cases = [
        (r#"{"cost": "numbers"}"#, r#"there is no switch "cost"; the names are: missing_key_status, "#),
        (r#"{"costs": "dollars"}"#, r#"the switch costs cannot be "dollars"; its values are: strings, "#),
        (r#"{"costs": null}"#, "the switch costs cannot be null; a value is a text or a number"),
        ("[]", "a profile is a JSON object of switches and their values"),
        ("{", "EOF while parsing an object"),
    ];
    for (text, message) in cases {
        fs::write(&profile.0, text).unwrap();
        let output = run(&["--profile", profile.path()]);
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        let expected = format!("impossiblecloud-simulator: {}: {message}", profile.path());
        assert!(error.starts_with(&expected), "{error}\nis not\n{expected}");
        assert_eq!(output.status.code(), Some(2));
    }
}

#[test]
fn a_profile_of_one_simulator_makes_another_like_it() {
    let chosen = Switches::default().with("costs", "fractions").with("totals_lag", "5m").with("page_size", "7");
    let mut read = Switches::default();
    read.read_profile(&chosen.profile().to_string()).unwrap();
    for switch in SWITCHES {
        assert_eq!(read.value(switch.name), chosen.value(switch.name), "{}", switch.name);
    }
}

#[test]
fn files_that_cannot_be_used_are_named() {
    let wrong = File::new("wrong.json", r#"{"format": 1, "contracts": [{"id": "x"}]}"#);
    let cases: [(&[&str], String); 3] = [
        (&["--load", wrong.path()], format!("{}: contracts[0].id: \"x\" is not a UUID", wrong.path())),
        (&["--load", "/nowhere.json"], "/nowhere.json: No such file or directory".to_string()),
        (
            &["--save", "/nowhere/file.json"],
            "/nowhere/file.json is not a file in a folder that exists, which --save needs".to_string(),
        ),
    ];
    for (arguments, message) in cases {
        let output = run(arguments);
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(error.starts_with(&format!("impossiblecloud-simulator: {message}")), "{error}");
        assert_eq!(output.status.code(), Some(2));
    }
}

#[test]
fn other_machines_are_let_in_on_purpose_only_and_with_a_warning() {
    let arguments = ["--listen", "0.0.0.0:0", "--allow-remote", "--transport", "tls", "--name", "simulator"];
    let (errors, code) = session(&arguments, |url| assert!(url.starts_with("https://127.0.0.1:"), "{url}"));
    assert!(
        errors.starts_with("impossiblecloud-simulator: warning: 0.0.0.0:0 is open to other machines; "),
        "{errors}"
    );
    assert_eq!(code, Some(0));
    let listen = ([0, 0, 0, 0], 0).into();
    let sim = Simulator::start(Options { listen, allow_remote: true, ..Options::default() });
    let contracts = ureq::get(sim.url("/console/contracts")).call().unwrap().body_mut().read_to_string().unwrap();
    assert!(contracts.contains(FIRST_CONTRACT));
}
