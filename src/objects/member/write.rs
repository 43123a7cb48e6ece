//! How a member is created and deleted. The API can change nothing of one.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use tf_provider::value::Value;
use tokio::time::{Instant, sleep_until};

use super::messages;
use super::state::{MemberState, TYPE};
use crate::api::{CallLimits, CreateError, Error, Member, NewMember};
use crate::service::creation::Creation;
use crate::service::deletion::ensure_deleted;
use crate::service::{Keyed, Wanted};
use crate::session::Session;
use crate::terraform::diagnostics::{Diagnostic, Result, Warnings};
use crate::terraform::resource::Created;
use crate::terraform::timeouts;
use crate::terraform::values::{folded, same_text, text};

/// How long a refused address is waited for: another member that this apply deletes may have it (two members that swap
/// theirs).
const WAIT_FOR_ADDRESS: Duration = Duration::from_secs(15);

/// A member that is being created; a lost one is found by its address.
struct MemberCreation<'a> {
    session: &'a Session,
    partner: &'a str,
    new: &'a NewMember,
}

#[async_trait]
impl Creation for MemberCreation<'_> {
    type Object = Member;

    async fn send(&self, limits: &CallLimits) -> std::result::Result<Member, CreateError> {
        self.session.client.create_member(limits, self.partner, self.new).await
    }

    async fn look(&self, limits: &CallLimits, since: Instant) -> std::result::Result<Vec<Member>, Arc<Error>> {
        Ok(self.session.inventory.load_members(limits, self.partner, Some(since)).await?.all())
    }

    fn fits(&self, member: &Member) -> bool {
        member.email.as_deref().is_some_and(|email| same_text(email, &self.new.email))
    }
}

/// Creates a member.
pub async fn create(
    session: &Session,
    planned: MemberState,
    config: &MemberState,
    warnings: &mut Warnings,
) -> Result<Created<MemberState>> {
    let limits = CallLimits::for_operation(timeouts::create(&planned.timeouts)?);
    let partner = text(&planned.partner_id).to_ascii_lowercase();
    config.passwords().ensure_given(&planned.who())?;
    let password = config.passwords().given();
    let new = NewMember {
        email: text(&planned.email).into(),
        password: password
            .ok_or_else(|| Diagnostic::new("No password", "The password is not known. Nothing was written."))?,
        role: text(&planned.role).into(),
        name: config.name.as_ref_option().filter(|name| !name.is_empty()).cloned(),
    };
    let created = send(session, &limits, &planned, &partner, &new, warnings).await;
    if let Some(key) = planned.key() {
        session.replacements().made(&key);
    }
    let (member, sent_again) = created?;
    messages::warn_if_different(&new, &member, warnings);
    session.inventory.put_member(&partner, as_asked(member.clone(), &new));
    let name = config.name.as_ref_option().cloned().or(member.name).into();
    let state = MemberState { id: Value::Value(member.id), name, ..planned };
    Ok(Created { state, sent_again })
}

/// What an answer leaves out is what was asked for.
fn as_asked(member: Member, asked: &NewMember) -> Member {
    Member {
        email: member.email.or_else(|| Some(asked.email.clone())),
        role: member.role.or_else(|| Some(asked.role.clone())),
        name: member.name.or_else(|| asked.name.clone()),
        ..member
    }
}

/// Sends the creation, and once more when the address was another's that this apply has deleted since.
async fn send(
    session: &Session,
    limits: &CallLimits,
    planned: &MemberState,
    partner: &str,
    new: &NewMember,
    warnings: &mut Warnings,
) -> Result<(Member, bool)> {
    let creation = MemberCreation { session, partner, new };
    let waiting_ends = Instant::now() + WAIT_FOR_ADDRESS;
    loop {
        let before = session.inventory.fresh_members(limits, partner, None).await;
        let before = before.map_err(|error| {
            Diagnostic::api(format!("look up the members of partner {partner}"), &error).and("Nothing was written.")
        })?;
        let wanted = Wanted {
            resource_type: TYPE,
            who: planned.who(),
            content: format!("member {partner} {}", folded(&new.email)),
            import_prefix: format!("{partner}/"),
            before: before.iter().map(Keyed::key).collect(),
        };
        let mut departed = std::pin::pin!(session.departed.notified());
        departed.as_mut().enable();
        let failure = match session.creations.create(&creation, &wanted, limits, warnings).await {
            Ok(made) => return Ok((made.object, made.sent_again)),
            Err(failure) if failure.may_exist => return Err(failure.diagnostic),
            Err(failure) => failure,
        };
        let Some(holder) = holder(session, limits, partner, &new.email).await else { return Err(failure.diagnostic) };
        let until = waiting_ends.min(limits.deadline);
        if Instant::now() >= until || limits.stop.is_cancelled() {
            return Err(messages::is_taken(failure.diagnostic, partner, &holder.id));
        }
        tokio::select! {
            () = departed => {}
            () = limits.stop.cancelled() => {}
            () = sleep_until(until) => {}
        }
    }
}

/// Who has an address now, among the members of the same partner.
async fn holder(session: &Session, limits: &CallLimits, partner: &str, email: &str) -> Option<Member> {
    let members = session.inventory.load_members(limits, partner, Some(Instant::now())).await.ok()?.all();
    messages::holder(&members, &folded(email)).cloned()
}

/// Deletes a member.
pub async fn destroy(session: &Session, prior: &MemberState) -> Result<()> {
    let limits = CallLimits::for_operation(timeouts::delete(&prior.timeouts)?);
    let (partner, id) = (text(&prior.partner_id).to_ascii_lowercase(), text(&prior.id));
    let who = format!("{} ({id})", prior.who());
    let answer = session.client.delete_member(&limits, &partner, id).await;
    let look = |since| session.inventory.look_for_member(&limits, &partner, id, since);
    ensure_deleted(&limits, answer, "delete", &who, look, |()| false).await?;
    session.inventory.remove_member(&partner, id);
    session.replacements().gone(id);
    session.departed.notify_waiters();
    Ok(())
}
