//! Whose objects a data source is about: those of one partner, of all partners of a contract or of all contracts, or a
//! channel partner's own.

use std::future::Future;

use futures_util::{StreamExt, stream};
use tf_provider::value::Value;

use crate::api::{CallLimits, Error, Partner};
use crate::objects::{contract, partner};
use crate::session::Session;
use crate::terraform::diagnostics::{Diagnostic, Result};
use crate::terraform::import_id;

/// How many partners are asked about at the same time: as many as Terraform has operations, if nobody tells it
/// otherwise.
const AT_ONCE: usize = 10;

/// See the module.
pub enum Scope {
    /// Those of these partners.
    Partners(Vec<Partner>),
    /// A channel partner's own, which its key alone can tell. Should that fail too, this is why it has no contracts.
    Own(Diagnostic),
}

/// Everything that is wrong with what a configuration says of it.
pub fn check(partner: &Value<String>, contract: &Value<String>) -> Vec<Diagnostic> {
    let both = (!partner.is_null() && !contract.is_null()).then(|| {
        Diagnostic::new(
            "A partner or a contract, not both",
            "partner_id and contract_id are both set. Remove one of them: a partner is in one contract, and \
             contract_id means all of its partners.",
        )
        .at("contract_id")
    });
    let ids = [import_id::check_uuid(partner, "partner_id"), import_id::check_uuid(contract, "contract_id")];
    both.into_iter().chain(ids.into_iter().flatten()).collect()
}

impl Scope {
    /// All partners of the provider's contract, or else of all contracts; with a channel partner's key its own.
    pub async fn left_out(session: &Session, limits: &CallLimits) -> Result<Scope> {
        let default = session.settings.contract_id.as_deref();
        let seen = match default {
            Some(contract) => session.inventory.partners(limits, contract).await.map(|_| true),
            None => session.inventory.contracts(limits).await.map(|contracts| !contracts.is_empty()),
        };
        let refused = seen.as_ref().is_err_and(|error| is_refusal(error));
        match partner::all(session, limits, default).await {
            Ok(_) if seen.is_ok_and(|any| !any) => Ok(Scope::Own(contract::none_at_all())),
            Ok(partners) => Ok(Scope::Partners(partners)),
            Err(why) if refused => Ok(Scope::Own(why)),
            Err(why) => Err(why),
        }
    }
}

/// Whether an answer may mean that the key is of the other kind: no document says how the service puts it.
fn is_refusal(error: &Error) -> bool {
    matches!(error.status(), Some(401 | 403)) || error.is_not_found()
}

/// Asks about each of some partners, a few at a time, and gives the answers in their order; the first failure ends it.
pub async fn each<T, F>(partners: Vec<Partner>, ask: impl Fn(Partner) -> F) -> Result<Vec<T>>
where
    F: Future<Output = Result<T>>,
{
    let mut answers = stream::iter(partners).map(ask).buffered(AT_ONCE);
    let mut given = Vec::new();
    while let Some(answer) = answers.next().await {
        given.push(answer?);
    }
    Ok(given)
}
