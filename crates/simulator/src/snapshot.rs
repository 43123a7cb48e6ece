//! What is there, as a file: contracts, partners, members, storage accounts and usage, without secrets.
//!
//! The format is written down in `snapshot.schema.json`. Whatever is wrong with a file is said with its place in it.

mod amounts;
mod load;
mod save;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use self::amounts::{Bytes, is_false, is_zero};

/// The version of the format that is written and read.
const FORMAT: u64 = 1;

/// Contracts with all that is in them, and channel partners with their storage accounts. It holds no key and no
/// password.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Snapshot {
    format: u64,
    /// Whose contracts they are; those of the sample distributor without it.
    #[serde(default, with = "amounts::optional_id", skip_serializing_if = "Option::is_none")]
    distributor: Option<Uuid>,
    /// How far the clock was moved.
    #[serde(default, skip_serializing_if = "is_zero")]
    clock_ahead_seconds: i64,
    #[serde(default)]
    contracts: Vec<ContractEntry>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    channel_partners: Vec<ChannelPartnerEntry>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ContractEntry {
    #[serde(with = "amounts::id")]
    id: Uuid,
    name: String,
    reserved: Bytes,
    /// Whose contract it is, if it is another distributor's than the file's.
    #[serde(default, with = "amounts::optional_id", skip_serializing_if = "Option::is_none")]
    distributor: Option<Uuid>,
    /// What deleted partners still hold, if deleting frees nothing.
    #[serde(default, skip_serializing_if = "Bytes::is_none")]
    held: Bytes,
    #[serde(default)]
    partners: Vec<PartnerEntry>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct PartnerEntry {
    #[serde(with = "amounts::id")]
    id: Uuid,
    name: String,
    allocated: Bytes,
    #[serde(default, skip_serializing_if = "is_false")]
    allow_overdraft: bool,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    details: String,
    /// The contract that answers name, if it is another than the one that it is in.
    #[serde(default, with = "amounts::optional_id", skip_serializing_if = "Option::is_none")]
    shown_contract: Option<Uuid>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    members: Vec<MemberEntry>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    accounts: Vec<AccountEntry>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct MemberEntry {
    #[serde(with = "amounts::id")]
    id: Uuid,
    email: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    role: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct AccountEntry {
    id: String,
    name: String,
    email: String,
    allocated: Bytes,
    #[serde(default, skip_serializing_if = "is_false")]
    allow_overdraft: bool,
    /// The day on which it was made; without it, the first of the days below, or today.
    #[serde(default, with = "amounts::optional_day", skip_serializing_if = "Option::is_none")]
    created: Option<Date>,
    /// The allocation from each day on at which it changed.
    #[serde(default, with = "amounts::days", skip_serializing_if = "BTreeMap::is_empty")]
    allocations: BTreeMap<Date, Bytes>,
    /// Bytes used on the days for which there is a record.
    #[serde(default, with = "amounts::days", skip_serializing_if = "BTreeMap::is_empty")]
    usage: BTreeMap<Date, Bytes>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    deletion: Option<DeletionEntry>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct DeletionEntry {
    /// When it was ordered; without it, 30 days before it is due.
    #[serde(default, with = "time::serde::rfc3339::option", skip_serializing_if = "Option::is_none")]
    ordered: Option<OffsetDateTime>,
    #[serde(with = "time::serde::rfc3339")]
    due: OffsetDateTime,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ChannelPartnerEntry {
    /// Whose key it is that the simulator has from the start, without it.
    #[serde(default, with = "amounts::optional_id", skip_serializing_if = "Option::is_none")]
    id: Option<Uuid>,
    reserved: Bytes,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    accounts: Vec<AccountEntry>,
}

impl Snapshot {
    /// Reads a file's text.
    ///
    /// # Errors
    /// A sentence that names the place in the text and what is wrong there.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut json = serde_json::Deserializer::from_str(text);
        let read: Self = serde_path_to_error::deserialize(&mut json).map_err(|error| {
            let path = error.path().to_string();
            // Where the text is no JSON at all, or ends early, there is no path to name.
            match path.as_str() {
                "." | "?" => error.inner().to_string(),
                path => format!("{path}: {}", error.inner()),
            }
        })?;
        json.end().map_err(|error| error.to_string())?;
        read.check()?;
        Ok(read)
    }

    /// The text of a file.
    pub fn to_json(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text
    }
}
