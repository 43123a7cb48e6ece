//! The fixed requests that tell two simulators apart, and their answers without what differs by chance.

/// Answers without what differs by chance.
mod plain;

use std::collections::BTreeSet;
use std::time::Duration;

use impossiblecloud_simulator::{CHANNEL_PARTNER_KEY, DISTRIBUTOR_KEY, SECOND_CONTRACT, Simulator};
use serde_json::{Value, json};
use ureq::http::Request;

use self::plain::{plain, text_of};
use crate::world::{GB, TB};

const STRONG: &str = "Correct-Horse-7";
const UNKNOWN: &str = "00000000-0000-4000-8000-000000000000";

/// One who asks, and what he was answered.
struct Asker<'a> {
    sim: &'a Simulator,
    agent: ureq::Agent,
    seen: Vec<String>,
}

struct Reply {
    status: u16,
    text: String,
    /// Status, headers that matter, and the body without ids and times.
    seen: String,
}

impl Reply {
    fn id(&self) -> String {
        let value: Value = serde_json::from_str(&self.text).unwrap_or_default();
        let id = value["id"].as_str().or(value["clientAccountId"].as_str());
        id.unwrap_or(UNKNOWN).to_string()
    }
}

fn asker(sim: &Simulator) -> Asker<'_> {
    let config = ureq::Agent::config_builder().http_status_as_error(false).max_idle_connections(0).proxy(None);
    Asker { sim, agent: config.build().into(), seen: Vec::new() }
}

/// Every list that a distributor sees: the items as they were answered, sorted.
pub fn lists(sim: &Simulator) -> BTreeSet<String> {
    let (asker, mut seen) = (asker(sim), BTreeSet::new());
    let mut read = |path: String| {
        for page in 1..20 {
            let separator = if path.contains('?') { '&' } else { '?' };
            let path = format!("{path}{separator}page={page}");
            let text = asker.send(Some(&format!("Bearer {DISTRIBUTOR_KEY}")), "GET", &path, None).text;
            let items: Vec<Value> = serde_json::from_str(&text).unwrap_or_default();
            seen.extend(items.iter().map(|item| format!("{path}: {item}")));
        }
    };
    read("/contract/list".to_string());
    let from = "from=2000-01-01&to=2100-01-01";
    for contract in sim.contracts() {
        read(format!("/contract/{}/partners", contract.id));
        for partner in sim.partners(&contract.id) {
            read(format!("/partner/{}/members", partner.id));
            read(format!("/partner/{}/storage-accounts", partner.id));
            read(format!("/partner/{}/usage?{from}", partner.id));
        }
    }
    seen
}

/// Everything that is answered.
pub fn answers(sim: &Simulator) -> Vec<String> {
    let mut asker = asker(sim);
    asker.keys();
    asker.reads();
    asker.partners();
    asker.updates();
    asker.members();
    asker.accounts();
    asker.limit();
    asker.seen
}

impl Asker<'_> {
    fn send(&self, header: Option<&str>, method: &str, path: &str, body: Option<Value>) -> Reply {
        loop {
            let reply = self.once(header, method, path, body.as_ref());
            // What is too much for one second is asked again in the next.
            if reply.status != 429 {
                return reply;
            }
        }
    }

    fn once(&self, header: Option<&str>, method: &str, path: &str, body: Option<&Value>) -> Reply {
        let mut request = Request::builder().method(method).uri(format!("{}{path}", self.sim.endpoint()));
        if let Some(header) = header {
            request = request.header("Authorization", header);
        }
        let response = match body {
            Some(body) => self.agent.run(request.body(body.to_string()).unwrap()),
            None => self.agent.run(request.body(()).unwrap()),
        };
        let mut response = response.unwrap_or_else(|error| panic!("{method} {path}: {error}"));
        let text = response.body_mut().read_to_string().unwrap();
        let status = response.status().as_u16();
        let header = |name: &str| {
            let value = response.headers().get(name).map(|value| value.to_str().unwrap().to_string());
            value.map_or(String::new(), |value| format!(" {name}: {}", self.common(&value)))
        };
        let headers: String = ["content-type", "connection", "link", "x-total-count"].map(header).concat();
        let seen = format!("{status}{headers} {}", self.common(&text));
        Reply { status, text, seen }
    }

    /// A text without what is another one each time: ids, times, the address; and its lists in order.
    fn common(&self, text: &str) -> String {
        let text = text.replace(&self.sim.url(""), "ORIGIN");
        let (body, end) = text.strip_suffix('\n').map_or((text.as_str(), ""), |body| (body, " NEWLINE"));
        let text = match serde_json::from_str::<Value>(body) {
            Ok(value) => plain(value).to_string(),
            Err(_) => text_of(body),
        };
        format!("{text}{end}")
    }

    fn note(&mut self, what: &str, reply: &Reply) {
        self.seen.push(format!("{what}: {}", reply.seen));
    }

    fn ask(&mut self, method: &str, path: &str, body: Option<Value>) -> Reply {
        let reply = self.send(Some(&format!("Bearer {DISTRIBUTOR_KEY}")), method, path, body.clone());
        let body = body.map_or(String::new(), |body| plain(body).to_string());
        self.note(&format!("{method} {} {body}", text_of(path)), &reply);
        reply
    }

    fn get(&mut self, path: &str) -> Reply {
        self.ask("GET", path, None)
    }

    fn keys(&mut self) {
        let bearer = format!("Bearer {CHANNEL_PARTNER_KEY}");
        for (what, header) in
            [("no key", None), ("bare key", Some("x")), ("wrong key", Some("Bearer x")), ("other key", Some(&*bearer))]
        {
            let reply = self.send(header, "GET", "/contract/list", None);
            self.note(what, &reply);
        }
        let reply = self.send(None, "GET", "/integration/regions/list", None);
        self.note("regions", &reply);
        self.get("/storage-account/list");
    }

    fn reads(&mut self) {
        let list = format!("/contract/{SECOND_CONTRACT}/partners");
        for path in ["/contract/list", "/partner/acme", "/nowhere", "/integration/regions/list", &list] {
            self.get(path);
        }
        for noun in ["contract/{}/partners", "partner/{}", "partner/{}/members", "partner/{}/storage-accounts"] {
            self.get(&format!("/{}", noun.replace("{}", UNKNOWN)));
        }
        self.ask("DELETE", &format!("/partner/{UNKNOWN}"), None);
        let orders: BTreeSet<String> = (0..20)
            .map(|_| {
                self.send(Some(&format!("Bearer {DISTRIBUTOR_KEY}")), "GET", "/integration/regions/list", None).text
            })
            .collect();
        let order = if orders.len() > 1 { "it changes".to_string() } else { orders.into_iter().collect() };
        self.seen.push(format!("order: {order}"));
    }

    /// The contract's total, at once or when it has settled.
    fn total(&mut self, when: &str, settled: bool) {
        if settled {
            self.sim.advance_clock(Duration::from_secs(60));
        }
        let text = self.send(Some(&format!("Bearer {DISTRIBUTOR_KEY}")), "GET", "/contract/list", None).text;
        let list: Value = serde_json::from_str(&text).unwrap();
        let items = list.as_array().or(list["items"].as_array()).cloned().unwrap_or_default();
        let contract = items.iter().find(|contract| contract["id"] == SECOND_CONTRACT);
        let total =
            contract.map_or("not on this page".to_string(), |contract| contract["allocatedCapacity"].to_string());
        self.seen.push(format!("total {when}: {total}"));
    }

    fn partners(&mut self) {
        let partner = partner_body;
        let create = |asker: &mut Self, body: Value| asker.ask("POST", "/partner", Some(body)).id();
        let big = create(self, partner("Big", 2 * GB + 7));
        self.total("at once", false);
        self.total("with an allocation", true);
        self.ask("DELETE", &format!("/partner/{big}"), None);
        self.total("without it", true);
        create(self, partner("Pay", 0));
        self.total("with pay-per-use", true);
        create(self, partner("Pay", 0));
        let mut overdraft = partner("Pay", 0);
        overdraft["allowOverdraft"] = json!(true);
        create(self, overdraft);
        create(self, partner(" Spaced  \u{e9}e\u{301} Name ", 0));
        create(self, partner("", 0));
        create(self, partner("Huge", u64::MAX));
        create(self, partner("Too big", 11 * TB));
        let mut extra = partner("Extra", 0);
        extra["color"] = json!("blue");
        create(self, extra);
        self.get(&format!("/contract/{SECOND_CONTRACT}/partners"));
    }

    /// A partner of its own for what follows.
    fn partner(&mut self, name: &str, amount: u64) -> String {
        let body = partner_body(name, amount);
        format!("/partner/{}", self.ask("POST", "/partner", Some(body)).id())
    }

    fn updates(&mut self) {
        let path = self.partner("Updated", GB);
        for body in [
            json!({}),
            json!({"name": "New"}),
            json!({"name": "New", "color": "blue"}),
            json!({"name": ""}),
            json!({"allocatedCapacity": 3 * GB + 9}),
            json!({"allocatedCapacity": 0}),
        ] {
            self.ask("PUT", &path, Some(body));
            self.get(&path);
        }
    }

    fn members(&mut self) {
        let (one, two) = (self.partner("One", 0), self.partner("Two", 0));
        self.get(&format!("{one}/members"));
        let member =
            |email: &str, role: &str, password: &str| json!({"email": email, "role": role, "password": password});
        let body = member("Kim@Example.com", "viewer", STRONG);
        let id = self.ask("POST", &format!("{one}/member"), Some(body.clone())).id();
        self.ask("POST", &format!("{one}/member"), Some(body.clone()));
        self.ask("POST", &format!("{two}/member"), Some(body));
        self.ask("POST", &format!("{one}/member"), Some(member("ann@example.com", "Admin", STRONG)));
        self.ask("POST", &format!("{one}/member"), Some(member("bob@example.com", "staff", "weakweakweak")));
        self.get(&format!("{one}/members"));
        self.ask("DELETE", &one, None);
        self.ask("DELETE", &format!("{one}/member/{id}"), None);
        self.ask("DELETE", &format!("{one}/member/{id}"), None);
        self.get(&one);
    }

    fn accounts(&mut self) {
        let partner = self.partner("Stores", 0);
        let accounts = format!("{partner}/storage-accounts");
        self.get(&accounts);
        let account = |name: &str, amount: u64| {
            json!({
                "name": name, "allocatedCapacity": amount, "allowOverdraft": false,
                "clientAccount": {"contactEmail": "Data@Example.com", "password": STRONG},
            })
        };
        let path = format!("{accounts}/{}", self.ask("POST", &accounts, Some(account("Data", 0))).id());
        self.ask("POST", &accounts, Some(account("Again", 0)));
        for query in
            ["?from=2000-01-01&to=2100-01-01", "?from=2026-03-20", "?from=2026-03-21&to=2026-03-20", "?from=x&to=y"]
        {
            self.get(&format!("{path}/usage{query}"));
        }
        self.ask("DELETE", &partner, None);
        for body in [json!({}), json!({"pendingDeletedAt": null}), json!({"pendingDeletedAt": "2000-01-01T00:00:00Z"})]
        {
            self.ask("PATCH", &path, Some(body));
        }
        self.ask("DELETE", &path, None);
        self.get(&path);
        self.ask("DELETE", &path, None);
        self.ask("POST", &accounts, Some(account("Third", 0)));
        self.ask("PATCH", &path, Some(json!({"pendingDeletedAt": null})));
        self.get(&path);
        self.ask("PATCH", &path, Some(json!({"pendingDeletedAt": "2099-01-01T00:00:00Z"})));
        self.get(&path);
        let pay = self.partner("Pays", 0);
        self.ask("POST", &format!("{pay}/storage-accounts"), Some(account("Reserved", GB)));
        let covered = self.partner("Covers", 4 * GB);
        self.ask("POST", &format!("{covered}/storage-accounts"), Some(account("Covered", 3 * GB)));
        self.ask("PUT", &covered, Some(json!({"allocatedCapacity": 2 * GB})));
        self.ask("DELETE", &covered, None);
        let waits = self.partner("Waits", 0);
        let accounts = format!("{waits}/storage-accounts");
        let mut body = account("Waiting", 0);
        body["clientAccount"]["contactEmail"] = json!("waiting@example.com");
        let path = format!("{accounts}/{}", self.ask("POST", &accounts, Some(body)).id());
        self.ask("DELETE", &path, None);
        self.ask("DELETE", &waits, None);
        self.get(&waits);
    }

    /// What one is told who is in too great a hurry; nothing when there is no such thing.
    fn limit(&mut self) {
        let one = || {
            let request = Request::builder().uri(format!("{}/contract/list", self.sim.endpoint()));
            let request = request.header("Authorization", format!("Bearer {DISTRIBUTOR_KEY}"));
            let response = self.agent.run(request.body(()).unwrap()).unwrap();
            let header = response.headers().get("retry-after").map(|value| value.to_str().unwrap().len());
            (response.status() == 429).then(|| format!("Retry-After of {header:?} characters"))
        };
        let told = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(|| (0..15).find_map(|_| one()))).collect();
            threads.into_iter().filter_map(|thread| thread.join().unwrap()).next()
        });
        self.seen.push(format!("{LIMIT}: {}", told.unwrap_or("nothing".to_string())));
    }
}

/// The body that makes a partner.
fn partner_body(name: &str, amount: u64) -> Value {
    json!({"name": name, "distributorContractId": SECOND_CONTRACT, "allocatedCapacity": amount})
}

/// The name of the last answer, which depends on how fast the machine is.
pub const LIMIT: &str = "too many at once";
