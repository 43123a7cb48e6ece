//! Members: people who log in to the management console for one partner. The API can create and delete them, and change nothing.

use async_trait::async_trait;
use terraform_plugin_server::{Identity, IdentityAttribute, IdentitySchema};
use tf_provider::schema::Schema;
use tf_provider::value::Value;

use super::create::MemberCreation;
use super::state::{self, MemberState, TYPE, identity};
use crate::api::{CallLimits, Member, NewMember};
use crate::objects::password;
use crate::session::{ProviderHandle, Session};
use crate::terraform::diagnostics::{Diagnostic, Result, Warnings};
use crate::terraform::import_id;
use crate::terraform::resource::{Change, ManagedResource, Planned};
use crate::terraform::timeouts;
use crate::terraform::values::text;
use crate::walk::config_key;

/// What a member may be.
const ROLES: [&str; 3] = ["admin", "staff", "viewer"];

/// `impossiblecloud_partner_member`.
pub struct MemberResource(pub ProviderHandle);

#[async_trait]
impl ManagedResource for MemberResource {
    type State = MemberState;

    fn schema(&self) -> Schema {
        state::schema()
    }

    async fn validate(&self, config: MemberState, _: &mut Warnings) -> Result<()> {
        if let Some(session) = self.0.ready() {
            session.walk().validated(config_key(TYPE, &config));
        }
        config.passwords().validate(password::MEMBER)?;
        match config.role.as_deref_option() {
            Some(role) if !ROLES.contains(&role) => Err(Diagnostic::new(
                "Not a role",
                format!("\"{role}\" is not one of {}.", ROLES.map(|role| format!("\"{role}\"")).join(", ")),
            )
            .at("role")),
            _ => Ok(()),
        }
    }

    async fn read(&self, state: MemberState, warnings: &mut Warnings) -> Result<Option<MemberState>> {
        let Some(session) = self.0.ready() else {
            warnings.warn(self.0.missing().and("The member was not refreshed: the state is taken as it is."));
            return Ok(Some(state));
        };
        let (partner, id) = (text(&state.partner_id).to_owned(), text(&state.id).to_owned());
        let found = find(&session, &CallLimits::for_read(), &partner, &id).await;
        match found.map_err(|problem| problem.of(&state.who()))? {
            Some(member) => {
                let state = state.refreshed(&member);
                self.observe(&state);
                Ok(Some(state))
            }
            None => {
                session.walk().gone(&id);
                Ok(None)
            }
        }
    }

    async fn plan(&self, change: Change<MemberState>, warnings: &mut Warnings) -> Result<Planned<MemberState>> {
        let Change { prior, proposed: mut planned, config } = change;
        let Some(prior) = prior else {
            config.passwords().ensure_given(&planned.who())?;
            planned.id = Value::Unknown;
            if config.name.is_null() {
                planned.name = Value::Unknown;
            }
            if let Some(session) = self.0.ready() {
                is_free(&session, &planned, config_key(TYPE, &config)).await?;
            }
            return Ok(planned.into());
        };
        self.withdraw(&prior, Some(config_key(TYPE, &config)))?;
        if config.email.as_deref_option().is_some_and(|email| email.eq_ignore_ascii_case(text(&prior.email))) {
            planned.email = prior.email.clone();
        }
        let reasons = planned.reasons(&prior);
        if !reasons.is_empty() {
            let why: Vec<_> = reasons.iter().map(|(_, why)| why.as_str()).collect();
            warnings.warn(
                Diagnostic::new(
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

    async fn plan_destroy(&self, prior: MemberState, _: &mut Warnings) -> Result<()> {
        self.withdraw(&prior, None)
    }

    async fn create(&self, planned: MemberState, config: MemberState, warnings: &mut Warnings) -> Result<MemberState> {
        let session = self.0.session()?;
        let call = CallLimits::for_operation(timeouts::DEFAULT);
        let partner = text(&planned.partner_id).to_owned();
        config.passwords().ensure_given(&planned.who())?;
        let before = session.inventory.members(&call, &partner).await;
        let before = before.map_err(|error| {
            Diagnostic::api(format!("look up the members of partner {partner}"), &error).and("Nothing was written.")
        })?;
        let wanted = NewMember {
            email: text(&planned.email).into(),
            password: config
                .passwords()
                .given()
                .ok_or_else(|| Diagnostic::new("No password", "The password is not known. Nothing was written."))?,
            role: text(&planned.role).into(),
            name: config.name.as_option(),
        };
        let before = before.into_iter().map(|member| member.id).collect();
        let creation = MemberCreation { session: &session, partner: &partner, wanted: &wanted, before };
        let member = session.creations.create(&creation, &call, session.settings.max_retries, warnings).await;
        let member = match member {
            Ok(member) => member,
            Err(failure) if failure.may_exist => return Err(failure.problem),
            Err(failure) => return Err(held_by(&session, &call, &partner, &wanted, failure.problem).await),
        };
        session.inventory.put_member(&partner, member.clone());
        Ok(MemberState {
            id: Value::Value(member.id),
            name: Value::Value(wanted.name.or(member.name).unwrap_or_default()),
            ..planned
        })
    }

    async fn update(&self, _: MemberState, planned: MemberState, _: &mut Warnings) -> Result<MemberState> {
        // Only a password that is recorded, or another spelling of the same address, comes here: nothing that the API has.
        Ok(planned)
    }

    async fn destroy(&self, prior: MemberState, _: &mut Warnings) -> Result<()> {
        let session = self.0.session()?;
        let (partner, id) = (text(&prior.partner_id), text(&prior.id));
        let deleted = session.client.delete_member(&CallLimits::for_operation(timeouts::DEFAULT), partner, id).await;
        deleted.map_err(|error| Diagnostic::api(format!("delete {} ({id})", prior.who()), &error))?;
        session.inventory.remove_member(partner, id);
        Ok(())
    }

    async fn import(&self, id: String, _: &mut Warnings) -> Result<MemberState> {
        let session = self.0.session()?;
        let (partner, member) = import_id::pair(&id, "member", "PARTNER/MEMBER")?;
        match find(&session, &CallLimits::for_read(), partner, member).await? {
            Some(found) => Ok(MemberState::found(partner, &found)),
            None => Err(Diagnostic::new(
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

    fn observe(&self, state: &MemberState) {
        if let (Some(session), Some(known)) = (self.0.ready(), state.known()) {
            session.walk().seen(known);
        }
    }
}

impl MemberResource {
    /// A member of the state was planned. If a creation of the same address was taken to replace it, it does not.
    fn withdraw(&self, prior: &MemberState, config: Option<Vec<u8>>) -> Result<()> {
        let Some(session) = self.0.ready() else { return Ok(()) };
        match session.walk().planned_with_prior(text(&prior.id), config) {
            Some(withdrawn) => Err(taken(&prior.who(), &withdrawn.pool, text(&prior.id))),
            None => Ok(()),
        }
    }
}

/// Fails when an address belongs to a member that the plan does not replace: most likely it is the one that was meant, made in the console
/// or by an apply that could not record it.
async fn is_free(session: &Session, planned: &MemberState, config: Vec<u8>) -> Result<()> {
    let (email, partner) = (text(&planned.email), planned.partner_id.as_deref_option());
    let replaced = session.walk().planned_without_prior(&config, partner, &email.to_ascii_lowercase(), 0);
    let (Some(partner), None, false) = (partner, replaced, planned.email.is_unknown()) else { return Ok(()) };
    let members = session.inventory.members(&CallLimits::for_read(), partner).await;
    let members =
        members.map_err(|error| Diagnostic::api(format!("look up the members of partner {partner}"), &error))?;
    match holder(&members, email) {
        Some(holder) => Err(taken(&planned.who(), partner, &holder.id)),
        None => Ok(()),
    }
}

/// Who has an address.
fn holder<'a>(members: &'a [Member], email: &str) -> Option<&'a Member> {
    let has = |member: &&Member| member.email.as_deref().is_some_and(|held| held.eq_ignore_ascii_case(email));
    members.iter().find(has)
}

fn taken(who: &str, partner: &str, holder: &str) -> Diagnostic {
    Diagnostic::new(
        format!("The address of {who} is taken"),
        format!(
            "Member {holder} of partner {partner} has that address, and an address is one person's. If the member is the one meant, import \
             it:\n\n  terraform import {TYPE}.NAME {partner}/{holder}\n\nIf another block of this configuration has it, keep one of the two; a \
             moved block takes a member along when its block gets another name."
        ),
    )
    .at("email")
}

/// One member; `None` when the service says that it, or its partner, is gone.
async fn find(session: &Session, call: &CallLimits, partner: &str, id: &str) -> Result<Option<Member>> {
    match session.inventory.member(call, partner, id).await {
        Ok(found) => Ok(found),
        Err(error) if error.is_not_found() => {
            let partner_is = session.inventory.single_partner(call, partner).await;
            match partner_is.map_err(|error| Diagnostic::api(format!("read partner {partner}"), &error))? {
                None => Ok(None),
                Some(_) => Err(Diagnostic::api(format!("read member {id}"), &error)),
            }
        }
        Err(error) => Err(Diagnostic::api(format!("read member {id}"), &error)),
    }
}

/// Adds to a refusal who holds the address now, if it is a member of the same partner.
async fn held_by(
    session: &Session,
    call: &CallLimits,
    partner: &str,
    wanted: &NewMember,
    problem: Diagnostic,
) -> Diagnostic {
    let members = session.client.members(call, partner).await.unwrap_or_default().items;
    match holder(&members, &wanted.email) {
        Some(holder) => problem.and(format!(
            "The partner has a member of that address already. If it is the one meant, import it:\n\n  terraform import {TYPE}.NAME {partner}/{}",
            holder.id
        )),
        None => problem,
    }
}
