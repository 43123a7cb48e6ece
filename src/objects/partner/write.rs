//! How a partner is created, changed and deleted. No write precedes the capacity check.

use std::collections::HashSet;
use std::sync::Arc;

use async_trait::async_trait;
use tf_provider::value::Value;
use tokio::time::Instant;

use super::leaving;
use super::messages;
use super::plan::allocated_now;
use super::state::{PartnerState, TYPE};
use crate::api::{CallLimits, CreateError, Error, NewPartner, Partner, PartnerChange};
use crate::capacity::{Asker, Increase, Source, allocation, bytes};
use crate::objects::contract;
use crate::service::creation::Creation;
use crate::service::deletion::ensure_deleted;
use crate::service::{Keyed, Wanted};
use crate::session::Session;
use crate::terraform::diagnostics::{Diagnostic, Result, Warnings};
use crate::terraform::resource::Created;
use crate::terraform::timeouts;
use crate::terraform::trace::Trace;
use crate::terraform::values::{folded, same_text};

/// A partner that is being created.
struct PartnerCreation<'a> {
    session: &'a Session,
    new: &'a NewPartner,
}

#[async_trait]
impl Creation for PartnerCreation<'_> {
    type Object = Partner;

    async fn send(&self, limits: &CallLimits) -> std::result::Result<Partner, CreateError> {
        self.session.client.create_partner(limits, self.new).await
    }

    async fn look(&self, limits: &CallLimits, since: Instant) -> std::result::Result<Vec<Partner>, Arc<Error>> {
        Ok(self.session.inventory.load_partners(limits, &self.new.contract_id, Some(since)).await?.all())
    }

    fn fits(&self, partner: &Partner) -> bool {
        is_like(partner, &self.new.name, self.new.allocated_capacity, self.new.allow_overdraft)
    }
}

/// Whether a partner has the content of a creation.
pub fn is_like(partner: &Partner, name: &str, bytes: i64, overdraft: bool) -> bool {
    partner.name.as_deref().is_some_and(|own| same_text(own, name))
        && partner.allow_overdraft.is_none_or(|own| own == overdraft)
        && partner.allocated.is_some_and(|own| own == bytes || bytes::is_rounding_of(own, bytes))
}

/// Creates a partner.
pub async fn create(
    session: &Session,
    planned: PartnerState,
    trace: Option<&Trace>,
    warnings: &mut Warnings,
) -> Result<Created<PartnerState>> {
    let limits = CallLimits::for_operation(timeouts::create(&planned.timeouts)?);
    let contract = match planned.contract_id.as_ref_option() {
        Some(contract) => contract.to_ascii_lowercase(),
        None => contract::default_id(session, &limits).await?,
    };
    let bytes = planned.bytes().ok_or_else(allocation::unknown)?;
    // Nothing is waited for or written before it is known that the partners can be looked up.
    partners_before(session, &limits, &contract, None).await?;
    let source = Source::Contract(contract.clone());
    let taken = session.capacity.take(&limits, &source, &wish(&planned, bytes, trace), left(trace), true).await?;
    let limits = limits.with_at_least(session.settings.request_timeout);
    // What came while it was waited for is not ours.
    let before = match partners_before(session, &limits, &contract, taken.waited().then(Instant::now)).await {
        Ok(before) => before,
        Err(error) => {
            taken.release();
            return Err(error);
        }
    };
    let new = NewPartner {
        name: planned.name.clone().unwrap_or_default(),
        contract_id: contract.clone(),
        allocated_capacity: bytes,
        allow_overdraft: planned.allow_overdraft.unwrap_or_default(),
    };
    let wanted = Wanted {
        resource_type: TYPE,
        who: planned.who(),
        // Whatever `is_like` takes for the same content has to be equal here.
        content: format!("partner {contract} {}", folded(&new.name)),
        import_prefix: String::new(),
        before,
    };
    let creation = PartnerCreation { session, new: &new };
    let made = match session.creations.create(&creation, &wanted, &limits, warnings).await {
        Ok(made) => made,
        Err(failure) => {
            if failure.may_exist {
                taken.keep()
            } else {
                taken.release()
            }
            return Err(failure.diagnostic);
        }
    };
    taken.commit();
    session.inventory.wrote();
    messages::warn_if_different(&new, &made.object, warnings);
    let partner = as_asked(made.object, &new);
    session.inventory.put_partner(&contract, partner.clone());
    let state = PartnerState {
        id: Value::Value(partner.id),
        details: Value::Value(partner.details.unwrap_or_default()),
        contract_id: Value::Value(planned.contract_id.as_ref_option().cloned().unwrap_or(contract)),
        ..planned
    };
    Ok(Created { state, sent_again: made.sent_again })
}

/// What an answer leaves out is what was asked for.
fn as_asked(partner: Partner, asked: &NewPartner) -> Partner {
    Partner {
        name: partner.name.or_else(|| Some(asked.name.clone())),
        contract_id: partner.contract_id.or_else(|| Some(asked.contract_id.clone())),
        allocated: partner.allocated.or(Some(asked.allocated_capacity)),
        allow_overdraft: partner.allow_overdraft.or(Some(asked.allow_overdraft)),
        ..partner
    }
}

/// What the creation of a partner asks of its contract, told by what its plan was told by.
fn wish(planned: &PartnerState, bytes: i64, trace: Option<&Trace>) -> Increase {
    let contract = planned.contract_id.as_deref_option().unwrap_or_default();
    let asker = match trace.and_then(Trace::object) {
        Some(id) => Asker::Object(id),
        None => Asker::Creation(planned.key(contract).map(|key| key.name).unwrap_or_default()),
    };
    Increase { asker, who: planned.who(), from: 0, to: bytes }
}

/// What was left when a write was planned.
fn left(trace: Option<&Trace>) -> Option<i64> {
    trace.and_then(Trace::left)
}

/// The ids of a contract's partners before anything is sent.
async fn partners_before(
    session: &Session,
    limits: &CallLimits,
    contract: &str,
    since: Option<Instant>,
) -> Result<HashSet<String>> {
    let partners = session.inventory.fresh_partners(limits, contract, since).await;
    let partners = partners.map_err(|error| {
        Diagnostic::api(format!("look up the partners of contract {contract}"), &error).and("Nothing was written.")
    })?;
    Ok(partners.iter().map(Keyed::key).collect())
}

/// Changes a partner in place.
pub async fn update(
    session: &Session,
    prior: &PartnerState,
    planned: PartnerState,
    trace: Option<&Trace>,
    warnings: &mut Warnings,
) -> Result<PartnerState> {
    let change = PartnerChange {
        name: planned.name.as_ref_option().filter(|_| planned.name != prior.name).cloned(),
        allocated_capacity: planned.bytes().filter(|_| planned.bytes() != prior.bytes()),
    };
    let limits = CallLimits::for_operation(timeouts::update(&planned.timeouts)?);
    let id = prior.id()?.to_ascii_lowercase();
    let contract = prior.contract_id.as_deref_option().unwrap_or_default();
    let source = Source::Contract(contract.into());
    let after = planned.bytes().unwrap_or_default();
    // Another name alone asks for nothing.
    let before = match change.allocated_capacity {
        Some(after) => {
            let recorded = prior.bytes().unwrap_or_default();
            let now = allocated_now(session, &limits, &id, contract, recorded, after).await?;
            messages::ensure_still_there(session, prior, contract)?;
            now
        }
        None => after,
    };
    let taken = if after < before {
        session.capacity.cut(&limits, &source, &id, before.saturating_sub(after)).await
    } else {
        let increase = Increase { asker: Asker::Object(id.clone()), who: planned.who(), from: before, to: after };
        session.capacity.take(&limits, &source, &increase, left(trace), true).await?
    };
    let limits = limits.with_at_least(session.settings.request_timeout);
    let written = session.client.update_partner(&limits, &id, &change).await;
    let answered = match written {
        Ok(answered) => answered,
        Err(error) => {
            let sure = error.had_no_effect();
            if sure {
                taken.release()
            } else {
                taken.keep()
            }
            let diagnostic = Diagnostic::api(format!("update {} ({id})", prior.who()), &error);
            return Err(if sure { diagnostic } else { diagnostic.and(allocation::MAY_NOT_BE_SURE) });
        }
    };
    taken.commit();
    session.inventory.wrote();
    session.replacements().applied(&id);
    if change.allocated_capacity.is_some() {
        session.capacity.resize(Source::Partner(id.clone()), after);
    }
    let asked = NewPartner {
        name: planned.name.clone().unwrap_or_default(),
        contract_id: contract.into(),
        allocated_capacity: after,
        allow_overdraft: planned.allow_overdraft.unwrap_or_default(),
    };
    // An answer without a body says that it was done, and not what is: one read does.
    let partner = match answered {
        Some(partner) => Some(partner),
        None => session.client.partner(&limits, &id).await.ok().and_then(crate::api::Lookup::found),
    };
    match partner {
        Some(partner) => {
            messages::warn_if_different(&asked, &partner, warnings);
            session.inventory.put_partner(contract, as_asked(partner, &asked));
        }
        None => warnings.warn(messages::not_read_back(prior)),
    }
    Ok(planned)
}

/// Deletes a partner.
pub async fn destroy(session: &Session, prior: &PartnerState) -> Result<()> {
    if prior.protected() {
        return Err(messages::protected(&prior.who()));
    }
    let limits = CallLimits::for_operation(timeouts::delete(&prior.timeouts)?);
    let id = prior.id()?.to_ascii_lowercase();
    let contract = prior.contract_id.as_deref_option();
    let bytes = session.inventory.known_partner(&id).and_then(|partner| partner.allocated).or(prior.bytes());
    let source = Source::Contract(contract.unwrap_or_default().into());
    let taken = session.capacity.cut(&limits, &source, &id, bytes.unwrap_or_default()).await;
    let who = format!("{} ({id})", prior.who());
    let answer = session.client.delete_partner(&limits, &id).await;
    let refused = answer.as_ref().err().is_some_and(Error::had_no_effect);
    let look = |since| session.inventory.look_for_partner(&limits, contract.unwrap_or_default(), &id, since);
    match ensure_deleted(&limits, answer, "delete", &who, look, |()| false).await {
        Ok(_) => {
            taken.commit();
            session.inventory.wrote();
            session.inventory.remove_partner(&id);
            session.replacements().gone(&id);
            Ok(())
        }
        Err(diagnostic) if refused => {
            taken.release();
            Err(leaving::explain(session, &limits, &id, diagnostic).await)
        }
        Err(diagnostic) => {
            taken.keep();
            Err(diagnostic)
        }
    }
}
