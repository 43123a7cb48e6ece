//! Why a request failed.

use std::fmt;
use std::time::Duration;

use reqwest::StatusCode;

use super::kind::ErrorKind;
use super::words::{quoted, seconds};

/// A request that failed, however often it was tried. `Display` is [`Error::summary`].
#[derive(Debug, Clone)]
pub struct Error(Box<Report>);

/// What an [`Error`] knows.
#[derive(Debug, Clone)]
pub(super) struct Report {
    pub(super) kind: ErrorKind,
    pub(super) operation: &'static str,
    pub(super) method: String,
    pub(super) path: String,
    pub(super) tries: u32,
    pub(super) elapsed: Duration,
    pub(super) request_id: Option<String>,
    /// An earlier try may have had an effect, whatever became of the last.
    pub(super) unsure: bool,
    pub(super) end: End,
}

/// Why there was no further try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// It would have been of no use, or all tries were used.
    Plain,
    /// The operation's time is over, or would be after the next wait.
    Deadline,
    /// The service asks to wait longer than the operation has time.
    Wait(Duration),
    /// Asked to stop while waiting.
    Stopped,
}

impl Error {
    /// How often it was sent.
    #[cfg(test)]
    pub(super) fn tries(&self) -> u32 {
        self.0.tries
    }

    pub(super) fn new(report: Report) -> Error {
        Error(Box::new(report))
    }

    /// An error before any request.
    pub(crate) fn unsent(operation: &'static str, kind: ErrorKind) -> Error {
        Error::new(Report {
            kind,
            operation,
            method: String::new(),
            path: String::new(),
            tries: 0,
            elapsed: Duration::ZERO,
            request_id: None,
            unsure: false,
            end: End::Plain,
        })
    }

    /// What it is.
    pub fn kind(&self) -> &ErrorKind {
        &self.0.kind
    }

    /// What was asked: `create partner`.
    pub fn operation(&self) -> &'static str {
        self.0.operation
    }

    /// The HTTP status of the last answer, if there was one.
    pub fn status(&self) -> Option<u16> {
        self.kind().status()
    }

    /// Whether it is sure that the request had no effect on the service, by any of its tries.
    pub fn had_no_effect(&self) -> bool {
        self.0.method == "GET" || (!self.0.unsure && self.kind().had_no_effect())
    }

    /// Whether the service refused for want of capacity. It documents no code for that, so its words decide.
    pub fn looks_like_capacity(&self) -> bool {
        let ErrorKind::Refused { status: 400 | 409 | 422, message } = self.kind() else { return false };
        let message = message.to_lowercase();
        let speaks_of = |words: &[&str]| words.iter().any(|word| message.contains(word));
        // A complaint about the field ("allocatedCapacity must be a number") names it too.
        speaks_of(&["capacity", "allocat", "quota", "storage"])
            && speaks_of(&["enough", "sufficient", "exceed", "remain", "available", "left", "short", "limit"])
    }

    /// One fragment: what was asked, what came of it, how many tries over how long.
    pub fn summary(&self) -> String {
        let Report { operation, method, path, tries, elapsed, request_id, end, .. } = &*self.0;
        let what = format!("{operation}: {}", self.outcome());
        if *tries == 0 {
            return what;
        }
        let id = request_id.as_ref().map(|id| format!(", request id {id}")).unwrap_or_default();
        let counted = if *tries == 1 { "1 try".to_owned() } else { format!("{tries} tries") };
        let end = match end {
            End::Plain => String::new(),
            End::Deadline => ", all the time there was".into(),
            End::Wait(wait) => format!(", and the service asks to wait {}, longer than there was time", seconds(*wait)),
            End::Stopped => ", then stopped on request".into(),
        };
        format!("{what} ({method} {path}{id}; {counted} in {}{end})", seconds(*elapsed))
    }

    fn outcome(&self) -> String {
        if let (Some(status), Some(message)) = (self.status(), self.kind().message()) {
            return answered(status, message);
        }
        match self.kind() {
            ErrorKind::Redirected { status, to } => {
                format!("{}, which points to {to}; the key is not sent there", answered(*status, ""))
            }
            ErrorKind::Unreadable { status, content_type, why, excerpt, .. } => {
                let kind = if content_type.is_empty() { "no content type".into() } else { content_type.clone() };
                let excerpt =
                    if excerpt.is_empty() { String::new() } else { format!("; it begins with {}", quoted(excerpt)) };
                format!("{} ({kind}) that cannot be read: {why}{excerpt}", answered(*status, ""))
            }
            ErrorKind::Unreachable { host, cause, .. } => format!("no connection to {host}: {cause}"),
            ErrorKind::Tls { host, cause, .. } => format!("no trusted connection to {host}: {cause}"),
            ErrorKind::Cut { cause } => format!("the connection broke before the whole answer was there: {cause}"),
            ErrorKind::Timeout { limit } => format!("no whole answer within {}", seconds(*limit)),
            ErrorKind::NoTime => "the time for the operation was over before anything was sent".into(),
            ErrorKind::Stopped => "stopped on request before anything was sent".into(),
            ErrorKind::TooLarge { limit } => format!("the answer is larger than {} MiB", limit >> 20),
            ErrorKind::Configuration { message } => message.clone(),
            _ => String::new(),
        }
    }
}

/// "the service answered 403 Forbidden, "wrong key"".
fn answered(status: u16, message: &str) -> String {
    let reason = StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason()).unwrap_or_default();
    let status = format!("the service answered {status} {reason}").trim_end().to_owned();
    if message.is_empty() { status } else { format!("{status}, {}", quoted(message)) }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.summary())
    }
}

impl std::error::Error for Error {}

/// Why a creation failed, by what is known of its effect. A creation is tried once, and again only when it surely had none.
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
        if error.had_no_effect() {
            CreateError::Refused(error)
        } else if error.kind().is_unanswered() {
            CreateError::Unanswered(error)
        } else {
            CreateError::Answered(error)
        }
    }
}

impl fmt::Display for CreateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error().fmt(f)
    }
}

impl std::error::Error for CreateError {}
