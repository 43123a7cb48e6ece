//! What a plan of a partner comes to.

use tf_provider::value::Value;

use super::messages::{self, moved, overdraft_is_fixed, protected, warn_of_twins};
use super::{PartnerResource, PartnerState, TYPE};
use crate::amount;
use crate::api::Call;
use crate::check::Source;
use crate::contract;
use crate::diagnostics::{Notes, Problem, Result};
use crate::ledger::Growth;
use crate::session::{Session, reading};
use crate::walk::config_key;

impl PartnerResource {
    pub(super) async fn plan_create(
        &self,
        mut planned: PartnerState,
        config: &PartnerState,
        notes: &mut Notes,
    ) -> Result<PartnerState> {
        (planned.id, planned.details) = (Value::Unknown, Value::Unknown);
        let Some(session) = self.0.ready() else {
            notes.warn(
                self.0.missing().and("The allocation is checked when the partner is applied, before it is written."),
            );
            if planned.contract_id.is_null() {
                planned.contract_id = Value::Unknown;
            }
            return Ok(planned);
        };
        let call = reading();
        if config.contract_id.is_null() {
            planned.contract_id = Value::Value(contract::only(&session, &call).await?.id);
        }
        let (name, bytes) = (planned.name.as_deref_option(), planned.bytes());
        let contract = planned.contract_id.as_deref_option();
        let replaced = session.walk().planned_without_prior(
            &config_key(TYPE, config),
            contract,
            name.unwrap_or_default(),
            bytes.unwrap_or_default(),
        );
        if replaced.as_ref().is_some_and(|known| known.protected) {
            return Err(protected(&planned.who()));
        }
        if let Some(bytes) = bytes {
            amount::check_new(bytes, notes)?;
        }
        if let Some(contract) = contract {
            let source = Source::Contract(contract.into());
            session.check.exists(&call, &source).await?;
            if let Some(bytes) = bytes {
                let prior = replaced.as_ref().map_or(0, |known| known.allocated);
                let growth = Growth::new(planned.who(), prior, bytes);
                if let Err(problem) = session.check.plan(&call, &source, &growth, bytes, notes).await {
                    return Err(messages::with_deposed(&session, &call, contract, name, problem).await);
                }
            }
            if let (Some(name), None) = (name, replaced) {
                warn_of_twins(&session, &call, contract, name, notes).await?;
            }
        }
        Ok(planned)
    }

    pub(super) async fn plan_update(
        &self,
        mut planned: PartnerState,
        prior: &PartnerState,
        config: &PartnerState,
        notes: &mut Notes,
    ) -> Result<PartnerState> {
        if prior.contract_id.is_null() {
            return Err(messages::not_read(prior.id()?));
        }
        let same_contract = |a: &Value<String>| match (a.as_deref_option(), prior.contract_id.as_deref_option()) {
            (Some(a), Some(b)) => a.eq_ignore_ascii_case(b),
            (_, None) | (None, _) => true,
        };
        if !same_contract(&config.contract_id) {
            return Err(moved(prior, config));
        }
        if !config.contract_id.is_unknown() {
            planned.contract_id = prior.contract_id.clone();
        }
        if let (Value::Value(wanted), Value::Value(is)) = (&planned.allow_overdraft, &prior.allow_overdraft)
            && wanted != is
        {
            return Err(overdraft_is_fixed(prior, *wanted));
        }
        let changed = planned.bytes().filter(|after| Some(*after) != prior.bytes());
        if let Some(after) = changed {
            amount::check_new(after, notes)?;
        }
        let Some(session) = self.0.ready() else { return Ok(planned) };
        self.withdraw(&session, prior, Some(config_key(TYPE, config)), notes).await?;
        if let (Some(after), Some(contract)) = (changed, prior.contract_id.as_deref_option()) {
            let call = reading();
            let now = allocated_now(&session, &call, prior, after).await?;
            let growth = Growth::new(planned.who(), now, after);
            session.check.plan(&call, &Source::Contract(contract.into()), &growth, after, notes).await?;
            session.check.resize(Source::Partner(prior.id()?.into()), after);
        }
        Ok(planned)
    }

    /// An object was planned with its prior state. If a creation of the same name was taken to replace it, it does not: what was not
    /// charged and warned of then is now.
    pub(super) async fn withdraw(
        &self,
        session: &Session,
        prior: &PartnerState,
        config: Option<Vec<u8>>,
        notes: &mut Notes,
    ) -> Result<()> {
        let withdrawn = session.walk().planned_with_prior(prior.id()?, config);
        if let (Some(withdrawn), Some(name)) = (withdrawn, prior.name.as_deref_option()) {
            let growth = Growth { who: format!("another partner \"{name}\""), bytes: withdrawn.growth };
            session
                .check
                .plan(&reading(), &Source::Contract(withdrawn.pool.clone()), &growth, withdrawn.amount, notes)
                .await?;
            warn_of_twins(session, &reading(), &withdrawn.pool, name, notes).await?;
        }
        Ok(())
    }
}

/// What a partner has allocated, in bytes, before it is changed to `after`. The state may be older than the service (`-refresh=false`, a
/// saved plan), and what the contract has left counts what is. The list that tells is the one that a refresh has read.
pub(super) async fn allocated_now(session: &Session, call: &Call, prior: &PartnerState, after: i64) -> Result<i64> {
    let (id, recorded) = (prior.id()?, prior.bytes().unwrap_or_default());
    if !session.check.is_on() {
        return Ok(recorded);
    }
    match session.inventory.partner(call, id, prior.contract_id.as_deref_option()).await {
        Ok(found) => Ok(found.and_then(|partner| partner.allocated).unwrap_or(recorded)),
        // What cannot be read must not keep anybody from freeing capacity.
        Err(_) if after < recorded => Ok(recorded),
        Err(error) => Err(Problem::api(format!("read {} ({id})", prior.who()), &error)
            .and("How much it grows cannot be told without it. Nothing was written for it.")),
    }
}
