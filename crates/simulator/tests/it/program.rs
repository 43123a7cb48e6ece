use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Output, Stdio};

use impossiblecloud_simulator::FaultKind;
use impossiblecloud_simulator::operations::OPERATIONS;
use impossiblecloud_simulator::switches::table::SWITCHES;

const README: &str = include_str!("../../README.md");

pub fn program() -> Command {
    Command::new(env!("CARGO_BIN_EXE_impossiblecloud-simulator"))
}

/// A child that does not outlive its test.
pub struct Running(pub Child);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

#[test]
fn it_prints_its_address_and_ends_well_when_asked_to() {
    for signal in ["-INT", "-TERM"] {
        let child =
            program().args(["--empty", "--set", "costs=numbers", "--latency=1ms"]).stdout(Stdio::piped()).spawn();
        let mut running = Running(child.unwrap());
        let mut out = BufReader::new(running.0.stdout.take().unwrap());
        let mut lines = ["", "", ""].map(str::to_string);
        for line in &mut lines {
            assert_ne!(out.read_line(line).unwrap(), 0);
        }
        let endpoint = lines[0].trim().strip_prefix("Impossible Cloud simulator listening on ").unwrap().to_string();
        assert!(endpoint.starts_with("http://127.0.0.1:") && endpoint.ends_with("/v1"), "{endpoint}");
        assert_eq!(lines[1], format!("export IMPOSSIBLECLOUD_ENDPOINT={endpoint}\n"));
        assert_eq!(lines[2], "export IMPOSSIBLECLOUD_API_KEY=simulator-distributor-key\n");
        let request =
            ureq::get(format!("{endpoint}/contract/list")).header("Authorization", "Bearer simulator-distributor-key");
        let text = request.call().unwrap().body_mut().read_to_string().unwrap();
        assert!(text.contains("\"costStorageGBCents\":100,"), "{text}");
        let id = running.0.id().to_string();
        assert!(Command::new("kill").args([signal, &id]).status().unwrap().success());
        assert_eq!(running.0.wait().unwrap().code(), Some(0));
        let mut rest = String::new();
        out.read_to_string(&mut rest).unwrap();
        assert_eq!(rest, "");
    }
}

#[test]
fn it_prints_its_certificate_or_writes_it_to_a_file() {
    let file = std::env::temp_dir().join(format!("simulator-{}.pem", std::process::id()));
    let path = file.to_str().unwrap();
    let cases: [(&[&str], bool); 2] =
        [(&["--transport", "http2"], false), (&["--transport=tls", "--authority", "--certificate", path], true)];
    for (arguments, to_file) in cases {
        let child = program().args(arguments).stdout(Stdio::piped()).spawn();
        let mut running = Running(child.unwrap());
        let lines = BufReader::new(running.0.stdout.take().unwrap()).lines();
        let ends = |line: &String| line.starts_with("-----END CERT") || line.contains("CA_CERTIFICATE_FILE");
        let mut printed = Vec::new();
        for line in lines.map_while(Result::ok) {
            printed.push(line);
            if printed.last().is_some_and(ends) {
                break;
            }
        }
        assert!(printed[0].contains("https://127.0.0.1:"), "{printed:?}");
        if to_file {
            assert_eq!(printed[3..], [format!("export IMPOSSIBLECLOUD_CA_CERTIFICATE_FILE={path}")]);
            assert!(std::fs::read_to_string(&file).unwrap().starts_with("-----BEGIN CERTIFICATE-----"));
        } else {
            assert_eq!(printed[3], "-----BEGIN CERTIFICATE-----");
        }
    }
    std::fs::remove_file(file).unwrap();
}

pub fn run(arguments: &[&str]) -> Output {
    program().args(arguments).output().unwrap()
}

#[test]
fn wrong_arguments_are_explained() {
    let cases: [(&[&str], &str); 9] = [
        (&["--port", "1"], "there is no argument \"--port\"; --help explains the arguments"),
        (&["--listen"], "--listen needs a value; --help explains the arguments"),
        (
            &["--listen", "localhost"],
            "\"localhost\" is no address with a port, such as 127.0.0.1:8080; --help explains the arguments",
        ),
        (
            &["--latency", "5"],
            "\"5\" is no span of time; write it like 50ms, 2s, 5m, 36h or 30d; --help explains the arguments",
        ),
        (
            &["--transport", "http3"],
            "\"http3\" is not a transport; there are plain, tls and http2; --help explains the arguments",
        ),
        (&["--empty=no"], "--empty takes no value; --help explains the arguments"),
        (&["--set", "costs"], "--set needs SWITCH=VALUE; --help explains the arguments"),
        (
            &["--set", "costs=5"],
            "the switch costs cannot be \"5\"; its values are: strings, numbers, fractions; \
             --help explains the arguments",
        ),
        (
            &["--listen", "0.0.0.0:0"],
            "0.0.0.0:0 is no loopback address; the simulator serves this machine only, unless --allow-remote says \
             otherwise",
        ),
    ];
    for (arguments, message) in cases {
        let output = run(arguments);
        assert!(!output.status.success());
        assert_eq!(String::from_utf8_lossy(&output.stderr), format!("impossiblecloud-simulator: {message}\n"));
        assert_eq!(output.stdout, b"");
    }
}

#[test]
fn help_names_every_argument() {
    let output = run(&["--help"]);
    let help = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success());
    let named = |text: &'static str| text.split("| `--").skip(1).filter_map(|row| row.split([' ', '`']).next());
    let explained: Vec<&str> = named(README).collect();
    let lines = help.lines().filter_map(|line| line.strip_prefix("  --"));
    assert_eq!(lines.filter_map(|line| line.split(' ').next()).collect::<Vec<_>>(), explained);
    assert_eq!(explained.len(), 13);
    assert!(help.lines().all(|line| line.len() <= 120));
}

/// The rows that the README must have between two markers.
fn section(name: &str) -> Vec<&'static str> {
    let (start, end) = (format!("<!-- {name} -->"), format!("<!-- /{name} -->"));
    let (_, rest) = README.split_once(&start).unwrap();
    let (table, _) = rest.split_once(&end).unwrap();
    table.lines().filter(|line| line.starts_with("| `")).collect()
}

#[test]
fn the_readme_lists_every_switch() {
    let row = |switch: &impossiblecloud_simulator::switches::Switch| {
        let question = if switch.question == 0 { String::new() } else { switch.question.to_string() };
        let choices = switch.choices();
        let (default, others) = choices.split_once(", ").unwrap();
        format!("| `{}` | {question} | `{default}` | {others} | {} |", switch.name, switch.meaning)
    };
    let rows: Vec<String> = SWITCHES.iter().map(row).collect();
    assert!(section("switches") == rows, "these rows belong into the README:\n{}", rows.join("\n"));
}

#[test]
fn the_readme_lists_every_operation() {
    let row = |operation: &impossiblecloud_simulator::operations::Operation| {
        format!("| `{}` | `{} {}` |", operation.name, operation.method, operation.path)
    };
    let rows: Vec<String> = OPERATIONS.iter().map(row).collect();
    assert!(section("operations") == rows, "these rows belong into the README:\n{}", rows.join("\n"));
    assert_eq!(rows.len(), 24);
}

#[test]
fn the_readme_lists_every_fault() {
    let names: Vec<&str> = section("faults").iter().filter_map(|row| row.split('`').nth(1)).collect();
    let kinds: Vec<String> = FaultKind::all().iter().map(FaultKind::name).collect();
    assert_eq!(names, kinds);
}

#[test]
fn the_readme_lists_every_action() {
    // Serde names all variants when it is given one that does not exist.
    let value = serde_json::json!({"action": "?"});
    let problem = serde_json::from_value::<impossiblecloud_simulator::Action>(value).unwrap_err().to_string();
    let actions: Vec<&str> = problem.split('`').skip(3).step_by(2).collect();
    let names: Vec<&str> = section("actions").iter().filter_map(|row| row.split('`').nth(1)).collect();
    assert_eq!(names, actions);
}
