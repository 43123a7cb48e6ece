//! Plans are told apart by facts: what a plan without a prior state replaces, however it is named, ordered, ignored or
//! repeated.

/// What is created before something else is destroyed.
mod created_first;
/// `terraform destroy` of a configuration that itself asks too much, and what is not known yet.
mod doubts;
/// What `ignore_changes` hides.
mod ignored;
/// Names that are used again.
mod names;
/// Who plans more than once in one process.
mod repeated;
/// What is replaced, and what only looks like it.
mod replaced;

use terraform_cli::{Diagnostic, Output};

use crate::said::{without_places, without_times};
use crate::world::World;

/// How often a plan is made whose answer depended on the order in which Terraform happens to visit.
const RUNS: usize = 10;

/// The plan that is made every time: it succeeds, with these changes and the same messages.
#[track_caller]
fn always_plans(world: &World, arguments: &[&str], changes: (u64, u64, u64)) -> Vec<Diagnostic> {
    always(world, arguments, |plan| assert_eq!(plan.clone().succeeds().changes(), changes, "{plan}"))
}

/// The refusal that is given every time.
#[track_caller]
fn always_refuses(world: &World, arguments: &[&str]) -> Vec<Diagnostic> {
    always(world, arguments, |plan| assert!(!plan.clone().fails().errors().is_empty(), "{plan}"))
}

#[track_caller]
fn always(world: &World, arguments: &[&str], check: impl Fn(&Output)) -> Vec<Diagnostic> {
    let mut said: Option<Vec<Diagnostic>> = None;
    for run in 0..RUNS {
        let plan = world.plan(arguments);
        check(&plan);
        // A warning stands at one of the blocks that it is about; which one depends on the order of visits.
        let mut now = without_places(plan.diagnostics());
        now.sort_by(|a, b| (&a.severity, &a.summary, &a.detail).cmp(&(&b.severity, &b.summary, &b.detail)));
        match &said {
            Some(before) => {
                let same = without_times(now.clone()) == without_times(before.clone());
                assert!(same, "run {run} says something else: {now:#?}, and before {before:#?}");
            }
            None => said = Some(now),
        }
    }
    said.unwrap_or_default()
}

/// No plan prints a command that takes an object over.
#[track_caller]
fn prints_no_import(said: &[Diagnostic]) {
    for said in said {
        assert!(!said.detail.contains("terraform import"), "{said:?}");
    }
}
