//! A customer leaves: the service deletes no partner that has storage accounts, and those take 30 days to go.

use super::state::PartnerState;
use crate::api::{CallLimits, Outside, StorageAccount};
use crate::capacity::bytes;
use crate::session::Session;
use crate::terraform::diagnostics::{Diagnostic, Warnings};
use crate::terraform::values::lines;

/// What can be done about a partner that cannot be deleted yet.
const WAYS: &str = "There are two ways on: keep the partner's block until the accounts are gone and delete it then, or \
                    let go of the partner with a removed block (lifecycle { destroy = false }) and delete it in the \
                    console after that date. The guide \"When a customer leaves\" has the steps, and how to change \
                    one's mind.";

/// Warns when a partner that is to be deleted has storage accounts. A look-up that fails is a warning itself.
pub async fn warn(session: &Session, limits: &CallLimits, prior: &PartnerState, id: &str, warnings: &mut Warnings) {
    match session.inventory.accounts(limits, Some(id)).await {
        Ok(accounts) if accounts.is_empty() => {}
        Ok(accounts) => warnings.warn(Diagnostic::new(
            format!("{} has storage accounts, so it cannot be deleted yet", prior.who()),
            format!(
                "The service deletes no partner that has storage accounts. Partner {id} has\n\n{}\n\n{} {WAYS}",
                table(&accounts),
                date(&accounts)
            ),
        )),
        Err(error) => {
            let doing = format!("look up whether {} has storage accounts", prior.who());
            warnings.warn(Diagnostic::api(doing, &error));
        }
    }
}

/// Adds to a refused deletion which accounts stand against it, as they are now.
pub async fn explain(session: &Session, limits: &CallLimits, id: &str, refusal: Diagnostic) -> Diagnostic {
    match session.inventory.fresh_accounts(limits, Some(id), Some(tokio::time::Instant::now())).await {
        Ok(accounts) if !accounts.is_empty() => refusal.and(format!(
            "Its storage accounts stand against it:\n\n{}\n\n{} {WAYS}",
            table(&accounts),
            date(&accounts)
        )),
        _ => refusal,
    }
}

/// Accounts, a line each.
fn table(accounts: &[StorageAccount]) -> String {
    let line = |account: &StorageAccount| {
        let allocation = account.allocated.map_or("allocation not known".into(), bytes::allocation);
        let until = match &account.pending_deleted_at {
            Some(until) => format!("deletion scheduled ({})", Outside::new(until)),
            None => "in use".into(),
        };
        format!(
            "{}  \"{}\", {allocation}, {until}",
            Outside::new(&account.id),
            Outside::new(account.name.as_deref().unwrap_or_default())
        )
    };
    let mut rows: Vec<_> = accounts.iter().map(line).collect();
    rows.sort();
    lines(rows)
}

/// From when on the partner can be deleted.
fn date(accounts: &[StorageAccount]) -> String {
    let in_use = accounts.iter().filter(|account| account.pending_deleted_at.is_none()).count();
    // Dates are compared as the service writes them: RFC 3339 sorts as text.
    let last = accounts.iter().filter_map(|account| account.pending_deleted_at.as_deref()).max();
    match (in_use, last) {
        (0, Some(last)) => {
            format!("It can be deleted when the last of them is gone; the service gives {}.", Outside::new(last))
        }
        (0, None) => String::new(),
        (1, _) => {
            "One is in use: it is gone 30 days after its deletion was scheduled, and the partner can be deleted then."
                .into()
        }
        (n, _) => format!(
            "{n} are in use: they are gone 30 days after their deletion was scheduled, and the partner can be deleted \
             then."
        ),
    }
}
