//! What is said of creations that did not go as planned.

use std::time::Duration;

use super::wanted::{NotMade, Wanted};
use crate::api::{Error, duration};
use crate::terraform::diagnostics::Diagnostic;
use crate::terraform::values::lines;

pub fn refused(wanted: &Wanted, error: &Error) -> Diagnostic {
    Diagnostic::api(format!("create {}", wanted.who), error)
}

/// Two objects where one was asked for; also said by the read that follows a creation that was sent again.
pub fn may_be_two(who: &str, id: &str, second: &str) -> Diagnostic {
    Diagnostic::new(
        format!("There may be two of {who}"),
        format!(
            "The service answered its creation with an error, and made it when it was asked again: {id} is in the \
             state. There is another object of that content, {second}, in no state of this run. Most likely the \
             service completed the first request late. Find out who made it, and delete it in the console if nobody \
             did."
        ),
    )
}

pub fn found_again(wanted: &Wanted, id: &str, error: &Error) -> Diagnostic {
    Diagnostic::new(
        format!("The answer to a creation was lost; {} was found", wanted.who),
        format!(
            "The service was asked to create {} and gave no usable answer ({error}). The list then showed exactly one \
             new object of that content, {id}, which is now in the state. Nothing was created twice.",
            wanted.who,
        ),
    )
}

/// The service says that it made something that was there before, or that another creation of this apply made.
pub fn not_new(wanted: &Wanted, id: &str) -> NotMade {
    let diagnostic = Diagnostic::new(
        format!("The service answered the creation of {} with an object that is not new", wanted.who),
        format!(
            "It was asked to create {} and answered with {id}, which was there before, or belongs to another creation \
             of this apply. Two blocks must not hold one object, so nothing was recorded. Whether a new one was made \
             is not known: plan again, and the plan warns of one of that name. If there is one, bring it into the \
             state with\n\n{}",
            wanted.who,
            import_line(wanted, "ID")
        ),
    );
    NotMade { diagnostic, may_exist: true }
}

pub fn undecided(wanted: &Wanted, error: &Error, looked_for: Duration) -> NotMade {
    let diagnostic = Diagnostic::api(format!("tell whether {} was created", wanted.who), error).and(format!(
        "The request was sent and its answer was lost. For {} the list shows no new object of that content, so it was \
         most likely not created; it is not sent again, because the service may still be at work on it. Plan again in \
         a minute: if it exists by then, the plan names it. Bring it into the state with\n\n{}\n\nand do not create it \
         again.",
        duration::format(looked_for),
        import_line(wanted, "ID"),
    ));
    NotMade { diagnostic, may_exist: true }
}

pub fn given_up(wanted: &Wanted, error: &Error, sent: u32) -> NotMade {
    let diagnostic = Diagnostic::api(format!("create {}", wanted.who), error).and(format!(
        "That is the last answer. In all, the creation was sent {sent} {}, each answered with an error, and after each \
         the list showed no new object of that content: most likely nothing was created. Apply again when the service \
         is well.",
        if sent == 1 { "time" } else { "times" },
    ));
    NotMade { diagnostic, may_exist: false }
}

pub fn cannot_look(wanted: &Wanted, error: &Error, look: &Error) -> NotMade {
    let diagnostic = Diagnostic::api(format!("tell whether {} was created", wanted.who), error).and(format!(
        "Whether it was created could not be looked up either: {look}. Nothing was sent again. Plan again when the \
         service is well: if it exists, the plan names it. Bring it into the state with\n\n{}\n\nand do not create it \
         again.",
        import_line(wanted, "ID"),
    ));
    NotMade { diagnostic, may_exist: true }
}

pub fn ambiguous(wanted: &Wanted, error: &Error, mut ids: Vec<String>) -> NotMade {
    ids.sort();
    let imports = ids.iter().map(|id| import_line(wanted, id).trim_start().to_owned());
    let diagnostic = Diagnostic::api(format!("tell which object is {}", wanted.who), error).and(format!(
        "The answer to its creation was lost, and {} new objects of that content exist. None was taken, nothing was \
         sent again. Find out which one is meant (and who made the others), then bring it into the state with one \
         of\n\n{}",
        ids.len(),
        lines(imports),
    ));
    NotMade { diagnostic, may_exist: true }
}

/// How to bring an object that exists into the state. Only messages of an apply say it.
fn import_line(wanted: &Wanted, id: &str) -> String {
    format!("  terraform import {}.NAME {}{id}", wanted.resource_type, wanted.import_prefix)
}
