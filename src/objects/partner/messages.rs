//! What is said of partners.

use super::state::{PartnerState, TYPE};
use crate::api::{CallLimits, NewPartner, Partner};
use crate::capacity::bytes;
use crate::session::Session;
use crate::terraform::diagnostics::{Diagnostic, Result, Warnings};

/// A name that the service could not give back as it was given. Terraform would call that an inconsistent result.
pub(super) fn validate_name(name: &str) -> Result<()> {
    let why = if name.trim().is_empty() {
        "is empty"
    } else if name.trim() != name {
        "begins or ends with blanks"
    } else if name.chars().any(char::is_control) {
        "contains control characters"
    } else {
        return Ok(());
    };
    Err(Diagnostic::new(
        "Not a partner name",
        format!("The name {name:?} {why}. Write it as it shall stand on the invoice."),
    )
    .at("name"))
}

/// The service accepts a second partner of the same name; the operator should know before.
pub(super) async fn warn_of_twins(
    session: &Session,
    call: &CallLimits,
    contract: &str,
    name: &str,
    warnings: &mut Warnings,
) -> Result<()> {
    let partners = session.inventory.partners(call, contract).await;
    let partners =
        partners.map_err(|error| Diagnostic::api(format!("look up the partners of contract {contract}"), &error))?;
    let twin = |partner: &&Partner| partner.name.as_deref().map(str::trim) == Some(name);
    let mut twins: Vec<_> = partners.iter().filter(twin).collect();
    twins.sort_by(|a, b| a.id.cmp(&b.id));
    if let Some(first) = twins.first() {
        let line = |partner: &&Partner| {
            format!("  {}  {}", partner.id, partner.allocated.map_or("allocation not known".into(), bytes::allocation))
        };
        warnings.warn(
            Diagnostic::new(
                format!("A partner named \"{name}\" exists already"),
                format!(
                    "In the same contract there is\n\n{}\n\nand the service accepts a second partner of the same name: applying this plan makes \
                     another customer. If the existing one is meant, import it instead:\n\n  terraform import {TYPE}.NAME {}",
                    twins.iter().map(line).collect::<Vec<_>>().join("\n"),
                    first.id,
                ),
            )
            .at("name"),
        );
    } else if !session.walk().plans_first(contract, name) {
        warnings.warn(
            Diagnostic::new(
                format!("Two partners named \"{name}\""),
                "This plan creates more than one partner of that name in the same contract. The service accepts that; check that it is meant.",
            )
            .at("name"),
        );
    }
    Ok(())
}

/// Adds to a refusal how to keep a partner of the same name. In an apply that replaces with `create_before_destroy`, Terraform has set the
/// old object aside as deposed before it asks, and would destroy it in the next apply.
pub(super) async fn with_deposed(
    session: &Session,
    call: &CallLimits,
    contract: &str,
    name: Option<&str>,
    problem: Diagnostic,
) -> Diagnostic {
    let partners = session.inventory.partners(call, contract).await.unwrap_or_default();
    match partners.iter().find(|partner| partner.name.as_deref() == name && name.is_some()) {
        Some(partner) => problem.and(format!(
            "Partner {} of that name exists in the contract. If this apply was to replace it with create_before_destroy, Terraform holds it as a \
             deposed object now and would destroy it in the next apply. To keep it, put its address for ADDRESS and run\n\n  terraform state rm \
             ADDRESS\n  terraform import ADDRESS {}",
            partner.id, partner.id
        )),
        None => problem,
    }
}

/// The service wrote something else than it was asked to. The state keeps what was asked, so that the next plan shows the difference.
pub(super) fn warn_if_different(wanted: &NewPartner, partner: &Partner, warnings: &mut Warnings) {
    let mut differences = Vec::new();
    if let Some(bytes) = partner.allocated.filter(|bytes| *bytes != wanted.allocated_capacity) {
        differences.push(format!(
            "an allocation of {} instead of {}",
            bytes::exact(i128::from(bytes)),
            bytes::exact(i128::from(wanted.allocated_capacity))
        ));
    }
    if let Some(name) = partner.name.as_ref().filter(|name| name.trim() != wanted.name) {
        differences.push(format!("the name {name:?} instead of {:?}", wanted.name));
    }
    if let Some(overdraft) = partner.allow_overdraft.filter(|overdraft| *overdraft != wanted.allow_overdraft) {
        differences.push(format!("allow_overdraft = {overdraft} instead of {}", wanted.allow_overdraft));
    }
    if !differences.is_empty() {
        warnings.warn(Diagnostic::new(
            format!("The service changed partner \"{}\" otherwise than asked", wanted.name),
            format!(
                "Partner {} was written with {}. The next plan shows it as a difference.",
                partner.id,
                differences.join(" and ")
            ),
        ));
    }
}

pub(super) fn protected(who: &str) -> Diagnostic {
    Diagnostic::new(
        format!("The deletion of {who} is forbidden"),
        format!(
            "deletion_protection is true for {who}, so it is neither destroyed nor replaced. If it really shall go: set deletion_protection = \
             false, apply, and then destroy it."
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
            "{} is in contract {is}, and the configuration says {wanted}. A replacement would delete the customer, so none is planned. Either set \
             contract_id = \"{is}\", or move the partner in the console (Partners, the partner's menu, change of contract) and plan again.",
            prior.who()
        ),
    )
    .at("contract_id")
}

pub(super) fn overdraft_is_fixed(prior: &PartnerState, wanted: bool) -> Diagnostic {
    Diagnostic::new(
        "The overdraft of a partner is set at its creation only",
        format!(
            "{} has allow_overdraft = {}, and the configuration says {wanted}{}. The API cannot change it, and a replacement would delete the \
             customer, so none is planned. Set allow_overdraft = {} in the configuration, or ask Impossible Cloud's support to change the \
             partner and plan again.",
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
            "Partner {id} was moved here with its id alone, and what it is has to be read before a change can be planned. Nothing was written. Plan \
             without -refresh=false."
        ),
    )
}

/// The answer to an import by something that is no UUID: most likely the partner's name.
pub(super) async fn not_an_id(session: &Session, id: &str) -> Diagnostic {
    let problem = Diagnostic::new(
        "Not the id of a partner",
        format!("A partner is imported by its UUID, such as 606f031c-0f85-4444-8c7d-4a8f1ede7cd3; \"{id}\" is none."),
    );
    let mut lines = Vec::new();
    let call = CallLimits::for_read();
    for contract in session.inventory.contracts(&call).await.unwrap_or_default() {
        let partners = session.inventory.partners(&call, &contract.id).await.unwrap_or_default();
        let named = partners.iter().filter(|partner| partner.name.as_deref() == Some(id));
        lines.extend(named.map(|partner| format!("  terraform import {TYPE}.NAME {}", partner.id)));
    }
    lines.sort();
    if lines.is_empty() {
        problem
    } else {
        problem.and(format!("A partner of that name is imported by\n\n{}", lines.join("\n")))
    }
}
