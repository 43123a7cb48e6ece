//! What the command line asks for.

use std::path::PathBuf;
use std::time::Duration;

/// What `--help` prints.
pub const HELP: &str = "\
Asks the management console API of Impossible Cloud what its documents leave open.

Usage: impossiblecloud-probe [OPTIONS]
       impossiblecloud-probe --write --contract ID [--allocate] [--accounts] [--yes] [OPTIONS]
       impossiblecloud-probe --clean JOURNAL [--timeout SECONDS]

Without --write nothing is written: it sends GET requests only, two of them meant to be refused.

  --write             also make, change and delete partners and members of its own; says before what, and asks
  --contract ID       the contract that these partners go into
  --allocate          also make partners of 1 GB, and ask for more than the contract has, to be refused
  --accounts          also make storage accounts; the service keeps each for 30 days, and its partner with it
  --yes               do not ask before writing
  --journal FILE      where to note what is made, before it is made; terraform-probe-RUN.journal if left out
  --clean JOURNAL     delete what a run that broke off has left, and nothing else
  --profile FILE      write the answers as the simulator's --profile reads them
  --snapshot FILE     write contracts, partners, members, accounts and a month's usage as the simulator's --load reads
                      them; this reads three lists of each partner, and the file has names and addresses in it
  --json FILE         write everything that was found out as JSON
  --burst COUNT       requests in a row to meet a rate limit with, 30 if left out; 0 leaves that out
  --timeout SECONDS   how long one request may take, 30 if left out
  --help              print this text

Endpoint and key come from the environment, as the provider's: IMPOSSIBLECLOUD_API_KEY or IMPOSSIBLECLOUD_API_KEY_FILE,
IMPOSSIBLECLOUD_ENDPOINT and IMPOSSIBLECLOUD_CA_CERTIFICATE_FILE.
";

/// What is to be done.
#[derive(Debug, PartialEq, Eq)]
pub enum Asked {
    Help,
    Probe(Arguments),
    Clean { journal: PathBuf, timeout: Duration },
}

/// How to probe.
#[derive(Debug, PartialEq, Eq)]
pub struct Arguments {
    pub write: Option<Write>,
    pub profile: Option<PathBuf>,
    pub json: Option<PathBuf>,
    pub snapshot: Option<PathBuf>,
    pub burst: usize,
    pub timeout: Duration,
}

/// What may be written, and where it is noted.
#[derive(Debug, PartialEq, Eq)]
pub struct Write {
    pub contract: String,
    pub allocate: bool,
    pub accounts: bool,
    pub consented: bool,
    pub journal: Option<PathBuf>,
}

/// Everything as it was given, before it is known whether it fits together.
#[derive(Default)]
struct Given {
    flags: Vec<String>,
    values: Vec<(String, String)>,
}

impl Given {
    fn has(&self, name: &str) -> bool {
        self.flags.iter().any(|flag| flag == name)
    }

    fn value(&self, name: &str) -> Option<&str> {
        self.values.iter().rfind(|(given, _)| given == name).map(|(_, value)| value.as_str())
    }

    fn path(&self, name: &str) -> Option<PathBuf> {
        self.value(name).map(PathBuf::from)
    }

    fn count(&self, name: &str, default: u32) -> Result<u32, String> {
        let Some(text) = self.value(name) else { return Ok(default) };
        text.parse().map_err(|_| format!("{name} needs a whole number, not {text:?}"))
    }
}

const FLAGS: [&str; 5] = ["--write", "--allocate", "--accounts", "--yes", "--help"];
const VALUES: [&str; 8] =
    ["--contract", "--journal", "--clean", "--profile", "--json", "--snapshot", "--burst", "--timeout"];

/// Reads the arguments after the program's name.
pub fn read(mut arguments: impl Iterator<Item = String>) -> Result<Asked, String> {
    let mut given = Given::default();
    while let Some(argument) = arguments.next() {
        let (name, attached) = match argument.split_once('=') {
            Some((name, value)) if name.starts_with("--") => (name.to_string(), Some(value.to_string())),
            _ => (argument, None),
        };
        if FLAGS.contains(&name.as_str()) && attached.is_none() {
            given.flags.push(name);
        } else if VALUES.contains(&name.as_str()) {
            let value = attached.or_else(|| arguments.next()).ok_or(format!("{name} needs a value"))?;
            given.values.push((name, value));
        } else {
            return Err(format!("there is no argument {name:?}"));
        }
    }
    understand(&given)
}

fn understand(given: &Given) -> Result<Asked, String> {
    if given.has("--help") {
        return Ok(Asked::Help);
    }
    let timeout = Duration::from_secs(given.count("--timeout", 30)?.max(1).into());
    if let Some(journal) = given.path("--clean") {
        let others = given.values.iter().any(|(name, _)| name != "--clean" && name != "--timeout");
        if others || !given.flags.is_empty() {
            return Err("--clean goes with --timeout alone".to_string());
        }
        return Ok(Asked::Clean { journal, timeout });
    }
    let write = given.has("--write").then(|| write(given)).transpose()?;
    if write.is_none() {
        let of_writing = ["--allocate", "--accounts", "--yes"].iter().find(|name| given.has(name));
        let of_writing = of_writing.or(["--contract", "--journal"].iter().find(|name| given.value(name).is_some()));
        if let Some(name) = of_writing {
            return Err(format!("{name} goes with --write"));
        }
    }
    Ok(Asked::Probe(Arguments {
        write,
        profile: given.path("--profile"),
        json: given.path("--json"),
        snapshot: given.path("--snapshot"),
        burst: usize::try_from(given.count("--burst", 30)?).unwrap_or(usize::MAX),
        timeout,
    }))
}

fn write(given: &Given) -> Result<Write, String> {
    Ok(Write {
        contract: given.value("--contract").ok_or("--write needs --contract ID")?.to_string(),
        allocate: given.has("--allocate"),
        accounts: given.has("--accounts"),
        consented: given.has("--yes"),
        journal: given.path("--journal"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(words: &str) -> Result<Asked, String> {
        read(words.split_whitespace().map(str::to_string))
    }

    #[test]
    fn nothing_is_written_unless_it_is_asked_for() {
        let Ok(Asked::Probe(arguments)) = of("--json=out.json --burst 0") else { panic!("not a probe") };
        assert_eq!(arguments.write, None);
        assert_eq!((arguments.json, arguments.burst), (Some(PathBuf::from("out.json")), 0));
        let Ok(Asked::Probe(arguments)) = of("--write --contract c --allocate") else { panic!("not a probe") };
        let write = arguments.write.unwrap();
        assert!(write.allocate && !write.accounts && !write.consented, "{write:?}");
    }

    #[test]
    fn what_does_not_fit_together_is_refused() {
        let cases = [
            ("--port", "there is no argument \"--port\""),
            ("--write=yes", "there is no argument \"--write\""),
            ("--json", "--json needs a value"),
            ("--write", "--write needs --contract ID"),
            ("--accounts", "--accounts goes with --write"),
            ("--contract c", "--contract goes with --write"),
            ("--clean j --write --contract c", "--clean goes with --timeout alone"),
            ("--burst many", "--burst needs a whole number, not \"many\""),
        ];
        for (words, problem) in cases {
            assert_eq!(of(words), Err(problem.to_string()), "{words}");
        }
    }

    #[test]
    fn help_names_every_argument() {
        for name in FLAGS.iter().chain(&VALUES) {
            assert!(HELP.contains(&format!("  {name} ")), "{name}");
        }
        assert!(HELP.lines().all(|line| line.len() <= 120));
        assert_eq!(of("--write --help"), Ok(Asked::Help));
    }
}
