//! Exchanges as evidence: short, and without other people's data.

use super::exchange::{Exchange, Key};

/// No piece of evidence is longer.
const LONGEST: usize = 200;

impl Exchange {
    /// The request, with ids shortened: they are nobody else's business.
    pub fn request(&self) -> String {
        let path = shorten_ids(&self.path);
        let key = match self.key {
            Key::Own => "",
            Key::None => " without a key",
            Key::Wrong => " with a wrong key",
            Key::Bare => " with a key that is not after \"Bearer \"",
        };
        match &self.sent {
            Some(body) => format!("{} {path} {}{key}", self.method, cut(&body.to_string())),
            None => format!("{} {path}{key}", self.method),
        }
    }

    /// Request, status, and the body of a refusal or of a write. What a GET was answered is other people's data.
    pub fn line(&self) -> String {
        let body = match &self.outcome {
            Ok(answer) if self.method == "GET" && answer.is_good() => String::new(),
            Ok(answer) => answer.text().trim_end().to_string(),
            Err(_) => String::new(),
        };
        self.line_with(&body)
    }

    /// Request, status, and what of the answer matters.
    pub fn line_with(&self, part: &str) -> String {
        let answered = match &self.outcome {
            Ok(answer) => answer.status.to_string(),
            Err(failure) => failure.text.clone(),
        };
        let part = cut(part);
        let blank = if part.is_empty() { "" } else { " " };
        format!("{} -> {answered}{blank}{part}", self.request())
    }

    /// Request, status, and one field of the object that was answered.
    pub fn line_with_field(&self, name: &str) -> String {
        let value = self.outcome.as_ref().ok().and_then(|answer| answer.field(name));
        self.line_with(&value.map_or(format!("(no {name})"), |value| format!("{name}: {value}")))
    }
}

/// The beginning of a text, in one line, without whole UUIDs in it.
pub fn cut(text: &str) -> String {
    let mut short = String::new();
    let in_id = |letter: char| letter.is_ascii_hexdigit() || letter == '-';
    let mut rest = text;
    while let Some(start) = rest.find(in_id) {
        let end = rest[start..].find(|letter| !in_id(letter)).map_or(rest.len(), |length| start + length);
        let word = &rest[start..end];
        short.push_str(&rest[..start]);
        short.push_str(&if word.len() == 36 { shorten(word) } else { word.to_string() });
        rest = &rest[end..];
    }
    short.push_str(rest);
    let text = short.replace(['\n', '\r'], " ");
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text,
    }
}

/// Leaves four characters of each id in a path.
fn shorten_ids(path: &str) -> String {
    let is_id = |part: &str| {
        let digits = part.len() >= 12 && part.contains(|letter: char| letter.is_ascii_digit());
        digits && part.chars().all(|letter| letter.is_ascii_hexdigit() || letter == '-')
    };
    let short = |part: &str| if is_id(part) { shorten(part) } else { part.to_string() };
    let (path, query) = path.split_once('?').map_or((path, None), |(path, query)| (path, Some(query)));
    let path = path.split('/').map(short).collect::<Vec<_>>().join("/");
    query.map_or(path.clone(), |query| format!("{path}?{query}"))
}

/// The beginning of an id.
fn shorten(id: &str) -> String {
    format!("{}..", id.get(..4).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_shortened_and_words_are_not() {
        let path = "/partner/606f031c-0f85-4444-8c7d-4a8f1ede7cd3/storage-accounts/817117562511/usage?from=2026-03-20";
        assert_eq!(shorten_ids(path), "/partner/606f../storage-accounts/8171../usage?from=2026-03-20");
        assert_eq!(shorten_ids("/integration/regions/list"), "/integration/regions/list");
    }

    #[test]
    fn evidence_is_short() {
        assert_eq!(cut("a\nb"), "a b");
        let body = r#"{"id":"606f031c-0f85-4444-8c7d-4a8f1ede7cd3","name":"Acme - ab","id":"817117562511"}"#;
        assert_eq!(cut(body), r#"{"id":"606f..","name":"Acme - ab","id":"817117562511"}"#);
        assert_eq!(cut(&"x".repeat(400)).len(), 203);
    }
}
