//! What `terraform query` finds (Terraform 1.14 and later).

use async_trait::async_trait;
use serde::Deserialize;
use terraform_plugin_server::schema::{required, schema};
use terraform_plugin_server::{ListItem, ListResource, ListSender};
use tf_provider::Diagnostics;
use tf_provider::schema::{AttributeType, Schema};
use tf_provider::value::Value;

use super::data_sources::list;
use super::state::{MemberState, identity};
use crate::api::{CallLimits, Member, Outside};
use crate::objects::list::send;
use crate::session::ProviderHandle;
use crate::terraform::diagnostics::{Warnings, report};
use crate::terraform::values::text;

/// `list "impossiblecloud_partner_member"`.
pub struct MemberList(pub ProviderHandle);

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
        Some(schema("Finds the members of a partner.", [("partner_id", partner)]))
    }

    async fn list<'a>(&self, diags: &mut Diagnostics, config: MemberListConfig, items: ListSender) -> Option<()> {
        let partner = text(&config.partner_id);
        let members = async { list(&*self.0.session()?, &CallLimits::for_read(), partner).await };
        let members = report(diags, Warnings::default(), members.await)?;
        let item = |member: &Member| {
            let role = member.role.as_deref().unwrap_or("role not known");
            let shown = member.email.as_deref().unwrap_or(&member.id);
            Ok(ListItem::new(identity(partner, &member.id), format!("{}, {}", Outside::new(shown), Outside::new(role)))
                .with_resource(Some(MemberState::found(partner, member))))
        };
        send(diags, &items, members.iter().map(item)).await
    }
}
