//! Where a live run happens: a service, a contract, a workspace, and a client that looks at the service beside
//! Terraform.

use std::time::Duration;

use impossiblecloud_probe::{http, random, settings};
use impossiblecloud_simulator::{Options, Simulator};
use serde_json::Value;
use terraform_cli::{Cli, Output, Workspace};

use super::consent;
use crate::world;

/// What the names of all live runs begin with; a run's own letters follow.
const PREFIX: &str = "terraform-live-";

/// A run makes no more objects than this, in all.
const BUDGET: u64 = 8;

/// How long one request of the client beside Terraform may take.
const TIMEOUT: Duration = Duration::from_secs(60);

pub struct Stage {
    workspace: Workspace,
    client: http::Client,
    pub contract: String,
    /// What the names of this run begin with.
    pub prefix: String,
    /// Whether amounts may be allocated.
    pub allocates: bool,
    /// How many objects may still be made.
    left: u64,
    /// Kept while it is used; nobody asks it for anything but its address.
    _simulator: Option<Simulator>,
}

impl Stage {
    /// The service that the environment names, with consent; a simulator when it names none.
    pub fn set() -> Self {
        let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let live = consent::read(variable).unwrap_or_else(|why| panic!("{why}"));
        let simulator = live.is_none().then(|| Simulator::start(Options::default()));
        let settings = match &simulator {
            None => settings::read(TIMEOUT).unwrap_or_else(|why| panic!("{why}")),
            Some(simulator) => http::Settings {
                endpoint: http::Endpoint::parse(&simulator.endpoint()).expect("a URL"),
                key: world::KEY.to_owned(),
                ca_certificates: Vec::new(),
                timeout: TIMEOUT,
            },
        };
        let live = live.unwrap_or(consent::Live { contract: world::CONTRACT.to_owned(), allocates: true });
        let binary = world::provider();
        let folder = binary.parent().expect("a folder");
        let mut workspace = Workspace::new(&world::cli(), xtask::project::SOURCE, folder).expect("a workspace");
        workspace.set("IMPOSSIBLECLOUD_ENDPOINT", settings.endpoint.to_string());
        workspace.set("IMPOSSIBLECLOUD_API_KEY", settings.key.clone());
        workspace.set("TF_VAR_password", random::password().expect("random numbers"));
        if simulator.is_none()
            && let Ok(path) = std::env::var("IMPOSSIBLECLOUD_CA_CERTIFICATE_FILE")
        {
            workspace.set("IMPOSSIBLECLOUD_CA_CERTIFICATE_FILE", path);
        }
        let client = http::Client::new(settings).unwrap_or_else(|why| panic!("{why}"));
        let prefix = format!("{PREFIX}{}-", random::letters(8).expect("random numbers"));
        let stage = Self {
            workspace,
            client,
            contract: live.contract,
            prefix,
            allocates: live.allocates,
            left: BUDGET,
            _simulator: simulator,
        };
        println!("objects of this run are named {}...", stage.prefix);
        stage.show_leftovers();
        stage
    }

    pub fn cli(&self) -> &Cli {
        self.workspace.cli()
    }

    /// Writes a file.
    pub fn file(&self, name: &str, text: &str) {
        self.workspace.write(name, text).expect("written");
    }

    /// Writes the configuration.
    pub fn configure(&self, body: &str) {
        let source = xtask::project::SOURCE;
        let required = format!(
            r#"
terraform {{
  required_providers {{
    impossiblecloud = {{
      source = "{source}"
    }}
  }}
}}
"#
        );
        self.file("main.tf", &(required + body));
    }

    pub fn run(&self, arguments: &[&str]) -> Output {
        self.workspace.run(arguments)
    }

    #[track_caller]
    pub fn plan(&self) -> Output {
        self.run(&["plan", "-json"]).succeeds()
    }

    /// Applies, when the plan is exactly this and within the budget.
    #[track_caller]
    pub fn apply(&mut self, changes: (u64, u64, u64)) {
        let plan = self.run(&["plan", "-json", "-out=tfplan"]).succeeds();
        assert_eq!(plan.changes(), changes, "{plan}");
        self.left = self.left.checked_sub(changes.0).unwrap_or_else(|| panic!("more than {BUDGET} objects: {plan}"));
        self.run(&["apply", "tfplan"]).succeeds();
    }

    #[track_caller]
    pub fn destroy(&mut self, changes: (u64, u64, u64)) {
        let output = self.run(&["destroy", "-json", "-auto-approve"]).succeeds();
        assert_eq!(output.changes(), changes, "{output}");
    }

    #[track_caller]
    pub fn plans_nothing(&self) {
        let plan = self.plan();
        assert_eq!(plan.changes(), (0, 0, 0), "{plan}");
    }

    /// The attributes of an object in the state.
    #[track_caller]
    pub fn state(&self, address: &str) -> Value {
        let output = self.run(&["show", "-json"]).succeeds();
        let state: Value = serde_json::from_str(&output.stdout).expect("JSON");
        let resources = state["values"]["root_module"]["resources"].as_array().cloned().unwrap_or_default();
        let found = resources.into_iter().find(|resource| resource["address"] == address);
        found.unwrap_or_else(|| panic!("{address} is not in the state:\n{output}"))["values"].clone()
    }

    #[track_caller]
    pub fn id(&self, address: &str) -> String {
        self.state(address)["id"].as_str().expect("an id").to_owned()
    }

    /// A partner as the service shows it.
    #[track_caller]
    pub fn seen(&self, id: &str) -> Value {
        let exchange = self.client.get(&format!("/partner/{id}"));
        exchange
            .good()
            .and_then(|answer| answer.json().ok_or("no JSON".to_owned()))
            .unwrap_or_else(|why| panic!("{why}"))
    }

    /// The contract as the service shows it.
    #[track_caller]
    pub fn contract_seen(&self) -> Value {
        let list = self.client.list("/contract/list").unwrap_or_else(|why| panic!("{why}"));
        let found = list.items.into_iter().find(|contract| contract["id"] == self.contract.as_str());
        found.unwrap_or_else(|| panic!("this key sees no contract {}", self.contract))
    }

    /// Changes something of this run's beside Terraform.
    #[track_caller]
    pub fn write(&self, method: &'static str, path: &str, body: Option<Value>) {
        let exchange = self.client.send(method, path, http::Key::Own, body);
        assert!(exchange.good().is_ok(), "{}", exchange.line());
    }

    /// Ids and names of this run's partners that are there.
    pub fn own_partners(&self) -> Vec<(String, String)> {
        self.partners(&self.prefix)
    }

    fn partners(&self, prefix: &str) -> Vec<(String, String)> {
        let list = self.client.list_of_visible(&format!("/contract/{}/partners", self.contract));
        let items = list.map(|list| list.items).unwrap_or_else(|why| panic!("{why}"));
        let text = |item: &Value, name: &str| item[name].as_str().unwrap_or_default().to_owned();
        let all = items.iter().map(|item| (text(item, "id"), text(item, "name")));
        all.filter(|(_, name)| name.starts_with(prefix)).collect()
    }

    /// What other live runs have left is named, and left alone: they may still be running.
    fn show_leftovers(&self) {
        for (id, name) in self.partners(PREFIX) {
            println!("an earlier live run has left partner {name} ({id})");
        }
    }

    /// Deletes what is left of this run, members first.
    fn sweep(&self) {
        for (id, name) in self.own_partners() {
            let members = self.client.list_of_visible(&format!("/partner/{id}/members"));
            for member in members.map(|list| list.items).unwrap_or_default() {
                self.client.delete(&format!("/partner/{id}/member/{}", member["id"].as_str().unwrap_or_default()));
            }
            let deleted = self.client.delete(&format!("/partner/{id}"));
            println!("swept partner {name}: {}", deleted.line());
        }
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.client.clean();
        self.sweep();
    }
}
