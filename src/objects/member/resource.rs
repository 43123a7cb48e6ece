//! `impossiblecloud_partner_member`, as Terraform asks for it.

use async_trait::async_trait;
use terraform_plugin_server::{Identity, IdentityAttribute, IdentitySchema};
use tf_provider::schema::Schema;

use super::messages;
use super::plan;
use super::state::{self, MemberState, identity};
use super::write;
use crate::api::CallLimits;
use crate::objects::address;
use crate::objects::password;
use crate::objects::replacing;
use crate::service::may_be_two;
use crate::session::ProviderHandle;
use crate::terraform::diagnostics::{Diagnostic, Result, Warnings};
use crate::terraform::import_id;
use crate::terraform::resource::{Change, Created, ManagedResource, Planned};
use crate::terraform::timeouts;
use crate::terraform::trace::Trace;
use crate::terraform::values::{same_text, text};

/// `impossiblecloud_partner_member`.
pub struct MemberResource(pub ProviderHandle);

#[async_trait]
impl ManagedResource for MemberResource {
    type State = MemberState;

    fn schema(&self) -> Schema {
        state::schema()
    }

    async fn validate(&self, config: MemberState) -> Vec<Diagnostic> {
        let partner = import_id::check_uuid(&config.partner_id, "partner_id");
        let email = address::check(&config.email, "email");
        let role = config.role.as_deref_option().and_then(messages::check_role);
        let mut wrong: Vec<_> = [partner, email, role].into_iter().flatten().collect();
        wrong.extend(config.passwords().check(password::MEMBER));
        wrong.extend(timeouts::check(&config.timeouts));
        wrong
    }

    async fn read(&self, state: MemberState, warnings: &mut Warnings) -> Result<Option<MemberState>> {
        let Some(session) = self.0.ready() else {
            warnings.warn(self.0.missing().and("The member was not refreshed: the state is taken as it is."));
            return Ok(Some(state));
        };
        let (partner, id) = (text(&state.partner_id), text(&state.id).to_owned());
        let found = session.inventory.member(&CallLimits::for_read(), partner, &id).await;
        match found.map_err(|error| error.diagnostic("read", &format!("{} ({id})", state.who())))? {
            Some(member) => {
                let state = state.refreshed(&member);
                replacing::observe_read(&session, state.observed());
                Ok(Some(state))
            }
            None => {
                session.replacements().gone(&id);
                Ok(None)
            }
        }
    }

    async fn plan(&self, change: Change<MemberState>, warnings: &mut Warnings) -> Result<Planned<MemberState>> {
        let Change { prior, trace, proposed, config } = change;
        match prior {
            None => plan::create(&self.0, proposed, &config, trace.as_ref(), warnings).await,
            Some(prior) => plan::update(&self.0, proposed, &prior, &config, warnings).await,
        }
    }

    async fn plan_destroy(&self, prior: MemberState, warnings: &mut Warnings) -> Result<()> {
        plan::destroy(&self.0, &prior, warnings).await;
        Ok(())
    }

    async fn create(
        &self,
        planned: MemberState,
        config: MemberState,
        _: Option<Trace>,
        warnings: &mut Warnings,
    ) -> Result<Created<MemberState>> {
        write::create(&*self.0.session()?, planned, &config, warnings).await
    }

    async fn look_for_twin(&self, state: &MemberState, warnings: &mut Warnings) {
        let Some(session) = self.0.ready() else { return };
        let members = session.inventory.members(&CallLimits::for_read(), text(&state.partner_id)).await;
        let same = |email: &Option<String>| email.as_deref().is_some_and(|email| same_text(email, text(&state.email)));
        for twin in members.unwrap_or_default() {
            if same(&twin.email) && !twin.id.eq_ignore_ascii_case(text(&state.id)) {
                warnings.warn(may_be_two(&state.who(), text(&state.id), &twin.id));
            }
        }
    }

    async fn update(
        &self,
        _: MemberState,
        planned: MemberState,
        _: Option<Trace>,
        _: &mut Warnings,
    ) -> Result<MemberState> {
        // Only a password that is recorded, or another spelling of the same, comes here: nothing that the API has.
        Ok(planned)
    }

    async fn destroy(&self, prior: MemberState, _: &mut Warnings) -> Result<()> {
        write::destroy(&*self.0.session()?, &prior).await
    }

    async fn import(&self, id: String, _: &mut Warnings) -> Result<MemberState> {
        let session = self.0.session()?;
        let (partner, member) = import_id::pair(&id, "member", "PARTNER/MEMBER")?;
        let found = session.inventory.member(&CallLimits::for_read(), partner, member).await;
        match found.map_err(|error| error.diagnostic("import", &format!("member {member}")))? {
            Some(found) => {
                let state = MemberState::found(partner, &found);
                self.observe(&state);
                Ok(state)
            }
            None => Err(messages::none(partner, member)),
        }
    }

    fn identity_schema(&self) -> IdentitySchema {
        IdentitySchema::new(
            0,
            vec![
                IdentityAttribute::required("partner_id", "The id (UUID) of the partner."),
                IdentityAttribute::required("id", "The member's id (UUID)."),
            ],
        )
    }

    fn identity(&self, state: &MemberState) -> Option<Identity> {
        Some(identity(state.partner_id.as_deref_option()?, state.id.as_deref_option()?))
    }

    fn import_id(&self, identity: &Identity) -> Result<String> {
        let part = |name| identity.text(name).unwrap_or_default();
        Ok(format!("{}/{}", part("partner_id"), part("id")))
    }

    fn write_only(&self) -> &'static [&'static str] {
        password::WRITE_ONLY
    }

    fn observe(&self, state: &MemberState) {
        replacing::observe(&self.0, state.observed());
    }
}
