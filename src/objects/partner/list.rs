//! What `terraform query` finds (Terraform 1.14 and later).

use async_trait::async_trait;
use serde::Deserialize;
use terraform_plugin_server::schema::{optional, schema};
use terraform_plugin_server::{ListItem, ListResource, ListSender};
use tf_provider::Diagnostics;
use tf_provider::schema::{AttributeType, Schema};
use tf_provider::value::Value;

use super::data_sources::all;
use super::state::{PartnerState, identity};
use crate::api::{CallLimits, Partner};
use crate::objects::list::{named, send};
use crate::session::ProviderHandle;
use crate::terraform::diagnostics::{Warnings, report};

/// `list "impossiblecloud_partner"`.
pub struct PartnerList(pub ProviderHandle);

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
        Some(schema("Finds the partners of a contract, or of all.", [("contract_id", contract)]))
    }

    async fn list<'a>(&self, diags: &mut Diagnostics, config: PartnerListConfig, items: ListSender) -> Option<()> {
        let partners = async {
            let session = self.0.session()?;
            all(&session, &CallLimits::for_read(), config.contract_id.as_deref_option()).await
        };
        let partners = report(diags, Warnings::default(), partners.await)?;
        let item = |partner: &Partner| {
            Ok(ListItem::new(identity(&partner.id), named(&partner.name, partner.allocated))
                .with_resource(Some(PartnerState::found(partner)?)))
        };
        send(diags, &items, partners.iter().map(item)).await
    }
}
