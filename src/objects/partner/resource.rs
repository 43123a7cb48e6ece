//! `impossiblecloud_partner`, as Terraform asks for it.

use async_trait::async_trait;
use terraform_plugin_server::{Identity, IdentityAttribute, IdentitySchema, Source as MovedFrom};
use tf_provider::schema::Schema;
use tf_provider::value::Value;

use super::messages::{self, not_an_id};
use super::plan;
use super::state::{self, PartnerState, identity};
use super::write;
use crate::api::CallLimits;
use crate::capacity::allocation;
use crate::capacity::bytes;
use crate::objects::contract;
use crate::objects::replacing;
use crate::service::may_be_two;
use crate::session::ProviderHandle;
use crate::terraform::diagnostics::{Diagnostic, Result, Warnings};
use crate::terraform::resource::{Change, Created, ManagedResource, Planned};
use crate::terraform::timeouts;
use crate::terraform::trace::Trace;
use crate::terraform::values::{or_false, text};
use crate::terraform::{import_id, moved};

/// `impossiblecloud_partner`.
pub struct PartnerResource(pub ProviderHandle);

#[async_trait]
impl ManagedResource for PartnerResource {
    type State = PartnerState;

    fn schema(&self) -> Schema {
        state::schema()
    }

    async fn validate(&self, config: PartnerState) -> Vec<Diagnostic> {
        let name = config.name.as_deref_option().and_then(messages::check_name);
        let contract = contract::check_id(&config.contract_id);
        let amount = allocation::check(&config.allocated_storage);
        [name, contract, amount].into_iter().flatten().chain(timeouts::check(&config.timeouts)).collect()
    }

    async fn read(&self, state: PartnerState, warnings: &mut Warnings) -> Result<Option<PartnerState>> {
        let Some(session) = self.0.ready() else {
            warnings.warn(self.0.missing().and("The partner was not refreshed: the state is taken as it is."));
            return Ok(Some(state));
        };
        let id = state.id()?.to_owned();
        let found = session.inventory.partner(&CallLimits::for_read(), &id, state.contract_id.as_deref_option()).await;
        match found.map_err(|error| error.diagnostic("read", &format!("{} ({id})", state.who())))? {
            Some(partner) => {
                let state = state.refreshed(&partner)?;
                session.inventory.put_home(&id, text(&state.contract_id));
                replacing::observe_read(&session, state.observed());
                Ok(Some(state))
            }
            None => {
                session.replacements().gone(&id);
                Ok(None)
            }
        }
    }

    async fn plan(&self, change: Change<PartnerState>, warnings: &mut Warnings) -> Result<Planned<PartnerState>> {
        let Change { prior, trace, proposed, config } = change;
        let mut planned = proposed;
        planned.allow_overdraft = or_false(&config.allow_overdraft);
        planned.deletion_protection = or_false(&config.deletion_protection);
        planned.allocation = match &planned.allocated_storage {
            Value::Unknown => Value::Unknown,
            _ => planned.bytes().map(bytes::allocation).into(),
        };
        match prior {
            None => plan::create(&self.0, planned, &config, trace.as_ref(), warnings).await,
            Some(prior) => plan::update(&self.0, planned, &prior, &config, warnings).await,
        }
    }

    async fn plan_destroy(&self, prior: PartnerState, warnings: &mut Warnings) -> Result<()> {
        plan::destroy(&self.0, &prior, warnings).await
    }

    async fn create(
        &self,
        planned: PartnerState,
        _: PartnerState,
        trace: Option<Trace>,
        warnings: &mut Warnings,
    ) -> Result<Created<PartnerState>> {
        write::create(&*self.0.session()?, planned, trace.as_ref(), warnings).await
    }

    async fn look_for_twin(&self, state: &PartnerState, warnings: &mut Warnings) {
        let (Some(session), Some(bytes)) = (self.0.ready(), state.bytes()) else { return };
        let (id, overdraft) = (text(&state.id), state.allow_overdraft.unwrap_or_default());
        let partners = session.inventory.partners(&CallLimits::for_read(), text(&state.contract_id)).await;
        for twin in partners.unwrap_or_default() {
            if write::is_like(&twin, text(&state.name), bytes, overdraft) && !twin.id.eq_ignore_ascii_case(id) {
                warnings.warn(may_be_two(&state.who(), id, &twin.id));
            }
        }
    }

    async fn update(
        &self,
        prior: PartnerState,
        planned: PartnerState,
        trace: Option<Trace>,
        warnings: &mut Warnings,
    ) -> Result<PartnerState> {
        if planned.name == prior.name && planned.bytes() == prior.bytes() {
            return Ok(planned);
        }
        write::update(&*self.0.session()?, &prior, planned, trace.as_ref(), warnings).await
    }

    async fn destroy(&self, prior: PartnerState, _: &mut Warnings) -> Result<()> {
        write::destroy(&*self.0.session()?, &prior).await
    }

    async fn import(&self, id: String, _: &mut Warnings) -> Result<PartnerState> {
        let session = self.0.session()?;
        let id = id.trim();
        if !import_id::is_uuid(id) {
            return Err(not_an_id(&session, id).await);
        }
        let found = session.inventory.partner(&CallLimits::for_read(), id, None).await;
        match found.map_err(|error| error.diagnostic("import", &format!("partner {id}")))? {
            Some(partner) => {
                let state = PartnerState::unread(id).refreshed(&partner)?;
                self.observe(&state);
                Ok(state)
            }
            None => Err(Diagnostic::new(
                format!("There is no partner {id}"),
                "The service knows no partner of that id under this API key. The ids are in \
                 data.impossiblecloud_partners, and in the console in the address of the partner's page.",
            )),
        }
    }

    fn identity_schema(&self) -> IdentitySchema {
        let id = IdentityAttribute::required("id", "The partner's id (UUID).");
        IdentitySchema::new(0, vec![id])
    }

    fn identity(&self, state: &PartnerState) -> Option<Identity> {
        state.id.as_deref_option().map(identity)
    }

    fn import_id(&self, identity: &Identity) -> Result<String> {
        Ok(identity.text("id").unwrap_or_default().to_owned())
    }

    fn moved(&self, source: MovedFrom) -> Result<Option<PartnerState>> {
        let id = moved::from(&source, "partner")?;
        Ok(id.map(|id| PartnerState::unread(&id)))
    }

    fn observe(&self, state: &PartnerState) {
        if let (Some(session), Some(id), Some(contract)) =
            (self.0.ready(), state.id.as_deref_option(), state.contract_id.as_deref_option())
        {
            session.inventory.put_home(id, contract);
        }
        replacing::observe(&self.0, state.observed());
    }
}
