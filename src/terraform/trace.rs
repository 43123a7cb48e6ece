//! What is kept in private data: what a plan leaves for the plan and the apply that follow it, and what a creation
//! leaves for the next read.
//!
//! Terraform plans a forced replacement twice, with the prior state and without one, and hands the second plan what the
//! first left. So a plan without a prior state that comes with the id of an object *is* the replacement of that object,
//! however much its configuration ignores or renames. Nothing of it reaches the state, because reads and applies answer
//! none: Terraform copies what a state holds for each pair of instances. For the same reason it is small: at most
//! [`MAX_BYTES`] as it is sent.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What a trace may take on the wire.
pub const MAX_BYTES: usize = 40;

/// Longer ids that are no UUIDs leave no trace: it would grow beyond [`MAX_BYTES`].
const MAX_TEXT: usize = MAX_BYTES - 16;

/// Written by a plan.
const PLANNED: u8 = 1;

/// Written by a creation whose request was sent more than once.
const SENT_AGAIN: u8 = 2;

/// See the module. The first number says what it is; another one, or other data, is somebody else's and counts as none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trace(u8, Option<Uuid>, Option<String>, Option<i64>);

impl Trace {
    /// What the plan of an object leaves: its id and, for a growth, the bytes that were left to grow into. `None` for
    /// an id that is too long.
    pub fn planned(id: &str, left: Option<i64>) -> Option<Trace> {
        match Uuid::try_parse(id) {
            Ok(uuid) => Some(Trace(PLANNED, Some(uuid), None, left)),
            Err(_) if id.len() <= MAX_TEXT => Some(Trace(PLANNED, None, Some(id.into()), left)),
            Err(_) => None,
        }
    }

    /// What the plan of a new object leaves: the bytes that were left when it was planned.
    pub fn of_creation(left: Option<i64>) -> Option<Trace> {
        left.map(|left| Trace(PLANNED, None, None, Some(left)))
    }

    /// What a creation leaves whose request was sent again: there may be two of it.
    pub fn sent_again() -> Trace {
        Trace(SENT_AGAIN, None, None, None)
    }

    /// The id of the object that was planned.
    pub fn object(&self) -> Option<String> {
        let Trace(PLANNED, uuid, text, _) = self else { return None };
        uuid.map(|uuid| uuid.to_string()).or_else(|| text.clone())
    }

    /// The bytes that were left when a growth was planned.
    pub fn left(&self) -> Option<i64> {
        self.3.filter(|_| self.0 == PLANNED)
    }

    /// Whether the creation of the object was sent again.
    pub fn is_sent_again(&self) -> bool {
        self.0 == SENT_AGAIN
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "606f031c-0f85-4444-8c7d-4a8f1ede7cd3";

    #[test]
    fn a_trace_is_small_and_read_back() {
        for (id, left) in [(ID, Some(i64::MIN)), (ID, None), ("123456789012", Some(47_000_000_000_000)), ("x", None)] {
            let trace = Trace::planned(id, left).expect("short enough");
            let bytes = rmp_serde::to_vec_named(&trace).expect("serialises");
            assert!(bytes.len() <= MAX_BYTES, "{id}: {} bytes", bytes.len());
            let read: Trace = rmp_serde::from_slice(&bytes).expect("reads back");
            assert_eq!((read.object().as_deref(), read.left(), read.is_sent_again()), (Some(id), left, false));
        }
        assert_eq!(Trace::planned(&"9".repeat(25), None), None);
    }

    #[test]
    fn what_another_version_wrote_says_nothing() {
        let other = Trace(7, Uuid::try_parse(ID).ok(), None, Some(1));
        assert_eq!((other.object(), other.left(), other.is_sent_again()), (None, None, false));
        assert_eq!(Trace::sent_again().object(), None);
        assert_eq!(Trace::of_creation(Some(5)).expect("a trace").left(), Some(5));
    }
}
