//! `dist --try`: whether the archives of a platform work, before anybody signs them. The provider is installed from a
//! mirror that holds its archive, and makes, plans and destroys objects at the simulator of the archive beside it.
//!
//! Where the platform is not this machine's, the system has to run its programs (by emulation), and TERRAFORM_CLI_PATH
//! has to name a Terraform of that platform: it is Terraform that chooses the archive.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use terraform_cli::{Cli, Workspace};
use xtask::project;
use xtask::simulator::Simulator;
use zip::ZipArchive;

/// One of each kind of object, by the names of the contract that the simulator begins with.
const CONFIGURATION: &str = r#"terraform {
  required_providers {
    impossiblecloud = {
      source = "impossiblecloud/impossiblecloud"
    }
  }
}

data "impossiblecloud_contract" "main" {
  name = "Impossible Cloud Test Contract"
}

resource "impossiblecloud_partner" "tried" {
  name              = "Tried GmbH"
  allocated_storage = 5000000000000
  contract_id       = data.impossiblecloud_contract.main.id
}

resource "impossiblecloud_partner_member" "tried" {
  partner_id = impossiblecloud_partner.tried.id
  email      = "tried@example.com"
  role       = "viewer"
  password   = "Of-the-simulator-1!"
}
"#;

/// Creations and deletions of what is in the configuration.
const WRITES: u64 = 4;

/// Tries the archives of a platform that are in `folder`.
pub fn run(cli: &Cli, platform: &str, folder: &Path) -> Result<()> {
    let mut workspace = Workspace::with_cli_configuration(cli, "")?;
    let mirror = workspace.folder().join("mirror");
    let installed = mirror.join(cli.registry()).join(project::SOURCE);
    std::fs::create_dir_all(&installed)?;
    let archive = super::archive_name(project::PROVIDER, platform);
    let packed = folder.join(&archive);
    std::fs::copy(&packed, installed.join(&archive)).with_context(|| format!("cannot read {}", packed.display()))?;
    // Nothing but the archive: neither a registry nor what is installed elsewhere.
    workspace.write("cli.tfrc", &terraform_cli::mirror(&mirror))?;
    let unpacked = unpack(&folder.join(super::archive_name(project::SIMULATOR, platform)), workspace.folder())?;
    let simulator = Simulator::start(&unpacked, &[])?;
    for (name, value) in &simulator.variables {
        workspace.set(name, value);
    }
    workspace.write("main.tf", CONFIGURATION)?;
    let steps: [&[&str]; 5] = [
        &["init", "-input=false"],
        &["plan", "-input=false", "-out=tfplan"],
        &["apply", "-input=false", "tfplan"],
        // What was made is what was asked for: a difference would be an exit code of its own.
        &["plan", "-input=false", "-detailed-exitcode"],
        &["destroy", "-input=false", "-auto-approve"],
    ];
    for words in steps {
        let output = workspace.run(words);
        ensure!(output.status.success(), "{archive} does not work:\n{output}");
        println!("{archive}: terraform {}", words.join(" "));
    }
    let writes = simulator.requests()?.writes;
    ensure!(writes == WRITES, "{archive} sent {writes} writes to its simulator, not {WRITES}");
    Ok(())
}

/// Unpacks the simulator of its archive, and says where it is.
fn unpack(archive: &Path, folder: &Path) -> Result<PathBuf> {
    let file = File::open(archive).with_context(|| format!("cannot read {}", archive.display()))?;
    let mut archive = ZipArchive::new(file)?;
    let names: Vec<_> = archive.file_names().map(|name| Ok(name?.into_owned())).collect::<Result<_>>()?;
    let name = names.into_iter().find(|name| name.starts_with(project::SIMULATOR)).context("no program in it")?;
    let path = folder.join(Path::new(&name).file_name().context("a program has a name")?);
    io::copy(&mut archive.by_name(&name)?, &mut File::create(&path)?)?;
    #[cfg(unix)]
    std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o755))?;
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_program_of_an_archive_comes_out_and_runs() {
        let folder = tempfile::tempdir().unwrap();
        let script = folder.path().join("script");
        std::fs::write(&script, "#!/bin/sh\necho here\n").unwrap();
        let packed = crate::pack(project::SIMULATOR, &script, "linux_amd64", folder.path()).unwrap();
        let program = unpack(&packed, folder.path()).unwrap();
        assert!(program.ends_with(project::SIMULATOR));
        #[cfg(unix)]
        {
            let output = std::process::Command::new(&program).output().unwrap();
            assert_eq!(String::from_utf8_lossy(&output.stdout), "here\n");
        }
    }
}
