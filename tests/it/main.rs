//! The built provider, driven by a real Terraform (or OpenTofu) against the simulator.

/// A simulator, a folder and the real CLI.
mod world;

/// What a plan refuses before anything is written, and what an apply does with it.
mod capacity;
/// A partner's life from create to destroy.
mod partner;
