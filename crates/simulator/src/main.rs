//! `impossiblecloud-simulator`: the simulator as a program of its own.

use std::io::{self, Write};
use std::net::SocketAddr;
use std::process::ExitCode;

use impossiblecloud_simulator::{DISTRIBUTOR_KEY, Options, Simulator, span};

const HELP: &str = "\
Simulates the management console API of Impossible Cloud, in memory, on this machine.

Usage: impossiblecloud-simulator [--listen ADDRESS] [--latency SPAN] [--set SWITCH=VALUE]... [--empty]

  --listen ADDRESS    loopback address and port, 127.0.0.1:0 if left out; port 0 is any free one
  --latency SPAN      how long each request waits before it is carried out, such as 50ms
  --set SWITCH=VALUE  choose how the service behaves where its documents are silent; may be repeated;
                      the switches are in the README and at /console/switches
  --empty             start without the sample partners that hold 53 TB of the first contract
  --help              print this text

It prints its address and the two variables to export, then serves until it is interrupted. Everything is forgotten
at the end. Keys: simulator-distributor-key, simulator-channel-partner-key, simulator-expired-key.
";

fn main() -> ExitCode {
    let options = match options(std::env::args().skip(1)) {
        Ok(Some(options)) => options,
        Ok(None) => return exit(print(HELP)),
        Err(problem) => {
            eprintln!("impossiblecloud-simulator: {problem}; --help explains the arguments");
            return ExitCode::from(2);
        }
    };
    exit(run(options))
}

fn exit(done: io::Result<()>) -> ExitCode {
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("impossiblecloud-simulator: {error}");
            ExitCode::FAILURE
        }
    }
}

/// What the arguments ask for; nothing when they ask for help.
fn options(arguments: impl Iterator<Item = String>) -> Result<Option<Options>, String> {
    let mut arguments = arguments;
    let mut options = Options::default();
    while let Some(argument) = arguments.next() {
        let (name, attached) = match argument.split_once('=') {
            Some((name, value)) if name.starts_with("--") => (name.to_string(), Some(value.to_string())),
            _ => (argument, None),
        };
        let mut value = || attached.clone().or_else(|| arguments.next()).ok_or(format!("{name} needs a value"));
        match name.as_str() {
            "--listen" => options.listen = address(&value()?)?,
            "--latency" => options.latency = span::parse(&value()?)?,
            "--set" => {
                let choice = value()?;
                let (switch, value) = choice.split_once('=').ok_or("--set needs SWITCH=VALUE")?;
                options.switches.set(switch, value)?;
            }
            "--empty" => options.seed = false,
            "--help" | "-h" => return Ok(None),
            _ => return Err(format!("there is no argument {name:?}")),
        }
    }
    Ok(Some(options))
}

fn address(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| format!("{text:?} is no address with a port, such as 127.0.0.1:8080"))
}

fn run(options: Options) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        // Before the first line is out, so that whoever has read it can end the program well.
        let end = ended()?;
        let simulator = Simulator::try_start(options)?;
        let endpoint = simulator.endpoint();
        print(&format!(
            "Impossible Cloud simulator listening on {endpoint}\n\
             export IMPOSSIBLECLOUD_ENDPOINT={endpoint}\n\
             export IMPOSSIBLECLOUD_API_KEY={DISTRIBUTOR_KEY}\n"
        ))?;
        end.await
    })
}

fn print(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}

/// Waits for SIGINT or SIGTERM, from the moment on at which this function returns.
#[cfg(unix)]
fn ended() -> io::Result<impl Future<Output = io::Result<()>>> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        Ok(())
    })
}

/// Waits for Ctrl-C.
#[cfg(not(unix))]
fn ended() -> io::Result<impl Future<Output = io::Result<()>>> {
    Ok(tokio::signal::ctrl_c())
}
