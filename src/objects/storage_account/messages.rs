//! What is said of storage accounts.

use super::state::AccountState;
use crate::api::{NewStorageAccount, Outside, StorageAccount};
use crate::capacity::{allocation, bytes};
use crate::terraform::cli;
use crate::terraform::diagnostics::{Diagnostic, Warnings};
use crate::terraform::values::{folded, same_text, text};

/// The way to undo a scheduled deletion, for every message that speaks of one.
const RESTORE: &str = "Restore it with the action impossiblecloud_storage_account_restore (Terraform 1.14 or later: \
                       declare it and run `terraform apply \
                       -invoke=action.impossiblecloud_storage_account_restore.NAME`), or in the console";

/// What `terraform import` takes.
pub fn import_id(partner: Option<&str>, id: &str) -> String {
    partner.map_or_else(|| id.to_owned(), |partner| format!("{partner}/{id}"))
}

/// Who has an address, which is given as it is compared, among the accounts of one owner. Those of others cannot be
/// seen.
pub fn holder<'a>(accounts: &'a [StorageAccount], address: &str) -> Option<&'a StorageAccount> {
    accounts.iter().find(|account| account.contact_email.as_deref().is_some_and(|own| folded(own) == address))
}

/// Who holds an address, and what to do. One text for all orders of visit; it prints no command that would take an
/// account over, since another block may have it already.
pub fn held(holder: &StorageAccount) -> String {
    let (id, name) = (Outside::new(&holder.id), Outside::new(holder.name.as_deref().unwrap_or_default()));
    match holder.pending_deleted_at.as_ref().map(Outside::new) {
        Some(until) => format!(
            "Storage account \"{name}\" ({id}) has that address as its root user. Its deletion is scheduled ({until}), \
             and until then the address is taken. {RESTORE}; the guide on adopting says how to take it over instead of \
             creating another one."
        ),
        None => format!(
            "Storage account \"{name}\" ({id}) has that address as its root user. If a block of this configuration had \
             the account under another name, add a moved block. terraform state list -id={id} shows which block has \
             it. If no state has it and it is the one meant, the guide on adopting says how to take it over. If \
             another account is meant, use another address: a root user logs in with it."
        ),
    }
}

/// The plan's error while a live account holds the address.
pub fn is_held(who: &str, holder: &StorageAccount) -> Diagnostic {
    Diagnostic::new(format!("The address of {who} is taken"), format!("{} {}", held(holder), cli::DESTROY_PLANS_FIRST))
        .at("contact_email")
}

/// The plan's warning while the account that holds the address is on its way out.
pub fn held_until_deletion(who: &str, holder: &StorageAccount) -> Diagnostic {
    Diagnostic::new(format!("The address of {who} is taken until an account is deleted"), held(holder))
        .at("contact_email")
}

/// Two blocks of one address, or one that was planned twice: nothing tells them apart.
pub fn planned_twice(who: &str) -> Diagnostic {
    Diagnostic::new(
        format!("{who} was planned twice"),
        "If two blocks have this address, the service will refuse the second: an address is one root user's. If there \
         is one block only, nothing needs to be done.",
    )
    .at("contact_email")
}

/// A name that is none.
pub fn check_name(name: &str) -> Option<Diagnostic> {
    let why = if name.trim().is_empty() {
        "is empty"
    } else if name.chars().any(char::is_control) {
        "contains control characters"
    } else {
        return None;
    };
    let detail =
        format!("The name \"{}\" {why}. Write the name of the company, as the console shows it.", Outside::new(name));
    Some(Diagnostic::new("Not a name of a storage account", detail).at("name"))
}

/// The service wrote something else than it was asked to. The state keeps what was asked, so that the next plan shows
/// the difference.
pub fn warn_if_different(wanted: &NewStorageAccount, account: &StorageAccount, warnings: &mut Warnings) {
    let amount = account.allocated.filter(|bytes| *bytes != wanted.allocated_capacity);
    let mut differences: Vec<_> =
        amount.map(|is| allocation::instead_of(is, wanted.allocated_capacity)).into_iter().collect();
    for (what, own, asked) in
        [("name", &account.name, &wanted.name), ("address", &account.contact_email, &wanted.contact_email)]
    {
        if let Some(own) = own.as_ref().filter(|own| !same_text(own, asked)) {
            differences.push(format!("the {what} \"{}\" instead of \"{}\"", Outside::new(own), Outside::new(asked)));
        }
    }
    if let Some(overdraft) = account.allow_overdraft.filter(|overdraft| *overdraft != wanted.allow_overdraft) {
        differences.push(format!("allow_overdraft = {overdraft} instead of {}", wanted.allow_overdraft));
    }
    if !differences.is_empty() {
        warnings.warn(Diagnostic::new(
            format!(
                "The service wrote storage account \"{}\" differently from what was asked",
                Outside::new(&wanted.name)
            ),
            format!(
                "Account {} was made with {}. {}",
                Outside::new(&account.id),
                differences.join(" and "),
                match amount {
                    Some(is) if differences.len() == 1 && bytes::is_rounding_of(is, wanted.allocated_capacity) =>
                        allocation::ROUNDED,
                    _ =>
                        "The API cannot change that, so the next plan is an error until the configuration says the \
                         same.",
                }
            ),
        ));
    }
}

/// The answer to an import.
pub fn none(partner: Option<&str>, account: &str) -> Diagnostic {
    nowhere(
        partner,
        account,
        "With a distributor's key an account needs its partner too: PARTNER/ACCOUNT in an import, partner_id \
         elsewhere.",
    )
}

/// The answer to the action that restores.
pub fn none_to_restore(partner: Option<&str>, account: &str) -> Diagnostic {
    let advice = match partner {
        Some(_) => "Once the 30 days are over, an account is gone and nothing restores it.",
        None => "With a distributor's key the action needs partner_id too.",
    };
    nowhere(partner, account, advice)
}

fn nowhere(partner: Option<&str>, account: &str, advice: &str) -> Diagnostic {
    let whose = partner.map_or("The channel partner of this API key has".into(), |id| format!("Partner {id} has"));
    Diagnostic::new(
        format!("There is no storage account {account}"),
        format!(
            "{whose} no storage account of that id. The ids are in data.impossiblecloud_storage_accounts. {advice}"
        ),
    )
}

/// Adds to a refusal what a key of the other kind needs: the service only says that this one may not, in whatever way.
/// `doing` is what was tried; only an import has an id of two parts.
pub fn kind_of_key(refusal: Diagnostic, doing: &str, partner: Option<&str>, status: Option<u16>) -> Diagnostic {
    if !matches!(status, Some(401 | 403 | 404 | 410)) || refusal.is_explained_elsewhere() {
        return refusal;
    }
    refusal.and(match (partner, doing) {
        (None, "import") => "With a distributor's key a storage account is imported by PARTNER/ACCOUNT.",
        (None, _) => "With a distributor's key a storage account needs its partner: set partner_id.",
        (Some(_), "import") => "With a channel partner's key a storage account is imported by ACCOUNT alone.",
        (Some(_), _) => "With a channel partner's key leave partner_id out.",
    })
}

pub fn cannot_change(prior: &AccountState, changes: &[(&'static str, String)]) -> Diagnostic {
    let words: Vec<_> = changes.iter().map(|(_, words)| words.as_str()).collect();
    Diagnostic::new(
        "A storage account cannot be changed through the API",
        format!(
            "{} ({}) would change its {}. A replacement would schedule the customer's data for deletion, so the plan \
             refuses. Either make the configuration say what is, or make the change in the console (name, allocation) \
             and plan again.",
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
            "{attribute} of {} is another than at its creation. The API cannot change a password, and a replacement \
             would schedule the customer's data for deletion, so the plan refuses. Set {attribute} back, and change \
             the password in the console.",
            prior.who(),
        ),
    )
    .at(attribute)
}

pub fn no_replacement(who: &str, id: &str) -> Diagnostic {
    Diagnostic::new(
        format!("{who} is not replaced"),
        format!(
            "Replacing the account would schedule the deletion of account {id} with the customer's data, and its \
             address would stay taken for 30 days, so the plan refuses. Leave -replace (or what forces the \
             replacement) out, or run terraform untaint if the account is marked as tainted."
        ),
    )
}

pub fn protected(who: &str) -> Diagnostic {
    Diagnostic::new(
        format!("The deletion of {who} is forbidden"),
        format!(
            "The state has deletion_protection = true for {who}. If it really must go: put its block back if you \
             removed it, set deletion_protection = false, apply, and then destroy it."
        ),
    )
    .at("deletion_protection")
}

/// Before a deletion, while it can be thought over.
pub fn will_be_scheduled(prior: &AccountState, until: Option<&str>) -> Diagnostic {
    let detail = match until.map(Outside::new) {
        Some(until) => format!(
            "The deletion of account {} is scheduled already; the service gives {until}. Applying takes it out of the \
             state; until then it can be restored.",
            text(&prior.id)
        ),
        None => format!(
            "Applying schedules the deletion of account {} with its data, {}. The service keeps the data for 30 days, \
             in which the deletion can be undone; then nothing can. {RESTORE}. With deletion_protection = true the \
             plan would refuse this.",
            text(&prior.id),
            prior.bytes().map_or("allocation not known".into(), bytes::allocation),
        ),
    };
    Diagnostic::new(format!("{} will be deleted", prior.who()), detail)
}

pub fn pending(prior: &AccountState) -> Diagnostic {
    Diagnostic::new(
        format!("The deletion of {} is scheduled", prior.who()),
        format!(
            "Account {} will be deleted, with its data; the service gives {}. It stays in the state, and nothing is \
             created in its place. {RESTORE}; or remove it from the configuration if it is meant to go.",
            text(&prior.id),
            Outside::new(text(&prior.pending_deleted_at)),
        ),
    )
}

/// After the deletion was scheduled; `of_partner` tells whether a distributor reads this.
pub fn scheduled(prior: &AccountState, until: Option<&str>, of_partner: bool) -> Diagnostic {
    let when = until.map_or("in 30 days (it shows no date; look it up in the console)".into(), |until| {
        format!("at {}", Outside::new(until))
    });
    let partner = if of_partner { " Its partner cannot be deleted before." } else { "" };
    Diagnostic::new(
        format!("The deletion of {} is scheduled, not done", prior.who()),
        format!(
            "The service deletes account {} {when}; until then its data is kept and the deletion can be undone. \
             {RESTORE}, and import it again.{partner}",
            text(&prior.id),
        ),
    )
}

pub fn was_gone(prior: &AccountState) -> Diagnostic {
    Diagnostic::new(
        format!("{} was gone already", prior.who()),
        format!(
            "The service does not have account {} any more, so there was nothing to delete, and there is nothing to \
             restore.",
            text(&prior.id)
        ),
    )
}

pub fn nothing_to_reserve_from(planned: &AccountState, partner: &str) -> Diagnostic {
    Diagnostic::new(
        format!("{} reserves from a partner without an allocation", planned.who()),
        format!(
            "Partner {partner} is pay-per-use, so there is nothing that covers an allocation of {}. The service may \
             refuse it. Set allocated_storage = 0 for the account, or give the partner an allocation.",
            text(&planned.allocation),
        ),
    )
    .at("allocated_storage")
}
