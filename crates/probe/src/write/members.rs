//! Members: names, roles, emails, passwords, and what they mean for their partner.

use serde_json::Value;

use super::own::{Made, Own};
use super::partners::Partners;
use crate::ask::{Documented, bad_dates, check_fields, look_at_empty_list};
use crate::random;

/// The role with the fewest rights.
const ROLE: &str = "viewer";

pub fn ask(own: &mut Own<'_>, partners: &Partners) -> Result<(), String> {
    let Partners { first, last } = partners;
    let list = own.client.list_of_visible(&format!("/partner/{first}/members"));
    if let Ok(list) = list {
        look_at_empty_list(own.report, &list);
    }
    bad_dates(own.client, own.report, &format!("/partner/{first}/usage"));
    // Capitals on both sides of the @.
    let email = own.email("1").replace("terraform-probe-", "Terraform-Probe-").replace("example", "Example");
    let one = own.member(first, &email, ROLE, &random::password()?)?;
    if one.id.is_some() {
        answered(own, &one, &email);
    } else {
        for switch in ["nameless_member", "email_case", "role_answer"] {
            own.report.open(switch, format!("no member could be made: {}", one.exchange.line()));
        }
    }
    let (admin, weak) = (own.email("2"), own.email("3"));
    let admin = own.member(first, &admin, "Admin", &random::password()?)?;
    own.report.accepted("role_case", &admin.exchange, "folded", "lower_only");
    let weak = own.member(first, &weak, ROLE, &random::weak_password()?)?;
    own.report.accepted("weak_password", &weak.exchange, "accept", "reject");
    if one.id.is_some() {
        twice(own, partners, &email)?;
    }
    if let Ok(list) = own.client.list_of_visible(&format!("/partner/{first}/members")) {
        check_fields(own.report, Documented::Member, &list.items);
    }
    delete(own, last)
}

/// What a member looks like that was made without a name.
fn answered(own: &mut Own<'_>, made: &Made, sent: &str) {
    let line = || [made.exchange.line()];
    let email = made.field("email").and_then(|email| email.as_str().map(str::to_string)).unwrap_or_default();
    match email.as_str() {
        email if email == sent => own.report.found("email_case", "as_sent", line()),
        email if email == sent.to_lowercase() => own.report.found("email_case", "lowered", line()),
        email if email == sent.replace("@Example", "@example") => {
            own.report.found("email_case", "host_lowered", line());
        }
        email => own.report.odd("email_case", &format!("the email became {email:?}"), line()),
    }
    match made.field("name") {
        None => own.report.found("nameless_member", "absent", line()),
        Some(Value::String(name)) if name.is_empty() => own.report.found("nameless_member", "empty", line()),
        Some(Value::String(name)) if name.eq_ignore_ascii_case(sent) => {
            own.report.found("nameless_member", "email", line());
        }
        Some(other) => own.report.odd("nameless_member", &other.to_string(), line()),
    }
    match made.field("role").as_ref().and_then(Value::as_str) {
        Some("viewer") => own.report.found("role_answer", "as_kept", line()),
        Some("Viewer") => own.report.found("role_answer", "capital", line()),
        Some("VIEWER") => own.report.found("role_answer", "upper", line()),
        other => own.report.odd("role_answer", other.unwrap_or("absent"), line()),
    }
}

/// The same email once more, in the same partner and in another one.
fn twice(own: &mut Own<'_>, partners: &Partners, email: &str) -> Result<(), String> {
    let near = own.member(&partners.first, email, ROLE, &random::password()?)?;
    let far = own.member(&partners.last, email, ROLE, &random::password()?)?;
    let evidence = [near.exchange.line(), far.exchange.line()];
    match (near.exchange.accepted(), far.exchange.accepted()) {
        (Ok(false), Ok(false)) => own.report.found("duplicate_member_email", "reject", evidence),
        (Ok(false), Ok(true)) => own.report.found("duplicate_member_email", "reject_in_partner", evidence),
        (Ok(true), Ok(true)) => own.report.found("duplicate_member_email", "accept", evidence),
        (Ok(true), Ok(false)) => own.report.odd("duplicate_member_email", "refused in another partner only", evidence),
        (Err(why), _) | (_, Err(why)) => own.report.open("duplicate_member_email", why),
    }
    Ok(())
}

/// Deletes a partner that has a member, and then once more.
fn delete(own: &mut Own<'_>, partner: &str) -> Result<(), String> {
    let path = format!("/partner/{partner}");
    let email = own.email("4");
    let member = own.member(partner, &email, ROLE, &random::password()?)?;
    let deleted = own.client.delete(&path);
    if let Some(id) = &member.id {
        own.report.accepted("members_block_delete", &deleted, "no", "yes");
        if deleted.refused().is_ok() {
            own.client.delete(&format!("{path}/member/{id}"));
        }
    } else {
        own.report.open("members_block_delete", "no member could be made");
    }
    // A partner that was refused may have a second member, of the same email as one elsewhere.
    let still = own.client.list_of_visible(&format!("{path}/members"));
    for id in still
        .iter()
        .flat_map(|list| &list.items)
        .filter(|member| own.journal.carries(member))
        .filter_map(|member| crate::ask::text(member, "id"))
    {
        own.client.delete(&format!("{path}/member/{id}"));
    }
    let deleted = if deleted.good().is_ok() { deleted } else { own.client.delete(&path) };
    if deleted.good().is_err() {
        return Ok(());
    }
    success(own, &deleted);
    let again = own.client.delete(&path);
    match again.judged() {
        Ok(answer) if answer.is_good() => own.report.found("delete_unknown_status", "204", [again.line()]),
        Ok(answer) if Some(answer.status.to_string().as_str()) == own.report.value("unknown_object_status") => {
            own.report.found("delete_unknown_status", "404", [again.line()]);
        }
        Ok(answer) => own.report.odd("delete_unknown_status", &answer.status.to_string(), [again.line()]),
        Err(why) => own.report.open("delete_unknown_status", why),
    }
    Ok(())
}

/// The status of success, by a creation and a deletion.
fn success(own: &mut Own<'_>, deleted: &crate::http::Exchange) {
    let exchanges = own.client.exchanges();
    let created = exchanges.iter().find(|exchange| exchange.method == "POST" && exchange.good().is_ok()).cloned();
    drop(exchanges);
    let status = |exchange: &crate::http::Exchange| exchange.outcome.as_ref().map_or(0, |answer| answer.status);
    let Some(created) = created else { return };
    let evidence = [format!("creations: {}", status(&created)), format!("deletions: {}", status(deleted))];
    match (status(&created), status(deleted)) {
        (201, 204) => own.report.found("success_status", "documented", evidence),
        (200, 200) => own.report.found("success_status", "always_200", evidence),
        (one, other) => own.report.odd("success_status", &format!("{one} and {other}"), evidence),
    }
}
