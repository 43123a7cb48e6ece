//! What capacity is shared out of, as the service describes it.

use std::fmt;
use std::sync::Arc;

use super::asked::Totals;
use crate::api::{self, CallLimits, Client, Contract, Outside, Owner, Partner, StorageAccount};
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

    /// The pool's name in the ledger. Ids are told apart without case.
    pub fn key(&self) -> String {
        format!("{} {}", self.noun(), self.id().to_ascii_lowercase())
    }

    /// What it is.
    pub fn noun(&self) -> &'static str {
        match self {
            Source::Contract(_) => "contract",
            Source::Partner(_) => "partner",
        }
    }

    /// What its capacity is shared out to.
    pub fn sharers(&self) -> &'static str {
        match self {
            Source::Contract(_) => "Partners",
            Source::Partner(_) => "Storage accounts",
        }
    }
}

/// One of those who hold a pool's capacity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// As people call it.
    pub name: String,
    /// What is allocated to it, in bytes.
    pub allocated: i64,
}

/// A pool, its figures and who holds them.
#[derive(Debug, Clone)]
pub struct PoolReading {
    /// Where it is.
    pub source: Source,
    /// As people call it.
    pub name: String,
    /// Its figures.
    pub totals: Totals,
    /// Who holds it, the largest first; nobody for a contract whose partners were not asked for.
    pub holders: Vec<Holder>,
}

impl PoolReading {
    /// Reads a pool from the lists of this process. With `all`, the partners of a contract are part of it: their sum
    /// may say more than the contract's own figure.
    pub async fn from_lists(
        inventory: &Inventory,
        limits: &CallLimits,
        source: &Source,
        all: bool,
    ) -> Result<Option<PoolReading>> {
        let failed = |error: Arc<api::Error>| cannot_check(source, &error);
        match source {
            Source::Contract(id) => {
                let Some(contract) = inventory.contract_now(limits, id).await.map_err(failed)? else { return Ok(None) };
                let partners = if all || contract.allocated.is_none() {
                    Some(inventory.partners(limits, id).await.map_err(failed)?)
                } else {
                    None
                };
                PoolReading::contract(&contract, partners.as_deref()).map(Some)
            }
            Source::Partner(id) => {
                let Some(partner) = inventory.single_partner(limits, id).await.map_err(failed)? else {
                    return Ok(None);
                };
                let accounts = inventory.accounts(limits, Some(id)).await.map_err(failed)?;
                PoolReading::partner(&partner, &accounts).map(Some)
            }
        }
    }

    /// Reads a partner's pool as it is now.
    pub async fn partner_now(client: &Client, limits: &CallLimits, id: &str) -> Result<Option<PoolReading>> {
        let source = Source::Partner(id.into());
        let failed = |error| cannot_check(&source, &error);
        let Some(partner) = client.partner(limits, id).await.map_err(failed)?.found() else { return Ok(None) };
        let accounts = client.storage_accounts(limits, Owner::Partner(id)).await.map_err(failed)?;
        PoolReading::partner(&partner, &accounts.items).map(Some)
    }

    /// A contract as a pool for its partners. A figure that the service leaves out is the sum of the list; an error
    /// when there is none either.
    pub fn contract(contract: &Contract, partners: Option<&[Partner]>) -> Result<PoolReading> {
        let name = contract.details.clone().unwrap_or_default();
        let source = Source::Contract(contract.id.clone());
        let holders = partners
            .map(|partners| holders(partners.iter().map(|partner| (&partner.name, &partner.id, partner.allocated))));
        let listed = holders.as_ref().and_then(|holders| sum(holders));
        match (contract.reserved, contract.allocated.max(listed)) {
            (Some(reserved), Some(allocated)) => {
                let totals = Totals { reserved, allocated, stated: contract.allocated, listed };
                Ok(PoolReading { source, name, totals, holders: holders.unwrap_or_default() })
            }
            _ => Err(no_figures(&source, &name)),
        }
    }

    /// A partner as a pool for its storage accounts.
    fn partner(partner: &Partner, accounts: &[StorageAccount]) -> Result<PoolReading> {
        let name = partner.name.clone().unwrap_or_default();
        let source = Source::Partner(partner.id.clone());
        let known = accounts.iter().all(|account| account.allocated.is_some());
        let holders = holders(accounts.iter().map(|account| (&account.name, &account.id, account.allocated)));
        match (partner.allocated, sum(&holders).filter(|_| known)) {
            (Some(reserved), Some(allocated)) => {
                let totals = Totals { reserved, allocated, stated: None, listed: Some(allocated) };
                Ok(PoolReading { source, name, totals, holders })
            }
            _ => Err(no_figures(&source, &name)),
        }
    }
}

impl fmt::Display for PoolReading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} \"{}\"", self.source.noun(), Outside::new(&self.name))
    }
}

/// Who holds something, the largest first, then by name.
fn holders<'a>(items: impl Iterator<Item = (&'a Option<String>, &'a String, Option<i64>)>) -> Vec<Holder> {
    let holder = |(name, id, allocated): (&Option<String>, &String, Option<i64>)| {
        let allocated = allocated.filter(|bytes| *bytes > 0)?;
        Some(Holder { name: name.as_ref().unwrap_or(id).clone(), allocated })
    };
    let mut holders: Vec<_> = items.filter_map(holder).collect();
    holders.sort_by(|a, b| b.allocated.cmp(&a.allocated).then_with(|| a.name.cmp(&b.name)));
    holders
}

fn sum(holders: &[Holder]) -> Option<i64> {
    holders.iter().try_fold(0_i64, |sum, holder| sum.checked_add(holder.allocated))
}

fn cannot_check(source: &Source, error: &api::Error) -> Diagnostic {
    Diagnostic::api(format!("check the allocation against {} {}", source.noun(), source.id()), error)
}

fn no_figures(source: &Source, name: &str) -> Diagnostic {
    Diagnostic::new(
        format!("The capacity of {} {} is not known", source.noun(), source.id()),
        format!(
            "The service describes \"{}\" without its capacity or what is allocated of it, so the allocation cannot be \
             checked, and nothing was written. Set capacity_check = \"off\" in the provider block to go on without the \
             check.",
            Outside::new(name)
        ),
    )
}
