//! What this process knows of the service, and how it writes safely.

pub mod creation;
pub mod inventory;
