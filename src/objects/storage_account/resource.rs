//! Storage accounts: end customers' logins to the storage. The API creates them, schedules their deletion and undoes that; it changes
//! nothing else, so every other change is an error at plan time: a replacement would put a customer's data on the way out.

use async_trait::async_trait;
use terraform_plugin_server::{Identity, IdentityAttribute, IdentitySchema};
use tf_provider::schema::Schema;
use tf_provider::value::Value;

use super::create::AccountCreation;
use super::data_sources::{find, list};
use super::messages;
use super::state::{self, AccountState, TYPE, identity};
use crate::api::{CallLimits, Lookup, NewStorageAccount, StorageAccount};
use crate::capacity::Increase;
use crate::capacity::Source;
use crate::capacity::allocation;
use crate::capacity::bytes;
use crate::objects::password::{self, Difference};
use crate::service::inventory::owner;
use crate::session::{ProviderHandle, Session};
use crate::terraform::diagnostics::{Diagnostic, Result, Warnings};
use crate::terraform::import_id;
use crate::terraform::resource::{Change, ManagedResource, Planned};
use crate::terraform::timeouts;
use crate::terraform::values::{or_false, text};
use crate::walk::config_key;

/// `impossiblecloud_storage_account`.
pub struct AccountResource(pub ProviderHandle);

#[async_trait]
impl ManagedResource for AccountResource {
    type State = AccountState;

    fn schema(&self) -> Schema {
        state::schema()
    }

    async fn validate(&self, config: AccountState, _: &mut Warnings) -> Result<()> {
        if let Some(session) = self.0.ready() {
            session.walk().validated(config_key(TYPE, &config));
        }
        allocation::validate(&config.allocated_storage)?;
        config.passwords().validate(password::ACCOUNT)
    }

    async fn read(&self, state: AccountState, warnings: &mut Warnings) -> Result<Option<AccountState>> {
        let Some(session) = self.0.ready() else {
            warnings.warn(self.0.missing().and("The storage account was not refreshed: the state is taken as it is."));
            return Ok(Some(state));
        };
        let id = text(&state.id).to_owned();
        match find(&session, &CallLimits::for_read(), state.partner_id.as_deref_option(), &id).await? {
            Some(account) => {
                let state = state.refreshed(&account)?;
                self.observe(&state);
                Ok(Some(state))
            }
            None => {
                session.walk().gone(&id);
                Ok(None)
            }
        }
    }

    async fn plan(&self, change: Change<AccountState>, warnings: &mut Warnings) -> Result<Planned<AccountState>> {
        let Change { prior, proposed: mut planned, config } = change;
        planned.allow_overdraft = or_false(&config.allow_overdraft);
        planned.allocation = match &planned.allocated_storage {
            Value::Unknown => Value::Unknown,
            _ => planned.bytes().map(bytes::allocation).into(),
        };
        let planned = match prior {
            None => self.plan_create(planned, &config, warnings).await?,
            Some(prior) => self.plan_unchanged(planned, &prior, &config, warnings).await?,
        };
        Ok(planned.into())
    }

    async fn plan_destroy(&self, prior: AccountState, warnings: &mut Warnings) -> Result<()> {
        if let Some(session) = self.0.ready() {
            self.withdraw(&session, &prior, None, warnings).await?;
        }
        Ok(())
    }

    async fn create(
        &self,
        planned: AccountState,
        config: AccountState,
        warnings: &mut Warnings,
    ) -> Result<AccountState> {
        let session = self.0.session()?;
        let call = CallLimits::for_operation(timeouts::DEFAULT);
        let partner = planned.partner_id.as_deref_option();
        let bytes = planned.bytes().ok_or_else(allocation::unknown)?;
        config.passwords().ensure_given(&planned.who())?;
        let password = config.passwords().given();
        let wanted = NewStorageAccount {
            name: text(&planned.name).into(),
            allocated_capacity: bytes,
            allow_overdraft: planned.allow_overdraft.unwrap_or_default(),
            contact_email: text(&planned.contact_email).into(),
            password: password
                .ok_or_else(|| Diagnostic::new("No password", "The password is not known. Nothing was written."))?,
        };
        let accounts = list(&session, &call, partner).await?;
        let before = accounts.into_iter().map(|account| account.id).collect();
        let increase = Increase::new(planned.who(), 0, bytes);
        let grant = match pool(&session, &call, partner, bytes).await? {
            Some(source) => Some(session.capacity.grant(&call, &source, &increase).await?),
            None => None,
        };
        let creation = AccountCreation { session: &session, partner, wanted: &wanted, before };
        match session.creations.create(&creation, &call, session.settings.max_retries, warnings).await {
            Ok(account) => {
                if let Some(grant) = grant {
                    grant.commit();
                }
                session.inventory.put_account(partner, account.clone());
                Ok(AccountState {
                    id: Value::Value(account.id),
                    pending_deleted_at: account.pending_deleted_at.into(),
                    ..planned
                })
            }
            Err(failure) => {
                if let Some(grant) = grant {
                    if failure.may_exist { grant.commit() } else { grant.release() }
                }
                if failure.may_exist {
                    return Err(failure.problem);
                }
                let now = session.client.storage_accounts(&call, owner(partner)).await.unwrap_or_default().items;
                Err(match holder(now, &wanted.contact_email) {
                    Some(holder) => failure.problem.and(messages::held(partner, &holder)),
                    None => failure.problem,
                })
            }
        }
    }

    async fn update(&self, _: AccountState, planned: AccountState, _: &mut Warnings) -> Result<AccountState> {
        // Only a password that is recorded, or another spelling of the same address, comes here: nothing that the API has.
        Ok(planned)
    }

    async fn destroy(&self, prior: AccountState, warnings: &mut Warnings) -> Result<()> {
        let session = self.0.session()?;
        let call = CallLimits::for_operation(timeouts::DEFAULT);
        let (partner, id) = (prior.partner_id.as_deref_option(), text(&prior.id));
        if prior.pending_deleted_at.is_value() {
            warnings.warn(messages::scheduled(&prior, prior.pending_deleted_at.as_deref_option()));
            return Ok(());
        }
        let deleted = session.client.delete_storage_account(&call, owner(partner), id).await;
        deleted.map_err(|error| Diagnostic::api(format!("schedule the deletion of {} ({id})", prior.who()), &error))?;
        let now = session.client.storage_account(&call, owner(partner), id).await.ok().and_then(Lookup::found);
        if let Some(account) = &now {
            session.inventory.put_account(partner, account.clone());
        }
        let until = now.and_then(|account| account.pending_deleted_at);
        warnings.warn(messages::scheduled(&prior, until.as_deref()));
        Ok(())
    }

    async fn import(&self, id: String, _: &mut Warnings) -> Result<AccountState> {
        let session = self.0.session()?;
        let (partner, account) = match id.trim() {
            alone if !alone.contains('/') => (None, alone),
            both => {
                let (partner, account) = import_id::pair(
                    both,
                    "storage account",
                    "PARTNER/ACCOUNT (ACCOUNT alone with a channel partner's key)",
                )?;
                (Some(partner), account)
            }
        };
        match find(&session, &CallLimits::for_read(), partner, account).await? {
            Some(found) => {
                let state = AccountState::unread(partner, account).refreshed(&found)?;
                self.observe(&state);
                Ok(state)
            }
            None => Err(messages::none(partner, account)),
        }
    }

    fn identity_schema(&self) -> IdentitySchema {
        IdentitySchema {
            version: 0,
            attributes: vec![
                IdentityAttribute::optional(
                    "partner_id",
                    "The id (UUID) of the partner; not with a channel partner's key.",
                ),
                IdentityAttribute::required("id", "The storage account's id: 12 digits."),
            ],
        }
    }

    fn identity(&self, state: &AccountState) -> Option<Identity> {
        (!state.partner_id.is_unknown()).then_some(())?;
        Some(identity(state.partner_id.as_deref_option(), state.id.as_deref_option()?))
    }

    fn import_id(&self, identity: &Identity) -> Result<String> {
        Ok(messages::import_id(identity.text("partner_id"), identity.text("id").unwrap_or_default()))
    }

    fn write_only(&self) -> &'static [&'static str] {
        password::WRITE_ONLY
    }

    fn observe(&self, state: &AccountState) {
        if let (Some(session), Some(known)) = (self.0.ready(), state.known()) {
            session.walk().seen(known);
        }
    }
}

impl AccountResource {
    async fn plan_create(
        &self,
        mut planned: AccountState,
        config: &AccountState,
        warnings: &mut Warnings,
    ) -> Result<AccountState> {
        (planned.id, planned.pending_deleted_at) = (Value::Unknown, Value::Unknown);
        config.passwords().ensure_given(&planned.who())?;
        let bytes = planned.bytes();
        if let Some(bytes) = bytes {
            allocation::check_new(bytes, warnings)?;
        }
        let Some(session) = self.0.ready() else {
            warnings.warn(
                self.0.missing().and("The allocation is checked when the account is applied, before it is written."),
            );
            return Ok(planned);
        };
        let key = config_key(TYPE, config);
        let pool_name = planned.pool();
        let replaced = session.walk().planned_without_prior(
            &key,
            pool_name.as_deref(),
            &text(&planned.contact_email).to_ascii_lowercase(),
            bytes.unwrap_or_default(),
        );
        if let Some(replaced) = replaced {
            return Err(messages::no_replacement(&planned, &replaced.id));
        }
        if planned.partner_id.is_unknown() {
            return Ok(planned);
        }
        let (call, partner) = (CallLimits::for_read(), planned.partner_id.as_deref_option());
        let accounts = list(&session, &call, partner).await?;
        if let Some(holder) = holder(accounts, text(&planned.contact_email)) {
            return Err(Diagnostic::new(
                format!("The address of {} is taken", planned.who()),
                messages::held(partner, &holder),
            )
            .at("contact_email"));
        }
        if let (Some(bytes), Some(id)) = (bytes, partner) {
            match pool(&session, &call, partner, bytes).await? {
                Some(source) => {
                    let increase = Increase::new(planned.who(), 0, bytes);
                    session.capacity.plan(&call, &source, &increase, bytes, warnings).await?;
                }
                None if bytes > 0 && session.capacity.is_on() => {
                    warnings.warn(messages::nothing_to_reserve_from(&planned, id))
                }
                None => {}
            }
        }
        Ok(planned)
    }

    async fn plan_unchanged(
        &self,
        mut planned: AccountState,
        prior: &AccountState,
        config: &AccountState,
        warnings: &mut Warnings,
    ) -> Result<AccountState> {
        if let Some(session) = self.0.ready() {
            self.withdraw(&session, prior, Some(config_key(TYPE, config)), warnings).await?;
        }
        if config
            .contact_email
            .as_deref_option()
            .is_some_and(|email| email.eq_ignore_ascii_case(text(&prior.contact_email)))
        {
            planned.contact_email = prior.contact_email.clone();
        }
        planned.keep_partner(prior);
        let changed = planned.changes(prior);
        if !changed.is_empty() {
            return Err(messages::cannot_change(prior, &changed));
        }
        if let Difference::Changed(attribute) = planned.passwords().differs_from(&prior.passwords()) {
            return Err(messages::password_is_fixed(prior, attribute));
        }
        if prior.pending_deleted_at.is_value() {
            warnings.warn(messages::pending(prior));
        }
        Ok(planned)
    }

    /// See the partner's: what was not charged to a creation of the same name is charged now.
    async fn withdraw(
        &self,
        session: &Session,
        prior: &AccountState,
        config: Option<Vec<u8>>,
        warnings: &mut Warnings,
    ) -> Result<()> {
        let withdrawn = session.walk().planned_with_prior(text(&prior.id), config);
        if let (Some(withdrawn), Some(partner)) = (withdrawn, prior.partner_id.as_ref_option()) {
            let increase = Increase { who: format!("another {}", prior.who()), bytes: withdrawn.increase };
            let source = Source::Partner(partner.clone());
            session.capacity.plan(&CallLimits::for_read(), &source, &increase, withdrawn.amount, warnings).await?;
        }
        Ok(())
    }
}

/// Who holds a root user's address, among the accounts of one owner. Those of others cannot be seen.
fn holder(accounts: Vec<StorageAccount>, email: &str) -> Option<StorageAccount> {
    let holds = |account: &StorageAccount| {
        account.contact_email.as_deref().is_some_and(|held| held.eq_ignore_ascii_case(email))
    };
    accounts.into_iter().find(holds)
}

/// What an account's allocation comes out of, as far as the API tells: a partner with an allocation of its own. A channel partner's
/// key is told nothing of its contract.
async fn pool(session: &Session, call: &CallLimits, partner: Option<&str>, bytes: i64) -> Result<Option<Source>> {
    let Some(id) = partner.filter(|_| bytes > 0 && session.capacity.is_on()) else { return Ok(None) };
    let found = session.inventory.single_partner(call, id).await;
    let found = found.map_err(|error| Diagnostic::api(format!("read partner {id}"), &error))?;
    let pay_per_use = found.is_some_and(|partner| partner.allocated == Some(0));
    Ok((!pay_per_use).then(|| Source::Partner(id.into())))
}
