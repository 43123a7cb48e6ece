//! What became of a request that has no answer.

use std::error::Error as StdError;
use std::io;

use reqwest::Url;
use rustls::{CertificateError, Error as TlsError};

use super::kind::ErrorKind;
use super::transport::{CONNECT_TIMEOUT, is_loopback};
use super::words::{seconds, shorten};

/// Which kind of failure the HTTP client's error is.
pub(super) fn classify(error: &reqwest::Error, url: &Url) -> ErrorKind {
    let host = host(url);
    if let Some(tls) = tls_error(error).filter(|_| error.is_connect()) {
        let (cause, certificate) = explain(tls);
        return ErrorKind::Tls { host, cause, certificate };
    }
    if error.is_connect() {
        let cause = if error.is_timeout() {
            format!("not connected within {}", seconds(CONNECT_TIMEOUT))
        } else {
            cause(error)
        };
        return ErrorKind::Unreachable { host, cause: through_proxy(cause, url), dns: error.is_dns() };
    }
    ErrorKind::Cut { cause: cause(error) }
}

/// The same failure of a request whose body was not even begun: the service cannot have done anything.
pub(super) fn never_sent(kind: ErrorKind, url: &Url) -> ErrorKind {
    let cause = match kind {
        ErrorKind::Timeout { limit } => format!("not connected within {}", seconds(limit)),
        ErrorKind::Cut { cause } => cause,
        other => return other,
    };
    ErrorKind::Unreachable { host: host(url), cause, dns: false }
}

/// Where requests go through a proxy, it is often the proxy that cannot be reached.
fn through_proxy(cause: String, url: &Url) -> String {
    // The variables' values are not shown: they may hold a password.
    let is_set = |name: &&str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let variable = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"].into_iter().find(is_set);
    match (cause.strip_prefix("tunnel error: "), variable) {
        (Some("proxy authorization required"), _) => "the proxy asks for user and password".into(),
        (Some(reason), _) => format!("the proxy refused to connect to it ({reason})"),
        (None, Some(variable)) if !is_loopback(url) => {
            format!("{cause}; {variable} is set, so it may be the proxy that is not reached")
        }
        (None, _) => cause,
    }
}

/// The host of a URL, with its port.
fn host(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    format!("{host}:{}", url.port_or_known_default().unwrap_or_default())
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
    if text.is_empty() { shorten(&error.to_string()) } else { shorten(&text) }
}

fn tls_error<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a TlsError> {
    let mut next = Some(error);
    while let Some(reason) = next {
        if let Some(tls) = reason.downcast_ref::<TlsError>() {
            return Some(tls);
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
        TlsError::AlertReceived(alert) => format!("the other side refused TLS ({alert:?})"),
        other => other.to_string(),
    };
    (shorten(&cause), false)
}

fn explain_certificate(error: &CertificateError) -> String {
    use CertificateError as E;
    let text = match error {
        E::UnknownIssuer => "its certificate was issued by an authority that this machine does not trust".into(),
        E::Expired | E::ExpiredContext { .. } => "its certificate has expired, or this machine's clock is wrong".into(),
        E::NotValidYet | E::NotValidYetContext { .. } => {
            "its certificate is not valid yet, or this machine's clock is wrong".into()
        }
        E::NotValidForName | E::NotValidForNameContext { .. } => {
            format!("its certificate is for another host ({error})")
        }
        E::Revoked => "its certificate was revoked".into(),
        other => format!("its certificate is not trusted ({other})"),
    };
    shorten(&text)
}
