//! How a release is made: what is signed has run, and nothing of others is near the key.

use super::{read, root};

/// The jobs of the workflow, by name, without comments.
fn jobs() -> Vec<(String, String)> {
    let text = read(&root().join(".github/workflows/release.yml"));
    let (_, jobs) = text.split_once("\njobs:\n").expect("jobs");
    let mut found: Vec<(String, String)> = Vec::new();
    for line in jobs.lines() {
        let name = line.strip_prefix("  ").and_then(|line| line.strip_suffix(':'));
        if let Some(name) = name.filter(|name| !name.starts_with([' ', '#'])) {
            found.push((name.to_owned(), String::new()));
        }
        let line = line.split(" #").next().unwrap_or_default();
        if let Some((_, job)) = found.last_mut().filter(|_| !line.trim_start().starts_with('#')) {
            job.push_str(&format!("{line}\n"));
        }
    }
    found
}

fn job(name: &str) -> String {
    let found = jobs().into_iter().find(|(known, _)| known == name);
    found.unwrap_or_else(|| panic!("there is no job {name}")).1
}

/// The values of a key in the lists of a job's matrix.
fn values(job: &str, key: &str) -> Vec<String> {
    let fields = job.split(['{', ',', '}']).filter_map(|field| field.trim().strip_prefix(&format!("{key}: ")));
    fields.map(str::to_owned).collect()
}

/// The jobs that a job waits for, however long the way.
fn waits_for(name: &str) -> Vec<String> {
    let job = job(name);
    let needs = job.lines().find_map(|line| line.trim().strip_prefix("needs: ")).unwrap_or_default();
    let direct = needs.trim_matches(['[', ']']).split(", ").filter(|need| !need.is_empty());
    direct.flat_map(|need| [vec![need.to_owned()], waits_for(need)].concat()).collect()
}

#[test]
fn nothing_is_compiled_or_installed_where_the_key_is() {
    let secret = ["environment:", "secrets.", "id-token: write", "contents: write"];
    for (name, job) in jobs() {
        let has_secrets = secret.iter().any(|word| job.contains(word));
        assert_eq!(has_secrets, name == "release", "{name}:\n{job}");
    }
    let release = job("release");
    for word in ["cargo", "rustup", "checkout", "apt-get", "pip ", "npm", "curl", "wget", "setup-"] {
        assert!(!release.contains(word), "the job with the key has {word}:\n{release}");
    }
    let (attested, signed) = (release.rfind("actions/attest").unwrap(), release.find("gpg --batch").unwrap());
    assert!(attested < signed, "no action of others runs once the key is in the keyring");
}

#[test]
fn what_is_signed_has_run() {
    let before = waits_for("release");
    for name in ["build", "try", "suite", "materials"] {
        assert!(before.iter().any(|known| known == name), "{name} is not waited for: {before:?}");
    }
    assert!(job("try").contains("cargo xtask dist --try") && job("suite").contains("TEST_PROVIDER"));
    let (mut built, mut tried) = (values(&job("build"), "target"), values(&job("try"), "target"));
    // What the guide to features calls built, and not run.
    tried.push("aarch64-pc-windows-msvc".into());
    built.sort();
    tried.sort();
    assert_eq!((built.len(), &built), (7, &tried), "each archive is tried");
    let platforms = values(&job("try"), "platform");
    for (target, platform) in values(&job("try"), "target").iter().zip(platforms) {
        assert_eq!(xtask::platform::of_target(target).unwrap(), platform);
    }
}

#[test]
fn licences_and_advisories_are_looked_up_for_every_target() {
    let deny = read(&root().join("deny.toml"));
    for target in values(&job("build"), "target") {
        assert!(deny.contains(&format!("\"{target}\"")), "deny.toml does not know {target}");
    }
}
