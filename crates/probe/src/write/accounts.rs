//! Storage accounts, which the service keeps for 30 days: everything is asked with as few as possible.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::capacity::GIGABYTE;
use super::own::Own;
use crate::ask::{Documented, check_fields, is_pending, look_at_account, look_at_empty_list, today};
use crate::http::Exchange;
use crate::journal::Kind;

/// The account that is asked about.
struct Subject {
    partner: String,
    path: String,
    email: String,
}

pub fn ask(own: &mut Own<'_>, allocate: bool) -> Result<(), String> {
    let partner = own.partner(&own.name("k"), 0, None)?;
    let Some(partner) = partner.id else {
        own.report
            .observe("writing", format!("no partner for storage accounts could be made: {}", partner.exchange.line()));
        return Ok(());
    };
    let accounts = format!("/partner/{partner}/storage-accounts");
    if let Ok(list) = own.client.list_of_visible(&accounts) {
        look_at_empty_list(own.report, &list);
    }
    let email = own.email("s1");
    let made = own.account(&partner, "s1", &email, 0)?;
    let Some(id) = made.id else {
        own.report.observe("writing", format!("no storage account could be made: {}", made.exchange.line()));
        return Ok(());
    };
    let subject = Subject { path: format!("{accounts}/{id}"), partner, email };
    if let Some(object) = made.exchange.judged().ok().and_then(|answer| answer.json()) {
        look_at_account(own.report, &object, &made.exchange);
        check_fields(own.report, Documented::Account, &[object]);
    }
    if allocate {
        allocated(own, &subject.partner)?;
    }
    days(own, &subject);
    own.report.status("partner_in_use_status", &own.client.delete(&format!("/partner/{}", subject.partner)));
    let twin = own.account(&subject.partner, "s2", &subject.email, 0)?;
    patches(own, &subject);
    deletion(own, &subject);
    emails(own, &subject, &twin.exchange)?;
    in_the_way(own, &subject);
    Ok(())
}

/// Days without data, on the day on which an account was made.
fn days(own: &mut Own<'_>, subject: &Subject) {
    let today = today();
    let (from, to) = (today.yesterday().unwrap_or(today), today.tomorrow().unwrap_or(today));
    let usage = own.client.get(&format!("{}/usage?from={from}&to={to}", subject.path));
    let days = match usage.good() {
        Ok(answer) => answer.field("daily_usage"),
        Err(why) => return own.report.open("days_without_data", why),
    };
    let count = days.as_ref().and_then(Value::as_array).map_or(0, Vec::len);
    let evidence = [usage.line_with_field("daily_usage")];
    own.report.found("days_without_data", if count > 0 { "zero" } else { "absent" }, evidence);
}

/// PATCH with nothing, with a time, and with null.
fn patches(own: &mut Own<'_>, subject: &Subject) {
    let empty = own.client.patch(&subject.path, json!({}));
    own.report.accepted("empty_patch", &empty, "accept", "reject");
    let active = own.client.patch(&subject.path, json!({"pendingDeletedAt": null}));
    match active.judged() {
        Ok(answer) if answer.is_good() => own.report.found("restore_active", "200", [active.line()]),
        Ok(answer) => own.report.found("restore_active", &answer.status.to_string(), [active.line()]),
        Err(why) => own.report.open("restore_active", why),
    }
    let patch = |days: i64| {
        let time = Timestamp::now() + SignedDuration::from_hours(24 * days);
        let second = Timestamp::from_second(time.as_second()).unwrap_or(time);
        own.client.patch(&subject.path, json!({"pendingDeletedAt": second.to_string()}))
    };
    let soon = patch(10);
    match soon.accepted() {
        Ok(true) => own.report.found("patch_time", "any", [soon.line()]),
        Ok(false) => {
            let late = patch(40);
            own.report.accepted("patch_time", &late, "not_earlier", "reject");
        }
        Err(why) => own.report.open("patch_time", why),
    }
    cancel(own, subject);
}

/// PATCH with null, when the account waits for its deletion.
fn cancel(own: &mut Own<'_>, subject: &Subject) {
    if pending(own, subject) != Some(true) {
        return;
    }
    let null = own.client.patch(&subject.path, json!({"pendingDeletedAt": null}));
    match (null.good(), pending(own, subject)) {
        (Err(_), _) if null.refused().is_ok() => own.report.odd("patch_null", "refused", [null.line()]),
        (Err(why), _) => own.report.open("patch_null", why),
        (Ok(_), Some(true)) => own.report.found("patch_null", "ignore", [null.line()]),
        (Ok(_), Some(false)) => own.report.found("patch_null", "cancel", [null.line()]),
        (Ok(_), None) => own.report.open("patch_null", "the account could not be read afterwards"),
    }
}

/// Whether the account waits for its deletion, and what it shows; nothing when it cannot be read.
fn pending(own: &mut Own<'_>, subject: &Subject) -> Option<bool> {
    let exchange = own.client.get(&subject.path);
    let object = exchange.good().ok()?.json()?;
    look_at_account(own.report, &object, &exchange);
    Some(is_pending(&object))
}

/// The order to delete it, twice.
fn deletion(own: &mut Own<'_>, subject: &Subject) {
    let was_pending = pending(own, subject) == Some(true);
    if !was_pending {
        own.client.delete(&subject.path);
    }
    if pending(own, subject) != Some(true) {
        return own.report.open("delete_again_status", "the account does not wait for its deletion after a DELETE");
    }
    let again = own.client.delete(&subject.path);
    match again.judged() {
        Ok(answer) if answer.is_good() => own.report.found("delete_again_status", "204", [again.line()]),
        Ok(answer) => own.report.found("delete_again_status", &answer.status.to_string(), [again.line()]),
        Err(why) => own.report.open("delete_again_status", why),
    }
}

/// A second account of the same email: while the first is in use, and while it waits for its deletion.
fn emails(own: &mut Own<'_>, subject: &Subject, active: &Exchange) -> Result<(), String> {
    let value = match active.accepted() {
        Ok(true) => Ok("accept"),
        Err(why) => Err(why),
        Ok(false) => {
            let pending = own.account(&subject.partner, "s3", &subject.email, 0)?;
            pending.exchange.accepted().map(|accepted| if accepted { "reject_active" } else { "reject" })
        }
    };
    match value {
        Ok(value) => own.report.found("duplicate_account_email", value, [active.line()]),
        Err(why) => own.report.open("duplicate_account_email", why),
    }
    cancel(own, subject);
    Ok(())
}

/// Whether accounts that wait for their deletion keep their partner.
fn in_the_way(own: &mut Own<'_>, subject: &Subject) {
    let partner = Some(&subject.partner);
    let made =
        own.journal.things.iter().filter(|thing| thing.kind == Kind::Account && thing.partner.as_ref() == partner);
    let ids: Vec<String> = made.filter_map(|thing| thing.id.clone()).collect();
    for id in ids {
        let path = format!("/partner/{}/storage-accounts/{id}", subject.partner);
        let waits = |exchange: &Exchange| {
            exchange.good().ok().and_then(|answer| answer.json()).is_some_and(|account| is_pending(&account))
        };
        if !waits(&own.client.get(&path)) {
            own.client.delete(&path);
            if !waits(&own.client.get(&path)) {
                return own
                    .report
                    .open("pending_blocks_delete", "an account does not wait for its deletion after a DELETE");
            }
        }
    }
    let deleted = own.client.delete(&format!("/partner/{}", subject.partner));
    own.report.accepted("pending_blocks_delete", &deleted, "no", "yes");
}

/// Allocations of accounts: under a pay-per-use partner, and above what their partner has left.
fn allocated(own: &mut Own<'_>, pay_per_use: &str) -> Result<(), String> {
    let email = own.email("s4");
    let reserved = own.account(pay_per_use, "s4", &email, GIGABYTE)?;
    own.report.accepted("reservation_in_pay_per_use", &reserved.exchange, "accept", "reject");
    if own.report.value("amounts") == Some("tb_up") {
        own.report.open("below_accounts", "amounts are rounded up to TB, so that no small one is below another");
        return Ok(());
    }
    let partner = own.partner(&own.name("q"), 2 * GIGABYTE, None)?;
    let Some(partner) = partner.id else {
        own.report.open("below_accounts", format!("no partner of 2 GB could be made: {}", partner.exchange.line()));
        return Ok(());
    };
    let email = own.email("s5");
    let account = own.account(&partner, "s5", &email, 2 * GIGABYTE)?;
    if account.id.is_none() {
        own.report.open("below_accounts", account.exchange.line());
        return Ok(());
    }
    let below = own.client.put(&format!("/partner/{partner}"), json!({"allocatedCapacity": GIGABYTE}));
    own.report.accepted("below_accounts", &below, "accept", "reject");
    Ok(())
}
