//! What people do in the console, behind Terraform's back. One list serves the Rust methods and the HTTP side.
//!
//! The console is trusted: it checks that objects exist, not that capacity suffices, so that a test can
//! over-commit a contract.

mod objects;

use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use self::objects::*;
use crate::operations::parse_date;
use crate::span;
use crate::world::{Key, KeyKind, World};

/// One console action. Over HTTP its name is the last part of the path and its fields are the body.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "action", rename_all = "snake_case", deny_unknown_fields)]
#[expect(missing_docs, reason = "the fields are those of the objects; ids are texts, amounts are bytes")]
pub enum Action {
    /// The vendor signs a contract, with the distributor of the samples or with another; answers its id.
    AddContract {
        name: String,
        reserved: u64,
        #[serde(default)]
        distributor: Option<String>,
    },
    /// The vendor wins another distributor, which has this key and sees its own contracts only; answers its id.
    AddDistributor { key: String },
    /// The vendor wins another channel partner, which has this key and its own storage accounts; answers its id.
    AddChannelPartner { key: String, reserved: u64 },
    /// The vendor changes what a contract reserves, also below what is allocated.
    SetReserved { contract: String, bytes: u64 },
    /// The vendor changes what the channel partner has reserved for itself.
    SetOwnReservation { bytes: u64 },
    /// Somebody adds a partner; answers its id.
    AddPartner {
        contract: String,
        name: String,
        allocated: u64,
        #[serde(default)]
        allow_overdraft: bool,
    },
    /// Somebody renames a partner.
    RenamePartner { id: String, name: String },
    /// Somebody changes a partner's allocation.
    ResizePartner { id: String, allocated: u64 },
    /// Somebody moves a partner to another contract.
    MovePartner { id: String, contract: String },
    /// The vendor changes whether a partner may exceed its allocation.
    SetPartnerOverdraft { id: String, allow_overdraft: bool },
    /// Somebody writes into a partner's details.
    SetPartnerDetails { id: String, details: String },
    /// Somebody deletes a partner with all that it has.
    DeletePartner { id: String },
    /// Somebody adds a member to a partner; answers its id.
    AddMember {
        partner: String,
        email: String,
        #[serde(default)]
        name: String,
        role: String,
    },
    /// Somebody edits a member's name and role.
    EditMember { id: String, name: String, role: String },
    /// Somebody deletes a member.
    DeleteMember { id: String },
    /// Somebody adds a storage account, to a partner or, without one, to the channel partner; answers its id.
    AddAccount {
        #[serde(default)]
        partner: Option<String>,
        name: String,
        email: String,
        allocated: u64,
        #[serde(default)]
        allow_overdraft: bool,
    },
    /// Somebody renames a storage account.
    RenameAccount { id: String, name: String },
    /// Somebody changes a storage account's allocation.
    ResizeAccount { id: String, allocated: u64 },
    /// Somebody orders a storage account's deletion, 30 days from now.
    ScheduleAccount { id: String },
    /// Somebody calls a storage account's deletion off.
    ReactivateAccount { id: String },
    /// A storage account is gone, without the 30 days.
    PurgeAccount { id: String },
    /// The bytes that a storage account used on a day, `yyyy-mm-dd`.
    SetUsage { account: String, date: String, bytes: u64 },
    /// Somebody makes an API key with this text.
    AddKey { key: String, kind: KeyKind },
    /// A key's expiry date passes.
    ExpireKey { key: String },
    /// Time passes: the clock moves ahead.
    AdvanceClock {
        #[serde(with = "span")]
        duration: Duration,
    },
    /// It is another time, in RFC 3339; the clock goes on from there.
    SetClock { time: String },
    /// The service behaves otherwise from now on: sets a switch.
    SetSwitch { name: String, value: String },
}

/// Carries out an action: the id of what it made, or `null`.
///
/// # Errors
/// A sentence that names the object that does not exist or the value that makes no sense.
pub(crate) fn perform(world: &mut World, action: Action) -> Result<Value, String> {
    world.settle();
    let made = dispatch(world, action);
    world.note_totals();
    made
}

// One line or two for each action; splitting it would only hide that it is complete.
fn dispatch(world: &mut World, action: Action) -> Result<Value, String> {
    use Action::*;
    match action {
        AddContract { name, reserved, distributor } => {
            return add_contract(world, name, reserved, distributor).map(|id| json!(id));
        }
        AddDistributor { key } => return Ok(json!(add_holder(world, key, KeyKind::Distributor))),
        AddChannelPartner { key, reserved } => {
            let id = add_holder(world, key, KeyKind::ChannelPartner);
            world.own_reservations.insert(id, reserved);
            return Ok(json!(id));
        }
        AddPartner { contract, name, allocated, allow_overdraft } => {
            return add_partner(world, &contract, name, allocated, allow_overdraft).map(|id| json!(id));
        }
        AddMember { partner, email, name, role } => {
            return add_member(world, &partner, email, name, role).map(|id| json!(id));
        }
        AddAccount { partner, name, email, allocated, allow_overdraft } => {
            return add_account(world, partner, name, email, (allocated, allow_overdraft)).map(|id| json!(id));
        }
        SetReserved { contract, bytes } => {
            let id = contract_id(world, &contract)?;
            world.contracts.entry(id).and_modify(|contract| contract.reserved = bytes);
        }
        SetOwnReservation { bytes } => drop(world.own_reservations.insert(world.channel_partner, bytes)),
        RenamePartner { id, name } => partner(world, &id)?.name = name,
        ResizePartner { id, allocated } => partner(world, &id)?.allocated = allocated,
        MovePartner { id, contract } => move_partner(world, &id, &contract)?,
        SetPartnerOverdraft { id, allow_overdraft } => partner(world, &id)?.allow_overdraft = allow_overdraft,
        SetPartnerDetails { id, details } => partner(world, &id)?.details = details,
        DeletePartner { id } => delete_partner(world, &id)?,
        EditMember { id, name, role } => {
            let member = member(world, &id)?;
            member.name = Some(name).filter(|name| !name.is_empty());
            member.role = role;
        }
        DeleteMember { id } => delete_member(world, &id)?,
        RenameAccount { id, name } => account(world, &id)?.name = name,
        ResizeAccount { id, allocated } => resize_account(world, &id, allocated)?,
        ScheduleAccount { id } => {
            account(world, &id)?;
            world.schedule_deletion(&id);
        }
        ReactivateAccount { id } => account(world, &id)?.deletion = None,
        PurgeAccount { id } => {
            account(world, &id)?;
            world.accounts.shift_remove(&id);
        }
        SetUsage { account: id, date, bytes } => {
            let day = parse_date(&date).ok_or_else(|| format!("{date:?} is no date like 2026-03-20"))?;
            account(world, &id)?.usage.insert(day, bytes);
        }
        AddKey { key, kind } => {
            let holder = world.holder(kind);
            world.keys.insert(key, Key { kind, expired: false, holder });
        }
        ExpireKey { key } => world.keys.get_mut(&key).ok_or("there is no such key")?.expired = true,
        AdvanceClock { duration } => world.advance(duration),
        SetClock { time } => {
            let time = OffsetDateTime::parse(&time, &Rfc3339).map_err(|_| format!("{time:?} is no RFC 3339 time"))?;
            world.ahead = time - OffsetDateTime::now_utc();
        }
        SetSwitch { name, value } => world.switches.set(&name, &value)?,
    }
    Ok(Value::Null)
}
