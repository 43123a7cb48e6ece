//! From the world to a file.

use indexmap::IndexMap;
use time::OffsetDateTime;
use uuid::Uuid;

use super::amounts::Bytes;
use super::{
    AccountEntry, ChannelPartnerEntry, ContractEntry, DeletionEntry, FORMAT, MemberEntry, PartnerEntry, Snapshot,
};

use crate::world::{self, Account, Contract, Owner, Partner, World};

impl Snapshot {
    pub(crate) fn of(world: &World) -> Self {
        let accounts = by_owner(world);
        let contract = |(id, contract): (&Uuid, &Contract)| ContractEntry {
            id: *id,
            name: contract.name.clone(),
            reserved: Bytes(contract.reserved),
            distributor: Some(contract.distributor).filter(|id| *id != world.distributor),
            held: Bytes(contract.held),
            partners: partners(world, *id, &accounts),
        };
        let channel_partner = |(id, reserved): (&Uuid, &u64)| ChannelPartnerEntry {
            id: Some(*id).filter(|id| *id != world.channel_partner),
            reserved: Bytes(*reserved),
            accounts: entries(&accounts, Owner::ChannelPartner(*id)),
        };
        Self {
            format: FORMAT,
            distributor: Some(world.distributor).filter(|id| *id != world::DISTRIBUTOR),
            clock_ahead_seconds: world.ahead.whole_seconds(),
            contracts: world.contracts.iter().map(contract).collect(),
            channel_partners: world.own_reservations.iter().map(channel_partner).collect(),
        }
    }
}

type ByOwner<'a> = IndexMap<Owner, Vec<(&'a String, &'a Account)>>;

/// All storage accounts, looked at once for thousands of partners.
fn by_owner(world: &World) -> ByOwner<'_> {
    let mut accounts = ByOwner::new();
    for (id, account) in &world.accounts {
        accounts.entry(account.owner).or_default().push((id, account));
    }
    accounts
}

fn partners(world: &World, contract: Uuid, accounts: &ByOwner) -> Vec<PartnerEntry> {
    let there = world.partners.iter().filter(|(_, partner)| partner.contract == contract);
    let entry = |(id, partner): (&Uuid, &Partner)| PartnerEntry {
        id: *id,
        name: partner.name.clone(),
        allocated: Bytes(partner.allocated),
        allow_overdraft: partner.allow_overdraft,
        details: partner.details.clone(),
        shown_contract: Some(partner.shown_contract).filter(|shown| *shown != contract),
        members: partner.members.iter().map(|(id, member)| member_entry(*id, member)).collect(),
        accounts: entries(accounts, Owner::Partner(*id)),
    };
    there.map(entry).collect()
}

fn member_entry(id: Uuid, member: &crate::world::Member) -> MemberEntry {
    MemberEntry { id, email: member.email.clone(), name: member.name.clone(), role: member.role.clone() }
}

fn entries(accounts: &ByOwner, owner: Owner) -> Vec<AccountEntry> {
    let entry = |(id, account): &(&String, &Account)| AccountEntry {
        id: (*id).clone(),
        name: account.name.clone(),
        email: account.email.clone(),
        allocated: Bytes(account.allocated),
        allow_overdraft: account.allow_overdraft,
        created: Some(account.created),
        allocations: account.allocations.iter().map(|(day, amount)| (*day, Bytes(*amount))).collect(),
        usage: account.usage.iter().map(|(day, amount)| (*day, Bytes(*amount))).collect(),
        deletion: account.deletion.map(|deletion| DeletionEntry {
            ordered: Some(to_the_second(deletion.ordered)),
            due: to_the_second(deletion.due),
        }),
    };
    accounts.get(&owner).into_iter().flatten().map(entry).collect()
}

/// Answers know seconds only.
fn to_the_second(time: OffsetDateTime) -> OffsetDateTime {
    time.replace_nanosecond(0).unwrap_or(time)
}
