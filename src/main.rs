//! The provider binary.

use impossiblecloud::provider::ImpossibleCloud;

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    tf_provider::serve("impossiblecloud", ImpossibleCloud::default()).await
}
