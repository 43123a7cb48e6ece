//! What partners, members and storage accounts share when something takes the place of something else.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::api::Outside;
use crate::capacity::bytes;
use crate::service::replacements::{CreationKey, Observed, Wish};
use crate::session::{ProviderHandle, Session};
use crate::terraform::cli;
use crate::terraform::diagnostics::{Diagnostic, Warnings};
use crate::terraform::trace::Trace;

/// How long a guess waits for an object to be planned by itself. Terraform plans it right after it was read.
const PLANNED_BY_ITSELF: Duration = Duration::from_millis(1000);

/// How often it is looked whether it was.
const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// What a plan without a prior state replaces.
#[derive(Debug, Clone)]
pub enum Replaced {
    /// Terraform forces the replacement of this object; what the state had of it is known where the plan was made.
    Surely { id: String, observed: Option<Observed> },
    /// An object of the state that no plan has come for: tainted most likely.
    Perhaps(Observed),
    /// Nothing that is known of.
    Not,
}

impl Replaced {
    /// Tells by the trace, which is a fact; else by what is known of the state. An object that is planned by itself
    /// mostly is in a moment: a guess waits for that, so that what is said stands at the block that makes the object,
    /// whichever is planned first.
    pub async fn by(session: &Session, key: Option<&CreationKey>, trace: Option<&Trace>) -> Replaced {
        if let Some(id) = trace.and_then(Trace::object) {
            let observed = session.replacements().get(&id).cloned();
            return Replaced::Surely { id, observed };
        }
        let Some(key) = key else { return Replaced::Not };
        let until = Instant::now() + PLANNED_BY_ITSELF;
        while session.replacements().may_be_replaced_by(key).is_some() && Instant::now() < until {
            sleep(LOOK_AGAIN).await;
        }
        let candidate = session.replacements().candidate(key);
        candidate.map_or(Replaced::Not, Replaced::Perhaps)
    }

    /// Where an object that is let go of looks like one that is replaced, the credit that it gives is a guess, and so
    /// is the silence about it: on some CLIs always, and on all of them where it was not read (a tainted object that is
    /// not refreshed). `if_it_stays` says what applying does then.
    pub fn warn_of_a_guess(&self, who: &str, if_it_stays: &str, warnings: &mut Warnings) {
        let Replaced::Perhaps(observed) = self else { return };
        if !observed.read || cli::reads_what_it_lets_go() {
            warnings.warn(Diagnostic::new(
                format!("{who} may be a second one"),
                format!(
                    "An object of that name is in the state ({}). If it is tainted, {who} takes its place, and nothing \
                     needs to be done. If it is let go of instead (a removed block, or destroy = false), \
                     {if_it_stays}.",
                    observed.id
                ),
            ));
        }
    }
}

/// An object of the state was read.
pub fn observe_read(session: &Session, observed: Option<Observed>) {
    if let Some(observed) = observed {
        session.replacements().seen(Observed { read: true, ..observed });
    }
}

/// An object was found in the state.
pub fn observe(handle: &ProviderHandle, observed: Option<Observed>) {
    if let (Some(session), Some(observed)) = (handle.ready(), observed) {
        session.replacements().seen(observed);
    }
}

/// An object is planned to become something; two plans of one object that ask for different things come from two
/// addresses of it.
pub fn asks(session: &Session, id: &str, who: impl FnOnce() -> String, wish: Wish, warnings: &mut Warnings) {
    let earlier = session.replacements().asks(id, wish.clone());
    if let Some(earlier) = earlier {
        let [earlier, wish] = [earlier, wish].map(|wish| in_words(&wish));
        warnings.warn(Diagnostic::new(
            format!("{} is planned in two ways", who()),
            format!(
                "One plan of {id} asks for {earlier}, and this one for {wish}. If both are of the same run, two \
                 addresses of the configuration or the state hold one object, and each apply undoes what the other \
                 did. terraform state list -id={id} shows them. Keep one, and let go of the other with a removed block \
                 (destroy = false)."
            ),
        ));
    }
}

fn in_words(wish: &Wish) -> String {
    match wish {
        Wish::Deletion => "its deletion".into(),
        Wish::Storage { name, bytes } => {
            let name = name.as_deref().unwrap_or("a name that is not known yet");
            // Every byte counts: two amounts that print alike would be no two ways.
            let amount = match bytes {
                None => "an amount that is not known yet".into(),
                Some(0) => bytes::allocation(0),
                Some(bytes) => bytes::exact(i128::from(*bytes)),
            };
            format!("\"{}\" with {amount}", Outside::new(name))
        }
        Wish::Access { email, role } => format!("{} as {}", Outside::new(email), Outside::new(role)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wishes_that_differ_read_differently() {
        let storage = |bytes| in_words(&Wish::Storage { name: Some("Acme".into()), bytes });
        let words = [None, Some(0), Some(5_000_000_000_001), Some(5_000_000_000_002)].map(storage);
        assert_eq!(words[1], "\"Acme\" with pay-per-use");
        let different: std::collections::HashSet<_> = words.iter().collect();
        assert_eq!(different.len(), words.len(), "{words:?}");
    }
}
