//! The lists of the API, each read once in a walk and kept true by our own writes.
//!
//! Terraform reads every object alone, ten at a time, but the API gives all partners of a contract in one answer. So the first
//! read of a list asks for it, all concurrent reads wait for that one answer, and later reads find it here. A list is trusted for
//! what is in it, never for what is not: an object that a list lacks is asked for once, alone, before it counts as gone.

use std::collections::{HashMap, HashSet};
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Shared};
use tokio::time::Instant;

use crate::api::{CallLimits, Client, Contract, Error, ErrorKind, Member, Outside, Owner, Partner, StorageAccount};

/// The outcome of a shared read.
pub type Outcome<T> = Result<T, Arc<Error>>;

/// How long a failure is kept: the reads that queue up behind a failed list fail with it instead of each trying again for minutes.
const FAILURE_KEPT: Duration = Duration::from_secs(30);

/// One list: not read, being read, or read.
struct List<T> {
    items: Mutex<Option<HashMap<String, T>>>,
    flight: Mutex<Option<Flight<T>>>,
}

/// A read that every caller may wait for.
type Reading<T> = Shared<BoxFuture<'static, Outcome<Arc<Vec<(String, T)>>>>>;

struct Flight<T> {
    reading: Reading<T>,
    failed: Option<Instant>,
}

impl<T> Default for List<T> {
    fn default() -> Self {
        List { items: Mutex::new(None), flight: Mutex::new(None) }
    }
}

impl<T: Clone + Send + Sync + 'static> List<T> {
    fn items(&self) -> MutexGuard<'_, Option<HashMap<String, T>>> {
        self.items.lock().expect("no panic while locked")
    }

    /// Makes sure that the list was read; of all callers at the same time, one reads.
    async fn load<F>(&self, read: impl FnOnce() -> F) -> Outcome<()>
    where
        F: Future<Output = Result<Vec<(String, T)>, Error>> + Send + 'static,
    {
        if self.items().is_some() {
            return Ok(());
        }
        let reading = {
            let mut flight = self.flight.lock().expect("no panic while locked");
            let stale = |flight: &Flight<T>| flight.failed.is_some_and(|at| at.elapsed() > FAILURE_KEPT);
            if flight.as_ref().is_none_or(stale) {
                let reading = read().map(|outcome| outcome.map(Arc::new).map_err(Arc::new)).boxed().shared();
                *flight = Some(Flight { reading, failed: None });
            }
            flight.as_ref().map(|flight| flight.reading.clone()).expect("a flight was just begun")
        };
        match reading.await {
            Ok(read) => {
                self.items().get_or_insert_with(|| read.iter().cloned().collect());
                Ok(())
            }
            Err(error) => {
                if let Some(flight) = self.flight.lock().expect("no panic while locked").as_mut() {
                    flight.failed.get_or_insert_with(Instant::now);
                }
                Err(error)
            }
        }
    }

    fn get(&self, id: &str) -> Option<T> {
        self.items().as_ref()?.get(id).cloned()
    }

    fn all(&self) -> Vec<T> {
        self.items().as_ref().map(|items| items.values().cloned().collect()).unwrap_or_default()
    }

    fn ids(&self) -> HashSet<String> {
        self.items().as_ref().map(|items| items.keys().cloned().collect()).unwrap_or_default()
    }

    /// Records our own write; a list that was not read yet stays so, and will show it.
    fn put(&self, id: &str, item: T) {
        if let Some(items) = self.items().as_mut() {
            items.insert(id.into(), item);
        }
    }

    fn remove(&self, id: &str) {
        if let Some(items) = self.items().as_mut() {
            items.remove(id);
        }
    }
}

/// Lists by the object they belong to.
struct ListsByOwner<T>(Mutex<HashMap<String, Arc<List<T>>>>);

impl<T> Default for ListsByOwner<T> {
    fn default() -> Self {
        ListsByOwner(Mutex::new(HashMap::new()))
    }
}

impl<T> ListsByOwner<T> {
    fn list(&self, owner: &str) -> Arc<List<T>> {
        let mut lists = self.0.lock().expect("no panic while locked");
        match lists.get(owner) {
            Some(list) => Arc::clone(list),
            None => Arc::clone(lists.entry(owner.into()).or_default()),
        }
    }

    fn lists(&self) -> Vec<Arc<List<T>>> {
        self.0.lock().expect("no panic while locked").values().cloned().collect()
    }
}

/// What one walk knows of the service.
pub struct Inventory {
    client: Client,
    contracts: List<Contract>,
    partners: ListsByOwner<Partner>,
    /// Partners that were asked for alone, because only their id is known.
    single_partners: ListsByOwner<Partner>,
    members: ListsByOwner<Member>,
    /// By partner; the channel partner's own under the empty name.
    accounts: ListsByOwner<StorageAccount>,
}

/// Whose storage accounts: a partner's, or a channel partner's own.
pub fn owner(partner: Option<&str>) -> Owner<'_> {
    partner.map_or(Owner::Own, Owner::Partner)
}

impl Inventory {
    /// An empty inventory.
    pub fn new(client: Client) -> Inventory {
        Inventory {
            client,
            contracts: List::default(),
            partners: ListsByOwner::default(),
            single_partners: ListsByOwner::default(),
            members: ListsByOwner::default(),
            accounts: ListsByOwner::default(),
        }
    }

    /// All contracts that the key may see, by name, then id.
    pub async fn contracts(&self, call: &CallLimits) -> Outcome<Vec<Contract>> {
        let (client, limits) = (self.client.clone(), call.clone());
        self.contracts
            .load(|| async move { Ok(keyed(client.contracts(&limits).await?.items, |contract| &contract.id)) })
            .await?;
        let mut contracts = self.contracts.all();
        contracts.sort_by(|a, b| (&a.details, &a.id).cmp(&(&b.details, &b.id)));
        Ok(contracts)
    }

    /// One contract, from the list.
    pub async fn contract(&self, call: &CallLimits, id: &str) -> Outcome<Option<Contract>> {
        self.contracts(call).await?;
        Ok(self.contracts.get(id))
    }

    /// All partners of a contract, in no order.
    pub async fn partners(&self, call: &CallLimits, contract: &str) -> Outcome<Vec<Partner>> {
        Ok(self.load_partners(call, contract).await?.all())
    }

    /// The ids of all partners of a contract.
    pub async fn partner_ids(&self, call: &CallLimits, contract: &str) -> Outcome<HashSet<String>> {
        Ok(self.load_partners(call, contract).await?.ids())
    }

    /// One partner, wherever it is; `contract` is where it was last. `None` means that the service itself says it is gone.
    pub async fn partner(&self, call: &CallLimits, id: &str, contract: Option<&str>) -> Outcome<Option<Partner>> {
        if let Some(known) = self.known_partner(id) {
            return Ok(Some(known));
        }
        match contract {
            Some(contract) => match self.load_partners(call, contract).await {
                // The partner may have been moved, and the contract it was in be gone.
                Err(error) if !error.is_not_found() => return Err(error),
                _ => {}
            },
            // An import says only an id. Imports come by the hundred, and lists answer all of them.
            None => {
                for contract in self.contracts(call).await? {
                    self.load_partners(call, &contract.id).await?;
                }
            }
        }
        match self.known_partner(id) {
            Some(partner) => Ok(Some(partner)),
            None => self.single_partner(call, id).await,
        }
    }

    /// One partner, without reading any list for it.
    pub async fn single_partner(&self, call: &CallLimits, id: &str) -> Outcome<Option<Partner>> {
        if let Some(known) = self.known_partner(id) {
            return Ok(Some(known));
        }
        let (list, client, limits, wanted) =
            (self.single_partners.list(id), self.client.clone(), call.clone(), id.to_owned());
        list.load(|| async move {
            let found = client.partner(&limits, &wanted).await?.found();
            Ok(found.into_iter().map(|partner| (wanted.clone(), partner)).collect())
        })
        .await?;
        Ok(list.get(id))
    }

    /// A partner as our reads and writes so far know it, without a request.
    pub fn known_partner(&self, id: &str) -> Option<Partner> {
        self.partners.lists().iter().find_map(|list| list.get(id))
    }

    /// Records a partner that we created, changed or read alone.
    pub fn put_partner(&self, contract: &str, partner: Partner) {
        self.single_partners.list(&partner.id).put(&partner.id, partner.clone());
        self.partners.list(contract).put(&partner.id.clone(), partner);
    }

    /// Records that a partner is gone.
    pub fn remove_partner(&self, id: &str) {
        self.single_partners.list(id).remove(id);
        for list in self.partners.lists() {
            list.remove(id);
        }
    }

    /// All members of a partner, in no order.
    pub async fn members(&self, call: &CallLimits, partner: &str) -> Outcome<Vec<Member>> {
        let list = self.members.list(partner);
        let (client, limits, owner) = (self.client.clone(), call.clone(), partner.to_owned());
        list.load(|| async move { Ok(keyed(client.members(&limits, &owner).await?.items, |member| &member.id)) })
            .await?;
        Ok(list.all())
    }

    /// One member. The API has no way to ask for one alone, so one that the list lacks is looked for in the list as it is now.
    pub async fn member(&self, call: &CallLimits, partner: &str, id: &str) -> Outcome<Option<Member>> {
        self.members(call, partner).await?;
        if let Some(member) = self.members.list(partner).get(id) {
            return Ok(Some(member));
        }
        let fresh = self.client.members(call, partner).await.map_err(Arc::new)?;
        let found = fresh.items.into_iter().find(|member| member.id == id);
        match fresh.left_out.first() {
            // What cannot be read may be the member.
            Some(why) if found.is_none() => {
                let kind = ErrorKind::Partial { why: Outside::new(why) };
                Err(Arc::new(Error::unsent("list members", kind)))
            }
            _ => Ok(found),
        }
    }

    /// Records a member that we created.
    pub fn put_member(&self, partner: &str, member: Member) {
        self.members.list(partner).put(&member.id.clone(), member);
    }

    /// Records that a member is gone.
    pub fn remove_member(&self, partner: &str, id: &str) {
        self.members.list(partner).remove(id);
    }

    /// All storage accounts of a partner, or a channel partner's own, in no order.
    pub async fn accounts(&self, call: &CallLimits, partner: Option<&str>) -> Outcome<Vec<StorageAccount>> {
        let list = self.accounts.list(partner.unwrap_or_default());
        let (client, limits, partner) = (self.client.clone(), call.clone(), partner.map(str::to_owned));
        list.load(|| async move {
            let accounts = client.storage_accounts(&limits, owner(partner.as_deref())).await?.items;
            Ok(keyed(accounts, |account| &account.id))
        })
        .await?;
        Ok(list.all())
    }

    /// One storage account; `None` means that the service itself says it is gone.
    pub async fn account(&self, call: &CallLimits, partner: Option<&str>, id: &str) -> Outcome<Option<StorageAccount>> {
        self.accounts(call, partner).await?;
        match self.accounts.list(partner.unwrap_or_default()).get(id) {
            Some(account) => Ok(Some(account)),
            None => match self.client.storage_account(call, owner(partner), id).await {
                Ok(found) => Ok(found.found()),
                Err(error) => Err(Arc::new(error)),
            },
        }
    }

    /// Records a storage account that we created, changed or read alone.
    pub fn put_account(&self, partner: Option<&str>, account: StorageAccount) {
        self.accounts.list(partner.unwrap_or_default()).put(&account.id.clone(), account);
    }

    async fn load_partners(&self, call: &CallLimits, contract: &str) -> Outcome<Arc<List<Partner>>> {
        let list = self.partners.list(contract);
        let (client, limits, owner) = (self.client.clone(), call.clone(), contract.to_owned());
        list.load(|| async move {
            let mut partners = client.partners(&limits, &owner).await?.items;
            for partner in &mut partners {
                // The list is asked for by contract; an answer may leave the field out.
                partner.contract_id.get_or_insert_with(|| owner.clone());
            }
            Ok(keyed(partners, |partner| &partner.id))
        })
        .await?;
        Ok(list)
    }
}

fn keyed<T>(items: Vec<T>, id: impl Fn(&T) -> &String) -> Vec<(String, T)> {
    items.into_iter().map(|item| (id(&item).clone(), item)).collect()
}
