//! What a plan of a member comes to.

use tf_provider::value::Value;

use super::messages;
use super::state::MemberState;
use crate::api::CallLimits;
use crate::objects::replacing::{self, Replaced};
use crate::service::replacements::Wish;
use crate::session::{ProviderHandle, Session};
use crate::terraform::diagnostics::{Diagnostic, Result, Warnings};
use crate::terraform::resource::Planned;
use crate::terraform::trace::Trace;
use crate::terraform::values::{same_text, text};

/// Plans a member without a prior state.
pub async fn create(
    handle: &ProviderHandle,
    mut planned: MemberState,
    config: &MemberState,
    trace: Option<&Trace>,
    warnings: &mut Warnings,
) -> Result<Planned<MemberState>> {
    config.passwords().ensure_given(&planned.who())?;
    planned.id = Value::Unknown;
    if config.name.is_null() {
        planned.name = Value::Unknown;
    }
    let Some(session) = handle.ready() else { return Ok(planned.into()) };
    let key = planned.key();
    let replaced = Replaced::by(&session, key.as_ref(), trace).await;
    if let (Replaced::Not, Some(key)) = (&replaced, &key) {
        if session.replacements().plans(key) {
            warnings.warn(messages::planned_twice(&planned.who()));
        }
        warn_of_a_holder(&session, &planned.who(), &key.owner, &key.name, warnings).await;
    }
    let if_it_stays = "it keeps the address, and the service refuses a second one";
    replaced.warn_of_a_guess(&planned.who(), if_it_stays, warnings);
    let trace = match &replaced {
        Replaced::Surely { id, .. } => Trace::planned(id, None),
        Replaced::Perhaps(_) | Replaced::Not => None,
    };
    Ok(Planned::from(planned).leaving(trace))
}

/// Plans a change of a member: what the service would make of the same values is none, and anything else is another
/// member.
pub async fn update(
    handle: &ProviderHandle,
    mut planned: MemberState,
    prior: &MemberState,
    config: &MemberState,
    warnings: &mut Warnings,
) -> Result<Planned<MemberState>> {
    planned.id = prior.id.clone();
    keep(&mut planned.partner_id, &prior.partner_id, str::eq_ignore_ascii_case);
    keep(&mut planned.email, &prior.email, same_text);
    keep(&mut planned.role, &prior.role, same_text);
    // A name that is empty is one that is left out, and the service may have filled it in.
    if config.name.is_null() || (config.name.as_deref_option() == Some("") && prior.name.is_value()) {
        planned.name = prior.name.clone();
    }
    keep(&mut planned.name, &prior.name, same_text);
    if let Some(session) = handle.ready() {
        stays(&session, prior, warnings).await;
        replacing::asks(&session, text(&prior.id), || prior.who(), planned.wish(), warnings);
    }
    let reasons = planned.reasons(prior);
    if !reasons.is_empty() {
        if config.passwords().ensure_given(&prior.who()).is_err() {
            return Err(messages::no_password_to_replace_with(prior, &reasons));
        }
        warnings.warn(messages::replaced(prior, &reasons));
    }
    Ok(Planned {
        state: planned,
        replaced_by: reasons.into_iter().map(|(attribute, _)| attribute).collect(),
        trace: Trace::planned(text(&prior.id), None),
    })
}

/// Keeps the prior spelling of what is the same.
fn keep(planned: &mut Value<String>, prior: &Value<String>, same: impl Fn(&str, &str) -> bool) {
    if let (Some(new), Some(old)) = (planned.as_deref_option(), prior.as_deref_option())
        && same(new, old)
    {
        *planned = prior.clone();
    }
}

/// Plans the deletion of a member.
pub async fn destroy(handle: &ProviderHandle, prior: &MemberState, warnings: &mut Warnings) {
    if let Some(session) = handle.ready() {
        stays(&session, prior, warnings).await;
        replacing::asks(&session, text(&prior.id), || prior.who(), Wish::Deletion, warnings);
    }
}

/// A member is planned by itself. If a creation of the same address was taken to replace it, it does not: what was not
/// warned of then is now.
async fn stays(session: &Session, prior: &MemberState, warnings: &mut Warnings) {
    let withdrawn = session.replacements().planned(text(&prior.id));
    if let Some(withdrawn) = withdrawn.filter(|withdrawn| withdrawn.instead.is_none()) {
        let key = withdrawn.creation;
        warn_of_a_holder(session, &prior.who(), &key.owner, &key.name, warnings).await;
    }
}

/// Warns when a member of the partner has an address, given as it is compared. A look-up that fails is a warning
/// itself: the partner may be one that does not exist yet.
async fn warn_of_a_holder(session: &Session, who: &str, partner: &str, address: &str, warnings: &mut Warnings) {
    match session.inventory.members(&CallLimits::for_read(), partner).await {
        Ok(members) => {
            if let Some(holder) = messages::holder(&members, address) {
                warnings.warn(messages::seems_taken(who, partner, &holder.id));
            }
        }
        Err(error) => {
            let doing = format!("look up whether the address of {who} is taken");
            warnings.warn(Diagnostic::api(doing, &error).and("The service decides when it is applied."));
        }
    }
}
