//! What `terraform query` finds (Terraform 1.14 and later): partners, members and storage accounts, out of the same lists that
//! refreshes use.

use async_trait::async_trait;
use serde::Deserialize;
use terraform_plugin_server::{ListItem, ListResource, ListSender};
use tf_provider::Diagnostics;
use tf_provider::schema::{AttributeType, Schema};
use tf_provider::value::Value;

use crate::api::{Member, Partner, StorageAccount};
use crate::capacity;
use crate::diagnostics::{Notes, Result, report};
use crate::member::{self, MemberState};
use crate::partner::{self, PartnerState};
use crate::schema::{Attributes, optional, required, schema};
use crate::session::{Handle, reading};
use crate::storage_account::{self, AccountState};
use crate::values::text;

/// `list "impossiblecloud_partner"`.
pub struct PartnerList(pub Handle);

/// Its configuration.
#[derive(Debug, Deserialize)]
pub struct PartnerListConfig {
    contract_id: Value<String>,
}

#[async_trait]
impl ListResource for PartnerList {
    type Config<'a> = PartnerListConfig;

    fn schema(&self, _: &mut Diagnostics) -> Option<Schema> {
        let contract =
            optional(AttributeType::String, "The id (UUID) of the contract. Left out, all contracts are meant.");
        Some(schema(
            "Finds the partners of a contract, or of all.",
            Attributes::from([("contract_id".into(), contract)]),
        ))
    }

    async fn list<'a>(&self, diags: &mut Diagnostics, config: PartnerListConfig, items: ListSender) -> Option<()> {
        let partners = async {
            let session = self.0.session()?;
            partner::list(&session, &reading(), config.contract_id.as_deref_option()).await
        };
        let partners = report(diags, Notes::default(), partners.await)?;
        let item = |partner: &Partner| {
            Ok(ListItem {
                identity: partner::identity(&partner.id),
                display_name: named(&partner.name, partner.allocated),
                resource: Some(PartnerState::found(partner)?),
            })
        };
        send(diags, &items, partners.iter().map(item)).await
    }
}

/// `list "impossiblecloud_partner_member"`.
pub struct MemberList(pub Handle);

/// Its configuration.
#[derive(Debug, Deserialize)]
pub struct MemberListConfig {
    partner_id: Value<String>,
}

#[async_trait]
impl ListResource for MemberList {
    type Config<'a> = MemberListConfig;

    fn schema(&self, _: &mut Diagnostics) -> Option<Schema> {
        let partner = required(AttributeType::String, "The id (UUID) of the partner.");
        Some(schema("Finds the members of a partner.", Attributes::from([("partner_id".into(), partner)])))
    }

    async fn list<'a>(&self, diags: &mut Diagnostics, config: MemberListConfig, items: ListSender) -> Option<()> {
        let partner = text(&config.partner_id);
        let members = async { member::list(&*self.0.session()?, &reading(), partner).await };
        let members = report(diags, Notes::default(), members.await)?;
        let item = |member: &Member| {
            let role = member.role.as_deref().unwrap_or("role not known");
            let shown = member.email.as_deref().unwrap_or(&member.id);
            Ok(ListItem {
                identity: member::identity(partner, &member.id),
                display_name: format!("{shown}, {role}"),
                resource: Some(MemberState::found(partner, member)),
            })
        };
        send(diags, &items, members.iter().map(item)).await
    }
}

/// `list "impossiblecloud_storage_account"`.
pub struct AccountList(pub Handle);

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
            Attributes::from([("partner_id".into(), partner)]),
        ))
    }

    async fn list<'a>(&self, diags: &mut Diagnostics, config: AccountListConfig, items: ListSender) -> Option<()> {
        let partner = config.partner_id.as_deref_option();
        let accounts = async { storage_account::sorted(&*self.0.session()?, &reading(), partner).await };
        let accounts = report(diags, Notes::default(), accounts.await)?;
        let item = |account: &StorageAccount| {
            let pending = if account.pending_deleted_at.is_some() { ", deletion scheduled" } else { "" };
            Ok(ListItem {
                identity: storage_account::identity(partner, &account.id),
                display_name: format!("{}{pending}", named(&account.name, account.allocated)),
                resource: Some(AccountState::found(partner, account)?),
            })
        };
        send(diags, &items, accounts.iter().map(item)).await
    }
}

/// `Acme GmbH, 5 TB`.
fn named(name: &Option<String>, allocated: Option<i64>) -> String {
    let allocation = allocated.map_or("allocation not known".into(), capacity::allocation);
    format!("{}, {allocation}", name.as_deref().unwrap_or("without a name"))
}

/// Sends what was found, at most as many as are wanted.
async fn send<S: serde::Serialize>(
    diags: &mut Diagnostics,
    items: &ListSender,
    found: impl Iterator<Item = Result<ListItem<S>>>,
) -> Option<()> {
    for item in found.take(items.limit().unwrap_or(usize::MAX)) {
        let item = report(diags, Notes::default(), item)?;
        if !items.send(item).await {
            break;
        }
    }
    Some(())
}
