//! What `terraform query` finds (Terraform 1.14 and later).

use async_trait::async_trait;
use serde::Deserialize;
use terraform_plugin_server::schema::{optional, schema};
use terraform_plugin_server::{ListItem, ListResource, ListSender};
use tf_provider::Diagnostics;
use tf_provider::schema::{AttributeType, Schema};
use tf_provider::value::Value;

use super::data_sources::sorted;
use super::state::{AccountState, identity};
use crate::api::{CallLimits, StorageAccount};
use crate::objects::list::{named, send};
use crate::session::ProviderHandle;
use crate::terraform::diagnostics::{Warnings, report};

/// `list "impossiblecloud_storage_account"`.
pub struct AccountList(pub ProviderHandle);

/// Its configuration.
#[derive(Debug, Deserialize)]
pub struct AccountListConfig {
    partner_id: Value<String>,
}

#[async_trait]
impl ListResource for AccountList {
    type Config<'a> = AccountListConfig;

    fn schema(&self, _: &mut Diagnostics) -> Option<Schema> {
        let partner =
            optional(AttributeType::String, "The id (UUID) of the partner. Leave it out with a channel partner's key.");
        Some(schema(
            "Finds the storage accounts of a partner, or with a channel partner's key its own.",
            [("partner_id", partner)],
        ))
    }

    async fn list<'a>(&self, diags: &mut Diagnostics, config: AccountListConfig, items: ListSender) -> Option<()> {
        let partner = config.partner_id.as_deref_option();
        let accounts = async { sorted(&*self.0.session()?, &CallLimits::for_read(), partner).await };
        let accounts = report(diags, Warnings::default(), accounts.await)?;
        let item = |account: &StorageAccount| {
            let pending = if account.pending_deleted_at.is_some() { ", deletion scheduled" } else { "" };
            Ok(ListItem::new(
                identity(partner, &account.id),
                format!("{}{pending}", named(&account.name, account.allocated)),
            )
            .with_resource(Some(AccountState::found(partner, account)?)))
        };
        send(diags, &items, accounts.iter().map(item)).await
    }
}
