//! Text that others wrote, where it becomes part of a message: the one door.

use std::fmt::{self, Write};

use super::mask;

/// How much of a text is shown, in characters.
const SHOWN: usize = 200;

/// How much of a text is looked at, in bytes: far more than is shown, and little enough that its length costs nothing.
const READ: usize = 16 << 10;

/// A text from outside (a name, an id, the service's words, a library's error) that is fit for a message: secrets are
/// masked, what would steer a terminal or turn the reading direction is escaped, and its length is limited.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Outside(String);

impl Outside {
    /// A text as it is: every character counts, as in names and ids.
    pub fn new(text: impl AsRef<str>) -> Outside {
        Outside(fit(mask::hide(beginning(text.as_ref())).chars()))
    }

    /// Running text, as in error messages: white space of any kind only parts words.
    pub(super) fn words(text: impl AsRef<str>) -> Outside {
        let hidden = mask::hide(beginning(text.as_ref()));
        let mut words = hidden.split_whitespace();
        let first = words.next().unwrap_or_default();
        Outside(fit(first.chars().chain(words.flat_map(|word| " ".chars().chain(word.chars())))))
    }

    /// The text as it is shown.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

fn beginning(text: &str) -> &str {
    &text[..text.floor_char_boundary(READ)]
}

fn fit(mut text: impl Iterator<Item = char>) -> String {
    let mut shown = String::new();
    for c in text.by_ref().take(SHOWN) {
        escape(c, &mut shown);
    }
    if text.next().is_some() {
        shown.push('…');
    }
    shown
}

/// Puts a character into a text, escaped when it is none that people read.
pub fn escape(c: char, text: &mut String) {
    match c {
        '\n' => text.push_str("\\n"),
        '\r' => text.push_str("\\r"),
        '\t' => text.push_str("\\t"),
        _ if steers(c) => write!(text, "\\u{{{:x}}}", u32::from(c)).expect("a String takes everything"),
        _ => text.push(c),
    }
}

/// Whether a character does something to a terminal, a log or the reading direction: controls of both sets, separators
/// of lines, marks of direction, and characters that no font shows.
pub fn steers(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        || matches!(c, '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

impl fmt::Display for Outside {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Outside {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_steers_is_escaped() {
        for (text, shown) in [
            ("Acme GmbH ö 😀", "Acme GmbH ö 😀"),
            ("a\u{1b}[31m\u{7}b", "a\\u{1b}[31m\\u{7}b"),
            ("a\r\nError: forged\t", "a\\r\\nError: forged\\t"),
            ("\u{9b}31m\u{85}", "\\u{9b}31m\\u{85}"),
            ("\u{202e}gpj\u{2066}\u{200f}", "\\u{202e}gpj\\u{2066}\\u{200f}"),
            ("a\u{2028}b\u{feff}", "a\\u{2028}b\\u{feff}"),
        ] {
            assert_eq!(Outside::new(text).to_string(), shown);
            assert!(!shown.chars().any(steers));
        }
    }

    #[test]
    fn words_are_one_line() {
        assert_eq!(Outside::words("  a\r\n\tb\u{1b}[31mc ").as_str(), "a b\\u{1b}[31mc");
        assert!(Outside::words(" \n").is_empty());
    }

    #[test]
    fn length_is_limited() {
        for long in ["ö".repeat(300), "ab ".repeat(1_000_000), "ö".repeat(1_000_000)] {
            let shown = Outside::words(long);
            assert_eq!(shown.as_str().chars().count(), SHOWN + 1);
            assert!(shown.as_str().ends_with('…'));
        }
        assert_eq!(Outside::new("x".repeat(SHOWN)).as_str().len(), SHOWN);
    }
}
