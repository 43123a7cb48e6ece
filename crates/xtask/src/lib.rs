//! The commands of `cargo xtask`, as a library so that tests can call them too.

pub mod bench;
pub mod cli;
pub mod demo;
pub mod dist;
pub mod docs;
pub mod live;
pub mod test;

pub mod interrupt;
pub mod platform;
pub mod project;
pub mod simulator;
