//! The provider itself over bytes.

use async_trait::async_trait;
use tf_provider::Diagnostics;
use tf_provider::schema::Schema;

use super::{Described, Lazily, decode};
use crate::msgpack;
use crate::provider::Provider;

/// What [`Provider`] says, over bytes.
#[async_trait]
pub(crate) trait AnyProvider: Send + Sync {
    fn described(&self) -> &Described;
    fn meta_schema(&self, diags: &mut Diagnostics) -> Option<Schema>;
    async fn validate(&self, diags: &mut Diagnostics, config: &[u8]) -> Option<()>;
    async fn configure(&self, diags: &mut Diagnostics, terraform_version: String, config: &[u8]) -> Option<()>;
}

pub(crate) struct ProviderBridge<P> {
    provider: P,
    described: Lazily,
}

fn fits<P: Provider>(bytes: &[u8]) -> bool {
    msgpack::decode::<P::Config<'_>>(bytes).is_ok()
}

impl<P: Provider> ProviderBridge<P> {
    pub(crate) fn new(provider: P) -> Self {
        Self { provider, described: Lazily::default() }
    }

    fn config<'a>(&self, diags: &mut Diagnostics, bytes: &'a [u8]) -> Option<P::Config<'a>> {
        decode(diags, bytes, &self.described().shape, fits::<P>)
    }
}

#[async_trait]
impl<P: Provider> AnyProvider for ProviderBridge<P> {
    fn described(&self) -> &Described {
        self.described.get(|diags| self.provider.schema(diags))
    }

    fn meta_schema(&self, diags: &mut Diagnostics) -> Option<Schema> {
        self.provider.meta_schema(diags)
    }

    async fn validate(&self, diags: &mut Diagnostics, config: &[u8]) -> Option<()> {
        let config = self.config(diags, config)?;
        self.provider.validate(diags, config).await
    }

    async fn configure(&self, diags: &mut Diagnostics, terraform_version: String, config: &[u8]) -> Option<()> {
        let config = self.config(diags, config)?;
        self.provider.configure(diags, terraform_version, config).await
    }
}
