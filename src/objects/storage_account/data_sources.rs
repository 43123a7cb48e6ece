//! `data.impossiblecloud_storage_accounts`.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use terraform_plugin_server::schema::{computed, optional, schema};
use tf_provider::schema::{AttributeType, Schema};
use tf_provider::value::Value;
use tokio::time::Instant;

use super::messages;
use super::state::{AccountItem, item_attributes};
use crate::api::{CallLimits, Error, Partner, StorageAccount};
use crate::objects::partner;
use crate::objects::scope::{self, Scope};
use crate::service::gone::NotSeen;
use crate::session::{ProviderHandle, Session};
use crate::terraform::data_source::ReadOnly;
use crate::terraform::diagnostics::{Diagnostic, Result, Warnings};
use crate::terraform::values::text;

/// See the module.
pub struct StorageAccountsDataSource(pub ProviderHandle);

/// All storage accounts of one owner, or of all partners of a contract.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AccountsState {
    contract_id: Value<String>,
    partner_id: Value<String>,
    storage_accounts: Value<Vec<AccountItem>>,
}

#[async_trait]
impl ReadOnly for StorageAccountsDataSource {
    type State = AccountsState;

    fn schema(&self) -> Schema {
        let accounts = AttributeType::AttributeList(item_attributes());
        let id = |description| optional(AttributeType::String, description);
        schema(
            "All storage accounts of a partner, or of all partners of a contract, with one request for each; or with a \
             channel partner's key its own.",
            [
                ("partner_id", id("The id (UUID) of a partner. Leave it out with a channel partner's key.")),
                (
                    "contract_id",
                    id("The id (UUID) of a contract, in place of `partner_id`: all of its partners are meant. When \
                         both are left out, it is the provider's `contract_id`, or else all contracts."),
                ),
                (
                    "storage_accounts",
                    computed(accounts, "The accounts, by name, then id, those whose deletion is scheduled included."),
                ),
            ],
        )
    }

    async fn validate(&self, config: AccountsState) -> Vec<Diagnostic> {
        scope::check(&config.partner_id, &config.contract_id)
    }

    async fn read(&self, config: AccountsState, _: &mut Warnings) -> Result<AccountsState> {
        let (session, limits) = (self.0.session()?, CallLimits::for_read());
        let items = match (config.partner_id.as_deref_option(), config.contract_id.as_deref_option()) {
            (Some(partner), _) => items(Some(partner), sorted(&session, &limits, Some(partner)).await?),
            (None, Some(contract)) => {
                of_each(&session, &limits, partner::all(&session, &limits, Some(contract)).await?).await?
            }
            (None, None) => match Scope::left_out(&session, &limits).await? {
                Scope::Partners(partners) => of_each(&session, &limits, partners).await?,
                Scope::Own(why) => {
                    let own = sorted(&session, &limits, None).await;
                    items(None, own.map_err(|_| why)?)
                }
            },
        };
        Ok(AccountsState { storage_accounts: Value::Value(items), ..config })
    }
}

fn items(partner: Option<&str>, accounts: Vec<StorageAccount>) -> Vec<AccountItem> {
    accounts.iter().map(|account| AccountItem::new(partner, account)).collect()
}

/// The accounts of partners, by name, then id. A list that lacks those of one partner would pass for a whole one, so it
/// is none.
async fn of_each(session: &Session, limits: &CallLimits, partners: Vec<Partner>) -> Result<Vec<AccountItem>> {
    let lists = scope::each(partners, |partner| async move {
        Ok(items(Some(&partner.id), list(session, limits, Some(&partner.id)).await?))
    });
    let mut items: Vec<_> = lists.await?.into_iter().flatten().collect();
    items.sort_by(|a, b| text(&a.name).cmp(text(&b.name)).then_with(|| text(&a.id).cmp(text(&b.id))));
    Ok(items)
}

/// The accounts of an owner, by name, then id.
pub(crate) async fn sorted(session: &Session, call: &CallLimits, partner: Option<&str>) -> Result<Vec<StorageAccount>> {
    let mut accounts = list(session, call, partner).await?;
    accounts.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
    Ok(accounts)
}

/// One storage account; `None` when it is proved to be gone.
pub(super) async fn find(
    session: &Session,
    limits: &CallLimits,
    doing: &str,
    partner: Option<&str>,
    id: &str,
) -> Result<Option<StorageAccount>> {
    let found = session.inventory.account(limits, partner, id).await;
    found.map_err(|error| {
        let status = if let NotSeen::Failed(error) = &error { error.status() } else { None };
        messages::kind_of_key(error.diagnostic(doing, &format!("storage account {id}")), doing, partner, status)
    })
}

/// All accounts of a partner, or a channel partner's own.
pub(super) async fn list(session: &Session, limits: &CallLimits, partner: Option<&str>) -> Result<Vec<StorageAccount>> {
    session.inventory.accounts(limits, partner).await.map_err(|error| cannot_list(partner, &error))
}

/// The same, not older than what decides about creations may be, and from some moment on if one is given.
pub(super) async fn fresh_list(
    session: &Session,
    limits: &CallLimits,
    partner: Option<&str>,
    since: Option<Instant>,
) -> Result<Vec<StorageAccount>> {
    session.inventory.fresh_accounts(limits, partner, since).await.map_err(|error| cannot_list(partner, &error))
}

fn cannot_list(partner: Option<&str>, error: &Error) -> Diagnostic {
    let whose =
        partner.map_or("your own storage accounts".into(), |id| format!("the storage accounts of partner {id}"));
    messages::kind_of_key(Diagnostic::api(format!("list {whose}"), error), "list", partner, error.status())
}
