//! Spans of time as people write them: `50ms`, `2s`, `5m`, `36h`, `30d`.

use std::time::Duration;

use serde::{Deserialize, Deserializer, Serializer};

/// Milliseconds in each unit, longest suffix first where one ends in the other.
const UNITS: [(&str, u64); 5] = [("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)];

/// Reads a span.
///
/// # Errors
/// A sentence with an example, when it is none.
pub fn parse(text: &str) -> Result<Duration, String> {
    let problem = || format!("{text:?} is no span of time; write it like 50ms, 2s, 5m, 36h or 30d");
    let (unit, factor) = UNITS.iter().find(|(unit, _)| text.ends_with(unit)).ok_or_else(problem)?;
    let number = text.strip_suffix(unit).unwrap_or_default();
    let amount: u64 = number.parse().map_err(|_| problem())?;
    Ok(Duration::from_millis(amount.checked_mul(*factor).ok_or_else(problem)?))
}

/// Writes a span in milliseconds, which [`parse`] reads.
pub(crate) fn serialize<S: Serializer>(span: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&format!("{}ms", span.as_millis()))
}

/// Reads a span from JSON.
pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    parse(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_read_or_refused() {
        for (text, milliseconds) in [("50ms", 50), ("2s", 2_000), ("5m", 300_000), ("1h", 3_600_000), ("0s", 0)] {
            assert_eq!(parse(text), Ok(Duration::from_millis(milliseconds)), "{text}");
        }
        for text in ["", "5", "s", "-1s", "1.5s", "5 s", "99999999999999999999s", "300000000000d"] {
            assert!(parse(text).is_err(), "{text:?}");
        }
    }
}
