//! How a connection goes on after an answer, or without one.

use std::sync::Arc;

/// What becomes of the connection. An answer without one leaves it open.
#[derive(Debug, Clone, PartialEq, Eq)]
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
    /// HTTP/2: the stream is refused, the connection stays open.
    Refused,
    /// HTTP/2: it ends with a GOAWAY in the place of an answer.
    GoAway(Arc<GoAway>),
}

/// What a GOAWAY says.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct GoAway {
    /// Whether its last stream is the one of the request, or the one before.
    pub above: bool,
    pub code: u32,
    pub debug: Vec<u8>,
}
