//! What there is, as a file that the simulator's `--load` reads: for rehearsals with one's own customers. It is whole,
//! or there is none.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;

use jiff::{SignedDuration, Timestamp, ToSpan};
use serde_json::{Map, Value, json};

use crate::ask::{Holder, Scene, is_pending, parse_time, text, today};
use crate::http::Client;

/// How many days of usage are taken along, today included.
const DAYS: i64 = 31;

/// How long a storage account waits for its deletion.
const DELETION_DELAY: SignedDuration = SignedDuration::from_hours(30 * 24);

/// Reads everything and writes the file.
pub fn write(scene: &Scene<'_>, path: &Path) -> Result<(), String> {
    eprintln!("reading all of it for {}", path.display());
    let reader = Reader { client: scene.client, ordered: scene.report.value("pending_value") == Some("scheduled") };
    let value = match scene.holder {
        Holder::Distributor => reader.contracts(&scene.contracts)?,
        Holder::ChannelPartner => {
            let accounts = reader.accounts("/storage-account/list", "/storage-accounts/usage")?;
            // The API does not say what a channel partner has reserved: no less than this, at any rate.
            let reserved: u64 = accounts.iter().filter_map(|account| account["allocated"].as_u64()).sum();
            json!({"format": 1, "channel_partners": [{"reserved": reserved, "accounts": accounts}]})
        }
    };
    let problem = |error| format!("cannot write {}: {error}", path.display());
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    // Names and addresses are nobody else's business.
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path).map_err(problem)?;
    // The mode counts for a new file only.
    #[cfg(unix)]
    file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600)).map_err(problem)?;
    writeln!(file, "{value:#}").map_err(problem)
}

struct Reader<'a> {
    client: &'a Client,
    /// Whether pendingDeletedAt is the time of the order.
    ordered: bool,
}

impl Reader<'_> {
    fn contracts(&self, contracts: &[Value]) -> Result<Value, String> {
        let distributor = contracts.first().and_then(|contract| text(contract, "distributorId"));
        let mut entries = Vec::new();
        for contract in contracts {
            let id = required(contract, "id", "a contract")?;
            let partners = self.list(&format!("/contract/{id}/partners"))?;
            let partners: Result<Vec<Value>, _> = partners.iter().map(|partner| self.partner(&id, partner)).collect();
            let mut entry = json!({
                "id": id,
                "name": text(contract, "details").unwrap_or_default(),
                "reserved": amount(contract, "reservedCapacity"),
                "partners": partners?,
            });
            if let Some(other) = text(contract, "distributorId").filter(|other| Some(other) != distributor.as_ref()) {
                entry["distributor"] = json!(other);
            }
            entries.push(entry);
        }
        let mut snapshot = json!({"format": 1, "contracts": entries});
        if let Some(distributor) = distributor {
            snapshot["distributor"] = json!(distributor);
        }
        Ok(snapshot)
    }

    fn partner(&self, contract: &str, partner: &Value) -> Result<Value, String> {
        let id = required(partner, "id", "a partner")?;
        let members = self.list(&format!("/partner/{id}/members"))?;
        let members: Result<Vec<Value>, String> = members.iter().map(member).collect();
        let (accounts, usage) = (format!("/partner/{id}/storage-accounts"), format!("/partner/{id}/usage"));
        let mut entry = json!({
            "id": id,
            "name": text(partner, "name").unwrap_or_default(),
            "allocated": amount(partner, "allocatedCapacity"),
            "allow_overdraft": partner.get("allowOverdraft") == Some(&json!(true)),
            "details": text(partner, "details").unwrap_or_default(),
            "members": members?,
            "accounts": self.accounts(&accounts, &usage)?,
        });
        if let Some(other) = text(partner, "distributorContractId").filter(|other| other != contract) {
            entry["shown_contract"] = json!(other);
        }
        Ok(entry)
    }

    fn accounts(&self, path: &str, usage: &str) -> Result<Vec<Value>, String> {
        let accounts = self.list(path)?;
        if accounts.is_empty() {
            return Ok(Vec::new());
        }
        let today = today();
        let from = today.saturating_sub((DAYS - 1).days());
        let usage = self.list(&format!("{usage}?from={from}&to={today}"))?;
        accounts.iter().map(|account| self.account(account, &usage)).collect()
    }

    fn account(&self, account: &Value, usage: &[Value]) -> Result<Value, String> {
        let id = required(account, "clientAccountId", "a storage account")?;
        let own = usage.iter().find(|usage| text(usage, "client_id").as_ref() == Some(&id));
        let days = own.and_then(|usage| usage.get("daily_usage")?.as_array()).cloned().unwrap_or_default();
        let by_day = |field: &str| {
            let entries = days.iter().filter_map(|day| Some((text(day, "date")?, day.get(field)?.clone())));
            entries.collect::<Map<String, Value>>()
        };
        let mut entry = json!({
            "id": id,
            "name": text(account, "name").unwrap_or_default(),
            "email": text(account, "contactEmail").unwrap_or_default(),
            "allocated": amount(account, "allocatedCapacity"),
            "allow_overdraft": account.get("allowOverdraft") == Some(&json!(true)),
            "usage": by_day("usage"),
            "allocations": by_day("allocated_capacity"),
        });
        if is_pending(account) {
            // A time that nobody can read is taken for one that was set just now.
            let time = account.get("pendingDeletedAt").and_then(parse_time);
            let due = match time {
                Some(time) if !self.ordered => time,
                time => time.unwrap_or_else(Timestamp::now) + DELETION_DELAY,
            };
            entry["deletion"] = json!({"due": due.to_string()});
        }
        Ok(entry)
    }

    /// A list that is whole.
    fn list(&self, path: &str) -> Result<Vec<Value>, String> {
        let problem = |why: &str| format!("there is no snapshot, because a list cannot be read: {why}");
        let list = self.client.list_of_visible(path).map_err(|why| problem(&why))?;
        match list.pages.as_ref().and_then(|pages| pages.next) {
            Some("first_again" | "error" | "elsewhere") => {
                Err(problem(&format!("{} has more pages, and they cannot be read", list.first.request())))
            }
            _ => Ok(list.items),
        }
    }
}

fn member(member: &Value) -> Result<Value, String> {
    let role = text(member, "role").unwrap_or_default().to_lowercase();
    let mut entry = json!({
        "id": required(member, "id", "a member")?,
        "email": text(member, "email").unwrap_or_default(),
        "role": role,
    });
    if let Some(name) = text(member, "name").filter(|name| !name.is_empty()) {
        entry["name"] = json!(name);
    }
    Ok(entry)
}

fn required(object: &Value, field: &str, what: &str) -> Result<String, String> {
    text(object, field).ok_or_else(|| format!("there is no snapshot, because {what} has no {field}"))
}

/// An amount; what is left out is nothing.
fn amount(object: &Value, field: &str) -> u64 {
    object.get(field).and_then(Value::as_u64).unwrap_or(0)
}
