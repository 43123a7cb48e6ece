//! What is said of members.

use super::state::MemberState;
use crate::api::{Member, NewMember, Outside};
use crate::terraform::diagnostics::{Diagnostic, Warnings};
use crate::terraform::values::{folded, same_text};

/// What a member may be.
const ROLES: [&str; 3] = ["admin", "staff", "viewer"];

pub fn check_role(role: &str) -> Option<Diagnostic> {
    let diagnostic = || {
        Diagnostic::new(
            "Not a role",
            format!("\"{}\" is not one of {}.", Outside::new(role), ROLES.map(|role| format!("\"{role}\"")).join(", ")),
        )
        .at("role")
    };
    (!ROLES.contains(&role)).then(diagnostic)
}

/// Who has an address, which is given as it is compared.
pub fn holder<'a>(members: &'a [Member], address: &str) -> Option<&'a Member> {
    members.iter().find(|member| member.email.as_deref().is_some_and(|own| folded(own) == address))
}

/// Who holds an address, and what to do. One text for all orders of visit; it prints no command that would take a
/// member over, since another block may have it already.
fn held(partner: &str, holder: &str, so: &str) -> String {
    format!(
        "Member {holder} of partner {partner} has that address, and an address is one person's{so}. If a block of this \
         configuration had the member under another name, add a moved block. terraform state list -id={holder} shows \
         which block has it; keep one of two. If no state has it and it is the one meant, the guide on adopting says \
         how to take it over."
    )
}

/// The plan's warning.
pub fn seems_taken(who: &str, partner: &str, holder: &str) -> Diagnostic {
    let detail = held(partner, holder, ", so the service may refuse it");
    Diagnostic::new(format!("The address of {who} seems to be taken"), detail).at("email")
}

/// The apply's error, behind what the service said. Terraform does not say in an apply what a creation replaces.
pub fn is_taken(refusal: Diagnostic, partner: &str, holder: &str) -> Diagnostic {
    refusal.and(held(partner, holder, "")).and(
        "If this is the replacement of that very member, the new one was created first: take create_before_destroy off \
         its block, and off those that refer to it.",
    )
}

pub fn replaced(prior: &MemberState, reasons: &[(&'static str, String)]) -> Diagnostic {
    let why: Vec<_> = reasons.iter().map(|(_, why)| why.as_str()).collect();
    Diagnostic::new(
        format!("{} is replaced", prior.who()),
        format!(
            "The API cannot change a member, and {}. The old member is deleted and a new one is created, with a new id \
             and the configured password.",
            why.join(" and ")
        ),
    )
    .at(reasons.first().map_or("email", |(attribute, _)| attribute))
}

/// A change would replace the member, and the new one could not be created.
pub fn no_password_to_replace_with(prior: &MemberState, reasons: &[(&'static str, String)]) -> Diagnostic {
    let why: Vec<_> = reasons.iter().map(|(_, why)| why.as_str()).collect();
    Diagnostic::new(
        format!("{} cannot be replaced without its password", prior.who()),
        format!(
            "The API cannot change a member, and {}, so it would be deleted and created again, and for that a password \
             is needed. Neither password nor password_wo is set: if it comes from a variable, the variable was left \
             out. Nothing was planned for it.",
            why.join(" and ")
        ),
    )
    .at(reasons.first().map_or("password_wo", |(attribute, _)| attribute))
}

/// The service made something else than it was asked to. The state keeps what was asked, so that the next plan shows
/// the difference.
pub fn warn_if_different(wanted: &NewMember, member: &Member, warnings: &mut Warnings) {
    let mut differences = Vec::new();
    let mut compare = |what: &str, own: &Option<String>, asked: &str| {
        if let Some(own) = own.as_ref().filter(|own| !same_text(own, asked)) {
            differences.push(format!("the {what} \"{}\" instead of \"{}\"", Outside::new(own), Outside::new(asked)));
        }
    };
    compare("address", &member.email, &wanted.email);
    compare("role", &member.role, &wanted.role);
    if let Some(name) = &wanted.name {
        compare("name", &member.name, name);
    }
    if !differences.is_empty() {
        warnings.warn(Diagnostic::new(
            format!("The service wrote member \"{}\" differently from what was asked", Outside::new(&wanted.email)),
            format!(
                "Member {} was made with {}. The API cannot change a member, so the next plan replaces it, unless the \
                 configuration says the same.",
                Outside::new(&member.id),
                differences.join(" and ")
            ),
        ));
    }
}

pub fn none(partner: &str, member: &str) -> Diagnostic {
    Diagnostic::new(
        format!("There is no member {member}"),
        format!(
            "Partner {partner} has no member of that id. The ids are in data.impossiblecloud_partner_members; they are \
             not shown in the console."
        ),
    )
}

/// Two blocks of one address, or one that was planned twice: nothing tells them apart.
pub fn planned_twice(who: &str) -> Diagnostic {
    Diagnostic::new(
        format!("{who} was planned twice"),
        "If two blocks have this address, the service will refuse the second: an address is one person's. If there is \
         one block only, nothing needs to be done.",
    )
    .at("email")
}
