//! Capacity, with a partner of 1 GB: totals, and what the contract cannot give.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::own::{Made, Own};

/// The unit that partners of this stage are allocated in.
pub const GIGABYTE: u64 = 1_000_000_000;

/// What the first one asks for: not a whole number of anything.
const ASKED: u64 = GIGABYTE + 1;

/// How long the total is given to fall, beyond what it took to rise.
const SPARE: Duration = Duration::from_millis(500);

pub fn ask(own: &mut Own<'_>) -> Result<(), String> {
    let before = own.total();
    let name = own.name("f");
    let posted = own.post_partner(&name, json!(ASKED), None)?;
    // Before anything else, because it is about how fast this shows.
    let (at, first) = (posted.at, own.total());
    let made = own.claim(posted)?;
    let Some(id) = made.id.clone() else {
        own.report.status("capacity_status", &made.exchange);
        for switch in ["zero_update", "delete_frees_allocation", "totals_lag", "huge_integers", "amounts"] {
            own.report.open(switch, format!("no partner of 1 GB could be made: {}", made.exchange.line()));
        }
        return Ok(());
    };
    let path = format!("/partner/{id}");
    let held = amount(own, &path);
    let after = before.and_then(|before| match first {
        Some(first) if first != before => lag(own, before, held, Some((Duration::ZERO, first))),
        _ => {
            let change = own.changed(before, at, None);
            lag(own, before, held, change)
        }
    });
    too_much(own)?;
    if let Some(after) = after {
        whole_amount(own, &path, held, after);
    }
    zero(own, &path, held);
    let Some(after) = after else {
        own.report.open("delete_frees_allocation", "the contract's total did not show the partner of 1 GB");
        return Ok(());
    };
    frees(own, &path, held, after);
    Ok(())
}

/// What the service made of the amount.
fn amount(own: &mut Own<'_>, path: &str) -> u64 {
    let seen = own.client.get(path);
    let evidence = [seen.line_with(&format!("allocatedCapacity of a partner that was made with {ASKED}"))];
    let allocated = seen.good().ok().and_then(|answer| answer.field("allocatedCapacity")?.as_u64());
    match allocated {
        Some(ASKED) => own.report.found("amounts", "exact", evidence),
        Some(1_000_000_000) => own.report.found("amounts", "gb_down", evidence),
        Some(2_000_000_000) => own.report.found("amounts", "gb_up", evidence),
        Some(1_000_000_000_000) => own.report.found("amounts", "tb_up", evidence),
        Some(other) => own.report.odd("amounts", &other.to_string(), evidence),
        None => own.report.open("amounts", seen.line()),
    }
    allocated.unwrap_or(ASKED)
}

/// How long the total takes to show what was written; gives the total that shows it.
fn lag(own: &mut Own<'_>, before: u64, held: u64, change: Option<(Duration, u64)>) -> Option<u64> {
    let Some((took, after)) = change else {
        own.report.odd("totals_lag", "the total did not change in 20 s", [format!("it is {before}")]);
        return None;
    };
    let evidence = format!(
        "{held} bytes were allocated, and allocatedCapacity grew by {} after {} ms",
        after.abs_diff(before),
        took.as_millis()
    );
    if after == before + held {
        own.lag = Some(took);
        own.report.found("totals_lag", &format!("{}ms", took.as_millis()), [evidence]);
        Some(after)
    } else {
        own.report.open(
            "totals_lag",
            format!("{evidence}: somebody else changed the contract meanwhile, or it counts otherwise"),
        );
        None
    }
}

/// Creations that ask for more than there is; one that is accepted all the same is deleted at once.
fn too_much(own: &mut Own<'_>) -> Result<(), String> {
    let reserved = own.contract().and_then(|contract| contract.get("reservedCapacity").and_then(Value::as_u64));
    let Some(reserved) = reserved else {
        own.report.open("capacity_status", "the contract does not say what is reserved");
        return Ok(());
    };
    let name = own.name("g");
    let short = own.partner(&name, reserved.saturating_add(GIGABYTE), None)?;
    delete(own, &short);
    match short.exchange.accepted() {
        Ok(true) => own.report.odd("capacity_status", "accepted: capacity is not checked", [short.exchange.line()]),
        _ => own.report.status("capacity_status", &short.exchange),
    }
    huge(own, &short)
}

/// An integer beyond 64 bits: refused as no number at all, or as too much.
fn huge(own: &mut Own<'_>, short: &Made) -> Result<(), String> {
    let name = own.name("h");
    let huge = own.partner(&name, u64::MAX, None)?;
    delete(own, &huge);
    let name = own.name("i");
    let text = own.partner_of(&name, json!("lots"), None)?;
    delete(own, &text);
    let reason = |made: &Made| {
        let answer = made.exchange.refused().ok()?;
        Some((answer.status, answer.text().replace(|letter: char| letter.is_ascii_digit(), "")))
    };
    let [short_reason, huge_reason, text_reason] = [short, &huge, &text].map(reason);
    let evidence = [short.exchange.line(), huge.exchange.line(), text.exchange.line()];
    match (huge.exchange.accepted(), huge_reason) {
        (Err(why), _) => own.report.open("huge_integers", why),
        (Ok(true), _) => own.report.found("huge_integers", "clamp", evidence),
        (_, reason) if reason != short_reason => own.report.found("huge_integers", "reject", evidence),
        (_, reason) if reason != text_reason => own.report.found("huge_integers", "clamp", evidence),
        _ => own.report.open("huge_integers", "all amounts that are refused are refused alike, without a reason"),
    }
    Ok(())
}

fn delete(own: &Own<'_>, made: &Made) {
    if let Some(id) = &made.id {
        own.client.delete(&format!("/partner/{id}"));
    }
}

/// In a contract that is nearly full, an update to what is there already tells growth from amount.
fn whole_amount(own: &mut Own<'_>, path: &str, held: u64, allocated: u64) {
    let reserved = own.contract().and_then(|contract| contract.get("reservedCapacity").and_then(Value::as_u64));
    let left = reserved.map(|reserved| reserved.saturating_sub(allocated));
    if left.is_some_and(|left| left < held) {
        let same = own.client.put(path, json!({"allocatedCapacity": held}));
        own.report.accepted("update_check", &same, "growth", "whole_amount");
    }
}

/// An update to 0, and back.
fn zero(own: &mut Own<'_>, path: &str, held: u64) {
    let update = own.client.put(path, json!({"allocatedCapacity": 0}));
    if let Err(why) = update.judged() {
        return own.report.open("zero_update", why);
    }
    let seen = own.client.get(path);
    let allocated = seen.good().ok().and_then(|answer| answer.field("allocatedCapacity"));
    let evidence = [update.line(), seen.line_with_field("allocatedCapacity")];
    match allocated.as_ref().and_then(Value::as_u64) {
        _ if update.refused().is_ok() => own.report.odd("zero_update", "refused", evidence),
        Some(0) => own.report.found("zero_update", "pay_per_use", evidence),
        Some(same) if same == held => own.report.found("zero_update", "ignore", evidence),
        Some(other) => own.report.odd("zero_update", &format!("allocatedCapacity became {other}"), evidence),
        None => own.report.open("zero_update", format!("allocatedCapacity could not be read: {}", seen.line())),
    }
    if allocated != Some(held.into()) {
        own.client.put(path, json!({"allocatedCapacity": held}));
    }
}

/// Whether the total falls when the partner is deleted.
fn frees(own: &mut Own<'_>, path: &str, held: u64, after: u64) {
    own.settle();
    let total = own.total();
    if total != Some(after) {
        return own
            .report
            .open("delete_frees_allocation", "the contract's total moved meanwhile; somebody else is at work in it");
    }
    let deleted = own.client.delete(path);
    if let Err(why) = deleted.good() {
        return own.report.open("delete_frees_allocation", why);
    }
    let within = own.lag.unwrap_or_default() * 2 + SPARE;
    let change = own.changed(after, Instant::now(), Some(within));
    let evidence = |total: u64| [format!("{}, and allocatedCapacity went from {after} to {total}", deleted.line())];
    match change {
        None => own.report.found("delete_frees_allocation", "no", evidence(after)),
        Some((_, total)) if total + held == after => {
            own.report.found("delete_frees_allocation", "yes", evidence(total));
        }
        Some((_, total)) => {
            own.report.odd("delete_frees_allocation", &format!("the total became {total}"), evidence(total))
        }
    }
}
