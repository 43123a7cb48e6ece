//! What capacity is shared out of, as the service describes it.

use std::fmt;

use super::ledger::Totals;
use crate::api::{CallLimits, Client, Contract, Owner, Partner, StorageAccount};
use crate::service::inventory::Inventory;
use crate::terraform::diagnostics::{Diagnostic, Result};

/// Where an allocation comes out of.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Source {
    /// A contract, for its partners.
    Contract(String),
    /// A partner, for its storage accounts.
    Partner(String),
}

impl Source {
    /// The id.
    pub fn id(&self) -> &str {
        let (Source::Contract(id) | Source::Partner(id)) = self;
        id
    }

    /// The pool's name in the ledger.
    pub fn key(&self) -> String {
        match self {
            Source::Contract(id) => format!("contract {id}"),
            Source::Partner(id) => format!("partner {id}"),
        }
    }
}

/// A pool and its figures.
#[derive(Debug, Clone)]
pub struct Pool {
    /// Where it is.
    pub source: Source,
    /// As people call it.
    pub name: String,
    /// Its figures.
    pub totals: Totals,
}

impl Pool {
    /// Reads a pool from the lists of the walk.
    pub async fn read(inventory: &Inventory, call: &CallLimits, source: &Source) -> Result<Option<Pool>> {
        let failed = |error: std::sync::Arc<crate::api::Error>| cannot_check(source, &error);
        match source {
            Source::Contract(id) => {
                let contract = inventory.contract(call, id).await.map_err(failed)?;
                contract.as_ref().map(Pool::contract).transpose()
            }
            Source::Partner(id) => {
                let Some(partner) = inventory.single_partner(call, id).await.map_err(failed)? else { return Ok(None) };
                let accounts = inventory.accounts(call, Some(id)).await.map_err(failed)?;
                Pool::partner(&partner, &accounts).map(Some)
            }
        }
    }

    /// Reads a pool as it is now.
    pub async fn read_again(client: &Client, call: &CallLimits, source: &Source) -> Result<Option<Pool>> {
        let failed = |error| cannot_check(source, &error);
        match source {
            Source::Contract(id) => {
                let contracts = client.contracts(call).await.map_err(failed)?;
                contracts.items.iter().find(|contract| contract.id == *id).map(Pool::contract).transpose()
            }
            Source::Partner(id) => {
                let partner = client.partner(call, id).await.map_err(failed)?;
                let Some(partner) = partner.found() else { return Ok(None) };
                let accounts = client.storage_accounts(call, Owner::Partner(id)).await.map_err(failed)?;
                Pool::partner(&partner, &accounts.items).map(Some)
            }
        }
    }

    /// A contract as a pool for its partners; an error when the service leaves its figures out.
    fn contract(contract: &Contract) -> Result<Pool> {
        let name = contract.details.clone().unwrap_or_default();
        let source = Source::Contract(contract.id.clone());
        match (contract.reserved, contract.allocated) {
            (Some(reserved), Some(allocated)) => Ok(Pool { source, name, totals: Totals { reserved, allocated } }),
            _ => Err(no_figures(&source, &name)),
        }
    }

    /// A partner as a pool for its storage accounts.
    fn partner(partner: &Partner, accounts: &[StorageAccount]) -> Result<Pool> {
        let name = partner.name.clone().unwrap_or_default();
        let source = Source::Partner(partner.id.clone());
        let sum = accounts.iter().try_fold(0_i64, |sum, account| sum.checked_add(account.allocated?));
        match (partner.allocated, sum) {
            (Some(reserved), Some(allocated)) => Ok(Pool { source, name, totals: Totals { reserved, allocated } }),
            _ => Err(no_figures(&source, &name)),
        }
    }

    /// What it is.
    pub fn noun(&self) -> &'static str {
        match self.source {
            Source::Contract(_) => "contract",
            Source::Partner(_) => "partner",
        }
    }

    /// What its capacity is shared out to.
    pub fn sharers(&self) -> &'static str {
        match self.source {
            Source::Contract(_) => "partners",
            Source::Partner(_) => "storage accounts",
        }
    }
}

impl fmt::Display for Pool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} \"{}\"", self.noun(), self.name)
    }
}

fn cannot_check(source: &Source, error: &crate::api::Error) -> Diagnostic {
    Diagnostic::api(format!("check the allocation against {}", source.key()), error)
}

fn no_figures(source: &Source, name: &str) -> Diagnostic {
    Diagnostic::new(
        format!("The capacity of {} is not known", source.key()),
        format!(
            "The service describes \"{name}\" without its capacity or what is allocated of it, so the allocation cannot be checked, and \
             nothing was written. Set capacity_check = \"off\" in the provider block to go on without the check."
        ),
    )
}
