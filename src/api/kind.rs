//! The kinds of errors, and what they say about their effect.

use std::time::Duration;

/// The cases that callers branch on. A `message` holds the service's words, masked and shortened; it may be empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ErrorKind {
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

impl ErrorKind {
    /// Whether it is sure that this try had no effect on the service.
    pub(super) fn had_no_effect(&self) -> bool {
        match self {
            ErrorKind::Unauthorized { .. }
            | ErrorKind::Forbidden { .. }
            | ErrorKind::NotFound { .. }
            | ErrorKind::RateLimited { .. } => true,
            ErrorKind::Unreachable { .. } | ErrorKind::Tls { .. } => true,
            ErrorKind::NoTime | ErrorKind::Stopped | ErrorKind::Configuration { .. } => true,
            // A server that answers 408 has not read the request to its end, but a proxy may say so of a server that has.
            ErrorKind::Refused { status, .. } => *status != 408,
            ErrorKind::Unreadable { status, .. } => (400..500).contains(status),
            ErrorKind::Unavailable { .. }
            | ErrorKind::Redirected { .. }
            | ErrorKind::Cut { .. }
            | ErrorKind::Timeout { .. } => false,
            ErrorKind::TooLarge { .. } => false,
        }
    }

    /// Whether the service may still be at work: nobody answered, or only a gateway that gave up waiting.
    pub(super) fn is_unanswered(&self) -> bool {
        match self {
            ErrorKind::Refused { status, .. } | ErrorKind::Unavailable { status, .. } => {
                matches!(status, 408 | 504 | 522 | 524)
            }
            ErrorKind::Unreadable { .. }
            | ErrorKind::Cut { .. }
            | ErrorKind::Timeout { .. }
            | ErrorKind::TooLarge { .. } => true,
            _ => false,
        }
    }

    /// The HTTP status of the answer, if there was one.
    pub(super) fn status(&self) -> Option<u16> {
        Some(match self {
            ErrorKind::Unauthorized { .. } => 401,
            ErrorKind::Forbidden { .. } => 403,
            ErrorKind::NotFound { .. } => 404,
            ErrorKind::RateLimited { .. } => 429,
            ErrorKind::Refused { status, .. } | ErrorKind::Unavailable { status, .. } => *status,
            ErrorKind::Redirected { status, .. } | ErrorKind::Unreadable { status, .. } => *status,
            _ => return None,
        })
    }

    /// The service's words, where it may have said some.
    pub(super) fn message(&self) -> Option<&str> {
        match self {
            ErrorKind::Unauthorized { message }
            | ErrorKind::Forbidden { message }
            | ErrorKind::NotFound { message } => Some(message),
            ErrorKind::RateLimited { message }
            | ErrorKind::Refused { message, .. }
            | ErrorKind::Unavailable { message, .. } => Some(message),
            _ => None,
        }
    }
}
