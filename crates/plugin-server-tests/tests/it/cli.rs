use std::path::Path;

use terraform_cli::{Cli, Output, Workspace, overrides};

use crate::support::program;

/// What every Terraform shows.
mod basics;
/// Interrupts, kills and debuggers.
mod interrupts;
/// What newer Terraforms show; older ones are asked that it does them no harm.
mod newer;

fn cli() -> Cli {
    Cli::find().unwrap_or_else(|why| panic!("{why}"))
}

const SOURCE: &str = "example.com/test/test";

/// The same provider under another address.
const ELSEWHERE: &str = "registry.example.com/somebody/test";

/// An empty folder for a Terraform that takes the provider from here.
fn workspace(body: &str) -> Workspace {
    let folder = program().parent().unwrap_or(Path::new("."));
    let providers = [(SOURCE, folder), (ELSEWHERE, folder)];
    let workspace = Workspace::with_cli_configuration(&cli(), &overrides(&providers)).unwrap();
    configure(&workspace, body);
    workspace
}

/// Replaces the configuration.
fn configure(workspace: &Workspace, body: &str) {
    let required =
        format!("terraform {{\n  required_providers {{\n    test = {{ source = \"{SOURCE}\" }}\n  }}\n}}\n\n");
    workspace.write("main.tf", &format!("{required}{body}")).unwrap();
}

fn apply(workspace: &Workspace) -> Output {
    workspace.run(&["apply", "-auto-approve", "-json"]).succeeds()
}

fn plan(workspace: &Workspace) -> Output {
    workspace.run(&["plan", "-json"]).succeeds()
}

fn state(workspace: &Workspace) -> String {
    std::fs::read_to_string(workspace.folder().join("terraform.tfstate")).unwrap_or_default()
}

/// The attributes of the first instance of a resource in the state.
fn attributes(workspace: &Workspace, name: &str) -> serde_json::Value {
    let state: serde_json::Value = serde_json::from_str(&state(workspace)).unwrap();
    let resources = state["resources"].as_array().unwrap().iter();
    let found = resources.into_iter().find(|one| one["name"] == name);
    found.unwrap_or_else(|| panic!("{name} is not in the state"))["instances"][0]["attributes"].clone()
}
