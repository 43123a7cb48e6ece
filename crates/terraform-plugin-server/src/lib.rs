#![doc = include_str!("../README.md")]

mod action;
mod assembly;
mod bridge;
mod check;
#[cfg(feature = "client")]
pub mod client;
mod connection;
mod diagnostics;
mod dynamic;
mod environment;
mod ephemeral;
mod error;
mod identity;
mod json;
mod life;
mod list;
mod listener;
pub mod log;
mod misfit;
mod msgpack;
mod number;
mod private;
mod provider;
mod report;
mod request;
mod resource;
mod rpc;
pub mod schema;
mod schema_to_wire;
mod serve;
mod server;
mod services;
mod shape;
mod signals;
mod tls;
// Generated: documented where it is made, in proto/.
#[cfg(feature = "client")]
#[allow(missing_docs)]
#[doc(hidden)]
pub mod wire;
#[cfg(not(feature = "client"))]
#[allow(dead_code, reason = "generated: messages that only hold the names of others are never made by themselves")]
mod wire;

pub use action::{Action, Progress};
pub use assembly::defects;
pub use dynamic::Dynamic;
pub use ephemeral::{EphemeralResource, Opened, Renewed};
pub use error::ServeError;
pub use identity::{Identity, IdentityAttribute, IdentitySchema};
pub use list::{ListItem, ListResource, ListSender};
pub use number::{Number, NumberError};
pub use private::PrivateData;
pub use provider::{Provider, Registry};
pub use report::Report;
pub use request::{DeferReason, RequestContext, request};
pub use resource::{Resource, Source};
pub use serve::serve;
/// The traits that providers implement, in the version that this server drives.
pub use tf_provider;
