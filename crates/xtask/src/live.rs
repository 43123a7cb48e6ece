//! `cargo xtask test --live`: the story of the acceptance tests against the service that the environment names.

use anyhow::{Result, bail};
use terraform_cli::CLI_VARIABLE;

use crate::project;

const CONTRACT: &str = "IMPOSSIBLECLOUD_LIVE_CONTRACT";
const CONSENT: &str = "IMPOSSIBLECLOUD_LIVE_CONSENT";
const ALLOCATE: &str = "IMPOSSIBLECLOUD_LIVE_ALLOCATE";

/// The test that is run.
const STORY: &str = "live::the_story_runs_over_the_public_interface";

/// Runs the command; the words go to the test.
pub fn run(words: &[&str]) -> Result<()> {
    let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    check(&variable)?;
    let cli = crate::cli::at_hand()?;
    // Of the whole workspace, as all tests are built: with one package cargo would compile much of it again.
    let target = ["test", "--workspace", "--test", "it", "--", STORY, "--exact", "--nocapture"];
    project::run(project::cargo().args(target).args(words).env(CLI_VARIABLE, cli.path()))
}

/// Whether everything is there, and agreed to. The test looks again.
fn check(variable: &impl Fn(&str) -> Option<String>) -> Result<()> {
    let Some(contract) = variable(CONTRACT) else {
        bail!(
            "a live run needs a contract: set {CONTRACT} to its id, {CONSENT} to the same id, and \
             IMPOSSIBLECLOUD_API_KEY or IMPOSSIBLECLOUD_API_KEY_FILE; IMPOSSIBLECLOUD_ENDPOINT if it is another one"
        );
    };
    if variable(CONSENT).as_ref() != Some(&contract) {
        bail!(
            "this makes up to 8 pay-per-use partners and members in contract {contract}, changes them and deletes \
             them. Their names begin with terraform-live-. With {ALLOCATE}=yes one of them is allocated 1 GB for a \
             moment. To agree to that, set {CONSENT} to the contract's id."
        );
    }
    if variable("IMPOSSIBLECLOUD_API_KEY").or_else(|| variable("IMPOSSIBLECLOUD_API_KEY_FILE")).is_none() {
        bail!("a live run needs a key: set IMPOSSIBLECLOUD_API_KEY or IMPOSSIBLECLOUD_API_KEY_FILE");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_run_without_contract_consent_and_key() {
        let problem = |given: &[(&str, &str)]| {
            let variable =
                |name: &str| given.iter().find(|(known, _)| *known == name).map(|(_, value)| value.to_string());
            check(&variable).err().map(|error| error.to_string())
        };
        let key = ("IMPOSSIBLECLOUD_API_KEY", "k");
        assert!(problem(&[key]).unwrap().starts_with("a live run needs a contract: "));
        for consent in ["", "yes", "other"] {
            let problem = problem(&[key, (CONTRACT, "c"), (CONSENT, consent)]).unwrap();
            assert!(problem.ends_with("set IMPOSSIBLECLOUD_LIVE_CONSENT to the contract's id."), "{problem}");
        }
        assert!(problem(&[(CONTRACT, "c"), (CONSENT, "c")]).unwrap().starts_with("a live run needs a key: "));
        assert_eq!(problem(&[key, (CONTRACT, "c"), (CONSENT, "c")]), None);
    }
}
