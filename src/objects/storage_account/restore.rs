//! The action that undoes a scheduled deletion (Terraform 1.14 and later).

use async_trait::async_trait;
use serde::Deserialize;
use terraform_plugin_server::schema::{optional, required, schema};
use terraform_plugin_server::{Action, Progress};
use tf_provider::Diagnostics;
use tf_provider::schema::{AttributeType, Schema};
use tf_provider::value::Value;

use super::data_sources::find;
use super::messages;
use crate::api::{CallLimits, Lookup, Outside};
use crate::service::inventory::owner;
use crate::session::ProviderHandle;
use crate::terraform::diagnostics::{Diagnostic, Result, Warnings, report};
use crate::terraform::timeouts;
use crate::terraform::values::text;

/// `action "impossiblecloud_storage_account_restore"`.
pub struct RestoreAction(pub ProviderHandle);

/// Its configuration.
#[derive(Debug, Deserialize)]
pub struct RestoreConfig {
    storage_account_id: Value<String>,
    partner_id: Value<String>,
}

#[async_trait]
impl Action for RestoreAction {
    type Config<'a> = RestoreConfig;

    fn schema(&self, _: &mut Diagnostics) -> Option<Schema> {
        let partner =
            "The id (UUID) of the partner that the account belongs to. Leave it out with a channel partner's key.";
        Some(schema(
            "Undoes the scheduled deletion of a storage account, within the 30 days in which its data is kept.",
            [
                ("storage_account_id", required(AttributeType::String, "The account's id: 12 digits, as text.")),
                ("partner_id", optional(AttributeType::String, partner)),
            ],
        ))
    }

    async fn invoke<'a>(&self, diags: &mut Diagnostics, config: RestoreConfig, progress: Progress) -> Option<()> {
        let result = self.restore(&config, &progress).await;
        report(diags, Warnings::default(), result)
    }
}

impl RestoreAction {
    async fn restore(&self, config: &RestoreConfig, progress: &Progress) -> Result<()> {
        let session = self.0.session()?;
        let call = CallLimits::for_operation(timeouts::DEFAULT);
        let (partner, id) = (config.partner_id.as_deref_option(), text(&config.storage_account_id));
        let account = find(&session, &call, "restore", partner, id)
            .await?
            .ok_or_else(|| messages::none_to_restore(partner, id))?;
        let name = Outside::new(account.name.as_deref().unwrap_or_default());
        let Some(until) = account.pending_deleted_at.as_ref().map(Outside::new) else {
            progress.report(format!(
                "storage account \"{name}\" ({id}) is in use, and its deletion is not scheduled: nothing needed to be \
                 done"
            ));
            return Ok(());
        };
        progress.report(format!("storage account \"{name}\" ({id}) would be deleted ({until}); taking that back"));
        let restored = session.client.restore_storage_account(&call, owner(partner), id).await;
        // An answer without a body says that it was done, and not what is: one look does. So it does after an error:
        // the service may have done it before, or somebody else, and refuse to do it once more.
        let restored = match restored {
            Ok(Some(account)) => account,
            Err(error) => match session.client.storage_account(&call, owner(partner), id).await {
                Ok(Lookup::Found(now)) if now.pending_deleted_at.is_none() => now,
                _ => return Err(Diagnostic::api(format!("restore storage account \"{name}\" ({id})"), &error)),
            },
            Ok(None) => {
                let now = session.client.storage_account(&call, owner(partner), id).await;
                let now = now.map_err(|error| Diagnostic::api(format!("read storage account {id}"), &error))?;
                now.found().ok_or_else(|| messages::none_to_restore(partner, id))?
            }
        };
        if let Some(until) = restored.pending_deleted_at.as_ref().map(Outside::new) {
            return Err(Diagnostic::new(
                format!("The deletion of storage account \"{name}\" is still scheduled"),
                format!(
                    "The service took the request and still says {until}. Try again, or reactivate the account in the \
                     console."
                ),
            ));
        }
        session.inventory.put_account(partner, restored);
        progress.report(format!("storage account \"{name}\" ({id}) is in use again"));
        Ok(())
    }
}
