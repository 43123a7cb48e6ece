//! How a partner is created, and found again when the answer is lost.

use std::collections::HashSet;

use async_trait::async_trait;

use super::state::TYPE;
use crate::api::{self, CallLimits, CreateError, NewPartner, Partner};
use crate::service::creation::Creation;
use crate::session::Session;

/// A partner that is being created.
pub(super) struct PartnerCreation<'a> {
    pub(super) session: &'a Session,
    pub(super) wanted: &'a NewPartner,
    pub(super) before: HashSet<String>,
}

#[async_trait]
impl Creation for PartnerCreation<'_> {
    type Object = Partner;

    fn describe(&self) -> String {
        format!("partner \"{}\"", self.wanted.name)
    }

    fn content(&self) -> String {
        let NewPartner { name, contract_id, allocated_capacity, allow_overdraft } = self.wanted;
        format!("partner {contract_id} {allocated_capacity} {allow_overdraft} {name}")
    }

    async fn send(&self, call: &CallLimits) -> std::result::Result<Partner, CreateError> {
        self.session.client.create_partner(call, self.wanted).await
    }

    async fn look(&self, call: &CallLimits) -> std::result::Result<Vec<Partner>, api::Error> {
        Ok(self.session.client.partners(call, &self.wanted.contract_id).await?.items)
    }

    fn before(&self) -> &HashSet<String> {
        &self.before
    }

    fn id<'a>(&self, object: &'a Partner) -> &'a str {
        &object.id
    }

    fn fits(&self, object: &Partner) -> bool {
        let same_name = object.name.as_deref().is_some_and(|name| name.trim() == self.wanted.name);
        let same_overdraft = object.allow_overdraft.is_none_or(|overdraft| overdraft == self.wanted.allow_overdraft);
        same_name && same_overdraft && object.allocated == Some(self.wanted.allocated_capacity)
    }

    fn import_id(&self, id: &str) -> String {
        id.to_owned()
    }

    fn resource_type(&self) -> &'static str {
        TYPE
    }
}
