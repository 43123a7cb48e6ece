//! Storage accounts: end customers' logins to the storage. The API creates them, schedules their deletion and undoes that; it changes
//! nothing else, so every other change is an error at plan time: a replacement would put a customer's data on the way out.

mod creation;
mod data;
mod messages;
mod restore;
mod state;

use async_trait::async_trait;
use terraform_plugin_server::{Identity, IdentityAttribute, IdentitySchema, Number};
use tf_provider::schema::Schema;
use tf_provider::value::Value;

use self::creation::AccountCreation;
pub use self::data::StorageAccountsDataSource;
pub(crate) use self::data::sorted;
pub use self::restore::RestoreAction;
pub use self::state::AccountState;
use crate::amount;
use crate::api::{self, Call, NewStorageAccount, StorageAccount};
use crate::capacity;
use crate::check::Source;
use crate::diagnostics::{Notes, Problem, Result};
use crate::ids;
use crate::inventory::owner;
use crate::ledger::Growth;
use crate::password::{self, Difference};
use crate::resource::{Change, ManagedResource, Planned};
use crate::session::{Handle, Session, reading, within};
use crate::timeouts;
use crate::values::{or_false, text};
use crate::walk::config_key;

/// The resource type.
pub const TYPE: &str = "impossiblecloud_storage_account";

/// `impossiblecloud_storage_account`.
pub struct AccountResource(pub Handle);

#[async_trait]
impl ManagedResource for AccountResource {
    type State = AccountState;

    fn schema(&self) -> Schema {
        state::schema()
    }

    async fn validate(&self, config: AccountState, _: &mut Notes) -> Result<()> {
        if let Some(session) = self.0.ready() {
            session.walk().validated(config_key(TYPE, &config));
        }
        amount::validate(&config.allocated_storage)?;
        config.passwords().validate(password::ACCOUNT)
    }

    async fn read(&self, state: AccountState, notes: &mut Notes) -> Result<Option<AccountState>> {
        let Some(session) = self.0.ready() else {
            notes.warn(self.0.missing().and("The storage account was not refreshed: the state is taken as it is."));
            return Ok(Some(state));
        };
        let id = text(&state.id).to_owned();
        match find(&session, &reading(), state.partner_id.as_deref_option(), &id).await? {
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

    async fn plan(&self, change: Change<AccountState>, notes: &mut Notes) -> Result<Planned<AccountState>> {
        let Change { prior, proposed: mut planned, config } = change;
        planned.allow_overdraft = or_false(&config.allow_overdraft);
        planned.allocation = match &planned.allocated_storage {
            Value::Unknown => Value::Unknown,
            _ => planned.bytes().map(capacity::allocation).into(),
        };
        let planned = match prior {
            None => self.plan_create(planned, &config, notes).await?,
            Some(prior) => self.plan_unchanged(planned, &prior, &config, notes).await?,
        };
        Ok(planned.into())
    }

    async fn plan_destroy(&self, prior: AccountState, notes: &mut Notes) -> Result<()> {
        if let Some(session) = self.0.ready() {
            self.withdraw(&session, &prior, None, notes).await?;
        }
        Ok(())
    }

    async fn create(&self, planned: AccountState, config: AccountState, notes: &mut Notes) -> Result<AccountState> {
        let session = self.0.session()?;
        let call = within(timeouts::DEFAULT);
        let partner = planned.partner_id.as_deref_option();
        let bytes = planned.bytes().ok_or_else(amount::unknown)?;
        config.passwords().needed(&planned.who())?;
        let password = config.passwords().given();
        let wanted = NewStorageAccount {
            name: text(&planned.name).into(),
            allocated_capacity: bytes,
            allow_overdraft: planned.allow_overdraft.unwrap_or_default(),
            contact_email: text(&planned.contact_email).into(),
            password: password
                .ok_or_else(|| Problem::new("No password", "The password is not known. Nothing was written."))?,
        };
        let accounts = list(&session, &call, partner).await?;
        let before = accounts.into_iter().map(|account| account.id).collect();
        let growth = Growth::new(planned.who(), 0, bytes);
        let grant = match pool(&session, &call, partner, bytes).await? {
            Some(source) => Some(session.check.grant(&call, &source, &growth).await?),
            None => None,
        };
        let creation = AccountCreation { session: &session, partner, wanted: &wanted, before };
        match session.creations.create(&creation, &call, session.max_resends, notes).await {
            Ok(account) => {
                if let Some(grant) = grant {
                    grant.settle(false);
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
                    grant.settle(!failure.may_exist);
                }
                if failure.may_exist {
                    return Err(failure.problem);
                }
                let now = session.client.storage_accounts(&call, owner(partner)).await.unwrap_or_default();
                Err(match holder(now, &wanted.contact_email) {
                    Some(holder) => failure.problem.and(messages::held(partner, &holder)),
                    None => failure.problem,
                })
            }
        }
    }

    async fn update(&self, _: AccountState, planned: AccountState, _: &mut Notes) -> Result<AccountState> {
        // Only a password that is recorded, or another spelling of the same address, comes here: nothing that the API has.
        Ok(planned)
    }

    async fn destroy(&self, prior: AccountState, notes: &mut Notes) -> Result<()> {
        let session = self.0.session()?;
        let call = within(timeouts::DEFAULT);
        let (partner, id) = (prior.partner_id.as_deref_option(), text(&prior.id));
        if prior.pending_deleted_at.is_value() {
            notes.warn(messages::scheduled(&prior, prior.pending_deleted_at.as_deref_option()));
            return Ok(());
        }
        let deleted = session.client.delete_storage_account(&call, owner(partner), id).await;
        deleted.map_err(|error| Problem::api(format!("schedule the deletion of {} ({id})", prior.who()), &error))?;
        let now = session.client.storage_account(&call, owner(partner), id).await.ok().flatten();
        if let Some(account) = &now {
            session.inventory.put_account(partner, account.clone());
        }
        let until = now.and_then(|account| account.pending_deleted_at);
        notes.warn(messages::scheduled(&prior, until.as_deref()));
        Ok(())
    }

    async fn import(&self, id: String, _: &mut Notes) -> Result<AccountState> {
        let session = self.0.session()?;
        let (partner, account) = match id.trim() {
            alone if !alone.contains('/') => (None, alone),
            both => {
                let (partner, account) =
                    ids::pair(both, "storage account", "PARTNER/ACCOUNT (ACCOUNT alone with a channel partner's key)")?;
                (Some(partner), account)
            }
        };
        match find(&session, &reading(), partner, account).await? {
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

/// The identity of a storage account.
pub(crate) fn identity(partner: Option<&str>, id: &str) -> Identity {
    match partner {
        Some(partner) => Identity::from([("partner_id", partner), ("id", id)]),
        None => Identity::from([("id", id)]),
    }
}

impl AccountResource {
    async fn plan_create(
        &self,
        mut planned: AccountState,
        config: &AccountState,
        notes: &mut Notes,
    ) -> Result<AccountState> {
        (planned.id, planned.pending_deleted_at) = (Value::Unknown, Value::Unknown);
        config.passwords().needed(&planned.who())?;
        let bytes = planned.bytes();
        if let Some(bytes) = bytes {
            amount::check_new(bytes, notes)?;
        }
        let Some(session) = self.0.ready() else {
            notes.warn(
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
        let (call, partner) = (reading(), planned.partner_id.as_deref_option());
        let accounts = list(&session, &call, partner).await?;
        if let Some(holder) = holder(accounts, text(&planned.contact_email)) {
            return Err(Problem::new(
                format!("The address of {} is taken", planned.who()),
                messages::held(partner, &holder),
            )
            .at("contact_email"));
        }
        if let (Some(bytes), Some(id)) = (bytes, partner) {
            match pool(&session, &call, partner, bytes).await? {
                Some(source) => {
                    let growth = Growth::new(planned.who(), 0, bytes);
                    session.check.plan(&call, &source, &growth, bytes, notes).await?;
                }
                None if bytes > 0 && session.check.is_on() => {
                    notes.warn(messages::nothing_to_reserve_from(&planned, id))
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
        notes: &mut Notes,
    ) -> Result<AccountState> {
        if let Some(session) = self.0.ready() {
            self.withdraw(&session, prior, Some(config_key(TYPE, config)), notes).await?;
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
            notes.warn(messages::pending(prior));
        }
        Ok(planned)
    }

    /// See the partner's: what was not charged to a creation of the same name is charged now.
    async fn withdraw(
        &self,
        session: &Session,
        prior: &AccountState,
        config: Option<Vec<u8>>,
        notes: &mut Notes,
    ) -> Result<()> {
        let withdrawn = session.walk().planned_with_prior(text(&prior.id), config);
        if let (Some(withdrawn), Some(partner)) = (withdrawn, prior.partner_id.as_ref_option()) {
            let growth = Growth { who: format!("another {}", prior.who()), bytes: withdrawn.growth };
            let source = Source::Partner(partner.clone());
            session.check.plan(&reading(), &source, &growth, withdrawn.amount, notes).await?;
        }
        Ok(())
    }
}

/// One storage account; `None` when the service says that it, or its partner, is gone.
async fn find(session: &Session, call: &Call, partner: Option<&str>, id: &str) -> Result<Option<StorageAccount>> {
    let doing = || format!("read storage account {id}");
    match session.inventory.account(call, partner, id).await {
        Ok(found) => Ok(found),
        Err(error) if matches!(error.kind(), api::Kind::NotFound { .. }) && partner.is_some() => {
            let owner = session.inventory.lone_partner(call, partner.unwrap_or_default()).await;
            match owner.map_err(|error| Problem::api(doing(), &error))? {
                None => Ok(None),
                Some(_) => Err(Problem::api(doing(), &error)),
            }
        }
        Err(error) => Err(Problem::api(doing(), &error)),
    }
}

/// All accounts of a partner, or a channel partner's own.
async fn list(session: &Session, call: &Call, partner: Option<&str>) -> Result<Vec<StorageAccount>> {
    let accounts = session.inventory.accounts(call, partner).await;
    accounts.map_err(|error| {
        let whose =
            partner.map_or("your own storage accounts".into(), |id| format!("the storage accounts of partner {id}"));
        Problem::api(format!("list {whose}"), &error)
    })
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
async fn pool(session: &Session, call: &Call, partner: Option<&str>, bytes: i64) -> Result<Option<Source>> {
    let Some(id) = partner.filter(|_| bytes > 0 && session.check.is_on()) else { return Ok(None) };
    let found = session.inventory.lone_partner(call, id).await;
    let found = found.map_err(|error| Problem::api(format!("read partner {id}"), &error))?;
    let pay_per_use = found.is_some_and(|partner| partner.allocated == Some(0));
    Ok((!pay_per_use).then(|| Source::Partner(id.into())))
}

/// An amount as a state has it.
fn number(bytes: i64) -> Value<Number> {
    Value::Value(Number::from(bytes))
}
