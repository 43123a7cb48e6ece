//! Answers that are written by whoever orders the fault: what a gateway, a balancer or a broken service may say.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use crate::span;

/// An answer in the place of the service's own, and what becomes of the request.
///
/// `body` and the values of `headers` may hold placeholders: `{{key}}` is the key that came with the request,
/// `{{body}}` its body, `{{body_json}}` the body as it stands inside a JSON string, `{{body_html}}` as it stands in a
/// page.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Scripted {
    /// Whether the request takes effect, and when.
    pub effect: Effect,
    /// The status; without one, the operation's status of success.
    pub status: Option<u16>,
    /// What the body looks like, unless `body` says it.
    pub form: Form,
    /// The body itself.
    pub body: Option<String>,
    /// Its content type; without one, that of the form.
    pub content_type: Option<String>,
    /// Further headers.
    pub headers: BTreeMap<String, String>,
}

/// Whether a request takes effect. In JSON: `none`, `done`, or a span of time such as `2s`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Effect {
    /// Never.
    #[default]
    None,
    /// Before it is answered.
    Done,
    /// That long after it was answered.
    Late(Duration),
}

/// Forms of a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// The service's own error, in the form that the switch `error_body` chooses.
    #[default]
    Own,
    /// Plain text, as a web server's.
    Text,
    /// A gateway's JSON that knows no route: `{"message": "no Route matched with those values"}`.
    NoRoute,
    /// Nothing.
    Empty,
    /// An HTML page.
    Page,
    /// A JSON error of another shape than the service's.
    Problem,
    /// `[]`.
    Array,
    /// `{}`.
    Object,
    /// `null`.
    Null,
    /// The request's body as text inside a JSON object.
    EchoJson,
    /// The request's body in the title of a page, escaped as HTML.
    EchoPage,
    /// The request's body in the title of a page, as it came.
    EchoRawPage,
}

impl Form {
    /// The forms in which a gateway may say that it knows nothing.
    pub const GATEWAY: [Self; 7] =
        [Self::Text, Self::NoRoute, Self::Empty, Self::Page, Self::Problem, Self::Array, Self::Object];

    /// Content type and body, placeholders included; none for the service's own.
    pub(crate) fn template(self) -> Option<(&'static str, &'static str)> {
        const JSON: &str = "application/json";
        const HTML: &str = "text/html; charset=utf-8";
        const TEXT: &str = "text/plain; charset=utf-8";
        Some(match self {
            Self::Own => return None,
            Self::Text => (TEXT, "404 page not found\n"),
            Self::NoRoute => (JSON, r#"{"message":"no Route matched with those values"}"#),
            Self::Empty => ("", ""),
            Self::Page => (
                HTML,
                "<!DOCTYPE html>\n<html><head><title>Error</title></head><body><h1>Error</h1><hr>nginx</body></html>\n",
            ),
            Self::Problem => (JSON, r#"{"errors":[{"code":"E1000","detail":"the request cannot be routed"}]}"#),
            Self::Array => (JSON, "[]"),
            Self::Object => (JSON, "{}"),
            Self::Null => (JSON, "null"),
            Self::EchoJson => (JSON, r#"{"error":"cannot process {{body_json}}"}"#),
            Self::EchoPage => (HTML, "<html><head><title>Cannot process {{body_html}}</title></head></html>\n"),
            Self::EchoRawPage => (HTML, "<html><head><title>Cannot process {{body}}</title></head></html>\n"),
        })
    }
}

/// What placeholders stand for.
pub(crate) struct Echo {
    pub key: String,
    pub body: String,
}

impl Echo {
    /// The template with its placeholders filled in, once: what a request says is never read as a template.
    pub fn fill(&self, template: &str) -> String {
        let (mut filled, mut rest) = (String::new(), template);
        while let Some((before, after)) = rest.split_once("{{") {
            let (name, after) = after.split_once("}}").unwrap_or((after, ""));
            filled.push_str(before);
            filled.push_str(&self.value(name));
            rest = after;
        }
        filled + rest
    }

    fn value(&self, name: &str) -> String {
        match name {
            "key" => self.key.clone(),
            "body" => self.body.clone(),
            "body_json" => {
                let quoted = Value::from(self.body.as_str()).to_string();
                quoted.get(1..quoted.len().saturating_sub(1)).unwrap_or_default().to_string()
            }
            "body_html" => {
                self.body.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&#34;")
            }
            unknown => format!("{{{{{unknown}}}}}"),
        }
    }
}

impl Scripted {
    /// An answer with this status, in the service's own form, to a request without effect.
    pub fn status(status: u16) -> Self {
        Self { status: Some(status), ..Self::default() }
    }

    /// The same in another form.
    pub fn form(self, form: Form) -> Self {
        Self { form, ..self }
    }

    /// The same with this body.
    pub fn body(self, content_type: &str, body: &str) -> Self {
        Self { body: Some(body.to_string()), content_type: Some(content_type.to_string()), ..self }
    }

    /// The same with a JSON body.
    pub fn json(self, body: &Value) -> Self {
        self.body("application/json", &body.to_string())
    }

    /// The same with a header.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.insert(name.to_string(), value.to_string());
        self
    }

    /// The same to a request that took effect.
    pub fn done(self) -> Self {
        Self { effect: Effect::Done, ..self }
    }

    /// The same to a request that takes effect later.
    pub fn late(self, delay: Duration) -> Self {
        Self { effect: Effect::Late(delay), ..self }
    }

    /// Content type and body; none for the service's own error.
    pub(crate) fn content(&self, echo: &Echo) -> Option<(String, String)> {
        let (content_type, template) = match (&self.body, self.form.template()) {
            (Some(body), form) => (form.map_or("", |(content_type, _)| content_type), body.as_str()),
            (None, Some(form)) => form,
            (None, None) => return None,
        };
        let content_type = self.content_type.clone().unwrap_or_else(|| content_type.to_string());
        Some((content_type, echo.fill(template)))
    }
}

impl Serialize for Effect {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::None => serializer.serialize_str("none"),
            Self::Done => serializer.serialize_str("done"),
            Self::Late(delay) => span::serialize(delay, serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Effect {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        match text.as_str() {
            "none" => Ok(Self::None),
            "done" => Ok(Self::Done),
            _ => span::parse(&text).map(Self::Late).map_err(|_| {
                serde::de::Error::custom(format!("{text:?} is not an effect; it is none, done, or a span such as 2s"))
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn placeholders_are_filled_in() {
        let echo = Echo { key: "marked".into(), body: r#"{"password":"a<b\"c\\"}"#.into() };
        let filled = Scripted::default().form(Form::EchoJson).content(&echo).map(|(_, body)| body);
        let parsed: Value = serde_json::from_str(&filled.unwrap_or_default()).unwrap_or_default();
        assert_eq!(parsed, json!({"error": format!("cannot process {}", echo.body)}));
        assert_eq!(echo.fill("{{key}} {{body}}"), format!("marked {}", echo.body));
        assert!(echo.fill("{{body_html}}").contains("a&lt;b"));
        assert_eq!(Echo { key: "k".into(), body: "{{key}}".into() }.fill("{{body}} {{other}}"), "{{key}} {{other}}");
    }

    #[test]
    fn effects_are_words_or_spans() {
        for (text, effect) in
            [("none", Effect::None), ("done", Effect::Done), ("2s", Effect::Late(Duration::from_secs(2)))]
        {
            assert_eq!(serde_json::from_value::<Effect>(json!(text)).ok(), Some(effect));
        }
        assert!(serde_json::from_value::<Effect>(json!("soon")).is_err());
    }
}
