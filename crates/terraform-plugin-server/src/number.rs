//! [`Number`]: Terraform's number without loss.
//!
//! Terraform's numbers are decimal and large. On the wire a number is an integer when it fits 64 bits, a double when a
//! double holds it exactly, and else decimal text. This type accepts all three, keeps which number it was, and writes
//! it back in the form that Terraform would have chosen, so that Terraform sees the identical number.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use serde::de::{Error, Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

mod decimal;

use decimal::Decimal;

/// A number of any size and precision, as Terraform has it.
///
/// Two numbers are equal when Terraform holds them for equal. The double nearest to a tenth is another number than the
/// tenth itself, as it is for Terraform, although both print as `0.1`.
///
/// ```
/// use terraform_plugin_server::Number;
///
/// let amount: Number = "5e12".parse().unwrap();
/// assert_eq!(amount, Number::from(5_000_000_000_000_i64));
/// assert_eq!(amount.as_i64(), Some(5_000_000_000_000));
/// assert_eq!("1e19".parse::<Number>().unwrap().to_string(), "10000000000000000000");
/// assert_eq!("1.50".parse::<Number>().unwrap().to_string(), "1.5");
/// assert_eq!("1.5".parse::<Number>().unwrap().as_i64(), None);
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Number(Repr);

/// Each number has exactly one form: the first of these that holds it exactly.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Repr {
    Integer(i64),
    Double(Double),
    Decimal(Decimal),
}

/// A finite double, by its bits so that it can be compared and hashed.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Double(u64);

impl Double {
    fn get(self) -> f64 {
        f64::from_bits(self.0)
    }
}

/// The text or the double is not a number that Terraform has.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NumberError {
    /// The text is not a decimal number.
    Malformed,
    /// A double that is infinite or not a number.
    NotFinite,
}

impl fmt::Display for NumberError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Malformed => "not a decimal number",
            Self::NotFinite => "not a finite number",
        })
    }
}

impl std::error::Error for NumberError {}

impl Number {
    /// The number as an integer of 64 bits, if it is exactly one.
    pub fn as_i64(&self) -> Option<i64> {
        match self.0 {
            Repr::Integer(value) => Some(value),
            _ => None,
        }
    }

    /// The number as an unsigned integer of 64 bits, if it is exactly one.
    pub fn as_u64(&self) -> Option<u64> {
        match &self.0 {
            Repr::Integer(value) => u64::try_from(*value).ok(),
            Repr::Double(value) => Decimal::exactly(value.get()).to_integer(),
            Repr::Decimal(value) => value.to_integer(),
        }
    }

    /// The double nearest to the number; infinite when no double is near.
    pub fn to_f64(&self) -> f64 {
        match &self.0 {
            Repr::Integer(value) => *value as f64,
            Repr::Double(value) => value.get(),
            Repr::Decimal(value) => value.to_f64(),
        }
    }

    /// Whether the number has no fraction.
    pub fn is_integer(&self) -> bool {
        match &self.0 {
            Repr::Integer(_) => true,
            Repr::Double(value) => value.get().fract() == 0.0,
            Repr::Decimal(value) => value.is_integer(),
        }
    }

    /// Whether the number is below zero.
    pub fn is_negative(&self) -> bool {
        match &self.0 {
            Repr::Integer(value) => *value < 0,
            Repr::Double(value) => value.get() < 0.0,
            Repr::Decimal(value) => value.is_negative(),
        }
    }

    /// The exact product, for amounts with a unit.
    ///
    /// ```
    /// use terraform_plugin_server::Number;
    ///
    /// let tebibytes: Number = "1.5".parse().unwrap();
    /// assert_eq!(tebibytes.times(1 << 40).as_i64(), Some(1_649_267_441_664));
    /// ```
    #[must_use]
    pub fn times(&self, factor: u64) -> Self {
        Self::from_decimal(self.decimal().times(factor))
    }

    /// All digits, without an exponent and with at least this many decimal places; nothing if they would be more than
    /// `most`.
    ///
    /// ```
    /// use terraform_plugin_server::Number;
    ///
    /// let plain = |text: &str| text.parse::<Number>().unwrap().to_plain(2, 60);
    /// assert_eq!(plain("-100.5").as_deref(), Some("-100.50"));
    /// assert_eq!(plain("1e-3").as_deref(), Some("0.001"));
    /// assert_eq!(plain("1e-9223372036854775808"), None);
    /// ```
    pub fn to_plain(&self, places: usize, most: usize) -> Option<String> {
        self.decimal().to_plain(places, most)
    }

    fn decimal(&self) -> Decimal {
        match &self.0 {
            Repr::Integer(value) => Decimal::integer(*value),
            Repr::Double(value) => Decimal::exactly(value.get()),
            Repr::Decimal(value) => value.clone(),
        }
    }

    fn from_decimal(decimal: Decimal) -> Self {
        if let Some(integer) = decimal.to_integer() {
            return Self(Repr::Integer(integer));
        }
        match decimal.to_exact_f64() {
            Some(double) => Self(Repr::Double(Double(double.to_bits()))),
            None => Self(Repr::Decimal(decimal)),
        }
    }
}

impl FromStr for Number {
    type Err = NumberError;

    fn from_str(text: &str) -> Result<Self, NumberError> {
        // Most numbers are short integers: no detour for them.
        if let Ok(value) = text.parse() {
            return Ok(Self(Repr::Integer(value)));
        }
        Decimal::parse(text).map(Self::from_decimal).ok_or(NumberError::Malformed)
    }
}

impl TryFrom<f64> for Number {
    type Error = NumberError;

    fn try_from(value: f64) -> Result<Self, NumberError> {
        if !value.is_finite() {
            return Err(NumberError::NotFinite);
        }
        // Beyond 2^63 the cast saturates, hence the strict upper limit.
        const LIMIT: f64 = 9_223_372_036_854_775_808.0;
        if value.fract() == 0.0 && (-LIMIT..LIMIT).contains(&value) {
            return Ok(Self(Repr::Integer(value as i64)));
        }
        Ok(Self(Repr::Double(Double(value.to_bits()))))
    }
}

macro_rules! from_small_integers {
    ($($integer:ty),*) => {
        $(impl From<$integer> for Number {
            fn from(value: $integer) -> Self {
                Self(Repr::Integer(i64::from(value)))
            }
        })*
    };
}

from_small_integers!(i8, i16, i32, i64, u8, u16, u32);

impl From<u64> for Number {
    fn from(value: u64) -> Self {
        match i64::try_from(value) {
            Ok(value) => Self(Repr::Integer(value)),
            Err(_) => Self::from_decimal(Decimal::integer(value)),
        }
    }
}

impl Default for Number {
    fn default() -> Self {
        Self(Repr::Integer(0))
    }
}

impl PartialEq<i64> for Number {
    fn eq(&self, other: &i64) -> bool {
        self.as_i64() == Some(*other)
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        match (&self.0, &other.0) {
            (Repr::Integer(left), Repr::Integer(right)) => left.cmp(right),
            (Repr::Double(left), Repr::Double(right)) => left.get().total_cmp(&right.get()),
            _ => self.decimal().cmp(&other.decimal()),
        }
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Repr::Integer(value) => f.pad_integral(*value >= 0, "", &value.unsigned_abs().to_string()),
            // A whole double has all its digits, a fraction the few that tell it from its neighbours.
            Repr::Double(value) if self.is_integer() => write!(f, "{:.0}", value.get()),
            Repr::Double(value) => write!(f, "{}", value.get()),
            Repr::Decimal(value) => value.fmt(f),
        }
    }
}

impl fmt::Debug for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0 {
            Repr::Integer(value) => serializer.serialize_i64(*value),
            Repr::Double(value) => serializer.serialize_f64(value.get()),
            Repr::Decimal(value) => serializer.collect_str(value),
        }
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NumberVisitor)
    }
}

struct NumberVisitor;

impl Visitor<'_> for NumberVisitor {
    type Value = Number;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number")
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Number, E> {
        Ok(value.into())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Number, E> {
        Ok(value.into())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Number, E> {
        Number::try_from(value).map_err(|_| E::invalid_value(Unexpected::Float(value), &self))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Number, E> {
        value.parse().map_err(|_| E::invalid_value(Unexpected::Str(value), &self))
    }
}

#[cfg(test)]
mod tests;
