//! `impossiblecloud-simulator`: the simulator as a program of its own.

mod arguments;

use std::fmt::Write as _;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use impossiblecloud_simulator::{DISTRIBUTOR_KEY, Simulator};

use self::arguments::{Arguments, HELP};

fn main() -> ExitCode {
    let arguments = match arguments::read(std::env::args().skip(1)) {
        Ok(Some(arguments)) => arguments,
        Ok(None) => return exit(print(HELP)),
        Err(problem) => {
            eprintln!("impossiblecloud-simulator: {problem}; --help explains the arguments");
            return ExitCode::from(2);
        }
    };
    exit(run(arguments))
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

fn run(arguments: Arguments) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        // Before the first line is out, so that whoever has read it can end the program well.
        let end = ended()?;
        let listen = arguments.options.listen;
        let simulator = Simulator::try_start(arguments.options)?;
        if !listen.ip().is_loopback() {
            eprintln!(
                "impossiblecloud-simulator: warning: {listen} is open to other machines; whoever reaches it can read \
                 and change everything, the console and its request log included, and the keys are no secret"
            );
        }
        print(&greeting(&simulator, arguments.certificate.as_deref())?)?;
        end.await?;
        simulator.save()
    })
}

/// What is needed to use a simulator. Its certificate goes into a file, or here if there is none.
fn greeting(simulator: &Simulator, file: Option<&Path>) -> io::Result<String> {
    let endpoint = simulator.endpoint();
    let mut text = format!(
        "Impossible Cloud simulator listening on {endpoint}\n\
         export IMPOSSIBLECLOUD_ENDPOINT={endpoint}\n\
         export IMPOSSIBLECLOUD_API_KEY={DISTRIBUTOR_KEY}\n"
    );
    match (simulator.certificate(), file) {
        (Some(certificate), Some(file)) => {
            std::fs::write(file, certificate).map_err(|error| arguments::about(file, &error))?;
            let file = std::path::absolute(file)?;
            writeln!(text, "export IMPOSSIBLECLOUD_CA_CERTIFICATE_FILE={}", file.display())
                .map_err(io::Error::other)?;
        }
        (Some(certificate), None) => text.push_str(certificate),
        (None, _) => {}
    }
    Ok(text)
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
