//! How a member is created, and found again when the answer is lost: an address belongs to one member.

use std::collections::HashSet;

use async_trait::async_trait;

use super::state::TYPE;
use crate::api::{self, CallLimits, CreateError, Member, NewMember};
use crate::service::creation::Creation;
use crate::session::Session;

/// A member that is being created; a lost one is found by its address.
pub(super) struct MemberCreation<'a> {
    pub(super) session: &'a Session,
    pub(super) partner: &'a str,
    pub(super) wanted: &'a NewMember,
    pub(super) before: HashSet<String>,
}

#[async_trait]
impl Creation for MemberCreation<'_> {
    type Object = Member;

    fn describe(&self) -> String {
        format!("member \"{}\"", self.wanted.email)
    }

    fn content(&self) -> String {
        format!("member {} {}", self.partner, self.wanted.email.to_ascii_lowercase())
    }

    async fn send(&self, call: &CallLimits) -> std::result::Result<Member, CreateError> {
        self.session.client.create_member(call, self.partner, self.wanted).await
    }

    async fn look(&self, call: &CallLimits) -> std::result::Result<Vec<Member>, api::Error> {
        Ok(self.session.client.members(call, self.partner).await?.items)
    }

    fn before(&self) -> &HashSet<String> {
        &self.before
    }

    fn id<'a>(&self, object: &'a Member) -> &'a str {
        &object.id
    }

    fn fits(&self, object: &Member) -> bool {
        object.email.as_deref().is_some_and(|email| email.eq_ignore_ascii_case(&self.wanted.email))
    }

    fn import_id(&self, id: &str) -> String {
        format!("{}/{id}", self.partner)
    }

    fn resource_type(&self) -> &'static str {
        TYPE
    }
}
