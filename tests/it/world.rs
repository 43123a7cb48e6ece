//! A simulator, a folder and the real CLI: what each test begins with.

use std::fmt::Display;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use impossiblecloud_simulator::{Certificate, Options, Simulator, Transport};
use terraform_cli::{Cli, Output, Workspace};

use crate::hcl::{Block, expression};

/// The vendor's first sample contract: 100 TB reserved, 53 TB allocated.
pub const CONTRACT: &str = "606f031c-0f85-4444-8c7d-4a8f1ede7cd3";

/// The vendor's second sample contract: 10 TB reserved, nothing allocated.
pub const OTHER_CONTRACT: &str = "bb0a102d-ad4b-4738-b405-561add97abbb";

/// The key of the simulator's distributor.
pub const KEY: &str = "simulator-distributor-key";

/// One terabyte, as the vendor counts.
pub const TB: u64 = 1_000_000_000_000;

/// Where the provider comes from.
const REQUIRED: &str = r#"
terraform {
  required_providers {
    impossiblecloud = {
      source = "impossiblecloud/impossiblecloud"
    }
  }
}

"#;

pub struct World {
    pub simulator: Simulator,
    pub workspace: Workspace,
}

/// The provider to test: what cargo has just built, or what TEST_PROVIDER names, such as the binary of a release.
pub fn provider() -> &'static Path {
    static PROVIDER: OnceLock<PathBuf> = OnceLock::new();
    PROVIDER.get_or_init(|| match std::env::var_os("TEST_PROVIDER") {
        Some(path) => Path::new(&path).canonicalize().expect("TEST_PROVIDER names a binary"),
        None => env!("CARGO_BIN_EXE_terraform-provider-impossiblecloud").into(),
    })
}

/// The CLI to test with; a missing one fails the test with one clear sentence.
pub fn cli() -> Cli {
    Cli::find().unwrap_or_else(|why| panic!("{why}"))
}

/// The host of source addresses that name none, with the CLI at hand.
pub fn registry() -> &'static str {
    cli().registry()
}

impl World {
    pub fn new() -> World {
        World::with(Options::default())
    }

    /// Whether the CLI reads an object that it lets go of, like a tainted one.
    pub fn reads_what_it_lets_go(&self) -> bool {
        let cli = self.workspace.cli();
        !cli.is_terraform_since(1, 0) || (cli.is_terraform_since(1, 7) && !cli.is_terraform_since(1, 9))
    }

    pub fn with(options: Options) -> World {
        let simulator = Simulator::start(options);
        let binary = provider();
        let folder = binary.parent().expect("a folder");
        let mut workspace = Workspace::new(&cli(), xtask::project::SOURCE, folder).expect("a workspace");
        workspace.set("IMPOSSIBLECLOUD_ENDPOINT", simulator.endpoint());
        workspace.set("IMPOSSIBLECLOUD_API_KEY", KEY);
        World { simulator, workspace }
    }

    /// A world whose service speaks TLS, and whose certificate is named as trusted.
    pub fn secure(transport: Transport, certificate: Certificate) -> World {
        let mut world = World::with(Options { transport, certificate, ..Options::default() });
        let pem = world.simulator.certificate().expect("a certificate").to_owned();
        world.workspace.write("trusted.pem", &pem).expect("written");
        let path = world.workspace.folder().join("trusted.pem").display().to_string();
        world.workspace.set("IMPOSSIBLECLOUD_CA_CERTIFICATE_FILE", path);
        world
    }

    /// Writes the configuration: the provider's requirement and `body`.
    pub fn configure(&self, body: &(impl Display + ?Sized)) -> &World {
        self.workspace.write("main.tf", &format!("{REQUIRED}{body}")).expect("written");
        self
    }

    pub fn run(&self, arguments: &[&str]) -> Output {
        self.workspace.run(arguments)
    }

    /// A plan whose diagnostics can be compared whole.
    pub fn plan(&self, arguments: &[&str]) -> Output {
        self.run(&[&["plan", "-json"], arguments].concat())
    }

    pub fn apply(&self, arguments: &[&str]) -> Output {
        self.run(&[&["apply", "-json", "-auto-approve"], arguments].concat())
    }

    pub fn destroy(&self) -> Output {
        self.run(&["destroy", "-json", "-auto-approve"])
    }

    /// Fails unless a plan would change nothing.
    #[track_caller]
    pub fn plans_nothing(&self) {
        let output = self.plan(&["-detailed-exitcode"]).succeeds();
        assert_eq!(output.changes(), (0, 0, 0), "{output}");
    }

    /// The attributes of an object in the state.
    #[track_caller]
    pub fn state(&self, address: &str) -> serde_json::Value {
        let output = self.run(&["show", "-json"]).succeeds();
        let state: serde_json::Value = serde_json::from_str(&output.stdout).expect("JSON");
        let resources = state["values"]["root_module"]["resources"].as_array().cloned().unwrap_or_default();
        let found = resources.into_iter().find(|resource| resource["address"] == address);
        found.unwrap_or_else(|| panic!("{address} is not in the state:\n{output}"))["values"].clone()
    }

    /// The id that an object has in the state.
    #[track_caller]
    pub fn id(&self, address: &str) -> String {
        self.state(address)["id"].as_str().expect("an id").to_owned()
    }

    /// Requests of one operation that the simulator got.
    pub fn count(&self, operation: &str) -> usize {
        self.simulator.requests().iter().filter(|request| request.operation == operation).count()
    }
}

/// A partner of the first contract.
pub fn partner(label: &str, name: &str, bytes: u64) -> String {
    a_partner(label, name, bytes).to_string()
}

/// A partner of the first contract, to be given more arguments.
pub fn a_partner(label: &str, name: &str, bytes: u64) -> Block {
    Block::partner(label, name, bytes).set("contract_id", CONTRACT)
}

/// A partner of any contract; the amount may be an expression.
pub fn partner_in(contract: &str, label: &str, name: &str, amount: &str) -> String {
    let partner = Block::partner(label, name, 0).set("allocated_storage", expression(amount));
    partner.set("contract_id", contract).to_string()
}

/// A member or a storage account of a partner given as an expression, with more arguments.
pub fn member(label: &str, partner: &str, email: &str, more: &str) -> String {
    format!(
        r#"
resource "impossiblecloud_partner_member" "{label}" {{
  partner_id = {partner}
  email      = "{email}"
  {more}
}}
"#
    )
}

/// A storage account of 1 TB.
pub fn account(label: &str, partner: &str, email: &str, more: &str) -> String {
    format!(
        r#"
resource "impossiblecloud_storage_account" "{label}" {{
  partner_id        = {partner}
  name              = "Shop"
  allocated_storage = 1e12
  contact_email     = "{email}"
  password          = "Abcdefgh1!"
  {more}
}}
"#
    )
}

/// A block with another argument or block in it, before its last brace.
pub fn with(block: &str, more: &str) -> String {
    let end = block.rfind('}').expect("a block");
    format!("{}  {more}\n{}", &block[..end], &block[end..])
}
