//! Undoes the encodings in which a text may hold another, and keeps where each byte came from.

use std::borrow::Cow;

/// Undoes one encoding for one unit at the beginning of a text: what it stands for, and how long it is. `None` where
/// the text ends in the middle of a unit.
pub(super) type Decode = fn(&[u8]) -> Option<(Unit, usize)>;

/// A text with encodings undone.
pub(super) struct View<'a> {
    bytes: Cow<'a, [u8]>,
    /// Where each byte came from in the original, and where that ends; nothing for the original itself.
    starts: Option<Vec<usize>>,
    /// How many encodings were undone.
    depth: usize,
}

/// The encodings of which others may be made up: a form in a URL, JSON in a text of JSON, JSON in a page, and so on.
/// Each with the sign without which nothing is encoded.
const DECODERS: [(u8, Decode); 4] = [(b'\\', json), (b'%', percent), (b'&', html), (b'+', plus)];

/// So many encodings one in another are undone.
const DEEPEST: usize = 5;

/// More views are not made: only who wants to be slow needs more.
const MOST: usize = 64;

/// A text as it is, and with its encodings undone, in every order in which that makes a difference.
pub(super) fn views(text: &str) -> Vec<View<'_>> {
    let mut views = vec![View { bytes: text.as_bytes().into(), starts: None, depth: 0 }];
    let mut at = 0;
    while let Some(view) = views.get(at).filter(|view| view.depth < DEEPEST) {
        let encoded = DECODERS.iter().filter(|(sign, _)| view.bytes.contains(sign));
        let next: Vec<_> = encoded.map(|(_, decode)| view.undo(*decode)).collect();
        for next in next {
            if views.len() < MOST && views.iter().all(|view| view.bytes != next.bytes) {
                views.push(next);
            }
        }
        at += 1;
    }
    views
}

impl View<'_> {
    fn undo(&self, decode: Decode) -> View<'static> {
        let (mut bytes, mut starts) = (Vec::with_capacity(self.bytes.len()), Vec::with_capacity(self.bytes.len() + 1));
        let mut at = 0;
        while let Some((unit, taken)) = decode(&self.bytes[at..]) {
            bytes.extend_from_slice(unit.bytes());
            starts.extend(std::iter::repeat_n(self.start(at), unit.length));
            at += taken;
        }
        starts.push(self.start(self.bytes.len()));
        View { bytes: bytes.into(), starts: Some(starts), depth: self.depth + 1 }
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    fn start(&self, at: usize) -> usize {
        self.starts.as_ref().map_or(at, |starts| starts[at])
    }

    /// Where in the original a part of the view came from.
    pub(super) fn original(&self, start: usize, end: usize) -> (usize, usize) {
        (self.start(start), self.start(end))
    }
}

/// What one unit of an encoded text stands for: a byte, or a character of several.
pub(super) struct Unit {
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

/// `%41`, as in URLs.
pub(super) fn percent(text: &[u8]) -> Option<(Unit, usize)> {
    match text {
        [b'%', high, low, ..] => match hex(&[*high, *low]) {
            Some(code) => Some((Unit::byte(u8::try_from(code).ok()?), 3)),
            None => plain(text),
        },
        [b'%'] | [b'%', _] => None,
        _ => plain(text),
    }
}

/// `+` for a space, as in forms, where it comes before [`percent`].
pub(super) fn plus(text: &[u8]) -> Option<(Unit, usize)> {
    if text.first() == Some(&b'+') { Some((Unit::byte(b' '), 1)) } else { plain(text) }
}

/// `\"`, `\n` and `\u0041`, as in JSON; and `\x41` and `\u{41}`, as in what programs print for their makers.
pub(super) fn json(text: &[u8]) -> Option<(Unit, usize)> {
    let escaped = match text {
        [b'\\', b'u', b'{', ..] => return braced(text),
        [b'\\', b'u', ..] => return unicode(text),
        [b'\\', b'x', high, low, ..] => match hex(&[*high, *low]) {
            Some(code) => return Some((Unit::byte(u8::try_from(code).ok()?), 4)),
            None => b'x',
        },
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

fn braced(text: &[u8]) -> Option<(Unit, usize)> {
    let end = text.iter().take(12).position(|byte| *byte == b'}');
    let code = end.and_then(|end| hex(&text[3..end])).and_then(char::from_u32);
    match (code, end) {
        (Some(character), Some(end)) => Some((Unit::character(character), end + 1)),
        _ => plain(text),
    }
}

fn unicode(text: &[u8]) -> Option<(Unit, usize)> {
    let unit = |at: usize| hex(text.get(at..at + 4)?).and_then(|code| u16::try_from(code).ok());
    if text.len() < 6 {
        return None;
    }
    let Some(first) = unit(2) else { return plain(text) };
    let second = if text.get(6..8) == Some(b"\\u") { unit(8) } else { None };
    match char::decode_utf16([Some(first), second].into_iter().flatten()).next() {
        Some(Ok(decoded)) => Some((Unit::character(decoded), if decoded.len_utf16() == 2 { 12 } else { 6 })),
        _ => plain(text),
    }
}

/// `&lt;` and `&#60;`, as in pages.
pub(super) fn html(text: &[u8]) -> Option<(Unit, usize)> {
    if text.first() != Some(&b'&') {
        return plain(text);
    }
    let Some(end) = text.iter().take(10).position(|byte| *byte == b';') else { return plain(text) };
    let character = match &text[1..end] {
        b"lt" => Some('<'),
        b"gt" => Some('>'),
        b"amp" => Some('&'),
        b"quot" => Some('"'),
        b"apos" => Some('\''),
        [b'#', b'x' | b'X', digits @ ..] => hex(digits).and_then(char::from_u32),
        [b'#', digits @ ..] => {
            std::str::from_utf8(digits).ok().and_then(|digits| digits.parse().ok()).and_then(char::from_u32)
        }
        _ => None,
    };
    match character {
        Some(character) => Some((Unit::character(character), end + 1)),
        None => plain(text),
    }
}

fn hex(digits: &[u8]) -> Option<u32> {
    let digit = |value: u32, digit: &u8| Some(value.checked_mul(16)? + char::from(*digit).to_digit(16)?);
    if digits.is_empty() { None } else { digits.iter().try_fold(0, digit) }
}
