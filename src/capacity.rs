//! The capacity check: what `allocated_storage` may be, and how plans and writes are held to what a contract or a
//! partner has left.

pub mod allocation;

pub mod bytes;

mod asked;

mod ledger;

mod pool;

mod check;

mod wait;

mod messages;

pub use asked::{Asker, Increase, Mode};
pub use check::CapacityCheck;
pub use pool::Source;
