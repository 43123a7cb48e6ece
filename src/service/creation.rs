//! Never two for one: how an object is created when answers can be lost.
//!
//! The API has no idempotency keys and accepts duplicate names, so a POST that may have had an effect is never simply sent again.
//! The rule:
//!
//! * The client itself sends a POST again only when the connection was never made or the service answered 429.
//! * A refusal (4xx) had no effect and is reported.
//! * Otherwise the list is looked at, several times over [`LATE_COMMIT`] (a commit may come late). Objects that were not there before
//!   the first POST, that no other creation of this process has claimed and that have the same content are *candidates*. Exactly
//!   one is adopted; of several, none is: the error names them.
//! * No candidate: after an answer that was an error, the POST is sent again; after no answer at all, it is not, because the service
//!   may still be at work: the error says so.
//! * A POST that was sent again may meet its own first: refused, it is looked for once more, and when it is made, a second one is warned of.
//!
//! Creations of equal content run one after another, so that a candidate can never be the other one's.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use crate::api::{self, CallLimits, CreateError};
use crate::terraform::diagnostics::{Diagnostic, Warnings};

/// When the list is looked at after a lost answer, counted from the loss. A service that commits later than the last look leaves an object
/// that this apply does not know; the next plan names it.
const LOOKS: [Duration; 4] =
    [Duration::from_millis(250), Duration::from_secs(1), Duration::from_secs(3), Duration::from_secs(8)];

/// How long the look-up waits for a late commit in all: the last of its looks.
pub const LATE_COMMIT: Duration = LOOKS[LOOKS.len() - 1];

/// How long one look may take, retries included. It does not count against the operation's timeout: what was sent must be found.
const LOOK_TIMEOUT: Duration = Duration::from_secs(60);

/// One object to create.
#[async_trait]
pub trait Creation: Send + Sync {
    /// What the service answers.
    type Object: Send + Sync;

    /// The object, as messages name it: `partner "Acme GmbH"`.
    fn describe(&self) -> String;

    /// Equal for creations of equal content, and only for them.
    fn content(&self) -> String;

    /// Sends the POST once.
    async fn send(&self, call: &CallLimits) -> std::result::Result<Self::Object, CreateError>;

    /// All objects among which a lost one would be, as they are now.
    async fn look(&self, call: &CallLimits) -> std::result::Result<Vec<Self::Object>, api::Error>;

    /// The ids that were there before anything was sent.
    fn before(&self) -> &HashSet<String>;

    /// An object's id.
    fn id<'a>(&self, object: &'a Self::Object) -> &'a str;

    /// Whether an object is what this creation asks for.
    fn fits(&self, object: &Self::Object) -> bool;

    /// What `terraform import` takes for the object of an id.
    fn import_id(&self, id: &str) -> String;

    /// The resource type, for the import line.
    fn resource_type(&self) -> &'static str;
}

/// What the creations of one process share.
#[derive(Debug, Default)]
pub struct Creations {
    equal: Mutex<HashMap<String, Arc<tokio::sync::Mutex<()>>>>,
    claimed: Mutex<HashSet<String>>,
}

/// Why nothing was created, and whether that is sure.
#[derive(Debug)]
pub struct Failure {
    /// What to tell the operator.
    pub problem: Diagnostic,
    /// Whether an object may exist all the same.
    pub may_exist: bool,
}

impl From<Diagnostic> for Failure {
    fn from(problem: Diagnostic) -> Failure {
        Failure { problem, may_exist: false }
    }
}

impl Creations {
    /// Creates one object and never two.
    pub async fn create<C: Creation>(
        &self,
        creation: &C,
        call: &CallLimits,
        max_resends: u32,
        warnings: &mut Warnings,
    ) -> std::result::Result<C::Object, Failure> {
        let gate = Arc::clone(self.equal.lock().expect("no panic while locked").entry(creation.content()).or_default());
        let _alone = gate.lock().await;
        let mut sent = 0;
        loop {
            sent += 1;
            let (after, error) = match creation.send(call).await {
                Ok(object) => {
                    self.claim(creation.id(&object));
                    if sent > 1 {
                        self.warn_of_a_second(creation, &object, warnings).await;
                    }
                    return Ok(object);
                }
                Err(CreateError::Refused(error)) if sent == 1 => return Err(refused(creation, &error).into()),
                // What was sent before may have come true after it was looked for, and hold the address or the capacity now.
                Err(CreateError::Refused(error)) => (After::Refusal, error),
                Err(CreateError::Answered(error)) => (After::Error, error),
                Err(CreateError::Unanswered(error)) => (After::Silence, error),
            };
            if let Some(object) = self.find(creation, &error, &call.stop).await? {
                warnings.warn(found_again(creation, &object, &error));
                return Ok(object);
            }
            match after {
                After::Refusal => return Err(refused(creation, &error).into()),
                After::Silence => return Err(undecided(creation, &error)),
                After::Error if sent > max_resends || Instant::now() >= call.deadline || call.stop.is_cancelled() => {
                    return Err(given_up(creation, &error, sent).into());
                }
                After::Error => {}
            }
        }
    }

    fn claim(&self, id: &str) -> bool {
        self.claimed.lock().expect("no panic while locked").insert(id.into())
    }

    /// Looks for the object of a POST whose outcome is not known.
    async fn find<C: Creation>(
        &self,
        creation: &C,
        error: &api::Error,
        stop: &CancellationToken,
    ) -> std::result::Result<Option<C::Object>, Failure> {
        let lost_at = Instant::now();
        for look in LOOKS {
            // A stop request ends the waiting, but the list is looked at all the same: what was sent must not get lost.
            tokio::select! {
                () = sleep((lost_at + look).saturating_duration_since(Instant::now())) => {}
                () = stop.cancelled() => {}
            }
            let mut candidates = self.candidates(creation).await.map_err(|look| cannot_look(creation, error, &look))?;
            match (candidates.pop(), candidates.is_empty()) {
                (Some(object), true) => {
                    self.claim(creation.id(&object));
                    return Ok(Some(object));
                }
                (Some(object), false) => {
                    candidates.push(object);
                    return Err(ambiguous(creation, error, &candidates));
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
    async fn candidates<C: Creation>(&self, creation: &C) -> std::result::Result<Vec<C::Object>, api::Error> {
        // Not the operation's own limits: they may be used up, and a look decides whether there is a customer.
        let call = CallLimits::new(LOOK_TIMEOUT, CancellationToken::new());
        let listed = creation.look(&call).await?;
        Ok(listed.into_iter().filter(|object| self.is_candidate(creation, object)).collect())
    }

    /// After a POST that was sent again and made its object: whether the one before it has come true too, too late to be found. A list
    /// that cannot be read says nothing of it, and the object is there: that must be a success.
    async fn warn_of_a_second<C: Creation>(&self, creation: &C, object: &C::Object, warnings: &mut Warnings) {
        for second in self.candidates(creation).await.unwrap_or_default() {
            warnings.warn(made_twice(creation, object, &second));
        }
    }

    fn is_candidate<C: Creation>(&self, creation: &C, object: &C::Object) -> bool {
        let id = creation.id(object);
        let claimed = self.claimed.lock().expect("no panic while locked").contains(id);
        !claimed && !creation.before().contains(id) && creation.fits(object)
    }
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

fn refused<C: Creation>(creation: &C, error: &api::Error) -> Diagnostic {
    Diagnostic::api(format!("create {}", creation.describe()), error)
}

fn made_twice<C: Creation>(creation: &C, object: &C::Object, second: &C::Object) -> Diagnostic {
    Diagnostic::new(
        format!("There may be two of {}", creation.describe()),
        format!(
            "The service answered its creation with an error, had not made it {} seconds later, and made it when it was asked again: {} is now in \
             the state. By then there was another new object of that content, {}. Most likely the first request has come true late. Find out who \
             made it, and delete it in the console if nobody did.",
            LATE_COMMIT.as_secs(),
            creation.id(object),
            creation.id(second),
        ),
    )
}

fn found_again<C: Creation>(creation: &C, object: &C::Object, error: &api::Error) -> Diagnostic {
    Diagnostic::new(
        format!("The answer to a creation was lost; {} was found", creation.describe()),
        format!(
            "The service was asked to create {} and gave no usable answer ({error}). The list then showed exactly one new object \
             of that content, {}, which is now in the state. Nothing was created twice.",
            creation.describe(),
            creation.id(object),
        ),
    )
}

/// How to bring an object that exists into the state.
fn import_line<C: Creation>(creation: &C, id: &str) -> String {
    format!("  terraform import {}.NAME {}", creation.resource_type(), creation.import_id(id))
}

fn undecided<C: Creation>(creation: &C, error: &api::Error) -> Failure {
    let problem = Diagnostic::api(format!("tell whether {} was created", creation.describe()), error).and(format!(
        "The request was sent and its answer was lost. The list was looked at for {} seconds and shows no new object of that content, so it \
         was most likely not created; it is not sent again, because the service may still be at work on it. Plan again in a \
         minute: if it exists by then, the plan names it. Bring it into the state with\n\n{}\n\nand do not create it again.",
        LATE_COMMIT.as_secs(),
        import_line(creation, "ID"),
    ));
    Failure { problem, may_exist: true }
}

fn given_up<C: Creation>(creation: &C, error: &api::Error, sent: u32) -> Diagnostic {
    Diagnostic::api(format!("create {}", creation.describe()), error).and(format!(
        "It was asked for {sent} {}, each answered with an error, and after each the list showed no new object of that content: \
         nothing was created. Apply again when the service is well.",
        if sent == 1 { "time" } else { "times" },
    ))
}

fn cannot_look<C: Creation>(creation: &C, error: &api::Error, look: &api::Error) -> Failure {
    let problem = Diagnostic::api(format!("tell whether {} was created", creation.describe()), error).and(format!(
        "Whether it was created could not be looked up either: {look}. Nothing was sent again. Plan again when the service is well: if it \
         exists, the plan names it. Bring it into the state with\n\n{}\n\nand do not create it again.",
        import_line(creation, "ID"),
    ));
    Failure { problem, may_exist: true }
}

fn ambiguous<C: Creation>(creation: &C, error: &api::Error, candidates: &[C::Object]) -> Failure {
    let mut lines: Vec<_> = candidates.iter().map(|object| import_line(creation, creation.id(object))).collect();
    lines.sort();
    let problem = Diagnostic::api(format!("tell which object is {}", creation.describe()), error).and(format!(
        "The answer to its creation was lost, and {} new objects of that content exist. None was taken, nothing was sent again. Find out which \
         one is meant (and who made the others), then bring it into the state with one of\n\n{}",
        candidates.len(),
        lines.join("\n"),
    ));
    Failure { problem, may_exist: true }
}

#[cfg(test)]
mod tests;
