//! All operations of the API, each once.

use reqwest::Method;

use super::error::{CreateError, Error};
use super::kind::ErrorKind;
use super::model::{AccountUsage, Answer, Contract, Member, Partner, Region, Regions, StorageAccount};
use super::requests::{NewMember, NewPartner, NewStorageAccount, PartnerChange, restoration};
use super::{CallLimits, Client};

/// Whose storage accounts: the key decides which of the two the service allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner<'a> {
    /// Those of a partner, with a distributor's key.
    Partner(&'a str),
    /// One's own, with a channel partner's key.
    Own,
}

impl Client {
    /// All contracts of the distributor, in no order.
    pub async fn contracts(&self, call: &CallLimits) -> Result<Vec<Contract>, Error> {
        self.get(call, "list contracts", &["contract", "list"], &[]).await
    }

    /// All partners in a contract, in no order.
    pub async fn partners(&self, call: &CallLimits, contract_id: &str) -> Result<Vec<Partner>, Error> {
        self.get(call, "list partners", &["contract", contract_id, "partners"], &[]).await
    }

    /// One partner; `None` when the service says that there is none.
    pub async fn partner(&self, call: &CallLimits, id: &str) -> Result<Option<Partner>, Error> {
        found(self.get(call, "read partner", &["partner", id], &[]).await)
    }

    /// Creates a partner, in one try that counts.
    pub async fn create_partner(&self, call: &CallLimits, partner: &NewPartner) -> Result<Partner, CreateError> {
        self.create(call, "create partner", &["partner"], partner.body()).await
    }

    /// Changes a partner.
    pub async fn update_partner(&self, call: &CallLimits, id: &str, change: &PartnerChange) -> Result<Partner, Error> {
        self.change(call, "update partner", Method::PUT, &["partner", id], change.body()).await
    }

    /// Deletes a partner; one that is not there is deleted.
    pub async fn delete_partner(&self, call: &CallLimits, id: &str) -> Result<(), Error> {
        self.delete(call, "delete partner", &["partner", id]).await
    }

    /// All members of a partner, in no order.
    pub async fn members(&self, call: &CallLimits, partner_id: &str) -> Result<Vec<Member>, Error> {
        self.get(call, "list members", &["partner", partner_id, "members"], &[]).await
    }

    /// Creates a member, in one try that counts.
    pub async fn create_member(
        &self,
        call: &CallLimits,
        partner_id: &str,
        member: &NewMember,
    ) -> Result<Member, CreateError> {
        self.mask().add(&member.password);
        self.create(call, "create member", &["partner", partner_id, "member"], member.body()).await
    }

    /// Deletes a member; one that is not there is deleted.
    pub async fn delete_member(&self, call: &CallLimits, partner_id: &str, id: &str) -> Result<(), Error> {
        self.delete(call, "delete member", &["partner", partner_id, "member", id]).await
    }

    /// All storage accounts, in no order; those whose deletion is scheduled are among them.
    pub async fn storage_accounts(&self, call: &CallLimits, owner: Owner<'_>) -> Result<Vec<StorageAccount>, Error> {
        let path: &[&str] = match owner {
            Owner::Partner(partner) => &["partner", partner, "storage-accounts"],
            Owner::Own => &["storage-account", "list"],
        };
        self.get(call, "list storage accounts", path, &[]).await
    }

    /// One storage account; `None` when the service says that there is none.
    pub async fn storage_account(
        &self,
        call: &CallLimits,
        owner: Owner<'_>,
        id: &str,
    ) -> Result<Option<StorageAccount>, Error> {
        found(self.get(call, "read storage account", &owner.account(id), &[]).await)
    }

    /// Creates a storage account, in one try that counts.
    pub async fn create_storage_account(
        &self,
        call: &CallLimits,
        owner: Owner<'_>,
        account: &NewStorageAccount,
    ) -> Result<StorageAccount, CreateError> {
        self.mask().add(&account.password);
        let path: &[&str] = match owner {
            Owner::Partner(partner) => &["partner", partner, "storage-accounts"],
            Owner::Own => &["storage-account"],
        };
        self.create(call, "create storage account", path, account.body()).await
    }

    /// Calls off the scheduled deletion of a storage account.
    pub async fn restore_storage_account(
        &self,
        call: &CallLimits,
        owner: Owner<'_>,
        id: &str,
    ) -> Result<StorageAccount, Error> {
        self.change(call, "restore storage account", Method::PATCH, &owner.account(id), restoration()).await
    }

    /// Schedules the deletion of a storage account; one that is not there is deleted.
    pub async fn delete_storage_account(&self, call: &CallLimits, owner: Owner<'_>, id: &str) -> Result<(), Error> {
        self.delete(call, "delete storage account", &owner.account(id)).await
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
        let usage: AccountUsage = self.get(call, "read usage", &path, &[("from", from), ("to", to)]).await?;
        Ok(AccountUsage { id: usage.id.or(Some(id.to_owned())), ..usage })
    }

    /// What all storage accounts used from one day (`YYYY-MM-DD`) to another, both included.
    pub async fn usage(
        &self,
        call: &CallLimits,
        owner: Owner<'_>,
        from: &str,
        to: &str,
    ) -> Result<Vec<AccountUsage>, Error> {
        let path: &[&str] = match owner {
            Owner::Partner(partner) => &["partner", partner, "usage"],
            Owner::Own => &["storage-accounts", "usage"],
        };
        self.get(call, "read usage", path, &[("from", from), ("to", to)]).await
    }

    /// All regions, in no order.
    pub async fn regions(&self, call: &CallLimits) -> Result<Vec<Region>, Error> {
        let Regions(regions) = self.get(call, "list regions", &["integration", "regions", "list"], &[]).await?;
        Ok(regions)
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

/// A read that was answered "not found" has its answer.
fn found<T: Answer>(result: Result<T, Error>) -> Result<Option<T>, Error> {
    match result {
        Ok(object) => Ok(Some(object)),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}
