//! A member in a state, and its schema.

use serde::{Deserialize, Serialize};
use terraform_plugin_server::schema::{self, computed, defaulted, optional, required};
use terraform_plugin_server::{Identity, Number};
use tf_provider::schema::{AttributeType, Schema};
use tf_provider::value::Value;

use crate::api::{Member, Outside};
use crate::objects::password::{self, Difference, Passwords};
use crate::service::replacements::{CreationKey, Observed, Wish};
use crate::terraform::timeouts::{self, FixedTimeouts};
use crate::terraform::values::{folded, refreshed_text, same_text, text};

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
    pub(super) timeouts: Value<FixedTimeouts>,
}

impl MemberState {
    pub(super) fn who(&self) -> String {
        format!("member \"{}\"", Outside::new(text(&self.email)))
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
            timeouts: Value::Null,
        };
        unread.refreshed(member)
    }

    /// What a creation of it is told by: an address is one person's; nothing while that is not known.
    pub(super) fn key(&self) -> Option<CreationKey> {
        let owner = self.partner_id.as_deref_option()?.to_ascii_lowercase();
        Some(CreationKey { kind: TYPE, owner, name: folded(self.email.as_deref_option()?) })
    }

    /// What a plan asks of it.
    pub(super) fn wish(&self) -> Wish {
        Wish::Access { email: text(&self.email).to_owned(), role: text(&self.role).to_owned() }
    }

    /// What is to be remembered of an object of the state.
    pub(super) fn observed(&self) -> Option<Observed> {
        Some(Observed {
            id: self.id.as_ref_option()?.clone(),
            key: self.key()?,
            allocated: 0,
            protected: false,
            read: false,
        })
    }

    /// The state after a read: what the service says, unless it says the same in other words.
    pub(super) fn refreshed(self, member: &Member) -> MemberState {
        // Roles are written in lower case, whatever case the service answers in.
        let role = member.role.as_ref().map(|role| role.to_lowercase());
        MemberState {
            id: Value::Value(member.id.clone()),
            email: refreshed_text(self.email, &member.email, same_text),
            role: refreshed_text(self.role, &role, same_text),
            name: refreshed_name(self.name, member),
            ..self
        }
    }

    /// Why the planned member has to be another one: the attributes, and the words for people.
    pub(super) fn reasons(&self, prior: &MemberState) -> Vec<(&'static str, String)> {
        let mut reasons = Vec::new();
        // What is not known yet is no difference.
        let mut compare = |attribute, old: &Value<String>, new: &Value<String>| {
            if new != old && !new.is_unknown() {
                let word = |value: &Value<String>| match value.as_deref_option() {
                    Some(text) => format!("\"{}\"", Outside::new(text)),
                    None => "nothing".into(),
                };
                reasons.push((attribute, format!("its {attribute} changes from {} to {}", word(old), word(new))));
            }
        };
        compare("partner_id", &prior.partner_id, &self.partner_id);
        compare("email", &prior.email, &self.email);
        compare("role", &prior.role, &self.role);
        if !text(&prior.name).is_empty() || !text(&self.name).is_empty() {
            compare("name", &prior.name, &self.name);
        }
        if let Difference::Changed(attribute) = self.passwords().differs_from(&prior.passwords()) {
            reasons.push((attribute, format!("its {attribute} changes")));
        }
        reasons
    }
}

/// A name that the service trims, or fills in with the address, is no other name.
fn refreshed_name(old: Value<String>, member: &Member) -> Value<String> {
    let filled_in = old.as_deref_option() == Some("")
        && member.name.as_ref().zip(member.email.as_ref()).is_some_and(|(name, email)| same_text(name, email));
    if filled_in { old } else { refreshed_text(old, &member.name, same_text) }
}

pub(super) fn schema() -> Schema {
    let id = |description| required(AttributeType::String, description);
    let mut attributes = password::attributes(
        "at least 8 characters and three of lower case, upper case, digits and special characters",
        "Change it together with `password_wo`: **it replaces the member**, since the API cannot change a password.",
    );
    attributes.extend([
        ("id".into(), computed(AttributeType::String, "The member's id (UUID).")),
        ("partner_id".into(), id("The id (UUID) of the partner that the member belongs to and alone can see.")),
        ("email".into(), id("The email address to log in with.")),
        ("role".into(), id("What the member may do: `admin`, `staff` or `viewer`.")),
        (
            "name".into(),
            defaulted(
                AttributeType::String,
                "The name to display. If it is left out, the name in the console stays as it is.",
            ),
        ),
        ("timeouts".into(), optional(timeouts::attribute_type(&["create", "delete"]), timeouts::DESCRIPTION)),
    ]);
    schema::schema(
        "A member of a partner: a person who logs in to the management console and sees that partner alone. The API \
         cannot change a member, so every change deletes the member and creates a new one, and the plan says why.",
        attributes,
    )
}

/// The identity of a member.
pub(super) fn identity(partner: &str, id: &str) -> Identity {
    Identity::from([("partner_id", partner), ("id", id)])
}
