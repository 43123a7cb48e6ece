//! `impossiblecloud-probe`: asks the management console API of Impossible Cloud what its documents leave open.
//!
//! It shares no type with the provider and none with the simulator, so that a mistake in either shows here.

mod arguments;
mod ask;
mod clean;
mod consent;
mod http;
mod interrupt;
mod journal;
mod questions;
mod random;
mod report;
mod run;
mod settings;
mod snapshot;
mod write;

use std::process::ExitCode;

use arguments::Asked;

fn main() -> ExitCode {
    let asked = match arguments::read(std::env::args().skip(1)) {
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
