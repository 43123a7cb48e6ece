//! The server as a client sees it, over the real socket; and as Terraform does, where that is said.

mod support;

/// What the server checks of every configuration, by its schema.
mod checks;
/// The real CLI.
mod cli;
/// Attaching to a process that runs with -debug.
mod debug;
/// "Later" as an answer.
mod deferral;
/// Requests of random bytes.
mod fuzz;
/// What a process says and does before anybody speaks to it, and to whom it does not speak.
mod handshake;
/// Stopping, signals, concurrency, and when the process ends.
mod life;
/// A life from the first plan to the end, and the rules that can be broken on the way.
mod lives;
/// Objects that move here, from other types and from other addresses.
mod moves;
/// Every kind of nested attribute and block.
mod nested;
/// Data sources, functions, lists, actions and ephemeral values.
mod others;
/// What a provider keeps for itself, in plans, applies and reads.
mod private;
/// The numbers of the wire.
mod protocol;
/// The examples of the README.
mod readme;
/// Planning, making, reading and destroying objects, values that do not fit, and defects of the provider.
mod resource;
/// Stored states: of other versions, imported, and turned into configurations.
mod state;
