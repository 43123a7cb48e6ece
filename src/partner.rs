//! Partners: the distributor's customers, each with a share of its contract or pay-per-use.

mod creation;
mod data;
mod messages;
mod plan;
mod state;

use async_trait::async_trait;
use terraform_plugin_server::{Identity, IdentityAttribute, IdentitySchema, Source as MovedFrom};
use tf_provider::schema::Schema;
use tf_provider::value::Value;

use self::creation::PartnerCreation;
pub(crate) use self::data::list;
pub use self::data::{PartnerDataSource, PartnersDataSource};
use self::messages::{not_an_id, protected, validate_name, warn_if_different};
pub use self::state::PartnerState;
use crate::amount::{self, MAY_NOT_BE_SURE};
use crate::api::{NewPartner, PartnerChange};
use crate::capacity;
use crate::check::Source;
use crate::contract;
use crate::diagnostics::{Notes, Problem, Result};
use crate::ids;
use crate::ledger::Growth;
use crate::resource::{Change, ManagedResource, Planned};
use crate::session::{Handle, reading, within};
use crate::timeouts;
use crate::values::or_false;
use crate::walk::config_key;

/// The resource type.
pub const TYPE: &str = "impossiblecloud_partner";

/// `impossiblecloud_partner`.
pub struct PartnerResource(pub Handle);

#[async_trait]
impl ManagedResource for PartnerResource {
    type State = PartnerState;

    fn schema(&self) -> Schema {
        state::schema()
    }

    async fn validate(&self, config: PartnerState, _: &mut Notes) -> Result<()> {
        if let Some(session) = self.0.ready() {
            session.walk().validated(config_key(TYPE, &config));
        }
        amount::validate(&config.allocated_storage)?;
        timeouts::validate(&config.timeouts)?;
        match config.name.as_deref_option() {
            Some(name) => validate_name(name),
            None => Ok(()),
        }
    }

    async fn read(&self, state: PartnerState, notes: &mut Notes) -> Result<Option<PartnerState>> {
        let Some(session) = self.0.ready() else {
            notes.warn(self.0.missing().and("The partner was not refreshed: the state is taken as it is."));
            return Ok(Some(state));
        };
        let id = state.id()?.to_owned();
        let found = session.inventory.partner(&reading(), &id, state.contract_id.as_deref_option()).await;
        match found.map_err(|error| Problem::api(format!("read {} ({id})", state.who()), &error))? {
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

    async fn plan(&self, change: Change<PartnerState>, notes: &mut Notes) -> Result<Planned<PartnerState>> {
        let Change { prior, proposed, config } = change;
        let mut planned = proposed;
        planned.allow_overdraft = or_false(&config.allow_overdraft);
        planned.deletion_protection = or_false(&config.deletion_protection);
        planned.allocation = match &planned.allocated_storage {
            Value::Unknown => Value::Unknown,
            _ => planned.bytes().map(capacity::allocation).into(),
        };
        let planned = match prior {
            None => self.plan_create(planned, &config, notes).await?,
            Some(prior) => self.plan_update(planned, &prior, &config, notes).await?,
        };
        Ok(planned.into())
    }

    async fn plan_destroy(&self, prior: PartnerState, notes: &mut Notes) -> Result<()> {
        if let Some(session) = self.0.ready() {
            self.withdraw(&session, &prior, None, notes).await?;
        }
        if prior.protected() { Err(protected(&prior.who())) } else { Ok(()) }
    }

    async fn create(&self, planned: PartnerState, _: PartnerState, notes: &mut Notes) -> Result<PartnerState> {
        let session = self.0.session()?;
        let call = within(timeouts::create(&planned.timeouts)?);
        let contract = match planned.contract_id.as_ref_option() {
            Some(contract) => contract.clone(),
            None => contract::only(&session, &call).await?.id,
        };
        let bytes = planned.bytes().ok_or_else(amount::unknown)?;
        let before = session.inventory.partner_ids(&call, &contract).await;
        let before = before.map_err(|error| {
            Problem::api(format!("look up the partners of contract {contract}"), &error).and("Nothing was written.")
        })?;
        let growth = Growth::new(planned.who(), 0, bytes);
        let source = Source::Contract(contract.clone());
        let grant = session.check.grant(&call, &source, &growth).await?;
        let wanted = NewPartner {
            name: planned.name.clone().unwrap_or_default(),
            contract_id: contract.clone(),
            allocated_capacity: bytes,
            allow_overdraft: planned.allow_overdraft.unwrap_or_default(),
        };
        let creation = PartnerCreation { session: &session, wanted: &wanted, before };
        let partner = match session.creations.create(&creation, &call, session.max_resends, notes).await {
            Ok(partner) => partner,
            Err(failure) => {
                grant.settle(!failure.may_exist);
                return Err(failure.problem);
            }
        };
        grant.settle(false);
        session.inventory.put_partner(&contract, partner.clone());
        warn_if_different(&wanted, &partner, notes);
        Ok(PartnerState {
            id: Value::Value(partner.id),
            details: Value::Value(partner.details.unwrap_or_default()),
            contract_id: Value::Value(contract),
            ..planned
        })
    }

    async fn update(&self, prior: PartnerState, planned: PartnerState, notes: &mut Notes) -> Result<PartnerState> {
        let change = PartnerChange {
            name: planned.name.as_ref_option().filter(|_| planned.name != prior.name).cloned(),
            allocated_capacity: planned.bytes().filter(|_| planned.bytes() != prior.bytes()),
        };
        if change.name.is_none() && change.allocated_capacity.is_none() {
            return Ok(planned);
        }
        let session = self.0.session()?;
        let call = within(timeouts::update(&planned.timeouts)?);
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
            session.check.open_for_a_cut(&call, &source).await;
        }
        let grant = session.check.grant(&call, &source, &Growth::new(planned.who(), before, after)).await?;
        let doing = format!("update {} ({id})", prior.who());
        match session.client.update_partner(&call, &id, &change).await {
            Ok(partner) => {
                grant.settle(false);
                session.check.give_back(&source, before.saturating_sub(after));
                if change.allocated_capacity.is_some() {
                    session.check.resize(Source::Partner(id), after);
                }
                let asked = NewPartner {
                    name: planned.name.clone().unwrap_or_default(),
                    contract_id: contract.into(),
                    allocated_capacity: after,
                    allow_overdraft: planned.allow_overdraft.unwrap_or_default(),
                };
                warn_if_different(&asked, &partner, notes);
                session.inventory.put_partner(contract, partner);
                Ok(planned)
            }
            Err(error) => {
                let sure = error.had_no_effect();
                grant.settle(sure);
                let problem = Problem::api(doing, &error);
                Err(if sure { problem } else { problem.and(MAY_NOT_BE_SURE) })
            }
        }
    }

    async fn destroy(&self, prior: PartnerState, _: &mut Notes) -> Result<()> {
        if prior.protected() {
            return Err(protected(&prior.who()));
        }
        let session = self.0.session()?;
        let call = within(timeouts::delete(&prior.timeouts)?);
        let id = prior.id()?;
        let bytes = session.inventory.known_partner(id).and_then(|partner| partner.allocated).or(prior.bytes());
        let source = prior.contract_id.as_ref_option().map(|contract| Source::Contract(contract.clone()));
        if let Some(source) = &source {
            session.check.open_for_a_cut(&call, source).await;
        }
        let deleted = session.client.delete_partner(&call, id).await;
        deleted.map_err(|error| Problem::api(format!("delete {} ({id})", prior.who()), &error))?;
        session.inventory.remove_partner(id);
        if let (Some(source), Some(bytes)) = (&source, bytes) {
            session.check.give_back(source, bytes);
        }
        Ok(())
    }

    async fn import(&self, id: String, _: &mut Notes) -> Result<PartnerState> {
        let session = self.0.session()?;
        let id = id.trim();
        if !ids::is_uuid(id) {
            return Err(not_an_id(&session, id).await);
        }
        let found = session.inventory.partner(&reading(), id, None).await;
        match found.map_err(|error| Problem::api(format!("import partner {id}"), &error))? {
            Some(partner) => {
                let state = PartnerState::unread(id).refreshed(&partner)?;
                self.observe(&state);
                Ok(state)
            }
            None => Err(Problem::new(
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
        let id = ids::moved(&source, "partner")?;
        Ok(id.map(|id| PartnerState::unread(&id)))
    }

    fn observe(&self, state: &PartnerState) {
        if let (Some(session), Some(known)) = (self.0.ready(), state.known()) {
            session.walk().seen(known);
        }
    }
}

/// The identity of a partner.
pub(crate) fn identity(id: &str) -> Identity {
    Identity::from([("id", id)])
}
