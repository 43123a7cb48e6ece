//! Decimal numbers that neither 64 bits nor a double hold exactly.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

/// `digits` times ten to the `exponent`, negated if `negative`.
///
/// The digits neither begin nor end with a zero, and zero has none and the exponent 0, so that equal numbers are equal
/// field by field.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) struct Decimal {
    negative: bool,
    digits: Box<str>,
    exponent: i64,
}

/// More significant digits than any double has in full (767), so longer numbers are no doubles.
const DOUBLE_DIGITS: usize = 800;

/// Longer numbers print with an exponent: `1e1000000000` must not become a gigabyte of text.
const PLAIN_DIGITS: i64 = 1_000;

/// Exponents are cut here, far beyond what Terraform itself can hold, so that no arithmetic on them can overflow.
const EXPONENT_LIMIT: i64 = 1 << 40;

impl Decimal {
    /// Reads decimal text with optional sign, fraction and exponent.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (negative, text) = match text.strip_prefix(['-', '+']) {
            Some(rest) => (text.starts_with('-'), rest),
            None => (false, text),
        };
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, parse_exponent(exponent)?),
            None => (text, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits = format!("{whole}{fraction}");
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        Some(Self::normal(negative, &digits, exponent - fraction.len() as i64))
    }

    fn normal(negative: bool, digits: &str, exponent: i64) -> Self {
        let significant = digits.trim_end_matches('0');
        let exponent = exponent + (digits.len() - significant.len()) as i64;
        let significant = significant.trim_start_matches('0');
        if significant.is_empty() {
            return Self { negative: false, digits: "".into(), exponent: 0 };
        }
        // Whatever is printed reads as the same number.
        Self { negative, digits: significant.into(), exponent: exponent.clamp(-EXPONENT_LIMIT, EXPONENT_LIMIT) }
    }

    pub(super) fn integer(value: impl Into<i128>) -> Self {
        let value = value.into();
        Self::normal(value < 0, &value.unsigned_abs().to_string(), 0)
    }

    /// The number that a finite double stands for, to its last digit.
    pub(super) fn exactly(value: f64) -> Self {
        // No double has more significant digits than these, and surplus ones print as zeros.
        let text = format!("{value:.DOUBLE_DIGITS$e}");
        Self::parse(&text).expect("a finite double prints as a decimal number")
    }

    pub(super) fn to_integer<T: FromStr>(&self) -> Option<T> {
        // 20 digits: as many as the largest unsigned integer of 64 bits has.
        let length = self.digits.len() as i64 + self.exponent;
        if !self.is_integer() || length > 20 {
            return None;
        }
        self.to_string().parse().ok()
    }

    pub(super) fn is_integer(&self) -> bool {
        self.exponent >= 0
    }

    pub(super) fn to_f64(&self) -> f64 {
        let sign = if self.negative { "-" } else { "" };
        let text = format!("{sign}0{}e{}", self.digits, self.exponent);
        text.parse().expect("digits with an exponent are a number")
    }

    pub(super) fn to_exact_f64(&self) -> Option<f64> {
        if self.digits.len() > DOUBLE_DIGITS {
            return None;
        }
        let double = self.to_f64();
        (double.is_finite() && Self::exactly(double) == *self).then_some(double)
    }

    pub(super) fn is_negative(&self) -> bool {
        self.negative
    }

    pub(super) fn times(&self, factor: u64) -> Self {
        let mut carry = 0_u128;
        let mut product: Vec<u8> = Vec::with_capacity(self.digits.len() + 20);
        for digit in self.digits.bytes().rev() {
            carry += u128::from(digit - b'0') * u128::from(factor);
            product.push(b'0' + (carry % 10) as u8);
            carry /= 10;
        }
        while carry > 0 {
            product.push(b'0' + (carry % 10) as u8);
            carry /= 10;
        }
        let digits: String = product.iter().rev().map(|digit| char::from(*digit)).collect();
        Self::normal(self.negative, &digits, self.exponent)
    }

    pub(super) fn to_plain(&self, places: usize, most: usize) -> Option<String> {
        let zeros = usize::try_from(self.exponent.max(0)).ok()?;
        let own_places = usize::try_from((-self.exponent).max(0)).ok()?;
        let all = self.digits.len().checked_add(zeros)?.checked_add(own_places)?.checked_add(places)?;
        if all > most {
            return None;
        }
        let zeros = "0".repeat(zeros);
        let leading = "0".repeat((own_places + 1).saturating_sub(self.digits.len() + zeros.len()));
        let digits = format!("{leading}{}{zeros}", self.digits);
        let (whole, fraction) = digits.split_at(digits.len() - own_places);
        let sign = if self.negative { "-" } else { "" };
        let filling = "0".repeat(places.saturating_sub(own_places));
        let point = if own_places + places > 0 { "." } else { "" };
        Some(format!("{sign}{whole}{point}{fraction}{filling}"))
    }

    /// The power of ten just above the number's magnitude.
    fn magnitude(&self) -> i64 {
        self.digits.len() as i64 + self.exponent
    }

    fn sign(&self) -> i8 {
        match (self.digits.is_empty(), self.negative) {
            (true, _) => 0,
            (false, true) => -1,
            (false, false) => 1,
        }
    }
}

fn parse_exponent(text: &str) -> Option<i64> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let magnitude = digits.parse().unwrap_or(EXPONENT_LIMIT).min(EXPONENT_LIMIT);
    Some(if text.starts_with('-') { -magnitude } else { magnitude })
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        let by_sign = self.sign().cmp(&other.sign());
        if by_sign != Ordering::Equal || self.sign() == 0 {
            return by_sign;
        }
        // Of equal magnitude, digit by digit; the longer one has digits where the other has zeros.
        let by_size = self.magnitude().cmp(&other.magnitude()).then_with(|| self.digits.cmp(&other.digits));
        if self.negative { by_size.reverse() } else { by_size }
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = &*self.digits;
        if self.negative {
            f.write_str("-")?;
        }
        let point = self.magnitude();
        match point {
            _ if digits.is_empty() => f.write_str("0"),
            _ if point.abs() > PLAIN_DIGITS => write!(f, "{digits}e{}", self.exponent),
            _ if self.exponent >= 0 => write!(f, "{digits}{:0<1$}", "", self.exponent as usize),
            1.. => write!(f, "{}.{}", &digits[..point as usize], &digits[point as usize..]),
            _ => write!(f, "0.{:0<1$}{digits}", "", point.unsigned_abs() as usize),
        }
    }
}
