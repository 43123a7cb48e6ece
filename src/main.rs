//! The provider binary.

use impossiblecloud::provider::ImpossibleCloud;

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::process::ExitCode {
    plugin_server::serve(ImpossibleCloud::default()).await
}
