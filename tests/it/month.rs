//! A distributor's month: usage in one look, everyday look-ups, two contracts, and a rehearsal with one's own
//! customers.

/// Two contracts, one of them the default.
mod contracts;
/// One account and one member; all of a contract.
mod look_ups;
/// The guide's rehearsal, from a snapshot.
mod rehearsal;
/// The usage summary.
mod summary;
/// The usage summary where something is missing.
mod unread;

use serde_json::Value;

use crate::hcl::{Block, output};
use crate::world::World;

/// The outputs of an apply.
#[track_caller]
fn outputs(world: &World) -> Value {
    world.apply(&[]).succeeds();
    let output = world.run(&["output", "-json"]).succeeds();
    serde_json::from_str(&output.stdout).expect("JSON")
}

/// A summary of March.
fn summary_of_march() -> Block {
    Block::data("usage_summary", "march").set("from", "2026-03-01").set("to", "2026-03-31")
}

/// A summary of March and an output of it.
fn with_output(summary: &Block) -> String {
    format!("{summary}{}", output("march", "data.impossiblecloud_usage_summary.march"))
}

/// A day of March, counted from 1.
fn march(day: u64) -> String {
    format!("2026-03-{day:02}")
}
