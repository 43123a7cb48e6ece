//! The provider's memory when the service gives the largest answers that it can.

use std::path::Path;

use anyhow::{Context, Result, bail};
use terraform_cli::{Cli, Workspace};
use xtask::project;
use xtask::simulator::Simulator;

use super::measure;

/// How many lists one plan asks for at the same time.
const LISTS: usize = 12;

/// The largest answers, as faults of the simulator: what each list is, by name.
const ANSWERS: [(&str, &str); 4] = [
    ("26 MiB of short ids", r#"{"operation":"list_members","kind":"flood","times":100}"#),
    ("26 MiB of short ids, compressed", r#"{"operation":"list_members","kind":"flood","gzip":true,"times":100}"#),
    (
        "100000 members with long names",
        r#"{"operation":"list_members","kind":"flood","items":100000,"times":100,
            "item":"{\"id\":\"{{n}}\",\"email\":\"a@example.com\",\"role\":\"staff\",\"name\":\"LONG\"}"}"#,
    ),
    ("10 million nulls", r#"{"operation":"list_members","kind":"flood","items":10000000,"item":"null","times":100}"#),
];

/// What stands for `LONG`: with it, a list of as many items as there may be is as long as a list may be.
const LONG: usize = 240;

/// The most memory, in bytes, that any of them made the provider take; nothing where the system does not tell.
pub fn measure(cli: &Cli, provider: &Path, simulator: &Path) -> Result<Option<u64>> {
    let simulator = Simulator::start(simulator, &["--empty"])?;
    let folder = provider.parent().unwrap_or(Path::new("."));
    let mut workspace = Workspace::new(cli, project::SOURCE, folder)?;
    for (name, value) in &simulator.variables {
        workspace.set(name, value);
    }
    workspace.set("IMPOSSIBLECLOUD_MAX_RETRIES", "0");
    workspace.write("main.tf", &partners())?;
    measure::time(&mut workspace.command(&["apply", "-auto-approve"]), 0)?;
    workspace.write("lists.tf", LISTS_OF_ALL)?;
    let mut peaks = Vec::new();
    for (name, fault) in ANSWERS {
        simulator.post("faults", &fault.replace("LONG", &"x".repeat(LONG)))?;
        let plan = || {
            let words = [String::from("plan"), format!("-parallelism={LISTS}")];
            let output = workspace.command(&words).output().context("cannot run Terraform")?;
            // Whether they are refused or taken is a matter of their size; the provider has to live.
            let said = String::from_utf8_lossy(&output.stderr);
            if said.contains("Plugin did not respond") || said.contains("crashed") {
                bail!("the provider did not live through {name}:\n{said}");
            }
            Ok(())
        };
        let peak = measure::peak_memory(provider, plan)?;
        eprintln!("{name}: {:.0} MiB", peak.unwrap_or_default() as f64 / f64::from(1 << 20));
        peaks.extend(peak);
        simulator.delete("faults")?;
    }
    Ok(peaks.into_iter().max())
}

const LISTS_OF_ALL: &str = r#"data "impossiblecloud_partner_members" "all" {
  count      = length(impossiblecloud_partner.many)
  partner_id = impossiblecloud_partner.many[count.index].id
}
"#;

/// The owners of the lists.
fn partners() -> String {
    format!(
        r#"terraform {{
  required_providers {{
    impossiblecloud = {{ source = "impossiblecloud/impossiblecloud" }}
  }}
}}

data "impossiblecloud_contract" "one" {{
  name = "Impossible Cloud Test Contract"
}}

resource "impossiblecloud_partner" "many" {{
  count             = {LISTS}
  name              = "Partner ${{count.index}}"
  allocated_storage = 1e9
  contract_id       = data.impossiblecloud_contract.one.id
}}
"#
    )
}
