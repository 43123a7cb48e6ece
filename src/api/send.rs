//! The one way to the service: every request is admitted, sent, read, logged and perhaps sent again here.

use reqwest::header::CONTENT_TYPE;
use reqwest::{Method, Url};
use tokio::time::{Duration, Instant, timeout};

use super::body::OnceBody;
use super::error::{End, Error, Report};
use super::failure::{classify, never_sent};
use super::json::DecodeError;
use super::kind::ErrorKind;
use super::response::Received;
use super::retry::{Failure, Tries};
use super::{CallLimits, Client, log};

/// What to send, and what it is called in messages.
pub(super) struct Request {
    pub(super) operation: &'static str,
    pub(super) method: Method,
    pub(super) url: Url,
    pub(super) body: Option<Vec<u8>>,
}

impl Request {
    /// Path and query.
    pub(super) fn path(&self) -> String {
        match self.url.query() {
            Some(query) => format!("{}?{query}", self.url.path()),
            None => self.url.path().to_owned(),
        }
    }
}

impl Client {
    /// Sends a request as often as the retry rule allows, and reads the answer.
    pub(super) async fn send<T>(
        &self,
        call: &CallLimits,
        request: Request,
        read: impl Fn(&Received) -> Result<T, DecodeError> + Send + Sync,
    ) -> Result<T, Error> {
        let mut tries = Tries::new(request.operation, self.policy(), call, request.method != Method::POST);
        let http = self.http().map_err(|message| {
            let failure = ErrorKind::Configuration { message }.into();
            report(&request, &tries, failure, End::Plain)
        })?;
        let mut last: Option<Failure> = None;
        loop {
            let permit = match (self.limits().admit(call).await, last.take()) {
                (Ok(permit), _) => permit,
                (Err(kind), None) => return Err(report(&request, &tries, kind.into(), End::Plain)),
                // What became of the last try says more than that there was no further one.
                (Err(ErrorKind::Stopped), Some(failure)) => {
                    return Err(report(&request, &tries, failure, End::Stopped));
                }
                (Err(_), Some(failure)) => return Err(report(&request, &tries, failure, End::Deadline)),
            };
            tries.count += 1;
            let outcome = self.attempt(http, call, &request, tries.count, &read).await;
            drop(permit);
            let failure = match outcome {
                Ok(value) => return Ok(value),
                Err(failure) => failure,
            };
            if let Err(end) = tries.failed(&failure).await {
                return Err(report(&request, &tries, failure, end));
            }
            last = Some(failure);
        }
    }

    /// One try, from the connection to the end of the answer.
    async fn attempt<T>(
        &self,
        http: &reqwest::Client,
        call: &CallLimits,
        request: &Request,
        tries: u32,
        read: &(impl Fn(&Received) -> Result<T, DecodeError> + Sync),
    ) -> Result<T, Failure> {
        let begun_at = Instant::now();
        let limit = self.request_timeout().min(call.deadline.saturating_duration_since(begun_at));
        match self.exchange(http, request, limit).await {
            Ok(received) => {
                log::body(request, "answer", &received.body, self.mask());
                let outcome = received.check(self.mask(), &request.url);
                let outcome =
                    outcome.and_then(|()| read(&received).map_err(|flaw| received.unreadable(self.mask(), flaw)));
                log::answered(request, tries, begun_at.elapsed(), &received, outcome.as_ref().err());
                outcome
            }
            Err(failure) => {
                log::failed(request, tries, begun_at.elapsed(), &failure);
                Err(failure)
            }
        }
    }

    async fn exchange(&self, http: &reqwest::Client, request: &Request, limit: Duration) -> Result<Received, Failure> {
        let mut builder = http.request(request.method.clone(), request.url.clone());
        let mut begun = None;
        if let Some(body) = &request.body {
            log::body(request, "request", body, self.mask());
            let body = OnceBody::new(body.clone());
            begun = Some(body.begun());
            builder = builder.header(CONTENT_TYPE, "application/json").body(reqwest::Body::wrap(body));
        }
        let answer = async {
            let response = builder.send().await.map_err(|error| classify(&error, &request.url))?;
            Received::read(response, self.mask()).await
        };
        let outcome = timeout(limit, answer).await.unwrap_or_else(|_| Err(ErrorKind::Timeout { limit }.into()));
        outcome.map_err(|failure| match begun {
            Some(begun) if !begun.is_set() => Failure { kind: never_sent(failure.kind, &request.url), ..failure },
            _ => failure,
        })
    }
}

fn report(request: &Request, tries: &Tries<'_>, failure: Failure, end: End) -> Error {
    Error::new(Report {
        kind: failure.kind,
        operation: request.operation,
        method: request.method.to_string(),
        path: request.path(),
        tries: tries.count,
        elapsed: tries.begun_at.elapsed(),
        request_id: failure.request_id,
        unsure: tries.unsure,
        end,
    })
}
