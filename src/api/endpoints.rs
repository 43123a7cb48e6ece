//! All operations of the API, each once, and the five ways in which they ask.

use reqwest::Method;
use serde::Serialize;

use super::budget::MAX_LIST;
use super::decode::{self, DecodeError, ensure_not_contradicted};
use super::error::{CreateError, Error, ErrorKind};
use super::listing::{Listing, PagedReading};
use super::model::{AccountUsage, Answer, Contract, Member, Partner, Region, StorageAccount};
use super::requests::{NewMember, NewPartner, NewStorageAccount, PartnerChange, Request, Restoration, json};
use super::response::Received;
use super::{CallLimits, Client, mask};

/// Whose storage accounts: the key decides which of the two the service allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner<'a> {
    /// Those of a partner, with a distributor's key.
    Partner(&'a str),
    /// One's own, with a channel partner's key.
    Own,
}

/// What a read of one object found.
#[derive(Debug)]
pub enum Lookup<T> {
    Found(T),
    /// Somebody says that there is none, in these words; whether it is the service, and about the object, the caller
    /// has to judge.
    NotFound(Error),
}

impl<T> Lookup<T> {
    /// The object, whatever is said when there is none.
    pub fn found(self) -> Option<T> {
        match self {
            Lookup::Found(object) => Some(object),
            Lookup::NotFound(_) => None,
        }
    }
}

/// What became of a deletion.
#[derive(Debug)]
pub enum Deletion {
    /// The service says that it is done.
    Done,
    /// The service says something like it, and nothing against it: only a look can tell.
    Accepted,
    /// Somebody says that there is nothing to delete. `sent_before`: an earlier try of this very call may have deleted
    /// it.
    NotFound { sent_before: bool, error: Error },
}

/// What stands in the way of most deletions of partners.
const HAS_ACCOUNTS: &str = "A partner that still has storage accounts cannot be deleted. A deleted storage account \
                            stays for 30 days before it is gone.";

impl Client {
    /// All contracts of the distributor, in no order.
    pub async fn contracts(&self, call: &CallLimits) -> Result<Listing<Contract>, Error> {
        self.list(call, self.read("list contracts", &["contract", "list"])?, None).await
    }

    /// All partners in a contract, in no order.
    pub async fn partners(&self, call: &CallLimits, contract_id: &str) -> Result<Listing<Partner>, Error> {
        self.list(call, self.read("list partners", &["contract", contract_id, "partners"])?, None).await
    }

    pub async fn partner(&self, call: &CallLimits, id: &str) -> Result<Lookup<Partner>, Error> {
        self.look_up(call, self.read("read partner", &["partner", id])?, id).await
    }

    /// Creates a partner, in one try that counts.
    pub async fn create_partner(&self, call: &CallLimits, partner: &NewPartner) -> Result<Partner, CreateError> {
        self.create(call, "create partner", &["partner"], partner).await
    }

    /// Changes a partner; gives what it is now, if the service says it.
    pub async fn update_partner(
        &self,
        call: &CallLimits,
        id: &str,
        change: &PartnerChange,
    ) -> Result<Option<Partner>, Error> {
        let request = self.request("update partner", Method::PUT, &["partner", id], Some(json(change)))?;
        self.change(call, request, id).await
    }

    pub async fn delete_partner(&self, call: &CallLimits, id: &str) -> Result<Deletion, Error> {
        let request = self.request("delete partner", Method::DELETE, &["partner", id], None)?;
        self.delete(call, Request { on_refusal: HAS_ACCOUNTS, ..request }).await
    }

    /// All members of a partner, in no order.
    pub async fn members(&self, call: &CallLimits, partner_id: &str) -> Result<Listing<Member>, Error> {
        self.list(call, self.read("list members", &["partner", partner_id, "members"])?, None).await
    }

    /// Creates a member, in one try that counts.
    pub async fn create_member(
        &self,
        call: &CallLimits,
        partner_id: &str,
        member: &NewMember,
    ) -> Result<Member, CreateError> {
        mask::add(&member.password);
        self.create(call, "create member", &["partner", partner_id, "member"], member).await
    }

    pub async fn delete_member(&self, call: &CallLimits, partner_id: &str, id: &str) -> Result<Deletion, Error> {
        let path = ["partner", partner_id, "member", id];
        self.delete(call, self.request("delete member", Method::DELETE, &path, None)?).await
    }

    /// All storage accounts, in no order; those whose deletion is scheduled are among them.
    pub async fn storage_accounts(
        &self,
        call: &CallLimits,
        owner: Owner<'_>,
    ) -> Result<Listing<StorageAccount>, Error> {
        let path: &[&str] = match owner {
            Owner::Partner(partner) => &["partner", partner, "storage-accounts"],
            Owner::Own => &["storage-account", "list"],
        };
        self.list(call, self.read("list storage accounts", path)?, None).await
    }

    pub async fn storage_account(
        &self,
        call: &CallLimits,
        owner: Owner<'_>,
        id: &str,
    ) -> Result<Lookup<StorageAccount>, Error> {
        self.look_up(call, self.read("read storage account", &owner.account(id))?, id).await
    }

    /// Creates a storage account, in one try that counts.
    pub async fn create_storage_account(
        &self,
        call: &CallLimits,
        owner: Owner<'_>,
        account: &NewStorageAccount,
    ) -> Result<StorageAccount, CreateError> {
        mask::add(&account.password);
        let path: &[&str] = match owner {
            Owner::Partner(partner) => &["partner", partner, "storage-accounts"],
            Owner::Own => &["storage-account"],
        };
        self.create(call, "create storage account", path, account).await
    }

    /// Calls off the scheduled deletion of a storage account; gives what it is now, if the service says it.
    pub async fn restore_storage_account(
        &self,
        call: &CallLimits,
        owner: Owner<'_>,
        id: &str,
    ) -> Result<Option<StorageAccount>, Error> {
        let body = json(&Restoration { pending_deleted_at: None });
        let request = self.request("restore storage account", Method::PATCH, &owner.account(id), Some(body))?;
        self.change(call, request, id).await
    }

    /// Schedules the deletion of a storage account.
    pub async fn delete_storage_account(
        &self,
        call: &CallLimits,
        owner: Owner<'_>,
        id: &str,
    ) -> Result<Deletion, Error> {
        self.delete(call, self.request("delete storage account", Method::DELETE, &owner.account(id), None)?).await
    }

    /// What one storage account used from one day (`YYYY-MM-DD`) to another, both included.
    pub async fn account_usage(
        &self,
        call: &CallLimits,
        owner: Owner<'_>,
        id: &str,
        from: &str,
        to: &str,
    ) -> Result<AccountUsage, Error> {
        let path = [&owner.account(id)[..], &["usage"]].concat();
        let request = self.read("read usage", &path)?.between(from, to);
        let usage: AccountUsage = self.send(call, request, |answer| object(answer, None)).await?;
        Ok(AccountUsage { id: usage.id.or(Some(id.to_owned())), ..usage })
    }

    /// What all storage accounts used from one day (`YYYY-MM-DD`) to another, both included.
    pub async fn usage(
        &self,
        call: &CallLimits,
        owner: Owner<'_>,
        from: &str,
        to: &str,
    ) -> Result<Listing<AccountUsage>, Error> {
        let path: &[&str] = match owner {
            Owner::Partner(partner) => &["partner", partner, "usage"],
            Owner::Own => &["storage-accounts", "usage"],
        };
        self.list(call, self.read("read usage", path)?.between(from, to), None).await
    }

    /// All regions, in no order: the only list that the service wraps in an object.
    pub async fn regions(&self, call: &CallLimits) -> Result<Listing<Region>, Error> {
        self.list(call, self.read("list regions", &["integration", "regions", "list"])?, Some("regions")).await
    }

    fn read(&self, operation: &'static str, path: &[&str]) -> Result<Request, Error> {
        self.request(operation, Method::GET, path, None)
    }

    /// Reads a list to its end; `field` names it in an object that wraps it.
    async fn list<T: Answer>(
        &self,
        call: &CallLimits,
        mut request: Request,
        field: Option<&'static str>,
    ) -> Result<Listing<T>, Error> {
        request.limit = MAX_LIST;
        let path = request.url.to_string();
        let mut listing = Listing { proof: true, ..Listing::default() };
        let mut reading = PagedReading::new(request.url.clone(), field);
        loop {
            let page = self.send(call, request.clone(), |answer| reading.page(answer)).await?;
            let next = reading.add(&mut listing, page);
            let kept = self.0.budget.keep(&path, reading.cost());
            kept.map_err(|what| Error::unsent(request.operation, ErrorKind::TooLarge { what }))?;
            match next {
                Some(next) => request.url = next,
                None => return Ok(listing),
            }
        }
    }

    /// Reads one object.
    async fn look_up<T: Answer>(&self, call: &CallLimits, request: Request, id: &str) -> Result<Lookup<T>, Error> {
        match self.send(call, request, |answer| object(answer, Some(id))).await {
            Ok(object) => Ok(Lookup::Found(object)),
            Err(error) if error.is_not_found() => Ok(Lookup::NotFound(error)),
            Err(error) => Err(error),
        }
    }

    /// Creates something: a POST, which is not repeated when it may have had an effect.
    async fn create<T: Answer>(
        &self,
        call: &CallLimits,
        operation: &'static str,
        path: &[&str],
        body: &impl Serialize,
    ) -> Result<T, CreateError> {
        let request = self.request(operation, Method::POST, path, Some(json(body)))?;
        Ok(self.send(call, request, |answer| object(answer, None)).await?)
    }

    /// Changes something. That it was done is what counts: what it is now may be said, in part or not at all.
    async fn change<T: Answer>(&self, call: &CallLimits, request: Request, id: &str) -> Result<Option<T>, Error> {
        self.send(call, request, |answer| {
            ensure_no_page(answer)?;
            ensure_not_contradicted(&answer.body)?;
            match decode::text(&answer.body).and_then(decode::object) {
                Ok(object) => about(object, Some(id)).map(Some),
                Err(_) => Ok(None),
            }
        })
        .await
    }

    async fn delete(&self, call: &CallLimits, request: Request) -> Result<Deletion, Error> {
        let deleted = self.send(call, request, |answer| {
            ensure_no_page(answer)?;
            ensure_not_contradicted(&answer.body)?;
            Ok(if answer.status == 204 { Deletion::Done } else { Deletion::Accepted })
        });
        match deleted.await {
            Err(error) if error.is_not_found() => Ok(Deletion::NotFound { sent_before: error.sent_before(), error }),
            outcome => outcome,
        }
    }
}

impl<'a> Owner<'a> {
    /// The path of one account. Its nouns are plural and singular as the API has them.
    fn account(self, id: &'a str) -> Vec<&'a str> {
        match self {
            Owner::Partner(partner) => vec!["partner", partner, "storage-accounts", id],
            Owner::Own => vec!["storage-account", id],
        }
    }
}

/// Reads an answer that is one object, about `asked` when that is known.
fn object<T: Answer>(answer: &Received, asked: Option<&str>) -> Result<T, DecodeError> {
    about(decode::object(decode::text(&answer.body)?)?, asked)
}

fn about<T: Answer>(object: T, asked: Option<&str>) -> Result<T, DecodeError> {
    match (asked, object.id()) {
        (Some(asked), Some(id)) if !asked.eq_ignore_ascii_case(id) => {
            Err(DecodeError::Unreadable(format!("it is about {id}, and {asked} was asked for")))
        }
        _ => Ok(object),
    }
}

/// A page of a proxy that says something with success has done nothing.
fn ensure_no_page(answer: &Received) -> Result<(), DecodeError> {
    if answer.is_page() { Err(DecodeError::Unreadable("it is a web page".into())) } else { Ok(()) }
}
