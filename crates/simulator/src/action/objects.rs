//! What actions do to objects, one function for each that takes more than a line.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use uuid::Uuid;

use crate::call::parse_uuid;
use crate::world::{Account, Contract, Key, KeyKind, Member, Owner, Partner, World};

pub(super) fn contract_id(world: &World, id: &str) -> Result<Uuid, String> {
    let known = parse_uuid(id).filter(|id| world.contracts.contains_key(id));
    known.ok_or_else(|| format!("there is no contract {id:?}"))
}

pub(super) fn partner_id(world: &World, id: &str) -> Result<Uuid, String> {
    let known = parse_uuid(id).filter(|id| world.partners.contains_key(id));
    known.ok_or_else(|| format!("there is no partner {id:?}"))
}

pub(super) fn partner<'a>(world: &'a mut World, id: &str) -> Result<&'a mut Partner, String> {
    let found = parse_uuid(id).and_then(|id| world.partners.get_mut(&id));
    found.ok_or_else(|| format!("there is no partner {id:?}"))
}

pub(super) fn member<'a>(world: &'a mut World, id: &str) -> Result<&'a mut Member, String> {
    let found =
        parse_uuid(id).and_then(|id| world.partners.values_mut().find_map(|partner| partner.members.get_mut(&id)));
    found.ok_or_else(|| format!("there is no member {id:?}"))
}

pub(super) fn account<'a>(world: &'a mut World, id: &str) -> Result<&'a mut Account, String> {
    world.accounts.get_mut(id).ok_or_else(|| format!("there is no storage account {id:?}"))
}

/// A new distributor or channel partner with its first key.
pub(super) fn add_holder(world: &mut World, key: String, kind: KeyKind) -> Uuid {
    let holder = world.new_uuid();
    world.keys.insert(key, Key { kind, expired: false, holder });
    holder
}

pub(super) fn add_contract(
    world: &mut World,
    name: String,
    reserved: u64,
    distributor: Option<String>,
) -> Result<String, String> {
    let distributor = match distributor {
        Some(id) => {
            let known =
                |id: &Uuid| world.keys.values().any(|key| key.kind == KeyKind::Distributor && key.holder == *id);
            parse_uuid(&id).filter(known).ok_or_else(|| format!("there is no distributor {id:?}"))?
        }
        None => world.distributor,
    };
    let id = world.new_uuid();
    world.contracts.insert(id, Contract::new(distributor, name, reserved));
    Ok(id.to_string())
}

pub(super) fn add_partner(
    world: &mut World,
    contract: &str,
    name: String,
    allocated: u64,
    overdraft: bool,
) -> Result<String, String> {
    let contract = contract_id(world, contract)?;
    let id = world.new_uuid();
    let partner = Partner {
        contract,
        shown_contract: contract,
        name,
        allocated,
        allow_overdraft: overdraft,
        details: String::new(),
        members: IndexMap::new(),
    };
    world.partners.insert(id, partner);
    Ok(id.to_string())
}

pub(super) fn move_partner(world: &mut World, id: &str, contract: &str) -> Result<(), String> {
    let contract = contract_id(world, contract)?;
    let shown = world.switches.is("console_move", "shown");
    let partner = partner(world, id)?;
    partner.contract = contract;
    if shown {
        partner.shown_contract = contract;
    }
    Ok(())
}

pub(super) fn delete_partner(world: &mut World, id: &str) -> Result<(), String> {
    let id = partner_id(world, id)?;
    world.remove_partner(id);
    Ok(())
}

pub(super) fn add_member(
    world: &mut World,
    id: &str,
    email: String,
    name: String,
    role: String,
) -> Result<String, String> {
    let member_id = world.new_uuid();
    let name = Some(name).filter(|name| !name.is_empty());
    partner(world, id)?.members.insert(member_id, Member { email, name, role });
    Ok(member_id.to_string())
}

pub(super) fn delete_member(world: &mut World, id: &str) -> Result<(), String> {
    member(world, id)?;
    if let Some(id) = parse_uuid(id) {
        world.partners.values_mut().for_each(|partner| drop(partner.members.shift_remove(&id)));
    }
    Ok(())
}

pub(super) fn add_account(
    world: &mut World,
    partner: Option<String>,
    name: String,
    email: String,
    (allocated, allow_overdraft): (u64, bool),
) -> Result<String, String> {
    let owner = match partner {
        Some(id) => Owner::Partner(partner_id(world, &id)?),
        None => Owner::ChannelPartner(world.channel_partner),
    };
    let id = world.new_account_id();
    let created = world.today();
    let account = Account {
        owner,
        name,
        allocated,
        allow_overdraft,
        email,
        created,
        allocations: BTreeMap::from([(created, allocated)]),
        usage: BTreeMap::new(),
        deletion: None,
    };
    world.accounts.insert(id.clone(), account);
    Ok(id)
}

pub(super) fn resize_account(world: &mut World, id: &str, allocated: u64) -> Result<(), String> {
    let today = world.today();
    let account = account(world, id)?;
    account.allocated = allocated;
    account.allocations.insert(today, allocated);
    Ok(())
}
