//! Members: people who log in to the management console for one partner. The API can create and delete them, and change nothing.

use std::collections::HashSet;

use async_trait::async_trait;
use plugin_server::{Identity, IdentityAttribute, IdentitySchema, Number};
use serde::{Deserialize, Serialize};
use tf_provider::schema::{AttributeType, Schema};
use tf_provider::value::Value;

use crate::api::{self, Call, CreateError, Member, NewMember};
use crate::creation::Creation;
use crate::diagnostics::{Notes, Problem, Result};
use crate::ids;
use crate::password::{self, Difference, Passwords};
use crate::resource::{Change, ManagedResource, Planned, ReadOnly};
use crate::schema::{Attributes, computed, defaulted, required, schema};
use crate::session::{Handle, Session, reading, within};
use crate::timeouts;
use crate::values::{known, text};

/// The resource type.
pub const TYPE: &str = "impossiblecloud_partner_member";

/// What a member may be.
const ROLES: [&str; 3] = ["admin", "staff", "viewer"];

/// `impossiblecloud_partner_member`.
pub struct MemberResource(pub Handle);

/// A member in a state.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct MemberState {
    id: Value<String>,
    partner_id: Value<String>,
    email: Value<String>,
    role: Value<String>,
    name: Value<String>,
    password: Value<String>,
    password_wo: Value<String>,
    password_wo_version: Value<Number>,
}

impl MemberState {
    fn who(&self) -> String {
        format!("member \"{}\"", text(&self.email))
    }

    fn passwords(&self) -> Passwords<'_> {
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

    fn refreshed(self, member: &Member) -> MemberState {
        MemberState {
            id: Value::Value(member.id.clone()),
            // Login systems fold case; the configured spelling stays when it is the same address.
            email: known(self.email, &member.email, |old, new| old.eq_ignore_ascii_case(new)),
            role: known(self.role, &member.role, |old, new| old == new),
            name: Value::Value(member.name.clone().or(self.name.as_option()).unwrap_or_default()),
            ..self
        }
    }

    /// Why the planned member has to be another one: the attributes, and the words for people.
    fn reasons(&self, prior: &MemberState) -> Vec<(&'static str, String)> {
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

#[async_trait]
impl ManagedResource for MemberResource {
    type State = MemberState;

    fn schema(&self) -> Schema {
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
        schema(
            "A member of a partner: a person who logs in to the management console and sees that partner alone. The API cannot change a member, so \
             every change makes a new one in place of the old, and the plan says why.",
            attributes,
        )
    }

    async fn validate(&self, config: MemberState, _: &mut Notes) -> Result<()> {
        config.passwords().validate(password::MEMBER)?;
        match config.role.as_deref_option() {
            Some(role) if !ROLES.contains(&role) => Err(Problem::new(
                "Not a role",
                format!("\"{role}\" is not one of {}.", ROLES.map(|role| format!("\"{role}\"")).join(", ")),
            )
            .at("role")),
            _ => Ok(()),
        }
    }

    async fn read(&self, state: MemberState, notes: &mut Notes) -> Result<Option<MemberState>> {
        let Some(session) = self.0.ready() else {
            notes.warn(self.0.missing().and("The member was not refreshed: the state is taken as it is."));
            return Ok(Some(state));
        };
        let (partner, id) = (text(&state.partner_id).to_owned(), text(&state.id).to_owned());
        let found = find(&session, &reading(), &partner, &id).await;
        Ok(found.map_err(|problem| problem.of(&state.who()))?.map(|member| state.refreshed(&member)))
    }

    async fn plan(&self, change: Change<MemberState>, notes: &mut Notes) -> Result<Planned<MemberState>> {
        let Change { prior, proposed: mut planned, config } = change;
        let Some(prior) = prior else {
            config.passwords().needed(&planned.who())?;
            planned.id = Value::Unknown;
            if config.name.is_null() {
                planned.name = Value::Unknown;
            }
            return Ok(planned.into());
        };
        if config.email.as_deref_option().is_some_and(|email| email.eq_ignore_ascii_case(text(&prior.email))) {
            planned.email = prior.email.clone();
        }
        let reasons = planned.reasons(&prior);
        if !reasons.is_empty() {
            let why: Vec<_> = reasons.iter().map(|(_, why)| why.as_str()).collect();
            notes.warn(
                Problem::new(
                    format!("{} is replaced", prior.who()),
                    format!(
                        "The API cannot change a member, and {}. The old member is deleted and a new one is created, with a new id and the configured \
                         password.",
                        why.join(" and ")
                    ),
                )
                .at(reasons[0].0),
            );
        }
        Ok(Planned { state: planned, replaced_by: reasons.into_iter().map(|(attribute, _)| attribute).collect() })
    }

    async fn plan_destroy(&self, _: MemberState, _: &mut Notes) -> Result<()> {
        Ok(())
    }

    async fn create(&self, planned: MemberState, config: MemberState, notes: &mut Notes) -> Result<MemberState> {
        let session = self.0.session()?;
        let call = within(timeouts::DEFAULT);
        let partner = text(&planned.partner_id).to_owned();
        config.passwords().needed(&planned.who())?;
        let before = session.inventory.members(&call, &partner).await;
        let before = before.map_err(|error| {
            Problem::api(format!("look up the members of partner {partner}"), &error).and("Nothing was written.")
        })?;
        let wanted = NewMember {
            email: text(&planned.email).into(),
            password: config
                .passwords()
                .given()
                .ok_or_else(|| Problem::new("No password", "The password is not known. Nothing was written."))?,
            role: text(&planned.role).into(),
            name: config.name.as_option(),
        };
        let before = before.into_iter().map(|member| member.id).collect();
        let creation = MemberCreation { session: &session, partner: &partner, wanted: &wanted, before };
        let member = session.creations.create(&creation, &call, session.max_resends, notes).await;
        let member = match member {
            Ok(member) => member,
            Err(failure) => return Err(held_by(&session, &call, &partner, &wanted, failure.problem).await),
        };
        session.inventory.put_member(&partner, member.clone());
        Ok(MemberState {
            id: Value::Value(member.id),
            name: Value::Value(wanted.name.or(member.name).unwrap_or_default()),
            ..planned
        })
    }

    async fn update(&self, _: MemberState, planned: MemberState, _: &mut Notes) -> Result<MemberState> {
        // Only a password that is recorded, or another spelling of the same address, comes here: nothing that the API has.
        Ok(planned)
    }

    async fn destroy(&self, prior: MemberState, _: &mut Notes) -> Result<()> {
        let session = self.0.session()?;
        let (partner, id) = (text(&prior.partner_id), text(&prior.id));
        let deleted = session.client.delete_member(&within(timeouts::DEFAULT), partner, id).await;
        deleted.map_err(|error| Problem::api(format!("delete {} ({id})", prior.who()), &error))?;
        session.inventory.remove_member(partner, id);
        Ok(())
    }

    async fn import(&self, id: String, _: &mut Notes) -> Result<MemberState> {
        let session = self.0.session()?;
        let (partner, member) = ids::pair(&id, "member", "PARTNER/MEMBER")?;
        match find(&session, &reading(), partner, member).await? {
            Some(found) => Ok(MemberState::found(partner, &found)),
            None => Err(Problem::new(
                format!("There is no member {member}"),
                format!(
                    "Partner {partner} has no member of that id. The ids are in data.impossiblecloud_partner_members; they are not shown in the console."
                ),
            )),
        }
    }

    fn identity_schema(&self) -> IdentitySchema {
        IdentitySchema {
            version: 0,
            attributes: vec![
                IdentityAttribute::required("partner_id", "The id (UUID) of the partner."),
                IdentityAttribute::required("id", "The member's id (UUID)."),
            ],
        }
    }

    fn identity(&self, state: &MemberState) -> Option<Identity> {
        Some(identity(state.partner_id.as_deref_option()?, state.id.as_deref_option()?))
    }

    fn import_id(&self, identity: &Identity) -> Result<String> {
        let part = |name| identity.text(name).unwrap_or_default();
        Ok(format!("{}/{}", part("partner_id"), part("id")))
    }

    fn write_only(&self) -> &'static [&'static str] {
        password::WRITE_ONLY
    }
}

/// The identity of a member.
pub(crate) fn identity(partner: &str, id: &str) -> Identity {
    Identity::from([("partner_id", partner), ("id", id)])
}

/// One member; `None` when the service says that it, or its partner, is gone.
async fn find(session: &Session, call: &Call, partner: &str, id: &str) -> Result<Option<Member>> {
    match session.inventory.member(call, partner, id).await {
        Ok(found) => Ok(found),
        Err(error) if matches!(error.kind(), api::Kind::NotFound { .. }) => {
            let partner_is = session.inventory.lone_partner(call, partner).await;
            match partner_is.map_err(|error| Problem::api(format!("read partner {partner}"), &error))? {
                None => Ok(None),
                Some(_) => Err(Problem::api(format!("read member {id}"), &error)),
            }
        }
        Err(error) => Err(Problem::api(format!("read member {id}"), &error)),
    }
}

/// Adds to a refusal who holds the address, if it is a member of the same partner.
async fn held_by(session: &Session, call: &Call, partner: &str, wanted: &NewMember, problem: Problem) -> Problem {
    let members = session.inventory.members(call, partner).await.unwrap_or_default();
    let holder = members
        .iter()
        .find(|member| member.email.as_deref().is_some_and(|email| email.eq_ignore_ascii_case(&wanted.email)));
    match holder {
        Some(holder) => problem.and(format!(
            "The partner has a member of that address already. If it is the one meant, import it:\n\n  terraform import {TYPE}.NAME {partner}/{}",
            holder.id
        )),
        None => problem,
    }
}

/// A member that is being created; a lost one is found by its address.
struct MemberCreation<'a> {
    session: &'a Session,
    partner: &'a str,
    wanted: &'a NewMember,
    before: HashSet<String>,
}

#[async_trait]
impl Creation for MemberCreation<'_> {
    type Object = Member;

    fn describe(&self) -> String {
        format!("member \"{}\"", self.wanted.email)
    }

    fn content(&self) -> String {
        format!("member {} {}", self.partner, self.wanted.email.to_ascii_lowercase())
    }

    async fn send(&self, call: &Call) -> std::result::Result<Member, CreateError> {
        self.session.client.create_member(call, self.partner, self.wanted).await
    }

    async fn look(&self, call: &Call) -> std::result::Result<Vec<Member>, api::Error> {
        self.session.client.members(call, self.partner).await
    }

    fn before(&self) -> &HashSet<String> {
        &self.before
    }

    fn id<'a>(&self, object: &'a Member) -> &'a str {
        &object.id
    }

    fn fits(&self, object: &Member) -> bool {
        object.email.as_deref().is_some_and(|email| email.eq_ignore_ascii_case(&self.wanted.email))
    }

    fn import_id(&self, object: &Member) -> String {
        format!("{}/{}", self.partner, object.id)
    }

    fn resource_type(&self) -> &'static str {
        TYPE
    }
}

/// `data.impossiblecloud_partner_members`.
pub struct MembersDataSource(pub Handle);

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

    async fn read(&self, config: MembersState, _: &mut Notes) -> Result<MembersState> {
        let session = self.0.session()?;
        let partner = text(&config.partner_id).to_owned();
        let members = list(&session, &reading(), &partner).await?;
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
pub(crate) async fn list(session: &Session, call: &Call, partner: &str) -> Result<Vec<Member>> {
    let members = session.inventory.members(call, partner).await;
    let mut members =
        members.map_err(|error| Problem::api(format!("list the members of partner {partner}"), &error))?;
    members.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
    Ok(members)
}
