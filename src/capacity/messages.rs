//! What the check says to the operator.

use std::fmt::Write as _;
use std::time::Duration;

use super::bytes;
use super::ledger::{Increase, Shortfall};
use super::pool::{Pool, Source};
use crate::api::duration;
use crate::terraform::diagnostics::Diagnostic;

/// How many objects a message names before it only counts them.
const NAMED: usize = 10;

/// The attribute that every object calls its allocation.
const ATTRIBUTE: &str = "allocated_storage";

pub fn unknown(source: &Source) -> Diagnostic {
    match source {
        Source::Contract(id) => Diagnostic::new(
            "The contract is not known",
            format!(
                "No contract {id} is in the list that the service gives for this API key, so the allocation cannot be checked, and nothing \
                 was written. Use the id of one of the contracts in data.impossiblecloud_contracts, or the key of the \
                 distributor who holds this one."
            ),
        )
        .at("contract_id"),
        Source::Partner(id) => Diagnostic::new(
            "The partner is not known",
            format!("The service knows no partner {id} under this API key. Nothing was written. The ids are in data.impossiblecloud_partners."),
        )
        .at("partner_id"),
    }
}

pub fn refused(pool: &Pool, shortfall: &Shortfall) -> Diagnostic {
    let (noun, sharers) = (pool.noun(), pool.sharers());
    let (left, short) = (bytes::exact(shortfall.available.max(0)), bytes::exact(shortfall.short()));
    let first = if shortfall.alone() {
        let asked = bytes::exact(i128::from(shortfall.asked.bytes));
        format!(
            "{} asks for {asked} more, and the {noun} has {left} left: it is short by {short}.",
            shortfall.asked.who
        )
    } else {
        let together = bytes::exact(shortfall.together());
        format!(
            "The {sharers} of this plan ask for {together} together, and the {noun} has {left} left: it is short by {short}."
        )
    };
    let most = shortfall.available - (shortfall.together() - i128::from(shortfall.asked.bytes));
    let lower = if most > 0 {
        format!("ask for at most {} more for {}", bytes::exact(most), shortfall.asked.who)
    } else {
        format!("ask for nothing more for {}", shortfall.asked.who)
    };
    let room = match pool.source {
        Source::Contract(_) => {
            "lower other partners of the contract and apply that first (with capacity_check = \"relaxed\" one apply can do both), or have the \
             reservation raised by Impossible Cloud"
        }
        Source::Partner(_) => "raise the partner's own allocated_storage",
    };
    Diagnostic::new(
        format!("Not enough capacity left in {pool}"),
        format!(
            "{first}\n\n{}\n\nNothing was written for it. Either {lower}, or make it pay-per-use (allocated_storage = 0), or {room}.",
            figures(pool, shortfall),
        ),
    )
    .at(ATTRIBUTE)
}

pub fn never_fits(pool: &Pool, shortfall: &Shortfall, amount: i64) -> Diagnostic {
    let way_out = match pool.source {
        Source::Contract(_) => "have the reservation raised by Impossible Cloud",
        Source::Partner(_) => "raise the partner's own allocated_storage",
    };
    Diagnostic::new(
        format!("More than the whole of {pool}"),
        format!(
            "{} would have {}, and the {} has {} in all: no wait can make room for it.\n\n{}\n\nNothing was written for it. Allocate less, or \
             make it pay-per-use (allocated_storage = 0), or {way_out}.",
            shortfall.asked.who,
            bytes::exact(i128::from(amount)),
            pool.noun(),
            bytes::exact(i128::from(shortfall.totals.reserved)),
            figures(pool, shortfall),
        ),
    )
    .at(ATTRIBUTE)
}

pub fn may_have_to_wait(pool: &Pool, shortfall: &Shortfall) -> Diagnostic {
    Diagnostic::new(
        format!("Not enough capacity left in {pool} yet"),
        format!(
            "{}\n\nThe check is relaxed: apply waits, within the timeout, until the {} has the room, and only then writes. If nothing in this apply \
             or elsewhere frees {}, it gives up after that time without having written.",
            figures(pool, shortfall),
            pool.noun(),
            bytes::exact(shortfall.short()),
        ),
    )
    .at(ATTRIBUTE)
}

pub fn no_room_in_time(pool: &Pool, shortfall: &Shortfall, waited: Duration) -> Diagnostic {
    Diagnostic::new(
        format!("No room in {pool} in time"),
        format!(
            "{} waited {} for {} that the {} does not have.\n\n{}\n\nNothing was written for it. Free capacity, raise the timeout, or allocate \
             less, and apply again.",
            shortfall.asked.who,
            duration::format(waited),
            bytes::exact(i128::from(shortfall.asked.bytes)),
            pool.noun(),
            figures(pool, shortfall),
        ),
    )
    .at(ATTRIBUTE)
}

/// The table that every message of the check has.
fn figures(pool: &Pool, shortfall: &Shortfall) -> String {
    let remaining = shortfall.totals.remaining();
    let mut rows = vec![
        (pool.noun(), format!("{} ({})", pool.name, pool.source.id())),
        ("reserved", bytes::exact(i128::from(shortfall.totals.reserved))),
        ("allocated", bytes::exact(i128::from(shortfall.totals.allocated))),
        ("remaining", bytes::exact(remaining)),
    ];
    if shortfall.available != remaining {
        rows.push(("left for this apply", bytes::exact(shortfall.available)));
    }
    let asked = |increase: &Increase| format!("{} by {}", bytes::exact(i128::from(increase.bytes)), increase.who);
    rows.push(("asked", asked(&shortfall.asked)));
    rows.extend(shortfall.others.iter().take(NAMED).map(|other| ("and before", asked(other))));
    if let Some(more) = shortfall.others.len().checked_sub(NAMED).filter(|more| *more > 0) {
        rows.push(("and before", format!("{more} more")));
    }
    if !shortfall.others.is_empty() {
        rows.push(("in total", bytes::exact(shortfall.together())));
    }
    rows.push(("short by", bytes::exact(shortfall.short())));
    let width = rows.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
    let mut table = String::new();
    for (name, value) in rows {
        // Terraform leaves lines that begin with blanks as they are.
        let _ = writeln!(table, "  {name:width$}  {value}");
    }
    table.trim_end().to_owned()
}
