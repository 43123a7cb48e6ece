//! `data.impossiblecloud_storage_accounts`.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use tf_provider::schema::{AttributeType, Schema};
use tf_provider::value::Value;

use super::state::{AccountItem, item_attributes};
use crate::api::{Call, StorageAccount};
use crate::diagnostics::{Notes, Result};
use crate::resource::ReadOnly;
use crate::schema::{Attributes, computed, optional, schema};
use crate::session::{Handle, Session, reading};

/// See the module.
pub struct StorageAccountsDataSource(pub Handle);

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

    async fn read(&self, config: AccountsState, _: &mut Notes) -> Result<AccountsState> {
        let session = self.0.session()?;
        let partner = config.partner_id.as_deref_option();
        let accounts = sorted(&session, &reading(), partner).await?;
        let items = accounts.iter().map(|account| AccountItem::new(partner, account)).collect();
        Ok(AccountsState { partner_id: config.partner_id.clone(), storage_accounts: Value::Value(items) })
    }
}

/// The accounts of an owner, by name, then id.
pub(crate) async fn sorted(session: &Session, call: &Call, partner: Option<&str>) -> Result<Vec<StorageAccount>> {
    let mut accounts = super::list(session, call, partner).await?;
    accounts.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
    Ok(accounts)
}
