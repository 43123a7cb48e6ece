//! A member in a state, and its schema.

use serde::{Deserialize, Serialize};
use terraform_plugin_server::{Identity, Number};
use tf_provider::schema::{AttributeType, Schema};
use tf_provider::value::Value;

use crate::api::Member;
use crate::objects::password::{self, Difference, Passwords};
use crate::terraform::schema::{computed, defaulted, required};
use crate::terraform::values::{refreshed_text, text};
use crate::walk::Known;

/// The resource type.
pub const TYPE: &str = "impossiblecloud_partner_member";

/// A member in a state.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct MemberState {
    pub(super) id: Value<String>,
    pub(super) partner_id: Value<String>,
    pub(super) email: Value<String>,
    pub(super) role: Value<String>,
    pub(super) name: Value<String>,
    pub(super) password: Value<String>,
    pub(super) password_wo: Value<String>,
    pub(super) password_wo_version: Value<Number>,
}

impl MemberState {
    pub(super) fn who(&self) -> String {
        format!("member \"{}\"", text(&self.email))
    }

    pub(super) fn passwords(&self) -> Passwords<'_> {
        Passwords { password: &self.password, write_only: &self.password_wo, version: &self.password_wo_version }
    }

    /// The state of a member as an import would record it.
    pub(crate) fn found(partner: &str, member: &Member) -> MemberState {
        let unread = MemberState {
            id: Value::Null,
            partner_id: Value::Value(partner.into()),
            email: Value::Null,
            role: Value::Null,
            name: Value::Null,
            password: Value::Null,
            password_wo: Value::Null,
            password_wo_version: Value::Null,
        };
        unread.refreshed(member)
    }

    /// What a walk needs to know to tell a replacement from a creation.
    pub(super) fn known(&self) -> Option<Known> {
        Some(Known {
            id: self.id.as_ref_option()?.clone(),
            pool: self.partner_id.as_ref_option()?.clone(),
            name: self.email.as_ref_option()?.to_ascii_lowercase(),
            allocated: 0,
            protected: false,
        })
    }

    pub(super) fn refreshed(self, member: &Member) -> MemberState {
        MemberState {
            id: Value::Value(member.id.clone()),
            // Login systems fold case; the configured spelling stays when it is the same address.
            email: refreshed_text(self.email, &member.email, |old, new| old.eq_ignore_ascii_case(new)),
            role: refreshed_text(self.role, &member.role, |old, new| old == new),
            name: Value::Value(member.name.clone().or(self.name.as_option()).unwrap_or_default()),
            ..self
        }
    }

    /// Why the planned member has to be another one: the attributes, and the words for people.
    pub(super) fn reasons(&self, prior: &MemberState) -> Vec<(&'static str, String)> {
        let mut reasons = Vec::new();
        let mut compare = |attribute, old: &Value<String>, new: &Value<String>, fold: bool| {
            let same = match (old.as_deref_option(), new.as_deref_option()) {
                (Some(old), Some(new)) => old == new || (fold && old.eq_ignore_ascii_case(new)),
                _ => old == new,
            };
            if !same {
                let word = |value: &Value<String>| match value {
                    Value::Value(text) => format!("\"{text}\""),
                    Value::Null => "nothing".into(),
                    Value::Unknown => "a value that is not known yet".into(),
                };
                reasons.push((attribute, format!("its {attribute} changes from {} to {}", word(old), word(new))));
            }
        };
        compare("partner_id", &prior.partner_id, &self.partner_id, true);
        compare("email", &prior.email, &self.email, true);
        compare("role", &prior.role, &self.role, false);
        compare("name", &prior.name, &self.name, false);
        if let Difference::Changed(attribute) = self.passwords().differs_from(&prior.passwords()) {
            reasons.push((attribute, format!("its {attribute} changes")));
        }
        reasons
    }
}

pub(super) fn schema() -> Schema {
    let id = |description| required(AttributeType::String, description);
    let mut attributes = password::attributes(
        "at least 8 characters and three of lower case, upper case, digits and special characters",
    );
    attributes.extend([
        ("id".into(), computed(AttributeType::String, "The member's id (UUID).")),
        ("partner_id".into(), id("The id (UUID) of the partner that the member belongs to and alone can see.")),
        ("email".into(), id("The email address to log in with.")),
        ("role".into(), id("What the member may do: `admin`, `staff` or `viewer`.")),
        (
            "name".into(),
            defaulted(AttributeType::String, "The name to display. Left out, what the console has is left alone."),
        ),
    ]);
    crate::terraform::schema::schema(
        "A member of a partner: a person who logs in to the management console and sees that partner alone. The API cannot change a member, so \
             every change makes a new one in place of the old, and the plan says why.",
        attributes,
    )
}

/// The identity of a member.
pub(super) fn identity(partner: &str, id: &str) -> Identity {
    Identity::from([("partner_id", partner), ("id", id)])
}
