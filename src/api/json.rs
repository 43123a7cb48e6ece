//! Reads JSON that keeps no promise: fields may be missing, null or of another type than documented.
//!
//! Numbers are taken from their text, never through a float, so that each is exact or refused. What is refused is named.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::value::RawValue;

/// Why an answer cannot be read: a fragment that names the field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct DecodeError(pub(super) String);

/// At most this much of a value is quoted.
const QUOTED: usize = 40;

/// More digits than any price has; an exponent must not blow up a text.
const MAX_DIGITS: usize = 60;

/// One JSON object, and what its errors call it.
pub(super) struct Object<'a> {
    what: &'static str,
    fields: HashMap<String, &'a RawValue>,
}

impl<'a> Object<'a> {
    pub(super) fn read(what: &'static str, raw: &'a RawValue) -> Result<Object<'a>, DecodeError> {
        let fields = from_raw(raw).map_err(|_| DecodeError(format!("a {what} is {}, not an object", quote(raw))))?;
        Ok(Object { what, fields })
    }

    /// A field that is there and not null.
    fn get(&self, field: &str) -> Option<&'a RawValue> {
        self.fields.get(field).copied().filter(|raw| raw.get() != "null")
    }

    fn flaw(&self, field: &str, raw: &RawValue, wanted: &str) -> DecodeError {
        DecodeError(format!("the field {field} of a {} is {}, not {wanted}", self.what, quote(raw)))
    }

    /// What identifies the object. Without it the object is of no use.
    pub(super) fn id(&self, field: &str) -> Result<String, DecodeError> {
        let id = self.optional_id(field)?;
        id.ok_or_else(|| DecodeError(format!("a {} has no {field}", self.what)))
    }

    /// An id that may be left out. Ids of digits may come as numbers.
    pub(super) fn optional_id(&self, field: &str) -> Result<Option<String>, DecodeError> {
        let Some(raw) = self.get(field) else { return Ok(None) };
        let digits = raw.get().bytes().all(|byte| byte.is_ascii_digit());
        let id = if digits { raw.get().to_owned() } else { self.string(field, raw)? };
        Ok(Some(id).filter(|id| !id.is_empty()))
    }

    /// A text.
    pub(super) fn text(&self, field: &str) -> Result<Option<String>, DecodeError> {
        self.get(field).map(|raw| self.string(field, raw)).transpose()
    }

    fn string(&self, field: &str, raw: &RawValue) -> Result<String, DecodeError> {
        from_raw(raw).map_err(|_| self.flaw(field, raw, "a text"))
    }

    /// A yes or no.
    pub(super) fn flag(&self, field: &str) -> Result<Option<bool>, DecodeError> {
        let Some(raw) = self.get(field) else { return Ok(None) };
        match raw.get() {
            "true" | "\"true\"" => Ok(Some(true)),
            "false" | "\"false\"" => Ok(Some(false)),
            _ => Err(self.flaw(field, raw, "true or false")),
        }
    }

    /// A whole number of 64 bits, exact, as number or text.
    pub(super) fn whole(&self, field: &str) -> Result<Option<i64>, DecodeError> {
        let Some(raw) = self.get(field) else { return Ok(None) };
        let number = Decimal::parse(unquoted(raw)).and_then(|decimal| decimal.whole());
        number.map(Some).ok_or_else(|| self.flaw(field, raw, "a whole number of 64 bits"))
    }

    /// A decimal number, as exact text without exponent.
    pub(super) fn decimal(&self, field: &str) -> Result<Option<String>, DecodeError> {
        let Some(raw) = self.get(field).filter(|raw| raw.get() != "\"\"") else { return Ok(None) };
        let text = Decimal::parse(unquoted(raw)).and_then(|decimal| decimal.text());
        text.map(Some).ok_or_else(|| self.flaw(field, raw, "a decimal number"))
    }

    /// A list; null and absent ones are empty.
    pub(super) fn list<T>(
        &self,
        field: &str,
        read: impl Fn(&'a RawValue) -> Result<T, DecodeError>,
    ) -> Result<Vec<T>, DecodeError> {
        let Some(raw) = self.get(field) else { return Ok(Vec::new()) };
        let items: Vec<&RawValue> = from_raw(raw).map_err(|_| self.flaw(field, raw, "a list"))?;
        items.into_iter().map(read).collect()
    }
}

/// A whole body that is a list; null is an empty one.
pub(super) fn items<'a, T>(
    what: &str,
    raw: &'a RawValue,
    read: impl Fn(&'a RawValue) -> Result<T, DecodeError>,
) -> Result<Vec<T>, DecodeError> {
    let items: Option<Vec<&RawValue>> =
        from_raw(raw).map_err(|_| DecodeError(format!("the list of {what} is {}, not a list", quote(raw))))?;
    items.unwrap_or_default().into_iter().map(read).collect()
}

/// A body as JSON.
pub(super) fn parse(body: &[u8]) -> Result<&RawValue, DecodeError> {
    let body = body.strip_prefix("\u{feff}".as_bytes()).unwrap_or(body);
    if body.trim_ascii().is_empty() {
        return Err(DecodeError("the body is empty".into()));
    }
    let text = std::str::from_utf8(body).map_err(|_| DecodeError("the body is not UTF-8".into()))?;
    serde_json::from_str(text).map_err(|error| DecodeError(format!("the body is not JSON ({error})")))
}

fn from_raw<'a, T: Deserialize<'a>>(raw: &'a RawValue) -> serde_json::Result<T> {
    serde_json::from_str(raw.get())
}

/// The text of a number that may be written as a text; numbers need no escapes.
fn unquoted(raw: &RawValue) -> &str {
    let text = raw.get();
    text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text)
}

fn quote(raw: &RawValue) -> String {
    let mut quoted: String = raw.get().chars().take(QUOTED).collect();
    if quoted.len() < raw.get().len() {
        quoted.push('…');
    }
    quoted
}

/// A decimal number as it was written: `digits * 10^exponent`, without zeros at either end of the digits.
struct Decimal {
    negative: bool,
    digits: String,
    exponent: i64,
    /// How many decimal places were written.
    places: usize,
}

impl Decimal {
    fn parse(text: &str) -> Option<Decimal> {
        let (negative, text) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (number, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
        let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
        let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if !all_digits(whole)
            || !all_digits(fraction)
            || !all_digits(exponent.strip_prefix(['+', '-']).unwrap_or(exponent))
        {
            return None;
        }
        let places = if number.contains('.') { fraction.len() } else { 0 };
        let all = format!("{whole}{fraction}");
        let digits = all.trim_matches('0');
        if digits.is_empty() {
            return Some(Decimal { negative: false, digits: String::new(), exponent: 0, places });
        }
        let trailing = all.len() - all.trim_end_matches('0').len();
        let shift = i64::try_from(trailing).ok()? - i64::try_from(fraction.len()).ok()?;
        let exponent = exponent.parse::<i64>().ok()?.checked_add(shift)?;
        Some(Decimal { negative, digits: digits.to_owned(), exponent, places })
    }

    fn whole(&self) -> Option<i64> {
        let zeros = usize::try_from(self.exponent).ok()?;
        if self.digits.len().checked_add(zeros)? > MAX_DIGITS {
            return None;
        }
        let sign = if self.negative { "-" } else { "" };
        let digits = if self.digits.is_empty() { "0" } else { &self.digits };
        format!("{sign}{digits}{}", "0".repeat(zeros)).parse().ok()
    }

    fn text(&self) -> Option<String> {
        let zeros = usize::try_from(self.exponent.max(0)).ok()?;
        let places = usize::try_from((-self.exponent).max(0)).ok()?;
        if self.digits.len().checked_add(zeros)?.checked_add(places)? > MAX_DIGITS || self.places > MAX_DIGITS {
            return None;
        }
        let digits = format!("{:0>width$}{}", self.digits, "0".repeat(zeros), width = places + 1);
        let (whole, fraction) = digits.split_at(digits.len() - places);
        // Prices keep the places they were written with: "100.50" stays so.
        let fraction = format!("{fraction:0<width$}", width = self.places);
        let sign = if self.negative { "-" } else { "" };
        Some(if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_are_exact_or_refused() {
        let whole = |text: &str| Decimal::parse(text).and_then(|decimal| decimal.whole());
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
            ("-9223372036854775808", Some(i64::MIN)),
            ("1e19", None),
            ("1e999999999999999999999", None),
            ("007", Some(7)),
            ("+7", None),
            ("7 ", None),
            ("", None),
            ("-", None),
            (".5", None),
            ("1e", None),
            ("1e--1", None),
            ("0x10", None),
            ("NaN", None),
        ] {
            assert_eq!(whole(text), expected, "{text}");
        }
    }

    #[test]
    fn nesting_does_not_exhaust_the_stack() {
        let deep = |closing: &str| format!("{}{}", "[".repeat(1_000_000), closing.repeat(1_000_000));
        assert!(parse(deep("").as_bytes()).is_err());
        let body = deep("]");
        let read = |raw| Object::read("partner", raw).map(drop);
        let flaw = items("partners", parse(body.as_bytes()).expect("valid JSON"), read).unwrap_err();
        assert!(flaw.0.starts_with("a partner is [[[["), "{flaw:?}");
    }

    #[test]
    fn prices_are_texts_without_exponent() {
        let text = |text: &str| Decimal::parse(text).and_then(|decimal| decimal.text());
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
            ("free", None),
        ] {
            assert_eq!(text(given).as_deref(), expected, "{given}");
        }
    }
}
