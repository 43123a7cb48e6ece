//! List resources over bytes.

use async_trait::async_trait;
use tf_provider::Diagnostics;

use super::{Described, Lazily, decode};
use crate::list::{ListResource, ListSender};
use crate::msgpack;

/// What [`ListResource`] says, over bytes.
#[async_trait]
pub(crate) trait AnyListResource: Send + Sync {
    fn described(&self) -> &Described;
    async fn validate(&self, diags: &mut Diagnostics, config: &[u8]) -> Option<()>;
    async fn list(&self, diags: &mut Diagnostics, config: &[u8], items: ListSender) -> Option<()>;
}

pub(crate) struct ListBridge<L> {
    list: L,
    described: Lazily,
}

fn fits<L: ListResource>(bytes: &[u8]) -> bool {
    msgpack::decode::<L::Config<'_>>(bytes).is_ok()
}

impl<L: ListResource> ListBridge<L> {
    pub(crate) fn new(list: L) -> Self {
        Self { list, described: Lazily::default() }
    }

    fn config<'a>(&self, diags: &mut Diagnostics, bytes: &'a [u8]) -> Option<L::Config<'a>> {
        decode(diags, bytes, &self.described().shape, fits::<L>)
    }
}

#[async_trait]
impl<L: ListResource> AnyListResource for ListBridge<L> {
    fn described(&self) -> &Described {
        self.described.get(|diags| self.list.schema(diags))
    }

    async fn validate(&self, diags: &mut Diagnostics, config: &[u8]) -> Option<()> {
        let config = self.config(diags, config)?;
        self.list.validate(diags, config).await
    }

    async fn list(&self, diags: &mut Diagnostics, config: &[u8], items: ListSender) -> Option<()> {
        let config = self.config(diags, config)?;
        self.list.list(diags, config, items).await
    }
}
