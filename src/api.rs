//! The client of Impossible Cloud's management console API. It knows nothing of Terraform.
//!
//! [`Client`] has one short method per operation of the API. All of them go through one `send`, which admits a request,
//! sends it, reads the answer and decides by one rule (`retry.rs`) whether to send it again. Every error is an
//! [`Error`], which says what was asked, what came of it and what to do; the base URL is the only seam for tests.

pub mod duration;
pub mod endpoint;

mod endpoints;

mod listing;
mod model;
mod requests;

mod error;
mod explain;

mod retry;
mod send;

mod body;
mod budget;
mod decode;
mod lenient;
mod response;

mod escapes;
mod key_end;
mod limits;
mod log;
mod mask;
mod outside;
mod pages;
mod proxy;
mod secret;
mod transport;
mod trust;

#[cfg(test)]
mod tests;

use std::fmt;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use jiff::Timestamp;
use reqwest::Method;
use rustls::pki_types::CertificateDer;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use url::Url;

pub use endpoints::{Deletion, Lookup, Owner};
pub use error::{CreateError, Error, ErrorKind};
pub use key_end::{KeyEnd, Stage};
pub use listing::Listing;
pub use model::{AccountUsage, Contract, DayUsage, Member, Partner, Region, StorageAccount};
pub use outside::{Outside, escape};
pub use requests::{NewMember, NewPartner, NewStorageAccount, PartnerChange};
pub use secret::Secret;
pub use trust::ensure_certificates;

use budget::{Budget, MAX_OBJECT};
use limits::Limits;
use requests::{Request, as_sent, ensure_id};
use retry::Policy;
use transport::Https;

/// No operation is given more time: a deadline beyond it would be none.
const LONGEST_CALL: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// How to reach the service.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The base URL with the version path: `https`, or `http` on loopback hosts.
    pub endpoint: Url,
    /// The API key.
    pub key: Secret,
    /// Certificates in PEM form to trust besides those of the system; may be empty.
    pub ca_certificates: Vec<u8>,
    /// How long one try may take, from the connection to the end of the answer.
    pub request_timeout: Duration,
    /// How often a request is sent again when that is safe.
    pub max_retries: u32,
    /// At most so many requests are sent per second; `None` is as many as there are.
    pub max_requests_per_second: Option<NonZeroU32>,
    /// What the client calls itself.
    pub user_agent: String,
}

/// The limits of one operation, its retries included.
#[derive(Debug, Clone)]
pub struct CallLimits {
    /// When it has to be over.
    pub deadline: Instant,
    /// Ends the waits of the operation at once when it is cancelled, never a request that is under way.
    pub stop: CancellationToken,
}

impl CallLimits {
    /// An operation that begins now.
    pub fn new(time: Duration, stop: CancellationToken) -> CallLimits {
        CallLimits { deadline: Instant::now() + time.min(LONGEST_CALL), stop }
    }
}

/// The client. Clones share connections and limits.
#[derive(Clone)]
pub struct Client(Arc<Inner>);

struct Inner {
    settings: Settings,
    roots: Vec<CertificateDer<'static>>,
    policy: Policy,
    limits: Limits,
    http: OnceLock<Result<Https, String>>,
    /// Whether the last answer came over HTTP/2; nothing is kept that could be reused before the first.
    http2: AtomicBool,
    budget: Arc<Budget>,
    /// Whether the operator was told what to do about a key that is not accepted.
    told: Arc<AtomicBool>,
    key_end: Option<KeyEnd>,
}

impl Client {
    /// A client that has not connected yet: the system's trust store is read when the first request is sent.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`] when the endpoint, the key or the certificates cannot be used.
    pub fn new(settings: Settings) -> Result<Client, Error> {
        let policy = Policy::new(settings.max_retries);
        Client::with_policy(settings, policy)
    }

    fn with_policy(settings: Settings, policy: Policy) -> Result<Client, Error> {
        let unusable = |message| Error::unsent("configure the client", ErrorKind::Configuration { message });
        let roots = transport::check(&settings).map_err(unusable)?;
        let limits = Limits::new(settings.max_requests_per_second, policy.base * 2);
        mask::add(&settings.key);
        let key_end = KeyEnd::of(&settings.key, Timestamp::now());
        let (http, http2) = (OnceLock::new(), AtomicBool::new(true));
        Ok(Client(Arc::new(Inner {
            settings,
            roots,
            policy,
            limits,
            http,
            http2,
            budget: Arc::default(),
            told: Arc::default(),
            key_end,
        })))
    }

    fn policy(&self) -> &Policy {
        &self.0.policy
    }

    fn limits(&self) -> &Limits {
        &self.0.limits
    }

    fn request_timeout(&self) -> Duration {
        self.0.settings.request_timeout
    }

    fn http(&self, method: &Method) -> Result<&reqwest::Client, String> {
        let built = self.0.http.get_or_init(|| transport::build(&self.0.settings, &self.0.roots));
        let https = built.as_ref().map_err(Clone::clone)?;
        let alone = *method == Method::POST && !self.0.http2.load(Ordering::Relaxed);
        Ok(if alone { &https.fresh } else { &https.pooled })
    }

    /// When the key ends, where it says so.
    pub fn key_end(&self) -> Option<KeyEnd> {
        self.0.key_end
    }

    /// How long requests waited because the service limits their rate, when that is a lot; once.
    pub fn slowed(&self) -> Option<Duration> {
        self.limits().slowed()
    }

    /// A request to a path below the endpoint. Each segment is encoded, so that no id can change the path; UUIDs are
    /// sent as the service writes them, whatever case they were configured in.
    fn request(
        &self,
        operation: &'static str,
        method: Method,
        path: &[&str],
        body: Option<Vec<u8>>,
    ) -> Result<Request, Error> {
        for segment in path {
            ensure_id(segment).map_err(|message| Error::unsent(operation, ErrorKind::Configuration { message }))?;
        }
        let mut url = self.0.settings.endpoint.clone();
        url.path_segments_mut().expect("an http URL has a path").pop_if_empty().extend(path.iter().map(as_sent));
        url.set_fragment(None);
        Ok(Request { operation, method, url, body, on_refusal: "", limit: MAX_OBJECT })
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("endpoint", &endpoint::shown(&self.0.settings.endpoint)).finish_non_exhaustive()
    }
}
