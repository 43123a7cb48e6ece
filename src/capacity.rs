//! The capacity check: what `allocated_storage` may be, and how plans and writes are held to what a contract or a partner has left.

pub mod allocation;
pub mod bytes;
mod check;
mod ledger;
mod messages;
mod pool;

pub use check::CapacityCheck;
pub use ledger::{Increase, Mode};
pub use pool::Source;
