//! The arguments of the program.

use std::fs;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use impossiblecloud_simulator::{Certificate, Options, Snapshot, Transport, span};

/// What `--help` prints.
pub const HELP: &str = "\
Simulates the management console API of Impossible Cloud, in memory, on this machine.

Usage: impossiblecloud-simulator [ARGUMENT]...

  --listen ADDRESS    loopback address and port, 127.0.0.1:0 if left out; port 0 is any free one
  --latency SPAN      how long each request waits before it is carried out, such as 50ms
  --set SWITCH=VALUE  choose how the service behaves where its documents are silent; may be repeated;
                      the switches are in the README and at /console/switches
  --profile FILE      read switches and their values from a JSON object; a later --set counts more
  --empty             start without the sample partners that hold 53 TB of the first contract
  --load FILE         start with the contracts, partners, members, accounts and usage of a file, and no samples
  --save FILE         write all of that to a file at the end, or when the console is asked to
  --transport WORD    plain (HTTP/1.1, if left out), tls (HTTP/1.1 over TLS) or http2 (over TLS)
  --certificate FILE  write its self-signed certificate there; without a file it is printed
  --authority         make the certificate one of an authority (CA:TRUE)
  --name NAME         a further name or address that the certificate is valid for; may be repeated
  --allow-remote      listen where other machines reach it; whoever does can read and change everything
  --help              print this text

It prints its address and the two variables to export, then serves until it is interrupted. Everything is forgotten
at the end, unless it is saved. Keys: simulator-distributor-key, simulator-channel-partner-key, simulator-expired-key.
";

/// What the command line asks for.
#[derive(Default)]
pub struct Arguments {
    pub options: Options,
    /// Where the certificate goes.
    pub certificate: Option<PathBuf>,
}

/// What the arguments ask for; nothing when they ask for help.
pub fn read(words: impl Iterator<Item = String>) -> Result<Option<Arguments>, String> {
    let mut words = words;
    let mut asked = Arguments::default();
    while let Some(argument) = words.next() {
        let options = &mut asked.options;
        let (name, attached) = match argument.split_once('=') {
            Some((name, value)) if name.starts_with("--") => (name.to_string(), Some(value.to_string())),
            _ => (argument, None),
        };
        let mut value = || attached.clone().or_else(|| words.next()).ok_or(format!("{name} needs a value"));
        match name.as_str() {
            "--empty" | "--authority" | "--allow-remote" | "--help" if attached.is_some() => {
                return Err(format!("{name} takes no value"));
            }
            "--listen" => options.listen = address(&value()?)?,
            "--latency" => options.latency = span::parse(&value()?)?,
            "--set" => {
                let choice = value()?;
                let (switch, value) = choice.split_once('=').ok_or("--set needs SWITCH=VALUE")?;
                options.switches.set(switch, value)?;
            }
            "--empty" => options.seed = false,
            "--transport" => options.transport = Transport::parse(&value()?)?,
            "--certificate" => asked.certificate = Some(value()?.into()),
            "--name" => options.names.push(value()?),
            "--profile" => {
                let file = PathBuf::from(value()?);
                let about = |problem: &str| format!("{}: {problem}", file.display());
                let text = fs::read_to_string(&file).map_err(|error| about(&error.to_string()))?;
                options.switches.read_profile(&text).map_err(|problem| about(&problem))?;
            }
            "--load" => options.load = Some(snapshot(&PathBuf::from(value()?))?),
            "--save" => options.save = Some(writable(value()?.into())?),
            "--allow-remote" => options.allow_remote = true,
            "--authority" => options.certificate = Certificate::Authority,
            "--help" | "-h" => return Ok(None),
            _ => return Err(format!("there is no argument {name:?}")),
        }
    }
    Ok(Some(asked))
}

fn snapshot(file: &Path) -> Result<Snapshot, String> {
    let read = fs::read_to_string(file).map_err(|error| error.to_string());
    read.and_then(|text| Snapshot::parse(&text)).map_err(|problem| format!("{}: {problem}", file.display()))
}

/// A file in a folder that exists: it is written at the end, when it is too late to choose another.
fn writable(file: PathBuf) -> Result<PathBuf, String> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if folder.is_dir() && !file.is_dir() {
        return Ok(file);
    }
    Err(format!("{} is not a file in a folder that exists, which --save needs", file.display()))
}

fn address(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| format!("{text:?} is no address with a port, such as 127.0.0.1:8080"))
}

/// An error that names the file that it is about.
pub fn about(file: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", file.display()))
}
