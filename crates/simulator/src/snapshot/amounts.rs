//! The single values of a file: each kind has one form, and says so when it meets another.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{self, Deserializer, MapAccess, Visitor};
use serde::{Deserialize, Serialize};

use crate::operations::parse_date;

/// An amount that a signed 64-bit integer holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(transparent)]
pub(super) struct Bytes(pub u64);

impl Bytes {
    pub fn is_none(&self) -> bool {
        self.0 == 0
    }
}

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Amount;
        impl Visitor<'_> for Amount {
            type Value = Bytes;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a whole number of bytes, from 0 to 9223372036854775807")
            }

            fn visit_u64<E: de::Error>(self, value: u64) -> Result<Bytes, E> {
                i64::try_from(value).map_err(|_| E::invalid_value(de::Unexpected::Unsigned(value), &self))?;
                Ok(Bytes(value))
            }
        }
        deserializer.deserialize_u64(Amount)
    }
}

pub(super) fn is_zero(number: &i64) -> bool {
    *number == 0
}

pub(super) fn is_false(flag: &bool) -> bool {
    !flag
}

/// UUIDs in their usual form of 36 characters.
pub(super) mod id {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};
    use uuid::Uuid;

    use crate::call::parse_uuid;

    pub fn serialize<S: Serializer>(id: &Uuid, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(id)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Uuid, D::Error> {
        let text = String::deserialize(deserializer)?;
        parse_uuid(&text).ok_or_else(|| D::Error::custom(format!("{text:?} is not a UUID")))
    }
}

/// The same where there may be none.
pub(super) mod optional_id {
    use serde::{Deserializer, Serializer};
    use uuid::Uuid;

    pub fn serialize<S: Serializer>(id: &Option<Uuid>, serializer: S) -> Result<S::Ok, S::Error> {
        match id {
            Some(id) => super::id::serialize(id, serializer),
            None => serializer.serialize_none(),
        }
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Uuid>, D::Error> {
        super::id::deserialize(deserializer).map(Some)
    }
}

/// A day such as `2026-03-20`, where there may be none.
pub(super) mod optional_day {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};
    use time::Date;

    pub fn serialize<S: Serializer>(day: &Option<Date>, serializer: S) -> Result<S::Ok, S::Error> {
        match day {
            Some(day) => serializer.collect_str(day),
            None => serializer.serialize_none(),
        }
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Date>, D::Error> {
        super::day(&String::deserialize(deserializer)?).map(Some).map_err(D::Error::custom)
    }
}

/// An object of days and amounts.
pub(super) mod days {
    use super::*;
    use serde::Serializer;
    use time::Date;

    pub fn serialize<S: Serializer>(days: &BTreeMap<Date, Bytes>, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(days.iter().map(|(day, amount)| (day.to_string(), amount)))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<Date, Bytes>, D::Error> {
        struct Days;
        impl<'de> Visitor<'de> for Days {
            type Value = BTreeMap<Date, Bytes>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an object of days and amounts")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut days = BTreeMap::new();
                while let Some(text) = map.next_key::<String>()? {
                    let day = day(&text).map_err(de::Error::custom)?;
                    days.insert(day, map.next_value()?);
                }
                Ok(days)
            }
        }
        deserializer.deserialize_map(Days)
    }
}

fn day(text: &str) -> Result<time::Date, String> {
    parse_date(text).ok_or_else(|| format!("{text:?} is not a date like 2026-03-20"))
}
