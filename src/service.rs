//! What this process knows of the service, and how it writes safely.

pub mod inventory;

pub mod gone;

mod shared_list;

pub mod creation;

mod creation_messages;

mod wanted;

pub mod deletion;

pub mod replacements;

pub use creation_messages::may_be_two;
pub use shared_list::Keyed;
pub use wanted::Wanted;
