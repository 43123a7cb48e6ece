//! Ephemeral resources: values that live as long as one Terraform run and are stored nowhere.

use std::time::SystemTime;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use tf_provider::Diagnostics;
use tf_provider::schema::Schema;

/// A value that is never stored (Terraform 1.10 and later).
#[async_trait]
pub trait EphemeralResource: Send + Sync {
    /// Configuration and result.
    type State<'a>: Serialize + Deserialize<'a> + Send;

    /// What `renew` and `close` need to know. It never leaves this run of Terraform.
    type PrivateState<'a>: Serialize + Deserialize<'a> + Send;

    /// The schema of configuration and result.
    fn schema(&self, diags: &mut Diagnostics) -> Option<Schema>;

    /// Checks a configuration, in which values may be unknown.
    async fn validate<'a>(&self, diags: &mut Diagnostics, config: Self::State<'a>) -> Option<()> {
        _ = (diags, config);
        Some(())
    }

    /// Gets the value.
    async fn open<'a>(
        &self,
        diags: &mut Diagnostics,
        config: Self::State<'a>,
    ) -> Option<Opened<Self::State<'a>, Self::PrivateState<'a>>>;

    /// Prolongs it; called only if a time to renew was given.
    async fn renew<'a>(
        &self,
        diags: &mut Diagnostics,
        private: Self::PrivateState<'a>,
    ) -> Option<Renewed<Self::PrivateState<'a>>> {
        _ = diags;
        Some(Renewed { private, renew_at: None })
    }

    /// Gives it back.
    async fn close<'a>(&self, diags: &mut Diagnostics, private: Self::PrivateState<'a>) -> Option<()> {
        _ = (diags, private);
        Some(())
    }
}

/// An ephemeral value that was opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened<S, P> {
    /// The configuration with the result filled in.
    pub state: S,
    /// What `renew` and `close` need to know.
    pub private: P,
    /// When it has to be renewed, if it runs out.
    pub renew_at: Option<SystemTime>,
}

/// An ephemeral value that was prolonged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Renewed<P> {
    /// What the next `renew` or `close` needs to know.
    pub private: P,
    /// When it has to be renewed again, if it runs out.
    pub renew_at: Option<SystemTime>,
}
