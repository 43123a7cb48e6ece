//! The HTTP client below: TLS, trust, proxies, connections.

use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{ACCEPT, AUTHORIZATION, HeaderMap, HeaderValue};
use reqwest::redirect;
use rustls::pki_types::CertificateDer;
use rustls::{ClientConfig, RootCertStore};

use super::explain::cause;
use super::limits::CONNECT_TIMEOUT;
use super::trust::{Trust, certificates, ensure_certificates};
use super::{Secret, Settings, endpoint, proxy};

/// Connections that were idle for longer are not used again. Servers close theirs after 5 s and more; a creation that
/// is sent while the server closes has no answer, and then it is not known whether it had an effect.
const IDLE_TIMEOUT: Duration = Duration::from_secs(4);

/// More connections are not kept: few run Terraform with a higher parallelism.
const MAX_IDLE: usize = 64;

/// A connection is asked for a sign of life so often while requests wait on it, and given as long to answer. Without
/// that, HTTP/2 would send try after try over a connection that the network has forgotten.
const KEEP_ALIVE: Duration = Duration::from_secs(10);

/// Checks the settings that can be checked without reading the system's trust store, and returns the additional
/// certificates.
pub(super) fn check(settings: &Settings) -> Result<Vec<CertificateDer<'static>>, String> {
    endpoint::check(&settings.endpoint)?;
    if settings.request_timeout.is_zero() {
        return Err("request_timeout must be longer than nothing".into());
    }
    authorization(&settings.key)?;
    HeaderValue::from_str(&settings.user_agent).map_err(|_| "the user agent holds characters that cannot be sent")?;
    proxy::find(&settings.endpoint)?;
    let named = &settings.ca_certificates;
    let checked = if named.is_empty() { Ok(()) } else { ensure_certificates(named) };
    checked.and_then(|()| certificates(named)).map_err(|why| format!("the CA certificates cannot be used: {why}"))
}

/// The HTTP clients: one that keeps connections, and one that does not.
///
/// A server that closes each connection after its answer, without saying so, may close it just when a request comes.
/// Most requests are simply sent again then; a creation must not be. So over HTTP/1 it has a connection of its own.
pub(super) struct Https {
    pub(super) pooled: reqwest::Client,
    pub(super) fresh: reqwest::Client,
}

/// Builds the clients. This reads the trust store, so it is done when the first request is sent.
pub(super) fn build(settings: &Settings, roots: &[CertificateDer<'static>]) -> Result<Https, String> {
    let tls = tls(settings, roots)?;
    Ok(Https { pooled: client(settings, tls.clone(), MAX_IDLE)?, fresh: client(settings, tls, 0)? })
}

fn client(settings: &Settings, tls: ClientConfig, max_idle: usize) -> Result<reqwest::Client, String> {
    let mut headers = HeaderMap::new();
    headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    headers.insert(AUTHORIZATION, authorization(&settings.key)?);
    let mut builder = reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
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
        .pool_max_idle_per_host(max_idle)
        // The environment is read by ourselves.
        .no_proxy();
    if let Some(proxy) = proxy::find(&settings.endpoint)? {
        let through = reqwest::Proxy::all(proxy.url).map_err(|_| format!("{} cannot be used", proxy.variable))?;
        builder = builder.proxy(through);
    }
    builder.build().map_err(|error| format!("the HTTP client cannot be set up: {}", cause(&error)))
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
        let verifier = Arc::new(Trust::new(roots, provider)?);
        builder.dangerous().with_custom_certificate_verifier(verifier).with_no_client_auth()
    };
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}
