//! Whether an object is gone. Gateways, wrong endpoints and other keys answer 404 to everything, so that needs proof:
//! in this process the same key got a good list in which the object would be, the object is not in it, and its own path
//! (where it has one) says 404 or 410. For members and accounts the partner itself has to be visible to the key, or
//! proved to be gone. Anything else is a doubt, and in doubt the state stays.

use std::sync::Arc;

use tokio::time::Instant;

use super::inventory::{Inventory, owner};
use super::shared_list::{Outcome, SharedList};
use crate::api::{CallLimits, Error, Lookup, Member, Partner, StorageAccount};
use crate::terraform::diagnostics::Diagnostic;

/// What a look for an object comes to.
pub type Found<T> = Result<Option<T>, NotSeen>;

/// Why an object was not seen, though it may be there.
#[derive(Debug)]
pub enum NotSeen {
    /// A request failed.
    Failed(Arc<Error>),
    /// The service says that it is not there, and that may be untrue.
    Doubt(String),
}

impl From<Arc<Error>> for NotSeen {
    fn from(error: Arc<Error>) -> NotSeen {
        NotSeen::Failed(error)
    }
}

impl From<Error> for NotSeen {
    fn from(error: Error) -> NotSeen {
        NotSeen::Failed(Arc::new(error))
    }
}

impl NotSeen {
    /// What to tell the operator; `who` names the object ("partner \"Acme\" (606f...)"), `doing` what was tried
    /// ("read").
    pub fn diagnostic(&self, doing: &str, who: &str) -> Diagnostic {
        match self {
            NotSeen::Failed(error) => Diagnostic::api(format!("{doing} {who}"), error),
            NotSeen::Doubt(why) => Diagnostic::new(
                format!("Cannot tell whether {who} is gone"),
                format!(
                    "The service answers that it is not there, and {why}. Another API key, an endpoint without its \
                     version path (/v1) and a gateway answer like that, too, so the state stays as it is. Check the \
                     endpoint, the key and what lies between. If the object is gone for sure, let go of it with a \
                     removed block (applied with -refresh=false on OpenTofu, and on Terraform 1.7 and 1.8, which read \
                     it first):\n\n  removed {{\n    from = ADDRESS\n    \
                     lifecycle {{\n      destroy = false\n    }}\n  }}"
                ),
            ),
        }
    }
}

/// What is known of a partner whose members or accounts are looked for.
enum Home {
    Visible,
    Gone,
    Unknown(String),
}

impl Inventory {
    /// One partner, wherever it is; `contract` is where it was last. `None` means that it is proved to be gone.
    pub async fn partner(&self, limits: &CallLimits, id: &str, contract: Option<&str>) -> Found<Partner> {
        if let Some(known) = self.known_partner(id) {
            return Ok(Some(known));
        }
        let Some(contract) = contract else { return self.partner_anywhere(limits, id).await };
        let list = match self.load_partners(limits, contract, None).await {
            Ok(list) => match list.get(id) {
                Some(partner) => return Ok(Some(partner)),
                None => Ok(list),
            },
            Err(error) if error.is_not_found() => Err(error),
            Err(error) => return Err(error.into()),
        };
        // It may have been moved, and the contract it was in be gone.
        match (self.client.partner(limits, id).await?, list) {
            (Lookup::Found(partner), _) => {
                let home = partner.contract_id.clone().unwrap_or_else(|| contract.to_owned());
                self.put_partner(&home, partner.clone());
                Ok(Some(partner))
            }
            (Lookup::NotFound(_), Ok(list)) if list.is_proof() => Ok(None),
            (Lookup::NotFound(_), Ok(_)) => {
                Err(NotSeen::Doubt(format!("the list of contract {contract} is not whole, so it proves nothing")))
            }
            (Lookup::NotFound(_), Err(error)) => Err(self.doubt_of_contract(limits, contract, &error).await),
        }
    }

    /// A partner of which only the id is known: imports come by the hundred, and lists answer all of them.
    async fn partner_anywhere(&self, limits: &CallLimits, id: &str) -> Found<Partner> {
        for contract in self.contracts(limits).await? {
            self.load_partners(limits, &contract.id, None).await?;
        }
        match self.known_partner(id) {
            Some(partner) => Ok(Some(partner)),
            None => Ok(self.single_partner(limits, id).await?),
        }
    }

    /// Why a contract that gives no list may give none.
    async fn doubt_of_contract(&self, limits: &CallLimits, contract: &str, error: &Error) -> NotSeen {
        match self.contract(limits, contract).await {
            Ok(None) => NotSeen::Doubt(format!("this API key does not see contract {contract}, which it was in")),
            Ok(Some(_)) | Err(_) => NotSeen::Doubt(format!("so it does for the list of contract {contract} ({error})")),
        }
    }

    /// One member; `None` means that it is proved to be gone. The API has no way to ask for one alone.
    pub async fn member(&self, limits: &CallLimits, partner: &str, id: &str) -> Found<Member> {
        let list = match self.load_members(limits, partner, None).await {
            Ok(list) => Ok(list),
            Err(error) if error.is_not_found() => Err(error),
            Err(error) => return Err(error.into()),
        };
        if let Some(member) = list.as_ref().ok().and_then(|list| list.get(id)) {
            return Ok(Some(member));
        }
        self.absent_from(limits, list, partner).await.map(|()| None)
    }

    /// One storage account; `None` means that it is proved to be gone.
    pub async fn account(&self, limits: &CallLimits, partner: Option<&str>, id: &str) -> Found<StorageAccount> {
        let list = match self.load_accounts(limits, partner, None).await {
            Ok(list) => Ok(list),
            Err(error) if error.is_not_found() => Err(error),
            Err(error) => return Err(error.into()),
        };
        if let Some(account) = list.as_ref().ok().and_then(|list| list.get(id)) {
            return Ok(Some(account));
        }
        if let Lookup::Found(account) = self.client.storage_account(limits, owner(partner), id).await? {
            self.put_account(partner, account.clone());
            return Ok(Some(account));
        }
        match (partner, list) {
            (Some(partner), list) => self.absent_from(limits, list, partner).await.map(|()| None),
            (None, Ok(list)) if list.is_proof() => Ok(None),
            (None, _) => Err(NotSeen::Doubt("the list of your own storage accounts is not whole".into())),
        }
    }

    /// Fails unless an object that is not in a partner's list is proved to be gone.
    async fn absent_from<T: Clone + Send + 'static>(
        &self,
        limits: &CallLimits,
        list: Outcome<SharedList<T>>,
        partner: &str,
    ) -> Result<(), NotSeen> {
        match (self.home_of(limits, partner).await?, list) {
            (Home::Gone, _) => Ok(()),
            (Home::Visible, Ok(list)) if list.is_proof() => Ok(()),
            (Home::Visible, Ok(_)) => {
                Err(NotSeen::Doubt(format!("the list of partner {partner} is not whole, so it proves nothing")))
            }
            (Home::Visible, Err(error)) => {
                Err(NotSeen::Doubt(format!("partner {partner} is there, and its list is not ({error})")))
            }
            (Home::Unknown(why), _) => Err(NotSeen::Doubt(why)),
        }
    }

    /// Whether a partner is visible to this key, or proved to be gone.
    async fn home_of(&self, limits: &CallLimits, partner: &str) -> Result<Home, NotSeen> {
        let Some(contract) = self.home(partner) else {
            return Ok(match self.single_partner(limits, partner).await? {
                Some(_) => Home::Visible,
                None => Home::Unknown(format!(
                    "neither is its partner {partner}, of which this run does not know the contract, so nothing proves \
                     that it is gone"
                )),
            });
        };
        match self.partner(limits, partner, Some(&contract)).await {
            Ok(Some(_)) => Ok(Home::Visible),
            Ok(None) => Ok(Home::Gone),
            Err(NotSeen::Doubt(why)) => Ok(Home::Unknown(format!("neither is its partner {partner}: {why}"))),
            Err(failed) => Err(failed),
        }
    }

    /// Whether a partner is gone, as the service is from some moment on. One that is not in the list of its contract
    /// may have been moved to another: its own path knows.
    pub async fn look_for_partner(&self, limits: &CallLimits, contract: &str, id: &str, since: Instant) -> Found<()> {
        let list = self.load_partners(limits, contract, Some(since)).await?;
        match look(&list, id)? {
            Some(()) => Ok(Some(())),
            None => Ok(self.client.partner(limits, id).await?.found().map(|_| ())),
        }
    }

    /// Whether a member is no longer in the list of its partner, as it is from some moment on.
    pub async fn look_for_member(&self, limits: &CallLimits, partner: &str, id: &str, since: Instant) -> Found<()> {
        match self.load_members(limits, partner, Some(since)).await {
            Err(error) if error.is_not_found() => {
                self.absent_from::<Member>(limits, Err(error), partner).await.map(|()| None)
            }
            list => look(&list?, id),
        }
    }

    /// A storage account in the list of its owner, as it is from some moment on.
    pub async fn look_for_account(
        &self,
        limits: &CallLimits,
        partner: Option<&str>,
        id: &str,
        since: Instant,
    ) -> Found<StorageAccount> {
        let list = match (self.load_accounts(limits, partner, Some(since)).await, partner) {
            (Err(error), Some(partner)) if error.is_not_found() => {
                return self.absent_from::<StorageAccount>(limits, Err(error), partner).await.map(|()| None);
            }
            (list, _) => list?,
        };
        match list.get(id) {
            Some(account) => Ok(Some(account)),
            None => {
                look(&list, id)?;
                Ok(self.client.storage_account(limits, owner(partner), id).await?.found())
            }
        }
    }
}

/// Whether an object is in a list; an error when its absence proves nothing.
fn look<T: Clone + Send + 'static>(list: &SharedList<T>, id: &str) -> Found<()> {
    match list.get(id) {
        Some(_) => Ok(Some(())),
        None if list.is_proof() => Ok(None),
        None => Err(NotSeen::Doubt("the list in which it would be is not whole, so it proves nothing".into())),
    }
}
