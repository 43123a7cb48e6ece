//! Reads answers: their size, their words, their kind.

use std::time::{Duration, SystemTime};

use reqwest::header::{CONTENT_TYPE, HeaderMap, LOCATION, RETRY_AFTER};
use reqwest::{Response, StatusCode, Url};
use serde_json::Value;
use tokio::time::timeout;

use super::json::DecodeError;
use super::kind::ErrorKind;
use super::mask::Mask;
use super::retry::{Failure, retry_after};
use super::words::shorten;

/// No answer is larger: 5,000 partners are about one MiB.
pub(super) const MAX_BODY: usize = 32 << 20;

/// How much of an error's body is read; only its first words are shown.
const MAX_ERROR_BODY: usize = 64 << 10;

/// How long an error's body is waited for. Its status is what counts.
const ERROR_BODY_TIMEOUT: Duration = Duration::from_secs(5);

/// Headers that services and their gateways identify a request with, for the vendor's support.
const REQUEST_ID_HEADERS: [&str; 5] = ["x-request-id", "request-id", "x-correlation-id", "x-amzn-requestid", "cf-ray"];

/// An answer with its body.
pub(super) struct Received {
    pub(super) status: StatusCode,
    pub(super) content_type: String,
    pub(super) body: Vec<u8>,
    pub(super) request_id: Option<String>,
    location: Option<String>,
    retry_after: Option<Duration>,
}

impl Received {
    /// Reads an answer to its end.
    pub(super) async fn read(mut response: Response, mask: &Mask) -> Result<Received, Failure> {
        let headers = response.headers();
        let mut received = Received {
            status: response.status(),
            content_type: header(headers, CONTENT_TYPE.as_str()).map(|text| shown(mask, &text)).unwrap_or_default(),
            body: Vec::new(),
            request_id: REQUEST_ID_HEADERS.iter().find_map(|name| header(headers, name)).map(|id| shown(mask, &id)),
            location: header(headers, LOCATION.as_str()),
            retry_after: header(headers, RETRY_AFTER.as_str()).and_then(|text| retry_after(&text, SystemTime::now())),
        };
        if received.status.is_success() {
            let read = read_body(&mut response, &mut received.body, MAX_BODY).await;
            return match read {
                Ok(()) => Ok(received),
                Err(kind) => Err(Failure { kind, retry_after: None, request_id: received.request_id }),
            };
        }
        // Whatever becomes of an error's body: what was read of it has to do.
        let _ = timeout(ERROR_BODY_TIMEOUT, read_body(&mut response, &mut received.body, MAX_ERROR_BODY)).await;
        Ok(received)
    }

    /// Turns an answer that is an error, or that a proxy made up, into a failure.
    pub(super) fn check(&self, mask: &Mask, asked: &Url) -> Result<(), Failure> {
        let status = self.status.as_u16();
        let message = || self.words(mask);
        let kind = match status {
            200..300 => return Ok(()),
            300..400 => ErrorKind::Redirected { status, to: self.points_to(asked, mask) },
            429 => ErrorKind::RateLimited { message: message() },
            // A page is not what the API says of a key or of an object that is gone, and much depends on that.
            400..500 if self.is_page() => return Err(self.unreadable(mask, web_page())),
            401 => ErrorKind::Unauthorized { message: message() },
            403 => ErrorKind::Forbidden { message: message() },
            404 => ErrorKind::NotFound { message: message() },
            400..500 => ErrorKind::Refused { status, message: message() },
            _ => ErrorKind::Unavailable { status, message: message() },
        };
        Err(self.failure(kind))
    }

    fn failure(&self, kind: ErrorKind) -> Failure {
        Failure { kind, retry_after: self.retry_after, request_id: self.request_id.clone() }
    }

    /// The failure of an answer that is not what the API promises.
    pub(super) fn unreadable(&self, mask: &Mask, flaw: DecodeError) -> Failure {
        self.failure(ErrorKind::Unreadable {
            status: self.status.as_u16(),
            content_type: self.content_type.clone(),
            why: shown(mask, &if self.is_page() { web_page() } else { flaw }.0),
            page: self.is_page(),
            excerpt: shown(mask, &self.text()),
        })
    }

    /// Whether it is a web page, as proxies and gateways send them.
    pub(super) fn is_page(&self) -> bool {
        self.content_type.to_ascii_lowercase().contains("html") || self.body.trim_ascii_start().starts_with(b"<")
    }

    /// The beginning of the body. What is cut off is far behind what is shown.
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.body[..self.body.len().min(MAX_ERROR_BODY)]).into_owned()
    }

    /// The service's own words about an error.
    fn words(&self, mask: &Mask) -> String {
        let text = self.text();
        let words = if self.is_page() {
            let title = text.split_once("<title>").and_then(|(_, rest)| rest.split_once("</title>"));
            title.map_or_else(|| "a web page".into(), |(title, _)| format!("a web page: {title}"))
        } else {
            match serde_json::from_str(&text) {
                Ok(value) => error_text(&value).unwrap_or(text),
                Err(_) => text,
            }
        };
        shown(mask, &words)
    }

    /// Where a redirect points to: the host when it is another one.
    fn points_to(&self, asked: &Url, mask: &Mask) -> String {
        let Some(location) = &self.location else { return "nowhere".into() };
        let to = match asked.join(location) {
            Ok(to) if to.host() == asked.host() && to.scheme() == asked.scheme() => to.path().to_owned(),
            Ok(to) => format!("{}://{}", to.scheme(), to.host_str().unwrap_or_default()),
            Err(_) => location.clone(),
        };
        shown(mask, &to)
    }
}

/// What is wrong with an answer that a proxy, a gateway or a login gave.
pub(super) fn web_page() -> DecodeError {
    DecodeError("it is a web page".into())
}

fn header(headers: &HeaderMap, name: &str) -> Option<String> {
    let value = headers.get(name)?.to_str().ok()?.trim();
    Some(value.to_owned()).filter(|value| !value.is_empty())
}

/// A foreign text, fit to be shown. It is masked first, so that no half of a secret stays behind.
fn shown(mask: &Mask, text: &str) -> String {
    shorten(&mask.hide(text))
}

async fn read_body(response: &mut Response, body: &mut Vec<u8>, limit: usize) -> Result<(), ErrorKind> {
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if body.len() + chunk.len() > limit => return Err(ErrorKind::TooLarge { limit }),
            Ok(Some(chunk)) => body.extend_from_slice(&chunk),
            Ok(None) => return Ok(()),
            Err(error) => return Err(ErrorKind::Cut { cause: super::failure::cause(&error) }),
        }
    }
}

/// The text in an error object. None is documented; these are the names that such services use.
fn error_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Object(fields) => {
            let texts = ["error", "message", "detail", "title"].iter().filter_map(|name| fields.get(*name));
            let mut texts: Vec<String> = texts.filter_map(error_text).collect();
            texts.dedup();
            (!texts.is_empty()).then(|| texts.join(": "))
        }
        Value::Array(items) => items.first().and_then(error_text),
        _ => None,
    }
}
