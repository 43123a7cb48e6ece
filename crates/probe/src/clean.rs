//! Deletes what a run has made: only what is in its journal, and only what carries the run's id.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::{Value, json};

use crate::ask::{is_pending, text};
use crate::http::{Client, Exchange};
use crate::journal::{Journal, Kind, Thing};

/// Waits between looks for creations that were never answered: one of them may take effect late.
const LOOKS: [u64; 3] = [500, 1_000, 2_000];

/// So many pages of members are deleted at most.
const MOST_PAGES: usize = 20;

/// What could not be deleted.
#[derive(Debug, Default)]
pub struct Left {
    /// What the service keeps for a while, and until when.
    pub waiting: Vec<String>,
    /// What is still there although it should not be.
    pub stuck: Vec<String>,
    /// What was never answered and never seen.
    pub unseen: Vec<String>,
}

impl Left {
    pub fn is_nothing(&self) -> bool {
        self.waiting.is_empty() && self.stuck.is_empty() && self.unseen.is_empty()
    }
}

/// Deletes everything, and says what is left.
pub fn all(client: &Client, journal: &mut Journal) -> Result<Left, String> {
    client.clean();
    let mut left = sweep(client, journal)?;
    for wait in LOOKS {
        if unanswered(journal).next().is_none() {
            break;
        }
        client.wait(Duration::from_millis(wait));
        left = sweep(client, journal)?;
    }
    left.unseen = unanswered(journal).map(|thing| thing.name.clone()).collect();
    Ok(left)
}

/// Partners of whose creation nobody knows what became of it. What is in a partner goes with it.
fn unanswered(journal: &Journal) -> impl Iterator<Item = &Thing> {
    journal.things.iter().filter(|thing| thing.kind == Kind::Partner && thing.id.is_none() && !thing.refused)
}

fn sweep(client: &Client, journal: &mut Journal) -> Result<Left, String> {
    let mut left = Left::default();
    if unanswered(journal).next().is_some()
        && let Err(why) = find(client, journal)
    {
        left.stuck.push(format!("partners whose creation was not answered, if there are any: {why}"));
    }
    let made = journal.things.iter().filter(|thing| thing.kind == Kind::Partner && !thing.gone);
    let ids: BTreeSet<String> = made.filter_map(|thing| thing.id.clone()).collect();
    for id in ids {
        match partner(client, journal, &id) {
            Ok(None) => {}
            Ok(Some(waiting)) => left.waiting.push(waiting),
            Err(why) => left.stuck.push(why),
        }
    }
    Ok(left)
}

/// Looks in the contract for partners whose creation was not answered, and notes their ids.
fn find(client: &Client, journal: &mut Journal) -> Result<(), String> {
    let list = client.list_of_visible(&format!("/contract/{}/partners", journal.contract))?;
    let known: BTreeSet<String> = journal.things.iter().filter_map(|thing| thing.id.clone()).collect();
    let own: Vec<&Value> = list.items.iter().filter(|partner| journal.carries(partner)).collect();
    for partner in own {
        let (Some(id), Some(name)) = (text(partner, "id"), text(partner, "name")) else { continue };
        if known.contains(&id) {
            continue;
        }
        let lost = journal.things.iter().position(|thing| {
            thing.kind == Kind::Partner && thing.id.is_none() && !thing.refused && bare(&thing.name) == bare(&name)
        });
        if let Some(number) = lost {
            journal.made(number, &id)?;
        }
    }
    Ok(())
}

/// The first word of a name in lower case: what services leave of it, whatever they make of spaces, case and accents.
fn bare(name: &str) -> String {
    name.split_whitespace().next().unwrap_or_default().to_ascii_lowercase()
}

/// Deletes a partner and all that is in it; says until when it waits, if it has to.
fn partner(client: &Client, journal: &mut Journal, id: &str) -> Result<Option<String>, String> {
    let path = format!("/partner/{id}");
    let partners = format!("/contract/{}/partners", journal.contract);
    let seen = client.get(&path);
    if is_gone(client, &seen, &partners, id) {
        return gone(journal, id).map(|()| None);
    }
    let answer = seen.good().map_err(|why| format!("partner {id}: {why}"))?;
    let object = answer.json().unwrap_or_default();
    let name = owned(client, journal, id, object)?;
    members(client, journal, &path, &name)?;
    let accounts = accounts(client, journal, &path, &name)?;
    let deleted = client.delete(&path);
    if is_gone(client, &client.get(&path), &partners, id) {
        return gone(journal, id).map(|()| None);
    }
    match accounts {
        Some(until) => Ok(Some(format!("partner {name} ({id}), which has storage accounts {until}"))),
        None => Err(format!("partner {name} ({id}): {}", deleted.line())),
    }
}

/// The name of a partner that surely is ours; one whose name we took away gets it back first.
fn owned(client: &Client, journal: &Journal, id: &str, object: Value) -> Result<String, String> {
    let name = text(&object, "name").unwrap_or_default();
    if journal.carries(&object) {
        return Ok(name);
    }
    let things = || journal.things.iter().filter(|thing| thing.id.as_deref() == Some(id));
    if name.trim().is_empty() && things().any(|thing| thing.nameless) {
        let name = format!("{}n", journal.prefix());
        client.put(&format!("/partner/{id}"), json!({"name": name}));
        let again = client.get(&format!("/partner/{id}"));
        if again.good().ok().and_then(|answer| answer.json()).is_some_and(|object| journal.carries(&object)) {
            return Ok(name);
        }
    }
    Err(format!("partner {name:?} ({id}) no longer carries this run's id, so it is left alone"))
}

/// Deletes the members of a partner. A list may be a first page only, so it is looked at until it is empty.
fn members(client: &Client, journal: &Journal, path: &str, name: &str) -> Result<(), String> {
    for _ in 0..MOST_PAGES {
        let list = client.list_of_visible(&format!("{path}/members"))?;
        if list.items.is_empty() {
            return Ok(());
        }
        if list.items.iter().any(|member| !journal.carries(member)) {
            return Err(format!("partner {name}: it has members that this run did not make, so it is left alone"));
        }
        for id in list.items.iter().filter_map(|member| text(member, "id")) {
            client.delete(&format!("{path}/member/{id}"));
        }
    }
    Err(format!("partner {name}: its members do not go"))
}

/// Orders the deletion of a partner's storage accounts; says until when they stay.
fn accounts(client: &Client, journal: &Journal, path: &str, name: &str) -> Result<Option<String>, String> {
    let path = format!("{path}/storage-accounts");
    let list = client.list_of_visible(&path)?;
    if list.items.iter().any(|account| !journal.carries(account)) {
        return Err(format!("partner {name}: it has storage accounts that this run did not make, so it is left alone"));
    }
    // A list may be a first page only, so what was made is looked at, too.
    let made = journal.things.iter().filter(|thing| {
        thing.kind == Kind::Account && thing.partner.as_ref().is_some_and(|partner| path.contains(partner.as_str()))
    });
    let listed = list.items.iter().filter_map(|account| text(account, "clientAccountId"));
    let ids: BTreeSet<String> = listed.chain(made.filter_map(|thing| thing.id.clone())).collect();
    let mut until = None;
    for id in ids {
        let one = format!("{path}/{id}");
        let before = client.get(&one);
        let object = before.good().ok().and_then(|answer| answer.json());
        if object.is_some_and(|account| journal.carries(&account) && !is_pending(&account)) {
            client.delete(&one);
        }
        let after = client.get(&one);
        if is_gone(client, &after, &path, &id) {
            continue;
        }
        let object = after.good().map_err(|why| format!("storage account {id}: {why}"))?.json().unwrap_or_default();
        if !is_pending(&object) {
            return Err(format!("storage account {id} of partner {name}: its deletion is not scheduled"));
        }
        until = Some(format!("that are deleted at {}", object.get("pendingDeletedAt").cloned().unwrap_or_default()));
    }
    Ok(until)
}

/// Whether an object is gone: it is refused, and the list in which it was is there and lacks it.
fn is_gone(client: &Client, exchange: &Exchange, list: &str, id: &str) -> bool {
    let refused = exchange.refused().is_ok_and(|answer| matches!(answer.status, 403 | 404 | 410) && !answer.is_page());
    refused
        && client.list_of_visible(list).is_ok_and(|list| {
            let has = |field: &str| list.items.iter().any(|item| text(item, field).as_deref() == Some(id));
            !has("id") && !has("clientAccountId")
        })
}

fn gone(journal: &mut Journal, id: &str) -> Result<(), String> {
    let numbers: Vec<usize> =
        (0..journal.things.len()).filter(|number| journal.things[*number].id.as_deref() == Some(id)).collect();
    numbers.into_iter().try_for_each(|number| journal.gone(number))
}
