//! Partners and the capacity that their contract can give them.

use indexmap::IndexMap;
use uuid::Uuid;

use crate::body::{Fields, required};
use crate::call::{Call, Outcome, Refusal, json, refuse_delete};
use crate::render::{self, Style};
use crate::world::{Owner, Partner, World};

const CREATE_FIELDS: [&str; 4] = ["name", "distributorContractId", "allocatedCapacity", "allowOverdraft"];
const UPDATE_FIELDS: [&str; 2] = ["name", "allocatedCapacity"];

pub(super) fn list(world: &mut World, call: &Call) -> Outcome {
    let contract = call.contract(world, call.uuid(world, "contractID")?)?;
    let random = world.random.fork();
    let style = Style::of(&world.switches);
    let partners = world.partners.iter().filter(|(_, partner)| partner.contract == contract);
    let items = partners.map(|(id, partner)| (partner.name.clone(), style.partner(*id, partner)));
    json(&render::ordered(&world.switches, random, items.collect()))
}

pub(super) fn create(world: &mut World, call: &Call) -> Outcome {
    let fields = Fields::read(&world.switches, &call.body, &CREATE_FIELDS)?;
    let contract = fields.uuid("distributorContractId")?;
    let name = required("name", fields.name("name")?)?;
    let allocated = required("allocatedCapacity", fields.amount("allocatedCapacity")?)?;
    let default_overdraft = world.switches.is("default_overdraft", "true");
    let allow_overdraft = fields.flag("allowOverdraft")?.unwrap_or(default_overdraft);
    call.contract(world, contract)?;
    let partner = Partner {
        contract,
        shown_contract: contract,
        name,
        allocated,
        allow_overdraft,
        details: String::new(),
        members: IndexMap::new(),
    };
    if let Some(id) = twin(world, &partner)? {
        return answer(world, id);
    }
    require_room(world, call, contract, allocated)?;
    let id = world.new_uuid();
    world.partners.insert(id, partner);
    answer(world, id)
}

/// The partner that a repeated creation gives again, if the switches want that; refuses a taken name if they want that.
fn twin(world: &World, new: &Partner) -> Result<Option<Uuid>, Refusal> {
    let mut namesakes = world.partners.iter().filter(|(_, old)| old.contract == new.contract && old.name == new.name);
    if world.switches.is("repeated_create", "same_object") {
        let equal = |old: &Partner| old.allocated == new.allocated && old.allow_overdraft == new.allow_overdraft;
        return Ok(namesakes.find(|(_, old)| equal(old)).map(|(id, _)| *id));
    }
    if world.switches.is("duplicate_partner_name", "reject") && namesakes.next().is_some() {
        return Err(Refusal::new(409, "a partner of this name exists already"));
    }
    Ok(None)
}

pub(super) fn get(world: &mut World, call: &Call) -> Outcome {
    let id = call.partner(world)?;
    answer(world, id)
}

pub(super) fn update(world: &mut World, call: &Call) -> Outcome {
    let id = call.partner(world)?;
    let fields = Fields::read(&world.switches, &call.body, &UPDATE_FIELDS)?;
    if fields.none_of(&UPDATE_FIELDS) && world.switches.is("empty_update", "reject") {
        return Err(Refusal::bad("nothing to update"));
    }
    let name = fields.name("name")?;
    let ignored = |amount: &u64| *amount == 0 && world.switches.is("zero_update", "ignore");
    let allocated = fields.amount("allocatedCapacity")?.filter(|amount| !ignored(amount));
    if let Some(allocated) = allocated {
        allow_amount(world, call, id, allocated)?;
    }
    if let Some(partner) = world.partners.get_mut(&id) {
        partner.name = name.unwrap_or_else(|| partner.name.clone());
        partner.allocated = allocated.unwrap_or(partner.allocated);
    }
    answer(world, id)
}

/// Refuses a new amount that the contract has no room for, or that no longer covers the partner's accounts.
fn allow_amount(world: &World, call: &Call, id: Uuid, allocated: u64) -> Result<(), Refusal> {
    let Some(partner) = world.partners.get(&id) else { return Err(Refusal::unknown(&world.switches, "partner")) };
    let growth = allocated.saturating_sub(partner.allocated);
    let asked = if world.switches.is("update_check", "whole_amount") { allocated } else { growth };
    require_room(world, call, partner.contract, asked)?;
    let owner = Owner::Partner(id);
    // A change to what it is already takes nothing from anybody.
    if allocated == partner.allocated {
        return Ok(());
    }
    if world.switches.is("below_accounts", "reject") && allocated < world.allocated_to_accounts(owner) {
        return Err(Refusal::bad("allocatedCapacity must cover the storage accounts of the partner"));
    }
    let used = world.accounts_of(owner).filter_map(|(_, account)| account.usage.values().last());
    if world.switches.is("below_usage", "reject") && allocated < used.fold(0, |sum, used| sum.saturating_add(*used)) {
        return Err(Refusal::bad("allocatedCapacity must not be below what is used"));
    }
    Ok(())
}

/// Refuses what does not fit into a contract's remaining capacity.
fn require_room(world: &World, call: &Call, contract: Uuid, asked: u64) -> Result<(), Refusal> {
    let reserved = world.contracts.get(&contract).map_or(0, |contract| contract.reserved);
    let at_arrival = call.allocated_at_arrival.as_ref().and_then(|totals| totals.get(&contract).copied());
    let remaining = reserved.saturating_sub(at_arrival.unwrap_or_else(|| world.allocated(contract)));
    if asked > remaining {
        let message = format!("not enough capacity in the contract: {asked} bytes asked, {remaining} bytes available");
        return Err(Refusal::new(world.switches.status("capacity_status"), message));
    }
    Ok(())
}

pub(super) fn delete(world: &mut World, call: &Call) -> Outcome {
    let id = match call.partner(world) {
        Ok(id) => id,
        Err(refusal) => return refuse_delete(world, refusal),
    };
    let pending_blocks = world.switches.is("pending_blocks_delete", "yes");
    let mut accounts = world.accounts_of(Owner::Partner(id));
    if accounts.any(|(_, account)| pending_blocks || account.deletion.is_none()) {
        let status = world.switches.status("partner_in_use_status");
        return Err(Refusal::new(status, "the partner has storage accounts"));
    }
    drop(accounts);
    let has_members = world.partners.get(&id).is_some_and(|partner| !partner.members.is_empty());
    if has_members && world.switches.is("members_block_delete", "yes") {
        return Err(Refusal::new(world.switches.status("partner_in_use_status"), "the partner has members"));
    }
    world.remove_partner(id);
    Ok(None)
}

fn answer(world: &World, id: Uuid) -> Outcome {
    match world.partners.get(&id) {
        Some(partner) => json(&Style::of(&world.switches).partner(id, partner)),
        None => Err(Refusal::unknown(&world.switches, "partner")),
    }
}
