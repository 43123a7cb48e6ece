//! The other end of the protocol: starts a provider as Terraform does, and calls it.
//!
//! For tests that need no Terraform, for benchmarks, and for programs that render documentation from schemas.
//!
//! ```no_run
//! use terraform_plugin_server::client::Launch;
//! use serde_json::json;
//!
//! # async fn example() -> Result<(), terraform_plugin_server::client::ClientError> {
//! let client = Launch::new("target/debug/terraform-provider-example").start().await?;
//! assert!(client.configure(json!({ "endpoint": "http://127.0.0.1:8080" })).await?.is_empty());
//! let config = json!({ "name": "disk" });
//! let planned = client.plan("example_disk", None, config.clone().into()).await?;
//! let applied = client.apply("example_disk", None, &planned, config).await?;
//! println!("{:?}", applied.state);
//! client.shutdown().await?;
//! # Ok(())
//! # }
//! ```

use std::fmt;
use std::io;
use std::process::ExitStatus;

use tokio::process::Child;
use tokio::sync::OnceCell;
use tonic::Status;

use crate::wire::plugin::grpc_controller_client::GrpcControllerClient;
use crate::wire::tfplugin6 as tf;
use launch::Line;
use tf::provider_client::ProviderClient;

mod calls;
mod certificate;
mod channel;
mod launch;
mod life;
mod mistakes;
mod output;
mod propose;
mod values;

pub use calls::{Basis, Diagnostic, Imported, Invoked, Listed, Planned, Returned, Subject};
pub use certificate::ClientKey;
pub use channel::Channel;
pub use launch::{Credentials, Launch};
pub use life::{Breach, Life};
pub use mistakes::Mistake;
pub use output::Output;

pub use crate::wire::tfplugin6 as wire;

/// A provider that was started, and the connection to it. Dropping it kills the process.
#[derive(Debug)]
pub struct Client {
    child: Option<Child>,
    stderr: Output,
    channel: Channel,
    line: Line,
    schemas: OnceCell<tf::get_provider_schema::Response>,
    capabilities: tf::ClientCapabilities,
}

/// Why a provider could not be started or called.
#[derive(Debug)]
#[non_exhaustive]
pub enum ClientError {
    /// Something of the operating system failed.
    Io(io::Error),
    /// The provider ended, or wrote something else than a handshake. Holds what it wrote to stderr.
    Handshake(String),
    /// The TLS material cannot be made, or the TLS handshake failed.
    Tls(String),
    /// HTTP/2 failed.
    Http(String),
    /// The call failed as a whole, without an answer that could carry diagnostics.
    Status(Box<Status>),
    /// The provider's schema has nothing of this name.
    Unknown(String),
    /// A value cannot be written, or the answer cannot be read.
    Value(String),
}

impl fmt::Display for ClientError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) => write!(f, "{error}"),
            Self::Handshake(text) => write!(f, "the provider made no handshake: {text}"),
            Self::Tls(error) => write!(f, "TLS with the provider failed: {error}"),
            Self::Http(error) => write!(f, "HTTP with the provider failed: {error}"),
            Self::Status(status) => write!(f, "the call failed: {status}"),
            Self::Unknown(name) => write!(f, "the provider's schema has no {name}"),
            Self::Value(error) => write!(f, "a value cannot be converted: {error}"),
        }
    }
}

impl std::error::Error for ClientError {}

impl From<io::Error> for ClientError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl From<Status> for ClientError {
    fn from(status: Status) -> Self {
        Self::Status(Box::new(status))
    }
}

impl Client {
    /// Starts this program as Terraform does, without anything special; see [`Launch`].
    ///
    /// # Errors
    ///
    /// See [`Launch::start`].
    pub async fn start(program: impl AsRef<std::ffi::OsStr>) -> Result<Self, ClientError> {
        Launch::new(program).start().await
    }

    /// The generated client, for every call and every field that has no method here.
    pub fn raw(&self) -> ProviderClient<Channel> {
        ProviderClient::with_origin(self.channel.clone(), channel::origin()).max_decoding_message_size(usize::MAX)
    }

    /// The connection, for the generated clients of the other services.
    pub fn channel(&self) -> Channel {
        self.channel.clone()
    }

    /// Sets what later calls tell the provider about this client. Until then it knows write-only attributes and no
    /// deferral.
    pub fn set_capabilities(&mut self, deferral_allowed: bool, write_only_attributes_allowed: bool) {
        self.capabilities =
            tf::ClientCapabilities { deferral_allowed, write_only_attributes_allowed, ..self.capabilities };
    }

    /// What calls tell the provider about this client: that of Terraform 1.16, until it is changed.
    pub fn capabilities(&mut self) -> &mut tf::ClientCapabilities {
        &mut self.capabilities
    }

    /// The process id of the provider, while it runs.
    pub fn id(&self) -> Option<u32> {
        self.child.as_ref()?.id()
    }

    /// What the provider writes to standard error.
    pub fn stderr(&self) -> Output {
        self.stderr.clone()
    }

    /// Asks the provider to end and waits until it has.
    ///
    /// # Errors
    ///
    /// When the provider cannot be asked, or was not started by this client.
    pub async fn shutdown(mut self) -> Result<ExitStatus, ClientError> {
        let mut controller = GrpcControllerClient::with_origin(self.channel.clone(), channel::origin());
        controller.shutdown(crate::wire::plugin::Empty {}).await?;
        self.wait().await
    }

    /// Closes the connection without a word, as a Terraform that is killed does, and waits until the provider has
    /// ended.
    ///
    /// # Errors
    ///
    /// When the provider was not started by this client.
    pub async fn disconnect(mut self) -> Result<ExitStatus, ClientError> {
        self.channel.close();
        self.wait().await
    }

    async fn wait(&mut self) -> Result<ExitStatus, ClientError> {
        let child = self.child.as_mut().ok_or_else(|| io::Error::other("the provider was not started here"))?;
        Ok(child.wait().await?)
    }
}
