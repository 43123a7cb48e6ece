//! `data.impossiblecloud_partner_members`.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use tf_provider::schema::{AttributeType, Schema};
use tf_provider::value::Value;

use crate::api::{CallLimits, Member};
use crate::session::{ProviderHandle, Session};
use crate::terraform::diagnostics::{Diagnostic, Result, Warnings};
use crate::terraform::resource::ReadOnly;
use crate::terraform::schema::{Attributes, computed, required, schema};
use crate::terraform::values::text;

/// See the module.
pub struct MembersDataSource(pub ProviderHandle);

/// All members of a partner in a state.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct MembersState {
    partner_id: Value<String>,
    members: Value<Vec<MemberItem>>,
}

/// A member in a list.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct MemberItem {
    id: Value<String>,
    partner_id: Value<String>,
    email: Value<String>,
    role: Value<String>,
    name: Value<String>,
}

#[async_trait]
impl ReadOnly for MembersDataSource {
    type State = MembersState;

    fn schema(&self) -> Schema {
        let one = |name: &str, description: &str| (name.to_owned(), computed(AttributeType::String, description));
        let member = Attributes::from([
            one("id", "The member's id (UUID)."),
            one("partner_id", "The id (UUID) of the partner."),
            one("email", "The email address to log in with."),
            one("role", "What the member may do: `admin`, `staff` or `viewer`."),
            one("name", "The name to display."),
        ]);
        schema(
            "All members of a partner: the people who log in to the management console for it.",
            Attributes::from([
                ("partner_id".into(), required(AttributeType::String, "The id (UUID) of the partner.")),
                ("members".into(), computed(AttributeType::AttributeList(member), "The members, by name, then id.")),
            ]),
        )
    }

    async fn read(&self, config: MembersState, warnings: &mut Warnings) -> Result<MembersState> {
        let session = self.0.session()?;
        let partner = text(&config.partner_id).to_owned();
        let members = list(&session, &CallLimits::for_read(), &partner).await?;
        session.remark(warnings);
        let item = |member: Member| MemberItem {
            id: Value::Value(member.id),
            partner_id: Value::Value(partner.clone()),
            email: member.email.into(),
            role: member.role.into(),
            name: member.name.into(),
        };
        Ok(MembersState {
            partner_id: config.partner_id,
            members: Value::Value(members.into_iter().map(item).collect()),
        })
    }
}

/// The members of a partner, by name, then id.
pub(crate) async fn list(session: &Session, call: &CallLimits, partner: &str) -> Result<Vec<Member>> {
    let members = session.inventory.members(call, partner).await;
    let mut members =
        members.map_err(|error| Diagnostic::api(format!("list the members of partner {partner}"), &error))?;
    members.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
    Ok(members)
}
