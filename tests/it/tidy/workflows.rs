//! Workflows, ours and those that guides show: each action is pinned to a commit, and runs on Node 24, since runners
//! drop Node 20.

use super::{files, read, root};

/// The commits that may be used: each one's `action.yml` says `using: node24`. Whoever moves a pin looks there, and
/// writes the new one here.
const ON_NODE_24: &[(&str, &str, &str)] = &[
    ("actions/attest", "1e69f48acb82d1966a394da916b4c1698aa569d6", "v4.2.2"),
    ("actions/cache", "27d5ce7f107fe9357f9df03efb73ab90386fccae", "v5.0.5"),
    ("actions/checkout", "d23441a48e516b6c34aea4fa41551a30e30af803", "v6.1.0"),
    ("actions/download-artifact", "37930b1c2abaa49bbe596cd826c3c89aef350131", "v7.0.0"),
    ("actions/upload-artifact", "b7c566a772e6b6bfb58ed0dc250532a479d7789f", "v6.0.0"),
    ("hashicorp/setup-terraform", "dfe3c3f87815947d99a8997f908cb6525fc44e9e", "v4.0.1"),
    ("opentofu/setup-opentofu", "a1320f892987e89d278cc92dc5adc984fb93aca4", "v2.0.2"),
];

#[test]
fn every_action_is_pinned_to_a_commit_that_runs_on_node_24() {
    let mut used = Vec::new();
    for path in files(".github", "yml").into_iter().chain(files("docs", "md")).chain([root().join("README.md")]) {
        for (at, line) in read(&path).lines().enumerate() {
            let step = line.trim_start().trim_start_matches("- ");
            let Some(action) = step.strip_prefix("uses: ") else { continue };
            let known =
                ON_NODE_24.iter().find(|(name, commit, version)| action == format!("{name}@{commit} # {version}"));
            let known = known.unwrap_or_else(|| panic!("{}:{}: {action} is not in the list", path.display(), at + 1));
            used.push(known.0);
        }
    }
    for (name, _, _) in ON_NODE_24 {
        assert!(used.contains(name), "{name} is in the list and used nowhere");
    }
}

/// What a pipeline installs is what somebody looked at: cargo's packages, Python's, Go's.
#[test]
fn every_tool_that_a_pipeline_installs_has_its_version() {
    let mut tools = 0;
    for path in files(".github", "yml").into_iter().chain([root().join(".ci/run")]) {
        for (at, line) in read(&path).lines().enumerate() {
            let place = format!("{}:{}: {line}", path.display(), at + 1);
            if line.contains("cargo install ") {
                tools += 1;
                assert!(line.contains("--locked") && line.contains('@'), "{place}");
            } else if line.contains("pip install ") {
                tools += 1;
                assert!(line.contains("=="), "{place}");
            } else if line.contains("go run ") {
                tools += 1;
                assert!(line.contains("@v"), "{place}");
            }
        }
    }
    assert!(tools >= 5, "{tools}");
}

/// `.ci/run` and the workflow must not disagree on what is a licence or a duplicate.
#[test]
fn the_same_cargo_deny_everywhere() {
    let version = |text: String, before: &str| {
        let (_, rest) = text.split_once(before).expect("a version");
        rest.chars().take_while(|c| c.is_ascii_digit() || *c == '.').collect::<String>()
    };
    let workflow = version(read(&root().join(".github/workflows/ci.yml")), "CARGO_DENY: \"");
    assert_eq!(workflow, version(read(&root().join(".ci/run")), "cargo-deny@"));
}
