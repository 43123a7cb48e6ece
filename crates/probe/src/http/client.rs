//! Sends requests, some of them again, and masks what is secret.

use std::cell::{Cell, RefCell};
use std::io;
use std::time::{Duration, Instant, SystemTime};

use serde_json::Value;
use ureq::http::{Request, header};

use super::exchange::{Answer, Exchange, Failure, Key};
use super::tls::Trust;
use super::wire::Wire;
use super::{Endpoint, Settings};
use crate::interrupt;

/// No list of this API is longer.
const LARGEST_BODY: u64 = 256 << 20;

/// How often a request that may be repeated is sent, and how often while cleaning up.
const TRIES: u32 = 4;
const CLEANING_TRIES: u32 = 8;

/// How often a request is put off because there were too many.
const PUT_OFF: u32 = 30;

/// The first wait before another try; each further one is twice as long.
const FIRST_WAIT: Duration = Duration::from_millis(100);

/// No wait is longer, whatever the service asks for.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// The way to the service.
pub struct Client {
    agent: ureq::Agent,
    /// The base URL of the service.
    pub endpoint: Endpoint,
    trust: Option<Trust>,
    key: String,
    wrong_key: String,
    timeout: Duration,
    secrets: RefCell<Vec<String>>,
    cleaning: Cell<bool>,
    sent: Cell<usize>,
    limited: RefCell<Option<Exchange>>,
    last: RefCell<Vec<Exchange>>,
}

impl Client {
    /// A client that has sent nothing yet.
    ///
    /// # Errors
    /// A sentence, when the certificates cannot be read or the system gives no random numbers.
    pub fn new(settings: Settings) -> Result<Self, String> {
        let Settings { endpoint, key, ca_certificates, timeout } = settings;
        let trust = endpoint.tls.then(|| Trust::read(&ca_certificates)).transpose()?;
        let mut config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            // A connection for each request: none is sent into one that the service is just closing.
            .max_idle_connections(0)
            .timeout_global(Some(timeout))
            .accept("application/json")
            .user_agent(concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION")));
        if let Some(trust) = &trust {
            config = config.tls_config(trust.for_client());
        }
        if endpoint.is_loopback() {
            config = config.proxy(None);
        }
        Ok(Self {
            agent: config.build().into(),
            endpoint,
            trust,
            secrets: RefCell::new(vec![key.clone()]),
            key,
            wrong_key: format!("terraform-probe-{}", crate::random::letters(24)?),
            timeout,
            cleaning: Cell::new(false),
            sent: Cell::new(0),
            limited: RefCell::new(None),
            last: RefCell::new(Vec::new()),
        })
    }

    /// How many requests have left.
    pub fn sent(&self) -> usize {
        self.sent.get()
    }

    /// From now on Ctrl-C stops nothing, and requests are repeated more often.
    pub fn clean(&self) {
        self.cleaning.set(true);
    }

    /// Whether Ctrl-C ended the questions.
    pub fn stopped(&self) -> bool {
        interrupt::pressed() && !self.cleaning.get()
    }

    /// Waits, unless Ctrl-C was pressed.
    pub fn wait(&self, duration: Duration) {
        interrupt::wait(duration, !self.cleaning.get());
    }

    /// The first answer that said that there were too many requests.
    pub fn limited(&self) -> Option<Exchange> {
        self.limited.borrow().clone()
    }

    /// Everything that was sent and answered so far, for what can be seen in all answers alike.
    pub fn exchanges(&self) -> std::cell::Ref<'_, Vec<Exchange>> {
        self.last.borrow()
    }

    /// A secret is masked in everything that is shown from now on.
    pub fn keep_secret(&self, secret: &str) {
        self.secrets.borrow_mut().push(secret.to_string());
    }

    /// A text without the secrets in it.
    pub fn mask(&self, text: &str) -> String {
        self.secrets.borrow().iter().fold(text.to_string(), |text, secret| text.replace(secret, "***"))
    }

    /// A connection of one's own below HTTP, which offers these protocols where there is TLS.
    ///
    /// # Errors
    /// A sentence, when there is no connection.
    pub fn wire(&self, protocols: &[&str]) -> Result<Wire, String> {
        let config = self.trust.as_ref().map(|trust| trust.for_wire(protocols)).transpose()?;
        let header = format!("Authorization: Bearer {}\r\n", self.key);
        self.sent.set(self.sent.get() + 1);
        Wire::open(&self.endpoint, config, header, self.timeout)
    }

    /// GET of a path below the base URL.
    pub fn get(&self, path: &str) -> Exchange {
        self.send("GET", path, Key::Own, None)
    }

    /// POST, which is never repeated on doubt.
    pub fn post(&self, path: &str, body: Value) -> Exchange {
        self.send("POST", path, Key::Own, Some(body))
    }

    /// PUT.
    pub fn put(&self, path: &str, body: Value) -> Exchange {
        self.send("PUT", path, Key::Own, Some(body))
    }

    /// PATCH.
    pub fn patch(&self, path: &str, body: Value) -> Exchange {
        self.send("PATCH", path, Key::Own, Some(body))
    }

    /// DELETE.
    pub fn delete(&self, path: &str) -> Exchange {
        self.send("DELETE", path, Key::Own, None)
    }

    /// Sends a request, again where that is safe; a POST only when it surely had no effect.
    pub fn send(&self, method: &'static str, path: &str, key: Key, body: Option<Value>) -> Exchange {
        let most = if self.cleaning.get() { CLEANING_TRIES } else { TRIES };
        let (mut tries, mut put_off, mut wait) = (0, 0, FIRST_WAIT);
        loop {
            let exchange = self.once(method, path, key, body.as_ref(), tries + 1);
            let pause = match &exchange.outcome {
                _ if self.stopped() => None,
                Ok(answer) if answer.status == 429 => {
                    self.limited.borrow_mut().get_or_insert_with(|| exchange.clone());
                    put_off += 1;
                    (put_off <= PUT_OFF).then(|| retry_after(answer).unwrap_or(Duration::from_secs(1)))
                }
                outcome => {
                    tries += 1;
                    let again = match outcome {
                        Err(failure) => failure.unsent || method != "POST",
                        Ok(answer) => method != "POST" && matches!(answer.status, 408 | 500 | 502..=504),
                    };
                    let pause = (again && tries < most).then_some(wait);
                    wait *= 2;
                    pause
                }
            };
            let Some(pause) = pause else {
                self.last.borrow_mut().push(exchange.clone());
                return exchange;
            };
            self.wait(pause.min(LONGEST_WAIT));
        }
    }

    /// Sends a request once.
    pub fn once(&self, method: &'static str, path: &str, key: Key, body: Option<&Value>, tries: u32) -> Exchange {
        let begun = Instant::now();
        let outcome = if self.stopped() {
            Err(Failure { text: "not sent, because the probe was interrupted".to_string(), unsent: true })
        } else {
            self.exchange(method, path, key, body)
        };
        let (path, took) = (path.to_string(), begun.elapsed());
        Exchange { method, path, key, sent: body.cloned(), outcome, took, tries }
    }

    fn exchange(&self, method: &str, path: &str, key: Key, body: Option<&Value>) -> Result<Answer, Failure> {
        self.sent.set(self.sent.get() + 1);
        let mut request = Request::builder().method(method).uri(self.endpoint.url(path));
        let authorization = match key {
            Key::Own => Some(format!("Bearer {}", self.key)),
            Key::Wrong => Some(format!("Bearer {}", self.wrong_key)),
            Key::Bare => Some(self.wrong_key.clone()),
            Key::None => None,
        };
        if let Some(text) = authorization {
            request = request.header(header::AUTHORIZATION, text);
        }
        let broken = |error: ureq::http::Error| failure(&ureq::Error::Http(error));
        let response = match body {
            Some(body) => {
                let request = request.header(header::CONTENT_TYPE, "application/json").body(body.to_string());
                self.agent.run(request.map_err(broken)?)
            }
            None => self.agent.run(request.body(()).map_err(broken)?),
        };
        let mut response = response.map_err(|error| failure(&error))?;
        let body = response.body_mut().with_config().limit(LARGEST_BODY).read_to_vec();
        let body = body.map_err(|error| failure(&error))?;
        Ok(Answer { status: response.status().as_u16(), headers: response.headers().clone(), body })
    }
}

/// What an error of the connection means.
fn failure(error: &ureq::Error) -> Failure {
    use ureq::Timeout::{Connect, Resolve};
    let unsent = match error {
        ureq::Error::HostNotFound | ureq::Error::ConnectionFailed | ureq::Error::ConnectProxyFailed(_) => true,
        ureq::Error::Timeout(Connect | Resolve) | ureq::Error::Http(_) | ureq::Error::BadUri(_) => true,
        ureq::Error::Io(error) => error.kind() == io::ErrorKind::ConnectionRefused,
        _ => false,
    };
    Failure { text: format!("no answer ({error})"), unsent }
}

/// How long the service asks to wait.
fn retry_after(answer: &Answer) -> Option<Duration> {
    let text = answer.header("retry-after")?;
    match text.parse() {
        Ok(seconds) => Some(Duration::from_secs(seconds)),
        Err(_) => Some(httpdate::parse_http_date(text).ok()?.duration_since(SystemTime::now()).unwrap_or_default()),
    }
}
