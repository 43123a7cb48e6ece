//! What the check says to the operator.

use std::fmt::Write as _;
use std::time::Duration;

use super::asked::{Shortfall, Totals};
use super::bytes;
use super::pool::{PoolReading, Source};
use crate::api::{Outside, duration};
use crate::terraform::diagnostics::Diagnostic;

/// How many holders of a pool a message names before it only adds them up.
const NAMED: usize = 3;

/// The attribute that every object calls its allocation.
const ATTRIBUTE: &str = "allocated_storage";

pub fn unknown(source: &Source) -> Diagnostic {
    match source {
        Source::Contract(id) => Diagnostic::new(
            "The contract is not known",
            format!(
                "No contract {id} is in the list that the service gives for this API key, so the allocation cannot be \
                 checked, and nothing was written. Use the id of one of the contracts in \
                 data.impossiblecloud_contracts, or the key of the distributor who holds this one."
            ),
        )
        .at("contract_id"),
        Source::Partner(id) => Diagnostic::new(
            "The partner is not known",
            format!(
                "The service knows no partner {id} under this API key. Nothing was written. The ids are in \
                 data.impossiblecloud_partners."
            ),
        )
        .at("partner_id"),
    }
}

/// The one who is refused first is told everything.
pub fn refused(pool: &PoolReading, shortfall: &Shortfall, changed: Option<String>) -> Diagnostic {
    let (asked, noun) = (&shortfall.asked, pool.source.noun());
    let (left, short) = (bytes::exact(shortfall.available.max(0)), bytes::exact(shortfall.short()));
    let first = if shortfall.alone() {
        format!(
            "{} asks for {} more, and the {noun} has {left} left: it is short by {short}.",
            asked.who,
            bytes::exact(asked.bytes())
        )
    } else {
        format!(
            "{} asks for {} more. {} planned before it take {} of the {left} that are left, so {} remain: it is short \
             by {short}. Others may be refused too; the order differs from run to run.",
            asked.who,
            bytes::exact(asked.bytes()),
            pool.source.sharers(),
            bytes::exact(shortfall.planned_before),
            bytes::exact(shortfall.left()),
        )
    };
    let changed = changed.map(|changed| format!(" {changed}")).unwrap_or_default();
    Diagnostic::new(
        format!("Not enough capacity left in {pool}"),
        format!(
            "{first}{changed}\n\n{}\n\nNothing was written for it. {}.",
            figures(pool, shortfall),
            ways_out(pool, shortfall)
        ),
    )
    .at(ATTRIBUTE)
}

/// Those who are refused after it get one line: twenty tables say no more than one.
pub fn refused_as_well(pool: &PoolReading, shortfall: &Shortfall) -> Diagnostic {
    Diagnostic::new(
        format!("Not enough capacity left in {pool}"),
        format!(
            "{} asks for {} more, and {} remain beside what was planned before it.",
            shortfall.asked.who,
            bytes::exact(shortfall.asked.bytes()),
            bytes::exact(shortfall.left()),
        ),
    )
    .at(ATTRIBUTE)
}

/// What can be done about a refusal, as the end of a paragraph.
fn ways_out(pool: &PoolReading, shortfall: &Shortfall) -> String {
    let asked = &shortfall.asked;
    let most = (i128::from(asked.from) + shortfall.left()).min(i128::from(i64::MAX));
    let mut ways = vec![match (asked.from, shortfall.left()) {
        (0, 0) => format!("Leave {} out", asked.who),
        (from, 0) => format!("Leave {ATTRIBUTE} at {from} ({})", bytes::format(from)),
        (0, _) => format!("Set {ATTRIBUTE} to at most {most} ({})", bytes::format_wide(most)),
        (from, left) => format!(
            "Set {ATTRIBUTE} to at most {most} ({}: {} now and {} left)",
            bytes::format_wide(most),
            bytes::format(from),
            bytes::format_wide(left)
        ),
    }];
    if asked.from == 0 {
        ways.push(format!("make it pay-per-use ({ATTRIBUTE} = 0)"));
    }
    match pool.source {
        Source::Contract(_) => ways.extend([
            "lower other partners of the contract and apply that first (with capacity_check = \"relaxed\" one apply \
             can do both)"
                .into(),
            "have the reservation raised by Impossible Cloud's sales".into(),
        ]),
        Source::Partner(_) => ways.push("raise the partner's own allocated_storage".into()),
    }
    let last = ways.pop().unwrap_or_default();
    let destroy = "terraform destroy plans the configuration first; with -refresh=false it does not";
    format!("{}, or {last}. {destroy}", ways.join(", "))
}

/// Two blocks of one name, or one that was planned twice: nothing tells them apart.
pub fn fits_once(pool: &PoolReading, shortfall: &Shortfall) -> Diagnostic {
    let (asked, left) = (&shortfall.asked, bytes::exact(shortfall.available.max(0)));
    Diagnostic::new(
        format!("{} was planned twice", asked.who),
        format!(
            "If two blocks of this name are meant, they do not fit together: {} beside {} that were planned before, \
             and the {} has {left} left. If there is one block only, nothing needs to be done.",
            bytes::exact(asked.bytes()),
            bytes::exact(shortfall.planned_before),
            pool.source.noun(),
        ),
    )
    .at(ATTRIBUTE)
}

pub fn never_fits(pool: &PoolReading, shortfall: &Shortfall) -> Diagnostic {
    let asked = &shortfall.asked;
    let way_out = match pool.source {
        Source::Contract(_) => "have the reservation raised by Impossible Cloud's sales",
        Source::Partner(_) => "raise the partner's own allocated_storage",
    };
    let or = if asked.from == 0 { ", or make it pay-per-use (allocated_storage = 0)" } else { "" };
    Diagnostic::new(
        format!("More than the whole of {pool}"),
        format!(
            "{} would have {}, and the {} has {} in all: waiting cannot make capacity for it.\n\n{}\n\nNothing was \
             written for it. Allocate less{or}, or {way_out}.",
            asked.who,
            bytes::exact(i128::from(asked.to)),
            pool.source.noun(),
            bytes::exact(i128::from(shortfall.totals.reserved)),
            figures(pool, shortfall),
        ),
    )
    .at(ATTRIBUTE)
}

pub fn may_have_to_wait(pool: &PoolReading, shortfall: &Shortfall) -> Diagnostic {
    Diagnostic::new(
        format!("Not enough capacity left in {pool} yet"),
        format!(
            "{}\n\nThe check is relaxed: apply waits, within the timeout, until the {} has the capacity, and only then \
             writes. If nothing in this apply or elsewhere frees {}, it gives up without having written. Terraform \
             shows this warning once more at the end of an apply, also when all went well.",
            figures(pool, shortfall),
            pool.source.noun(),
            bytes::exact(shortfall.short()),
        ),
    )
    .at(ATTRIBUTE)
}

pub fn may_have_to_wait_as_well(pool: &PoolReading, shortfall: &Shortfall) -> Diagnostic {
    Diagnostic::new(
        format!("Not enough capacity left in {pool} yet"),
        format!(
            "{} asks for {} more, and {} remain beside what was planned before it: apply may have to wait for it.",
            shortfall.asked.who,
            bytes::exact(shortfall.asked.bytes()),
            bytes::exact(shortfall.left()),
        ),
    )
    .at(ATTRIBUTE)
}

/// Said once, when those that may have to wait can take all places that Terraform has.
pub fn many_may_have_to_wait(pool: &PoolReading, waiting: usize) -> Diagnostic {
    Diagnostic::new(
        format!("Increases that wait may keep cuts of {pool} from starting"),
        format!(
            "At least {waiting} increases of this plan may have to wait for capacity, and Terraform makes ten changes \
             at a time unless told otherwise. When all of these places are taken by increases that wait, the cuts that \
             would free capacity cannot start. Apply with\n\n  terraform apply -parallelism=N\n\nwhere N is at least \
             the number of changes that Terraform counts below the plan (to add, change and destroy, added up), or \
             apply the cuts first."
        ),
    )
    .at(ATTRIBUTE)
}

/// Why a write that waited for capacity was not sent.
pub enum GaveUp {
    /// The operation's timeout is over.
    Timeout,
    /// Nothing under way can help: for so long no figure has changed and no cut was made.
    NothingUnderWay(Duration),
}

pub fn no_capacity_in_time(
    pool: &PoolReading,
    shortfall: &Shortfall,
    waited: Duration,
    why: &GaveUp,
    has_timeouts: bool,
) -> Diagnostic {
    let asked = &shortfall.asked;
    let (saw, timeout) = match why {
        GaveUp::Timeout if has_timeouts => (String::new(), ", raise the timeout"),
        GaveUp::Timeout => (String::new(), ""),
        GaveUp::NothingUnderWay(unchanged) => (
            format!(
                " For {} no cut of this apply was running or finished, and the figures did not change, so nothing \
                 under way can help any more.",
                duration::format(*unchanged)
            ),
            "",
        ),
    };
    Diagnostic::new(
        format!("Not enough capacity in {pool} in time"),
        format!(
            "{} waited {} for {} that the {} does not have.{saw}\n\n{}\n\nNothing was written for it. Free \
             capacity{timeout}, or allocate less, and apply again.",
            asked.who,
            duration::format(waited),
            bytes::exact(asked.bytes()),
            pool.source.noun(),
            figures(pool, shortfall),
        ),
    )
    .at(ATTRIBUTE)
}

pub fn stopped(pool: &PoolReading, shortfall: &Shortfall) -> Diagnostic {
    Diagnostic::new(
        format!("Stopped while waiting for capacity in {pool}"),
        format!(
            "{} was waiting for {} when Terraform was asked to stop. Nothing was sent for it. Apply again to go on.",
            shortfall.asked.who,
            bytes::exact(shortfall.asked.bytes()),
        ),
    )
    .at(ATTRIBUTE)
}

/// The table that every full message of the check has.
fn figures(pool: &PoolReading, shortfall: &Shortfall) -> String {
    let remaining = shortfall.totals.remaining();
    let mut rows = vec![
        (pool.source.noun(), format!("{} ({})", Outside::new(&pool.name), Outside::new(pool.source.id()))),
        ("reserved", bytes::exact(i128::from(shortfall.totals.reserved))),
        ("allocated", allocated(&shortfall.totals)),
        ("remaining", bytes::exact(remaining)),
    ];
    if shortfall.available != remaining {
        rows.push(("left for this apply", bytes::exact(shortfall.available)));
    }
    if shortfall.planned_before > 0 {
        rows.push(("planned before", bytes::exact(shortfall.planned_before)));
    }
    rows.push(("asked", format!("{} by {}", bytes::exact(shortfall.asked.bytes()), shortfall.asked.who)));
    rows.push(("short by", bytes::exact(shortfall.short())));
    if !pool.holders.is_empty() {
        rows.push(("held by", held_by(pool)));
    }
    let width = rows.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
    let mut table = String::new();
    for (name, value) in rows {
        // Terraform leaves lines that begin with spaces as they are.
        let _ = writeln!(table, "  {name:width$}  {value}");
    }
    table.trim_end().to_owned()
}

/// What is allocated, with both figures when the service gives two.
fn allocated(totals: &Totals) -> String {
    let counted = bytes::exact(i128::from(totals.allocated));
    match (totals.stated, totals.listed) {
        (Some(stated), Some(listed)) if stated != listed => format!(
            "{counted} (the contract says {}, its partners have {})",
            bytes::exact(i128::from(stated)),
            bytes::exact(i128::from(listed))
        ),
        _ => counted,
    }
}

/// Who holds most of a pool.
fn held_by(pool: &PoolReading) -> String {
    let named = pool.holders.iter().take(NAMED);
    let mut parts: Vec<_> =
        named.map(|holder| format!("\"{}\" {}", Outside::new(&holder.name), bytes::format(holder.allocated))).collect();
    let rest = &pool.holders[parts.len()..];
    if !rest.is_empty() {
        let sum = rest.iter().map(|holder| i128::from(holder.allocated)).sum();
        parts.push(format!("{} more {}", rest.len(), bytes::format_wide(sum)));
    }
    parts.join(", ")
}

/// What has changed since the plan, when the CLI handed back what the plan left.
pub fn changed_since_the_plan(left_then: i64, shortfall: &Shortfall) -> Option<String> {
    let now = shortfall.available.max(0);
    (i128::from(left_then) != now).then(|| {
        format!("{} were left when this was planned, {} are now.", bytes::format(left_then), bytes::format_wide(now))
    })
}
