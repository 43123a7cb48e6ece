//! What a plan of a partner comes to.

use tf_provider::value::Value;

use super::messages::{self, moved_to_contract, overdraft_is_fixed, protected, warn_of_twins};
use super::resource::PartnerResource;
use super::state::{PartnerState, TYPE};
use crate::api::CallLimits;
use crate::capacity::Increase;
use crate::capacity::Source;
use crate::capacity::allocation;
use crate::objects::contract;
use crate::session::Session;
use crate::terraform::diagnostics::{Diagnostic, Result, Warnings};
use crate::walk::config_key;

impl PartnerResource {
    pub(super) async fn plan_create(
        &self,
        mut planned: PartnerState,
        config: &PartnerState,
        warnings: &mut Warnings,
    ) -> Result<PartnerState> {
        (planned.id, planned.details) = (Value::Unknown, Value::Unknown);
        let Some(session) = self.0.ready() else {
            warnings.warn(
                self.0.missing().and("The allocation is checked when the partner is applied, before it is written."),
            );
            if planned.contract_id.is_null() {
                planned.contract_id = Value::Unknown;
            }
            return Ok(planned);
        };
        let call = CallLimits::for_read();
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
            allocation::check_new(bytes, warnings)?;
        }
        if let Some(contract) = contract {
            let source = Source::Contract(contract.into());
            session.capacity.exists(&call, &source).await?;
            if let Some(bytes) = bytes {
                let prior = replaced.as_ref().map_or(0, |known| known.allocated);
                let increase = Increase::new(planned.who(), prior, bytes);
                if let Err(problem) = session.capacity.plan(&call, &source, &increase, bytes, warnings).await {
                    return Err(messages::with_deposed(&session, &call, contract, name, problem).await);
                }
            }
            if let (Some(name), None) = (name, replaced) {
                warn_of_twins(&session, &call, contract, name, warnings).await?;
            }
        }
        Ok(planned)
    }

    pub(super) async fn plan_update(
        &self,
        mut planned: PartnerState,
        prior: &PartnerState,
        config: &PartnerState,
        warnings: &mut Warnings,
    ) -> Result<PartnerState> {
        if prior.contract_id.is_null() {
            return Err(messages::not_read(prior.id()?));
        }
        let same_contract = |a: &Value<String>| match (a.as_deref_option(), prior.contract_id.as_deref_option()) {
            (Some(a), Some(b)) => a.eq_ignore_ascii_case(b),
            (_, None) | (None, _) => true,
        };
        if !same_contract(&config.contract_id) {
            return Err(moved_to_contract(prior, config));
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
            allocation::check_new(after, warnings)?;
        }
        let Some(session) = self.0.ready() else { return Ok(planned) };
        self.withdraw(&session, prior, Some(config_key(TYPE, config)), warnings).await?;
        if let (Some(after), Some(contract)) = (changed, prior.contract_id.as_deref_option()) {
            let call = CallLimits::for_read();
            let now = allocated_now(&session, &call, prior, after).await?;
            let increase = Increase::new(planned.who(), now, after);
            session.capacity.plan(&call, &Source::Contract(contract.into()), &increase, after, warnings).await?;
            session.capacity.resize(Source::Partner(prior.id()?.into()), after);
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
        warnings: &mut Warnings,
    ) -> Result<()> {
        let withdrawn = session.walk().planned_with_prior(prior.id()?, config);
        if let (Some(withdrawn), Some(name)) = (withdrawn, prior.name.as_deref_option()) {
            let increase = Increase { who: format!("another partner \"{name}\""), bytes: withdrawn.increase };
            session
                .capacity
                .plan(
                    &CallLimits::for_read(),
                    &Source::Contract(withdrawn.pool.clone()),
                    &increase,
                    withdrawn.amount,
                    warnings,
                )
                .await?;
            warn_of_twins(session, &CallLimits::for_read(), &withdrawn.pool, name, warnings).await?;
        }
        Ok(())
    }
}

/// What a partner has allocated, in bytes, before it is changed to `after`. The state may be older than the service (`-refresh=false`, a
/// saved plan), and what the contract has left counts what is. The list that tells is the one that a refresh has read.
pub(super) async fn allocated_now(
    session: &Session,
    call: &CallLimits,
    prior: &PartnerState,
    after: i64,
) -> Result<i64> {
    let (id, recorded) = (prior.id()?, prior.bytes().unwrap_or_default());
    if !session.capacity.is_on() {
        return Ok(recorded);
    }
    match session.inventory.partner(call, id, prior.contract_id.as_deref_option()).await {
        Ok(found) => Ok(found.and_then(|partner| partner.allocated).unwrap_or(recorded)),
        // What cannot be read must not keep anybody from freeing capacity.
        Err(_) if after < recorded => Ok(recorded),
        Err(error) => Err(Diagnostic::api(format!("read {} ({id})", prior.who()), &error)
            .and("How much it grows cannot be told without it. Nothing was written for it.")),
    }
}
