//! The adapter from a short trait to tf-provider's, for data sources.

use async_trait::async_trait;
use tf_provider::Diagnostics;
use tf_provider::schema::Schema;
use tf_provider::value::ValueEmpty;

use super::diagnostics::{Diagnostic, Remarks, Result, Warnings, report, report_all};
use super::resource::State;

/// A data source.
#[async_trait]
pub trait ReadOnly: Send + Sync + 'static {
    /// Its configuration and what was read.
    type State: State;

    /// Its schema.
    fn schema(&self) -> Schema;

    /// Checks a configuration by itself; values may be unknown, and the provider may not be configured.
    /// Gives everything that is wrong with it, each at its attribute.
    async fn validate(&self, _config: Self::State) -> Vec<Diagnostic> {
        Vec::new()
    }

    /// Reads; every value of the configuration is known.
    async fn read(&self, config: Self::State, warnings: &mut Warnings) -> Result<Self::State>;
}

/// A [`ReadOnly`] as tf-provider knows it, and who has something to remark when it was read.
pub struct DataSource<T, R>(pub T, pub R);

#[async_trait]
impl<T: ReadOnly, R: Remarks> tf_provider::DataSource for DataSource<T, R> {
    type State<'a> = T::State;
    type ProviderMetaState<'a> = ValueEmpty;

    fn schema(&self, _: &mut Diagnostics) -> Option<Schema> {
        Some(self.0.schema())
    }

    async fn validate<'a>(&self, diags: &mut Diagnostics, config: T::State) -> Option<()> {
        report_all(diags, self.0.validate(config).await)
    }

    async fn read<'a>(&self, diags: &mut Diagnostics, config: T::State, _: ValueEmpty) -> Option<T::State> {
        let mut warnings = Warnings::default();
        let result = self.0.read(config, &mut warnings).await;
        self.1.remark(&mut warnings);
        report(diags, warnings, result)
    }
}
