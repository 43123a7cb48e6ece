//! Reads answers: their size, their words, their kind.

use std::time::{Duration, SystemTime};

use reqwest::header::{CONTENT_TYPE, HeaderMap, LOCATION, RETRY_AFTER};
use reqwest::{Response, Url};
use tokio::time::timeout;

use super::budget::Share;
use super::decode::{self, DecodeError, error_text};
use super::error::ErrorKind;
use super::explain::cause;
use super::outside::Outside;
use super::pages::Pages;
use super::retry::{Failure, retry_after};

/// How much of an error's body is read; only its first words are shown.
const MAX_ERROR_BODY: usize = 64 << 10;

/// How long an error's body is waited for. Its status is what counts.
const ERROR_BODY_TIMEOUT: Duration = Duration::from_secs(5);

/// Headers that services and their gateways identify a request with, for the vendor's support.
const REQUEST_ID_HEADERS: [&str; 5] = ["x-request-id", "request-id", "x-correlation-id", "x-amzn-requestid", "cf-ray"];

/// An answer with its body.
pub(super) struct Received {
    pub(super) status: u16,
    pub(super) content_type: Outside,
    pub(super) body: Vec<u8>,
    pub(super) request_id: Option<Outside>,
    pub(super) pages: Pages,
    location: Option<String>,
    retry_after: Option<Duration>,
    /// Given back with the body.
    share: Share,
}

impl Received {
    /// Reads an answer to its end, or as far as its limit and the share in the budget go.
    pub(super) async fn read(mut response: Response, limit: usize, share: Share) -> Result<Received, Failure> {
        let headers = response.headers();
        let mut received = Received {
            status: response.status().as_u16(),
            content_type: header(headers, CONTENT_TYPE.as_str()).map(Outside::words).unwrap_or_default(),
            body: Vec::new(),
            request_id: REQUEST_ID_HEADERS.iter().find_map(|name| header(headers, name)).map(Outside::words),
            pages: Pages::of(headers),
            location: header(headers, LOCATION.as_str()),
            retry_after: header(headers, RETRY_AFTER.as_str()).and_then(|text| retry_after(&text, SystemTime::now())),
            share,
        };
        if received.is_success() {
            return match received.read_body(&mut response, limit).await {
                Ok(()) => Ok(received),
                Err(kind) => Err(Failure { kind, retry_after: None, request_id: received.request_id }),
            };
        }
        // Whatever becomes of an error's body: what was read of it has to do.
        let _ = timeout(ERROR_BODY_TIMEOUT, received.read_body(&mut response, MAX_ERROR_BODY)).await;
        Ok(received)
    }

    async fn read_body(&mut self, response: &mut Response, limit: usize) -> Result<(), ErrorKind> {
        let expected = response.content_length().and_then(|length| usize::try_from(length).ok()).unwrap_or_default();
        self.body.reserve_exact(expected.min(limit));
        loop {
            let chunk = match response.chunk().await {
                Ok(Some(chunk)) => chunk,
                Ok(None) => return Ok(()),
                Err(error) => return Err(ErrorKind::Cut { cause: Outside::words(cause(&error)) }),
            };
            if self.body.len() + chunk.len() > limit {
                let what = format!("the answer is larger than {} MiB", limit >> 20);
                return Err(ErrorKind::TooLarge { what: Outside::words(what) });
            }
            self.share.take(chunk.len()).map_err(|what| ErrorKind::TooLarge { what })?;
            if self.body.capacity() - self.body.len() < chunk.len() {
                // Not twice as much, as a vector would: the largest bodies are what the budget is for.
                self.body.reserve_exact(chunk.len().max(self.body.len() / 4));
            }
            self.body.extend_from_slice(&chunk);
        }
    }

    fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// Turns an answer that is an error into a failure.
    pub(super) fn check(&self, asked: &Url) -> Result<(), Failure> {
        let status = self.status;
        let kind = match status {
            200..300 => return Ok(()),
            300..400 => ErrorKind::Redirected { status, to: self.points_to(asked) },
            _ => ErrorKind::Status { status, message: self.words(), page: self.is_page() },
        };
        Err(self.failure(kind))
    }

    fn failure(&self, kind: ErrorKind) -> Failure {
        Failure { kind, retry_after: self.retry_after, request_id: self.request_id.clone() }
    }

    /// The failure of an answer of success that is of no use.
    pub(super) fn useless(&self, flaw: &DecodeError) -> Failure {
        let status = self.status;
        self.failure(match flaw {
            DecodeError::Partial(why) => {
                ErrorKind::Partial { why: Outside::words(format!("it is only a part of the list: {why}")) }
            }
            DecodeError::Contradicted(message) => ErrorKind::Contradicted { status, message: Outside::words(message) },
            DecodeError::TooLarge(what) => ErrorKind::TooLarge { what: Outside::words(what) },
            DecodeError::Unreadable(why) => ErrorKind::Unreadable {
                status,
                content_type: self.content_type.clone(),
                why: if self.is_page() { Outside::words("it is a web page") } else { Outside::words(why) },
                page: self.is_page(),
                excerpt: Outside::words(self.text()),
            },
        })
    }

    /// Whether it is a web page, as proxies and gateways send them.
    pub(super) fn is_page(&self) -> bool {
        self.content_type.as_str().to_ascii_lowercase().contains("html")
            || self.body.trim_ascii_start().starts_with(b"<")
    }

    /// The beginning of the body. What is cut off is far behind what is shown.
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.body[..self.body.len().min(MAX_ERROR_BODY)]).into_owned()
    }

    /// The service's own words about an error.
    fn words(&self) -> Outside {
        let text = self.text();
        if self.is_page() {
            let title = text.split_once("<title>").and_then(|(_, rest)| rest.split_once("</title>"));
            return match title {
                Some((title, _)) => Outside::words(format!("a web page: {title}")),
                None => Outside::words("a web page"),
            };
        }
        let words = decode::any(text.as_bytes()).and_then(|value| error_text(&value));
        Outside::words(words.unwrap_or(text))
    }

    /// Where a redirect points to: the host when it is another one.
    fn points_to(&self, asked: &Url) -> Outside {
        let Some(location) = &self.location else { return Outside::words("nowhere") };
        match asked.join(location) {
            Ok(to) if to.host() == asked.host() && to.scheme() == asked.scheme() => Outside::words(to.path()),
            Ok(to) => Outside::words(format!("{}://{}", to.scheme(), to.host_str().unwrap_or_default())),
            Err(_) => Outside::words(location),
        }
    }
}

fn header(headers: &HeaderMap, name: &str) -> Option<String> {
    let value = headers.get(name)?.to_str().ok()?.trim();
    Some(value.to_owned()).filter(|value| !value.is_empty())
}
