//! How a connection goes on after an answer, or without one.

/// What becomes of the connection. An answer without one leaves it open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Parting {
    /// It closes after the answer, which says so.
    Announced,
    /// It closes after the answer, which does not say so.
    Silent,
    /// It stays open, and ends without an answer as soon as another request arrives on it.
    Spent,
    /// It ends in the place of an answer.
    Cut,
    /// It is reset in the place of an answer.
    Reset,
}
