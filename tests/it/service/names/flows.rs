//! Everything that can be asked of a provider, in a world in which everything has a hostile name.

use std::time::Duration;

use fastrand::Rng;
use impossiblecloud_simulator::{Altered, Fault, FaultKind, Form, Options, Scripted, Simulator};
use serde_json::{Value, json};
use terraform_plugin_server::Dynamic;
use terraform_plugin_server::client::{Client, Diagnostic, Launch, Returned, Subject};

use super::hostile;
use crate::faults::writes::{ACCOUNT, MEMBER, PARTNER};
use crate::world::{CONTRACT, KEY, TB, provider};

/// A service full of hostile names, a provider, and what it said so far.
pub struct Stage {
    simulator: Simulator,
    random: Rng,
    client: Client,
    said: Vec<Diagnostic>,
    /// A partner, its name, and its member's and account's address.
    owner: String,
    name: String,
    email: String,
}

impl Stage {
    /// Asks everything; gives all that was said.
    pub async fn play(seed: u64) -> Vec<Diagnostic> {
        let mut random = Rng::with_seed(seed);
        let simulator = Simulator::start(Options::default());
        let name = hostile(&mut random);
        let email = format!("eve@{}", hostile(&mut random));
        let owner = simulator.add_partner(CONTRACT, &name, 5 * TB, false);
        simulator.add_partner(CONTRACT, &name, TB, false);
        simulator.set_partner_details(&owner, &hostile(&mut random));
        simulator.add_contract(&hostile(&mut random), TB);
        let client = start(&simulator, "strict").await;
        let mut stage = Stage { simulator, random, client, said: Vec::new(), owner, name, email };
        stage.settings().await;
        stage.data_sources().await;
        stage.configurations().await;
        stage.imports_and_states().await;
        stage.answers().await;
        stage.creations().await;
        stage.changes().await;
        stage.said
    }

    fn text(&mut self) -> String {
        hostile(&mut self.random)
    }

    /// A new process, which remembers nothing.
    async fn restart(&mut self, mode: &str) {
        self.client = start(&self.simulator, mode).await;
    }

    async fn settings(&mut self) {
        for name in ["endpoint", "api_key", "api_key_file", "ca_certificate_file", "capacity_check", "request_timeout"]
        {
            let config = json!({ name: self.text() });
            self.said.extend(self.client.validate(&Subject::Provider, config.clone()).await.expect("an answer"));
            let client = Launch::new(provider()).start().await.expect("the provider starts");
            self.said.extend(client.configure(config).await.expect("an answer"));
        }
    }

    async fn data(&mut self, kind: &str, config: Value) {
        let kind = format!("impossiblecloud_{kind}");
        let subject = Subject::DataSource(kind.clone());
        self.said.extend(self.client.validate(&subject, config.clone()).await.expect("an answer"));
        self.said.extend(self.client.read_data_source(&kind, config).await.expect("an answer").diagnostics);
    }

    async fn data_sources(&mut self) {
        let (owner, name, email) = (self.owner.clone(), self.name.clone(), self.email.clone());
        for (role, address) in [("viewer", &email), ("staff", &email)] {
            self.simulator.add_member(&owner, &format!("{role}{address}"), &name, role);
        }
        for address in ["a", "b"] {
            self.simulator.add_account(Some(&owner), &name, &format!("{address}{email}"), TB);
        }
        let unknown = "00000000-0000-4000-8000-000000000000";
        for id in [self.text(), owner, unknown.into()] {
            let text = self.text();
            for (kind, config) in [
                ("contract", json!({ "name": text })),
                ("contract", json!({ "id": id })),
                ("contract", json!({})),
                ("contracts", json!({})),
                ("partner", json!({ "name": name })),
                ("partner", json!({ "name": text, "contract_id": CONTRACT })),
                ("partner", json!({ "name": text, "contract_id": id })),
                ("partner", json!({ "id": id })),
                ("partners", json!({ "contract_id": id })),
                ("partner_member", json!({ "partner_id": id, "email": text })),
                ("partner_member", json!({ "partner_id": id, "id": text })),
                ("partner_members", json!({ "partner_id": id })),
                ("storage_account", json!({ "partner_id": id, "name": name })),
                ("storage_account", json!({ "partner_id": id, "name": text })),
                ("storage_account", json!({ "partner_id": id, "id": text })),
                ("storage_accounts", json!({ "partner_id": id })),
                ("storage_accounts", json!({ "contract_id": id, "partner_id": text })),
                ("usage", json!({ "partner_id": id, "from": text, "to": "2026-03-01" })),
                ("usage", json!({ "partner_id": id, "from": "2026-03-01", "to": "2026-03-02" })),
                ("usage_summary", json!({ "contract_id": id, "from": "2026-03-01", "to": "2026-03-02" })),
            ] {
                self.data(kind, config).await;
            }
            let said = self.client.call_function("bytes", &[text.as_str().into()]).await.expect("an answer");
            if let Err((detail, _)) = said {
                self.said.push(Diagnostic::error("", detail));
            }
        }
    }

    async fn plan(&mut self, kind: &str, prior: Option<&Returned>, config: Value) {
        let checked = self.client.validate_resource(kind, config.clone()).await.expect("an answer");
        self.said.extend(checked);
        let planned = self.client.plan(kind, prior, config.into()).await.expect("an answer");
        self.said.extend(planned.diagnostics.clone());
        let failed = planned.diagnostics.iter().any(|said| said.is_error);
        if !failed && !planned.state.is_null() {
            self.said.extend(self.client.plan(kind, prior, Dynamic::Null).await.expect("an answer").diagnostics);
        }
    }

    async fn configurations(&mut self) {
        let (owner, name, email) = (self.owner.clone(), self.name.clone(), self.email.clone());
        for mode in ["strict", "relaxed"] {
            self.restart(mode).await;
            for bytes in [48 * TB, 101 * TB, 30 * TB, 30 * TB, 5, 500_000_000] {
                let text = self.text();
                for config in [
                    json!({ "name": text, "contract_id": CONTRACT, "allocated_storage": bytes }),
                    json!({ "name": name, "contract_id": CONTRACT, "allocated_storage": bytes }),
                    json!({ "name": name, "contract_id": text, "allocated_storage": bytes,
                            "timeouts": { "create": text } }),
                ] {
                    self.plan(PARTNER, None, config).await;
                }
            }
            let password = "Passw0rd-of-a-test";
            for id in [owner.clone(), self.text()] {
                let text = self.text();
                for (address, role) in [(format!("staff{email}"), "staff"), (text.clone(), text.as_str())] {
                    let config = json!({ "partner_id": id, "email": address, "role": role, "password": text });
                    self.plan(MEMBER, None, config).await;
                    let config = json!({ "partner_id": id, "email": address, "role": role, "password": password });
                    self.plan(MEMBER, None, config).await;
                }
                for (address, bytes) in [(format!("a{email}"), TB), (format!("c{email}"), 9 * TB), (text.clone(), TB)] {
                    let config = json!({ "partner_id": id, "name": name, "contact_email": address,
                                         "allocated_storage": bytes, "password": password });
                    self.plan(ACCOUNT, None, config).await;
                }
            }
        }
    }

    async fn imports_and_states(&mut self) {
        let (owner, text) = (self.owner.clone(), self.text());
        for kind in [PARTNER, MEMBER, ACCOUNT] {
            for id in [text.clone(), format!("{owner}/{text}"), format!("{text}/{owner}"), self.text()] {
                self.said.extend(self.client.import(kind, &id).await.expect("an answer").diagnostics);
                let state = json!({ "id": id, "partner_id": text, "name": text, "email": text, "contract_id": text });
                for state in [state, json!({ "id": [text] })] {
                    let upgraded = self.client.upgrade(kind, 0, &state.to_string()).await.expect("an answer");
                    self.said.extend(upgraded.diagnostics.clone());
                    let prior = upgraded.silent();
                    if !prior.state.is_null() {
                        self.said.extend(self.client.read(kind, &prior).await.expect("an answer").diagnostics);
                        let config = json!({ "name": self.text(), "allocated_storage": TB });
                        self.plan(kind, Some(&prior), config).await;
                    }
                }
            }
        }
        for (id, partner) in [(text.clone(), owner), (text.clone(), text)] {
            let config = json!({ "storage_account_id": id, "partner_id": partner });
            let restore = self.client.invoke_action("impossiblecloud_storage_account_restore", config).await;
            self.said.extend(restore.expect("an answer").diagnostics);
        }
    }

    /// What the service may answer to anything, with words of its own.
    fn trouble(&mut self) -> Vec<FaultKind> {
        let text = self.text();
        let quoted = json!({ "error": text, "message": text }).to_string();
        let page = format!("<html><head><title>{text}</title></head></html>");
        let visible: String = text.chars().filter(|c| !c.is_control()).collect();
        let header = |status: u16| Scripted::status(status).form(Form::Empty).header("X-Request-Id", &visible);
        vec![
            FaultKind::Answer(Scripted::status(400).body("application/json", &quoted)),
            FaultKind::Answer(Scripted::status(409).body("text/plain", &text)),
            FaultKind::Answer(Scripted::status(404).body("application/json", &quoted)),
            FaultKind::Answer(Scripted::status(503).body("text/html", &page)),
            FaultKind::Answer(Scripted::status(200).body("text/html", &page)),
            FaultKind::Answer(Scripted::status(200).body("application/json", &text)),
            FaultKind::Answer(Scripted::status(200).json(&json!([{ "id": [text], "name": { text.clone(): 1 } }]))),
            FaultKind::Answer(header(500)),
            FaultKind::Answer(header(302).header("Location", &format!("https://example.com/{visible}"))),
            FaultKind::Answer(header(429).header("Retry-After", &visible)),
            FaultKind::Altered(Altered::default().set("id", text.clone())),
            FaultKind::Altered(Altered::default().set("name", json!([text])).append(json!({ "id": text }))),
            FaultKind::Altered(Altered::default().set("allocatedCapacity", text.clone())),
            FaultKind::Altered(Altered::default().set("distributorContractId", text)),
        ]
    }

    async fn answers(&mut self) {
        let owner = self.owner.clone();
        for kind in self.trouble() {
            let one = self.random.choice(["list_contracts", "list_partners", "get_partner"]).expect("one of them");
            for operation in ["reads", one] {
                self.simulator.clear_faults();
                self.restart("strict").await;
                self.simulator.fault(Fault::new(operation, kind.clone()).times(20));
                self.said.extend(self.client.import(PARTNER, &owner).await.expect("an answer").diagnostics);
                self.data("partners", json!({ "contract_id": CONTRACT })).await;
                self.data("partner_members", json!({ "partner_id": owner })).await;
                self.data("regions", json!({})).await;
                let config = json!({ "name": "A", "contract_id": CONTRACT, "allocated_storage": TB });
                self.plan(PARTNER, None, config).await;
            }
        }
        self.simulator.clear_faults();
    }

    async fn apply(&mut self, kind: &str, prior: Option<&Returned>, config: Value) -> Option<Returned> {
        let planned = self.client.plan(kind, prior, config.clone().into()).await.expect("an answer");
        self.said.extend(planned.diagnostics.clone());
        if planned.diagnostics.iter().any(|said| said.is_error) {
            return None;
        }
        let applied = self.client.apply(kind, prior, &planned, config).await.expect("an answer");
        self.said.extend(applied.diagnostics.clone());
        (!applied.state.is_null()).then(|| applied.silent())
    }

    /// Creations that are refused, lost, answered with other names, and of which there are several.
    async fn creations(&mut self) {
        let owner = self.owner.clone();
        let mut trouble = self.trouble();
        let (text, name) = (self.text(), self.text());
        trouble.push(FaultKind::rewritten("name", text.clone()));
        trouble.push(FaultKind::rewritten("email", format!("x@{text}")));
        trouble.push(FaultKind::CutAfterCommit);
        trouble.push(FaultKind::CutBefore);
        trouble.push(FaultKind::StatusBefore { status: 500, retry_after: None, body: None });
        for kind in trouble {
            self.restart("strict").await;
            self.simulator.fault(Fault::new("creations", kind).times(3));
            let email = format!("new@{}", self.text());
            self.apply(PARTNER, None, json!({ "name": name, "contract_id": CONTRACT, "allocated_storage": 0 })).await;
            let config =
                json!({ "partner_id": owner, "email": email, "role": "staff", "password": "Passw0rd-of-a-test" });
            self.apply(MEMBER, None, config).await;
            let config = json!({ "partner_id": owner, "name": name, "contact_email": email,
                                 "allocated_storage": 0, "password": "Passw0rd-of-a-test" });
            self.apply(ACCOUNT, None, config).await;
            self.simulator.clear_faults();
        }
        // Two new ones that are alike.
        let late = FaultKind::Answer(Scripted::status(500).done());
        self.simulator.fault(Fault::new("create_partner", late));
        let delay = FaultKind::Delay { duration: Duration::from_millis(300) };
        self.simulator.fault(Fault::new("list_partners", delay));
        self.restart("strict").await;
        let config = json!({ "name": name, "contract_id": CONTRACT, "allocated_storage": 0 });
        let planned = self.client.plan(PARTNER, None, config.clone().into()).await.expect("an answer");
        let applied = self.client.apply(PARTNER, None, &planned, config).await.expect("an answer");
        self.said.extend(applied.diagnostics);
        self.simulator.clear_faults();
    }

    /// What exists is changed and deleted, by people and by the provider.
    async fn changes(&mut self) {
        let (owner, name) = (self.owner.clone(), self.name.clone());
        let accounts = self.simulator.accounts(Some(&owner));
        let account = accounts.first().expect("an account").id.clone();
        for kind in self.trouble() {
            self.restart("strict").await;
            let mut found = Vec::new();
            for (kind, id) in [(PARTNER, owner.clone()), (ACCOUNT, format!("{owner}/{account}"))] {
                let imported = self.client.import(kind, &id).await.expect("an answer");
                self.said.extend(imported.diagnostics);
                found.extend(imported.objects.into_iter().map(|object| (kind, object)));
            }
            // A deletion that was taken is looked at for 20 seconds.
            let deletes = !matches!(&kind, FaultKind::Answer(answer) if answer.status == Some(200));
            self.simulator.fault(Fault::new("writes", kind).times(4));
            for (kind, prior) in found {
                let text = self.text();
                for config in [
                    json!({ "name": text, "contract_id": CONTRACT, "allocated_storage": 6 * TB }),
                    json!({ "name": name, "contract_id": text, "allocated_storage": TB, "allow_overdraft": true }),
                    json!({ "partner_id": owner, "name": text, "contact_email": text, "allocated_storage": TB }),
                ] {
                    let fits = (kind == PARTNER) != config.get("partner_id").is_some();
                    if fits {
                        self.apply(kind, Some(&prior), config).await;
                    }
                }
                if deletes {
                    self.apply(kind, Some(&prior), Value::Null).await;
                }
            }
            self.simulator.clear_faults();
        }
    }
}

/// A provider that does not try again, and hardly looks for what was lost.
async fn start(simulator: &Simulator, mode: &str) -> Client {
    let client = Launch::new(provider()).start().await.expect("the provider starts");
    let settings = json!({
        "endpoint": simulator.endpoint(),
        "api_key": KEY,
        "capacity_check": mode,
        "max_retries": 0,
        "request_timeout": "20s",
        "create_lookup_timeout": "1ms",
    });
    assert_eq!(client.configure(settings).await.expect("an answer"), []);
    client
}
