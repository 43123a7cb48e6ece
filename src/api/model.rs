//! What the service answers. The API documents no field as required: only ids are demanded, everything else may be
//! missing. Amounts are bytes, and never negative.

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::lenient::{flag, id, list, optional_id, pending, price, whole};

/// A contract of a distributor.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Contract {
    #[serde(deserialize_with = "id")]
    pub id: String,
    #[serde(default, deserialize_with = "optional_id")]
    pub distributor_id: Option<String>,
    /// What the distributor may allocate to partners.
    #[serde(default, deserialize_with = "whole", rename = "reservedCapacity")]
    pub reserved: Option<i64>,
    /// What is allocated to partners.
    #[serde(default, deserialize_with = "whole", rename = "allocatedCapacity")]
    pub allocated: Option<i64>,
    /// The fee per GB and month above what is reserved, in cents of `currency`, as exact decimal text.
    #[serde(default, deserialize_with = "price", rename = "costStorageGBCents")]
    pub cost_storage_gb_cents: Option<String>,
    pub currency: Option<String>,
    /// Its name.
    pub details: Option<String>,
}

/// A channel partner of a distributor.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Partner {
    #[serde(deserialize_with = "id")]
    pub id: String,
    /// Names need not be unique.
    pub name: Option<String>,
    #[serde(default, deserialize_with = "optional_id", rename = "distributorContractId")]
    pub contract_id: Option<String>,
    /// 0 is pay-per-use.
    #[serde(default, deserialize_with = "whole", rename = "allocatedCapacity")]
    pub allocated: Option<i64>,
    #[serde(default, deserialize_with = "flag")]
    pub allow_overdraft: Option<bool>,
    /// Remarks that only the console can set.
    pub details: Option<String>,
}

/// A console user of a partner.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Member {
    #[serde(deserialize_with = "id")]
    pub id: String,
    /// The address it logs in with; the service may fold its case.
    pub email: Option<String>,
    pub name: Option<String>,
    /// `admin`, `staff` or `viewer`.
    pub role: Option<String>,
}

/// The account of an end customer.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StorageAccount {
    /// Digits, not a UUID.
    #[serde(deserialize_with = "id", rename = "clientAccountId")]
    pub id: String,
    /// The company's name.
    pub name: Option<String>,
    /// The address of the root user.
    pub contact_email: Option<String>,
    /// 0 is pay-per-use.
    #[serde(default, deserialize_with = "whole", rename = "allocatedCapacity")]
    pub allocated: Option<i64>,
    #[serde(default, deserialize_with = "flag")]
    pub allow_overdraft: Option<bool>,
    /// Set while its deletion is scheduled; the service does not say what the time means, so do not compute with it.
    #[serde(default, deserialize_with = "pending")]
    pub pending_deleted_at: Option<String>,
}

/// What a storage account used.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct AccountUsage {
    #[serde(default, deserialize_with = "optional_id", rename = "client_id")]
    pub id: Option<String>,
    pub name: Option<String>,
    /// What is allocated to it now.
    #[serde(default, deserialize_with = "whole", rename = "allocated_capacity")]
    pub allocated: Option<i64>,
    /// As the service orders them.
    #[serde(default, deserialize_with = "list", rename = "daily_usage")]
    pub days: Vec<DayUsage>,
}

/// What a storage account used on one day.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct DayUsage {
    /// `YYYY-MM-DD`.
    pub date: String,
    /// What was stored.
    #[serde(default, deserialize_with = "whole", rename = "usage")]
    pub used: Option<i64>,
    #[serde(default, deserialize_with = "whole", rename = "allocated_capacity")]
    pub allocated: Option<i64>,
}

/// A place where data is stored.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Region {
    /// Such as `eu-central-2`.
    #[serde(deserialize_with = "id")]
    pub name: String,
    pub s3_url: Option<String>,
    pub iam_url: Option<String>,
    pub sts_url: Option<String>,
}

/// What comes in answers, and what messages call it.
pub(super) trait Answer: DeserializeOwned + Send {
    const NOUN: &'static str;
    const PLURAL: &'static str;

    /// The id of the object that the answer is about, when it has one.
    fn id(&self) -> Option<&str>;

    /// How many items it has within.
    fn inner(&self) -> usize {
        0
    }
}

macro_rules! answers {
    ($($of:ident: $noun:literal, $plural:literal, $id:expr $(, $inner:expr)?;)*) => {$(
        impl Answer for $of {
            const NOUN: &'static str = $noun;
            const PLURAL: &'static str = $plural;

            fn id(&self) -> Option<&str> {
                let id: fn(&$of) -> Option<&str> = $id;
                id(self)
            }

            $(fn inner(&self) -> usize {
                let inner: fn(&$of) -> usize = $inner;
                inner(self)
            })?
        }
    )*};
}

answers! {
    Contract: "contract", "contracts", |contract| Some(&contract.id);
    Partner: "partner", "partners", |partner| Some(&partner.id);
    Member: "member", "members", |member| Some(&member.id);
    StorageAccount: "storage account", "storage accounts", |account| Some(&account.id);
    AccountUsage: "usage record", "usage records", |usage| usage.id.as_deref(), |usage| usage.days.len();
    Region: "region", "regions", |region| Some(&region.name);
}
