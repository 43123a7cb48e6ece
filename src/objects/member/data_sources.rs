//! `data.impossiblecloud_partner_members`.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use terraform_plugin_server::schema::{Attributes, attributes, computed, optional, schema};
use tf_provider::schema::{AttributeType, Schema};
use tf_provider::value::Value;

use crate::api::{CallLimits, Error, Member, Partner};
use crate::objects::partner;
use crate::objects::scope::{self, Scope};
use crate::session::{ProviderHandle, Session};
use crate::terraform::data_source::ReadOnly;
use crate::terraform::diagnostics::{Diagnostic, Result, Warnings};
use crate::terraform::values::text;

/// See the module.
pub struct MembersDataSource(pub ProviderHandle);

/// All members of a partner, or of all partners of a contract.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct MembersState {
    contract_id: Value<String>,
    partner_id: Value<String>,
    members: Value<Vec<MemberItem>>,
}

/// A member in a list, and of the data source of one.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct MemberItem {
    pub(super) id: Value<String>,
    pub(super) partner_id: Value<String>,
    pub(super) email: Value<String>,
    role: Value<String>,
    name: Value<String>,
}

impl MemberItem {
    pub(super) fn new(partner: &str, member: &Member) -> MemberItem {
        MemberItem {
            id: Value::Value(member.id.clone()),
            partner_id: Value::Value(partner.into()),
            email: member.email.clone().into(),
            role: member.role.clone().into(),
            name: member.name.clone().into(),
        }
    }
}

/// The attributes of a [`MemberItem`].
pub(super) fn item_attributes() -> Attributes {
    let one = |name: &str, description: &str| (name.to_owned(), computed(AttributeType::String, description));
    attributes([
        one("id", "The member's id (UUID)."),
        one("partner_id", "The id (UUID) of the partner."),
        one("email", "The email address to log in with."),
        one("role", "What the member may do: `admin`, `staff` or `viewer`."),
        one("name", "The name to display."),
    ])
}

#[async_trait]
impl ReadOnly for MembersDataSource {
    type State = MembersState;

    fn schema(&self) -> Schema {
        let members = AttributeType::AttributeList(item_attributes());
        let id = |description| optional(AttributeType::String, description);
        schema(
            "All members of a partner, or of all partners of a contract, with one request for each: the people who log \
             in to the management console.",
            [
                ("partner_id", id("The id (UUID) of a partner.")),
                (
                    "contract_id",
                    id("The id (UUID) of a contract, in place of `partner_id`: all of its partners are meant. When \
                         both are left out, it is the provider's `contract_id`, or else all contracts."),
                ),
                ("members", computed(members, "The members, by name, then id.")),
            ],
        )
    }

    async fn validate(&self, config: MembersState) -> Vec<Diagnostic> {
        scope::check(&config.partner_id, &config.contract_id)
    }

    async fn read(&self, config: MembersState, _: &mut Warnings) -> Result<MembersState> {
        let (session, limits) = (self.0.session()?, CallLimits::for_read());
        let items = match (config.partner_id.as_deref_option(), config.contract_id.as_deref_option()) {
            (Some(partner), _) => items(partner, list(&session, &limits, partner).await?),
            (None, Some(contract)) => {
                of_each(&session, &limits, partner::all(&session, &limits, Some(contract)).await?).await?
            }
            (None, None) => match Scope::left_out(&session, &limits).await? {
                Scope::Partners(partners) => of_each(&session, &limits, partners).await?,
                // Who logs in for a channel partner, its own key cannot tell.
                Scope::Own(why) => return Err(why),
            },
        };
        Ok(MembersState { members: Value::Value(items), ..config })
    }
}

fn items(partner: &str, members: Vec<Member>) -> Vec<MemberItem> {
    members.iter().map(|member| MemberItem::new(partner, member)).collect()
}

/// The members of partners, by name, then id. A list that lacks those of one partner would pass for a whole one, so it
/// is none.
async fn of_each(session: &Session, limits: &CallLimits, partners: Vec<Partner>) -> Result<Vec<MemberItem>> {
    let lists =
        scope::each(
            partners,
            |partner| async move { Ok(items(&partner.id, list(session, limits, &partner.id).await?)) },
        );
    let mut items: Vec<_> = lists.await?.into_iter().flatten().collect();
    items.sort_by(|a, b| text(&a.name).cmp(text(&b.name)).then_with(|| text(&a.id).cmp(text(&b.id))));
    Ok(items)
}

/// The members of a partner, by name, then id. A list that is not there is an empty one for a partner that is.
pub(crate) async fn list(session: &Session, call: &CallLimits, partner: &str) -> Result<Vec<Member>> {
    let cannot = |error: &Error| Diagnostic::api(format!("list the members of partner {partner}"), error);
    let mut members = match session.inventory.members(call, partner).await {
        Ok(members) => members,
        Err(error) if error.is_not_found() => match session.inventory.single_partner(call, partner).await {
            Ok(Some(_)) => Vec::new(),
            Ok(None) | Err(_) => return Err(cannot(&error)),
        },
        Err(error) => return Err(cannot(&error)),
    };
    members.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
    Ok(members)
}
