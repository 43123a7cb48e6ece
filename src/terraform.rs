//! The adapter to tf-provider's traits, and what every object needs to speak Terraform's language.

pub mod cli;
pub mod data_source;
pub mod diagnostics;
pub mod import_id;
mod limits;
pub mod moved;
pub mod resource;
pub mod timeouts;
pub mod trace;
pub mod values;
