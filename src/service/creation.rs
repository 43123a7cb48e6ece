//! Never two for one: how an object is created when answers can be lost.
//!
//! The API has no idempotency keys and accepts duplicate names, so a POST that may have had an effect is never simply
//! sent again. The rule:
//!
//! * The client itself sends a POST again only when the connection was never made, the service answered 429, or HTTP/2
//!   says that nothing was processed.
//! * A sure refusal had no effect and is reported.
//! * Otherwise the list is looked at for `create_lookup_timeout` (a commit may come late; a longer Retry-After counts
//!   instead). Objects that were not there before the first POST, that no other creation of this process has claimed
//!   and that have the same content are *candidates*. Exactly one is adopted; of several, none is: the error names
//!   them.
//! * No candidate: after an answer that was an error, the POST is sent again, as long as the operation has time; after
//!   no answer at all, it is not, because the service may still be at work: the error says so.
//! * A POST that was sent again may meet its own first: refused, it is looked for once more; made, a second one is
//!   looked for now and when the object is read next.
//! * An answer that names an object that was there before is an error: it would bind two blocks to one customer.
//!
//! Creations of equal content run one after another, so that a candidate can never be the other one's.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use super::creation_messages as messages;
use super::shared_list::Keyed;
use super::wanted::{NotMade, Wanted};
use crate::api::{CallLimits, CreateError, Error};
use crate::terraform::diagnostics::Warnings;

/// When the list is looked at after a lost answer, counted from the loss; then at the end of the time that is given to
/// late commits.
const LOOKS: [Duration; 6] = [
    Duration::from_millis(250),
    Duration::from_secs(1),
    Duration::from_secs(3),
    Duration::from_secs(8),
    Duration::from_secs(15),
    Duration::from_secs(22),
];

/// A creation is not sent again sooner than this after its first answer, and then doubled: a service in trouble is not
/// to be flooded.
const BACKOFF: Duration = Duration::from_secs(1);

/// The longest of those waits.
const LONGEST_BACKOFF: Duration = Duration::from_secs(60);

/// How long one look may take, retries included. It does not count against the operation's timeout: what was sent must
/// be found.
const LOOK_TIMEOUT: Duration = Duration::from_secs(60);

/// How one object is created.
#[async_trait]
pub trait Creation: Send + Sync {
    /// What the service answers.
    type Object: Keyed + Send + Sync;

    /// Sends the POST once.
    async fn send(&self, limits: &CallLimits) -> Result<Self::Object, CreateError>;

    /// All objects among which a lost one would be, as they are from a moment on. Creations share such looks.
    async fn look(&self, limits: &CallLimits, since: Instant) -> Result<Vec<Self::Object>, Arc<Error>>;

    /// Whether an object is what this creation asks for.
    fn fits(&self, object: &Self::Object) -> bool;
}

/// What the creations of one process share.
#[derive(Debug)]
pub struct Creations {
    equal: Mutex<HashMap<String, Arc<tokio::sync::Mutex<()>>>>,
    claimed: Mutex<HashSet<String>>,
    /// How long a lost object is looked for.
    lookup_timeout: Duration,
    /// Whether a creation that was answered with an error may be sent again at all.
    resends: bool,
}

/// An object that was created.
#[derive(Debug)]
pub struct Made<T> {
    /// What the service says of it.
    pub object: T,
    /// Whether its request was sent more than once.
    pub sent_again: bool,
}

/// What a try that failed leaves open.
enum After {
    /// Refused; an earlier one was not.
    Refusal,
    /// Answered with an error.
    Error,
    /// Nobody answered.
    Silence,
}

impl Creations {
    /// No creations yet. Lost ones are looked for so long; `resends` tells whether anything is ever sent again.
    pub fn new(lookup_timeout: Duration, resends: bool) -> Creations {
        Creations { equal: Mutex::default(), claimed: Mutex::default(), lookup_timeout, resends }
    }

    /// Creates one object and never two.
    pub async fn create<C: Creation>(
        &self,
        creation: &C,
        wanted: &Wanted,
        limits: &CallLimits,
        warnings: &mut Warnings,
    ) -> Result<Made<C::Object>, NotMade> {
        let gate =
            Arc::clone(self.equal.lock().expect("no panic while locked").entry(wanted.content.clone()).or_default());
        let _alone = gate.lock().await;
        let mut sent = 0;
        loop {
            sent += 1;
            let (after, error) = match creation.send(limits).await {
                Ok(object) => {
                    self.take(wanted, &object)?;
                    if sent > 1 {
                        self.warn_of_a_second(creation, wanted, &object, warnings).await;
                    }
                    return Ok(Made { object, sent_again: sent > 1 });
                }
                Err(CreateError::Refused(error)) if sent == 1 => return Err(messages::refused(wanted, &error).into()),
                // What was sent before may have been completed after it was looked for, and hold the address or the
                // capacity now.
                Err(CreateError::Refused(error)) => (After::Refusal, error),
                Err(CreateError::Answered(error)) => (After::Error, error),
                Err(CreateError::Unanswered(error)) => (After::Silence, error),
            };
            let looked_for = self.time_to_look(&error, limits, sent);
            if let Some(object) = self.find(creation, wanted, &error, looked_for, &limits.stop).await? {
                warnings.warn(messages::found_again(wanted, &object.key(), &error));
                return Ok(Made { object, sent_again: sent > 1 });
            }
            let over = !self.resends || Instant::now() >= limits.deadline || limits.stop.is_cancelled();
            match after {
                After::Refusal => return Err(messages::refused(wanted, &error).into()),
                After::Silence => return Err(messages::undecided(wanted, &error, looked_for)),
                After::Error if over => return Err(messages::given_up(wanted, &error, sent)),
                After::Error => {}
            }
        }
    }

    /// How long a lost object is looked for before its creation may be sent again: as long as late commits are given,
    /// and as long as the service asks to wait, if the operation has that time.
    fn time_to_look(&self, error: &Error, limits: &CallLimits, sent: u32) -> Duration {
        let left = limits.deadline.saturating_duration_since(Instant::now());
        let backoff = BACKOFF.saturating_mul(1_u32.checked_shl(sent - 1).unwrap_or(u32::MAX)).min(LONGEST_BACKOFF);
        self.lookup_timeout.max(error.retry_after().unwrap_or_default().max(backoff).min(left))
    }

    /// Takes an object that the service says it has just made.
    fn take<T: Keyed>(&self, wanted: &Wanted, object: &T) -> Result<(), NotMade> {
        let id = object.key();
        if wanted.before.contains(&id) || !self.claim(&id) {
            return Err(messages::not_new(wanted, &id));
        }
        Ok(())
    }

    fn claim(&self, id: &str) -> bool {
        self.claimed.lock().expect("no panic while locked").insert(id.into())
    }

    /// Looks for the object of a POST whose outcome is not known.
    async fn find<C: Creation>(
        &self,
        creation: &C,
        wanted: &Wanted,
        error: &Error,
        time: Duration,
        stop: &CancellationToken,
    ) -> Result<Option<C::Object>, NotMade> {
        let lost_at = Instant::now();
        for look in LOOKS.into_iter().filter(|look| *look < time).chain([time]) {
            // A stop request ends the waiting, but the list is looked at all the same: what was sent must not get lost.
            tokio::select! {
                () = sleep((lost_at + look).saturating_duration_since(Instant::now())) => {}
                () = stop.cancelled() => {}
            }
            let candidates = self.candidates(creation, wanted).await;
            let mut candidates = candidates.map_err(|look| messages::cannot_look(wanted, error, &look))?;
            match (candidates.pop(), candidates.is_empty()) {
                (Some(object), true) => {
                    self.claim(&object.key());
                    return Ok(Some(object));
                }
                (Some(object), false) => {
                    candidates.push(object);
                    let ids: Vec<_> = candidates.iter().map(Keyed::key).collect();
                    return Err(messages::ambiguous(wanted, error, ids));
                }
                (None, _) => {}
            }
            if stop.is_cancelled() {
                break;
            }
        }
        Ok(None)
    }

    /// One look at the list.
    async fn candidates<C: Creation>(&self, creation: &C, wanted: &Wanted) -> Result<Vec<C::Object>, Arc<Error>> {
        // Not the operation's own limits: they may be used up, and a look decides whether there is a customer.
        let limits = CallLimits::new(LOOK_TIMEOUT, CancellationToken::new());
        let listed = creation.look(&limits, Instant::now()).await?;
        let is_candidate = |object: &C::Object| {
            let id = object.key();
            let claimed = self.claimed.lock().expect("no panic while locked").contains(&id);
            !claimed && !wanted.before.contains(&id) && creation.fits(object)
        };
        Ok(listed.into_iter().filter(is_candidate).collect())
    }

    /// After a POST that was sent again and made its object: whether the one before it has been completed too, too late
    /// to be found. A list that cannot be read says nothing of it, and the object is there: that must be a success.
    async fn warn_of_a_second<C: Creation>(
        &self,
        creation: &C,
        wanted: &Wanted,
        object: &C::Object,
        warnings: &mut Warnings,
    ) {
        for second in self.candidates(creation, wanted).await.unwrap_or_default() {
            warnings.warn(messages::may_be_two(&wanted.who, &object.key(), &second.key()));
        }
    }
}

#[cfg(test)]
mod tests;
