//! The provider binary.

use std::process::ExitCode;

use impossiblecloud::provider::ImpossibleCloud;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    // Our own events alone: those of the HTTP and TLS libraries could show what a request carries.
    terraform_plugin_server::log::init(&["impossiblecloud"]);
    match terraform_plugin_server::serve(ImpossibleCloud::default()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
