//! What the service answers. The API documents no field as required: only ids are demanded, everything else may be missing. Amounts
//! are bytes.

use serde_json::value::RawValue;

use super::json::{DecodeError, Object, items};

/// A contract of a distributor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contract {
    /// Its UUID.
    pub id: String,
    /// The UUID of the distributor it belongs to.
    pub distributor_id: Option<String>,
    /// What the distributor may allocate to partners, in bytes.
    pub reserved: Option<i64>,
    /// What is allocated to partners, in bytes.
    pub allocated: Option<i64>,
    /// The fee per GB and month above what is reserved, in cents of `currency`, as exact decimal text.
    pub cost_storage_gb_cents: Option<String>,
    /// The currency of its prices, such as `EUR`.
    pub currency: Option<String>,
    /// Its name.
    pub details: Option<String>,
}

/// A channel partner of a distributor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Partner {
    /// Its UUID.
    pub id: String,
    /// Its name; names need not be unique.
    pub name: Option<String>,
    /// The contract it is in.
    pub contract_id: Option<String>,
    /// What is allocated to it, in bytes; 0 is pay-per-use.
    pub allocated: Option<i64>,
    /// Whether it may use more than is allocated.
    pub allow_overdraft: Option<bool>,
    /// Remarks that only the console can set.
    pub details: Option<String>,
}

/// A console user of a partner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Its UUID.
    pub id: String,
    /// The address it logs in with; the service may fold its case.
    pub email: Option<String>,
    /// The name to display.
    pub name: Option<String>,
    /// `admin`, `staff` or `viewer`.
    pub role: Option<String>,
}

/// The account of an end customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StorageAccount {
    /// Its id: digits, not a UUID.
    pub id: String,
    /// The company's name.
    pub name: Option<String>,
    /// The address of the root user.
    pub contact_email: Option<String>,
    /// What is allocated to it, in bytes; 0 is pay-per-use.
    pub allocated: Option<i64>,
    /// Whether it may use more than is allocated.
    pub allow_overdraft: Option<bool>,
    /// Set while its deletion is scheduled; the service does not say what the time means, so do not compute with it.
    pub pending_deleted_at: Option<String>,
}

/// What a storage account used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountUsage {
    /// The account's id.
    pub id: Option<String>,
    /// The account's name.
    pub name: Option<String>,
    /// What is allocated to it now, in bytes.
    pub allocated: Option<i64>,
    /// Its days, as the service orders them.
    pub days: Vec<DayUsage>,
}

/// What a storage account used on one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayUsage {
    /// The day, `YYYY-MM-DD`.
    pub date: String,
    /// What was stored, in bytes.
    pub used: Option<i64>,
    /// What was allocated, in bytes.
    pub allocated: Option<i64>,
}

/// A place where data is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Region {
    /// Its name, such as `eu-central-2`.
    pub name: String,
    /// Where its S3 API is.
    pub s3_url: Option<String>,
    /// Where its IAM API is.
    pub iam_url: Option<String>,
    /// Where its STS API is.
    pub sts_url: Option<String>,
}

/// What can be read from an answer.
pub(super) trait Answer: Sized {
    fn read(raw: &RawValue) -> Result<Self, DecodeError>;

    /// The id of the object that the answer is about, when it is about one.
    fn id(&self) -> Option<&str> {
        None
    }
}

/// What comes in lists, and what lists of it are called.
pub(super) trait Listed: Answer {
    const PLURAL: &'static str;
}

impl<T: Listed> Answer for Vec<T> {
    fn read(raw: &RawValue) -> Result<Self, DecodeError> {
        items(T::PLURAL, raw, T::read)
    }
}

impl Answer for Contract {
    fn read(raw: &RawValue) -> Result<Self, DecodeError> {
        let object = Object::read("contract", raw)?;
        Ok(Contract {
            id: object.id("id")?,
            distributor_id: object.optional_id("distributorId")?,
            reserved: object.whole("reservedCapacity")?,
            allocated: object.whole("allocatedCapacity")?,
            cost_storage_gb_cents: object.decimal("costStorageGBCents")?,
            currency: object.text("currency")?,
            details: object.text("details")?,
        })
    }
}

impl Listed for Contract {
    const PLURAL: &'static str = "contracts";
}

impl Answer for Partner {
    fn read(raw: &RawValue) -> Result<Self, DecodeError> {
        let object = Object::read("partner", raw)?;
        Ok(Partner {
            id: object.id("id")?,
            name: object.text("name")?,
            contract_id: object.optional_id("distributorContractId")?,
            allocated: object.whole("allocatedCapacity")?,
            allow_overdraft: object.flag("allowOverdraft")?,
            details: object.text("details")?,
        })
    }

    fn id(&self) -> Option<&str> {
        Some(&self.id)
    }
}

impl Listed for Partner {
    const PLURAL: &'static str = "partners";
}

impl Answer for Member {
    fn read(raw: &RawValue) -> Result<Self, DecodeError> {
        let object = Object::read("member", raw)?;
        Ok(Member {
            id: object.id("id")?,
            email: object.text("email")?,
            name: object.text("name")?,
            role: object.text("role")?,
        })
    }
}

impl Listed for Member {
    const PLURAL: &'static str = "members";
}

impl Answer for StorageAccount {
    fn read(raw: &RawValue) -> Result<Self, DecodeError> {
        let object = Object::read("storage account", raw)?;
        Ok(StorageAccount {
            id: object.id("clientAccountId")?,
            name: object.text("name")?,
            contact_email: object.text("contactEmail")?,
            allocated: object.whole("allocatedCapacity")?,
            allow_overdraft: object.flag("allowOverdraft")?,
            pending_deleted_at: object.text("pendingDeletedAt")?.filter(|time| !time.is_empty()),
        })
    }

    fn id(&self) -> Option<&str> {
        Some(&self.id)
    }
}

impl Listed for StorageAccount {
    const PLURAL: &'static str = "storage accounts";
}

impl Answer for AccountUsage {
    fn read(raw: &RawValue) -> Result<Self, DecodeError> {
        let object = Object::read("usage record", raw)?;
        Ok(AccountUsage {
            id: object.optional_id("client_id")?,
            name: object.text("name")?,
            allocated: object.whole("allocated_capacity")?,
            days: object.list("daily_usage", DayUsage::read)?,
        })
    }

    fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }
}

impl Listed for AccountUsage {
    const PLURAL: &'static str = "usage records";
}

impl DayUsage {
    fn read(raw: &RawValue) -> Result<Self, DecodeError> {
        let object = Object::read("day of usage", raw)?;
        let date = object.text("date")?.ok_or_else(|| DecodeError("a day of usage has no date".into()))?;
        Ok(DayUsage { date, used: object.whole("usage")?, allocated: object.whole("allocated_capacity")? })
    }
}

/// The list of regions: the only one that the service wraps in an object.
pub(super) struct Regions(pub(super) Vec<Region>);

impl Answer for Regions {
    fn read(raw: &RawValue) -> Result<Self, DecodeError> {
        let region = |raw| {
            let object = Object::read("region", raw)?;
            Ok(Region {
                name: object.id("name")?,
                s3_url: object.text("s3_url")?,
                iam_url: object.text("iam_url")?,
                sts_url: object.text("sts_url")?,
            })
        };
        Ok(Regions(Object::read("list of regions", raw)?.list("regions", region)?))
    }
}
