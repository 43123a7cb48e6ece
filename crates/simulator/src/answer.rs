//! Answers on their way out: from outcomes to bytes, and what faults make of them.

use std::borrow::Cow;
use std::convert::Infallible;
use std::io;
use std::time::{Duration, SystemTime};

use axum::body::Body;
use axum::http::header::{CONNECTION, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::Response;
use futures_util::stream;
use serde_json::{Value, json};

use crate::call::{Outcome, Refusal};
use crate::faults::Flood;
use crate::operations::Operation;
use crate::parting::Parting;
use crate::span;
use crate::switches::Switches;

/// What a proxy in between answers in the place of the service.
const PROXY_PAGE: &str = "<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body>\
    <h1>Network sign-in required</h1>\
    <p>Please authenticate to continue.</p></body></html>\n";

/// How long a truncated body rests before it breaks off, so that its first half has left.
const BREAK_OFF_AFTER: Duration = Duration::from_millis(20);

/// An answer that is not on the wire yet.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub status: u16,
    content_type: Cow<'static, str>,
    headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    /// What becomes of the connection after it.
    pub parting: Option<Parting>,
}

/// How a body is sent.
pub(crate) enum Pace {
    Whole,
    Half,
    Drip(Duration),
    /// Another body than the answer's.
    Flood(Flood),
}

impl Answer {
    pub fn new(status: u16, content_type: impl Into<Cow<'static, str>>, body: Vec<u8>) -> Self {
        Self { status, content_type: content_type.into(), headers: Vec::new(), body, parting: None }
    }

    pub fn of(switches: &Switches, operation: &Operation, outcome: Outcome) -> Self {
        let status = if switches.is("success_status", "always_200") { 200 } else { operation.success };
        match outcome {
            Err(refusal) => Self::refused(switches, &refusal),
            Ok(None) => Self::new(status, "", Vec::new()),
            Ok(Some(mut body)) => {
                if switches.is("answer_extras", "present") {
                    body.push(b'\n');
                }
                Self::new(status, "application/json; charset=utf-8", body)
            }
        }
    }

    pub fn refused(switches: &Switches, refusal: &Refusal) -> Self {
        let object =
            |key: &str| Self::new(refusal.status, "application/json", json!({key: refusal.message}).to_string().into());
        match switches.value("error_body") {
            "message" => object("message"),
            "text" => Self::new(refusal.status, "text/plain; charset=utf-8", refusal.message.clone().into()),
            "empty" => Self::new(refusal.status, "", Vec::new()),
            _ => object("error"),
        }
    }

    pub fn with_body(self, body: Option<String>) -> Self {
        match body {
            Some(body) => Self { content_type: "text/plain; charset=utf-8".into(), body: body.into(), ..self },
            None => self,
        }
    }

    /// Adds `Retry-After`; `+2s` stands for the HTTP date in two seconds.
    pub fn with_retry_after(self, retry_after: Option<String>) -> Self {
        let retry_after = retry_after.map(|text| match text.strip_prefix('+').map(span::parse) {
            Some(Ok(span)) => httpdate::fmt_http_date(SystemTime::now() + span),
            _ => text,
        });
        retry_after.into_iter().fold(self, |answer, text| answer.with_header(RETRY_AFTER.as_str(), text))
    }

    pub fn with_header(mut self, name: &str, value: String) -> Self {
        self.headers.push((name.to_string(), value));
        self
    }

    /// Whether it says that the request succeeded.
    pub fn is_good(&self) -> bool {
        self.status < 300
    }

    pub fn proxy_page() -> Self {
        Self::new(200, "text/html; charset=utf-8", PROXY_PAGE.into())
    }

    pub fn with_status(self, status: u16) -> Self {
        Self { status, ..self }
    }

    /// The same answer with another JSON.
    pub fn with_json(self, json: impl Into<Vec<u8>>) -> Self {
        Self { body: json.into(), ..self }
    }

    pub fn without_body(self) -> Self {
        Self { body: Vec::new(), ..self }
    }

    /// Changes the JSON of the answer, if it is any.
    pub fn changed(self, change: impl Fn(Value) -> Value) -> Self {
        match serde_json::from_slice(&self.body) {
            Ok(value) => Self { body: change(value).to_string().into(), ..self },
            Err(_) => self,
        }
    }

    pub fn into_response(self, pace: Pace) -> Response {
        let length = self.body.len();
        let (flooded, compressed) = match &pace {
            Pace::Flood(flood) => (true, flood.gzip),
            _ => (false, false),
        };
        let mut response = Response::new(paced(self.body, pace));
        *response.status_mut() = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let headers = response.headers_mut();
        if let Ok(content_type) = HeaderValue::try_from(&*self.content_type)
            && !self.content_type.is_empty()
            && (length > 0 || flooded)
        {
            headers.insert(CONTENT_TYPE, content_type);
        }
        if compressed {
            headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        }
        if self.status != 204 && !flooded {
            headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
        }
        // What cannot be a header is left out: a key with a line break must not take the simulator down.
        for (name, value) in self.headers {
            if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
                headers.append(name, value);
            }
        }
        // HTTP/2 knows no such header.
        if self.parting == Some(Parting::Announced) {
            headers.insert(CONNECTION, HeaderValue::from_static("close"));
        }
        if let Some(parting) = self.parting {
            response.extensions_mut().insert(parting);
        }
        response
    }
}

fn paced(body: Vec<u8>, pace: Pace) -> Body {
    match pace {
        Pace::Whole => Body::from(body),
        Pace::Flood(flood) => flood.body(),
        Pace::Half => {
            let half = body.get(..body.len() / 2).unwrap_or_default().to_vec();
            Body::from_stream(stream::unfold(Some(half), |half| async move {
                match half {
                    Some(half) if !half.is_empty() => Some((Ok(half), None)),
                    _ => {
                        tokio::time::sleep(BREAK_OFF_AFTER).await;
                        Some((Err(io::Error::other("the body is truncated")), None))
                    }
                }
            }))
        }
        Pace::Drip(duration) => {
            let pause = duration / u32::try_from(body.len().max(1)).unwrap_or(u32::MAX);
            Body::from_stream(stream::unfold(body.into_iter(), move |mut rest| async move {
                let byte = rest.next()?;
                tokio::time::sleep(pause).await;
                Some((Ok::<_, Infallible>(vec![byte]), rest))
            }))
        }
    }
}

/// A response that is never sent: the connection ends in its place.
pub(crate) fn severed(parting: Parting) -> Response {
    let mut response = Response::new(Body::empty());
    response.extensions_mut().insert(parting);
    response
}

/// Turns every value into one of another type, objects and lists kept, so that a reader gets far before it stumbles.
pub(crate) fn wrong_types(value: Value) -> Value {
    match value {
        Value::Null => json!(false),
        Value::Bool(flag) => json!(if flag { "yes" } else { "no" }),
        Value::Number(number) => json!(format!("{number} bytes")),
        Value::String(text) if text.len() % 2 == 0 => json!(text.len()),
        Value::String(text) => json!({"value": text}),
        Value::Array(items) => items.into_iter().map(wrong_types).collect(),
        Value::Object(fields) => {
            Value::Object(fields.into_iter().map(|(name, value)| (name, wrong_types(value))).collect())
        }
    }
}

/// Puts `null` in the place of every list.
pub(crate) fn null_lists(value: Value) -> Value {
    match value {
        Value::Array(_) => Value::Null,
        Value::Object(fields) => {
            Value::Object(fields.into_iter().map(|(name, value)| (name, null_lists(value))).collect())
        }
        other => other,
    }
}
