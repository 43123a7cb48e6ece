//! List resources: objects that exist, found for `terraform query`.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use tf_provider::Diagnostics;
use tf_provider::schema::Schema;
use tokio::sync::mpsc::Sender;

use crate::identity::Identity;
use crate::msgpack;

/// Finds existing objects of the resource type that it shares its name with (Terraform 1.14 and later).
#[async_trait]
pub trait ListResource: Send + Sync {
    /// The configuration of the `list` block.
    type Config<'a>: Deserialize<'a> + Send;

    /// The schema of the configuration.
    fn schema(&self, diags: &mut Diagnostics) -> Option<Schema>;

    /// Checks a configuration, in which values may be unknown.
    async fn validate<'a>(&self, diags: &mut Diagnostics, config: Self::Config<'a>) -> Option<()> {
        _ = (diags, config);
        Some(())
    }

    /// Finds objects and sends them one by one.
    async fn list<'a>(&self, diags: &mut Diagnostics, config: Self::Config<'a>, items: ListSender) -> Option<()>;
}

/// An object that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ListItem<S> {
    /// Its identity, by which it can be imported.
    pub identity: Identity,
    /// What people call it.
    pub display_name: String,
    /// Its state as the resource would read it; needed only when [`ListSender::include_resource`] says so.
    pub resource: Option<S>,
}

impl<S> ListItem<S> {
    /// An object, without its state.
    pub fn new(identity: Identity, display_name: impl Into<String>) -> Self {
        Self { identity, display_name: display_name.into(), resource: None }
    }

    /// The same, with its state, where there is one.
    pub fn with_resource(mut self, resource: Option<S>) -> Self {
        self.resource = resource;
        self
    }
}

/// Where the objects go that a list resource finds.
#[derive(Clone, Debug)]
pub struct ListSender {
    pub(crate) include_resource: bool,
    pub(crate) limit: Option<usize>,
    pub(crate) sender: Sender<EncodedItem>,
}

/// An item on its way to the wire: identity, name, and the state as msgpack or why it cannot be written.
#[derive(Debug)]
pub(crate) struct EncodedItem {
    pub identity: Identity,
    pub display_name: String,
    pub resource: Option<Result<Vec<u8>, String>>,
}

impl ListSender {
    /// Whether Terraform wants the whole state of each object and not only its identity.
    pub fn include_resource(&self) -> bool {
        self.include_resource
    }

    /// How many objects Terraform wants at most; none is "all".
    pub fn limit(&self) -> Option<usize> {
        self.limit
    }

    /// Sends an object, waiting while Terraform is slower. Returns false when no more are wanted.
    pub async fn send<S: Serialize>(&self, item: ListItem<S>) -> bool {
        let resource = item.resource.filter(|_| self.include_resource);
        let resource = resource.map(|state| msgpack::encode(&state).map_err(|error| error.to_string()));
        let item = EncodedItem { identity: item.identity, display_name: item.display_name, resource };
        self.sender.send(item).await.is_ok()
    }
}
