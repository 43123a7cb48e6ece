//! Byte amounts as people write them: parse, print, and the guess of what a too small number was meant to be.
//!
//! The API counts in bytes and the vendor in decimal units (1 TB = 10^12 bytes); binary units are accepted for people
//! who have them in their files. Nothing here rounds when it reads, and what it prints rounded is marked with `~`.

use std::fmt;

const KB: u64 = 1_000;
const MB: u64 = 1_000_000;
const GB: u64 = 1_000_000_000;
const TB: u64 = 1_000_000_000_000;
const PB: u64 = 1_000_000_000_000_000;

/// Every unit that [`parse`] knows, with its bytes.
const UNITS: [(&str, u64); 11] = [
    ("B", 1),
    ("kB", KB),
    ("MB", MB),
    ("GB", GB),
    ("TB", TB),
    ("PB", PB),
    ("KiB", 1 << 10),
    ("MiB", 1 << 20),
    ("GiB", 1 << 30),
    ("TiB", 1 << 40),
    ("PiB", 1 << 50),
];

/// The units that [`format`] prints, largest first.
const PRINTED: [(&str, u64); 6] = [("PB", PB), ("TB", TB), ("GB", GB), ("MB", MB), ("kB", KB), ("B", 1)];

/// One gigabyte: the console's smallest step.
pub const GIGABYTE: i64 = GB as i64;

/// Amounts from 1 up to here can only be a unit slip ("5" for 5 TB): nobody sells less than a megabyte.
pub const LARGEST_SLIP: i64 = 999_999;

/// How much of a number a message shows, in characters: more than any amount that the API can hold.
const LONGEST_NUMBER: usize = 24;

/// How much of a text that is not an amount a message shows.
const LONGEST_TEXT: usize = 40;

/// Why a text is not an amount: a lower-case fragment that fits after "cannot read the amount: ".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParseError(String);

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ParseError {}

/// Reads an amount such as `5 TB`, `1.5 TiB` or `0`, in bytes.
///
/// A number other than 0 needs its unit, and a fraction must come to whole bytes.
pub fn parse(text: &str) -> Result<i64, ParseError> {
    let trimmed = text.trim();
    let shown = first_of(trimmed, LONGEST_TEXT);
    let refuse = |why: String| Err(ParseError(format!("{why}; write an amount as \"5 TB\" or \"1.5 TiB\", or \"0\"")));
    let split = trimmed.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(trimmed.len());
    let (number, unit) = (&trimmed[..split], trimmed[split..].trim_start());
    let Some(number) = Decimal::read(number) else {
        return refuse(match trimmed {
            "" => "the text is empty".into(),
            _ if trimmed.starts_with('-') => format!("\"{shown}\" is negative"),
            _ => format!("\"{shown}\" does not begin with a plain number"),
        });
    };
    if unit.is_empty() {
        return if number.digits == 0 { Ok(0) } else { refuse(format!("\"{shown}\" has no unit")) };
    }
    let Some((_, factor)) = UNITS.iter().find(|(name, _)| *name == unit) else {
        if let Some(form) = other_form(unit) {
            return Err(ParseError(format!("\"{shown}\" is not a plain number with a unit; {form}")));
        }
        return refuse(match UNITS.iter().find(|(name, _)| name.eq_ignore_ascii_case(unit)) {
            Some((name, _)) => format!("\"{unit}\" is not a unit (did you mean \"{name}\"?)"),
            None => {
                format!("\"{}\" is not one of {}", first_of(unit, LONGEST_TEXT), UNITS.map(|(name, _)| name).join(", "))
            }
        });
    };
    match number.times(*factor) {
        Product::Whole(bytes) => Ok(bytes),
        Product::Fraction => refuse(format!("\"{shown}\" is not a whole number of bytes")),
        Product::TooLarge => refuse(format!("\"{shown}\" is more than {}", format(i64::MAX))),
    }
}

/// How to write what follows a number in forms that people are used to: a comma, thousands that are set apart, an
/// exponent.
fn other_form(unit: &str) -> Option<&'static str> {
    let digits = |text: &str| text.chars().take_while(char::is_ascii_digit).count();
    let separated = unit.strip_prefix([',', '\'', '_']);
    match (separated.map(digits), digits(unit), unit.strip_prefix(['e', 'E'])) {
        (Some(3), ..) | (None, 1.., _) => Some("leave out the separators of thousands, as in \"5000 GB\""),
        (Some(1..), ..) => Some("write the decimal point as \".\", as in \"5.5 TB\""),
        (_, _, Some(power)) if digits(power.trim_start_matches(['+', '-'])) > 0 => {
            Some("write the number without an exponent, as in \"1000 GB\"")
        }
        _ => None,
    }
}

/// A number for a message: 1/3 and 1e400 have hundreds of digits, of which nobody reads more than the first.
pub fn shortened(number: &str) -> String {
    first_of(number, LONGEST_NUMBER)
}

fn first_of(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((at, _)) => format!("{}... ({} characters)", &text[..at], text.chars().count()),
        None => text.to_owned(),
    }
}

/// A plain decimal number, exact: `digits / 10^places`.
struct Decimal {
    digits: u128,
    places: u32,
}

enum Product {
    Whole(i64),
    Fraction,
    TooLarge,
}

impl Decimal {
    /// Reads `12` or `12.5`; nothing else. More digits than any amount has are no number either.
    fn read(text: &str) -> Option<Decimal> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
        if whole.is_empty() || fraction.is_empty() || fraction.contains('.') {
            return None;
        }
        let fraction = fraction.trim_end_matches('0');
        let digits = format!("{whole}{fraction}");
        let digits = digits.trim_start_matches('0');
        if digits.len() > 30 || fraction.len() > 30 {
            return None;
        }
        let digits = if digits.is_empty() { 0 } else { digits.parse().ok()? };
        Some(Decimal { digits, places: u32::try_from(fraction.len()).ok()? })
    }

    fn times(&self, factor: u64) -> Product {
        let divisor = 10_u128.pow(self.places);
        match self.digits.checked_mul(u128::from(factor)) {
            None => Product::TooLarge,
            Some(product) if product % divisor != 0 => Product::Fraction,
            Some(product) => i64::try_from(product / divisor).map_or(Product::TooLarge, Product::Whole),
        }
    }
}

/// Prints an amount in the largest decimal unit that it fills, with at most three decimals: `5 TB`, `250 MB`, `~1.235
/// TB`.
pub fn format(bytes: i64) -> String {
    format_wide(i128::from(bytes))
}

/// [`format`] for sums and differences, which may leave the range of one amount.
pub fn format_wide(bytes: i128) -> String {
    let sign = if bytes < 0 { "-" } else { "" };
    let magnitude = bytes.unsigned_abs();
    let fits = |(_, factor): &(&str, u64)| magnitude >= u128::from(*factor);
    let mut index = PRINTED.iter().position(fits).unwrap_or(PRINTED.len() - 1);
    let mut thousandths = rounded(magnitude, PRINTED[index].1);
    if thousandths == 1_000_000 && index > 0 {
        // 999.9996 GB rounds to 1000 GB, which people write as 1 TB.
        index -= 1;
        thousandths = rounded(magnitude, PRINTED[index].1);
    }
    let (unit, factor) = PRINTED[index];
    let exact = thousandths * u128::from(factor) == magnitude * 1_000;
    let mut number = format!("{}.{:03}", thousandths / 1_000, thousandths % 1_000);
    number.truncate(number.trim_end_matches('0').trim_end_matches('.').len());
    format!("{}{sign}{number} {unit}", if exact { "" } else { "~" })
}

/// Thousandths of a unit, rounded half up.
fn rounded(magnitude: u128, factor: u64) -> u128 {
    let factor = u128::from(factor);
    (magnitude / factor) * 1_000 + ((magnitude % factor) * 1_000 + factor / 2) / factor
}

/// An amount for a message in which every byte may count: the bytes are added when the readable form is rounded.
pub fn exact(bytes: i128) -> String {
    let readable = format_wide(bytes);
    if readable.starts_with('~') { format!("{readable} ({bytes} bytes)") } else { readable }
}

/// What people who review a plan read: `5 TB`, or `pay-per-use` for 0.
pub fn allocation(bytes: i64) -> String {
    if bytes == 0 { "pay-per-use".into() } else { format(bytes) }
}

/// Whether a service that keeps whole units made `rounded` of `exact`: less than the console's smallest step away, a
/// whole number of some unit, and `exact` is none of that unit. Then it is no difference, which no change could settle.
pub fn is_rounding_of(rounded: i64, exact: i64) -> bool {
    let near = rounded.abs_diff(exact) < GB;
    let made = |unit: u64| rounded.unsigned_abs().is_multiple_of(unit) && !exact.unsigned_abs().is_multiple_of(unit);
    near && rounded > 0 && UNITS.iter().any(|(_, unit)| *unit > 1 && *unit <= 1 << 30 && made(*unit))
}

/// The two amounts that a number without its unit was probably meant to be, readable: 5 gives `5 GB` and `5 TB`.
pub fn probably_meant(slip: i64) -> [String; 2] {
    [format_wide(i128::from(slip) * i128::from(GB)), format_wide(i128::from(slip) * i128::from(TB))]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn amounts_are_read_exactly() {
        let table = [
            ("5 TB", 5_000_000_000_000),
            ("5TB", 5_000_000_000_000),
            ("  250 MB ", 250_000_000),
            ("1.5 TB", 1_500_000_000_000),
            ("1.50 kB", 1_500),
            ("0.001 kB", 1),
            ("1 KiB", 1_024),
            ("0.5 KiB", 512),
            ("2 PiB", 2 << 50),
            ("7 B", 7),
            ("0", 0),
            ("0.0", 0),
            ("0 TB", 0),
            ("9223372036854775807 B", i64::MAX),
        ];
        for (text, bytes) in table {
            assert_eq!(parse(text), Ok(bytes), "{text}");
        }
    }

    #[test]
    fn refusals_say_what_is_wrong() {
        let way_out = "; write an amount as \"5 TB\" or \"1.5 TiB\", or \"0\"";
        let table = [
            ("", "the text is empty"),
            ("5", "\"5\" has no unit"),
            ("5.5", "\"5.5\" has no unit"),
            ("-5 TB", "\"-5 TB\" is negative"),
            ("TB", "\"TB\" does not begin with a plain number"),
            ("5. TB", "\"5. TB\" does not begin with a plain number"),
            ("1.2.3 TB", "\"1.2.3 TB\" does not begin with a plain number"),
            ("5 tb", "\"tb\" is not a unit (did you mean \"TB\"?)"),
            ("5 KB", "\"KB\" is not a unit (did you mean \"kB\"?)"),
            ("5, TB", "\", TB\" is not one of B, kB, MB, GB, TB, PB, KiB, MiB, GiB, TiB, PiB"),
            ("5 EB", "\"EB\" is not one of B, kB, MB, GB, TB, PB, KiB, MiB, GiB, TiB, PiB"),
            ("0.5 B", "\"0.5 B\" is not a whole number of bytes"),
            ("10000 PB", "\"10000 PB\" is more than ~9223.372 PB"),
            ("99999999999999999999999 PB", "\"99999999999999999999999 PB\" is more than ~9223.372 PB"),
        ];
        for (text, why) in table {
            assert_eq!(parse(text).unwrap_err().to_string(), format!("{why}{way_out}"), "{text}");
        }
        let why = parse(&format!("{} TB", "9".repeat(400))).unwrap_err().to_string();
        assert!(why.starts_with(&format!("\"{}... (403 characters)\" does not begin", "9".repeat(40))), "{why}");
        for (text, form) in [
            ("5,5 TB", "write the decimal point as \".\", as in \"5.5 TB\""),
            ("5,000 GB", "leave out the separators of thousands, as in \"5000 GB\""),
            ("5 000 GB", "leave out the separators of thousands, as in \"5000 GB\""),
            ("5'000'000 B", "leave out the separators of thousands, as in \"5000 GB\""),
            ("1e3 GB", "write the number without an exponent, as in \"1000 GB\""),
        ] {
            let expected = format!("\"{text}\" is not a plain number with a unit; {form}");
            assert_eq!(parse(text).unwrap_err().to_string(), expected);
        }
    }

    #[test]
    fn amounts_are_printed_in_the_largest_unit() {
        let table = [
            (0, "0 B"),
            (1, "1 B"),
            (999, "999 B"),
            (1_000, "1 kB"),
            (250_000_000, "250 MB"),
            (5_000_000_000_000, "5 TB"),
            (1_500_000_000_000, "1.5 TB"),
            (1_234_567_890_123, "~1.235 TB"),
            (999_999_999_999, "~1 TB"),
            (47_000_000_000_001, "~47 TB"),
            (10_050_000_000_000, "10.05 TB"),
            (-5_000_000_000_000, "-5 TB"),
            (i64::MAX, "~9223.372 PB"),
            (i64::MIN, "~-9223.372 PB"),
        ];
        for (bytes, text) in table {
            assert_eq!(format(bytes), text);
        }
        assert_eq!(exact(47_000_000_000_001), "~47 TB (47000000000001 bytes)");
        assert_eq!(probably_meant(5), ["5 GB", "5 TB"]);
        assert_eq!(probably_meant(5_000), ["5 TB", "5 PB"]);
    }

    #[test]
    fn what_a_service_rounds_is_no_difference() {
        assert!(is_rounding_of(5_000_000_000_000, 5_000_000_000_001));
        assert!(is_rounding_of(5_000_000_000_000, 4_999_999_999_999));
        assert!(is_rounding_of(5_000 << 30, (5_000 << 30) + 77));
        for (rounded, exact) in [
            (5_000_000_000_000, 5_000_000_000_000),
            (5_000_000_000_000, 5_001_000_000_000),
            (5_000_000_000_001, 5_000_000_000_000),
            (0, 5_000_000),
        ] {
            assert!(!is_rounding_of(rounded, exact), "{rounded} {exact}");
        }
    }

    proptest! {
        #[test]
        fn what_is_printed_exactly_is_read_back(bytes in 0..=i64::MAX) {
            let printed = format(bytes);
            match printed.strip_prefix('~') {
                None => prop_assert_eq!(parse(&printed), Ok(bytes)),
                Some(rounded) => {
                    // At most half of the last printed decimal away, which is a two-thousandth of the unit.
                    let unit = PRINTED.iter().find(|(name, _)| rounded.ends_with(&format!(" {name}"))).unwrap().1;
                    let shown = parse(rounded).map_or(i128::from(i64::MAX), i128::from);
                    prop_assert!((shown - i128::from(bytes)).unsigned_abs() * 2_000 <= u128::from(unit));
                }
            }
        }

        #[test]
        fn whole_units_agree(count in 0_i64..9_000, unit in 0_usize..11) {
            let (name, factor) = UNITS[unit];
            let bytes = i128::from(count) * i128::from(factor);
            if let Ok(bytes) = i64::try_from(bytes) {
                prop_assert_eq!(parse(&format!("{count} {name}")), Ok(bytes));
                prop_assert!(parse(&format(bytes)).is_ok_and(|b| b == bytes) || format(bytes).starts_with('~'));
            }
        }

        #[test]
        fn no_text_makes_it_panic(text in ".*") {
            let _ = parse(&text);
        }
    }
}
