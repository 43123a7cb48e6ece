//! Generates the wire types and services from `proto/`, with a compiler in Rust: no protoc is needed.

use std::error::Error;

const FILES: [&str; 3] = ["proto/tfplugin6.proto", "proto/plugin.proto", "proto/health.proto"];

fn main() -> Result<(), Box<dyn Error>> {
    for file in FILES {
        println!("cargo::rerun-if-changed={file}");
    }
    let descriptors = protox::compile(FILES, ["proto"])?;
    tonic_prost_build::configure()
        .build_client(std::env::var_os("CARGO_FEATURE_CLIENT").is_some())
        .build_transport(false)
        // Calls that this server does not offer answer "not implemented", which Terraform understands.
        .generate_default_stubs(true)
        .use_arc_self(true)
        // Values are passed on as they arrived, without copies.
        .bytes(".")
        // Schemas come out in the same order every time.
        .btree_map(".")
        .compile_fds(descriptors)?;
    Ok(())
}
