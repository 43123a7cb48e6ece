//! The commands of `cargo xtask`, as a library, so that tests and the programs that some commands start can call them
//! too. Nothing here needs the provider's dependencies: the first command on a new machine begins at once.

pub mod cli;
pub mod demo;
pub mod live;
pub mod test;

pub mod compiler;
pub mod interrupt;
pub mod platform;
pub mod program;
pub mod project;
pub mod simulator;
