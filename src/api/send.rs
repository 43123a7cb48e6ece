//! The one way to the service: every request is admitted, sent, read, logged and perhaps sent again here.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use reqwest::header::CONTENT_TYPE;
use reqwest::{Method, Version};
use tokio::time::{Duration, Instant, timeout};

use super::body::{Begun, OnceBody};
use super::decode::DecodeError;
use super::error::{End, Error, ErrorKind, Report};
use super::explain::{classify, never_connected};
use super::requests::Request;
use super::response::Received;
use super::retry::{Failure, Tries};
use super::{CallLimits, Client, log};

impl Client {
    /// Sends a request as often as the retry rule allows, and reads the answer.
    pub(super) async fn send<T>(
        &self,
        call: &CallLimits,
        request: Request,
        read: impl Fn(&Received) -> Result<T, DecodeError> + Send + Sync,
    ) -> Result<T, Error> {
        let mut tries = Tries::new(request.operation, &request.method, self.policy(), call);
        let mut last: Option<Failure> = None;
        loop {
            match (self.limits().admit(call).await, last.take()) {
                (Ok(()), _) => {}
                (Err(kind), None) => return Err(self.report(&request, &tries, kind.into(), End::Plain)),
                // What became of the last try says more than that there was no further one.
                (Err(ErrorKind::Stopped), Some(failure)) => {
                    return Err(self.report(&request, &tries, failure, End::Stopped));
                }
                (Err(_), Some(failure)) => return Err(self.report(&request, &tries, failure, End::Deadline)),
            }
            let http = self.http(&request.method).map_err(|message| {
                self.report(&request, &tries, ErrorKind::Configuration { message }.into(), End::Plain)
            })?;
            tries.count += 1;
            let sent_at = Instant::now();
            let failure = match self.attempt(http, call, &request, tries.count, &read).await {
                Ok(value) => return Ok(value),
                Err(failure) => failure,
            };
            if failure.kind.is_rate_limit() && self.policy().max_retries > 0 {
                self.limits().refused(sent_at, failure.retry_after);
            }
            if let Err(end) = tries.failed(&failure).await {
                return Err(self.report(&request, &tries, failure, end));
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
        let exchange = self.exchange(http, request, limit);
        let exchanged = if request.method == Method::GET {
            // It loses nothing. A write is waited for: what it does has to be recorded.
            tokio::select! {
                biased;
                () = call.stop.cancelled() => Err(ErrorKind::Stopped.into()),
                exchanged = exchange => exchanged,
            }
        } else {
            exchange.await
        };
        match exchanged {
            Ok(received) => {
                log::body(request, "answer", &received.body);
                let outcome = received.check(&request.url);
                if !outcome.as_ref().is_err_and(|failure| failure.kind.is_rate_limit()) {
                    self.limits().answered();
                }
                let outcome = outcome.and_then(|()| read(&received).map_err(|flaw| received.useless(&flaw)));
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
        let mut begun = Begun::default();
        if let Some(body) = &request.body {
            log::body(request, "request", body);
            let body = OnceBody::new(body.clone());
            begun = body.begun();
            builder = builder.header(CONTENT_TYPE, "application/json").body(reqwest::Body::wrap(body));
        }
        let has_begun = || request.body.is_none() || begun.is_set();
        let answer = async {
            let response = builder.send().await.map_err(|error| classify(&error, &request.url, has_begun()))?;
            self.saw(response.version());
            Received::read(response, request.limit, self.0.budget.share()).await
        };
        match timeout(limit, answer).await {
            Ok(outcome) => outcome,
            Err(_) if has_begun() => Err(ErrorKind::Timeout { limit }.into()),
            Err(_) => Err(never_connected(&request.url, limit).into()),
        }
    }

    /// HTTP/2 says what became of a request when a connection ends; HTTP/1 does not.
    fn saw(&self, version: Version) {
        self.0.http2.store(version == Version::HTTP_2, Ordering::Relaxed);
    }

    fn report(&self, request: &Request, tries: &Tries<'_>, failure: Failure, end: End) -> Error {
        Error::new(Report {
            kind: failure.kind,
            operation: request.operation,
            on_refusal: request.on_refusal,
            method: request.method.clone(),
            path: request.path(),
            tries: tries.count,
            elapsed: tries.begun_at.elapsed(),
            request_id: failure.request_id,
            retry_after: failure.retry_after,
            unsure: tries.unsure,
            end,
            told: Arc::clone(&self.0.told),
            key_end: self.0.key_end,
        })
    }
}
