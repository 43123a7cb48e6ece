//! What stands in answers, of whatever JSON type it comes: whole numbers and ids, and what follows from them.
//!
//! Numbers are taken from their text, never through a float, so that each is exact or refused.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Error, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use terraform_plugin_server::Number;

use super::outside::Outside;

/// More digits than any price has; an exponent must not blow up a text.
const MAX_DIGITS: usize = 60;

/// An amount: a whole number from 0 to what 63 bits hold, as number or text.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Whole(pub(super) i64);

/// What identifies something. Ids of digits may come as numbers.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Id(pub(super) String);

impl<'de> Deserialize<'de> for Whole {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = <&RawValue>::deserialize(deserializer)?;
        match number(unquoted(raw)).and_then(|number| number.as_i64()) {
            Some(whole @ 0..) => Ok(Whole(whole)),
            Some(_) => Err(wrong(raw, "less than nothing")),
            None => Err(wrong(raw, "not a whole number of 64 bits")),
        }
    }
}

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = <&RawValue>::deserialize(deserializer)?;
        let digits = raw.get().bytes().all(|byte| byte.is_ascii_digit());
        let id = if digits { Ok(raw.get().to_owned()) } else { serde_json::from_str(raw.get()) };
        id.map(Id).map_err(|_| wrong(raw, "not a text"))
    }
}

/// An amount that may be left out.
pub(super) fn whole<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    Ok(Option::<Whole>::deserialize(deserializer)?.map(|whole| whole.0))
}

/// An id that must be there.
pub(super) fn id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    optional_id(deserializer)?.ok_or_else(|| D::Error::custom("there is none"))
}

/// An id that may be left out; the empty one is.
pub(super) fn optional_id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(Option::<Id>::deserialize(deserializer)?.map(|id| id.0).filter(|id| !id.is_empty()))
}

/// A yes or no that may be left out.
pub(super) fn flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<bool>, D::Error> {
    let Some(raw) = Option::<&RawValue>::deserialize(deserializer)? else { return Ok(None) };
    match unquoted(raw) {
        "true" => Ok(Some(true)),
        "false" => Ok(Some(false)),
        _ => Err(wrong(raw, "not true or false")),
    }
}

/// A price that may be left out, as exact decimal text without exponent. It keeps the places it was written with:
/// "100.50" stays so.
pub(super) fn price<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let Some(raw) = Option::<&RawValue>::deserialize(deserializer)? else { return Ok(None) };
    let text = unquoted(raw);
    let exact = |number: Number| if text.contains(['e', 'E']) { number.to_string() } else { text.to_owned() };
    match number(text).map(exact) {
        _ if text.is_empty() => Ok(None),
        Some(price) if price.len() <= MAX_DIGITS && !price.contains('e') => Ok(Some(price)),
        _ => Err(wrong(raw, "not a decimal number")),
    }
}

/// More days than usage is kept for: a list within an object must not blow up either.
const MAX_INNER: usize = 10_000;

/// A list that may be left out, and then is empty.
pub(super) fn list<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Vec<T>, D::Error> {
    Ok(Option::<Few<T>>::deserialize(deserializer)?.map(|few| few.0).unwrap_or_default())
}

/// A list of at most [`MAX_INNER`] items.
struct Few<T>(Vec<T>);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Few<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(Fews(PhantomData))
    }
}

struct Fews<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for Fews<T> {
    type Value = Few<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Few<T>, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element()? {
            if items.len() == MAX_INNER {
                return Err(A::Error::custom(format_args!("there are more than {MAX_INNER}")));
            }
            items.push(item);
        }
        Ok(Few(items))
    }
}

/// The time of a scheduled deletion. Services write "none" in many ways; whatever is none of them is a deletion,
/// readable or not.
pub(super) fn pending<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let Some(raw) = Option::<&RawValue>::deserialize(deserializer)? else { return Ok(None) };
    let text = serde_json::from_str(raw.get()).unwrap_or_else(|_| raw.get().to_owned());
    let none = matches!(&*text, "" | "0" | "false" | "null") || ZERO_TIMES.iter().any(|zero| text.starts_with(zero));
    Ok(Some(text).filter(|_| !none))
}

/// How a time that was never set is written: Go's zero, a database's, and Unix's.
const ZERO_TIMES: [&str; 3] = ["0001-01-01", "0000-", "1970-01-01T00:00:00"];

/// A number written as JSON writes numbers.
fn number(text: &str) -> Option<Number> {
    let is_digit = |c: char| c.is_ascii_digit();
    let written = text.strip_prefix('-').unwrap_or(text).starts_with(is_digit) && text.ends_with(is_digit);
    // A number of that many digits is none of this service's, and must not cost the time to read it.
    if written && text.len() <= 1000 { text.parse().ok() } else { None }
}

/// The text of a number that may be written as a text; numbers need no escapes.
fn unquoted(raw: &RawValue) -> &str {
    let text = raw.get();
    text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text)
}

fn wrong<E: Error>(raw: &RawValue, what: impl fmt::Display) -> E {
    E::custom(format_args!("{} is {what}", brief(raw.get())))
}

/// The beginning of a piece of JSON.
pub(super) fn brief(json: &str) -> Outside {
    /// At most this much of a value is quoted, in characters.
    const QUOTED: usize = 40;
    match json.char_indices().nth(QUOTED) {
        Some((end, _)) => Outside::new(format!("{}…", &json[..end])),
        None => Outside::new(json),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read<T: for<'a> Deserialize<'a>>(json: &str) -> Option<T> {
        serde_json::from_str(json).ok()
    }

    #[test]
    fn whole_numbers_are_exact_or_refused() {
        for (text, expected) in [
            ("0", Some(0)),
            ("-0", Some(0)),
            ("0.000", Some(0)),
            ("0e999999999999999999", Some(0)),
            ("5000000000000", Some(5_000_000_000_000)),
            ("5e12", Some(5_000_000_000_000)),
            ("5.0E+12", Some(5_000_000_000_000)),
            ("5000e-3", Some(5)),
            ("1.5", None),
            ("15e-1", None),
            ("9007199254740993.0", Some(9_007_199_254_740_993)),
            ("9007199254740992.5", None),
            ("9223372036854775807", Some(i64::MAX)),
            ("9223372036854775808", None),
            ("-5", None),
            ("-9223372036854775808", None),
            ("1e19", None),
            ("1e999999999999999999999", None),
            ("1e-9223372036854775808", None),
        ] {
            assert_eq!(read(text), expected.map(Whole), "{text}");
            assert_eq!(read(&format!("\"{text}\"")), expected.map(Whole), "{text} as text");
        }
        for text in ["", " 7", "7 ", "+7", "-", ".5", "5.", "1e", "1e--1", "0x10", "NaN", "inf"] {
            assert_eq!(read::<Whole>(&format!("\"{text}\"")), None, "{text}");
        }
        assert_eq!(read("\"007\""), Some(Whole(7)));
    }

    #[derive(Deserialize)]
    struct Price(#[serde(deserialize_with = "price")] Option<String>);

    #[test]
    fn prices_are_texts_without_exponent() {
        for (given, expected) in [
            ("100", Some("100")),
            ("0", Some("0")),
            ("0.00", Some("0.00")),
            ("100.50", Some("100.50")),
            ("0.1", Some("0.1")),
            ("-0.05", Some("-0.05")),
            ("1e2", Some("100")),
            ("15e-1", Some("1.5")),
            ("5e-3", Some("0.005")),
            ("1e100", None),
            ("1e-9223372036854775808", None),
            ("1e9223372036854775807", None),
            ("\"free\"", None),
        ] {
            let price = serde_json::from_str::<Price>(given).ok().and_then(|price| price.0);
            assert_eq!(price.as_deref(), expected, "{given}");
        }
        assert_eq!(serde_json::from_str::<Price>("\"\"").unwrap().0, None);
    }

    #[derive(Deserialize)]
    struct Pending(#[serde(deserialize_with = "pending")] Option<String>);

    #[test]
    fn a_deletion_is_scheduled_unless_it_surely_is_not() {
        for none in [
            "null",
            "\"\"",
            "0",
            "\"0\"",
            "false",
            "\"0001-01-01T00:00:00Z\"",
            "\"0001-01-01T00:00:00.000+00:00\"",
            "\"0000-00-00 00:00:00\"",
            "\"1970-01-01T00:00:00Z\"",
        ] {
            assert_eq!(serde_json::from_str::<Pending>(none).unwrap().0, None, "{none}");
        }
        for (some, text) in [
            ("\"2026-04-19T08:00:00Z\"", "2026-04-19T08:00:00Z"),
            ("\"in a month\"", "in a month"),
            ("1776585600", "1776585600"),
            ("true", "true"),
            ("{\"at\": 1}", "{\"at\": 1}"),
        ] {
            assert_eq!(serde_json::from_str::<Pending>(some).unwrap().0.as_deref(), Some(text), "{some}");
        }
    }
}
