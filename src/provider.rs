//! The provider: its configuration and its registries.

use std::sync::Arc;

use async_trait::async_trait;
use terraform_plugin_server::schema::schema;
use terraform_plugin_server::{DeferReason, Registry};
use tf_provider::Diagnostics;
use tf_provider::schema::Schema;
use tf_provider::value::ValueEmpty;

use crate::api::Client;
use crate::objects::contract::{ContractDataSource, ContractsDataSource};
use crate::objects::functions::{Bytes, FormatBytes};
use crate::objects::member::{self, MemberDataSource, MemberList, MemberResource, MembersDataSource};
use crate::objects::partner::{self, PartnerDataSource, PartnerList, PartnerResource, PartnersDataSource};
use crate::objects::region::RegionsDataSource;
use crate::objects::storage_account::{
    self, AccountList, AccountResource, RestoreAction, StorageAccountDataSource, StorageAccountsDataSource,
};
use crate::objects::usage::UsageDataSource;
use crate::objects::usage_summary::UsageSummaryDataSource;
use crate::session::{Configuration, ProviderHandle, Session};
use crate::settings::{self, Config};
use crate::terraform::data_source::DataSource;
use crate::terraform::diagnostics::{Diagnostic, Result, Warnings, report};
use crate::terraform::resource::Resource;

/// The provider's address in the Registry.
pub const ADDRESS: &str = "registry.terraform.io/impossiblecloud/impossiblecloud";

/// See the module.
#[derive(Default)]
pub struct ImpossibleCloud {
    handle: ProviderHandle,
}

#[async_trait]
impl tf_provider::Provider for ImpossibleCloud {
    type Config<'a> = Config;
    type MetaState<'a> = ValueEmpty;

    fn schema(&self, _: &mut Diagnostics) -> Option<Schema> {
        Some(schema(
            "Manages what a distributor of Impossible Cloud has in the management console: partners and their shares \
             of a contract. Every setting can also be given in the environment; the block wins.",
            settings::attributes(),
        ))
    }

    async fn validate<'a>(&self, diags: &mut Diagnostics, config: Config) -> Option<()> {
        report(diags, Warnings::default(), config.validate())
    }

    async fn configure<'a>(&self, diags: &mut Diagnostics, terraform_version: String, config: Config) -> Option<()> {
        let unknown = config.unknown();
        if !unknown.is_empty() {
            // A Terraform that can put everything off is asked to; any other goes on, and each object says what waits.
            let _ = terraform_plugin_server::request()
                .is_some_and(|request| request.defer(DeferReason::ProviderConfigUnknown));
            self.handle.set(Configuration::Waiting(unknown));
            return Some(());
        }
        let session = session(&config, &terraform_version).await;
        let mut warnings = Warnings::default();
        if let Some(ending) = session.as_ref().ok().and_then(|session| Diagnostic::key_end(&session.client)) {
            warnings.warn(ending);
        }
        let session = report(diags, warnings, session)?;
        self.handle.set(Configuration::Ready(Arc::new(session)));
        Some(())
    }
}

/// What the configuration comes to.
async fn session(config: &Config, terraform_version: &str) -> Result<Session> {
    let session = settings::session_settings(config)?;
    let client = Client::new(settings::client_settings(config, terraform_version).await?);
    let client = client.map_err(|error| Diagnostic::api("set up the connection", &error))?;
    Ok(Session::new(client, session))
}

impl terraform_plugin_server::Provider for ImpossibleCloud {
    fn register(&self, registry: &mut Registry) {
        let handle = || self.handle.clone();
        registry
            .resource(partner::TYPE, Resource(PartnerResource(handle()), handle()))
            .resource(member::TYPE, Resource(MemberResource(handle()), handle()))
            .resource(storage_account::TYPE, Resource(AccountResource(handle()), handle()))
            .data_source("impossiblecloud_contract", DataSource(ContractDataSource(handle()), handle()))
            .data_source("impossiblecloud_contracts", DataSource(ContractsDataSource(handle()), handle()))
            .data_source("impossiblecloud_partner", DataSource(PartnerDataSource(handle()), handle()))
            .data_source("impossiblecloud_partners", DataSource(PartnersDataSource(handle()), handle()))
            .data_source("impossiblecloud_partner_member", DataSource(MemberDataSource(handle()), handle()))
            .data_source("impossiblecloud_partner_members", DataSource(MembersDataSource(handle()), handle()))
            .data_source("impossiblecloud_storage_account", DataSource(StorageAccountDataSource(handle()), handle()))
            .data_source("impossiblecloud_storage_accounts", DataSource(StorageAccountsDataSource(handle()), handle()))
            .data_source("impossiblecloud_usage", DataSource(UsageDataSource(handle()), handle()))
            .data_source("impossiblecloud_usage_summary", DataSource(UsageSummaryDataSource(handle()), handle()))
            .data_source("impossiblecloud_regions", DataSource(RegionsDataSource(handle()), handle()))
            .function("bytes", Bytes)
            .function("format_bytes", FormatBytes)
            .list_resource(partner::TYPE, PartnerList(handle()))
            .list_resource(member::TYPE, MemberList(handle()))
            .list_resource(storage_account::TYPE, AccountList(handle()))
            .action("impossiblecloud_storage_account_restore", RestoreAction(handle()));
    }

    fn address(&self) -> String {
        ADDRESS.into()
    }
}
