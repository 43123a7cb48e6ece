//! `cargo xtask demo`: the main story, told by a real Terraform that runs against the simulator.

mod picture;
mod story;

use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::ExitStatus;

use anyhow::{Context, Result, bail, ensure};
use terraform_cli::{Cli, Workspace};

use crate::simulator::{Requests, Simulator};
use crate::{cli, compiler, interrupt, platform, project};

/// Runs the command: tells the story, or draws its picture.
pub fn run(words: &[&str]) -> Result<()> {
    let tell = match words {
        [] => true,
        ["--picture"] => false,
        _ => bail!("demo takes nothing but --picture"),
    };
    // What is missing is said before anything takes long.
    compiler::check()?;
    let cli = cli::at_hand()?;
    interrupt::catch()?;
    say("Building the provider and the simulator.");
    let [provider, simulator] = project::build([project::PROVIDER, project::SIMULATOR])?;
    interrupt::check()?;
    let stage = Stage::set(&cli, &provider, &simulator)?;
    if !tell {
        return picture::draw(&stage);
    }
    story::tell(&stage)?;
    drop(stage);
    by_hand(&provider)
}

/// What the story is played on: all of it goes away when this is dropped.
struct Stage {
    simulator: Simulator,
    workspace: Workspace,
    /// Kept for the provider that it holds.
    _mirror: tempfile::TempDir,
}

impl Stage {
    fn set(cli: &Cli, provider: &Path, simulator: &Path) -> Result<Stage> {
        let simulator = Simulator::start(simulator, &[])?;
        say(&format!("The simulator plays Impossible Cloud's API at {}.", simulator.url));
        let mirror = mirror(cli, provider)?;
        let mut workspace =
            Workspace::with_cli_configuration(cli, &terraform_cli::mirror(mirror.path()))?.hide("IMPOSSIBLECLOUD_");
        for (name, value) in &simulator.variables {
            workspace.set(name, value);
        }
        if !std::io::stdout().is_terminal() {
            workspace.set("TF_CLI_ARGS", "-no-color");
        }
        let (product, (major, minor)) = (&cli.product, cli.version);
        say(&format!("{product} {major}.{minor} runs in {}.", workspace.folder().display()));
        Ok(Stage { simulator, workspace, _mirror: mirror })
    }

    /// Writes the configuration: what it is made of, the part to look at shown.
    fn configure(&self, parts: &[&str], shown: &str) -> Result<()> {
        self.workspace.write("main.tf", &parts.join("\n"))?;
        if !shown.is_empty() {
            println!("\n{}", indented(shown));
        }
        Ok(())
    }

    /// Installs the provider from the mirror. What Terraform says of it is of no interest here, unless it fails.
    fn initialise(&self) -> Result<()> {
        let init = self.workspace.run(&["init"]);
        ensure!(init.status.success(), "terraform init failed:\n{init}");
        interrupt::check()
    }

    /// Runs Terraform with its own output, after the command line.
    fn terraform(&self, words: &[&str]) -> Result<ExitStatus> {
        interrupt::check()?;
        println!("\n$ terraform {}", words.join(" "));
        // Errors belong where they happen in the story, also when it goes into a file.
        let status =
            self.workspace.command(words).stderr(std::io::stdout()).status().context("cannot run Terraform")?;
        interrupt::check()?;
        Ok(status)
    }

    /// The same, when it has to succeed.
    fn succeeds(&self, words: &[&str]) -> Result<()> {
        let status = self.terraform(words)?;
        ensure!(status.success(), "terraform {} failed: {status}", words.join(" "));
        Ok(())
    }

    fn requests(&self) -> Result<Requests> {
        self.simulator.requests()
    }
}

/// One line of narration.
fn say(line: &str) {
    println!("\n# {line}");
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("    {line}").trim_end().to_owned()).collect::<Vec<_>>().join("\n")
}

/// A filesystem mirror that holds the provider just built, so that `terraform init` works as it does for users.
fn mirror(cli: &Cli, provider: &Path) -> Result<tempfile::TempDir> {
    let mirror = tempfile::Builder::new().prefix("mirror-").tempdir()?;
    let version = project::VERSION;
    let folder = mirror.path().join(cli.registry()).join(project::SOURCE).join(version).join(platform::host());
    std::fs::create_dir_all(&folder)?;
    let file = folder.join(format!("{}_v{version}{}", project::PROVIDER, std::env::consts::EXE_SUFFIX));
    std::fs::copy(provider, file).context("cannot copy the provider into the mirror")?;
    Ok(mirror)
}

/// Says how to go on, with a CLI configuration that stays in cargo's own folder.
fn by_hand(provider: &Path) -> Result<()> {
    let folder = provider.parent().context("the provider is in a folder")?;
    let configuration = overrides(folder)?;
    say("That was the story; the simulator is stopped and the folder is gone. To go on by hand, start the \
         simulator in a terminal:");
    println!("\n    cargo run --package {}", project::SIMULATOR);
    say("It prints two exports. Give them to a second terminal, together with this one, and no `terraform init` \
         is needed:");
    println!("\n    export TF_CLI_CONFIG_FILE={}", configuration.display());
    println!("    cd {}", project::root().join("examples/resources/impossiblecloud_partner").display());
    println!("    terraform apply");
    Ok(())
}

/// The file that makes Terraform take the provider from cargo's folder.
fn overrides(folder: &Path) -> Result<PathBuf> {
    let path = folder.join("dev.tfrc");
    std::fs::write(&path, terraform_cli::overrides(&[(project::SOURCE, folder)]))
        .with_context(|| format!("cannot write {}", path.display()))?;
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn configuration_is_shown_indented_without_trailing_blanks() {
        assert_eq!(indented("a {\n\n  b\n}\n"), "    a {\n\n      b\n    }");
    }
}
