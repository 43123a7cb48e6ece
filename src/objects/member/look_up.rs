//! `data.impossiblecloud_partner_member`.

use async_trait::async_trait;
use terraform_plugin_server::schema::{defaulted, required, schema};
use tf_provider::schema::{AttributeType, Schema};

use super::data_sources::{MemberItem, item_attributes, list};
use crate::api::{CallLimits, Member, Outside};
use crate::objects::look_up::{called, table};
use crate::session::ProviderHandle;
use crate::terraform::data_source::ReadOnly;
use crate::terraform::diagnostics::{Diagnostic, Result, Warnings};
use crate::terraform::import_id;
use crate::terraform::values::text;

/// See the module.
pub struct MemberDataSource(pub ProviderHandle);

#[async_trait]
impl ReadOnly for MemberDataSource {
    type State = MemberItem;

    fn schema(&self) -> Schema {
        let mut attributes = item_attributes();
        let partner = "The id (UUID) of the partner that the member belongs to.";
        attributes.insert("partner_id".into(), required(AttributeType::String, partner));
        for (name, description) in [
            ("id", "The member's id (UUID). Give this or `email`."),
            ("email", "The email address to log in with. Give this or `id`."),
        ] {
            attributes.insert(name.into(), defaulted(AttributeType::String, description));
        }
        schema("A member of a partner, by its `id` or `email`.", attributes)
    }

    async fn validate(&self, config: MemberItem) -> Vec<Diagnostic> {
        let problem =
            |detail: &str| Some(Diagnostic::new("A member is looked up by id or by email", detail).at("email"));
        let look_up = match (config.id.is_null(), config.email.is_null()) {
            (true, true) => problem("Neither id nor email is set. Set one of them."),
            (false, false) => problem("Both id and email are set. Remove one of them: they could disagree."),
            _ => None,
        };
        look_up.into_iter().chain(import_id::check_uuid(&config.partner_id, "partner_id")).collect()
    }

    async fn read(&self, config: MemberItem, _: &mut Warnings) -> Result<MemberItem> {
        let session = self.0.session()?;
        let partner = text(&config.partner_id);
        let members = list(&session, &CallLimits::for_read(), partner).await?;
        let (found, none) = match config.id.as_deref_option() {
            Some(id) => {
                let found = members.iter().filter(|member| member.id.eq_ignore_ascii_case(id)).collect();
                (
                    found,
                    Diagnostic::new(format!("There is no member {}", Outside::new(id)), there(partner, &members))
                        .at("id"),
                )
            }
            None => {
                let email = text(&config.email);
                let none = Diagnostic::new(
                    format!("There is no member \"{}\"", Outside::new(email)),
                    there(partner, &members),
                );
                (called(&members, |member| member.email.as_deref(), email), none.at("email"))
            }
        };
        match &found[..] {
            [] => Err(none),
            [member] => Ok(MemberItem::new(partner, member)),
            [..] => Err(several(text(&config.email), &found)),
        }
    }
}

/// What there is in place of what was looked for.
fn there(partner: &str, members: &[Member]) -> String {
    if members.is_empty() {
        return format!("Partner {partner} has no members at all.");
    }
    format!("Partner {partner} has no such member. It has:\n\n{}", table(members.iter().map(line)))
}

fn several(email: &str, found: &[&Member]) -> Diagnostic {
    let detail = format!("Use the id of one of them:\n\n{}", table(found.iter().map(|member| line(member))));
    Diagnostic::new(format!("Several members have the address \"{}\"", Outside::new(email)), detail).at("email")
}

fn line(member: &Member) -> String {
    let email = Outside::new(member.email.as_deref().unwrap_or("address not known"));
    let role = Outside::new(member.role.as_deref().unwrap_or("role not known"));
    format!("{}  {email}, {role}", Outside::new(&member.id))
}
