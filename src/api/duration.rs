//! Durations, as Terraform users write them in Go's notation (`30s`, `1m30s`, `1.5h`), and as people say them.

use std::time::Duration;

use jiff::SignedDuration;

use super::outside::Outside;

/// Reads a positive duration.
pub fn parse(text: &str) -> Result<Duration, String> {
    let refuse = || {
        let text = Outside::new(text);
        format!("\"{text}\" is not a duration above zero; write it as \"30s\", \"1m30s\" or \"2h\"")
    };
    // Go's notation always begins with a digit; jiff would also take signs, words and ISO 8601.
    if !text.starts_with(|c: char| c.is_ascii_digit()) || text.contains(char::is_whitespace) {
        return Err(refuse());
    }
    let duration: SignedDuration = text.parse().map_err(|_| refuse())?;
    Duration::try_from(duration).ok().filter(|duration| !duration.is_zero()).ok_or_else(refuse)
}

/// Prints a duration in the same notation, to the second: `20m`, `1m30s`.
pub fn format(duration: Duration) -> String {
    let seconds = duration.as_secs();
    let (hours, minutes, rest) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    let parts = [(hours, "h"), (minutes, "m"), (rest, "s")];
    let text: String = parts.iter().filter(|(n, _)| *n > 0).map(|(n, unit)| format!("{n}{unit}")).collect();
    if text.is_empty() { format!("{}ms", duration.as_millis()) } else { text }
}

/// A duration as people say it: `0.2 s`, `12 s`, `2 min 5 s`.
pub fn in_words(time: Duration) -> String {
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
    fn go_durations_are_read() {
        let table = [("30s", 30_000), ("1m30s", 90_000), ("1.5h", 5_400_000), ("300ms", 300), ("2h", 7_200_000)];
        for (text, milliseconds) in table {
            assert_eq!(parse(text), Ok(Duration::from_millis(milliseconds)), "{text}");
        }
        for text in ["", "30", "-5s", "0s", "PT5M", "1h 30m", "soon", "1 hour", "99999999999999999999h"] {
            assert_eq!(
                parse(text),
                Err(format!("\"{text}\" is not a duration above zero; write it as \"30s\", \"1m30s\" or \"2h\""))
            );
        }
    }

    #[test]
    fn durations_are_printed_as_they_are_read() {
        for text in ["30s", "1m30s", "2h", "300ms", "1h1m1s", "20m"] {
            assert_eq!(format(parse(text).unwrap()), text);
        }
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
            assert_eq!(in_words(Duration::from_millis(millis)), expected);
        }
    }
}
