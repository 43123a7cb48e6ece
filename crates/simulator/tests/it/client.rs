use std::time::Duration;

use impossiblecloud_simulator::{CHANNEL_PARTNER_KEY, DISTRIBUTOR_KEY, FIRST_CONTRACT, Options, Simulator, Switches};
use serde_json::{Value, json};
use ureq::http::{HeaderMap, Request};

pub const TB: u64 = 1_000_000_000_000;
pub const STRONG: &str = "Correct-Horse-7";

/// Waits for something that happens soon, or never.
#[track_caller]
pub fn soon(what: impl Fn() -> bool) {
    for _ in 0..4_000 {
        if what() {
            return;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    panic!("it did not happen");
}

/// A simulator and a client with a key.
pub struct Api {
    pub sim: Simulator,
    pub agent: ureq::Agent,
    pub key: Option<String>,
}

#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
}

impl Reply {
    #[track_caller]
    pub fn json(&self) -> Value {
        match serde_json::from_str(&self.text) {
            Ok(value) => value,
            Err(error) => panic!("{error} in {self:?}"),
        }
    }

    #[track_caller]
    pub fn id(&self) -> String {
        assert_eq!(self.status, 201, "{self:?}");
        let value = self.json();
        let id = value["id"].as_str().or(value["clientAccountId"].as_str());
        id.unwrap_or_else(|| panic!("no id in {self:?}")).to_string()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
}

impl Api {
    pub fn new(switches: Switches) -> Self {
        let sim = Simulator::start(Options { seed: false, switches, random_seed: Some(7), ..Options::default() });
        Self { sim, agent: agent(Duration::from_secs(20)), key: Some(DISTRIBUTOR_KEY.to_string()) }
    }

    pub fn plain() -> Self {
        Self::new(Switches::default())
    }

    pub fn channel_partner(self) -> Self {
        Self { key: Some(CHANNEL_PARTNER_KEY.to_string()), ..self }
    }

    /// Sends a request; an error is one of the connection.
    pub fn try_send(&self, method: &str, path: &str, body: Option<&str>) -> Result<Reply, ureq::Error> {
        let uri =
            if path.starts_with("/console") { self.sim.url(path) } else { format!("{}{path}", self.sim.endpoint()) };
        let mut request = Request::builder().method(method).uri(uri);
        if let Some(key) = &self.key {
            request = request.header("Authorization", format!("Bearer {key}"));
        }
        let response = match body {
            Some(body) => self.agent.run(request.body(body.to_string()).unwrap()),
            None => self.agent.run(request.body(()).unwrap()),
        };
        let mut response = response?;
        let text = response.body_mut().read_to_string()?;
        Ok(Reply { status: response.status().as_u16(), headers: response.headers().clone(), text })
    }

    #[track_caller]
    pub fn send(&self, method: &str, path: &str, body: Option<&str>) -> Reply {
        match self.try_send(method, path, body) {
            Ok(reply) => reply,
            Err(error) => panic!("{method} {path}: {error:?}"),
        }
    }

    #[track_caller]
    pub fn get(&self, path: &str) -> Reply {
        self.send("GET", path, None)
    }

    #[track_caller]
    pub fn post(&self, path: &str, body: Value) -> Reply {
        self.send("POST", path, Some(&body.to_string()))
    }

    #[track_caller]
    pub fn put(&self, path: &str, body: Value) -> Reply {
        self.send("PUT", path, Some(&body.to_string()))
    }

    #[track_caller]
    pub fn patch(&self, path: &str, body: Value) -> Reply {
        self.send("PATCH", path, Some(&body.to_string()))
    }

    #[track_caller]
    pub fn delete(&self, path: &str) -> Reply {
        self.send("DELETE", path, None)
    }

    #[track_caller]
    pub fn create_partner(&self, name: &str, allocated: u64) -> Reply {
        self.post("/partner", partner(name, allocated))
    }

    /// The allocated capacity of the first contract, as the API answers it.
    #[track_caller]
    pub fn allocated(&self) -> Value {
        let list = self.get("/contract/list").json();
        let contract = list.as_array().unwrap().iter().find(|contract| contract["id"] == FIRST_CONTRACT);
        contract.unwrap()["allocatedCapacity"].clone()
    }
}

/// The body that creates a partner in the first contract.
pub fn partner(name: &str, allocated: u64) -> Value {
    json!({"name": name, "distributorContractId": FIRST_CONTRACT, "allocatedCapacity": allocated})
}

pub fn member(email: &str) -> Value {
    json!({"email": email, "password": STRONG, "role": "staff", "name": "Kim"})
}

pub fn account(name: &str, email: &str, allocated: u64) -> Value {
    json!({
        "name": name, "allocatedCapacity": allocated, "allowOverdraft": false,
        "clientAccount": {"contactEmail": email, "password": STRONG},
    })
}

/// A client without a pool, so that a fault strikes the request that it is meant for.
pub fn agent(timeout: Duration) -> ureq::Agent {
    let config = ureq::Agent::config_builder().http_status_as_error(false).timeout_global(Some(timeout));
    config.max_idle_connections(0).user_agent("simulator-tests/1").build().into()
}
