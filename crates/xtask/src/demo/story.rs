//! The story, step by step. Each step checks what it shows.

use anyhow::{Result, ensure};

use super::{Stage, say};

/// What every version of the configuration begins with.
pub const SETTING: &str = r#"terraform {
  required_providers {
    impossiblecloud = { source = "impossiblecloud/impossiblecloud" }
  }
}

data "impossiblecloud_contract" "main" {
  name = "Impossible Cloud Test Contract"
}
"#;

/// Tells it all.
pub fn tell(stage: &Stage) -> Result<()> {
    create(stage)?;
    nothing_to_do(stage)?;
    change_in_place(stage)?;
    refused(stage)?;
    destroy(stage)
}

pub fn acme(stage: &Stage, name: &str, count: u32) -> String {
    format!(
        "resource \"impossiblecloud_partner\" \"acme\" {{
  name              = \"{name}\"
  allocated_storage = {} # 0 = pay-per-use
  contract_id       = data.impossiblecloud_contract.main.id
}}
",
        terabytes(stage, count)
    )
}

pub fn globex(stage: &Stage) -> String {
    format!(
        "resource \"impossiblecloud_partner\" \"globex\" {{
  name              = \"Globex AG\"
  allocated_storage = {}
  contract_id       = data.impossiblecloud_contract.main.id
}}
",
        terabytes(stage, 60)
    )
}

fn create(stage: &Stage) -> Result<()> {
    say("A partner with 5 TB, in a contract that is found by its name.");
    let acme = acme(stage, "Acme GmbH", 5);
    stage.configure(&[SETTING, &acme], &[SETTING, &acme].join("\n"))?;
    stage.initialise()?;
    say("The plan says what will be allocated.");
    stage.succeeds(&["plan", "-out=first.tfplan"])?;
    say("Applying exactly that plan.");
    stage.succeeds(&["apply", "first.tfplan"])
}

fn nothing_to_do(stage: &Stage) -> Result<()> {
    say("Planning again finds nothing to do.");
    let status = stage.terraform(&["plan", "-detailed-exitcode"])?;
    ensure!(status.code() == Some(0), "the plan after the apply is not empty: {status}");
    Ok(())
}

fn change_in_place(stage: &Stage) -> Result<()> {
    say("A new name and 8 TB: one change in place.");
    let before = stage.requests()?.writes;
    let acme = acme(stage, "Acme Europe GmbH", 8);
    stage.configure(&[SETTING, &acme], &acme)?;
    stage.succeeds(&["apply", "-auto-approve"])?;
    let writes = stage.requests()?.writes - before;
    ensure!(writes == 1, "a rename with a resize took {writes} write requests");
    say("Both went in one write request, and the partner keeps its id.");
    Ok(())
}

fn refused(stage: &Stage) -> Result<()> {
    say("Now somebody adds a partner that does not fit the contract.");
    let (acme, globex) = (acme(stage, "Acme Europe GmbH", 8), globex(stage));
    stage.configure(&[SETTING, &acme, &globex], &globex)?;
    let before = stage.requests()?.writes;
    say(&format!("The simulator has seen {before} write requests so far. The plan:"));
    let status = stage.terraform(&["plan"])?;
    let after = stage.requests()?.writes;
    ensure!(status.code() == Some(1), "the plan was not refused: {status}");
    ensure!(after == before, "a refused plan wrote: {before} write requests before, {after} after");
    say(&format!("Refused, and the simulator has still seen {after} write requests: nothing was written."));
    Ok(())
}

fn destroy(stage: &Stage) -> Result<()> {
    say("Without that partner all is as before. At the end Terraform destroys what it made.");
    stage.configure(&[SETTING, &acme(stage, "Acme Europe GmbH", 8)], "")?;
    stage.succeeds(&["destroy", "-auto-approve"])?;
    let requests = stage.requests()?;
    say(&format!("In all the service answered {} reads and {} writes.", requests.reads, requests.writes));
    Ok(())
}

/// An amount as the CLI can write it: with the provider's function where there are provider functions.
fn terabytes(stage: &Stage, count: u32) -> String {
    let cli = stage.workspace.cli();
    // Terraform has provider functions since 1.8, OpenTofu since 1.7.
    let functions = cli.is_terraform_since(1, 8) || (cli.product == "OpenTofu" && cli.version >= (1, 7));
    if functions { format!("provider::impossiblecloud::bytes(\"{count} TB\")") } else { format!("{count}000000000000") }
}
