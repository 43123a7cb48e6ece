//! The CLI that is found is what it says it is.

use terraform_cli::Cli;

#[cfg(unix)]
#[test]
fn a_cli_that_warns_first_is_the_cli_that_it_is() {
    use std::os::unix::fs::PermissionsExt;

    let cli = Cli::find().unwrap_or_else(|why| panic!("{why}"));
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("terraform");
    let script = format!("#!/bin/sh\necho 'Warning: Terraform v0.0'\nexec '{}' \"$@\"\n", cli.path().display());
    std::fs::write(&path, script).expect("a script");
    std::fs::set_permissions(&path, PermissionsExt::from_mode(0o755)).expect("a program");
    let warning = Cli::at(&path).expect("a CLI that warns");
    assert_eq!((&warning.product, warning.version), (&cli.product, cli.version));
    assert_eq!(warning.path(), path);
}

#[test]
fn what_is_no_cli_is_told_with_what_it_printed() {
    let cargo = Cli::at(env!("CARGO").as_ref()).expect_err("cargo is no Terraform");
    assert!(cargo.starts_with(&format!("`{} version -json` does not say a version: ", env!("CARGO"))), "{cargo}");
    let none = Cli::at("/no/such/terraform".as_ref()).expect_err("there is none");
    assert!(none.starts_with("/no/such/terraform does not run: "), "{none}");
}
