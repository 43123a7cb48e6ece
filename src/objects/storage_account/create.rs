//! How a storage account is created, and found again when the answer is lost.

use std::collections::HashSet;

use async_trait::async_trait;

use super::messages;
use super::state::TYPE;
use crate::api::{self, CallLimits, CreateError, NewStorageAccount, StorageAccount};
use crate::service::creation::Creation;
use crate::service::inventory::owner;
use crate::session::Session;

/// An account that is being created; a lost one is found by its address, name and amount.
pub(super) struct AccountCreation<'a> {
    pub(super) session: &'a Session,
    pub(super) partner: Option<&'a str>,
    pub(super) wanted: &'a NewStorageAccount,
    pub(super) before: HashSet<String>,
}

#[async_trait]
impl Creation for AccountCreation<'_> {
    type Object = StorageAccount;

    fn describe(&self) -> String {
        format!("storage account \"{}\"", self.wanted.name)
    }

    fn content(&self) -> String {
        format!("account {} {}", self.partner.unwrap_or_default(), self.wanted.contact_email.to_ascii_lowercase())
    }

    async fn send(&self, call: &CallLimits) -> std::result::Result<StorageAccount, CreateError> {
        self.session.client.create_storage_account(call, owner(self.partner), self.wanted).await
    }

    async fn look(&self, call: &CallLimits) -> std::result::Result<Vec<StorageAccount>, api::Error> {
        Ok(self.session.client.storage_accounts(call, owner(self.partner)).await?.items)
    }

    fn before(&self) -> &HashSet<String> {
        &self.before
    }

    fn id<'a>(&self, object: &'a StorageAccount) -> &'a str {
        &object.id
    }

    fn fits(&self, object: &StorageAccount) -> bool {
        let same_email =
            object.contact_email.as_deref().is_some_and(|email| email.eq_ignore_ascii_case(&self.wanted.contact_email));
        let same_name = object.name.as_deref().is_some_and(|name| name.trim() == self.wanted.name.trim());
        same_email && same_name && object.allocated == Some(self.wanted.allocated_capacity)
    }

    fn import_id(&self, id: &str) -> String {
        messages::import_id(self.partner, id)
    }

    fn resource_type(&self) -> &'static str {
        TYPE
    }
}
