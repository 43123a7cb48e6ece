//! Actions over bytes.

use async_trait::async_trait;
use tf_provider::Diagnostics;

use super::{Described, Lazily, decode};
use crate::action::{Action, Progress};
use crate::msgpack;

/// What [`Action`] says, over bytes.
#[async_trait]
pub(crate) trait AnyAction: Send + Sync {
    fn described(&self) -> &Described;
    async fn validate(&self, diags: &mut Diagnostics, config: &[u8]) -> Option<()>;
    async fn plan(&self, diags: &mut Diagnostics, config: &[u8]) -> Option<()>;
    async fn invoke(&self, diags: &mut Diagnostics, config: &[u8], progress: Progress) -> Option<()>;
}

pub(crate) struct ActionBridge<A> {
    action: A,
    described: Lazily,
}

fn fits<A: Action>(bytes: &[u8]) -> bool {
    msgpack::decode::<A::Config<'_>>(bytes).is_ok()
}

impl<A: Action> ActionBridge<A> {
    pub(crate) fn new(action: A) -> Self {
        Self { action, described: Lazily::default() }
    }

    fn config<'a>(&self, diags: &mut Diagnostics, bytes: &'a [u8]) -> Option<A::Config<'a>> {
        decode(diags, bytes, &self.described().shape, fits::<A>)
    }
}

#[async_trait]
impl<A: Action> AnyAction for ActionBridge<A> {
    fn described(&self) -> &Described {
        self.described.get(|diags| self.action.schema(diags))
    }

    async fn validate(&self, diags: &mut Diagnostics, config: &[u8]) -> Option<()> {
        let config = self.config(diags, config)?;
        self.action.validate(diags, config).await
    }

    async fn plan(&self, diags: &mut Diagnostics, config: &[u8]) -> Option<()> {
        let config = self.config(diags, config)?;
        self.action.plan(diags, config).await
    }

    async fn invoke(&self, diags: &mut Diagnostics, config: &[u8], progress: Progress) -> Option<()> {
        let config = self.config(diags, config)?;
        self.action.invoke(diags, config, progress).await
    }
}
