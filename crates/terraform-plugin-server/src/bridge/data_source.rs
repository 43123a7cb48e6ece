//! Data sources over bytes.

use async_trait::async_trait;
use tf_provider::{DataSource, Diagnostics};

use super::{Described, Lazily, decode, decode_own, encode};
use crate::msgpack;

/// What [`DataSource`] says, over bytes.
#[async_trait]
pub(crate) trait AnyDataSource: Send + Sync {
    fn described(&self) -> &Described;
    async fn validate(&self, diags: &mut Diagnostics, config: &[u8]) -> Option<()>;
    async fn read(&self, diags: &mut Diagnostics, config: &[u8], meta: &[u8]) -> Option<Vec<u8>>;
}

pub(crate) struct DataSourceBridge<D> {
    data_source: D,
    described: Lazily,
}

fn fits<D: DataSource>(bytes: &[u8]) -> bool {
    msgpack::decode::<D::State<'_>>(bytes).is_ok()
}

impl<D: DataSource> DataSourceBridge<D> {
    pub(crate) fn new(data_source: D) -> Self {
        Self { data_source, described: Lazily::default() }
    }

    fn state<'a>(&self, diags: &mut Diagnostics, bytes: &'a [u8]) -> Option<D::State<'a>> {
        decode(diags, bytes, &self.described().shape, fits::<D>)
    }
}

#[async_trait]
impl<D: DataSource> AnyDataSource for DataSourceBridge<D> {
    fn described(&self) -> &Described {
        self.described.get(|diags| self.data_source.schema(diags))
    }

    async fn validate(&self, diags: &mut Diagnostics, config: &[u8]) -> Option<()> {
        let config = self.state(diags, config)?;
        self.data_source.validate(diags, config).await
    }

    async fn read(&self, diags: &mut Diagnostics, config: &[u8], meta: &[u8]) -> Option<Vec<u8>> {
        let (config, meta) = (self.state(diags, config), decode_own(diags, meta, "provider metadata"));
        let state = self.data_source.read(diags, config?, meta?).await?;
        encode(diags, &state)
    }
}
