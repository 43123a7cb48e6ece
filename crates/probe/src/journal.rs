//! What a run makes, noted in a file before it is made: one JSON object a line, on the disk before the request leaves.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

/// What every name that a probe gives begins with; the run's id follows.
pub const PREFIX: &str = "terraform-probe-";

/// A kind of object that a probe makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Partner,
    Member,
    Account,
}

/// One object that was to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thing {
    pub kind: Kind,
    /// The name of a partner or a storage account, the email of a member.
    pub name: String,
    /// The partner in which it is; none for a partner.
    pub partner: Option<String>,
    /// None until the service has said it.
    pub id: Option<String>,
    /// Whether the service surely did not make it.
    pub refused: bool,
    /// Whether it was asked to have no name.
    pub nameless: bool,
    /// Whether it was seen to be gone.
    pub gone: bool,
}

/// The file, and what is in it.
pub struct Journal {
    pub path: PathBuf,
    file: File,
    pub run: String,
    pub endpoint: String,
    pub contract: String,
    pub things: Vec<Thing>,
}

impl Journal {
    /// Begins a journal; it must not be there yet.
    pub fn begin(path: &Path, run: &str, endpoint: &str, contract: &str) -> Result<Self, String> {
        let file = OpenOptions::new().write(true).create_new(true).open(path);
        let file = file.map_err(|error| format!("cannot begin the journal {}: {error}", path.display()))?;
        let (run, endpoint, contract) = (run.to_string(), endpoint.to_string(), contract.to_string());
        let mut journal = Self { path: path.to_path_buf(), file, run, endpoint, contract, things: Vec::new() };
        journal.note(&json!({"run": journal.run, "endpoint": journal.endpoint, "contract": journal.contract}))?;
        Ok(journal)
    }

    /// Reads the journal of an earlier run, to go on with it.
    pub fn read(path: &Path) -> Result<Self, String> {
        let problem = |why: String| format!("the journal {} cannot be read: {why}", path.display());
        let text = std::fs::read_to_string(path).map_err(|error| problem(error.to_string()))?;
        let file = OpenOptions::new().append(true).open(path).map_err(|error| problem(error.to_string()))?;
        // A crash may have cut the last line off: what it was to say had not happened yet.
        let mut lines = text.split_inclusive('\n').filter_map(|line| line.strip_suffix('\n')).map(serde_json::from_str);
        let head: Value =
            lines.next().and_then(Result::ok).ok_or_else(|| problem("it has no beginning".to_string()))?;
        let field = |name: &str| head.get(name).and_then(Value::as_str).map(str::to_string);
        let (run, endpoint, contract) = (field("run"), field("endpoint"), field("contract"));
        let (Some(run), Some(endpoint), Some(contract)) = (run, endpoint, contract) else {
            return Err(problem("it does not begin with run, endpoint and contract".to_string()));
        };
        if run.len() < 6 || !run.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Err(problem(format!("{run:?} is not a run's id")));
        }
        let mut journal = Self { path: path.to_path_buf(), file, run, endpoint, contract, things: Vec::new() };
        for (number, line) in lines.enumerate() {
            let line: Value = line.map_err(|error| problem(format!("line {}: {error}", number + 2)))?;
            journal.apply(&line).ok_or_else(|| problem(format!("line {} says nothing that is known", number + 2)))?;
        }
        Ok(journal)
    }

    /// What the names of this run begin with.
    pub fn prefix(&self) -> String {
        format!("{PREFIX}{}-", self.run)
    }

    /// Whether an object carries this run's id in a name or an email.
    pub fn carries(&self, object: &Value) -> bool {
        let prefix = self.prefix();
        ["name", "email", "contactEmail"].iter().any(|field| {
            let text = object.get(field).and_then(Value::as_str).unwrap_or_default();
            text.trim().to_ascii_lowercase().starts_with(&prefix)
        })
    }

    /// Notes that an object is about to be made, and gives its number.
    pub fn plan(&mut self, kind: Kind, name: &str, partner: Option<&str>) -> Result<usize, String> {
        let word = match kind {
            Kind::Partner => "partner",
            Kind::Member => "member",
            Kind::Account => "account",
        };
        self.note(&json!({"plan": word, "name": name, "in": partner}))?;
        Ok(self.things.len() - 1)
    }

    /// Notes the id that the service gave.
    pub fn made(&mut self, number: usize, id: &str) -> Result<(), String> {
        self.note(&json!({"made": number, "id": id}))
    }

    /// Notes that the service surely did not make it.
    pub fn refused(&mut self, number: usize) -> Result<(), String> {
        self.note(&json!({"refused": number}))
    }

    /// Notes that it is about to be asked to have no name, so that its name will not show whose it is.
    pub fn nameless(&mut self, number: usize) -> Result<(), String> {
        self.note(&json!({"nameless": number}))
    }

    /// Notes that it was seen to be gone.
    pub fn gone(&mut self, number: usize) -> Result<(), String> {
        self.note(&json!({"gone": number}))
    }

    /// Removes the file, when there is nothing left.
    pub fn remove(self) -> Result<(), String> {
        let Self { path, file, .. } = self;
        drop(file);
        std::fs::remove_file(&path).map_err(|error| format!("cannot remove the journal {}: {error}", path.display()))
    }

    fn note(&mut self, line: &Value) -> Result<(), String> {
        let written = writeln!(self.file, "{line}").and_then(|()| self.file.sync_data());
        written.map_err(|error| format!("cannot write the journal {}: {error}", self.path.display()))?;
        // The first line is no event.
        if line.get("run").is_none() {
            self.apply(line).ok_or("a journal's line says nothing that is known")?;
        }
        Ok(())
    }

    /// Takes in one line; nothing when it is unknown.
    fn apply(&mut self, line: &Value) -> Option<()> {
        if let Some(kind) = line.get("plan") {
            let kind = match kind.as_str()? {
                "partner" => Kind::Partner,
                "member" => Kind::Member,
                "account" => Kind::Account,
                _ => return None,
            };
            let name = line.get("name")?.as_str()?.to_string();
            let partner = line.get("in").and_then(Value::as_str).map(str::to_string);
            self.things.push(Thing { kind, name, partner, id: None, refused: false, nameless: false, gone: false });
            return Some(());
        }
        let (event, number) =
            ["made", "refused", "nameless", "gone"].iter().find_map(|event| Some((*event, line.get(event)?)))?;
        let thing = self.things.get_mut(usize::try_from(number.as_u64()?).ok()?)?;
        match event {
            "made" => thing.id = Some(line.get("id")?.as_str()?.to_string()),
            "refused" => thing.refused = true,
            "nameless" => thing.nameless = true,
            _ => thing.gone = true,
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_journal_is_read_as_it_was_written() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal");
        let mut journal = Journal::begin(&path, "abc234", "https://api.example.com/v1", "c").unwrap();
        let acme = journal.plan(Kind::Partner, "terraform-probe-abc234-m", None).unwrap();
        journal.made(acme, "p1").unwrap();
        let kim = journal.plan(Kind::Member, "terraform-probe-abc234-1@example.com", Some("p1")).unwrap();
        journal.refused(kim).unwrap();
        journal.nameless(acme).unwrap();
        journal.gone(acme).unwrap();
        let mut file = OpenOptions::new().append(true).open(&path).unwrap();
        file.write_all(b"{\"made\": 1, \"i").unwrap();
        let again = Journal::read(&path).unwrap();
        assert_eq!((again.things.as_slice(), again.run.as_str()), (journal.things.as_slice(), "abc234"));
        assert!(Journal::begin(&path, "abc234", "x", "c").is_err());
        again.remove().unwrap();
        assert!(!path.exists());
    }

    #[test]
    fn only_what_carries_the_run_is_its_own() {
        let folder = tempfile::tempdir().unwrap();
        let journal =
            Journal::begin(&folder.path().join("journal"), "abc234", "https://api.example.com/v1", "c").unwrap();
        for (object, own) in [
            (json!({"name": " terraform-probe-abc234-b "}), true),
            (json!({"email": "Terraform-Probe-ABC234-1@example.com"}), true),
            (json!({"name": "terraform-probe-abc23"}), false),
            (json!({"name": "Acme, once terraform-probe-abc234-b"}), false),
            (json!({"name": "", "contactEmail": "kim@example.com"}), false),
        ] {
            assert_eq!(journal.carries(&object), own, "{object}");
        }
    }

    #[test]
    fn a_file_that_is_no_journal_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal");
        for text in ["", "{}\n", "{\"run\": \"\", \"endpoint\": \"e\", \"contract\": \"c\"}\n", "nothing\n"] {
            std::fs::write(&path, text).unwrap();
            assert!(Journal::read(&path).is_err(), "{text}");
        }
        std::fs::write(&path, "{\"run\": \"abc234\", \"endpoint\": \"e\", \"contract\": \"c\"}\n{\"gone\": 7}\n")
            .unwrap();
        assert!(Journal::read(&path).err().unwrap().ends_with("line 2 says nothing that is known"));
    }
}
