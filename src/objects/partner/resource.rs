//! Partners: the distributor's customers, each with a share of its contract or pay-per-use.

use async_trait::async_trait;
use terraform_plugin_server::{Identity, IdentityAttribute, IdentitySchema, Source as MovedFrom};
use tf_provider::schema::Schema;
use tf_provider::value::Value;

use super::create::PartnerCreation;
use super::messages::{not_an_id, protected, validate_name, warn_if_different};
use super::plan;
use super::state::{self, PartnerState, TYPE, identity};
use crate::api::{CallLimits, Lookup, NewPartner, PartnerChange};
use crate::capacity::Increase;
use crate::capacity::Source;
use crate::capacity::allocation::{self, MAY_NOT_BE_SURE};
use crate::capacity::bytes;
use crate::objects::contract;
use crate::session::ProviderHandle;
use crate::terraform::diagnostics::{Diagnostic, Result, Warnings};
use crate::terraform::resource::{Change, ManagedResource, Planned};
use crate::terraform::timeouts;
use crate::terraform::values::or_false;
use crate::terraform::{import_id, moved};
use crate::walk::config_key;

/// `impossiblecloud_partner`.
pub struct PartnerResource(pub ProviderHandle);

#[async_trait]
impl ManagedResource for PartnerResource {
    type State = PartnerState;

    fn schema(&self) -> Schema {
        state::schema()
    }

    async fn validate(&self, config: PartnerState, _: &mut Warnings) -> Result<()> {
        if let Some(session) = self.0.ready() {
            session.walk().validated(config_key(TYPE, &config));
        }
        allocation::validate(&config.allocated_storage)?;
        timeouts::validate(&config.timeouts)?;
        match config.name.as_deref_option() {
            Some(name) => validate_name(name),
            None => Ok(()),
        }
    }

    async fn read(&self, state: PartnerState, warnings: &mut Warnings) -> Result<Option<PartnerState>> {
        let Some(session) = self.0.ready() else {
            warnings.warn(self.0.missing().and("The partner was not refreshed: the state is taken as it is."));
            return Ok(Some(state));
        };
        let id = state.id()?.to_owned();
        let found = session.inventory.partner(&CallLimits::for_read(), &id, state.contract_id.as_deref_option()).await;
        match found.map_err(|error| Diagnostic::api(format!("read {} ({id})", state.who()), &error))? {
            Some(partner) => {
                let state = state.refreshed(&partner)?;
                self.observe(&state);
                Ok(Some(state))
            }
            None => {
                session.walk().gone(&id);
                Ok(None)
            }
        }
    }

    async fn plan(&self, change: Change<PartnerState>, warnings: &mut Warnings) -> Result<Planned<PartnerState>> {
        let Change { prior, proposed, config } = change;
        let mut planned = proposed;
        planned.allow_overdraft = or_false(&config.allow_overdraft);
        planned.deletion_protection = or_false(&config.deletion_protection);
        planned.allocation = match &planned.allocated_storage {
            Value::Unknown => Value::Unknown,
            _ => planned.bytes().map(bytes::allocation).into(),
        };
        let planned = match prior {
            None => self.plan_create(planned, &config, warnings).await?,
            Some(prior) => self.plan_update(planned, &prior, &config, warnings).await?,
        };
        Ok(planned.into())
    }

    async fn plan_destroy(&self, prior: PartnerState, warnings: &mut Warnings) -> Result<()> {
        if let Some(session) = self.0.ready() {
            self.withdraw(&session, &prior, None, warnings).await?;
        }
        if prior.protected() { Err(protected(&prior.who())) } else { Ok(()) }
    }

    async fn create(&self, planned: PartnerState, _: PartnerState, warnings: &mut Warnings) -> Result<PartnerState> {
        let session = self.0.session()?;
        let call = CallLimits::for_operation(timeouts::create(&planned.timeouts)?);
        let contract = match planned.contract_id.as_ref_option() {
            Some(contract) => contract.clone(),
            None => contract::only(&session, &call).await?.id,
        };
        let bytes = planned.bytes().ok_or_else(allocation::unknown)?;
        let before = session.inventory.partner_ids(&call, &contract).await;
        let before = before.map_err(|error| {
            Diagnostic::api(format!("look up the partners of contract {contract}"), &error).and("Nothing was written.")
        })?;
        let increase = Increase::new(planned.who(), 0, bytes);
        let source = Source::Contract(contract.clone());
        let grant = session.capacity.grant(&call, &source, &increase).await?;
        let wanted = NewPartner {
            name: planned.name.clone().unwrap_or_default(),
            contract_id: contract.clone(),
            allocated_capacity: bytes,
            allow_overdraft: planned.allow_overdraft.unwrap_or_default(),
        };
        let creation = PartnerCreation { session: &session, wanted: &wanted, before };
        let partner = match session.creations.create(&creation, &call, session.settings.max_retries, warnings).await {
            Ok(partner) => partner,
            Err(failure) => {
                if failure.may_exist {
                    grant.commit()
                } else {
                    grant.release()
                }
                return Err(failure.problem);
            }
        };
        grant.commit();
        session.inventory.put_partner(&contract, partner.clone());
        warn_if_different(&wanted, &partner, warnings);
        Ok(PartnerState {
            id: Value::Value(partner.id),
            details: Value::Value(partner.details.unwrap_or_default()),
            contract_id: Value::Value(contract),
            ..planned
        })
    }

    async fn update(
        &self,
        prior: PartnerState,
        planned: PartnerState,
        warnings: &mut Warnings,
    ) -> Result<PartnerState> {
        let change = PartnerChange {
            name: planned.name.as_ref_option().filter(|_| planned.name != prior.name).cloned(),
            allocated_capacity: planned.bytes().filter(|_| planned.bytes() != prior.bytes()),
        };
        if change.name.is_none() && change.allocated_capacity.is_none() {
            return Ok(planned);
        }
        let session = self.0.session()?;
        let call = CallLimits::for_operation(timeouts::update(&planned.timeouts)?);
        let id = prior.id()?.to_owned();
        let contract = prior.contract_id.as_deref_option().unwrap_or_default();
        let after = planned.bytes().unwrap_or_default();
        // Another name alone asks for nothing.
        let before = match change.allocated_capacity {
            Some(after) => plan::allocated_now(&session, &call, &prior, after).await?,
            None => after,
        };
        let source = Source::Contract(contract.into());
        if after < before {
            session.capacity.open_for_a_cut(&call, &source).await;
        }
        let grant = session.capacity.grant(&call, &source, &Increase::new(planned.who(), before, after)).await?;
        let doing = format!("update {} ({id})", prior.who());
        match session.client.update_partner(&call, &id, &change).await {
            Ok(partner) => {
                grant.commit();
                session.capacity.give_back(&source, before.saturating_sub(after));
                if change.allocated_capacity.is_some() {
                    session.capacity.resize(Source::Partner(id.clone()), after);
                }
                let asked = NewPartner {
                    name: planned.name.clone().unwrap_or_default(),
                    contract_id: contract.into(),
                    allocated_capacity: after,
                    allow_overdraft: planned.allow_overdraft.unwrap_or_default(),
                };
                let partner = match partner {
                    Some(partner) => Some(partner),
                    None => session.client.partner(&call, &id).await.ok().and_then(Lookup::found),
                };
                if let Some(partner) = partner {
                    warn_if_different(&asked, &partner, warnings);
                    session.inventory.put_partner(contract, partner);
                }
                Ok(planned)
            }
            Err(error) => {
                let sure = error.had_no_effect();
                if sure {
                    grant.release()
                } else {
                    grant.commit()
                }
                let problem = Diagnostic::api(doing, &error);
                Err(if sure { problem } else { problem.and(MAY_NOT_BE_SURE) })
            }
        }
    }

    async fn destroy(&self, prior: PartnerState, _: &mut Warnings) -> Result<()> {
        if prior.protected() {
            return Err(protected(&prior.who()));
        }
        let session = self.0.session()?;
        let call = CallLimits::for_operation(timeouts::delete(&prior.timeouts)?);
        let id = prior.id()?;
        let bytes = session.inventory.known_partner(id).and_then(|partner| partner.allocated).or(prior.bytes());
        let source = prior.contract_id.as_ref_option().map(|contract| Source::Contract(contract.clone()));
        if let Some(source) = &source {
            session.capacity.open_for_a_cut(&call, source).await;
        }
        let deleted = session.client.delete_partner(&call, id).await;
        deleted.map_err(|error| Diagnostic::api(format!("delete {} ({id})", prior.who()), &error))?;
        session.inventory.remove_partner(id);
        if let (Some(source), Some(bytes)) = (&source, bytes) {
            session.capacity.give_back(source, bytes);
        }
        Ok(())
    }

    async fn import(&self, id: String, _: &mut Warnings) -> Result<PartnerState> {
        let session = self.0.session()?;
        let id = id.trim();
        if !import_id::is_uuid(id) {
            return Err(not_an_id(&session, id).await);
        }
        let found = session.inventory.partner(&CallLimits::for_read(), id, None).await;
        match found.map_err(|error| Diagnostic::api(format!("import partner {id}"), &error))? {
            Some(partner) => {
                let state = PartnerState::unread(id).refreshed(&partner)?;
                self.observe(&state);
                Ok(state)
            }
            None => Err(Diagnostic::new(
                format!("There is no partner {id}"),
                "The service knows no partner of that id under this API key. The ids are in data.impossiblecloud_partners, and in the console in \
                 the address of the partner's page.",
            )),
        }
    }

    fn identity_schema(&self) -> IdentitySchema {
        let id = IdentityAttribute::required("id", "The partner's id (UUID).");
        IdentitySchema { version: 0, attributes: vec![id] }
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
        if let (Some(session), Some(known)) = (self.0.ready(), state.known()) {
            session.walk().seen(known);
        }
    }
}
