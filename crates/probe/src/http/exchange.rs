//! One request, and what came of it.

use std::time::Duration;

use serde_json::Value;
use ureq::http::HeaderMap;

/// What a request carries as its key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    /// The one that was given.
    Own,
    /// None at all.
    None,
    /// One that nobody has.
    Wrong,
    /// A wrong one, not after `Bearer `.
    Bare,
}

/// What was answered.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, as it came.
    pub body: Vec<u8>,
}

/// Why there is no answer.
#[derive(Debug, Clone)]
pub struct Failure {
    /// In words.
    pub text: String,
    /// Whether the request surely had no effect, because it never left.
    pub unsent: bool,
}

/// A request and its outcome; of several tries the last.
#[derive(Debug, Clone)]
pub struct Exchange {
    /// The method.
    pub method: &'static str,
    /// The path below the base URL.
    pub path: String,
    /// What it carried as its key.
    pub key: Key,
    /// The body that was sent.
    pub sent: Option<Value>,
    /// The answer, or why there is none.
    pub outcome: Result<Answer, Failure>,
    /// From the connection to the end of the answer.
    pub took: Duration,
    /// How often it was sent.
    pub tries: u32,
}

impl Answer {
    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON, if it is any.
    pub fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }

    /// A header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The content type without its parameters.
    pub fn content_type(&self) -> &str {
        self.header("content-type").and_then(|text| text.split(';').next()).map_or("", str::trim)
    }

    /// Whether it is one of success.
    pub fn is_good(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// Whether the service refused for a reason of its own, and not because it could not answer.
    pub fn is_refusal(&self) -> bool {
        (400..500).contains(&self.status) && self.status != 429 && self.status != 408
    }

    /// What is answered is a page for people, so it comes from something that stands before the service.
    pub fn is_page(&self) -> bool {
        self.content_type() == "text/html" || self.body.trim_ascii_start().starts_with(b"<")
    }

    /// The field of the object that was answered.
    pub fn field(&self, name: &str) -> Option<Value> {
        self.json().and_then(|value| value.get(name).cloned())
    }
}

impl Exchange {
    /// The answer, or a sentence that says why there is none that could be judged.
    pub fn judged(&self) -> Result<&Answer, String> {
        match &self.outcome {
            Err(failure) => Err(format!("{}: {}", self.request(), failure.text)),
            Ok(answer) if answer.is_page() && answer.is_good() => {
                Err(format!("{} was answered with a page for people; is there a proxy in between?", self.request()))
            }
            Ok(answer) if answer.status >= 500 || answer.status == 429 || answer.status == 408 => {
                Err(format!("{} was answered with {} {} times", self.request(), answer.status, self.tries))
            }
            Ok(answer) => Ok(answer),
        }
    }

    /// The answer of a request that succeeded, or why there is none.
    pub fn good(&self) -> Result<&Answer, String> {
        let answer = self.judged()?;
        if answer.is_good() { Ok(answer) } else { Err(format!("{} was refused", self.line())) }
    }

    /// The answer of a request that was refused, or why there is none.
    pub fn refused(&self) -> Result<&Answer, String> {
        let answer = self.judged()?;
        if answer.is_refusal() { Ok(answer) } else { Err(format!("{}, which is not a refusal", self.line())) }
    }

    /// Whether the request succeeded; nothing when there is no answer to judge.
    pub fn accepted(&self) -> Result<bool, String> {
        self.judged().map(Answer::is_good)
    }
}
