//! Regions: where the storage is. The one list that needs no rights.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use terraform_plugin_server::schema::{attributes, computed, schema};
use tf_provider::schema::{AttributeType, Schema};
use tf_provider::value::Value;

use crate::api::CallLimits;
use crate::session::ProviderHandle;
use crate::terraform::data_source::ReadOnly;
use crate::terraform::diagnostics::{Diagnostic, Result, Warnings};

/// `data.impossiblecloud_regions`.
pub struct RegionsDataSource(pub ProviderHandle);

/// All regions.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RegionsState {
    regions: Value<Vec<RegionState>>,
}

/// One region.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RegionState {
    name: Value<String>,
    s3_url: Value<String>,
    iam_url: Value<String>,
    sts_url: Value<String>,
}

#[async_trait]
impl ReadOnly for RegionsDataSource {
    type State = RegionsState;

    fn schema(&self) -> Schema {
        let text = |description| computed(AttributeType::String, description);
        let region = attributes([
            ("name", text("The region's name, such as `eu-central-2`.")),
            ("s3_url", text("Where its S3 API is.")),
            ("iam_url", text("Where its IAM API is.")),
            ("sts_url", text("Where its STS API is.")),
        ]);
        let regions = computed(AttributeType::AttributeList(region), "The regions, by name.");
        schema("The regions of Impossible Cloud's storage and their addresses.", [("regions", regions)])
    }

    async fn read(&self, _: RegionsState, _: &mut Warnings) -> Result<RegionsState> {
        let regions = self.0.session()?.client.regions(&CallLimits::for_read()).await;
        let mut regions = regions.map_err(|error| Diagnostic::api("list the regions", &error))?;
        regions.items.sort_by(|a, b| a.name.cmp(&b.name));
        let state = |region: crate::api::Region| RegionState {
            name: Value::Value(region.name),
            s3_url: region.s3_url.into(),
            iam_url: region.iam_url.into(),
            sts_url: region.sts_url.into(),
        };
        Ok(RegionsState { regions: Value::Value(regions.items.into_iter().map(state).collect()) })
    }
}
