//! From a file to the world, and what a file must not say although each of its values is well-formed.

use std::collections::{BTreeMap, HashMap};

use time::Date;
use uuid::Uuid;

use super::{AccountEntry, FORMAT, Snapshot};
use crate::world::{self, Account, Contract, DELETION_DELAY, Deletion, KeyKind, Member, Owner, Partner, World};

/// Where each id was seen first.
struct Places(HashMap<String, String>);

impl Places {
    fn take(&mut self, id: impl ToString, place: String) -> Result<(), String> {
        match self.0.insert(id.to_string(), place.clone()) {
            Some(first) => Err(format!("{place}: the id {} is at {first} already", id.to_string())),
            None => Ok(()),
        }
    }
}

impl Snapshot {
    /// Whether it makes sense as a whole.
    pub(super) fn check(&self) -> Result<(), String> {
        if self.format != FORMAT {
            return Err(format!("format: {} is unknown; this version reads {FORMAT}", self.format));
        }
        let mut places = Places(HashMap::new());
        for (at, contract) in self.contracts.iter().enumerate() {
            let place = format!("contracts[{at}]");
            places.take(contract.id, format!("{place}.id"))?;
            for (at, partner) in contract.partners.iter().enumerate() {
                let place = format!("{place}.partners[{at}]");
                places.take(partner.id, format!("{place}.id"))?;
                for (at, member) in partner.members.iter().enumerate() {
                    places.take(member.id, format!("{place}.members[{at}].id"))?;
                }
                check_accounts(&partner.accounts, &place, &mut places)?;
            }
        }
        for (at, channel_partner) in self.channel_partners.iter().enumerate() {
            let place = format!("channel_partners[{at}]");
            let id = channel_partner.id.unwrap_or(world::CHANNEL_PARTNER);
            places.take(id, format!("{place}.id"))?;
            check_accounts(&channel_partner.accounts, &place, &mut places)?;
        }
        Ok(())
    }

    /// Puts everything into a world that has keys and nothing else.
    pub(crate) fn fill(self, world: &mut World) {
        world.distributor = self.distributor.unwrap_or(world::DISTRIBUTOR);
        for key in world.keys.values_mut().filter(|key| key.kind == KeyKind::Distributor) {
            key.holder = world.distributor;
        }
        world.ahead = time::Duration::seconds(self.clock_ahead_seconds);
        let today = world.today();
        for entry in self.contracts {
            let distributor = entry.distributor.unwrap_or(world.distributor);
            let mut contract = Contract::new(distributor, entry.name, entry.reserved.0);
            contract.held = entry.held.0;
            world.contracts.insert(entry.id, contract);
            for partner in entry.partners {
                let member = |entry: super::MemberEntry| {
                    (entry.id, Member { email: entry.email, name: entry.name, role: entry.role })
                };
                let filled = Partner {
                    contract: entry.id,
                    shown_contract: partner.shown_contract.unwrap_or(entry.id),
                    name: partner.name,
                    allocated: partner.allocated.0,
                    allow_overdraft: partner.allow_overdraft,
                    details: partner.details,
                    members: partner.members.into_iter().map(member).collect(),
                };
                world.partners.insert(partner.id, filled);
                fill_accounts(world, Owner::Partner(partner.id), partner.accounts, today);
            }
        }
        for entry in self.channel_partners {
            let id: Uuid = entry.id.unwrap_or(world.channel_partner);
            world.own_reservations.insert(id, entry.reserved.0);
            fill_accounts(world, Owner::ChannelPartner(id), entry.accounts, today);
        }
    }
}

fn check_accounts(accounts: &[AccountEntry], place: &str, places: &mut Places) -> Result<(), String> {
    for (at, account) in accounts.iter().enumerate() {
        let place = format!("{place}.accounts[{at}]");
        if account.id.is_empty() {
            return Err(format!("{place}.id: it must not be empty"));
        }
        places.take(&account.id, format!("{place}.id"))?;
    }
    Ok(())
}

fn fill_accounts(world: &mut World, owner: Owner, entries: Vec<AccountEntry>, today: Date) {
    let amounts = |days: BTreeMap<Date, super::Bytes>| days.into_iter().map(|(day, amount)| (day, amount.0)).collect();
    for entry in entries {
        let first = [entry.allocations.keys().next(), entry.usage.keys().next()].into_iter().flatten().min().copied();
        let created = entry.created.or(first).unwrap_or(today);
        let mut allocations: BTreeMap<Date, u64> = amounts(entry.allocations);
        if allocations.is_empty() {
            allocations.insert(created, entry.allocated.0);
        }
        let deletion = entry.deletion.map(|deletion| Deletion {
            ordered: deletion.ordered.unwrap_or(deletion.due.saturating_sub(DELETION_DELAY)),
            due: deletion.due,
        });
        let account = Account {
            owner,
            name: entry.name,
            allocated: entry.allocated.0,
            allow_overdraft: entry.allow_overdraft,
            email: entry.email,
            created,
            allocations,
            usage: amounts(entry.usage),
            deletion,
        };
        world.accounts.insert(entry.id, account);
    }
}
