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

use crate::world::World;

/// The outputs of an apply.
#[track_caller]
fn outputs(world: &World) -> Value {
    world.apply(&[]).succeeds();
    let output = world.run(&["output", "-json"]).succeeds();
    serde_json::from_str(&output.stdout).expect("JSON")
}

/// A summary of March and an output of it.
fn summary_of_march(arguments: &str) -> String {
    format!(
        "data \"impossiblecloud_usage_summary\" \"march\" \
         {{\n{arguments}\nfrom = \"2026-03-01\"\nto = \"2026-03-31\"\n}}\noutput \"march\" \
         {{ value = data.impossiblecloud_usage_summary.march }}\n"
    )
}

/// A day of March, counted from 1.
fn march(day: u64) -> String {
    format!("2026-03-{day:02}")
}
