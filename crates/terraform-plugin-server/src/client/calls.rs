//! The calls, one short method each.

use super::{Client, ClientError, values};
use crate::Dynamic;
use crate::wire::tfplugin6 as tf;

mod answers;
mod change;
mod validate;

pub use change::Basis;
pub use validate::Subject;

pub use answers::{Diagnostic, Imported, Invoked, Listed, Planned, Returned};

/// What a call that checks or prepares has to say.
type Diagnostics = Result<Vec<Diagnostic>, ClientError>;

impl Client {
    /// All schemas. Asked for once, and then remembered, as Terraform does.
    ///
    /// # Errors
    ///
    /// As for every call: when it fails as a whole, or a value cannot be converted. What the provider has to say of it
    /// comes with the answer.
    pub async fn get_provider_schema(&self) -> Result<tf::get_provider_schema::Response, ClientError> {
        self.schemas().await.cloned()
    }

    /// The identity schemas of the resource types that have one.
    ///
    /// # Errors
    ///
    /// See [`Client::get_provider_schema`].
    pub async fn get_resource_identity_schemas(
        &self,
    ) -> Result<tf::get_resource_identity_schemas::Response, ClientError> {
        let request = tf::get_resource_identity_schemas::Request {};
        Ok(self.raw().get_resource_identity_schemas(request).await?.into_inner())
    }

    /// Checks a provider block and configures the provider with it.
    ///
    /// # Errors
    ///
    /// See [`Client::get_provider_schema`].
    pub async fn configure(&self, config: impl Into<Dynamic>) -> Diagnostics {
        let schema = self.schemas().await?.provider.clone();
        let config = values::encode(&values::complete(&block(schema.as_ref()), config.into()))?;
        let validate = tf::validate_provider_config::Request { config: Some(config.clone()) };
        let mut said = self.raw().validate_provider_config(validate).await?.into_inner().diagnostics;
        let request = tf::configure_provider::Request {
            terraform_version: "1.15.0".to_owned(),
            config: Some(config),
            client_capabilities: Some(self.capabilities),
        };
        said.extend(self.raw().configure_provider(request).await?.into_inner().diagnostics);
        Ok(answers::diagnostics(said))
    }

    /// Takes a stored state, in JSON, of this schema version to the current one.
    ///
    /// # Errors
    ///
    /// See [`Client::get_provider_schema`].
    pub async fn upgrade(&self, type_name: &str, version: i64, state: &str) -> Result<Returned, ClientError> {
        let raw_state = tf::RawState { json: state.to_owned().into(), ..tf::RawState::default() };
        let request = tf::upgrade_resource_state::Request {
            type_name: type_name.to_owned(),
            version,
            raw_state: Some(raw_state),
        };
        Returned::upgraded(self.raw().upgrade_resource_state(request).await?.into_inner())
    }

    /// Imports an object by id.
    ///
    /// # Errors
    ///
    /// See [`Client::get_provider_schema`].
    pub async fn import(&self, type_name: &str, id: &str) -> Result<Imported, ClientError> {
        self.import_by(type_name, id, None).await
    }

    /// Imports an object by identity.
    ///
    /// # Errors
    ///
    /// See [`Client::get_provider_schema`].
    pub async fn import_by_identity(
        &self,
        type_name: &str,
        identity: impl Into<Dynamic>,
    ) -> Result<Imported, ClientError> {
        self.import_by(type_name, "", Some(identity.into())).await
    }

    async fn import_by(&self, type_name: &str, id: &str, identity: Option<Dynamic>) -> Result<Imported, ClientError> {
        let request = tf::import_resource_state::Request {
            type_name: type_name.to_owned(),
            id: id.to_owned(),
            client_capabilities: Some(self.capabilities),
            identity: answers::identity_to_wire(identity.as_ref())?,
        };
        Imported::read(self.raw().import_resource_state(request).await?.into_inner())
    }

    /// Reads a data source.
    ///
    /// # Errors
    ///
    /// See [`Client::get_provider_schema`].
    pub async fn read_data_source(&self, type_name: &str, config: impl Into<Dynamic>) -> Result<Returned, ClientError> {
        let schemas = &self.schemas().await?.data_source_schemas;
        let config = values::complete(&find(schemas, type_name)?, config.into());
        let request = tf::read_data_source::Request {
            type_name: type_name.to_owned(),
            config: Some(values::encode(&config)?),
            provider_meta: None,
            client_capabilities: Some(self.capabilities),
        };
        Returned::data(self.raw().read_data_source(request).await?.into_inner())
    }

    /// Calls a function; the inner error is the function's own: the text and the argument to blame, counted from 0.
    ///
    /// # Errors
    ///
    /// See [`Client::get_provider_schema`].
    pub async fn call_function(
        &self,
        name: &str,
        arguments: &[Dynamic],
    ) -> Result<Result<Dynamic, (String, Option<i64>)>, ClientError> {
        let arguments = arguments.iter().map(values::encode).collect::<Result<_, _>>()?;
        let request = tf::call_function::Request { name: name.to_owned(), arguments };
        let answer = self.raw().call_function(request).await?.into_inner();
        match answer.error {
            Some(error) => Ok(Err((error.text, error.function_argument))),
            None => values::decode(answer.result.as_ref()).map(Ok),
        }
    }

    /// Lists objects, at most `limit` unless that is 0.
    ///
    /// # Errors
    ///
    /// See [`Client::get_provider_schema`].
    pub async fn list(
        &self,
        type_name: &str,
        config: impl Into<Dynamic>,
        include_resource: bool,
        limit: i64,
    ) -> Result<Vec<Listed>, ClientError> {
        let schemas = &self.schemas().await?.list_resource_schemas;
        let config = values::complete(&find(schemas, type_name)?, config.into());
        let request = tf::list_resource::Request {
            type_name: type_name.to_owned(),
            config: Some(values::encode(&config)?),
            include_resource_object: include_resource,
            limit,
        };
        let mut stream = self.raw().list_resource(request).await?.into_inner();
        let mut found = Vec::new();
        while let Some(event) = stream.message().await? {
            found.push(Listed::read(event)?);
        }
        Ok(found)
    }

    /// Plans an action and runs it to its end.
    ///
    /// # Errors
    ///
    /// See [`Client::get_provider_schema`].
    pub async fn invoke_action(&self, action_type: &str, config: impl Into<Dynamic>) -> Result<Invoked, ClientError> {
        let schemas = &self.schemas().await?.action_schemas;
        let schema = schemas.get(action_type).ok_or_else(|| ClientError::Unknown(action_type.to_owned()))?;
        let config = values::encode(&values::complete(&block(schema.schema.as_ref()), config.into()))?;
        let request = tf::invoke_action::Request {
            action_type: action_type.to_owned(),
            config: Some(config),
            client_capabilities: Some(self.capabilities),
        };
        let mut stream = self.raw().invoke_action(request).await?.into_inner();
        let mut invoked = Invoked::default();
        while let Some(event) = stream.message().await? {
            invoked.take(event);
        }
        Ok(invoked)
    }

    /// Asks running operations to end soon.
    ///
    /// # Errors
    ///
    /// When the call fails.
    pub async fn stop(&self) -> Result<(), ClientError> {
        self.raw().stop_provider(tf::stop_provider::Request {}).await?;
        Ok(())
    }

    async fn schemas(&self) -> Result<&tf::get_provider_schema::Response, ClientError> {
        let ask = || async {
            let answer = self.raw().get_provider_schema(tf::get_provider_schema::Request {}).await?;
            Ok(answer.into_inner())
        };
        self.schemas.get_or_try_init(ask).await
    }

    pub(super) async fn resource_block(&self, type_name: &str) -> Result<tf::schema::Block, ClientError> {
        find(&self.schemas().await?.resource_schemas, type_name)
    }
}

fn find(
    schemas: &std::collections::BTreeMap<String, tf::Schema>,
    name: &str,
) -> Result<tf::schema::Block, ClientError> {
    let schema = schemas.get(name).ok_or_else(|| ClientError::Unknown(name.to_owned()))?;
    Ok(block(Some(schema)))
}

fn block(schema: Option<&tf::Schema>) -> tf::schema::Block {
    schema.and_then(|schema| schema.block.clone()).unwrap_or_default()
}
