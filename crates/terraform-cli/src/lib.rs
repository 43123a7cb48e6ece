#![doc = include_str!("../README.md")]

mod cli;
pub mod versions;

use std::ffi::OsStr;
use std::fmt;
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};

use serde_json::Value;

pub use cli::{CLI_VARIABLE, Cli};

/// A folder to run a CLI in.
pub struct Workspace {
    cli: Cli,
    folder: tempfile::TempDir,
    environment: Vec<(String, String)>,
    hidden: Vec<String>,
}

impl Workspace {
    /// An empty workspace in which a source address, such as `example/notes`, is the binary in `provider_folder`. The
    /// caller's variables that begin with the provider's name (`NOTES_`) are hidden.
    pub fn new(cli: &Cli, source: &str, provider_folder: &Path) -> std::io::Result<Workspace> {
        let name = source.rsplit('/').next().unwrap_or(source);
        let prefix = format!("{}_", name.to_uppercase().replace('-', "_"));
        Ok(Workspace::with_cli_configuration(cli, &overrides(&[(source, provider_folder)]))?.hide(&prefix))
    }

    /// An empty workspace with a CLI configuration of its own.
    pub fn with_cli_configuration(cli: &Cli, configuration: &str) -> std::io::Result<Workspace> {
        let folder = tempfile::Builder::new().prefix("terraform-").tempdir()?;
        let workspace = Workspace { cli: cli.clone(), folder, environment: Vec::new(), hidden: Vec::new() };
        workspace.write("cli.tfrc", configuration)?;
        Ok(workspace)
    }

    /// Hides the caller's variables that begin like this, besides Terraform's own.
    pub fn hide(mut self, prefix: &str) -> Workspace {
        self.hidden.push(prefix.into());
        self
    }

    /// Where it is.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The CLI that runs in it.
    pub fn cli(&self) -> &Cli {
        &self.cli
    }

    /// Sets a variable for all commands to come.
    pub fn set(&mut self, name: &str, value: impl Into<String>) {
        self.environment.retain(|(known, _)| known != name);
        self.environment.push((name.into(), value.into()));
    }

    /// Writes a file.
    pub fn write(&self, name: &str, text: &str) -> std::io::Result<()> {
        let path = self.folder().join(name);
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::write(path, text)
    }

    /// A command of the CLI, ready to run, without anything of the caller's that could change what it does.
    pub fn command<S: AsRef<OsStr>>(&self, arguments: &[S]) -> Command {
        let mut command = Command::new(self.cli.path());
        command.args(arguments).current_dir(self.folder()).stdin(Stdio::null());
        for (name, _) in std::env::vars_os() {
            let name = name.to_string_lossy();
            let hidden = self.hidden.iter().map(String::as_str);
            if ["TF_", "PLUGIN_"].into_iter().chain(hidden).any(|prefix| name.starts_with(prefix)) {
                command.env_remove(&*name);
            }
        }
        command
            .env("TF_CLI_CONFIG_FILE", self.folder().join("cli.tfrc"))
            .env("CHECKPOINT_DISABLE", "1")
            .env("TF_IN_AUTOMATION", "1")
            .env("TF_INPUT", "0")
            .envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Runs a command to its end.
    pub fn run<S: AsRef<OsStr>>(&self, arguments: &[S]) -> Output {
        let words: Vec<_> = arguments.iter().map(|word| word.as_ref().to_string_lossy().into_owned()).collect();
        let output = self.command(arguments).output();
        let output = output.unwrap_or_else(|error| panic!("{} does not run: {error}", self.cli.path().display()));
        let mut files: Vec<_> = std::fs::read_dir(self.folder())
            .map(|entries| entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect())
            .unwrap_or_default();
        files.sort();
        Output {
            command: format!("{} {}", self.cli.path().display(), words.join(" ")),
            files,
            status: output.status,
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

/// A CLI configuration that takes each provider, by its source address, from a folder.
pub fn overrides(providers: &[(&str, &Path)]) -> String {
    let line = |(source, folder): &(&str, &Path)| format!("    \"{source}\" = {:?}\n", folder.display().to_string());
    let lines: String = providers.iter().map(line).collect();
    format!("provider_installation {{\n  dev_overrides {{\n{lines}  }}\n  direct {{}}\n}}\n")
}

/// A CLI configuration that takes providers from a filesystem mirror, and from nowhere else.
pub fn mirror(folder: &Path) -> String {
    let path = folder.display().to_string();
    format!("provider_installation {{\n  filesystem_mirror {{\n    path = {path:?}\n  }}\n}}\n")
}

/// What a command did. Its Display is what a failed test prints.
#[derive(Debug, Clone)]
pub struct Output {
    command: String,
    files: Vec<String>,
    /// How it ended.
    pub status: ExitStatus,
    /// What it printed.
    pub stdout: String,
    /// What it complained.
    pub stderr: String,
}

impl fmt::Display for Output {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Output { command, files, status, stdout, stderr } = self;
        write!(f, "$ {command}\n{status}\nfiles: {}\n--- stdout\n{stdout}\n--- stderr\n{stderr}", files.join(" "))
    }
}

/// A warning or error as Terraform reports it with -json, not wrapped to any width.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// `error` or `warning`.
    pub severity: String,
    /// The first line.
    pub summary: String,
    /// The rest.
    pub detail: String,
    /// The object's address, where there is one.
    pub address: String,
}

impl Output {
    /// Itself, or a panic that shows everything, when the command failed.
    #[track_caller]
    pub fn succeeds(self) -> Output {
        assert!(self.status.success(), "the command failed:\n{self}");
        self
    }

    /// Itself, or a panic that shows everything, when the command did not fail.
    #[track_caller]
    pub fn fails(self) -> Output {
        assert!(!self.status.success(), "the command did not fail:\n{self}");
        self
    }

    /// The events of a command with -json, one a line.
    pub fn events(&self) -> Vec<Value> {
        self.stdout.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
    }

    /// The diagnostics of a command with -json, without the one about dev_overrides.
    pub fn diagnostics(&self) -> Vec<Diagnostic> {
        let text = |value: &Value, key: &str| value[key].as_str().unwrap_or_default().to_owned();
        let read = |event: Value| {
            let diagnostic = &event["diagnostic"];
            diagnostic.is_object().then(|| Diagnostic {
                severity: text(diagnostic, "severity"),
                summary: text(diagnostic, "summary"),
                detail: text(diagnostic, "detail"),
                address: text(diagnostic, "address"),
            })
        };
        let ours = |diagnostic: &Diagnostic| !diagnostic.summary.contains("development overrides");
        self.events().into_iter().filter_map(read).filter(ours).collect()
    }

    /// The errors of a command with -json.
    pub fn errors(&self) -> Vec<Diagnostic> {
        self.diagnostics().into_iter().filter(|diagnostic| diagnostic.severity == "error").collect()
    }

    /// The warnings of a command with -json.
    pub fn warnings(&self) -> Vec<Diagnostic> {
        self.diagnostics().into_iter().filter(|diagnostic| diagnostic.severity == "warning").collect()
    }

    /// What a plan or apply with -json did or would do: objects to add, change and remove.
    pub fn changes(&self) -> (u64, u64, u64) {
        let summary = self.events().into_iter().rev().find(|event| event["type"] == "change_summary");
        let count = |key: &str| summary.as_ref().and_then(|event| event["changes"][key].as_u64()).unwrap_or_default();
        (count("add"), count("change"), count("remove"))
    }
}
