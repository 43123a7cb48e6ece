//! The calls that check a configuration.

use super::{Diagnostics, answers, block, find};
use crate::Dynamic;
use crate::client::mistakes::{self, Mistake};
use crate::client::{Client, ClientError, values};
use crate::wire::tfplugin6 as tf;

/// What a configuration has blocks for, by type name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Subject {
    /// The provider block.
    Provider,
    /// A `resource` block.
    Resource(String),
    /// A `data` block.
    DataSource(String),
    /// An `ephemeral` block.
    EphemeralResource(String),
    /// A `list` block.
    ListResource(String),
    /// An `action` block.
    Action(String),
}

impl Client {
    /// Everything that the provider's configuration can have blocks for.
    ///
    /// # Errors
    ///
    /// See [`Client::get_provider_schema`].
    pub async fn subjects(&self) -> Result<Vec<Subject>, ClientError> {
        let schemas = self.schemas().await?;
        let resources = schemas.resource_schemas.keys().cloned().map(Subject::Resource);
        let data_sources = schemas.data_source_schemas.keys().cloned().map(Subject::DataSource);
        let ephemerals = schemas.ephemeral_resource_schemas.keys().cloned().map(Subject::EphemeralResource);
        let lists = schemas.list_resource_schemas.keys().cloned().map(Subject::ListResource);
        let actions = schemas.action_schemas.keys().cloned().map(Subject::Action);
        let named = resources.chain(data_sources).chain(ephemerals).chain(lists).chain(actions);
        Ok([Subject::Provider].into_iter().chain(named).collect())
    }

    /// The mistakes that the schema of a block makes possible: each required attribute left null, each read-only one
    /// set.
    ///
    /// # Errors
    ///
    /// See [`Client::get_provider_schema`].
    pub async fn mistakes(&self, subject: &Subject) -> Result<Vec<Mistake>, ClientError> {
        Ok(mistakes::of_block(&self.block_of(subject).await?))
    }

    /// Checks a block of any kind.
    ///
    /// # Errors
    ///
    /// See [`Client::get_provider_schema`].
    pub async fn validate(&self, subject: &Subject, config: impl Into<Dynamic>) -> Diagnostics {
        let config = Some(values::encode(&values::complete(&self.block_of(subject).await?, config.into()))?);
        let mut raw = self.raw();
        let said = match subject.clone() {
            Subject::Provider => {
                let request = tf::validate_provider_config::Request { config };
                raw.validate_provider_config(request).await?.into_inner().diagnostics
            }
            Subject::Resource(type_name) => {
                let client_capabilities = Some(self.capabilities);
                let request = tf::validate_resource_config::Request { type_name, config, client_capabilities };
                raw.validate_resource_config(request).await?.into_inner().diagnostics
            }
            Subject::DataSource(type_name) => {
                let request = tf::validate_data_resource_config::Request { type_name, config };
                raw.validate_data_resource_config(request).await?.into_inner().diagnostics
            }
            Subject::EphemeralResource(type_name) => {
                let request = tf::validate_ephemeral_resource_config::Request { type_name, config };
                raw.validate_ephemeral_resource_config(request).await?.into_inner().diagnostics
            }
            Subject::ListResource(type_name) => {
                let request = tf::validate_list_resource_config::Request { type_name, config, ..Default::default() };
                raw.validate_list_resource_config(request).await?.into_inner().diagnostics
            }
            Subject::Action(type_name) => {
                let request = tf::validate_action_config::Request { type_name, config };
                raw.validate_action_config(request).await?.into_inner().diagnostics
            }
        };
        Ok(answers::diagnostics(said))
    }

    /// Checks a resource block.
    ///
    /// # Errors
    ///
    /// See [`Client::get_provider_schema`].
    pub async fn validate_resource(&self, type_name: &str, config: impl Into<Dynamic>) -> Diagnostics {
        self.validate(&Subject::Resource(type_name.to_owned()), config).await
    }

    async fn block_of(&self, subject: &Subject) -> Result<tf::schema::Block, ClientError> {
        let schemas = self.schemas().await?;
        match subject {
            Subject::Provider => Ok(block(schemas.provider.as_ref())),
            Subject::Resource(name) => find(&schemas.resource_schemas, name),
            Subject::DataSource(name) => find(&schemas.data_source_schemas, name),
            Subject::EphemeralResource(name) => find(&schemas.ephemeral_resource_schemas, name),
            Subject::ListResource(name) => find(&schemas.list_resource_schemas, name),
            Subject::Action(name) => {
                let schema = schemas.action_schemas.get(name).ok_or_else(|| ClientError::Unknown(name.clone()))?;
                Ok(block(schema.schema.as_ref()))
            }
        }
    }
}
