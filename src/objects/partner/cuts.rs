//! A cut below what a partner's accounts hold, or below what it uses, may be refused, or makes the customer pay for
//! overuse.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::{Span, Timestamp};

use super::state::PartnerState;
use crate::api::{CallLimits, Owner};
use crate::capacity::bytes;
use crate::session::Session;
use crate::terraform::diagnostics::{Diagnostic, Warnings};

/// For so many partners of a plan it is looked up what a cut means.
const LOOKED_AT: usize = 20;

/// How far back the last day with figures of use is looked for.
const DAYS: i64 = 14;

/// Warns when a partner is cut below what it has given to its accounts, or below what it used on the last day with
/// figures.
pub async fn warn(
    session: &Session,
    limits: &CallLimits,
    prior: &PartnerState,
    id: &str,
    after: i64,
    warnings: &mut Warnings,
) {
    let cuts = session.count_cut();
    if cuts > LOOKED_AT {
        if cuts == LOOKED_AT + 1 {
            warnings.warn(Diagnostic::new(
                format!("This plan cuts more than {LOOKED_AT} partners"),
                format!(
                    "For the first {LOOKED_AT} it was looked up whether their accounts hold, or they use, more than \
                     they keep; for {} and any others it was not. The service may refuse such a cut in the apply.",
                    prior.who()
                ),
            ));
        }
        return;
    }
    let Ok(accounts) = session.inventory.accounts(limits, Some(id)).await else { return };
    let held = accounts.iter().filter_map(|account| account.allocated).map(i128::from).sum::<i128>();
    if held > i128::from(after) {
        warnings.warn(
            Diagnostic::new(
                format!("{} would have less than its storage accounts", prior.who()),
                format!(
                    "It is to have {}, and its storage accounts have {} together. The service may refuse that in the \
                     apply, after other changes were made. Lower the accounts in the console first, or keep at least \
                     {held} bytes.",
                    bytes::allocation(after),
                    bytes::format_wide(held),
                ),
            )
            .at("allocated_storage"),
        );
        return;
    }
    if accounts.is_empty() || after == 0 {
        return;
    }
    if let Some((date, used)) = last_use(session, limits, id).await.filter(|(_, used)| *used > i128::from(after)) {
        warnings.warn(
            Diagnostic::new(
                format!("{} uses more than it would have", prior.who()),
                format!(
                    "It is to have {}, and on {date}, the last day with figures, it used {}. The service may refuse \
                     that, or the customer pays for what is above the allocation.",
                    bytes::allocation(after),
                    bytes::format_wide(used),
                ),
            )
            .at("allocated_storage"),
        );
    }
}

/// What all accounts of a partner used together on the last day with figures. What cannot be read says nothing: the
/// service decides.
async fn last_use(session: &Session, limits: &CallLimits, id: &str) -> Option<(String, i128)> {
    // A timestamp begins with its date in UTC, in which the service counts days.
    let today: Date = Timestamp::now().to_string().get(..10)?.parse().ok()?;
    let from = today.checked_sub(Span::new().days(DAYS)).ok()?;
    let usage = session.client.usage(limits, Owner::Partner(id), &from.to_string(), &today.to_string()).await.ok()?;
    let mut days: BTreeMap<String, i128> = BTreeMap::new();
    for day in usage.items.into_iter().flat_map(|account| account.days) {
        *days.entry(day.date).or_default() += i128::from(day.used?);
    }
    days.pop_last()
}
