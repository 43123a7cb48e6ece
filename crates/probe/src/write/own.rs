//! Makes objects: noted in the journal first, with the run's id in their names.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::ask::text;
use crate::http::{Client, Exchange};
use crate::journal::{Journal, Kind};
use crate::random;
use crate::report::Report;

/// How long a contract's total is waited for, and how often it is looked at.
const TOTALS_WITHIN: Duration = Duration::from_secs(20);
const LOOK: Duration = Duration::from_millis(50);

/// How long totals are given where it is not known how far they stay behind.
const SETTLING: Duration = Duration::from_secs(1);

/// A run that writes.
pub struct Own<'a> {
    pub client: &'a Client,
    pub report: &'a mut Report,
    pub journal: Journal,
    /// How far totals stay behind, once that is known.
    pub lag: Option<Duration>,
}

/// A creation that was answered, and whose answer is not believed yet.
pub struct Posted {
    kind: Kind,
    path: String,
    number: usize,
    pub exchange: Exchange,
    /// When it was answered.
    pub at: Instant,
}

/// What came of making an object.
pub struct Made {
    /// None when it was not made, or when nobody knows.
    pub id: Option<String>,
    pub number: usize,
    pub exchange: Exchange,
}

impl Made {
    /// A field of the object that was answered.
    pub fn field(&self, name: &str) -> Option<Value> {
        self.exchange.outcome.as_ref().ok().and_then(|answer| answer.field(name))
    }
}

impl<'a> Own<'a> {
    pub fn new(client: &'a Client, report: &'a mut Report, journal: Journal) -> Self {
        Self { client, report, journal, lag: None }
    }

    /// A name of this run.
    pub fn name(&self, suffix: &str) -> String {
        format!("{}{suffix}", self.journal.prefix())
    }

    /// An email of this run, at a domain that receives nothing.
    pub fn email(&self, suffix: &str) -> String {
        format!("{}{suffix}@example.com", self.journal.prefix())
    }

    pub fn contract_path(&self) -> String {
        format!("/contract/{}/partners", self.journal.contract)
    }

    /// Makes a partner with this name, which carries the run's id.
    pub fn partner(&mut self, name: &str, allocated: u64, overdraft: Option<bool>) -> Result<Made, String> {
        self.partner_of(name, json!(allocated), overdraft)
    }

    /// The same with an amount that need not be one.
    pub fn partner_of(&mut self, name: &str, allocated: Value, overdraft: Option<bool>) -> Result<Made, String> {
        let posted = self.post_partner(name, allocated, overdraft)?;
        self.claim(posted)
    }

    /// The first half of making a partner, for questions that have to be asked at once.
    pub fn post_partner(&mut self, name: &str, allocated: Value, overdraft: Option<bool>) -> Result<Posted, String> {
        let contract = &self.journal.contract;
        let mut body = json!({"name": name, "distributorContractId": contract, "allocatedCapacity": allocated});
        if let Some(overdraft) = overdraft {
            body["allowOverdraft"] = json!(overdraft);
        }
        self.post(Kind::Partner, name, None, "/partner", body)
    }

    pub fn member(&mut self, partner: &str, email: &str, role: &str, password: &str) -> Result<Made, String> {
        self.client.keep_secret(password);
        let body = json!({"email": email, "password": password, "role": role});
        self.make(Kind::Member, email, Some(partner), &format!("/partner/{partner}/member"), body)
    }

    pub fn account(&mut self, partner: &str, suffix: &str, email: &str, allocated: u64) -> Result<Made, String> {
        let password = random::password()?;
        self.client.keep_secret(&password);
        let name = self.name(suffix);
        let body = json!({
            "name": name, "allocatedCapacity": allocated, "allowOverdraft": false,
            "clientAccount": {"contactEmail": email, "password": password},
        });
        self.make(Kind::Account, &name, Some(partner), &format!("/partner/{partner}/storage-accounts"), body)
    }

    fn make(&mut self, kind: Kind, name: &str, partner: Option<&str>, path: &str, body: Value) -> Result<Made, String> {
        let posted = self.post(kind, name, partner, path, body)?;
        self.claim(posted)
    }

    /// Notes an object in the journal, and sends the request that makes it.
    fn post(
        &mut self,
        kind: Kind,
        name: &str,
        partner: Option<&str>,
        path: &str,
        body: Value,
    ) -> Result<Posted, String> {
        let number = self.journal.plan(kind, name, partner)?;
        let exchange = self.client.post(path, body);
        let unsent = exchange.outcome.as_ref().err().is_some_and(|failure| failure.unsent);
        let limited = exchange.outcome.as_ref().is_ok_and(|answer| answer.status == 429);
        if unsent || limited || exchange.refused().is_ok() {
            self.journal.refused(number)?;
        }
        Ok(Posted { kind, path: path.to_string(), number, exchange, at: Instant::now() })
    }

    /// Notes the id of what was made, when it is this run's.
    pub fn claim(&mut self, posted: Posted) -> Result<Made, String> {
        let Posted { kind, path, number, exchange, .. } = posted;
        let object = exchange.good().ok().and_then(|answer| answer.json()).unwrap_or_default();
        let id = text(&object, "id").or_else(|| text(&object, "clientAccountId"));
        let id = id.filter(|id| self.is_own(kind, &path, id, &object));
        if let Some(id) = &id {
            self.journal.made(number, id)?;
        }
        Ok(Made { id, number, exchange })
    }

    /// Whether the object of an answered id carries this run's id. One that does not is somebody else's, and not
    /// touched: what is answered to a creation is not believed, what the service says of the object is.
    fn is_own(&mut self, kind: Kind, path: &str, id: &str, object: &Value) -> bool {
        let seen = match kind {
            Kind::Partner => self.client.get(&format!("/partner/{id}")),
            Kind::Account => self.client.get(&format!("{path}/{id}")),
            // What is in a partner of this run is nobody else's.
            Kind::Member => return self.journal.carries(object),
        };
        let own = seen.good().ok().and_then(|answer| answer.json()).is_some_and(|object| self.journal.carries(&object));
        if !own {
            let text = "a creation was answered with the id of an object that is not this run's; it was left alone";
            self.report.observe("writing", format!("{text}: {}", seen.request()));
        }
        own
    }

    /// How many different partners this run has made that no question has deleted.
    pub fn living(&self) -> usize {
        let deleted = |id: &str| {
            let path = format!("/partner/{id}");
            self.client.exchanges().iter().any(|one| one.method == "DELETE" && one.path == path && one.good().is_ok())
        };
        let partners = self.journal.things.iter().filter(|thing| thing.kind == Kind::Partner);
        let ids: BTreeSet<&str> = partners.filter_map(|thing| thing.id.as_deref()).filter(|id| !deleted(id)).collect();
        ids.len()
    }

    /// The contract as its list shows it.
    pub fn contract(&self) -> Option<Value> {
        let list = self.client.list("/contract/list").ok()?;
        list.items.into_iter().find(|contract| text(contract, "id").as_ref() == Some(&self.journal.contract))
    }

    /// What is allocated of the contract; one that says nothing has nothing allocated.
    pub fn total(&self) -> Option<u64> {
        let contract = self.contract()?;
        Some(contract.get("allocatedCapacity").and_then(Value::as_u64).unwrap_or(0))
    }

    /// Waits until totals show what was written.
    pub fn settle(&self) {
        let lag = self.lag.map_or(SETTLING, |lag| if lag.is_zero() { lag } else { lag + 2 * LOOK });
        self.client.wait(lag);
    }

    /// Looks at the total until it is another one: how long that took since a moment, and the total then. Nothing when
    /// it stays what it is.
    pub fn changed(&self, from: u64, since: Instant, within: Option<Duration>) -> Option<(Duration, u64)> {
        let within = within.unwrap_or(TOTALS_WITHIN);
        loop {
            let total = self.total()?;
            if total != from {
                return Some((since.elapsed(), total));
            }
            if since.elapsed() > within || self.client.stopped() {
                return None;
            }
            self.client.wait(LOOK);
        }
    }
}
