//! Never two, never lost: the built provider against a simulator that fails in every way it can.
//!
//! These tests speak the plugin protocol with the provider, as Terraform does, because a run of the CLI takes a second
//! and there are hundreds of them. That Terraform does what is played here, the other tests show.

/// The same steps as Terraform's, and what an operator does with the messages.
pub mod operator;
/// The operations that write.
pub mod writes;

/// Creations whose answers are lost, where it is hard to tell what became of them.
pub mod lost;
/// Every write and every fault.
mod matrix;
/// Reads that fail, and what they do to the state.
mod reads;

use std::future::Future;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// How many cases run at the same time. They mostly wait, for answers that do not come and for commits that may be
/// late.
const AT_ONCE: usize = 64;

/// Runs all cases, many at a time, and gives the outcome of each.
pub fn run_all<C: Sync, T: Send>(cases: &[C], run: impl AsyncFn(&C) -> T + Sync) -> Vec<(&C, T)> {
    let (next, outcomes) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE.min(cases.len()) {
            scope.spawn(|| {
                while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let outcome = block_on(run(case));
                    outcomes.lock().expect("no panic while locked").push((case, outcome));
                }
            });
        }
    });
    outcomes.into_inner().expect("no panic while locked")
}

/// Fails with all failures at once.
#[track_caller]
pub fn all_well<C: std::fmt::Debug, T>(outcomes: &[(&C, Result<T, String>)]) {
    let failed = |(case, outcome): &(&C, Result<T, String>)| Some(format!("{case:?}: {}", outcome.as_ref().err()?));
    let failures: Vec<_> = outcomes.iter().filter_map(failed).collect();
    assert!(failures.is_empty(), "{} of {} cases failed:\n{}", failures.len(), outcomes.len(), failures.join("\n"));
}

/// Runs one operator to the end.
pub fn block_on<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(work)
}
