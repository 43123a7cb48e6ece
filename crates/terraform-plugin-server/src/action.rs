//! Actions: something done once, when asked, that leaves no object in the state.

use async_trait::async_trait;
use serde::Deserialize;
use tf_provider::Diagnostics;
use tf_provider::schema::Schema;
use tokio::sync::mpsc::UnboundedSender;

/// Something that the provider does once when asked (Terraform 1.14 and later).
#[async_trait]
pub trait Action: Send + Sync {
    /// The configuration of the action.
    type Config<'a>: Deserialize<'a> + Send;

    /// The schema of the configuration.
    fn schema(&self, diags: &mut Diagnostics) -> Option<Schema>;

    /// Checks a configuration, in which values may be unknown.
    async fn validate<'a>(&self, diags: &mut Diagnostics, config: Self::Config<'a>) -> Option<()> {
        _ = (diags, config);
        Some(())
    }

    /// Checks during the plan that the action could be run; values may be unknown.
    async fn plan<'a>(&self, diags: &mut Diagnostics, config: Self::Config<'a>) -> Option<()> {
        _ = (diags, config);
        Some(())
    }

    /// Does it. Returns when it is done; nothing, or an error in the diagnostics, means that it failed.
    async fn invoke<'a>(&self, diags: &mut Diagnostics, config: Self::Config<'a>, progress: Progress) -> Option<()>;
}

/// Tells the operator how an action is getting on.
#[derive(Clone, Debug)]
pub struct Progress(pub(crate) UnboundedSender<String>);

impl Progress {
    /// Shows a message; does nothing once Terraform has gone.
    pub fn report(&self, message: impl Into<String>) {
        _ = self.0.send(message.into());
    }
}
