//! The serving half alone: a provider that does next to nothing, served by `terraform-plugin-server` and by
//! `tf_provider::serve`, with `terraform_data` beside it; and how long the provider takes until it can be spoken to.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use terraform_cli::{Cli, Workspace};
use xtask::{interrupt, project};

use super::measure::{self, median};

/// Objects in each plan.
const OBJECTS: u32 = 1000;

/// Starts until the median is taken: each takes some milliseconds.
const STARTS: usize = 20;

/// What Terraform says in the environment to every plugin that it starts. It is no secret.
const COOKIE: (&str, &str) =
    ("TF_PLUGIN_MAGIC_COOKIE", "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2");

/// A certificate like the one that Terraform makes for itself at each start; its key was thrown away.
const CLIENT_CERTIFICATE: &str = include_str!("client.pem");

/// Medians of one run.
#[derive(Debug, Clone, PartialEq)]
pub struct Serving {
    /// How many objects the plans have.
    pub objects: u32,
    /// An empty plan through terraform-plugin-server.
    pub own: Duration,
    /// The same through `tf_provider::serve`.
    pub other: Duration,
    /// An empty plan of `terraform_data`.
    pub data: Duration,
    /// The processor time that the small provider itself uses in a plan through our server: all the rest of `own` is
    /// Terraform's.
    pub processor: Option<Duration>,
    /// From the start of the provider to its handshake line.
    pub handshake: Duration,
    /// How often the provider was started for that.
    pub starts: usize,
}

/// Measures all of it; `provider` is a release build of the provider.
pub fn measure(cli: &Cli, provider: &Path, rounds: usize) -> Result<Serving> {
    let small = build()?;
    let folder = tempfile::Builder::new().prefix("small-").tempdir()?;
    let name = format!("terraform-provider-small{}", std::env::consts::EXE_SUFFIX);
    let installed = folder.path().join(name);
    std::fs::copy(&small, &installed).context("cannot copy the small provider")?;
    let overrides = format!(
        "provider_installation {{\n  dev_overrides {{\n    \"example/small\" = {:?}\n  }}\n  direct {{}}\n}}\n",
        folder.path().display().to_string()
    );
    let own = Workspace::with_cli_configuration(cli, &overrides)?;
    own.write("main.tf", &small_objects())?;
    let data = Workspace::with_cli_configuration(cli, &overrides)?;
    data.write("main.tf", &data_objects())?;
    measure::time(&mut own.command(&["apply", "-auto-approve"]), 0)?;
    measure::time(&mut data.command(&["apply", "-auto-approve"]), 0)?;

    let plan = ["plan", "-detailed-exitcode"];
    let (mut ours, mut others, mut datas) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..rounds {
        ours.push(measure::time(&mut own.command(&plan), 0)?);
        others.push(measure::time(own.command(&plan).env("SMALL_PROVIDER_SERVE", "tf-provider"), 0)?);
        datas.push(measure::time(&mut data.command(&plan), 0)?);
    }
    // Not while times are taken: looking at processes costs time itself.
    let used = || measure::processor_time(&installed, || measure::time(&mut own.command(&plan), 0).map(drop));
    let processor = (0..rounds).map(|_| used()).collect::<Result<Option<Vec<_>>>>()?;
    let middle = |times: &[Duration]| median(times).unwrap_or_default();
    let handshakes = (0..STARTS).map(|_| handshake(provider, folder.path())).collect::<Result<Vec<_>>>()?;
    Ok(Serving {
        objects: OBJECTS,
        own: middle(&ours),
        other: middle(&others),
        data: middle(&datas),
        processor: processor.and_then(|times| median(&times)),
        handshake: middle(&handshakes),
        starts: STARTS,
    })
}

fn build() -> Result<PathBuf> {
    let mut command = project::cargo();
    command.args(["build", "--release", "--package", "terraform-plugin-server", "--example", "small-provider"]);
    project::build_with(command.args(["--message-format", "json-render-diagnostics"]), "small-provider")
}

/// Starts the provider as Terraform does and waits for the line that says where it listens. Its socket goes into
/// `folder`, where a provider that is ended by force may leave it.
fn handshake(provider: &Path, folder: &Path) -> Result<Duration> {
    interrupt::check()?;
    let mut command = Command::new(provider);
    command.env(COOKIE.0, COOKIE.1).env("PLUGIN_PROTOCOL_VERSIONS", "6").env("PLUGIN_CLIENT_CERT", CLIENT_CERTIFICATE);
    command.env("PLUGIN_UNIX_SOCKET_DIR", folder).env_remove("TF_LOG");
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let start = Instant::now();
    let mut process = command.spawn().context("cannot start the provider")?;
    let mut line = String::new();
    let read = process.stdout.take().map(|output| BufReader::new(output).read_line(&mut line));
    let took = start.elapsed();
    process.kill().context("cannot end the provider")?;
    process.wait()?;
    read.context("the provider has no output")??;
    ensure!(line.starts_with("1|6|"), "the provider began with \"{}\", which is no handshake", line.trim());
    Ok(took)
}

fn small_objects() -> String {
    format!(
        r#"terraform {{
  required_providers {{
    small = {{ source = "example/small" }}
  }}
}}

resource "small_item" "many" {{
  count = {OBJECTS}
  name  = "Item ${{count.index}}"
  size  = count.index
}}
"#
    )
}

fn data_objects() -> String {
    format!(
        r#"resource "terraform_data" "many" {{
  count = {OBJECTS}
  input = {{
    name = "Item ${{count.index}}"
    size = count.index
  }}
}}
"#
    )
}
