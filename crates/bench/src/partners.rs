//! N partners in two contracts, and `terraform_data` of the same count beside them: Terraform's own floor.

use std::path::Path;
use std::time::Duration;

use anyhow::Result;
use terraform_cli::{Cli, Workspace};
use xtask::project;
use xtask::simulator::Simulator;

use super::measure::{self, median};

/// What the rounds of one size gave. Times are medians.
#[derive(Debug, Clone, PartialEq)]
pub struct Figures {
    /// How many partners.
    pub size: u32,
    /// Creating all of them.
    pub apply: Figure,
    /// A plan that finds nothing to do.
    pub empty_plan: Figure,
    /// A plan that finds one new name.
    pub changed_plan: Figure,
    /// An empty plan that reads nothing from the service.
    pub plan_without_reading: Duration,
    /// Creating as many `terraform_data`.
    pub data_apply: Duration,
    /// An empty plan over as many `terraform_data`.
    pub data_plan: Duration,
    /// The provider's peak in an empty plan, in bytes, where the system tells.
    pub memory: Option<u64>,
    /// Requests of a plan that looks at single partners, where that was measured.
    pub looks: Option<Looks>,
}

/// Requests of plans that look at what each partner has, and not only at lists of partners.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Looks {
    /// A plan that cuts all partners.
    pub cut: u64,
    /// A plan that deletes all of them.
    pub leave: u64,
}

/// Wall time and requests to the service.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Figure {
    /// From start to end of the command.
    pub time: Duration,
    /// Reads and writes.
    pub requests: u64,
}

/// What is measured with.
pub struct Tools<'a> {
    /// The Terraform.
    pub cli: &'a Cli,
    /// A release build of the provider.
    pub provider: &'a Path,
    /// A release build of the simulator.
    pub simulator: &'a Path,
    /// How long the service takes to answer, as the simulator reads it.
    pub latency: &'a str,
}

/// One sample of each figure for each round.
#[derive(Default)]
struct Samples {
    apply: Vec<Figure>,
    empty_plan: Vec<Figure>,
    changed_plan: Vec<Figure>,
    plan_without_reading: Vec<Duration>,
    data_apply: Vec<Duration>,
    data_plan: Vec<Duration>,
    memory: Vec<u64>,
    looks: Option<Looks>,
}

/// Above so many objects the applies run once: Terraform itself then needs minutes for each, its own objects included.
pub const MOST_APPLIED_AGAIN: u32 = 1000;

/// Measures one size. Each round does everything once, so that what disturbs the machine for a while disturbs all
/// figures alike, and begins with an empty service and an empty state, unless that takes too long.
pub fn measure(tools: &Tools, size: u32, rounds: usize) -> Result<Figures> {
    let mut samples = Samples::default();
    let stages = if size > MOST_APPLIED_AGAIN { 1 } else { rounds };
    for _ in 0..stages {
        let stage = Stage::set(tools, size, &mut samples)?;
        for _ in 0..rounds / stages {
            stage.plan(&mut samples)?;
        }
        samples.memory.extend(stage.peak(tools.provider)?);
        // How many requests these take is the same each time.
        if size <= MOST_APPLIED_AGAIN && samples.looks.is_none() {
            samples.looks = Some(stage.looks()?);
        }
    }
    let time = |samples: &[Duration]| median(samples).unwrap_or_default();
    let figure = |samples: &[Figure]| Figure {
        time: time(&samples.iter().map(|figure| figure.time).collect::<Vec<_>>()),
        requests: median(&samples.iter().map(|figure| figure.requests).collect::<Vec<_>>()).unwrap_or_default(),
    };
    Ok(Figures {
        size,
        apply: figure(&samples.apply),
        empty_plan: figure(&samples.empty_plan),
        changed_plan: figure(&samples.changed_plan),
        plan_without_reading: time(&samples.plan_without_reading),
        data_apply: time(&samples.data_apply),
        data_plan: time(&samples.data_plan),
        memory: samples.memory.iter().max().copied(),
        looks: samples.looks,
    })
}

/// A service with the partners, and a state that has them; and a state with as many objects of Terraform's own.
struct Stage {
    simulator: Simulator,
    partners: Workspace,
    data: Workspace,
}

impl Stage {
    /// Creates everything.
    fn set(tools: &Tools, size: u32, samples: &mut Samples) -> Result<Stage> {
        let simulator = Simulator::start(tools.simulator, &["--empty", "--latency", tools.latency])?;
        let folder = tools.provider.parent().unwrap_or(Path::new("."));
        let mut partners = Workspace::new(tools.cli, project::SOURCE, folder)?;
        for (name, value) in &simulator.variables {
            partners.set(name, value);
        }
        partners.write("main.tf", &configuration(size))?;
        let data = Workspace::new(tools.cli, project::SOURCE, folder)?;
        data.write("main.tf", &floor(size))?;
        let stage = Stage { simulator, partners, data };
        samples.apply.push(stage.figure(&["apply", "-auto-approve"], 0)?);
        samples.data_apply.push(measure::time(&mut stage.data.command(&["apply", "-auto-approve"]), 0)?);
        Ok(stage)
    }

    /// One sample of each plan.
    fn plan(&self, samples: &mut Samples) -> Result<()> {
        samples.empty_plan.push(self.figure(&["plan", "-detailed-exitcode"], 0)?);
        samples.data_plan.push(measure::time(&mut self.data.command(&["plan", "-detailed-exitcode"]), 0)?);
        samples.changed_plan.push(self.figure(&["plan", "-detailed-exitcode", "-var", "first=Renamed"], 2)?);
        samples.plan_without_reading.push(self.figure(&["plan", "-detailed-exitcode", "-refresh=false"], 0)?.time);
        Ok(())
    }

    /// What is looked at when partners are cut or deleted.
    fn looks(&self) -> Result<Looks> {
        let cut = self.figure(&["plan", "-detailed-exitcode", "-var", "bytes=5e8"], 2)?;
        let leave = self.figure(&["plan", "-detailed-exitcode", "-destroy"], 2)?;
        Ok(Looks { cut: cut.requests, leave: leave.requests })
    }

    /// The provider's memory in a plan of its own, since looking at it takes time.
    fn peak(&self, provider: &Path) -> Result<Option<u64>> {
        measure::peak_memory(provider, || self.figure(&["plan", "-detailed-exitcode"], 0).map(|_| ()))
    }

    fn figure(&self, words: &[&str], expected: i32) -> Result<Figure> {
        let before = self.simulator.requests()?.all();
        let time = measure::time(&mut self.partners.command(words), expected)?;
        Ok(Figure { time, requests: self.simulator.requests()?.all() - before })
    }
}

/// 1 GB for each, half of them in each of the two contracts that the simulator starts with.
fn configuration(size: u32) -> String {
    format!(
        r#"terraform {{
  required_providers {{
    impossiblecloud = {{ source = "impossiblecloud/impossiblecloud" }}
  }}
}}

variable "first" {{
  default = "Partner 0"
}}

variable "bytes" {{
  type    = number
  default = 1e9
}}

data "impossiblecloud_contract" "both" {{
  for_each = toset(["Impossible Cloud Test Contract", "Another test contract"])
  name     = each.key
}}

locals {{
  contracts = [for name, contract in data.impossiblecloud_contract.both : contract.id]
}}

resource "impossiblecloud_partner" "many" {{
  count             = {size}
  name              = count.index == 0 ? var.first : "Partner ${{count.index}}"
  allocated_storage = var.bytes
  contract_id       = local.contracts[count.index % 2]
}}
"#
    )
}

/// The same configuration with Terraform's own objects in place of contracts and partners, and the values that a
/// partner is given.
fn floor(size: u32) -> String {
    format!(
        r#"variable "first" {{
  default = "Partner 0"
}}

resource "terraform_data" "both" {{
  for_each = toset(["Impossible Cloud Test Contract", "Another test contract"])
  input    = each.key
}}

locals {{
  contracts = [for name, contract in terraform_data.both : contract.id]
}}

resource "terraform_data" "many" {{
  count = {size}
  input = {{
    name              = count.index == 0 ? var.first : "Partner ${{count.index}}"
    allocated_storage = 1e9
    contract_id       = local.contracts[count.index % 2]
  }}
}}
"#
    )
}
