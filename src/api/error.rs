//! Why a request failed: its kind, what follows from each kind, and what is known of the request.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};

use reqwest::Method;

use super::key_end::KeyEnd;
use super::outside::Outside;

/// What went wrong with one try. Callers ask [`Error`]'s methods rather than match on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ErrorKind {
    /// The service answered with an error; or, with a page, most likely a gateway before it.
    Status { status: u16, message: Outside, page: bool },
    /// 3xx: the service is elsewhere. Nothing was sent there, because the key must not follow.
    Redirected {
        status: u16,
        /// A host, or a path of the same host.
        to: Outside,
    },
    /// An answer of success that is not what the API promises.
    Unreadable { status: u16, content_type: Outside, why: Outside, page: bool, excerpt: Outside },
    /// Only a part of a list, whose rest cannot be asked for.
    Partial { why: Outside },
    /// An answer of success whose body says that there was none.
    Contradicted { status: u16, message: Outside },
    /// More than the client takes.
    TooLarge { what: Outside },
    /// The connection broke before the whole answer was there.
    Cut { cause: Outside },
    /// No whole answer within the time for one try.
    Timeout { limit: Duration },
    /// The connection was given up, and the other side said that it had not processed the request.
    Unprocessed { cause: Outside },
    /// No connection was made, so nothing was sent.
    Unreachable { host: Outside, cause: Outside, dns: bool },
    /// No trusted connection was made, so nothing was sent.
    Tls {
        host: Outside,
        cause: Outside,
        /// Whether it is the certificate: then trying again is of no use.
        certificate: bool,
    },
    /// The operation's time was over before anything was sent.
    NoTime,
    /// Asked to stop, before anything was sent or while a read was under way.
    Stopped,
    /// The settings do not work; nothing was sent.
    Configuration { message: String },
}

/// What may have come of a try that failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effect {
    /// Surely nothing.
    None,
    /// The service answered with an error, and may have done it all the same.
    Open,
    /// Nobody said anything that can be used: the service may have done it, and may still be at it.
    Unanswered,
}

/// What follows from a try that failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Outcome {
    /// Whether a request may be sent again that does the same when it is done twice: GET, PUT, PATCH, DELETE.
    pub(super) again: bool,
    /// Whether a POST may be sent again, which makes a second object when it is done twice.
    pub(super) post_again: bool,
    pub(super) effect: Effect,
}

impl ErrorKind {
    /// The one table of outcomes. A POST is sent again only where there was surely no effect.
    pub(super) fn outcome(&self) -> Outcome {
        let (again, post_again, effect) = match self {
            ErrorKind::Unreachable { .. } | ErrorKind::Unprocessed { .. } => (true, true, Effect::None),
            ErrorKind::Tls { certificate, .. } => (!certificate, !certificate, Effect::None),
            ErrorKind::NoTime | ErrorKind::Stopped | ErrorKind::Configuration { .. } => (false, false, Effect::None),
            ErrorKind::Status { status, page, .. } => match (status, page) {
                // Who limits the rate has not done it, be it the service or a gateway.
                (429, _) => (true, true, Effect::None),
                // Sent too slowly, or too early: once more may do, but a proxy may say so of a server that has read it
                // all.
                (408 | 425, _) => (true, false, Effect::Open),
                (400 | 401 | 403 | 404 | 405 | 409 | 410 | 413 | 415 | 421 | 422, false) => {
                    (false, false, Effect::None)
                }
                (400..=499, _) => (false, false, Effect::Open),
                // What the service cannot do it will not be able to do in a moment.
                (501 | 505, _) => (false, false, Effect::Open),
                _ => (true, false, Effect::Open),
            },
            ErrorKind::Redirected { .. } | ErrorKind::Partial { .. } | ErrorKind::Contradicted { .. } => {
                (false, false, Effect::Open)
            }
            ErrorKind::Cut { .. } | ErrorKind::Timeout { .. } | ErrorKind::Unreadable { .. } => {
                (true, false, Effect::Unanswered)
            }
            ErrorKind::TooLarge { .. } => (false, false, Effect::Unanswered),
        };
        Outcome { again, post_again, effect }
    }

    /// Whether the service is asked too often.
    pub(super) fn is_rate_limit(&self) -> bool {
        matches!(self, ErrorKind::Status { status: 429, .. })
    }
}

/// A request that failed, however often it was tried. `Display` is its summary.
#[derive(Debug, Clone)]
pub struct Error(Box<Report>);

/// What an [`Error`] knows.
#[derive(Debug, Clone)]
pub(super) struct Report {
    pub(super) kind: ErrorKind,
    pub(super) operation: &'static str,
    /// What to say when the service refuses it.
    pub(super) on_refusal: &'static str,
    pub(super) method: Method,
    pub(super) path: Outside,
    pub(super) tries: u32,
    pub(super) elapsed: Duration,
    pub(super) request_id: Option<Outside>,
    /// What the service asked to wait, with its last answer.
    pub(super) retry_after: Option<Duration>,
    /// An earlier try may have had an effect, whatever became of the last.
    pub(super) unsure: bool,
    pub(super) end: End,
    /// Whether the operator was told what to do about a key that is not accepted.
    pub(super) told: Arc<AtomicBool>,
    /// When the key ends, where it says so.
    pub(super) key_end: Option<KeyEnd>,
}

/// Why there was no further try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// It would have been of no use, or all tries were used.
    Plain,
    /// The operation's time is over, or would be after the next wait.
    Deadline,
    /// The service asks to wait longer than the operation has time.
    Wait { wait: Duration, until: Option<SystemTime> },
    /// Asked to stop while waiting.
    Stopped,
}

impl Error {
    pub(super) fn new(report: Report) -> Error {
        Error(Box::new(report))
    }

    /// An error before any request.
    pub(crate) fn unsent(operation: &'static str, kind: ErrorKind) -> Error {
        Error::new(Report {
            kind,
            operation,
            on_refusal: "",
            method: Method::GET,
            path: Outside::default(),
            tries: 0,
            elapsed: Duration::ZERO,
            request_id: None,
            retry_after: None,
            unsure: false,
            end: End::Plain,
            told: Arc::default(),
            key_end: None,
        })
    }

    pub(super) fn report(&self) -> &Report {
        &self.0
    }

    pub fn kind(&self) -> &ErrorKind {
        &self.0.kind
    }

    /// What was asked: `create partner`.
    pub fn operation(&self) -> &'static str {
        self.0.operation
    }

    /// The HTTP status of the last answer, if there was one.
    pub fn status(&self) -> Option<u16> {
        match self.kind() {
            ErrorKind::Status { status, .. }
            | ErrorKind::Redirected { status, .. }
            | ErrorKind::Unreadable { status, .. }
            | ErrorKind::Contradicted { status, .. } => Some(*status),
            _ => None,
        }
    }

    /// Whether it is said, and not by a page, that what was asked for is not there. Whether the service said it, nobody
    /// knows.
    pub fn is_not_found(&self) -> bool {
        matches!(self.kind(), ErrorKind::Status { status: 404 | 410, page: false, .. })
    }

    /// Whether the key was not accepted.
    pub fn is_unauthorized(&self) -> bool {
        matches!(self.kind(), ErrorKind::Status { status: 401, page: false, .. })
    }

    /// When the key that was used ends, where it says so.
    pub fn key_end(&self) -> Option<KeyEnd> {
        self.0.key_end
    }

    /// Whether this was asked before, of this error or another one of the same client: what all have in common is said
    /// once.
    pub fn was_told(&self) -> bool {
        self.0.told.swap(true, Ordering::Relaxed)
    }

    /// Whether it failed because it was asked to stop.
    pub fn is_stopped(&self) -> bool {
        matches!(self.kind(), ErrorKind::Stopped) || self.0.end == End::Stopped
    }

    /// What the service asked to wait, with its last answer.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// Whether an earlier try may have had an effect, whatever became of the last.
    pub(super) fn sent_before(&self) -> bool {
        self.0.unsure
    }

    /// Whether it is sure that the request had no effect on the service, by any of its tries.
    pub fn had_no_effect(&self) -> bool {
        self.0.method == Method::GET || (!self.0.unsure && self.kind().outcome().effect == Effect::None)
    }

    /// Whether the service refused for want of capacity. It documents no code for that, so its words decide.
    pub fn looks_like_capacity(&self) -> bool {
        let ErrorKind::Status { status: 400 | 409 | 422, message, .. } = self.kind() else { return false };
        let message = message.as_str().to_lowercase();
        let speaks_of = |words: &[&str]| words.iter().any(|word| message.contains(word));
        // A complaint about the field ("allocatedCapacity must be a number") names it too.
        speaks_of(&["capacity", "allocat", "quota", "storage"])
            && speaks_of(&["enough", "sufficient", "exceed", "remain", "available", "left", "short", "limit"])
    }

    /// How often it was sent.
    #[cfg(test)]
    pub(super) fn tries(&self) -> u32 {
        self.0.tries
    }
}

impl std::error::Error for Error {}

/// Why a creation failed, by what is known of its effect. A creation is tried once, and again only when it surely had
/// none.
#[derive(Debug, Clone)]
pub enum CreateError {
    /// Surely nothing was created: it was refused, or never sent.
    Refused(Error),
    /// The service answered with an error; perhaps something was created.
    Answered(Error),
    /// No usable answer; perhaps something was created, perhaps it still will be.
    Unanswered(Error),
}

impl CreateError {
    /// The error, whatever its effect.
    pub fn error(&self) -> &Error {
        match self {
            CreateError::Refused(error) | CreateError::Answered(error) | CreateError::Unanswered(error) => error,
        }
    }
}

impl From<Error> for CreateError {
    fn from(error: Error) -> CreateError {
        match error.kind().outcome().effect {
            _ if error.had_no_effect() => CreateError::Refused(error),
            Effect::Unanswered => CreateError::Unanswered(error),
            Effect::None | Effect::Open => CreateError::Answered(error),
        }
    }
}

impl fmt::Display for CreateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error().fmt(f)
    }
}

impl std::error::Error for CreateError {}
