//! Takes secrets out of texts that people will see.
//!
//! A service or a proxy may echo what it was sent, as it was or encoded, and what was encoded may be encoded again. So
//! a text is searched as it is and with its encodings undone, in every order (see [`views`]), each time for all secrets
//! at once: as they are, and in base64 wherever in an encoded text they may begin (`user:password` and `Bearer key`
//! too). The secrets are those of the whole process, so that nobody has to hand a mask to the place where a text
//! becomes part of a message.

use std::collections::HashSet;
use std::hash::{Hash, Hasher};
use std::sync::{Arc, LazyLock, PoisonError, RwLock};

use aho_corasick::{AhoCorasick, MatchKind};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use zeroize::Zeroizing;

use super::escapes::{View, views};
use super::secret::Secret;

/// What stands where a secret was.
const MASKED: &str = "***";

/// Shorter secrets are not masked: they would be found in every second word, and no service takes them.
const SHORTEST_SECRET: usize = 4;

/// Shorter pieces of base64 say too little about a secret and turn up by chance.
const SHORTEST_BASE64: usize = 6;

/// A secret as it is, or in base64: what is looked for once encodings are undone.
#[derive(Clone, PartialEq, Eq)]
struct Form(Zeroizing<Vec<u8>>);

impl Hash for Form {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.as_slice().hash(state);
    }
}

/// All secrets that this process was given so far.
static SECRETS: LazyLock<Mask> = LazyLock::new(Mask::default);

/// From now on this secret is masked, whoever speaks.
pub(super) fn add(secret: &Secret) {
    SECRETS.add(secret.expose());
}

/// The text without secrets, and without the beginning of one where the text ends.
pub fn hide(text: &str) -> String {
    SECRETS.hide(text)
}

/// The secrets, and the search for all of them; that is made when a text is searched and a secret was added since.
#[derive(Default)]
struct Mask(RwLock<Known>);

#[derive(Default)]
struct Known {
    forms: HashSet<Form>,
    search: Option<Arc<Search>>,
}

struct Search {
    all: AhoCorasick,
    forms: Vec<Form>,
}

impl Mask {
    fn add(&self, secret: &str) {
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        for form in forms(secret.as_bytes()) {
            if known.forms.insert(form) {
                known.search = None;
            }
        }
    }

    fn hide(&self, text: &str) -> String {
        let search = self.search();
        if search.forms.is_empty() {
            return text.to_owned();
        }
        let mut spans: Vec<(usize, usize)> = Vec::new();
        for view in views(text) {
            search.find(&view, &mut spans);
        }
        replace(text, spans)
    }

    fn search(&self) -> Arc<Search> {
        let made = self.0.read().unwrap_or_else(PoisonError::into_inner).search.clone();
        made.unwrap_or_else(|| {
            let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
            let search = Arc::new(Search::new(known.forms.iter().cloned().collect()));
            known.search = Some(Arc::clone(&search));
            search
        })
    }
}

impl Search {
    fn new(forms: Vec<Form>) -> Search {
        let builder = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .build(forms.iter().map(|form| form.0.as_slice()));
        Search { all: builder.expect("secrets are few and short"), forms }
    }

    /// Adds where in the original text secrets are.
    fn find(&self, view: &View<'_>, spans: &mut Vec<(usize, usize)>) {
        let bytes = view.bytes();
        let mut end = 0;
        for found in self.all.find_iter(bytes) {
            spans.push(view.original(found.start(), found.end()));
            end = found.end();
        }
        // The beginning of a secret where the text ends, as long as possible.
        let begun = |form: &Form| {
            let most = form.0.len().saturating_sub(1).min(bytes.len() - end);
            let begins = |length: usize| bytes.get(bytes.len() - length) == form.0.first();
            (SHORTEST_SECRET..=most).rev().find(|length| begins(*length) && bytes.ends_with(&form.0[..*length]))
        };
        if let Some(length) = self.forms.iter().filter_map(begun).max() {
            spans.push(view.original(bytes.len() - length, bytes.len()));
        }
    }
}

/// The text with something else where secrets are.
fn replace(text: &str, mut spans: Vec<(usize, usize)>) -> String {
    spans.sort_unstable();
    let (mut shown, mut at) = (String::with_capacity(text.len()), 0);
    for (start, end) in spans {
        let (start, end) = (text.floor_char_boundary(start), text.ceil_char_boundary(end));
        if start >= at {
            shown.push_str(&text[at..start]);
            shown.push_str(MASKED);
        }
        at = at.max(end);
    }
    shown.push_str(&text[at..]);
    shown
}

/// What a secret looks like once encodings are undone.
fn forms(secret: &[u8]) -> Vec<Form> {
    if secret.len() < SHORTEST_SECRET {
        return Vec::new();
    }
    let mut forms = vec![secret.to_vec()];
    for engine in [STANDARD_NO_PAD, URL_SAFE_NO_PAD] {
        forms.push(engine.encode(secret).into_bytes());
        // In the base64 of a longer text the secret begins at one of three places of a group, and the letters at both
        // its ends are mixed with its neighbours. What is left between them is always the same.
        for (before, mixed) in [(0, 0), (1, 2), (2, 3)] {
            let shifted = Zeroizing::new([&[0; 2][..before], secret].concat());
            let encoded = Zeroizing::new(engine.encode(&*shifted).into_bytes());
            let end = encoded.len() - usize::from(!shifted.len().is_multiple_of(3));
            let core = &encoded[mixed..end];
            if core.len() >= SHORTEST_BASE64 {
                forms.push(core.to_vec());
            }
        }
    }
    forms.into_iter().map(|form| Form(Zeroizing::new(form))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PASSWORD: &str = "Pa\"s/s w<ö😀r\\d+1%";

    fn mask(secret: &str) -> Mask {
        let mask = Mask::default();
        mask.add(secret);
        mask
    }

    fn json_text(text: &str) -> String {
        serde_json::to_string(text).unwrap()
    }

    fn html_text(text: &str) -> String {
        text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&#34;").replace('\\', "&#x5C;")
    }

    #[test]
    fn every_encoding_is_found() {
        let percent: String = PASSWORD.bytes().map(|byte| format!("%{byte:02x}")).collect();
        let form: String = url::form_urlencoded::byte_serialize(PASSWORD.as_bytes()).collect();
        let go = r#"Pa\"s\/s w\u003cö\ud83d\uDE00r\\d+1%"#;
        let json = json_text(PASSWORD);
        let inner = json.trim_matches('"');
        let twice = json_text(inner);
        let thrice = json_text(twice.trim_matches('"'));
        let debug = format!("{:?}", PASSWORD.as_bytes().escape_ascii().to_string());
        for text in [
            PASSWORD,
            &percent,
            &percent.to_uppercase(),
            &percent.replace('%', "%25"),
            &form,
            go,
            inner,
            twice.trim_matches('"'),
            thrice.trim_matches('"'),
            &html_text(PASSWORD),
            &html_text(inner),
            json_text(&html_text(PASSWORD)).trim_matches('"'),
            &html_text(PASSWORD).replace("&#34;", "&quot;"),
            debug.trim_matches('"'),
            &PASSWORD.escape_debug().to_string(),
            &url::form_urlencoded::byte_serialize(inner.as_bytes()).collect::<String>().replace('+', "%20"),
        ] {
            assert_eq!(mask(PASSWORD).hide(&format!("a {text} b")), "a *** b", "{text}");
        }
    }

    #[test]
    fn base64_is_found_wherever_it_begins() {
        let secret = "key-1234567890-abcdefghij";
        for before in ["", "a", "ab", "Bearer ", "user:"] {
            let encoded = STANDARD_NO_PAD.encode(format!("{before}{secret}tail"));
            let shown = mask(secret).hide(&encoded);
            assert!(shown.contains(MASKED) && shown.len() + 20 < encoded.len(), "{before}: {shown}");
        }
        assert_eq!(mask(secret).hide(&STANDARD_NO_PAD.encode(secret)), MASKED);
    }

    #[test]
    fn the_beginning_of_a_secret_at_the_end_is_found() {
        assert_eq!(mask("key-1234567890").hide("Bearer key-1234"), "Bearer ***");
        assert_eq!(mask("a\"b\"c\"d").hide(r#"{"x":"a\"b\"c\"#), r#"{"x":"***"#);
        assert_eq!(mask("a\"b\"c\"d").hide(r#"{"x":"a\"b\"c\"d"#), r#"{"x":"***"#);
        assert_eq!(mask("key-1234567890").hide("key"), "key", "too little to tell");
    }

    #[test]
    fn many_secrets_in_a_long_text_take_no_time() {
        let mask = Mask::default();
        for number in 0..1000 {
            mask.add(&format!("password-{number}-{}", number * 7919));
        }
        let text = "a password-999-7911081 %41 \\u0041 ".repeat(1000);
        assert_eq!(mask.hide(&text), "a *** %41 \\u0041 ".repeat(1000));
    }

    #[test]
    fn what_is_no_secret_stays() {
        let text = "naïve % %zz \\u12 \\ + 😀 &lt &#; &amp;";
        assert_eq!(mask("secret").hide(text), text);
        assert_eq!(mask("abc").hide("abc"), "abc", "too short to be one");
        assert_eq!(Mask::default().hide(text), text);
    }
}
