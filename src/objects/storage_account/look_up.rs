//! `data.impossiblecloud_storage_account`.

use async_trait::async_trait;
use terraform_plugin_server::schema::{defaulted, optional, schema};
use tf_provider::schema::{AttributeType, Schema};

use super::data_sources::sorted;
use super::state::{AccountItem, item_attributes};
use crate::api::{CallLimits, Outside, StorageAccount};
use crate::objects::look_up::{allocation, called, table};
use crate::session::ProviderHandle;
use crate::terraform::data_source::ReadOnly;
use crate::terraform::diagnostics::{Diagnostic, Result, Warnings};
use crate::terraform::import_id;
use crate::terraform::values::text;

/// See the module.
pub struct StorageAccountDataSource(pub ProviderHandle);

#[async_trait]
impl ReadOnly for StorageAccountDataSource {
    type State = AccountItem;

    fn schema(&self) -> Schema {
        let mut attributes = item_attributes();
        let partner =
            "The id (UUID) of the partner that the account belongs to. Leave it out with a channel partner's key.";
        attributes.insert("partner_id".into(), optional(AttributeType::String, partner));
        for (name, description) in [
            ("id", "The account's id: 12 digits, kept as text. Give this or `name`."),
            (
                "name",
                "The account's name, shown as the company in the console. Give this or `id`; names may repeat, and \
                 then the id is needed.",
            ),
        ] {
            attributes.insert(name.into(), defaulted(AttributeType::String, description));
        }
        schema(
            "A storage account of a partner, or with a channel partner's key one of its own, by its `id` or `name`.",
            attributes,
        )
    }

    async fn validate(&self, config: AccountItem) -> Vec<Diagnostic> {
        let problem =
            |detail: &str| Some(Diagnostic::new("A storage account is looked up by id or by name", detail).at("name"));
        let look_up = match (config.id.is_null(), config.name.is_null()) {
            (true, true) => problem("Neither id nor name is set. Set one of them."),
            (false, false) => problem("Both id and name are set. Remove one of them: they could disagree."),
            _ => None,
        };
        look_up.into_iter().chain(import_id::check_uuid(&config.partner_id, "partner_id")).collect()
    }

    async fn read(&self, config: AccountItem, _: &mut Warnings) -> Result<AccountItem> {
        let session = self.0.session()?;
        let partner = config.partner_id.as_deref_option();
        let accounts = sorted(&session, &CallLimits::for_read(), partner).await?;
        let (found, none) = match config.id.as_deref_option() {
            Some(id) => {
                let found = accounts.iter().filter(|account| account.id.eq_ignore_ascii_case(id)).collect();
                (
                    found,
                    Diagnostic::new(
                        format!("There is no storage account {}", Outside::new(id)),
                        there(partner, &accounts),
                    )
                    .at("id"),
                )
            }
            None => {
                let name = text(&config.name);
                let none = Diagnostic::new(
                    format!("There is no storage account \"{}\"", Outside::new(name)),
                    there(partner, &accounts),
                );
                (called(&accounts, |account| account.name.as_deref(), name), none.at("name"))
            }
        };
        match &found[..] {
            [] => Err(none),
            [account] => Ok(AccountItem::new(partner, account)),
            [..] => Err(several(text(&config.name), &found)),
        }
    }
}

/// What there is in place of what was looked for.
fn there(partner: Option<&str>, accounts: &[StorageAccount]) -> String {
    let whose = partner.map_or("The channel partner of this API key".into(), |id| format!("Partner {id}"));
    if accounts.is_empty() {
        return format!("{whose} has no storage accounts at all.");
    }
    format!("{whose} has no such storage account. It has:\n\n{}", table(accounts.iter().map(line)))
}

fn several(name: &str, found: &[&StorageAccount]) -> Diagnostic {
    let detail = format!("Use the id of one of them:\n\n{}", table(found.iter().map(|account| line(account))));
    Diagnostic::new(format!("Several storage accounts are named \"{}\"", Outside::new(name)), detail).at("name")
}

fn line(account: &StorageAccount) -> String {
    let name = Outside::new(account.name.as_deref().unwrap_or_default());
    let pending = if account.pending_deleted_at.is_some() { ", deletion scheduled" } else { "" };
    format!("{}  \"{name}\", {}{pending}", Outside::new(&account.id), allocation(account.allocated))
}
