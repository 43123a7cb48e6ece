use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};

use impossiblecloud_simulator::{DISTRIBUTOR_KEY, FIRST_CONTRACT, Options, SECOND_CONTRACT, Simulator, Switches};
use serde_json::Value;
use tempfile::TempDir;

pub const GB: u64 = 1_000_000_000;
pub const TB: u64 = 1_000 * GB;

/// A simulator that looks like a distributor's contract, and a folder for the probe's files.
pub struct World {
    pub sim: Simulator,
    pub folder: TempDir,
    pub key: String,
}

impl World {
    pub fn new(switches: Switches) -> Self {
        Self::with(Options { switches, random_seed: Some(11), ..Options::default() })
    }

    pub fn with(options: Options) -> Self {
        let sim = Simulator::start(options);
        let folder = tempfile::tempdir().unwrap();
        let world = Self { sim, folder, key: DISTRIBUTOR_KEY.to_string() };
        world.populate();
        world
    }

    /// Other people's objects: one partner with a member and an account, one in another contract than it was.
    fn populate(&self) {
        let sim = &self.sim;
        let third = sim.add_contract("Third contract", 10 * TB);
        let customer = sim.add_partner(FIRST_CONTRACT, "Customer", 5 * TB, true);
        sim.add_member(&customer, "kim@customer.example", "Kim", "admin");
        sim.add_account(Some(&customer), "Data", "data@customer.example", TB);
        let moved = sim.add_partner(FIRST_CONTRACT, "Moved", 0, false);
        sim.move_partner(&moved, &third);
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The probe with these arguments, as it is called in a terminal.
    pub fn probe(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_impossiblecloud-probe"));
        command.args(arguments).current_dir(self.folder.path()).stdin(Stdio::null());
        for name in ["API_KEY_FILE", "CA_CERTIFICATE_FILE"] {
            command.env_remove(format!("IMPOSSIBLECLOUD_{name}"));
        }
        command.env("IMPOSSIBLECLOUD_ENDPOINT", self.sim.endpoint()).env("IMPOSSIBLECLOUD_API_KEY", &self.key);
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Ran {
        Ran::of(self.probe(arguments).output().unwrap())
    }

    /// A run that asks everything, and its report in JSON.
    #[track_caller]
    pub fn ask_everything(&self, contract: &str) -> Value {
        let all =
            ["--write", "--allocate", "--accounts", "--yes", "--json", "report.json", "--profile", "profile.json"];
        let ran = self.run(&[&all[..], &["--contract", contract]].concat());
        let end = ran.out.find("Still there").map_or("", |at| &ran.out[at..]);
        assert_eq!(ran.code, Some(0), "{}\n{end}", ran.err);
        self.json("report.json")
    }

    #[track_caller]
    pub fn json(&self, name: &str) -> Value {
        serde_json::from_str(&std::fs::read_to_string(self.path(name)).unwrap()).unwrap()
    }

    /// The journals that are there.
    pub fn journals(&self) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(self.folder.path()).unwrap().map(|entry| entry.unwrap().path());
        entries.filter(|path| path.extension().is_some_and(|ending| ending == "journal")).collect()
    }

    /// Everything that is not the probe's, in words.
    pub fn others(&self) -> Vec<String> {
        let partners = self.sim.all_partners().into_iter().filter(|partner| !is_of_probe(&partner.name));
        let mut seen = Vec::new();
        for partner in partners {
            seen.push(format!("{partner:?}"));
            seen.extend(self.sim.members(&partner.id).iter().map(|member| format!("{member:?}")));
            seen.extend(self.sim.accounts(Some(&partner.id)).iter().map(|account| format!("{account:?}")));
        }
        seen
    }

    /// The names of what is the probe's: partners, members and accounts.
    pub fn probes(&self) -> Vec<String> {
        let partners = self.sim.all_partners();
        let names = partners.iter().filter(|partner| is_of_probe(&partner.name) || partner.name.trim().is_empty());
        let mut seen = Vec::new();
        for partner in names {
            seen.push(partner.name.clone());
            seen.extend(self.sim.members(&partner.id).into_iter().map(|member| member.email));
            seen.extend(self.sim.accounts(Some(&partner.id)).into_iter().map(|account| account.name));
        }
        seen
    }
}

fn is_of_probe(name: &str) -> bool {
    name.trim().to_lowercase().starts_with("terraform-probe-")
}

/// A contract that everything may be asked in.
pub const ROOMY: &str = SECOND_CONTRACT;

/// A run that has ended.
#[derive(Debug)]
pub struct Ran {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Ran {
    pub fn of(output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Self { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }
}

/// A run that has not ended yet; one that is dropped is ended.
pub struct Running(pub Child);

impl Running {
    pub fn start(mut command: Command) -> Self {
        Self(command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap())
    }

    pub fn signal(&self, name: &str) {
        assert!(Command::new("kill").args([name, &self.0.id().to_string()]).status().unwrap().success());
    }

    /// Waits until it has ended by itself.
    pub fn end(mut self) -> Ran {
        let (out, err) = (self.0.stdout.take().unwrap(), self.0.stderr.take().unwrap());
        let err = std::thread::spawn(move || std::io::read_to_string(err).unwrap());
        let out = std::io::read_to_string(out).unwrap();
        Ran { code: self.0.wait().unwrap().code(), out, err: err.join().unwrap() }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Both fail when it has ended already.
        self.0.kill().unwrap_or_default();
        self.0.wait().map(drop).unwrap_or_default();
    }
}
