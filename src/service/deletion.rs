//! A deletion is done when the service says so in a way that can be believed.
//!
//! 204 is believed. 200 and 202 say that the request was taken: one look has to show that the object is gone, and a few
//! more are given to a service that carries it out later. 404 is what gateways and wrong endpoints say to everything:
//! it is believed when a good list, read after the request, does not have the object. After an error one look tells
//! whether it is done all the same.

use std::future::Future;
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use super::gone::{Found, NotSeen};
use crate::api::{CallLimits, Deletion, Error};
use crate::terraform::diagnostics::{Diagnostic, Result};

/// When it is looked whether a deletion that was taken has been carried out, counted from the answer.
const LOOKS: [Duration; 5] =
    [Duration::ZERO, Duration::from_secs(1), Duration::from_secs(3), Duration::from_secs(8), Duration::from_secs(20)];

/// Makes sure that an object was deleted. `look` gives what is still there, as it is from some moment on; `ended` tells
/// whether that is the end of it (a storage account stays, with its deletion scheduled). What is still there at the end
/// is given back.
pub async fn ensure_deleted<T, F>(
    limits: &CallLimits,
    answer: std::result::Result<Deletion, Error>,
    doing: &str,
    who: &str,
    look: impl Fn(Instant) -> F,
    ended: impl Fn(&T) -> bool,
) -> Result<Option<T>>
where
    F: Future<Output = Found<T>>,
{
    let answer = match answer {
        Ok(answer) => answer,
        // What is refused may be done already: by an earlier try of this request, or by somebody else.
        Err(error) => {
            return match look(Instant::now()).await {
                Ok(None) => Ok(None),
                Ok(Some(object)) if ended(&object) => Ok(Some(object)),
                Ok(Some(_)) | Err(_) => Err(Diagnostic::api(format!("{doing} {who}"), &error)),
            };
        }
    };
    let (begun, looks) = match &answer {
        Deletion::Done => return Ok(None),
        Deletion::Accepted => (Instant::now(), &LOOKS[..]),
        Deletion::NotFound { .. } => (Instant::now(), &LOOKS[..1]),
    };
    for wait in looks {
        tokio::select! {
            () = sleep_until((begun + *wait).min(limits.deadline)) => {}
            () = limits.stop.cancelled() => {}
        }
        // What was sent must be known: neither a stop nor the end of the operation's time keeps from looking.
        let found = look(Instant::now()).await;
        match found.map_err(|error| not_looked_up(&error, doing, who))? {
            None => return Ok(None),
            Some(object) if ended(&object) => return Ok(Some(object)),
            Some(_) => {}
        }
        if limits.stop.is_cancelled() {
            break;
        }
    }
    Err(still_there(&answer, doing, who))
}

fn not_looked_up(error: &NotSeen, doing: &str, who: &str) -> Diagnostic {
    error
        .diagnostic(doing, who)
        .and("Whether the deletion was carried out is not known. Apply again: what is there is deleted then.")
}

fn still_there(answer: &Deletion, doing: &str, who: &str) -> Diagnostic {
    let detail = match answer {
        Deletion::NotFound { error, .. } => format!(
            "The deletion was answered as if {who} were not there ({error}), and the service still lists it. A \
             gateway, or an endpoint without its version path (/v1), answers like that. Nothing was deleted; check the \
             endpoint and apply again."
        ),
        Deletion::Accepted | Deletion::Done => format!(
            "The service took the request, and {} seconds later {who} is still there. Nothing is known to be deleted, \
             and the state keeps it. Look in the console, and apply again.",
            LOOKS[LOOKS.len() - 1].as_secs()
        ),
    };
    Diagnostic::new(format!("Cannot {doing} {who}: it is still there"), detail)
}
