//! The HTTP client below: TLS, trust, proxies, connections.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{ACCEPT, AUTHORIZATION, HeaderMap, HeaderValue};
use reqwest::redirect;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::Verifier;
use url::{Host, Url};

use super::limits::MAX_IN_FLIGHT;
use super::{Secret, Settings};

/// How long it may take to be connected, TLS included. Nothing was sent before, so a creation can be tried again.
pub(super) const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// Connections that were idle for longer are not used again. Servers close theirs after 5 s and more; a creation that is sent while the
/// server closes has no answer, and then it is not known whether it had an effect.
const IDLE_TIMEOUT: Duration = Duration::from_secs(4);

/// A connection is asked for a sign of life so often while requests wait on it, and given as long to answer. Without that, HTTP/2 would send
/// try after try over a connection that the network has forgotten.
const KEEP_ALIVE: Duration = Duration::from_secs(10);

/// Checks the settings that can be checked without reading the system's trust store, and returns the additional certificates.
pub(super) fn check(settings: &Settings) -> Result<Vec<CertificateDer<'static>>, String> {
    let Settings { endpoint, ca_certificates, .. } = settings;
    let is_safe = endpoint.scheme() == "https" || (endpoint.scheme() == "http" && is_loopback(endpoint));
    if !is_safe || endpoint.host().is_none() {
        return Err("the endpoint must be an https URL (http for loopback hosts alone)".into());
    }
    if !endpoint.username().is_empty() || endpoint.password().is_some() || endpoint.query().is_some() {
        return Err("the endpoint must have no user, password or query".into());
    }
    if settings.request_timeout.is_zero() {
        return Err("request_timeout must be longer than nothing".into());
    }
    authorization(&settings.key)?;
    HeaderValue::from_str(&settings.user_agent).map_err(|_| "the user agent holds characters that cannot be sent")?;
    let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(ca_certificates).collect();
    let certificates = certificates.map_err(|error| format!("the CA certificates cannot be read: {error}"))?;
    if certificates.is_empty() && !ca_certificates.is_empty() {
        return Err("the CA certificates hold no certificate in PEM form".into());
    }
    for (index, certificate) in certificates.iter().enumerate() {
        let added = RootCertStore::empty().add(certificate.clone());
        added.map_err(|error| format!("CA certificate {} cannot be used: {error}", index + 1))?;
    }
    Ok(certificates)
}

/// Builds the client. This reads the trust store, so it is done when the first request is sent.
pub(super) fn build(settings: &Settings, roots: &[CertificateDer<'static>]) -> Result<reqwest::Client, String> {
    let mut headers = HeaderMap::new();
    headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    headers.insert(AUTHORIZATION, authorization(&settings.key)?);
    let mut builder = reqwest::Client::builder()
        .tls_backend_preconfigured(tls(settings, roots)?)
        .default_headers(headers)
        .user_agent(settings.user_agent.as_str())
        // The key must not follow to another host.
        .redirect(redirect::Policy::none())
        .referer(false)
        // Whether a request is sent again is decided in one place, and that is not here.
        .retry(reqwest::retry::never())
        .connect_timeout(CONNECT_TIMEOUT)
        .http2_keep_alive_interval(KEEP_ALIVE)
        .http2_keep_alive_timeout(KEEP_ALIVE)
        .pool_idle_timeout(IDLE_TIMEOUT)
        .pool_max_idle_per_host(MAX_IN_FLIGHT);
    if is_loopback(&settings.endpoint) {
        // As in Go's HTTP client: what listens on this machine is not reached through a proxy.
        builder = builder.no_proxy();
    }
    builder.build().map_err(|error| format!("the HTTP client cannot be set up: {}", super::failure::cause(&error)))
}

fn authorization(key: &Secret) -> Result<HeaderValue, String> {
    let mut value = HeaderValue::from_str(&format!("Bearer {}", key.expose()))
        .map_err(|_| "the API key holds characters that cannot be sent")?;
    value.set_sensitive(true);
    Ok(value)
}

fn tls(settings: &Settings, roots: &[CertificateDer<'static>]) -> Result<ClientConfig, String> {
    // The provider is named, because rustls cannot choose one by itself when another crate brings a second.
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(|error| format!("TLS cannot be set up: {error}"))?;
    let mut config = if settings.endpoint.scheme() == "http" {
        builder.with_root_certificates(RootCertStore::empty()).with_no_client_auth()
    } else {
        let verifier = Arc::new(verifier(roots, provider)?);
        builder.dangerous().with_custom_certificate_verifier(verifier).with_no_client_auth()
    };
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}

fn verifier(roots: &[CertificateDer<'static>], provider: Arc<CryptoProvider>) -> Result<Verifier, String> {
    Verifier::new_with_extra_roots(roots.iter().cloned(), provider).map_err(|error| {
        format!(
            "no certificate authority is known to this machine, so no server can be trusted ({error}); install the system's CA certificates \
             (the package is mostly called ca-certificates), or set ca_certificate_file"
        )
    })
}

pub(super) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => IpAddr::from(address).is_loopback(),
        Some(Host::Ipv6(address)) => IpAddr::from(address).is_loopback(),
        None => false,
    }
}
