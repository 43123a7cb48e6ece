//! A partner in a state, and its schema.

use serde::{Deserialize, Serialize};
use terraform_plugin_server::schema::{self, Attributes, computed, defaulted, optional, required};
use terraform_plugin_server::{Identity, Number};
use tf_provider::schema::{AttributeType, Schema};
use tf_provider::value::Value;

use crate::api::{Outside, Partner};
use crate::capacity::bytes;
use crate::service::replacements::{CreationKey, Observed, Wish};
use crate::terraform::diagnostics::{Diagnostic, Result};
use crate::terraform::timeouts::{self, AllTimeouts};
use crate::terraform::values::{folded, refreshed_text, same_text, text};

/// The resource type.
pub const TYPE: &str = "impossiblecloud_partner";

/// A partner in a state.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PartnerState {
    pub(super) id: Value<String>,
    pub(super) name: Value<String>,
    pub(super) allocated_storage: Value<Number>,
    pub(super) contract_id: Value<String>,
    pub(super) allow_overdraft: Value<bool>,
    pub(super) deletion_protection: Value<bool>,
    pub(super) details: Value<String>,
    pub(super) allocation: Value<String>,
    pub(super) timeouts: Value<AllTimeouts>,
}

impl PartnerState {
    pub(super) fn who(&self) -> String {
        format!("partner \"{}\"", Outside::new(text(&self.name)))
    }

    pub(super) fn bytes(&self) -> Option<i64> {
        self.allocated_storage.as_ref_option().and_then(Number::as_i64)
    }

    pub(super) fn protected(&self) -> bool {
        self.deletion_protection == Value::Value(true)
    }

    pub(super) fn id(&self) -> Result<&str> {
        self.id.as_deref_option().ok_or_else(|| {
            Diagnostic::new(
                "A partner without an id",
                "The state holds a partner without an id. Remove it from the state and import it by its UUID.",
            )
        })
    }

    /// What a creation of it in a contract is told by; nothing while its name is not known.
    pub(super) fn key(&self, contract: &str) -> Option<CreationKey> {
        let name = folded(self.name.as_deref_option()?);
        Some(CreationKey { kind: TYPE, owner: contract.to_ascii_lowercase(), name })
    }

    /// What is to be remembered of an object of the state.
    pub(super) fn observed(&self) -> Option<Observed> {
        Some(Observed {
            id: self.id.as_ref_option()?.clone(),
            key: self.key(self.contract_id.as_deref_option()?)?,
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
    pub(super) fn refreshed(self, partner: &Partner) -> Result<PartnerState> {
        let bytes = partner.allocated.or(self.bytes()).ok_or_else(|| {
            Diagnostic::new(
                format!("The allocation of partner {} is not known", partner.id),
                "The service describes the partner without its allocated capacity. Nothing was recorded; try again \
                 later.",
            )
        })?;
        let bytes = self.bytes().filter(|own| bytes::is_rounding_of(bytes, *own)).unwrap_or(bytes);
        Ok(PartnerState {
            id: Value::Value(partner.id.clone()),
            name: refreshed_text(self.name, &partner.name, same_text),
            allocated_storage: Value::Value(Number::from(bytes)),
            contract_id: refreshed_text(self.contract_id, &partner.contract_id, |old, new| {
                old.eq_ignore_ascii_case(new)
            }),
            allow_overdraft: Value::Value(
                partner.allow_overdraft.or(self.allow_overdraft.as_option()).unwrap_or_default(),
            ),
            deletion_protection: Value::Value(self.deletion_protection.unwrap_or_default()),
            details: Value::Value(partner.details.clone().or(self.details.as_option()).unwrap_or_default()),
            allocation: Value::Value(bytes::allocation(bytes)),
            timeouts: self.timeouts,
        })
    }

    /// The state of a partner as an import would record it.
    pub fn found(partner: &Partner) -> Result<PartnerState> {
        PartnerState::unread(&partner.id).refreshed(partner)
    }

    /// A state that knows nothing but an id.
    pub(super) fn unread(id: &str) -> PartnerState {
        PartnerState {
            id: Value::Value(id.into()),
            name: Value::Null,
            allocated_storage: Value::Null,
            contract_id: Value::Null,
            allow_overdraft: Value::Null,
            deletion_protection: Value::Null,
            details: Value::Null,
            allocation: Value::Null,
            timeouts: Value::Null,
        }
    }
}

/// A partner in a list, and of the data source.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PartnerItem {
    pub(super) id: Value<String>,
    pub(super) name: Value<String>,
    pub(super) allocated_storage: Value<i64>,
    pub(super) contract_id: Value<String>,
    pub(super) allow_overdraft: Value<bool>,
    pub(super) details: Value<String>,
    pub(super) allocation: Value<String>,
}

impl From<&Partner> for PartnerItem {
    fn from(partner: &Partner) -> PartnerItem {
        PartnerItem {
            id: Value::Value(partner.id.clone()),
            name: partner.name.clone().into(),
            allocated_storage: partner.allocated.into(),
            contract_id: partner.contract_id.clone().into(),
            allow_overdraft: partner.allow_overdraft.into(),
            details: partner.details.clone().into(),
            allocation: partner.allocated.map(bytes::allocation).into(),
        }
    }
}

/// The attributes of a [`PartnerItem`].
pub(super) fn item_attributes() -> Attributes {
    let text = |description| computed(AttributeType::String, description);
    schema::attributes([
        ("id", text("The partner's id (UUID).")),
        ("name", text("The partner's name.")),
        (
            "allocated_storage",
            computed(
                AttributeType::Number,
                "The capacity allocated to the partner out of its contract, in bytes; `0` means pay-per-use.",
            ),
        ),
        ("contract_id", text("The id (UUID) of the contract that the partner is in.")),
        ("allow_overdraft", computed(AttributeType::Bool, "Whether the partner's use may exceed its allocation.")),
        ("details", text("Additional details that the service keeps of the partner.")),
        ("allocation", text("`allocated_storage` for people: `5 TB`, or `pay-per-use` for 0.")),
    ])
}

pub(super) fn schema() -> Schema {
    schema::schema(
        "A partner of the distributor: a customer with its own console users and storage accounts, with a fixed \
         allocation out of a contract or pay-per-use. Planning checks the allocation against what the contract has \
         left, across all partners of the plan, before anything is written. Changes are made in place; a partner is \
         never replaced because of a change.",
        attributes(),
    )
}

fn attributes() -> Attributes {
    let text = AttributeType::String;
    schema::attributes([
        ("id", computed(text.clone(), "The partner's id (UUID).")),
        (
            "name",
            required(
                text.clone(),
                "The partner's name. It can be changed in place. The service accepts duplicates; the plan warns of \
                 them.",
            ),
        ),
        (
            "allocated_storage",
            required(
                AttributeType::Number,
                "The capacity allocated to the partner out of its contract, in bytes: `5000000000000` for 5 TB or, on \
                 Terraform 1.8 and later, `provider::impossiblecloud::bytes(\"5 TB\")`. `0` means pay-per-use. It can \
                 be changed in place. A new value from 1 to 999999 is refused as a mistake in the unit.",
            ),
        ),
        (
            "contract_id",
            defaulted(
                text.clone(),
                "The id (UUID) of the contract that the partner is in. If it is left out, a new partner goes into the \
                 provider's `contract_id`, or else into the only contract; several are an error. The API cannot move a \
                 partner: a change is an error that says what to do in the console.",
            ),
        ),
        (
            "allow_overdraft",
            defaulted(
                AttributeType::Bool,
                "Whether the partner's use may exceed its allocation. Default `false`. It is set at creation only: a \
                 later change is an error.",
            ),
        ),
        (
            "deletion_protection",
            defaulted(
                AttributeType::Bool,
                "Whether a plan that would destroy or replace the partner fails. Default `false`. It is kept in the \
                 state alone, and the state's value counts: set it to `false` and apply before you destroy. `lifecycle \
                 { destroy = false }` is no substitute: it goes away with the block.",
            ),
        ),
        (
            "details",
            computed(
                text.clone(),
                "Additional details that the service keeps of the partner; they cannot be set through the API.",
            ),
        ),
        (
            "allocation",
            computed(text, "`allocated_storage` for people who review plans: `5 TB`, or `pay-per-use` for 0."),
        ),
        ("timeouts", optional(timeouts::attribute_type(&["create", "update", "delete"]), timeouts::DESCRIPTION)),
    ])
}

/// The identity of a partner.
pub(super) fn identity(id: &str) -> Identity {
    Identity::from([("id", id)])
}
