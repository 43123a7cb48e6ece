//! What is there, as the console shows it: without shuffling, staleness, or missing fields.

use serde::Serialize;

use crate::call::parse_uuid;
use crate::render::timestamp;
use crate::world::{Owner, World};

/// A contract.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ContractView {
    /// Its UUID.
    pub id: String,
    /// Its name, which the API calls `details`.
    pub name: String,
    /// Bytes that may be allocated.
    pub reserved: u64,
    /// Bytes that its partners hold.
    pub allocated: u64,
}

/// A partner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PartnerView {
    /// Its UUID.
    pub id: String,
    /// The contract that it is really in.
    pub contract_id: String,
    /// Its name.
    pub name: String,
    /// Bytes; 0 is pay-per-use.
    pub allocated: u64,
    /// Whether it may use more than it is allocated.
    pub allow_overdraft: bool,
    /// Details, which only the console can set.
    pub details: String,
}

/// A member of a partner. Its password is not kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MemberView {
    /// Its UUID.
    pub id: String,
    /// The partner's UUID.
    pub partner_id: String,
    /// The email as it was sent.
    pub email: String,
    /// Its name, or nothing.
    pub name: String,
    /// `admin`, `staff` or `viewer`.
    pub role: String,
}

/// A storage account. Its password is not kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AccountView {
    /// Its id, 12 digits.
    pub id: String,
    /// The partner's UUID; none for the channel partner's own.
    pub partner_id: Option<String>,
    /// Its name.
    pub name: String,
    /// Bytes; 0 is pay-per-use.
    pub allocated: u64,
    /// Whether it may use more than it is allocated.
    pub allow_overdraft: bool,
    /// The email as it was sent.
    pub contact_email: String,
    /// When it will be deleted, in RFC 3339; none unless that was ordered.
    pub pending_deleted_at: Option<String>,
}

pub(crate) fn contracts(world: &World) -> Vec<ContractView> {
    let view = |(id, contract): (&uuid::Uuid, &crate::world::Contract)| ContractView {
        id: id.to_string(),
        name: contract.name.clone(),
        reserved: contract.reserved,
        allocated: world.allocated(*id),
    };
    world.contracts.iter().map(view).collect()
}

/// The partners of a contract, or all of them, in order of creation.
pub(crate) fn partners(world: &World, contract: Option<&str>) -> Vec<PartnerView> {
    let partners = world.partners.iter().map(|(id, partner)| PartnerView {
        id: id.to_string(),
        contract_id: partner.contract.to_string(),
        name: partner.name.clone(),
        allocated: partner.allocated,
        allow_overdraft: partner.allow_overdraft,
        details: partner.details.clone(),
    });
    partners.filter(|partner| contract.is_none_or(|contract| partner.contract_id == contract)).collect()
}

/// The members of a partner, in order of creation; none when there is no such partner.
pub(crate) fn members(world: &World, partner_id: &str) -> Vec<MemberView> {
    let partner = parse_uuid(partner_id).and_then(|id| world.partners.get(&id));
    let members = partner.into_iter().flat_map(|partner| &partner.members);
    let view = |(id, member): (&uuid::Uuid, &crate::world::Member)| MemberView {
        id: id.to_string(),
        partner_id: partner_id.to_string(),
        email: member.email.clone(),
        name: member.name.clone().unwrap_or_default(),
        role: member.role.clone(),
    };
    members.map(view).collect()
}

/// All storage accounts, in order of creation.
pub(crate) fn accounts(world: &World) -> Vec<AccountView> {
    let view = |(id, account): (&String, &crate::world::Account)| AccountView {
        id: id.clone(),
        partner_id: match account.owner {
            Owner::Partner(partner) => Some(partner.to_string()),
            Owner::ChannelPartner(_) => None,
        },
        name: account.name.clone(),
        allocated: account.allocated,
        allow_overdraft: account.allow_overdraft,
        contact_email: account.email.clone(),
        pending_deleted_at: account.deletion.map(|deletion| timestamp(deletion.due)),
    };
    world.accounts.iter().map(view).collect()
}
