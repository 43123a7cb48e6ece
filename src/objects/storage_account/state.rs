//! A storage account in a state, and its schema.

use serde::{Deserialize, Serialize};
use terraform_plugin_server::schema::{self, Attributes, attributes, computed, defaulted, optional, required};
use terraform_plugin_server::{Identity, Number};
use tf_provider::schema::{Attribute, AttributeType, Schema};
use tf_provider::value::Value;

use crate::api::{Outside, StorageAccount};
use crate::capacity::bytes;
use crate::objects::password::{self, Passwords};
use crate::service::replacements::{CreationKey, Observed, Wish};
use crate::terraform::diagnostics::{Diagnostic, Result};
use crate::terraform::timeouts::{self, FixedTimeouts};
use crate::terraform::values::{folded, refreshed_text, same_text, text};

/// The resource type.
pub const TYPE: &str = "impossiblecloud_storage_account";

/// See the module.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AccountState {
    pub(super) id: Value<String>,
    pub(super) partner_id: Value<String>,
    pub(super) name: Value<String>,
    pub(super) allocated_storage: Value<Number>,
    pub(super) allow_overdraft: Value<bool>,
    pub(super) contact_email: Value<String>,
    pub(super) password: Value<String>,
    pub(super) password_wo: Value<String>,
    pub(super) password_wo_version: Value<Number>,
    pub(super) allocation: Value<String>,
    pub(super) pending_deleted_at: Value<String>,
    pub(super) deletion_protection: Value<bool>,
    pub(super) timeouts: Value<FixedTimeouts>,
}

impl AccountState {
    /// The state of an account as an import would record it.
    pub fn found(partner: Option<&str>, account: &StorageAccount) -> Result<AccountState> {
        AccountState::unread(partner, &account.id).refreshed(account)
    }

    /// A state that knows nothing but ids.
    pub(super) fn unread(partner: Option<&str>, id: &str) -> AccountState {
        AccountState {
            id: Value::Value(id.into()),
            partner_id: partner.map(str::to_owned).into(),
            name: Value::Null,
            allocated_storage: Value::Null,
            allow_overdraft: Value::Null,
            contact_email: Value::Null,
            password: Value::Null,
            password_wo: Value::Null,
            password_wo_version: Value::Null,
            allocation: Value::Null,
            pending_deleted_at: Value::Null,
            deletion_protection: Value::Null,
            timeouts: Value::Null,
        }
    }

    pub(super) fn who(&self) -> String {
        format!("storage account \"{}\"", Outside::new(text(&self.name)))
    }

    pub(super) fn bytes(&self) -> Option<i64> {
        self.allocated_storage.as_ref_option().and_then(Number::as_i64)
    }

    pub(super) fn passwords(&self) -> Passwords<'_> {
        Passwords { password: &self.password, write_only: &self.password_wo, version: &self.password_wo_version }
    }

    pub(super) fn protected(&self) -> bool {
        self.deletion_protection == Value::Value(true)
    }

    /// What a creation of it is told by: names may be shared, the root user's address may not; nothing while that is
    /// not known.
    pub(super) fn key(&self) -> Option<CreationKey> {
        let name = folded(self.contact_email.as_deref_option()?);
        let owner = text(&self.partner_id).to_ascii_lowercase();
        (!self.partner_id.is_unknown()).then_some(CreationKey { kind: TYPE, owner, name })
    }

    /// What is to be remembered of an object of the state.
    pub(super) fn observed(&self) -> Option<Observed> {
        Some(Observed {
            id: self.id.as_ref_option()?.clone(),
            key: self.key()?,
            allocated: self.bytes()?,
            protected: self.protected(),
            read: false,
        })
    }

    /// What a plan asks of it.
    pub(super) fn wish(&self) -> Wish {
        Wish::Storage { name: self.name.as_ref_option().cloned(), bytes: self.bytes() }
    }

    /// The state after a read: what the service says, and what it leaves out as it was.
    pub(super) fn refreshed(self, account: &StorageAccount) -> Result<AccountState> {
        let bytes = account.allocated.or(self.bytes()).ok_or_else(|| {
            Diagnostic::new(
                format!("The allocation of storage account {} is not known", account.id),
                "The service describes the account without its allocated capacity. Nothing was recorded; try again \
                 later.",
            )
        })?;
        let bytes = self.bytes().filter(|own| bytes::is_rounding_of(bytes, *own)).unwrap_or(bytes);
        let overdraft = account.allow_overdraft.or(self.allow_overdraft.as_option()).unwrap_or_default();
        Ok(AccountState {
            id: Value::Value(account.id.clone()),
            name: refreshed_text(self.name, &account.name, same_text),
            allocated_storage: number(bytes),
            allow_overdraft: Value::Value(overdraft),
            contact_email: refreshed_text(self.contact_email, &account.contact_email, same_text),
            allocation: Value::Value(bytes::allocation(bytes)),
            pending_deleted_at: account.pending_deleted_at.clone().into(),
            deletion_protection: Value::Value(self.deletion_protection.unwrap_or_default()),
            ..self
        })
    }

    /// What a plan would change, in words. Values that are not known yet are judged when they are.
    pub(super) fn changes(&self, prior: &AccountState) -> Vec<(&'static str, String)> {
        let mut changes = Vec::new();
        let mut note = |attribute: &'static str, old: String, new: Option<String>| {
            if let Some(new) = new.filter(|new| *new != old) {
                changes.push((attribute, format!("{attribute} from {old} to {new}")));
            }
        };
        let quoted = |value: &Value<String>| match value {
            Value::Value(text) => Some(format!("\"{}\"", Outside::new(text))),
            Value::Null => Some("nothing".into()),
            Value::Unknown => None,
        };
        let amount = |state: &AccountState| state.bytes().map(|bytes| bytes::exact(i128::from(bytes)));
        for (attribute, old, new) in [
            ("partner_id", &prior.partner_id, &self.partner_id),
            ("name", &prior.name, &self.name),
            ("contact_email", &prior.contact_email, &self.contact_email),
        ] {
            note(attribute, quoted(old).unwrap_or_default(), quoted(new));
        }
        if self.bytes() != prior.bytes() {
            note("allocated_storage", amount(prior).unwrap_or_default(), amount(self));
        }
        let flag = |value: &Value<bool>| value.as_ref_option().map(bool::to_string);
        note("allow_overdraft", flag(&prior.allow_overdraft).unwrap_or_default(), flag(&self.allow_overdraft));
        changes
    }
}

/// A storage account in a list.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AccountItem {
    pub(super) id: Value<String>,
    pub(super) partner_id: Value<String>,
    pub(super) name: Value<String>,
    allocated_storage: Value<i64>,
    allow_overdraft: Value<bool>,
    contact_email: Value<String>,
    allocation: Value<String>,
    pending_deleted_at: Value<String>,
}

impl AccountItem {
    pub(super) fn new(partner: Option<&str>, account: &StorageAccount) -> AccountItem {
        AccountItem {
            id: Value::Value(account.id.clone()),
            partner_id: partner.map(str::to_owned).into(),
            name: account.name.clone().into(),
            allocated_storage: account.allocated.into(),
            allow_overdraft: account.allow_overdraft.into(),
            contact_email: account.contact_email.clone().into(),
            allocation: account.allocated.map(bytes::allocation).into(),
            pending_deleted_at: account.pending_deleted_at.clone().into(),
        }
    }
}

const ID: &str = "The account's id: 12 digits, kept as text.";
const PARTNER: &str =
    "The id (UUID) of the partner that the account belongs to. Leave it out with a channel partner's key.";
const NAME: &str = "The account's name, shown as the company in the console.";
const AMOUNT: &str = "The capacity allocated to the account, in bytes; `0` means pay-per-use.";
const OVERDRAFT: &str = "Whether the account's use may exceed its allocation.";
const EMAIL: &str = "The email address of the root user, with which it logs in to the storage console.";
const ALLOCATION: &str = "`allocated_storage` for people who review plans: `5 TB`, or `pay-per-use` for 0.";
const PROTECTION: &str = "Whether a plan that would destroy the account fails. Default `false`. It is kept in the \
                          state alone, and the state's value counts: set it to `false` and apply before you destroy.";
const PENDING: &str =
    "When the account will be deleted, in the words of the service; null unless its deletion is scheduled.";

pub(super) fn schema() -> Schema {
    let text = AttributeType::String;
    let fixed = |description: &str| {
        format!("{description} It cannot be changed through the API: a change is an error in the plan.")
    };
    let one = |name: &str, attribute: Attribute| (name.to_owned(), attribute);
    let mut attributes = password::attributes(
        "8 to 128 characters with lower case, upper case, digits and special characters",
        "Leave it unchanged: a change is an error in the plan, since the API cannot change a password.",
    );
    attributes.extend([
        one("id", computed(text.clone(), ID)),
        one("partner_id", optional(text.clone(), &fixed(PARTNER))),
        one("name", required(text.clone(), &fixed(NAME))),
        one("allocated_storage", required(AttributeType::Number, &fixed(AMOUNT))),
        one("allow_overdraft", defaulted(AttributeType::Bool, &fixed(&format!("{OVERDRAFT} Default `false`.")))),
        one("contact_email", required(text.clone(), &fixed(EMAIL))),
        one("allocation", computed(text.clone(), ALLOCATION)),
        one("pending_deleted_at", computed(text, PENDING)),
        one("deletion_protection", defaulted(AttributeType::Bool, PROTECTION)),
        one("timeouts", optional(timeouts::attribute_type(&["create", "delete"]), timeouts::DESCRIPTION)),
    ]);
    schema::schema(
        "A storage account: an end customer's login to the storage. The API creates it, schedules its deletion and \
         undoes that; nothing else can be changed through it, and nothing ever replaces an account. Destroying it \
         schedules the deletion: the data is kept for 30 days, in which it can be restored.",
        attributes,
    )
}

pub(super) fn item_attributes() -> Attributes {
    let text = |description| computed(AttributeType::String, description);
    attributes([
        ("id", text(ID)),
        ("partner_id", text("The id (UUID) of the partner; null with a channel partner's key.")),
        ("name", text(NAME)),
        ("allocated_storage", computed(AttributeType::Number, AMOUNT)),
        ("allow_overdraft", computed(AttributeType::Bool, OVERDRAFT)),
        ("contact_email", text(EMAIL)),
        ("allocation", text(ALLOCATION)),
        ("pending_deleted_at", text(PENDING)),
    ])
}

/// The identity of a storage account.
pub(super) fn identity(partner: Option<&str>, id: &str) -> Identity {
    match partner {
        Some(partner) => Identity::from([("partner_id", partner), ("id", id)]),
        None => Identity::from([("id", id)]),
    }
}

/// An amount as a state has it.
fn number(bytes: i64) -> Value<Number> {
    Value::Value(Number::from(bytes))
}
