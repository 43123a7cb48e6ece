//! What is said of partners.

use super::namesakes::has_name;
use super::state::{PartnerState, TYPE};
use crate::api::{CallLimits, NewPartner, Outside, Partner, StorageAccount};
use crate::capacity::{allocation, bytes};
use crate::session::Session;
use crate::terraform::diagnostics::{Diagnostic, Result, Warnings};
use crate::terraform::values::{lines, same_text};

/// A name that the service could not give back as it was given. Terraform would call that an inconsistent result.
pub(super) fn check_name(name: &str) -> Option<Diagnostic> {
    let why = if name.trim().is_empty() {
        "is empty"
    } else if name.trim() != name {
        "begins or ends with spaces"
    } else if name.chars().any(char::is_control) {
        "contains control characters"
    } else {
        return None;
    };
    Some(
        Diagnostic::new(
            "Not a partner name",
            format!("The name \"{}\" {why}. Write it as it should appear on the invoice.", Outside::new(name)),
        )
        .at("name"),
    )
}

/// Adds to a refusal how to keep a partner of the same name. In an apply that replaces with `create_before_destroy`,
/// Terraform has set the old object aside as deposed before it asks, and would destroy it in the next apply. No command
/// is printed: a plan cannot tell whether it is one inside such an apply, and elsewhere the command would do harm.
pub(super) fn with_deposed(
    session: &Session,
    contract: &str,
    planned: &PartnerState,
    refusal: Diagnostic,
) -> Diagnostic {
    let Some(key) = planned.key(contract) else { return refusal };
    let partners = session.inventory.known_partners(contract);
    match partners.iter().find(|partner| has_name(partner, &key.name)) {
        Some(partner) => refusal.and(format!(
            "Partner {} of that name exists in the contract. If this is an apply that replaces it with \
             create_before_destroy, Terraform has set it aside (deposed) and would destroy it in the next apply. Do \
             not apply again before you have read \"Replaced, and created first\" in the guide on capacity: it says \
             how to keep the partner.",
            partner.id
        )),
        None => refusal,
    }
}

/// Fails when a partner that is replaced has storage accounts: the service would refuse its deletion after its members
/// are gone.
pub(super) async fn ensure_no_accounts(
    session: &Session,
    limits: &CallLimits,
    who: &str,
    id: &str,
    warnings: &mut Warnings,
) -> Result<()> {
    let accounts = match session.inventory.accounts(limits, Some(id)).await {
        Ok(accounts) => accounts,
        // In an apply that deletes first, it is gone by now.
        Err(error) if error.is_not_found() => return Ok(()),
        Err(error) => {
            warnings.warn(Diagnostic::api(format!("look up whether partner {id} has storage accounts"), &error));
            return Ok(());
        }
    };
    if accounts.is_empty() {
        return Ok(());
    }
    let line = |account: &StorageAccount| {
        let until =
            account.pending_deleted_at.as_ref().map(|until| format!(", deletion scheduled ({})", Outside::new(until)));
        format!(
            "{}  \"{}\"{}",
            Outside::new(&account.id),
            Outside::new(account.name.as_deref().unwrap_or_default()),
            until.unwrap_or_default()
        )
    };
    let mut named: Vec<_> = accounts.iter().map(line).collect();
    named.sort();
    Err(Diagnostic::new(
        format!("{who} has storage accounts and cannot be replaced"),
        format!(
            "A replacement deletes partner {id} first, and the service refuses that while it has storage accounts, \
             those whose deletion is scheduled included. It has\n\n{}\n\nNothing was written. Leave -replace (or what \
             forces the replacement) out, or run terraform untaint if the partner is marked as tainted.",
            lines(named)
        ),
    ))
}

/// The service wrote something else than it was asked to. The state keeps what was asked, so that the next plan shows
/// the difference.
pub(super) fn warn_if_different(wanted: &NewPartner, partner: &Partner, warnings: &mut Warnings) {
    let amount = partner.allocated.filter(|bytes| *bytes != wanted.allocated_capacity);
    let mut differences: Vec<_> =
        amount.map(|is| allocation::instead_of(is, wanted.allocated_capacity)).into_iter().collect();
    if let Some(name) = partner.name.as_ref().filter(|name| !same_text(name, &wanted.name)) {
        differences.push(format!("the name \"{}\" instead of \"{}\"", Outside::new(name), Outside::new(&wanted.name)));
    }
    if let Some(overdraft) = partner.allow_overdraft.filter(|overdraft| *overdraft != wanted.allow_overdraft) {
        differences.push(format!("allow_overdraft = {overdraft} instead of {}", wanted.allow_overdraft));
    }
    if let Some(contract) = partner.contract_id.as_ref().filter(|own| !own.eq_ignore_ascii_case(&wanted.contract_id)) {
        differences.push(format!("contract {} instead of {}", Outside::new(contract), wanted.contract_id));
    }
    if !differences.is_empty() {
        warnings.warn(Diagnostic::new(
            format!("The service wrote partner \"{}\" differently from what was asked", Outside::new(&wanted.name)),
            format!(
                "Partner {} was written with {}. {}",
                partner.id,
                differences.join(" and "),
                match amount {
                    Some(is) if differences.len() == 1 && bytes::is_rounding_of(is, wanted.allocated_capacity) =>
                        allocation::ROUNDED.to_owned(),
                    Some(is) if is > 0 =>
                        format!("The next plan shows it as a difference. {}", allocation::whole_units(is)),
                    _ => "The next plan shows it as a difference.".to_owned(),
                }
            ),
        ));
    }
}

pub(super) fn protected(who: &str) -> Diagnostic {
    Diagnostic::new(
        format!("The deletion of {who} is forbidden"),
        format!(
            "The state has deletion_protection = true for {who}, so it is neither destroyed nor replaced. If it really \
             must go: put its block back if you removed it, set deletion_protection = false, apply, and then destroy \
             it."
        ),
    )
    .at("deletion_protection")
}

pub(super) fn moved_to_contract(prior: &PartnerState, config: &PartnerState) -> Diagnostic {
    let (is, wanted) = (prior.contract_id.as_deref_option(), config.contract_id.as_deref_option());
    let (is, wanted) = (is.unwrap_or_default(), wanted.unwrap_or_default());
    Diagnostic::new(
        "A partner cannot be moved to another contract by the API",
        format!(
            "{} is in contract {is}, and the configuration says {wanted}. A replacement would delete the customer, so \
             none is planned. Either set contract_id = \"{is}\", or move the partner in the console (Partners, the \
             partner's menu, change of contract) and plan again.",
            prior.who()
        ),
    )
    .at("contract_id")
}

pub(super) fn overdraft_is_fixed(prior: &PartnerState, wanted: bool) -> Diagnostic {
    Diagnostic::new(
        "The overdraft of a partner is set at its creation only",
        format!(
            "{} has allow_overdraft = {}, and the configuration says {wanted}{}. The API cannot change it, and a \
             replacement would delete the customer, so none is planned. Set allow_overdraft = {} in the configuration, \
             or ask Impossible Cloud's support to change the partner and plan again.",
            prior.who(),
            !wanted,
            if wanted { "" } else { " (also when it is left out)" },
            !wanted,
        ),
    )
    .at("allow_overdraft")
}

/// A partner that was moved here from another resource type has nothing but its id until it is read.
pub(super) fn not_read(id: &str) -> Diagnostic {
    Diagnostic::new(
        "The partner has not been read yet",
        format!(
            "The state has nothing of partner {id} but its id, as after a moved block. It has to be read before a \
             change can be planned. Nothing was written. Plan without -refresh=false."
        ),
    )
}

/// The answer to an import by something that is no UUID: most likely the partner's name.
pub(super) async fn not_an_id(session: &Session, id: &str) -> Diagnostic {
    let problem = Diagnostic::new(
        "Not the id of a partner",
        format!(
            "A partner is imported by its UUID, such as 606f031c-0f85-4444-8c7d-4a8f1ede7cd3; \"{}\" is not one.",
            Outside::new(id)
        ),
    );
    let mut lines = Vec::new();
    let call = CallLimits::for_read();
    for contract in session.inventory.contracts(&call).await.unwrap_or_default() {
        let partners = session.inventory.partners(&call, &contract.id).await.unwrap_or_default();
        let named = partners.iter().filter(|partner| partner.name.as_deref().is_some_and(|own| same_text(own, id)));
        lines.extend(named.map(|partner| format!("  terraform import {TYPE}.NAME {}", partner.id)));
    }
    lines.sort();
    if lines.is_empty() {
        problem
    } else {
        problem.and(format!("A partner of that name is imported by\n\n{}", lines.join("\n")))
    }
}

/// Before a change is sent: what the plan rested on is held against the list that the check has read.
pub(super) fn ensure_still_there(session: &Session, prior: &PartnerState, contract: &str) -> Result<()> {
    let id = prior.id()?;
    let now = session.inventory.home(id);
    match now.filter(|now| !now.eq_ignore_ascii_case(contract)) {
        Some(now) => Err(Diagnostic::new(
            format!("{} is no longer in its contract", prior.who()),
            format!(
                "Partner {id} was in contract {contract} when this was planned, and is in contract {now} now: it was \
                 moved in the console. The change was checked against the old contract, so nothing was written. Plan \
                 again."
            ),
        )),
        None => Ok(()),
    }
}

/// A change was made, and what came of it cannot be read.
pub(super) fn not_read_back(prior: &PartnerState) -> Diagnostic {
    Diagnostic::new(
        format!("{} was changed and could not be read back", prior.who()),
        "The service took the change without saying what is now. The state has what was asked for; the next plan shows \
         a difference if the service did something else.",
    )
}
