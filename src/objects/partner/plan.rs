//! What a plan of a partner comes to.

use tf_provider::value::Value;

use super::cuts;
use super::leaving;
use super::messages;
use super::namesakes;
use super::state::PartnerState;
use crate::api::CallLimits;
use crate::capacity::{Asker, Increase, Source, allocation};
use crate::objects::contract;
use crate::objects::replacing::{self, Replaced};
use crate::service::replacements::Wish;
use crate::session::{ProviderHandle, Session};
use crate::terraform::diagnostics::{Result, Warnings};
use crate::terraform::resource::Planned;
use crate::terraform::trace::Trace;

/// Plans a partner without a prior state: a new one, or one that takes the place of another.
pub async fn create(
    handle: &ProviderHandle,
    mut planned: PartnerState,
    config: &PartnerState,
    trace: Option<&Trace>,
    warnings: &mut Warnings,
) -> Result<Planned<PartnerState>> {
    (planned.id, planned.details) = (Value::Unknown, Value::Unknown);
    let Some(session) = handle.ready() else {
        warnings
            .warn(handle.missing().and("The allocation is checked when the partner is applied, before it is written."));
        if planned.contract_id.is_null() {
            planned.contract_id = Value::Unknown;
        }
        return Ok(planned.into());
    };
    let limits = CallLimits::for_read();
    if config.contract_id.is_null() {
        planned.contract_id = Value::Value(contract::default_id(&session, &limits).await?);
    }
    if let Some(contract) = planned.contract_id.as_deref_option() {
        contract::ensure_id(&session, &limits, contract).await?;
    }
    let key = planned.contract_id.as_deref_option().and_then(|contract| planned.key(contract));
    if let Some(key) = &key {
        // Whoever waits for this list to be read goes on before a guess is made. A failure is told by those who need
        // the list.
        let _ = session.inventory.partners(&limits, &key.owner).await;
    }
    let replaced = Replaced::by(&session, key.as_ref(), trace).await;
    if let Replaced::Surely { id, observed } = &replaced {
        if observed.as_ref().is_some_and(|observed| observed.protected) {
            return Err(messages::protected(&planned.who()));
        }
        messages::ensure_no_accounts(&session, &limits, &planned.who(), id, warnings).await?;
    }
    if let Some(bytes) = planned.bytes() {
        allocation::check_new(bytes, warnings)?;
    }
    let Some(contract) = planned.contract_id.as_deref_option() else { return Ok(planned.into()) };
    let source = Source::Contract(contract.into());
    session.capacity.ensure_known(&limits, &source).await?;
    let left = match increase(&session, &limits, &planned, contract, &replaced).await? {
        Some(increase) => match session.capacity.plan(&limits, &source, &increase, warnings).await {
            Ok(left) => left,
            Err(refusal) => return Err(messages::with_deposed(&session, contract, &planned, refusal)),
        },
        None => None,
    };
    if let (Some(key), Replaced::Not) = (&key, &replaced) {
        namesakes::warn(&session, &limits, contract, key, warnings).await;
    }
    let if_it_stays = "it stays, applying makes a second one, and the capacity that it has is not freed: this plan \
                       does not count that";
    replaced.warn_of_a_guess(&planned.who(), if_it_stays, warnings);
    let trace = match &replaced {
        Replaced::Surely { id, .. } => Trace::planned(id, left),
        Replaced::Perhaps(_) | Replaced::Not => Trace::of_creation(left),
    };
    Ok(Planned::from(planned).leaving(trace))
}

/// What a partner without a prior state asks of its contract; nothing while that is not known.
async fn increase(
    session: &Session,
    limits: &CallLimits,
    planned: &PartnerState,
    contract: &str,
    replaced: &Replaced,
) -> Result<Option<Increase>> {
    let Some(to) = planned.bytes() else { return Ok(None) };
    let creation = || planned.key(contract).map(|key| Asker::Creation(key.name));
    let (asker, from) = match replaced {
        Replaced::Surely { id, observed } => {
            let recorded = observed.as_ref().map_or(0, |observed| observed.allocated);
            (Some(Asker::Object(id.clone())), allocated_now(session, limits, id, contract, recorded, to).await?)
        }
        Replaced::Perhaps(observed) => (creation(), observed.allocated),
        Replaced::Not => (creation(), 0),
    };
    // A name that is not known yet asks all the same.
    let asker = asker.unwrap_or_else(|| Asker::Creation(String::new()));
    Ok(Some(Increase { asker, who: planned.who(), from, to }))
}

/// Plans a change of a partner.
pub async fn update(
    handle: &ProviderHandle,
    mut planned: PartnerState,
    prior: &PartnerState,
    config: &PartnerState,
    warnings: &mut Warnings,
) -> Result<Planned<PartnerState>> {
    let id = prior.id()?;
    let Some(contract) = prior.contract_id.as_deref_option() else { return Err(messages::not_read(id)) };
    (planned.id, planned.details) = (prior.id.clone(), prior.details.clone());
    if let Some(wanted) = config.contract_id.as_deref_option().filter(|wanted| !wanted.eq_ignore_ascii_case(contract)) {
        if let Some(session) = handle.ready() {
            contract::ensure_id(&session, &CallLimits::for_read(), wanted).await?;
        }
        return Err(messages::moved_to_contract(prior, config));
    }
    if !config.contract_id.is_unknown() {
        planned.contract_id = prior.contract_id.clone();
    }
    if let (Value::Value(wanted), Value::Value(is)) = (&planned.allow_overdraft, &prior.allow_overdraft)
        && wanted != is
    {
        return Err(messages::overdraft_is_fixed(prior, *wanted));
    }
    let changed = planned.bytes().filter(|after| Some(*after) != prior.bytes());
    if let Some(after) = changed {
        allocation::check_new(after, warnings)?;
    }
    let Some(session) = handle.ready() else { return Ok(planned.into()) };
    let limits = CallLimits::for_read();
    stays(&session, &limits, prior, warnings).await?;
    replacing::asks(&session, id, || prior.who(), planned.wish(), warnings);
    let mut left = None;
    if let Some(after) = planned.bytes() {
        let now = match changed {
            Some(after) => {
                let recorded = prior.bytes().unwrap_or_default();
                allocated_now(&session, &limits, id, contract, recorded, after).await?
            }
            None => after,
        };
        if after < now {
            cuts::warn(&session, &limits, prior, id, after, warnings).await;
        }
        let asker = Asker::Object(id.to_ascii_lowercase());
        let increase = Increase { asker, who: planned.who(), from: now, to: after };
        left = session.capacity.plan(&limits, &Source::Contract(contract.into()), &increase, warnings).await?;
        // What the configuration leaves alone is not what the state had of it: nothing will be written.
        if changed.is_some() {
            session.capacity.resize(Source::Partner(id.into()), after);
        }
    }
    Ok(Planned::from(planned).leaving(Trace::planned(id, left)))
}

/// Plans the deletion of a partner.
pub async fn destroy(handle: &ProviderHandle, prior: &PartnerState, warnings: &mut Warnings) -> Result<()> {
    if prior.protected() {
        return Err(messages::protected(&prior.who()));
    }
    if let (Some(session), Ok(id)) = (handle.ready(), prior.id()) {
        let limits = CallLimits::for_read();
        stays(&session, &limits, prior, warnings).await?;
        replacing::asks(&session, id, || prior.who(), Wish::Deletion, warnings);
        leaving::warn(&session, &limits, prior, id, warnings).await;
    }
    Ok(())
}

/// A partner is planned by itself. If a creation of the same name was taken to replace it, it does not: what was not
/// counted and warned of then is now.
async fn stays(session: &Session, limits: &CallLimits, prior: &PartnerState, warnings: &mut Warnings) -> Result<()> {
    let withdrawn = session.replacements().planned(prior.id()?);
    let Some(withdrawn) = withdrawn else { return Ok(()) };
    let (contract, credit) =
        (&withdrawn.creation.owner, withdrawn.instead.as_ref().map_or(0, |instead| instead.allocated));
    if withdrawn.instead.is_none() {
        namesakes::warn(session, limits, contract, &withdrawn.creation, warnings).await;
    }
    let asker = Asker::Creation(withdrawn.creation.name.clone());
    session.capacity.plan_again(limits, &Source::Contract(contract.clone()), &asker, credit, warnings).await
}

/// What a partner has allocated, in bytes, before it is changed to `after`. The state may be older than the service
/// (`-refresh=false`, a saved plan), and what the contract has left counts what is. The list that tells is the one that
/// a refresh has read.
pub async fn allocated_now(
    session: &Session,
    limits: &CallLimits,
    id: &str,
    contract: &str,
    recorded: i64,
    after: i64,
) -> Result<i64> {
    if !session.capacity.is_on() {
        return Ok(recorded);
    }
    match session.inventory.partner(limits, id, Some(contract)).await {
        Ok(found) => Ok(found.and_then(|partner| partner.allocated).unwrap_or(recorded)),
        // What cannot be read must not keep anybody from freeing capacity.
        Err(_) if after < recorded => Ok(recorded),
        Err(error) => Err(error
            .diagnostic("read", &format!("partner {id}"))
            .and("How much it grows cannot be told without it. Nothing was written for it.")),
    }
}
