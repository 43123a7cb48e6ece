//! Takes secrets out of texts that people will see.
//!
//! A service or a proxy may echo what it was sent, as it was or encoded. So a secret is looked for as it is, percent-encoded, as a form
//! encodes it, escaped as in JSON, and in base64 wherever in an encoded text it may begin (`user:password` and `Bearer key` too).

use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use zeroize::Zeroizing;

use super::secret::Secret;

/// What stands where a secret was.
const MASKED: &str = "***";

/// Shorter secrets are not masked: they would be found in every second word, and no service takes them.
const SHORTEST_SECRET: usize = 4;

/// Shorter pieces of base64 say too little about a secret and turn up by chance.
const SHORTEST_BASE64: usize = 6;

/// A secret as it is, or in base64: what is looked for once escapes are undone.
type Form = Zeroizing<Vec<u8>>;

/// All secrets that were sent so far, by their first bytes, so that a long text and many secrets do not take long.
#[derive(Default)]
pub(super) struct Mask(RwLock<HashMap<[u8; SHORTEST_SECRET], Vec<Form>>>);

impl Mask {
    /// From now on this secret is masked.
    pub(super) fn add(&self, secret: &Secret) {
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        for form in forms(secret.expose().as_bytes()) {
            let Some(head) = form.first_chunk() else { continue };
            let same_head = known.entry(*head).or_default();
            if !same_head.contains(&form) {
                same_head.push(form);
                // The longest first, so that a secret goes as a whole and not in parts.
                same_head.sort_by_key(|form| Reverse(form.len()));
            }
        }
    }

    /// The text without secrets, and without the beginning of one where the text ends.
    pub(super) fn hide(&self, text: &str) -> String {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let mut shown = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let length = DECODERS.iter().find_map(|decode| {
                let forms = known.get(&head(rest.as_bytes(), *decode)?)?;
                forms.iter().find_map(|form| length_of(form, rest.as_bytes(), *decode))
            });
            match length.and_then(|length| rest.get(length..)) {
                Some(after) => {
                    shown.push_str(MASKED);
                    rest = after;
                }
                None => {
                    shown.push(first);
                    rest = &rest[first.len_utf8()..];
                }
            }
        }
        shown
    }
}

/// What a secret looks like before percent-encoding or escaping.
fn forms(secret: &[u8]) -> Vec<Form> {
    if secret.len() < SHORTEST_SECRET {
        return Vec::new();
    }
    let mut forms = vec![Zeroizing::new(secret.to_vec())];
    for engine in [STANDARD_NO_PAD, URL_SAFE_NO_PAD] {
        forms.push(Zeroizing::new(engine.encode(secret).into_bytes()));
        // In the base64 of a longer text the secret begins at one of three places of a group, and the letters at both its ends
        // are mixed with its neighbours. What is left between them is always the same.
        for (before, mixed) in [(0, 0), (1, 2), (2, 3)] {
            let shifted = Zeroizing::new([&[0; 2][..before], secret].concat());
            let encoded = Zeroizing::new(engine.encode(&*shifted).into_bytes());
            let end = encoded.len() - usize::from(!shifted.len().is_multiple_of(3));
            let core = &encoded[mixed..end];
            if core.len() >= SHORTEST_BASE64 {
                forms.push(Zeroizing::new(core.to_vec()));
            }
        }
    }
    forms
}

/// Undoes one encoding for one unit at the beginning of a text: what it stands for, and how long it is.
type Decode = fn(&[u8]) -> Option<(Unit, usize)>;

const DECODERS: [Decode; 4] = [plain, percent, form, json];

/// The first bytes of a text once its escapes are undone.
fn head(text: &[u8], decode: Decode) -> Option<[u8; SHORTEST_SECRET]> {
    let mut head = [0; SHORTEST_SECRET];
    let (mut filled, mut read) = (0, 0);
    while filled < head.len() {
        let (unit, taken) = decode(&text[read..])?;
        let bytes = unit.bytes();
        let fitting = bytes.len().min(head.len() - filled);
        head[filled..filled + fitting].copy_from_slice(&bytes[..fitting]);
        filled += fitting;
        read += taken;
    }
    Some(head)
}

/// How many bytes of the text's beginning are this secret, or the beginning of it where the text ends.
fn length_of(secret: &[u8], text: &[u8], decode: Decode) -> Option<usize> {
    let (mut matched, mut read) = (0, 0);
    while matched < secret.len() {
        let Some((unit, taken)) = decode(&text[read..]) else {
            return (matched >= SHORTEST_SECRET).then_some(text.len());
        };
        if !secret[matched..].starts_with(unit.bytes()) {
            return None;
        }
        matched += unit.bytes().len();
        read += taken;
    }
    Some(read)
}

/// What one unit of an encoded text stands for: a byte, or a character of several.
struct Unit {
    bytes: [u8; 4],
    length: usize,
}

impl Unit {
    fn byte(byte: u8) -> Unit {
        Unit { bytes: [byte, 0, 0, 0], length: 1 }
    }

    fn character(character: char) -> Unit {
        let mut bytes = [0; 4];
        let length = character.encode_utf8(&mut bytes).len();
        Unit { bytes, length }
    }

    fn bytes(&self) -> &[u8] {
        &self.bytes[..self.length]
    }
}

fn plain(text: &[u8]) -> Option<(Unit, usize)> {
    Some((Unit::byte(*text.first()?), 1))
}

fn percent(text: &[u8]) -> Option<(Unit, usize)> {
    match text {
        [b'%', high, low, ..] => match hex(&[*high, *low]) {
            Some(code) => Some((Unit::byte(u8::try_from(code).ok()?), 3)),
            None => plain(text),
        },
        // Cut off in the middle: the text ends before it.
        [b'%'] | [b'%', _] => None,
        _ => plain(text),
    }
}

fn form(text: &[u8]) -> Option<(Unit, usize)> {
    if text.first() == Some(&b'+') { Some((Unit::byte(b' '), 1)) } else { percent(text) }
}

fn json(text: &[u8]) -> Option<(Unit, usize)> {
    let escaped = match text {
        [b'\\', b'u', ..] => return unicode(text),
        [b'\\', b'n', ..] => b'\n',
        [b'\\', b't', ..] => b'\t',
        [b'\\', b'r', ..] => b'\r',
        [b'\\', b'b', ..] => 8,
        [b'\\', b'f', ..] => 12,
        [b'\\', other, ..] => *other,
        [b'\\'] => return None,
        _ => return plain(text),
    };
    Some((Unit::byte(escaped), 2))
}

fn unicode(text: &[u8]) -> Option<(Unit, usize)> {
    let unit = |at: usize| Some(u16::try_from(hex(text.get(at..at + 4)?)?).expect("four hexadecimal digits"));
    let first = unit(2)?;
    let second = if text.get(6..8) == Some(b"\\u") { unit(8) } else { None };
    let decoded = char::decode_utf16([Some(first), second].into_iter().flatten()).next()?.ok()?;
    Some((Unit::character(decoded), if decoded.len_utf16() == 2 { 12 } else { 6 }))
}

fn hex(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0, |value, digit| Some(value * 16 + char::from(*digit).to_digit(16)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PASSWORD: &str = "Pa\"s/s w<ö😀rd+1%";

    fn mask(secret: &str) -> Mask {
        let mask = Mask::default();
        mask.add(&Secret::verbatim(secret));
        mask
    }

    #[test]
    fn every_encoding_is_found() {
        let percent: String = PASSWORD.bytes().map(|byte| format!("%{byte:02x}")).collect();
        let form: String = url::form_urlencoded::byte_serialize(PASSWORD.as_bytes()).collect();
        let go = r#"Pa\"s\/s w\u003cö\ud83d\uDE00rd+1%"#;
        let json = serde_json::to_string(PASSWORD).unwrap();
        for text in [PASSWORD, &percent, &percent.to_uppercase(), &form, go, json.trim_matches('"')] {
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
        assert_eq!(mask("key-1234567890").hide("key"), "key", "too little to tell");
    }

    #[test]
    fn many_secrets_in_a_long_text_take_no_time() {
        let mask = Mask::default();
        for number in 0..1000 {
            mask.add(&Secret::verbatim(format!("password-{number}-{}", number * 7919)));
        }
        let text = "a password-999-7911081 %41 \\u0041 ".repeat(1000);
        assert_eq!(mask.hide(&text), "a *** %41 \\u0041 ".repeat(1000));
    }

    #[test]
    fn what_is_no_secret_stays() {
        let text = "naïve % %zz \\u12 \\ + 😀";
        assert_eq!(mask("secret").hide(text), text);
        assert_eq!(mask("abc").hide("abc"), "abc", "too short to be one");
    }
}
