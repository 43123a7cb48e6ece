//! Why a request failed.

use std::fmt;
use std::time::Duration;

use reqwest::StatusCode;

use super::words::{quoted, seconds};

/// A request that failed, however often it was tried. `Display` is [`Error::summary`].
#[derive(Debug, Clone)]
pub struct Error(Box<Report>);

/// What an [`Error`] knows.
#[derive(Debug, Clone)]
pub(super) struct Report {
    pub(super) kind: Kind,
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

/// The cases that callers branch on. A `message` holds the service's words, masked and shortened; it may be empty.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// 401: the key is wrong, expired or deleted.
    Unauthorized {
        /// The service's words.
        message: String,
    },
    /// 403: the key is not of the kind that may do this.
    Forbidden {
        /// The service's words.
        message: String,
    },
    /// 404, from the service itself and not from a proxy.
    NotFound {
        /// The service's words.
        message: String,
    },
    /// 429, until the tries or the time were used up.
    RateLimited {
        /// The service's words.
        message: String,
    },
    /// Any other 4xx: the service will not do it.
    Refused {
        /// The HTTP status.
        status: u16,
        /// The service's words.
        message: String,
    },
    /// 5xx: the service failed, or is being maintained.
    Unavailable {
        /// The HTTP status.
        status: u16,
        /// The service's words.
        message: String,
    },
    /// 3xx: the service is elsewhere. Nothing was sent there, because the key must not follow.
    Redirected {
        /// The HTTP status.
        status: u16,
        /// Where it points to: a host, or a path of the same host.
        to: String,
    },
    /// An answer that is not what the API promises.
    Unreadable {
        /// The HTTP status.
        status: u16,
        /// Its media type, as sent; may be empty.
        content_type: String,
        /// What is wrong with it.
        why: String,
        /// Whether it is a web page, so not from the service itself.
        page: bool,
        /// Its beginning, masked.
        excerpt: String,
    },
    /// No connection was made, so nothing was sent.
    Unreachable {
        /// The host, with its port.
        host: String,
        /// What the system said.
        cause: String,
        /// Whether the name could not be resolved.
        dns: bool,
    },
    /// No trusted connection was made, so nothing was sent.
    Tls {
        /// The host, with its port.
        host: String,
        /// What is wrong with its certificate or its TLS.
        cause: String,
        /// Whether it is the certificate: then trying again is of no use.
        certificate: bool,
    },
    /// The connection broke before the whole answer was there.
    Cut {
        /// What the system said.
        cause: String,
    },
    /// No whole answer within the time for one try.
    Timeout {
        /// That time.
        limit: Duration,
    },
    /// The operation's time was over before anything was sent.
    NoTime,
    /// Asked to stop before anything was sent.
    Stopped,
    /// The answer is larger than the client reads.
    TooLarge {
        /// How much it reads, in bytes.
        limit: usize,
    },
    /// The settings do not work; nothing was sent.
    Configuration {
        /// What is wrong.
        message: String,
    },
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

impl Kind {
    /// Whether it is sure that this try had no effect on the service.
    pub(super) fn had_no_effect(&self) -> bool {
        match self {
            Kind::Unauthorized { .. } | Kind::Forbidden { .. } | Kind::NotFound { .. } | Kind::RateLimited { .. } => {
                true
            }
            Kind::Unreachable { .. } | Kind::Tls { .. } => true,
            Kind::NoTime | Kind::Stopped | Kind::Configuration { .. } => true,
            // A server that answers 408 has not read the request to its end, but a proxy may say so of a server that has.
            Kind::Refused { status, .. } => *status != 408,
            Kind::Unreadable { status, .. } => (400..500).contains(status),
            Kind::Unavailable { .. } | Kind::Redirected { .. } | Kind::Cut { .. } | Kind::Timeout { .. } => false,
            Kind::TooLarge { .. } => false,
        }
    }

    /// Whether the service may still be at work: nobody answered, or only a gateway that gave up waiting.
    pub(super) fn is_unanswered(&self) -> bool {
        match self {
            Kind::Refused { status, .. } | Kind::Unavailable { status, .. } => matches!(status, 408 | 504 | 522 | 524),
            Kind::Unreadable { .. } | Kind::Cut { .. } | Kind::Timeout { .. } | Kind::TooLarge { .. } => true,
            _ => false,
        }
    }
}

impl Error {
    pub(super) fn new(report: Report) -> Error {
        Error(Box::new(report))
    }

    /// An error before any request.
    pub(super) fn unsent(operation: &'static str, kind: Kind) -> Error {
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
    pub fn kind(&self) -> &Kind {
        &self.0.kind
    }

    /// What was asked: `create partner`.
    pub fn operation(&self) -> &'static str {
        self.0.operation
    }

    /// The HTTP status of the last answer, if there was one.
    pub fn status(&self) -> Option<u16> {
        Some(match self.kind() {
            Kind::Unauthorized { .. } => 401,
            Kind::Forbidden { .. } => 403,
            Kind::NotFound { .. } => 404,
            Kind::RateLimited { .. } => 429,
            Kind::Refused { status, .. } | Kind::Unavailable { status, .. } => *status,
            Kind::Redirected { status, .. } | Kind::Unreadable { status, .. } => *status,
            _ => return None,
        })
    }

    /// How often it was tried; 0 when nothing was sent.
    pub fn tries(&self) -> u32 {
        self.0.tries
    }

    /// How long all tries and the waits between them took.
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed
    }

    /// Whether it is sure that the request had no effect on the service, by any of its tries.
    pub fn had_no_effect(&self) -> bool {
        !self.0.unsure && self.kind().had_no_effect()
    }

    /// Whether the service refused for want of capacity. It documents no code for that, so its words decide.
    pub fn looks_like_capacity(&self) -> bool {
        let Kind::Refused { status: 400 | 409 | 422, message } = self.kind() else { return false };
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
        if let (Some(status), Some(message)) = (self.status(), self.message()) {
            return answered(status, message);
        }
        match self.kind() {
            Kind::Redirected { status, to } => {
                format!("{}, which points to {to}; the key is not sent there", answered(*status, ""))
            }
            Kind::Unreadable { status, content_type, why, excerpt, .. } => {
                let kind = if content_type.is_empty() { "no content type".into() } else { content_type.clone() };
                let excerpt =
                    if excerpt.is_empty() { String::new() } else { format!("; it begins with {}", quoted(excerpt)) };
                format!("{} ({kind}) that cannot be read: {why}{excerpt}", answered(*status, ""))
            }
            Kind::Unreachable { host, cause, .. } => format!("no connection to {host}: {cause}"),
            Kind::Tls { host, cause, .. } => format!("no trusted connection to {host}: {cause}"),
            Kind::Cut { cause } => format!("the connection broke before the whole answer was there: {cause}"),
            Kind::Timeout { limit } => format!("no whole answer within {}", seconds(*limit)),
            Kind::NoTime => "the time for the operation was over before anything was sent".into(),
            Kind::Stopped => "stopped on request before anything was sent".into(),
            Kind::TooLarge { limit } => format!("the answer is larger than {} MiB", limit >> 20),
            Kind::Configuration { message } => message.clone(),
            _ => String::new(),
        }
    }

    fn message(&self) -> Option<&str> {
        match self.kind() {
            Kind::Unauthorized { message } | Kind::Forbidden { message } | Kind::NotFound { message } => Some(message),
            Kind::RateLimited { message } | Kind::Refused { message, .. } | Kind::Unavailable { message, .. } => {
                Some(message)
            }
            _ => None,
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
