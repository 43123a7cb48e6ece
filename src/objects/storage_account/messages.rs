//! What is said of storage accounts.

use super::state::{AccountState, TYPE};
use crate::api::StorageAccount;
use crate::terraform::diagnostics::Diagnostic;
use crate::terraform::values::text;

/// The way to undo a scheduled deletion, for every message that speaks of one.
const RESTORE: &str = "Restore it with the action impossiblecloud_storage_account_restore (Terraform 1.14 or later: declare it and run \
                       `terraform apply -invoke=action.impossiblecloud_storage_account_restore.NAME`), or in the console";

/// What `terraform import` takes.
pub fn import_id(partner: Option<&str>, id: &str) -> String {
    partner.map_or_else(|| id.to_owned(), |partner| format!("{partner}/{id}"))
}

/// Who holds an address, and what to do.
pub fn held(partner: Option<&str>, holder: &StorageAccount) -> String {
    let name = holder.name.as_deref().unwrap_or_default();
    let import = format!("  terraform import {TYPE}.NAME {}", import_id(partner, &holder.id));
    match &holder.pending_deleted_at {
        Some(until) => format!(
            "Storage account \"{name}\" ({}) has that address as its root user. Its deletion is scheduled ({until}), and until then the address is \
             taken. {RESTORE}, and import it instead of creating another one:\n\n{import}",
            holder.id
        ),
        None => format!(
            "Storage account \"{name}\" ({}) has that address as its root user. If it is the one meant, import it:\n\n{import}\n\nIf not, use \
             another address: a root user logs in with it.",
            holder.id
        ),
    }
}

pub fn none(partner: Option<&str>, account: &str) -> Diagnostic {
    let whose = partner.map_or("The channel partner of this API key has".into(), |id| format!("Partner {id} has"));
    Diagnostic::new(
        format!("There is no storage account {account}"),
        format!(
            "{whose} no storage account of that id. A distributor imports an account by PARTNER/ACCOUNT, a channel partner by ACCOUNT; the ids are in \
             data.impossiblecloud_storage_accounts."
        ),
    )
}

pub fn cannot_change(prior: &AccountState, changes: &[(&'static str, String)]) -> Diagnostic {
    let words: Vec<_> = changes.iter().map(|(_, words)| words.as_str()).collect();
    Diagnostic::new(
        "A storage account cannot be changed through the API",
        format!(
            "{} ({}) would change its {}. A replacement would put the customer's data on the way out, so none is planned. Either make the \
             configuration say what is, or make the change in the console (name, allocation) and plan again.",
            prior.who(),
            text(&prior.id),
            words.join(" and its "),
        ),
    )
    .at(changes.first().map_or("name", |(attribute, _)| attribute))
}

pub fn password_is_fixed(prior: &AccountState, attribute: &'static str) -> Diagnostic {
    Diagnostic::new(
        "The password of a storage account cannot be changed through the API",
        format!(
            "{attribute} of {} is another than at its creation. The API cannot change a password, and a replacement would put the customer's data \
             on the way out, so none is planned. Set {attribute} back, and change the password in the console.",
            prior.who(),
        ),
    )
    .at(attribute)
}

pub fn no_replacement(planned: &AccountState, id: &str) -> Diagnostic {
    Diagnostic::new(
        format!("{} is not replaced", planned.who()),
        format!(
            "A replacement would schedule the deletion of account {id} with the customer's data, and its address would stay taken for 30 days, so the \
             new one could not even be created. Leave -replace out, or run `terraform untaint` if the account is marked as tainted."
        ),
    )
}

pub fn pending(prior: &AccountState) -> Diagnostic {
    Diagnostic::new(
        format!("The deletion of {} is scheduled", prior.who()),
        format!(
            "Account {} will be deleted, with its data; the service gives {}. It stays in the state, and nothing is created in its place. {RESTORE}; \
             or remove it from the configuration if it shall go.",
            text(&prior.id),
            text(&prior.pending_deleted_at),
        ),
    )
}

pub fn scheduled(prior: &AccountState, until: Option<&str>) -> Diagnostic {
    let when = until.map_or("in 30 days".into(), |until| format!("at {until}"));
    Diagnostic::new(
        format!("The deletion of {} is scheduled, not done", prior.who()),
        format!(
            "The service deletes account {} {when}; until then its data is kept and the deletion can be undone. {RESTORE}, and import it again. Its \
             partner cannot be deleted before.",
            text(&prior.id),
        ),
    )
}

pub fn nothing_to_reserve_from(planned: &AccountState, partner: &str) -> Diagnostic {
    Diagnostic::new(
        format!("{} reserves from a partner without an allocation", planned.who()),
        format!(
            "Partner {partner} is pay-per-use, so there is nothing that covers an allocation of {}. The service may refuse it. Set \
             allocated_storage = 0 for the account, or give the partner an allocation.",
            text(&planned.allocation),
        ),
    )
    .at("allocated_storage")
}
