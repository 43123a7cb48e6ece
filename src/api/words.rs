//! How texts of others and times appear in messages.

use std::time::Duration;

/// How much of a foreign text is shown, in characters.
const SHOWN: usize = 200;

/// The beginning of a foreign text on one line, without control characters.
pub(super) fn shorten(text: &str) -> String {
    let mut words = text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    let mut short = String::new();
    // A text of one endless word is cut as well.
    while let Some(word) = words.next().filter(|_| short.chars().count() <= SHOWN) {
        if !short.is_empty() {
            short.push(' ');
        }
        short.push_str(word);
    }
    if let Some((end, _)) = short.char_indices().nth(SHOWN) {
        short.truncate(end);
        short.push('…');
    }
    short
}

/// A foreign text between quotation marks.
pub(super) fn quoted(text: &str) -> String {
    format!("\"{text}\"")
}

/// A duration as people say it: `0.2 s`, `12 s`, `2 min 5 s`.
pub(super) fn seconds(time: Duration) -> String {
    // Rounded up, so that only nothing is "0 s".
    let tenths = time.as_nanos().div_ceil(100_000_000);
    match tenths {
        0..100 if !tenths.is_multiple_of(10) => format!("{}.{} s", tenths / 10, tenths % 10),
        0..1200 => format!("{} s", tenths / 10),
        _ if (tenths / 10).is_multiple_of(60) => format!("{} min", tenths / 600),
        _ => format!("{} min {} s", tenths / 600, tenths / 10 % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_texts_are_one_short_line() {
        assert_eq!(shorten("  a\r\n\tb\u{1b}[31mc "), "a b [31mc");
        let long = shorten(&"ö".repeat(300));
        assert_eq!(long.chars().count(), SHOWN + 1);
        assert!(long.ends_with('…'));
        assert_eq!(shorten(&"ab ".repeat(1_000_000)).chars().count(), SHOWN + 1);
    }

    #[test]
    fn times_are_readable() {
        for (millis, expected) in [
            (0, "0 s"),
            (30, "0.1 s"),
            (1000, "1 s"),
            (1210, "1.3 s"),
            (12_340, "12 s"),
            (120_000, "2 min"),
            (125_000, "2 min 5 s"),
        ] {
            assert_eq!(seconds(Duration::from_millis(millis)), expected);
        }
    }
}
