//! What a plan of a storage account comes to. A replacement would schedule a customer's live data for deletion, so none
//! is ever planned.

use tf_provider::value::Value;

use super::data_sources::list;
use super::messages;
use super::state::AccountState;
use crate::api::{CallLimits, StorageAccount};
use crate::capacity::{Asker, Increase, Source, allocation, bytes};
use crate::objects::password::Difference;
use crate::objects::replacing::{self, Replaced};
use crate::service::replacements::Wish;
use crate::session::{ProviderHandle, Session};
use crate::terraform::diagnostics::{Diagnostic, Result, Warnings};
use crate::terraform::resource::Planned;
use crate::terraform::trace::Trace;
use crate::terraform::values::{folded, same_text, text};

/// Plans a storage account without a prior state.
pub async fn create(
    handle: &ProviderHandle,
    mut planned: AccountState,
    config: &AccountState,
    trace: Option<&Trace>,
    warnings: &mut Warnings,
) -> Result<Planned<AccountState>> {
    // What is created is not scheduled for deletion.
    (planned.id, planned.pending_deleted_at) = (Value::Unknown, Value::Null);
    config.passwords().ensure_given(&planned.who())?;
    if let Some(bytes) = planned.bytes() {
        allocation::check_new(bytes, warnings)?;
    }
    let Some(session) = handle.ready() else {
        warnings
            .warn(handle.missing().and("The allocation is checked when the account is applied, before it is written."));
        return Ok(planned.into());
    };
    let key = planned.key();
    let replaced = Replaced::by(&session, key.as_ref(), trace).await;
    if let Replaced::Surely { id, observed: Some(observed) } = &replaced
        && (planned.partner_id.is_unknown() || observed.protected)
    {
        return Err(messages::no_replacement(&planned.who(), id));
    }
    if planned.partner_id.is_unknown() {
        return Ok(planned.into());
    }
    let (limits, partner) = (CallLimits::for_read(), planned.partner_id.as_deref_option());
    match known_accounts(&session, &limits, &planned, partner, warnings).await? {
        Some(accounts) => ensure_address_is_free(&planned, &accounts, &replaced, warnings)?,
        None => return Ok(planned.into()),
    }
    if let (Replaced::Not, Some(key)) = (&replaced, &key)
        && session.replacements().plans(key)
    {
        warnings.warn(messages::planned_twice(&planned.who()));
    }
    let mut left = None;
    if let (Some(to), Some(id)) = (planned.bytes(), partner) {
        match reserved_from(&session, &limits, partner, to).await? {
            ReservedFrom::Partner(source) => {
                let asker = Asker::Creation(key.map(|key| key.name).unwrap_or_default());
                let increase = Increase { asker, who: planned.who(), from: 0, to };
                left = session.capacity.plan(&limits, &source, &increase, warnings).await?;
            }
            ReservedFrom::PayPerUse => warnings.warn(messages::nothing_to_reserve_from(&planned, id)),
            ReservedFrom::NotAsked => {}
        }
    }
    Ok(Planned::from(planned).leaving(Trace::of_creation(left)))
}

/// The accounts of the partner; nothing when the partner is not known, which is a warning: it may be one that does not
/// exist yet.
async fn known_accounts(
    session: &Session,
    limits: &CallLimits,
    planned: &AccountState,
    partner: Option<&str>,
    warnings: &mut Warnings,
) -> Result<Option<Vec<StorageAccount>>> {
    match session.inventory.accounts(limits, partner).await {
        Ok(accounts) => Ok(Some(accounts)),
        Err(error) if partner.is_some() && matches!(error.status(), Some(400 | 404 | 410 | 422)) => {
            let doing = format!("look up whether the address of {} is taken", planned.who());
            let unchecked = "The account was planned without that, and its allocation was not checked: both are when \
                             it is applied.";
            warnings.warn(Diagnostic::api(doing, &error).and(unchecked));
            Ok(None)
        }
        Err(_) => list(session, limits, partner).await.map(Some),
    }
}

/// Fails while a live account of the same owner holds the address, whoever manages it, or is what Terraform would
/// replace.
fn ensure_address_is_free(
    planned: &AccountState,
    accounts: &[StorageAccount],
    replaced: &Replaced,
    warnings: &mut Warnings,
) -> Result<()> {
    let is = |account: &&StorageAccount, id: &str| account.id.eq_ignore_ascii_case(id);
    if let Replaced::Surely { id, .. } = replaced
        && let Some(account) = accounts.iter().find(|account| is(account, id))
        && account.pending_deleted_at.is_none()
    {
        return Err(messages::no_replacement(&planned.who(), id));
    }
    let Some(address) = planned.contact_email.as_deref_option().map(folded) else { return Ok(()) };
    match messages::holder(accounts, &address) {
        Some(holder) if holder.pending_deleted_at.is_some() => {
            warnings.warn(messages::held_until_deletion(&planned.who(), holder));
            Ok(())
        }
        Some(holder) => Err(messages::is_held(&planned.who(), holder)),
        None => Ok(()),
    }
}

/// Plans what Terraform takes for a change: what the service would make of the same values is none, and anything else
/// is an error.
pub async fn update(
    handle: &ProviderHandle,
    mut planned: AccountState,
    prior: &AccountState,
    config: &AccountState,
    warnings: &mut Warnings,
) -> Result<Planned<AccountState>> {
    (planned.id, planned.pending_deleted_at) = (prior.id.clone(), prior.pending_deleted_at.clone());
    keep(&mut planned.partner_id, &prior.partner_id, str::eq_ignore_ascii_case);
    keep(&mut planned.name, &prior.name, same_text);
    keep(&mut planned.contact_email, &prior.contact_email, same_text);
    if let Some(session) = handle.ready() {
        stays(&session, prior, warnings).await?;
        replacing::asks(&session, text(&prior.id), || prior.who(), planned.wish(), warnings);
    }
    let changed = planned.changes(prior);
    if !changed.is_empty() {
        return Err(messages::cannot_change(prior, &changed));
    }
    if let Difference::Changed(attribute) = config.passwords().differs_from(&prior.passwords()) {
        return Err(messages::password_is_fixed(prior, attribute));
    }
    if prior.pending_deleted_at.is_value() {
        warnings.warn(messages::pending(prior));
    }
    Ok(Planned::from(planned).leaving(Trace::planned(text(&prior.id), None)))
}

/// Keeps the prior spelling of what is the same.
fn keep(planned: &mut Value<String>, prior: &Value<String>, same: impl Fn(&str, &str) -> bool) {
    if let (Some(new), Some(old)) = (planned.as_deref_option(), prior.as_deref_option())
        && same(new, old)
    {
        *planned = prior.clone();
    }
}

/// Plans the deletion of a storage account.
pub async fn destroy(handle: &ProviderHandle, prior: &AccountState, warnings: &mut Warnings) -> Result<()> {
    if let Some(session) = handle.ready() {
        stays(&session, prior, warnings).await?;
        replacing::asks(&session, text(&prior.id), || prior.who(), Wish::Deletion, warnings);
    }
    if prior.protected() {
        return Err(messages::protected(&prior.who()));
    }
    let until = pending_now(handle, prior).await;
    warnings.warn(messages::will_be_scheduled(prior, until.as_deref()));
    Ok(())
}

/// Until when an account is kept whose deletion is scheduled. Terraform plans what it deletes before it reads it, so
/// the service is asked; where it gives no answer the state's counts.
async fn pending_now(handle: &ProviderHandle, prior: &AccountState) -> Option<String> {
    let recorded = prior.pending_deleted_at.as_ref_option().cloned();
    let Some(session) = handle.ready() else { return recorded };
    let partner = prior.partner_id.as_deref_option();
    match session.inventory.accounts(&CallLimits::for_read(), partner).await {
        Ok(accounts) => match accounts.into_iter().find(|account| account.id == text(&prior.id)) {
            Some(account) => account.pending_deleted_at,
            None => recorded,
        },
        Err(_) => recorded,
    }
}

/// An account is planned by itself: see the partner's.
async fn stays(session: &Session, prior: &AccountState, warnings: &mut Warnings) -> Result<()> {
    let withdrawn = session.replacements().planned(text(&prior.id));
    let Some(withdrawn) = withdrawn else { return Ok(()) };
    let credit = withdrawn.instead.as_ref().map_or(0, |instead| instead.allocated);
    let (source, asker) =
        (Source::Partner(withdrawn.creation.owner.clone()), Asker::Creation(withdrawn.creation.name.clone()));
    session.capacity.plan_again(&CallLimits::for_read(), &source, &asker, credit, warnings).await
}

/// What an account's allocation comes out of.
pub enum ReservedFrom {
    /// A partner with an allocation of its own.
    Partner(Source),
    /// A partner that is pay-per-use.
    PayPerUse,
    /// Nothing that is asked for: no allocation, no check, or a channel partner's key, which is told nothing of its
    /// contract.
    NotAsked,
}

/// What an account's allocation comes out of, as far as the API tells.
pub async fn reserved_from(
    session: &Session,
    limits: &CallLimits,
    partner: Option<&str>,
    bytes: i64,
) -> Result<ReservedFrom> {
    let Some(id) = partner.filter(|_| bytes > 0 && session.capacity.is_on()) else { return Ok(ReservedFrom::NotAsked) };
    let found = session.inventory.single_partner(limits, id).await;
    let found = found.map_err(|error| Diagnostic::api(format!("read partner {id}"), &error))?;
    Ok(match found.and_then(|partner| partner.allocated) {
        Some(0) => ReservedFrom::PayPerUse,
        _ => ReservedFrom::Partner(Source::Partner(id.to_ascii_lowercase())),
    })
}

/// The amount in words, for a plan.
pub fn allocation_of(planned: &AccountState) -> Value<String> {
    match &planned.allocated_storage {
        Value::Unknown => Value::Unknown,
        _ => planned.bytes().map(bytes::allocation).into(),
    }
}
