//! What this process knows of the service: its lists, each read once, and where objects are.
//!
//! Terraform reads every object alone, ten at a time, but the API gives all partners of a contract in one answer. So
//! the first read of a list asks for it, all concurrent reads wait for that one answer, and later reads find it here.
//! What an absence from a list means is in [`gone`](super::gone).

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::time::Instant;

use super::shared_list::{Keyed, ListsByOwner, Outcome, SharedList};
use crate::api::{CallLimits, Client, Contract, Listing, Lookup, Member, Owner, Partner, StorageAccount};

/// A list that tells what is new from what was there is not older than this when it decides.
const FRESH: Duration = Duration::from_secs(10);

/// Whose storage accounts: a partner's, or a channel partner's own.
pub fn owner(partner: Option<&str>) -> Owner<'_> {
    partner.map_or(Owner::Own, Owner::Partner)
}

macro_rules! keyed {
    ($($type:ty),*) => {
        $(impl Keyed for $type {
            fn key(&self) -> String {
                self.id.to_ascii_lowercase()
            }
        })*
    };
}
keyed!(Contract, Partner, Member, StorageAccount);

/// See the module.
pub struct Inventory {
    pub(super) client: Client,
    contracts: SharedList<Contract>,
    /// By contract.
    pub(super) partners: ListsByOwner<Partner>,
    /// Partners that were asked for alone, because only their id is known.
    single_partners: ListsByOwner<Partner>,
    /// By partner.
    pub(super) members: ListsByOwner<Member>,
    /// By partner; the channel partner's own under the empty name.
    pub(super) accounts: ListsByOwner<StorageAccount>,
    /// By partner: the contract that it was last seen in.
    homes: Mutex<HashMap<String, String>>,
    /// What was left out of lists because it could not be read, not told yet.
    left_out: LeftOut,
    /// When this process last changed what contracts have allocated.
    wrote_at: Mutex<Option<Instant>>,
}

#[derive(Clone, Default)]
struct LeftOut(Arc<Mutex<Vec<String>>>);

impl LeftOut {
    fn note<T>(&self, of: &str, listing: Listing<T>) -> Listing<T> {
        let line = |why: &String| format!("{of}: {why}");
        self.0.lock().expect("no panic while locked").extend(listing.left_out.iter().map(line));
        listing
    }
}

impl Inventory {
    /// An empty inventory.
    pub fn new(client: Client) -> Inventory {
        Inventory {
            client,
            contracts: SharedList::default(),
            partners: ListsByOwner::default(),
            single_partners: ListsByOwner::default(),
            members: ListsByOwner::default(),
            accounts: ListsByOwner::default(),
            homes: Mutex::default(),
            left_out: LeftOut::default(),
            wrote_at: Mutex::default(),
        }
    }

    /// What was left out of lists because it could not be read; told once.
    pub fn take_left_out(&self) -> Vec<String> {
        std::mem::take(&mut self.left_out.0.lock().expect("no panic while locked"))
    }

    /// This process has changed what a contract has allocated.
    pub fn wrote(&self) {
        *self.wrote_at.lock().expect("no panic while locked") = Some(Instant::now());
    }

    /// All contracts, with what this process has written.
    pub async fn contracts_now(&self, limits: &CallLimits) -> Outcome<Vec<Contract>> {
        let wrote_at = *self.wrote_at.lock().expect("no panic while locked");
        self.contracts_since(limits, wrote_at).await
    }

    /// All contracts that the key may see, by name, then id.
    pub async fn contracts(&self, limits: &CallLimits) -> Outcome<Vec<Contract>> {
        self.contracts_since(limits, None).await
    }

    /// The same, as they are from some moment on.
    pub async fn contracts_since(&self, limits: &CallLimits, since: Option<Instant>) -> Outcome<Vec<Contract>> {
        let (client, left_out) = (self.client.clone(), self.left_out.clone());
        let read =
            || async move { Ok(left_out.note("contracts", client.contracts(&CallLimits::for_shared_read()).await?)) };
        self.contracts.load(limits, since, read).await?;
        let mut contracts = self.contracts.all();
        contracts.sort_by(|a, b| (&a.details, &a.id).cmp(&(&b.details, &b.id)));
        Ok(contracts)
    }

    /// One contract, from the list.
    pub async fn contract(&self, limits: &CallLimits, id: &str) -> Outcome<Option<Contract>> {
        self.contracts(limits).await?;
        Ok(self.contracts.get(id))
    }

    /// One contract, with what this process has written.
    pub async fn contract_now(&self, limits: &CallLimits, id: &str) -> Outcome<Option<Contract>> {
        self.contracts_now(limits).await?;
        Ok(self.contracts.get(id))
    }

    /// All partners of a contract, in no order.
    pub async fn partners(&self, limits: &CallLimits, contract: &str) -> Outcome<Vec<Partner>> {
        Ok(self.load_partners(limits, contract, None).await?.all())
    }

    /// The partners of a contract as this process knows them, without a request.
    pub fn known_partners(&self, contract: &str) -> Vec<Partner> {
        self.partners.of(contract).all()
    }

    /// The same as [`Inventory::partners`], not older than what decides about creations may be, and from some moment on
    /// if one is given.
    pub async fn fresh_partners(
        &self,
        limits: &CallLimits,
        contract: &str,
        since: Option<Instant>,
    ) -> Outcome<Vec<Partner>> {
        Ok(self.load_partners(limits, contract, Some(fresh(since))).await?.all())
    }

    /// One partner, without reading any list for it.
    pub async fn single_partner(&self, limits: &CallLimits, id: &str) -> Outcome<Option<Partner>> {
        if let Some(known) = self.known_partner(id) {
            return Ok(Some(known));
        }
        let list = self.single_partners.of(id);
        let (client, wanted) = (self.client.clone(), id.to_owned());
        let read = || async move {
            Ok(match client.partner(&CallLimits::for_shared_read(), &wanted).await? {
                Lookup::Found(partner) => Listing { items: vec![partner], left_out: Vec::new(), proof: true },
                Lookup::NotFound(_) => Listing { items: Vec::new(), left_out: Vec::new(), proof: true },
            })
        };
        list.load(limits, None, read).await?;
        Ok(list.get(id))
    }

    /// A partner as our reads and writes so far know it, without a request.
    pub fn known_partner(&self, id: &str) -> Option<Partner> {
        self.partners.all().iter().find_map(|list| list.get(id))
    }

    /// Records a partner that we created, changed or read alone.
    pub fn put_partner(&self, contract: &str, partner: Partner) {
        self.put_home(&partner.id, contract);
        self.single_partners.of(&partner.id).put(partner.clone());
        self.partners.of(contract).put(partner);
    }

    /// Records that a partner is gone.
    pub fn remove_partner(&self, id: &str) {
        self.single_partners.of(id).remove(id);
        for list in self.partners.all() {
            list.remove(id);
        }
    }

    /// Records which contract a partner is in, as a state has it.
    pub fn put_home(&self, partner: &str, contract: &str) {
        let mut homes = self.homes.lock().expect("no panic while locked");
        homes.insert(partner.to_ascii_lowercase(), contract.to_owned());
    }

    /// The contract that a partner was last seen in, as far as this process knows.
    pub fn home(&self, partner: &str) -> Option<String> {
        let known = self.known_partner(partner).and_then(|partner| partner.contract_id);
        let homes = || self.homes.lock().expect("no panic while locked").get(&partner.to_ascii_lowercase()).cloned();
        known.or_else(homes)
    }

    /// All members of a partner, in no order.
    pub async fn members(&self, limits: &CallLimits, partner: &str) -> Outcome<Vec<Member>> {
        Ok(self.load_members(limits, partner, None).await?.all())
    }

    /// The same, not older than what decides about creations may be. A list that is not there is an empty one for a
    /// partner that is.
    pub async fn fresh_members(
        &self,
        limits: &CallLimits,
        partner: &str,
        since: Option<Instant>,
    ) -> Outcome<Vec<Member>> {
        match self.load_members(limits, partner, Some(fresh(since))).await {
            Err(error) if error.is_not_found() && self.single_partner(limits, partner).await?.is_some() => {
                Ok(Vec::new())
            }
            loaded => Ok(loaded?.all()),
        }
    }

    /// Records a member that we created.
    pub fn put_member(&self, partner: &str, member: Member) {
        self.members.of(partner).put(member);
    }

    /// Records that a member is gone.
    pub fn remove_member(&self, partner: &str, id: &str) {
        self.members.of(partner).remove(id);
    }

    /// All storage accounts of a partner, or a channel partner's own, in no order. A list that is not there is an empty
    /// one for a partner that is.
    pub async fn accounts(&self, limits: &CallLimits, partner: Option<&str>) -> Outcome<Vec<StorageAccount>> {
        self.accounts_since(limits, partner, None).await
    }

    /// The same, not older than what decides about creations may be.
    pub async fn fresh_accounts(
        &self,
        limits: &CallLimits,
        partner: Option<&str>,
        since: Option<Instant>,
    ) -> Outcome<Vec<StorageAccount>> {
        self.accounts_since(limits, partner, Some(fresh(since))).await
    }

    async fn accounts_since(
        &self,
        limits: &CallLimits,
        partner: Option<&str>,
        since: Option<Instant>,
    ) -> Outcome<Vec<StorageAccount>> {
        match (self.load_accounts(limits, partner, since).await, partner) {
            (Err(error), Some(id)) if error.is_not_found() && self.single_partner(limits, id).await?.is_some() => {
                Ok(Vec::new())
            }
            (loaded, _) => Ok(loaded?.all()),
        }
    }

    /// Records a storage account that we created, changed or read alone.
    pub fn put_account(&self, partner: Option<&str>, account: StorageAccount) {
        self.accounts.of(partner.unwrap_or_default()).put(account);
    }

    /// Records that a storage account is gone.
    pub fn remove_account(&self, partner: Option<&str>, id: &str) {
        self.accounts.of(partner.unwrap_or_default()).remove(id);
    }

    /// Makes sure that the partners of a contract were read.
    pub async fn load_partners(
        &self,
        limits: &CallLimits,
        contract: &str,
        since: Option<Instant>,
    ) -> Outcome<SharedList<Partner>> {
        let list = self.partners.of(contract);
        let (client, left_out, owner) = (self.client.clone(), self.left_out.clone(), contract.to_owned());
        let read = || async move {
            let mut partners = client.partners(&CallLimits::for_shared_read(), &owner).await?;
            partners = left_out.note(&format!("partners of contract {owner}"), partners);
            for partner in &mut partners.items {
                // The list is asked for by contract; an answer may leave the field out.
                partner.contract_id.get_or_insert_with(|| owner.clone());
            }
            Ok(partners)
        };
        list.load(limits, since, read).await?;
        Ok(list)
    }

    /// Makes sure that the members of a partner were read.
    pub async fn load_members(
        &self,
        limits: &CallLimits,
        partner: &str,
        since: Option<Instant>,
    ) -> Outcome<SharedList<Member>> {
        let list = self.members.of(partner);
        let (client, left_out, owner) = (self.client.clone(), self.left_out.clone(), partner.to_owned());
        let read = || async move {
            let members = client.members(&CallLimits::for_shared_read(), &owner).await?;
            Ok(left_out.note(&format!("members of partner {owner}"), members))
        };
        list.load(limits, since, read).await?;
        Ok(list)
    }

    /// Makes sure that the storage accounts of an owner were read.
    pub async fn load_accounts(
        &self,
        limits: &CallLimits,
        partner: Option<&str>,
        since: Option<Instant>,
    ) -> Outcome<SharedList<StorageAccount>> {
        let list = self.accounts.of(partner.unwrap_or_default());
        let (client, left_out, partner) = (self.client.clone(), self.left_out.clone(), partner.map(str::to_owned));
        let read = || async move {
            let accounts = client.storage_accounts(&CallLimits::for_shared_read(), owner(partner.as_deref())).await?;
            let whose = partner.as_deref().map_or("your own".into(), |id| format!("those of partner {id}"));
            Ok(left_out.note(&format!("storage accounts, {whose}"), accounts))
        };
        list.load(limits, since, read).await?;
        Ok(list)
    }
}

/// The moment from which on a list has to be read to decide about creations.
fn fresh(since: Option<Instant>) -> Instant {
    let now = Instant::now();
    let recent = now.checked_sub(FRESH).unwrap_or(now);
    since.map_or(recent, |since| since.max(recent))
}
