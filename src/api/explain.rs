//! Errors in words: what came of a request, and what to do about it, where that is sure; and what the HTTP client's own
//! errors mean.

use std::error::Error as StdError;
use std::fmt;
use std::io;
use std::time::Duration;

use reqwest::{StatusCode, Url};
use rustls::{AlertDescription, CertificateError, Error as TlsError};

use super::duration::in_words;
use super::endpoint::host;
use super::error::{End, Error, ErrorKind, Report};
use super::limits::CONNECT_TIMEOUT;
use super::outside::Outside;
use super::proxy;

impl Error {
    /// One fragment: what was asked, what came of it, how many tries over how long.
    pub fn summary(&self) -> String {
        let Report { operation, kind, method, path, tries, elapsed, request_id, end, .. } = self.report();
        let what = format!("{operation}: {}", outcome(kind, *tries));
        if *tries == 0 {
            return what;
        }
        let id = request_id.as_ref().map(|id| format!(", request id {id}")).unwrap_or_default();
        let counted = if *tries == 1 { "1 try".to_owned() } else { format!("{tries} tries") };
        format!("{what} ({method} {path}{id}; {counted} in {}{})", in_words(*elapsed), ending(*end))
    }

    /// What to do next, in whole sentences; empty when the summary says all there is to say.
    pub fn advice(&self) -> &'static str {
        advice(self)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.summary())
    }
}

fn ending(end: End) -> String {
    match end {
        End::Plain => String::new(),
        End::Deadline => ", all the time there was".into(),
        End::Wait { wait, until } => {
            let until = until.map(|until| format!("until {} ", httpdate::fmt_http_date(until))).unwrap_or_default();
            format!(", and the service asks to wait {until}({}), longer than there was time", in_words(wait))
        }
        End::Stopped => ", then stopped on request".into(),
    }
}

fn outcome(kind: &ErrorKind, tries: u32) -> String {
    match kind {
        ErrorKind::Status { status, message, .. } if message.is_empty() => answered(*status),
        ErrorKind::Status { status, message, .. } => format!("{}, \"{message}\"", answered(*status)),
        ErrorKind::Redirected { status, to } => {
            format!("{}, which points to {to}; the key is not sent there", answered(*status))
        }
        ErrorKind::Unreadable { status, content_type, why, excerpt, .. } => {
            let kind = if content_type.is_empty() { "no content type" } else { content_type.as_str() };
            let excerpt = if excerpt.is_empty() { String::new() } else { format!("; it begins with \"{excerpt}\"") };
            format!("{} ({kind}) that cannot be read: {why}{excerpt}", answered(*status))
        }
        ErrorKind::Partial { why } => why.to_string(),
        ErrorKind::Contradicted { status, message } => {
            format!("{}, and its body says otherwise: \"{message}\"", answered(*status))
        }
        ErrorKind::TooLarge { what } => what.to_string(),
        ErrorKind::Cut { cause } => format!("the connection broke before the whole answer was there: {cause}"),
        ErrorKind::Timeout { limit } => format!("no whole answer within {}", in_words(*limit)),
        ErrorKind::Unprocessed { cause } => format!("the service closed the connection without doing it: {cause}"),
        ErrorKind::Unreachable { host, cause, .. } => format!("no connection to {host}: {cause}"),
        ErrorKind::Tls { host, cause, .. } => format!("no trusted connection to {host}: {cause}"),
        ErrorKind::NoTime => "the time for the operation was over before anything was sent".into(),
        ErrorKind::Stopped if tries == 0 => "stopped on request before anything was sent".into(),
        ErrorKind::Stopped => "stopped on request before the answer was there".into(),
        ErrorKind::Configuration { message } => message.clone(),
    }
}

/// "the service answered 403 Forbidden".
fn answered(status: u16) -> String {
    let reason = StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason()).unwrap_or_default();
    format!("the service answered {status} {reason}").trim_end().to_owned()
}

fn advice(error: &Error) -> &'static str {
    match error.kind() {
        ErrorKind::Status { status: 400..500, page: true, .. } | ErrorKind::Unreadable { page: true, .. } => {
            "A proxy, a gateway or a login page answered instead of the service. Check the endpoint, with its version \
             path (/v1), and the proxy settings (HTTPS_PROXY, NO_PROXY)."
        }
        ErrorKind::Status { status, .. } => advice_on_status(error, *status),
        ErrorKind::Redirected { .. } => {
            "Set the endpoint to the address of the API itself, with its version path (/v1)."
        }
        ErrorKind::Unreadable { .. } => {
            "The service, or a proxy before it, answered something else than the API promises. Check the endpoint, \
             with its version path (/v1). If it is right, try again, and report it if it stays."
        }
        ErrorKind::Partial { .. } => {
            "What is missing from the list cannot be told from what is gone, so nothing of it is used. Please report \
             it, with this text: the API promises whole lists."
        }
        ErrorKind::Contradicted { .. } => "It was most likely not done. Look at the object in the console.",
        ErrorKind::Unreachable { dns: true, .. } => {
            "The host's name cannot be resolved. Check the endpoint and this machine's DNS; behind a proxy, set \
             HTTPS_PROXY."
        }
        ErrorKind::Unreachable { .. } => {
            "Check the endpoint, the network and its firewall. Behind a proxy, set HTTPS_PROXY, with user and password \
             if the proxy asks for them."
        }
        ErrorKind::Tls { certificate: true, .. } => {
            "If a proxy of your own network opens TLS connections, or the endpoint is one of yours, name the \
             certificate of its authority in ca_certificate_file. Otherwise do not trust what answers there."
        }
        ErrorKind::Tls { .. } => "Check the endpoint's host and port, and the proxy settings (HTTPS_PROXY, NO_PROXY).",
        ErrorKind::Timeout { .. } => "Raise request_timeout if the service is slow, or try again later.",
        ErrorKind::NoTime => "Raise the timeout of this operation.",
        ErrorKind::TooLarge { .. }
        | ErrorKind::Cut { .. }
        | ErrorKind::Unprocessed { .. }
        | ErrorKind::Stopped
        | ErrorKind::Configuration { .. } => "",
    }
}

fn advice_on_status(error: &Error, status: u16) -> &'static str {
    match status {
        401 => {
            "The API key was not accepted. Keys have an expiry date and can be deleted: look at \"API Keys\" in the \
             management console, make a new key if this one has expired, and check that the endpoint is the one that \
             the key was made for."
        }
        403 => {
            "The API key is valid but may not do this. A key is either a distributor's (contracts, partners and what \
             belongs to them) or a channel partner's (its own storage accounts): check which kind this one is."
        }
        404 | 410 => {
            "What the request names is not there for this API key. Check the ids, and the endpoint: does it end in its \
             version path (/v1)? Without that, everything is answered like this."
        }
        429 => {
            "The service limits how fast it is asked. Set max_requests_per_second to ask more slowly, or try again \
             later."
        }
        503 => "The service is overloaded or being maintained. Try again later.",
        500.. => "The fault is on the service's side. Try again later; if it stays, tell Impossible Cloud's support.",
        400 | 409 | 422 if !error.report().on_refusal.is_empty() => error.report().on_refusal,
        _ if error.looks_like_capacity() => {
            "What is asked for must be covered by what is left of the contract's reserved capacity. Contact \
             Impossible Cloud's sales for more."
        }
        _ => "",
    }
}

/// Which kind of failure the HTTP client's error is. `begun` tells whether the body of the request was; before that,
/// the service has seen at most the head of it, and cannot have done what it asks for.
pub(super) fn classify(error: &reqwest::Error, url: &Url, begun: bool) -> ErrorKind {
    let host = host(url);
    if let Some(tls) = find::<TlsError>(error).filter(|_| error.is_connect()) {
        let (cause, certificate) = explain(tls);
        return ErrorKind::Tls { host, cause: Outside::words(cause), certificate };
    }
    let cause = cause(error);
    if error.is_connect() {
        let late = || format!("not connected within {}", in_words(CONNECT_TIMEOUT));
        let cause = if error.is_timeout() { late() } else { cause };
        let cause = Outside::words(through_proxy(cause, url));
        return ErrorKind::Unreachable { host, cause, dns: error.is_dns() };
    }
    let cause = Outside::words(cause);
    match find::<h2::Error>(error) {
        Some(closed) if is_unprocessed(closed) => ErrorKind::Unprocessed { cause },
        _ if !begun => ErrorKind::Unreachable { host, cause, dns: false },
        _ => ErrorKind::Cut { cause },
    }
}

/// The failure of a request with a body when the time was over before that was begun.
pub(super) fn never_connected(url: &Url, limit: Duration) -> ErrorKind {
    let cause = Outside::words(format!("not connected within {}", in_words(limit)));
    ErrorKind::Unreachable { host: host(url), cause, dns: false }
}

/// Whether HTTP/2 promises that the request was not processed: its stream was refused, or is above the last that a
/// GOAWAY names, which are the only streams that such an error ends.
fn is_unprocessed(error: &h2::Error) -> bool {
    error.is_remote()
        && (error.is_go_away() || (error.is_reset() && error.reason() == Some(h2::Reason::REFUSED_STREAM)))
}

/// Where requests go through a proxy, it is often the proxy that cannot be reached.
fn through_proxy(cause: String, url: &Url) -> String {
    let variable = proxy::find(url).ok().flatten().map(|proxy| proxy.variable);
    match (cause.strip_prefix("tunnel error: "), variable) {
        (Some("proxy authorization required"), _) => "the proxy asks for user and password".into(),
        (Some(reason), _) => format!("the proxy refused to connect to it ({reason})"),
        (None, Some(variable)) => format!("{cause}; {variable} is set, so it may be the proxy that is not reached"),
        (None, _) => cause,
    }
}

/// The innermost reasons: the outer ones only say that something failed.
pub(super) fn cause(error: &dyn StdError) -> String {
    let mut reasons: Vec<String> = Vec::new();
    let mut next = error.source();
    while let Some(reason) = next {
        let text = reason.to_string();
        // Many errors repeat the text of their source.
        if reasons.last().is_some_and(|last| last.contains(&text)) {
            reasons.pop();
        }
        if !text.starts_with("client error (") {
            reasons.push(text);
        }
        next = reason.source();
    }
    let skipped = reasons.len().saturating_sub(2);
    let text = reasons[skipped..].join(": ");
    if text.is_empty() { error.to_string() } else { text }
}

/// An error of a type among an error and its reasons.
fn find<'a, E: StdError + 'static>(error: &'a (dyn StdError + 'static)) -> Option<&'a E> {
    let mut next = Some(error);
    while let Some(reason) = next {
        if let Some(found) = reason.downcast_ref::<E>() {
            return Some(found);
        }
        // An io::Error does not give what it wraps as its source, but that one's source.
        let wrapped = reason.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        next = wrapped.map(|wrapped| wrapped as &(dyn StdError + 'static)).or_else(|| reason.source());
    }
    None
}

/// What is wrong with the other side, and whether it is its certificate.
fn explain(error: &TlsError) -> (String, bool) {
    let cause = match error {
        TlsError::InvalidCertificate(certificate) => return (explain_certificate(certificate), true),
        TlsError::InvalidMessage(_) => {
            "what answers there does not speak TLS (it may be an http port, or a proxy)".into()
        }
        TlsError::AlertReceived(alert) => format!("the other side refused TLS ({})", explain_alert(*alert)),
        TlsError::PeerIncompatible(why) => {
            format!("the other side speaks no TLS that can be used: it is too old, or set up otherwise ({why:?})")
        }
        TlsError::PeerMisbehaved(_) | TlsError::InappropriateMessage { .. } => {
            "the other side breaks the rules of TLS".into()
        }
        TlsError::InappropriateHandshakeMessage { .. } | TlsError::PeerSentOversizedRecord => {
            "the other side breaks the rules of TLS".into()
        }
        TlsError::NoCertificatesPresented => "the other side has no certificate".into(),
        TlsError::NoApplicationProtocol => "the other side speaks neither HTTP/2 nor HTTP/1.1".into(),
        other => other.to_string(),
    };
    (cause, false)
}

fn explain_alert(alert: AlertDescription) -> String {
    use AlertDescription as A;
    match alert {
        A::CertificateRequired => {
            "it wants a certificate of ours; the API does not, so this may be a proxy or gateway".into()
        }
        A::UnrecognisedName => "it does not know the host's name".into(),
        A::ProtocolVersion | A::HandshakeFailure | A::InsufficientSecurity => {
            format!("it and this client have no way of TLS in common: {alert:?}")
        }
        other => format!("{other:?}"),
    }
}

fn explain_certificate(error: &CertificateError) -> String {
    use CertificateError as E;
    match error {
        E::UnknownIssuer => "its certificate was issued by an authority that this machine does not trust".into(),
        E::Expired | E::ExpiredContext { .. } => "its certificate has expired, or this machine's clock is wrong".into(),
        E::NotValidYet | E::NotValidYetContext { .. } => {
            "its certificate is not valid yet, or this machine's clock is wrong".into()
        }
        E::NotValidForName | E::NotValidForNameContext { .. } => {
            format!("its certificate is for another host ({error})")
        }
        E::Revoked => "its certificate was revoked".into(),
        E::BadEncoding | E::UnhandledCriticalExtension => "its certificate cannot be read".into(),
        E::BadSignature => "its certificate was not signed by the authority that it names".into(),
        E::InvalidPurpose | E::InvalidPurposeContext { .. } => "its certificate is not for servers".into(),
        E::UnsupportedSignatureAlgorithmContext { .. } | E::UnsupportedSignatureAlgorithmForPublicKeyContext { .. } => {
            "its certificate is signed in a way that is not safe any more, or not known".into()
        }
        // The words of the certificate library, which the system's verifiers do not share.
        E::Other(other) if other.to_string().contains("CaUsedAsEndEntity") => {
            "its certificate is that of an authority, and not the one in ca_certificate_file".into()
        }
        E::Other(other) if other.to_string().contains("UnsupportedCertVersion") => {
            "its certificate is of a version that is not used any more".into()
        }
        other => format!("its certificate is not trusted ({other})"),
    }
}
