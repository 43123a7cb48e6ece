//! The provider binary.

use std::process::ExitCode;

use impossiblecloud::provider::ImpossibleCloud;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match plugin_server::serve(ImpossibleCloud::default()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
