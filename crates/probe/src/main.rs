//! `impossiblecloud-probe`: see the library beside it.

use std::process::ExitCode;

fn main() -> ExitCode {
    impossiblecloud_probe::program(std::env::args().skip(1))
}
