//! Members: the people who may log in to the console for a partner.

use uuid::Uuid;

use crate::body::{Fields, required};
use crate::call::{Call, Outcome, Refusal, json, refuse_delete};
use crate::names;
use crate::password;
use crate::render::{self, Style};
use crate::world::{Member, World};

const FIELDS: [&str; 4] = ["email", "password", "role", "name"];

/// The roles that the documents name.
const ROLES: [&str; 3] = ["admin", "staff", "viewer"];

pub(super) fn list(world: &mut World, call: &Call) -> Outcome {
    let id = call.partner(world)?;
    let random = world.random.fork();
    let style = Style::of(&world.switches);
    let members = world.partners.get(&id).into_iter().flat_map(|partner| &partner.members);
    let items = members.map(|(id, member)| (member.email.clone(), style.member(*id, member)));
    json(&render::ordered(&world.switches, random, items.collect()))
}

pub(super) fn create(world: &mut World, call: &Call) -> Outcome {
    let partner = call.partner(world)?;
    let fields = Fields::read(&world.switches, &call.body, &FIELDS)?;
    let email = fields.email("email")?;
    let password = required("password", fields.text("password")?)?;
    let mut role = required("role", fields.text("role")?)?;
    if world.switches.is("role_case", "folded") {
        role = role.to_lowercase();
    }
    if !ROLES.contains(&role.as_str()) {
        return Err(Refusal::bad("role must be one of admin, staff, viewer"));
    }
    // A member may go without a name, so an empty one is as good as none.
    let name = fields.text("name")?.filter(|name| !name.is_empty());
    let name = name.map(|name| names::kept(&world.switches, &name)).filter(|name| !name.is_empty());
    if world.switches.is("weak_password", "reject") {
        password::check_member(&password).map_err(Refusal::bad)?;
    }
    require_free_email(world, partner, &email)?;
    let id = world.new_uuid();
    let member = Member { email, name, role };
    let outcome = json(&Style::of(&world.switches).member(id, &member));
    if let Some(partner) = world.partners.get_mut(&partner) {
        partner.members.insert(id, member);
    }
    outcome
}

fn require_free_email(world: &World, partner: Uuid, email: &str) -> Result<(), Refusal> {
    let everywhere = match world.switches.value("duplicate_member_email") {
        "reject" => true,
        "reject_in_partner" => false,
        _ => return Ok(()),
    };
    let partners = world.partners.iter().filter(|(id, _)| everywhere || **id == partner);
    let mut members = partners.flat_map(|(_, partner)| partner.members.values());
    if members.any(|member| member.email.eq_ignore_ascii_case(email)) {
        return Err(Refusal::new(409, "a user with this email exists already"));
    }
    Ok(())
}

pub(super) fn delete(world: &mut World, call: &Call) -> Outcome {
    match find(world, call) {
        Ok((partner, member)) => {
            if let Some(partner) = world.partners.get_mut(&partner) {
                partner.members.shift_remove(&member);
            }
            Ok(None)
        }
        Err(refusal) => refuse_delete(world, refusal),
    }
}

fn find(world: &World, call: &Call) -> Result<(Uuid, Uuid), Refusal> {
    let partner = call.partner(world)?;
    let member = call.uuid(world, "memberID")?;
    let known = world.partners.get(&partner).is_some_and(|partner| partner.members.contains_key(&member));
    if known { Ok((partner, member)) } else { Err(Refusal::unknown(&world.switches, "member")) }
}
