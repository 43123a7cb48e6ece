//! Storage accounts of a partner or of the channel partner itself; deleting one only schedules it.

use std::collections::BTreeMap;

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::body::{Fields, required};
use crate::call::{Call, Outcome, Refusal, json, refuse_delete};
use crate::password;
use crate::render::{self, Style};
use crate::world::{Account, DELETION_DELAY, Deletion, Owner, World};

const CREATE_FIELDS: [&str; 4] = ["name", "allocatedCapacity", "allowOverdraft", "clientAccount"];
const CLIENT_FIELDS: [&str; 2] = ["contactEmail", "password"];
const PATCH_FIELDS: [&str; 1] = ["pendingDeletedAt"];

pub(super) fn list(world: &mut World, call: &Call) -> Outcome {
    let owner = call.owner(world)?;
    let random = world.random.fork();
    let style = Style::of(&world.switches);
    let items = world.accounts_of(owner).map(|(id, account)| (account.name.clone(), style.account(id, account)));
    json(&render::ordered(&world.switches, random, items.collect()))
}

pub(super) fn create(world: &mut World, call: &Call) -> Outcome {
    let owner = call.owner(world)?;
    let fields = Fields::read(&world.switches, &call.body, &CREATE_FIELDS)?;
    let name = required("name", fields.name("name")?)?;
    let allocated = required("allocatedCapacity", fields.amount("allocatedCapacity")?)?;
    let allow_overdraft = required("allowOverdraft", fields.flag("allowOverdraft")?)?;
    let client = fields.object("clientAccount", &CLIENT_FIELDS)?;
    let email = client.email("contactEmail")?;
    let password = required("password", client.text("password")?)?;
    if world.switches.is("weak_password", "reject") {
        password::check_account(&password).map_err(Refusal::bad)?;
    }
    require_free_email(world, &email)?;
    require_room(world, owner, allocated)?;
    let today = world.today();
    let account = Account {
        owner,
        name,
        allocated,
        allow_overdraft,
        email,
        created: today,
        allocations: BTreeMap::from([(today, allocated)]),
        usage: BTreeMap::new(),
        deletion: None,
    };
    let id = world.new_account_id();
    world.accounts.insert(id.clone(), account);
    answer(world, &id)
}

fn require_free_email(world: &World, email: &str) -> Result<(), Refusal> {
    let pending_too = match world.switches.value("duplicate_account_email") {
        "reject" => true,
        "reject_active" => false,
        _ => return Ok(()),
    };
    let mut others = world.accounts.values().filter(|other| pending_too || other.deletion.is_none());
    if others.any(|other| other.email.eq_ignore_ascii_case(email)) {
        return Err(Refusal::new(409, "a storage account with this email exists already"));
    }
    Ok(())
}

/// Refuses an account that its owner's capacity does not cover; pay-per-use always fits.
fn require_room(world: &World, owner: Owner, asked: u64) -> Result<(), Refusal> {
    if asked == 0 {
        return Ok(());
    }
    let total = match owner {
        Owner::Partner(id) => world.partners.get(&id).map_or(0, |partner| partner.allocated),
        Owner::ChannelPartner(id) => world.own_reservations.get(&id).copied().unwrap_or_default(),
    };
    if total == 0 {
        if world.switches.is("reservation_in_pay_per_use", "accept") {
            return Ok(());
        }
        let message = "allocatedCapacity must be 0 under a pay-per-use partner";
        return Err(Refusal::new(world.switches.status("capacity_status"), message));
    }
    let remaining = total.saturating_sub(world.allocated_to_accounts(owner));
    if asked > remaining {
        let message = format!("not enough capacity: {asked} bytes asked, {remaining} bytes available");
        return Err(Refusal::new(world.switches.status("capacity_status"), message));
    }
    Ok(())
}

pub(super) fn get(world: &mut World, call: &Call) -> Outcome {
    let id = call.account(world)?;
    answer(world, &id)
}

pub(super) fn patch(world: &mut World, call: &Call) -> Outcome {
    let id = call.account(world)?;
    let fields = Fields::read(&world.switches, &call.body, &PATCH_FIELDS)?;
    if !fields.has("pendingDeletedAt") {
        if world.switches.is("empty_patch", "reject") {
            return Err(Refusal::bad("nothing to update"));
        }
        return answer(world, &id);
    }
    let deletion = match fields.text("pendingDeletedAt")? {
        Some(text) => Some(schedule(world, &id, &text)?),
        None if world.accounts.get(&id).is_some_and(|account| account.deletion.is_none()) => {
            return match world.switches.status("restore_active") {
                200 => answer(world, &id),
                status => Err(Refusal::new(status, "the storage account is not scheduled for deletion")),
            };
        }
        None if world.switches.is("patch_null", "ignore") => return answer(world, &id),
        None => None,
    };
    if let Some(account) = world.accounts.get_mut(&id) {
        account.deletion = deletion;
    }
    answer(world, &id)
}

/// The deletion that a client asks for by its time.
fn schedule(world: &World, id: &str, text: &str) -> Result<Deletion, Refusal> {
    if world.switches.is("patch_time", "reject") {
        return Err(Refusal::bad("pendingDeletedAt can only be set to null"));
    }
    let problem = || Refusal::bad("pendingDeletedAt must be an RFC 3339 time or null");
    let due = OffsetDateTime::parse(text, &Rfc3339).map_err(|_| problem())?.to_offset(time::UtcOffset::UTC);
    let present = world.accounts.get(id).and_then(|account| account.deletion);
    // A client that sends back what it was answered changes nothing.
    if let Some(present) = present.filter(|present| present.due.unix_timestamp() == due.unix_timestamp()) {
        return Ok(present);
    }
    let now = world.now();
    let earliest = if world.switches.is("patch_time", "any") { now } else { now.saturating_add(DELETION_DELAY) };
    if due.unix_timestamp() < earliest.unix_timestamp() {
        return Err(Refusal::bad("pendingDeletedAt must be at least 30 days from now"));
    }
    Ok(Deletion { ordered: now, due })
}

pub(super) fn delete(world: &mut World, call: &Call) -> Outcome {
    let id = match call.account(world) {
        Ok(id) => id,
        Err(refusal) => return refuse_delete(world, refusal),
    };
    let again = world.accounts.get(&id).is_some_and(|account| account.deletion.is_some());
    match world.switches.status("delete_again_status") {
        _ if !again => world.schedule_deletion(&id),
        204 => {}
        status => return Err(Refusal::new(status, "the storage account is scheduled for deletion already")),
    }
    Ok(None)
}

fn answer(world: &World, id: &str) -> Outcome {
    match world.accounts.get(id) {
        Some(account) => json(&Style::of(&world.switches).account(id, account)),
        None => Err(Refusal::unknown(&world.switches, "storage account")),
    }
}
