//! A note lives, through a real Terraform.

use std::path::Path;

use terraform_cli::{Cli, Workspace};

fn configuration(text: &str) -> String {
    let required = "required_providers {\n    example = { source = \"example.com/people/example\" }\n  }";
    let note = format!("resource \"example_note\" \"first\" {{\n  text = {text:?}\n}}");
    let output = "output \"id\" {\n  value = example_note.first.id\n}";
    format!("terraform {{\n  {required}\n}}\n\n{note}\n\n{output}\n")
}

#[test]
fn a_note_is_made_changed_and_destroyed() {
    let cli = Cli::find().unwrap_or_else(|why| panic!("{why}"));
    let binary = Path::new(env!("CARGO_BIN_EXE_terraform-provider-example"));
    let folder = binary.parent().expect("a folder");
    let workspace = Workspace::new(&cli, "example.com/people/example", folder).expect("a workspace");
    let apply = |text: &str| {
        workspace.write("main.tf", &configuration(text)).expect("written");
        workspace.run(&["apply", "-auto-approve", "-json"]).succeeds().changes()
    };
    assert_eq!(apply("hello"), (1, 0, 0));
    assert_eq!(workspace.run(&["output", "-raw", "id"]).succeeds().stdout, "note-1");
    assert_eq!(apply("hello"), (0, 0, 0));
    assert_eq!(apply("goodbye"), (0, 1, 0));
    let destroy = workspace.run(&["destroy", "-auto-approve", "-json"]).succeeds();
    assert_eq!(destroy.changes(), (0, 0, 1), "{destroy}");
}
