//! The capacity check: what `allocated_storage` may be, and how plans and writes are held to what a contract or a partner has left.

pub mod allocation;

pub mod bytes;

mod ledger;

mod pool;

mod check;

mod wait;

mod messages;

pub use check::CapacityCheck;
pub use ledger::{Asker, Increase, Mode};
pub use pool::Source;
