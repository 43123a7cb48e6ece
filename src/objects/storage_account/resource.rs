//! `impossiblecloud_storage_account`, as Terraform asks for it.

use async_trait::async_trait;
use terraform_plugin_server::{Identity, IdentityAttribute, IdentitySchema};
use tf_provider::schema::Schema;

use super::data_sources::find;
use super::messages;
use super::plan;
use super::state::{self, AccountState, identity};
use super::write::{self, is_like};
use crate::api::CallLimits;
use crate::capacity::allocation;
use crate::objects::address;
use crate::objects::password;
use crate::objects::replacing;
use crate::service::may_be_two;
use crate::session::ProviderHandle;
use crate::terraform::diagnostics::{Diagnostic, Result, Warnings};
use crate::terraform::import_id;
use crate::terraform::resource::{Change, Created, ManagedResource, Planned};
use crate::terraform::timeouts;
use crate::terraform::trace::Trace;
use crate::terraform::values::{or_false, text};

/// `impossiblecloud_storage_account`.
pub struct AccountResource(pub ProviderHandle);

#[async_trait]
impl ManagedResource for AccountResource {
    type State = AccountState;

    fn schema(&self) -> Schema {
        state::schema()
    }

    async fn validate(&self, config: AccountState) -> Vec<Diagnostic> {
        let partner = import_id::check_uuid(&config.partner_id, "partner_id");
        let name = config.name.as_deref_option().and_then(messages::check_name);
        let amount = allocation::check(&config.allocated_storage);
        let email = address::check(&config.contact_email, "contact_email");
        let mut wrong: Vec<_> = [partner, name, amount, email].into_iter().flatten().collect();
        wrong.extend(config.passwords().check(password::ACCOUNT));
        wrong.extend(timeouts::check(&config.timeouts));
        wrong
    }

    async fn read(&self, state: AccountState, warnings: &mut Warnings) -> Result<Option<AccountState>> {
        let Some(session) = self.0.ready() else {
            warnings.warn(self.0.missing().and("The storage account was not refreshed: the state is taken as it is."));
            return Ok(Some(state));
        };
        let id = text(&state.id).to_owned();
        let found = session.inventory.account(&CallLimits::for_read(), state.partner_id.as_deref_option(), &id).await;
        match found.map_err(|error| error.diagnostic("read", &format!("{} ({id})", state.who())))? {
            Some(account) => {
                let state = state.refreshed(&account)?;
                replacing::observe_read(&session, state.observed());
                Ok(Some(state))
            }
            None => {
                session.replacements().gone(&id);
                Ok(None)
            }
        }
    }

    async fn plan(&self, change: Change<AccountState>, warnings: &mut Warnings) -> Result<Planned<AccountState>> {
        let Change { prior, trace, proposed: mut planned, config } = change;
        planned.allow_overdraft = or_false(&config.allow_overdraft);
        planned.deletion_protection = or_false(&config.deletion_protection);
        planned.allocation = plan::allocation_of(&planned);
        match prior {
            None => plan::create(&self.0, planned, &config, trace.as_ref(), warnings).await,
            Some(prior) => plan::update(&self.0, planned, &prior, &config, warnings).await,
        }
    }

    async fn plan_destroy(&self, prior: AccountState, warnings: &mut Warnings) -> Result<()> {
        plan::destroy(&self.0, &prior, warnings).await
    }

    async fn create(
        &self,
        planned: AccountState,
        config: AccountState,
        trace: Option<Trace>,
        warnings: &mut Warnings,
    ) -> Result<Created<AccountState>> {
        write::create(&*self.0.session()?, planned, &config, trace.as_ref(), warnings).await
    }

    async fn look_for_twin(&self, state: &AccountState, warnings: &mut Warnings) {
        let (Some(session), Some(bytes)) = (self.0.ready(), state.bytes()) else { return };
        let accounts = session.inventory.accounts(&CallLimits::for_read(), state.partner_id.as_deref_option()).await;
        for twin in accounts.unwrap_or_default() {
            if is_like(&twin, text(&state.contact_email), text(&state.name), bytes) && twin.id != text(&state.id) {
                warnings.warn(may_be_two(&state.who(), text(&state.id), &twin.id));
            }
        }
    }

    async fn update(
        &self,
        _: AccountState,
        planned: AccountState,
        _: Option<Trace>,
        _: &mut Warnings,
    ) -> Result<AccountState> {
        // Only what the state alone has comes here, or another spelling of the same: nothing that the API has.
        Ok(planned)
    }

    async fn destroy(&self, prior: AccountState, warnings: &mut Warnings) -> Result<()> {
        write::destroy(&*self.0.session()?, &prior, warnings).await
    }

    async fn import(&self, id: String, _: &mut Warnings) -> Result<AccountState> {
        let session = self.0.session()?;
        let (partner, account) = match id.trim() {
            alone if !alone.contains('/') => (None, alone),
            both => {
                let form = "PARTNER/ACCOUNT (ACCOUNT alone with a channel partner's key)";
                let (partner, account) = import_id::pair(both, "storage account", form)?;
                (Some(partner), account)
            }
        };
        match find(&session, &CallLimits::for_read(), "import", partner, account).await? {
            Some(found) => {
                let state = AccountState::unread(partner, account).refreshed(&found)?;
                self.observe(&state);
                Ok(state)
            }
            None => Err(messages::none(partner, account)),
        }
    }

    fn identity_schema(&self) -> IdentitySchema {
        IdentitySchema::new(
            0,
            vec![
                IdentityAttribute::optional(
                    "partner_id",
                    "The id (UUID) of the partner; not with a channel partner's key.",
                ),
                IdentityAttribute::required("id", "The storage account's id: 12 digits."),
            ],
        )
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
        replacing::observe(&self.0, state.observed());
    }
}
