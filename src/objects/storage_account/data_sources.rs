//! `data.impossiblecloud_storage_accounts`.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use tf_provider::schema::{AttributeType, Schema};
use tf_provider::value::Value;

use super::state::{AccountItem, item_attributes};
use crate::api::{CallLimits, StorageAccount};
use crate::session::{ProviderHandle, Session};
use crate::terraform::diagnostics::{Diagnostic, Result, Warnings};
use crate::terraform::resource::ReadOnly;
use crate::terraform::schema::{Attributes, computed, optional, schema};

/// See the module.
pub struct StorageAccountsDataSource(pub ProviderHandle);

/// All storage accounts of one owner.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AccountsState {
    partner_id: Value<String>,
    storage_accounts: Value<Vec<AccountItem>>,
}

#[async_trait]
impl ReadOnly for StorageAccountsDataSource {
    type State = AccountsState;

    fn schema(&self) -> Schema {
        let accounts = AttributeType::AttributeList(item_attributes());
        schema(
            "All storage accounts of a partner, or with a channel partner's key its own.",
            Attributes::from([
                (
                    "partner_id".into(),
                    optional(
                        AttributeType::String,
                        "The id (UUID) of the partner. Leave it out with a channel partner's key.",
                    ),
                ),
                (
                    "storage_accounts".into(),
                    computed(accounts, "The accounts, by name, then id, those whose deletion is scheduled included."),
                ),
            ]),
        )
    }

    async fn read(&self, config: AccountsState, _: &mut Warnings) -> Result<AccountsState> {
        let session = self.0.session()?;
        let partner = config.partner_id.as_deref_option();
        let accounts = sorted(&session, &CallLimits::for_read(), partner).await?;
        let items = accounts.iter().map(|account| AccountItem::new(partner, account)).collect();
        Ok(AccountsState { partner_id: config.partner_id.clone(), storage_accounts: Value::Value(items) })
    }
}

/// The accounts of an owner, by name, then id.
pub(crate) async fn sorted(session: &Session, call: &CallLimits, partner: Option<&str>) -> Result<Vec<StorageAccount>> {
    let mut accounts = list(session, call, partner).await?;
    accounts.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
    Ok(accounts)
}

/// One storage account; `None` when the service says that it, or its partner, is gone.
pub(super) async fn find(
    session: &Session,
    call: &CallLimits,
    partner: Option<&str>,
    id: &str,
) -> Result<Option<StorageAccount>> {
    let doing = || format!("read storage account {id}");
    match session.inventory.account(call, partner, id).await {
        Ok(found) => Ok(found),
        Err(error) if error.is_not_found() && partner.is_some() => {
            let owner = session.inventory.single_partner(call, partner.unwrap_or_default()).await;
            match owner.map_err(|error| Diagnostic::api(doing(), &error))? {
                None => Ok(None),
                Some(_) => Err(Diagnostic::api(doing(), &error)),
            }
        }
        Err(error) => Err(Diagnostic::api(doing(), &error)),
    }
}

/// All accounts of a partner, or a channel partner's own.
pub(super) async fn list(session: &Session, call: &CallLimits, partner: Option<&str>) -> Result<Vec<StorageAccount>> {
    let accounts = session.inventory.accounts(call, partner).await;
    accounts.map_err(|error| {
        let whose =
            partner.map_or("your own storage accounts".into(), |id| format!("the storage accounts of partner {id}"));
        Diagnostic::api(format!("list {whose}"), &error)
    })
}
