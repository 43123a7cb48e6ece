//! How a storage account is created, and how its deletion is scheduled. The API can change nothing else of one.

use std::sync::Arc;

use async_trait::async_trait;
use tf_provider::value::Value;
use tokio::time::Instant;

use super::data_sources::fresh_list;
use super::messages;
use super::plan::{ReservedFrom, reserved_from};
use super::state::{AccountState, TYPE};
use crate::api::{CallLimits, CreateError, Error, Lookup, NewStorageAccount, StorageAccount};
use crate::capacity::{Asker, Increase, allocation, bytes};
use crate::service::creation::Creation;
use crate::service::deletion::ensure_deleted;
use crate::service::inventory::owner;
use crate::service::{Keyed, Wanted};
use crate::session::Session;
use crate::terraform::diagnostics::{Diagnostic, Result, Warnings};
use crate::terraform::resource::Created;
use crate::terraform::timeouts;
use crate::terraform::trace::Trace;
use crate::terraform::values::{folded, same_text, text};

/// An account that is being created; a lost one is found by its address, name and amount.
struct AccountCreation<'a> {
    session: &'a Session,
    partner: Option<&'a str>,
    new: &'a NewStorageAccount,
}

#[async_trait]
impl Creation for AccountCreation<'_> {
    type Object = StorageAccount;

    async fn send(&self, limits: &CallLimits) -> std::result::Result<StorageAccount, CreateError> {
        self.session.client.create_storage_account(limits, owner(self.partner), self.new).await
    }

    async fn look(&self, limits: &CallLimits, since: Instant) -> std::result::Result<Vec<StorageAccount>, Arc<Error>> {
        Ok(self.session.inventory.load_accounts(limits, self.partner, Some(since)).await?.all())
    }

    fn fits(&self, account: &StorageAccount) -> bool {
        is_like(account, &self.new.contact_email, &self.new.name, self.new.allocated_capacity)
    }
}

/// Whether an account has the content of a creation.
pub fn is_like(account: &StorageAccount, email: &str, name: &str, bytes: i64) -> bool {
    let same = |own: &Option<String>, wanted: &str| own.as_deref().is_some_and(|own| same_text(own, wanted));
    same(&account.contact_email, email)
        && same(&account.name, name)
        && account.allocated.is_some_and(|own| own == bytes || bytes::is_rounding_of(own, bytes))
}

/// Creates a storage account.
pub async fn create(
    session: &Session,
    planned: AccountState,
    config: &AccountState,
    trace: Option<&Trace>,
    warnings: &mut Warnings,
) -> Result<Created<AccountState>> {
    let limits = CallLimits::for_operation(timeouts::create(&planned.timeouts)?);
    let partner = planned.partner_id.as_deref_option().map(str::to_ascii_lowercase);
    let partner = partner.as_deref();
    let bytes = planned.bytes().ok_or_else(allocation::unknown)?;
    config.passwords().ensure_given(&planned.who())?;
    let password = config.passwords().given();
    let new = NewStorageAccount {
        name: text(&planned.name).into(),
        allocated_capacity: bytes,
        allow_overdraft: planned.allow_overdraft.unwrap_or_default(),
        contact_email: text(&planned.contact_email).into(),
        password: password
            .ok_or_else(|| Diagnostic::new("No password", "The password is not known. Nothing was written."))?,
    };
    // Nothing is waited for or written before it is known that the accounts can be looked up.
    fresh_list(session, &limits, partner, None).await?;
    let key = planned.key();
    let asker = Asker::Creation(key.as_ref().map(|key| key.name.clone()).unwrap_or_default());
    let increase = Increase { asker, who: planned.who(), from: 0, to: bytes };
    let taken = match reserved_from(session, &limits, partner, bytes).await? {
        ReservedFrom::Partner(source) => {
            Some(session.capacity.take(&limits, &source, &increase, trace.and_then(Trace::left), true).await?)
        }
        ReservedFrom::PayPerUse | ReservedFrom::NotAsked => None,
    };
    let limits = limits.with_at_least(session.settings.request_timeout);
    let waited = taken.as_ref().is_some_and(|taken| taken.waited());
    let before = match fresh_list(session, &limits, partner, waited.then(Instant::now)).await {
        Ok(before) => before,
        Err(error) => {
            if let Some(taken) = taken {
                taken.release();
            }
            return Err(error);
        }
    };
    let wanted = Wanted {
        resource_type: TYPE,
        who: planned.who(),
        content: format!("account {} {}", partner.unwrap_or_default(), folded(&new.contact_email)),
        import_prefix: partner.map(|partner| format!("{partner}/")).unwrap_or_default(),
        before: before.iter().map(Keyed::key).collect(),
    };
    let creation = AccountCreation { session, partner, new: &new };
    let made = session.creations.create(&creation, &wanted, &limits, warnings).await;
    if let Some(key) = &key {
        session.replacements().made(key);
    }
    match made {
        Ok(made) => {
            if let Some(taken) = taken {
                taken.commit();
            }
            messages::warn_if_different(&new, &made.object, warnings);
            let account = as_asked(made.object, &new);
            session.inventory.put_account(partner, account.clone());
            let state = AccountState { id: Value::Value(account.id), ..planned };
            Ok(Created { state, sent_again: made.sent_again })
        }
        Err(failure) if failure.may_exist => {
            if let Some(taken) = taken {
                taken.keep();
            }
            Err(failure.diagnostic)
        }
        Err(failure) => {
            if let Some(taken) = taken {
                taken.release();
            }
            let now = fresh_list(session, &limits, partner, Some(Instant::now())).await.unwrap_or_default();
            Err(match messages::holder(&now, &folded(&new.contact_email)) {
                Some(holder) => failure.diagnostic.and(messages::held(holder)),
                None => failure.diagnostic,
            })
        }
    }
}

/// What an answer leaves out is what was asked for.
fn as_asked(account: StorageAccount, asked: &NewStorageAccount) -> StorageAccount {
    StorageAccount {
        name: account.name.or_else(|| Some(asked.name.clone())),
        contact_email: account.contact_email.or_else(|| Some(asked.contact_email.clone())),
        allocated: account.allocated.or(Some(asked.allocated_capacity)),
        allow_overdraft: account.allow_overdraft.or(Some(asked.allow_overdraft)),
        ..account
    }
}

/// Schedules the deletion of a storage account, and says what is.
pub async fn destroy(session: &Session, prior: &AccountState, warnings: &mut Warnings) -> Result<()> {
    if prior.protected() {
        return Err(messages::protected(&prior.who()));
    }
    let limits = CallLimits::for_operation(timeouts::delete(&prior.timeouts)?);
    let partner = prior.partner_id.as_deref_option().map(str::to_ascii_lowercase);
    let (partner, id) = (partner.as_deref(), text(&prior.id));
    // The state may be older than the service: what was scheduled may have been called off since.
    if prior.pending_deleted_at.is_value()
        && let Ok(Lookup::Found(account)) = session.client.storage_account(&limits, owner(partner), id).await
        && account.pending_deleted_at.is_some()
    {
        warnings.warn(messages::scheduled(prior, account.pending_deleted_at.as_deref(), partner.is_some()));
        session.inventory.put_account(partner, account);
        session.replacements().gone(id);
        return Ok(());
    }
    let who = format!("{} ({id})", prior.who());
    let answer = session.client.delete_storage_account(&limits, owner(partner), id).await;
    let believed = matches!(answer, Ok(crate::api::Deletion::Done));
    let look = |since| session.inventory.look_for_account(&limits, partner, id, since);
    let is_scheduled = |account: &StorageAccount| account.pending_deleted_at.is_some();
    let left = ensure_deleted(&limits, answer, "schedule the deletion of", &who, look, is_scheduled).await?;
    let now = match left {
        Some(account) => Some(account),
        // The answer does not say until when.
        None if believed => {
            session.client.storage_account(&limits, owner(partner), id).await.ok().and_then(Lookup::found)
        }
        None => None,
    };
    session.replacements().gone(id);
    match now {
        Some(account) => {
            warnings.warn(messages::scheduled(prior, account.pending_deleted_at.as_deref(), partner.is_some()));
            session.inventory.put_account(partner, account);
        }
        None if believed => warnings.warn(messages::scheduled(prior, None, partner.is_some())),
        None => {
            session.inventory.remove_account(partner, id);
            warnings.warn(messages::was_gone(prior));
        }
    }
    Ok(())
}
