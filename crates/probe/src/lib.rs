//! Asks the management console API of Impossible Cloud what its documents leave open: the program
//! `impossiblecloud-probe`.
//!
//! It shares no type with the provider and none with the simulator, so that a mistake in either shows here. [`http`],
//! [`random`] and [`settings`] are open to tests that look at the service beside the provider, and [`questions`] to one
//! that holds what is said of the provider to what it does.

pub mod http;
pub mod questions;
pub mod random;
pub mod settings;

mod arguments;
mod ask;
mod clean;
mod consent;
mod interrupt;
mod journal;
mod report;
mod run;
mod snapshot;
mod write;

use std::process::ExitCode;

use arguments::Asked;

/// Does what the arguments after the program's name ask for.
pub fn program(arguments: impl Iterator<Item = String>) -> ExitCode {
    let asked = match arguments::read(arguments) {
        Ok(asked) => asked,
        Err(problem) => {
            eprintln!("impossiblecloud-probe: {problem}; --help explains the arguments");
            return ExitCode::from(2);
        }
    };
    let done = match asked {
        Asked::Help => {
            print!("{}", arguments::HELP);
            Ok(ExitCode::SUCCESS)
        }
        Asked::Probe(arguments) => run::probe(&arguments),
        Asked::Clean { journal, timeout } => run::clean(&journal, timeout),
    };
    done.unwrap_or_else(|problem| {
        eprintln!("impossiblecloud-probe: {problem}");
        ExitCode::FAILURE
    })
}
