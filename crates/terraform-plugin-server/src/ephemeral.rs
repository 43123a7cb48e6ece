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
        Some(Renewed::new(private))
    }

    /// Gives it back.
    async fn close<'a>(&self, diags: &mut Diagnostics, private: Self::PrivateState<'a>) -> Option<()> {
        _ = (diags, private);
        Some(())
    }
}

/// An ephemeral value that was opened.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
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
#[non_exhaustive]
pub struct Renewed<P> {
    /// What the next `renew` or `close` needs to know.
    pub private: P,
    /// When it has to be renewed again, if it runs out.
    pub renew_at: Option<SystemTime>,
}

impl<S, P> Opened<S, P> {
    /// A value that does not run out.
    pub fn new(state: S, private: P) -> Self {
        Self { state, private, renew_at: None }
    }

    /// The same, with when it has to be renewed.
    pub fn renew_at(mut self, time: Option<SystemTime>) -> Self {
        self.renew_at = time;
        self
    }
}

impl<P> Renewed<P> {
    /// A value that does not run out any more.
    pub fn new(private: P) -> Self {
        Self { private, renew_at: None }
    }

    /// The same, with when it has to be renewed again.
    pub fn renew_at(mut self, time: Option<SystemTime>) -> Self {
        self.renew_at = time;
        self
    }
}
