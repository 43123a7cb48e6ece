//! A run from its beginning to its end.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::arguments::{Arguments, Write};
use crate::ask::{Holder, Scene, text};
use crate::clean::{self, Left};
use crate::consent::{self, Place};
use crate::http::Client;
use crate::journal::{Journal, PREFIX};
use crate::report::Report;
use crate::write::{self, Own};
use crate::{interrupt, random, settings, snapshot};

/// The exit code of a run that Ctrl-C ended.
const INTERRUPTED: u8 = 130;

/// Asks everything, and says what was found out.
pub fn probe(arguments: &Arguments) -> Result<ExitCode, String> {
    let client = Client::new(settings::read(arguments.timeout)?)?;
    interrupt::catch()?;
    let mut report = Report::new();
    eprintln!("reading from {}", client.endpoint);
    let mut scene = Scene::read(&client, &mut report, arguments.burst)?;
    if let Some(path) = &arguments.snapshot {
        snapshot::write(&scene, path)?;
    }
    let mut left = Left::default();
    if let Some(write) = &arguments.write
        && !client.stopped()
    {
        match write_with(&mut scene, write)? {
            Some(what) => left = what,
            None => return Ok(ExitCode::FAILURE),
        }
    }
    scene.look_again();
    print!("\n{}", client.mask(&report.text()));
    print!("{}", leftovers(&left));
    save(arguments, &client, &report)?;
    Ok(end(&left))
}

/// Writes, and cleans up; nothing when that was not agreed to.
fn write_with(scene: &mut Scene<'_>, write: &Write) -> Result<Option<Left>, String> {
    if scene.holder != Holder::Distributor {
        return Err("--write needs the key of a distributor: a channel partner has storage accounts only".to_string());
    }
    let contract = scene.contracts.iter().find(|contract| text(contract, "id").as_ref() == Some(&write.contract));
    let contract = contract.ok_or(format!("this key sees no contract with the id {:?}", write.contract))?;
    let name = text(contract, "details").unwrap_or_default();
    let run = random::letters(8)?;
    let path = write.journal.clone().unwrap_or_else(|| PathBuf::from(format!("{PREFIX}{run}.journal")));
    let client = scene.client;
    let (endpoint, prefix) = (client.endpoint.to_string(), format!("{PREFIX}{run}-"));
    let place = Place { endpoint: &endpoint, contract_name: &name, prefix: &prefix, journal: &path };
    if !consent::ask(write, &place)? {
        return Ok(None);
    }
    let journal = Journal::begin(&path, &run, &endpoint, &write.contract)?;
    let mut own = Own::new(client, scene.report, journal);
    let asked = write::ask(&mut own, write);
    let mut journal = own.journal;
    eprintln!("cleaning up");
    let left = clean::all(client, &mut journal)?;
    if left.is_nothing() {
        journal.remove()?;
    } else {
        println!("\nThe journal {} stays, for: impossiblecloud-probe --clean {0}", journal.path.display());
    }
    asked.map(|()| Some(left))
}

/// Deletes what an earlier run has left.
pub fn clean(path: &Path, timeout: Duration) -> Result<ExitCode, String> {
    let mut journal = Journal::read(path)?;
    let client = Client::new(settings::read(timeout)?)?;
    if journal.endpoint != client.endpoint.to_string() {
        return Err(format!(
            "the journal is about {}, and the environment names {}; set IMPOSSIBLECLOUD_ENDPOINT to the former",
            journal.endpoint, client.endpoint
        ));
    }
    interrupt::catch()?;
    let left = clean::all(&client, &mut journal)?;
    print!("{}", client.mask(&leftovers(&left)));
    if left.is_nothing() {
        journal.remove()?;
        println!("nothing is left");
    }
    Ok(end(&left))
}

fn leftovers(left: &Left) -> String {
    let lines = |heading: &str, what: &[String]| {
        let items: String = what.iter().map(|one| format!("  {one}\n")).collect();
        if what.is_empty() { String::new() } else { format!("\n{heading}\n{items}") }
    };
    [
        lines("Cannot be deleted yet; run --clean again then:", &left.waiting),
        lines("Still there:", &left.stuck),
        lines("Never answered and never seen; --clean looks again:", &left.unseen),
    ]
    .concat()
}

fn end(left: &Left) -> ExitCode {
    if interrupt::pressed() {
        ExitCode::from(INTERRUPTED)
    } else if left.stuck.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// Writes the files that were asked for.
fn save(arguments: &Arguments, client: &Client, report: &Report) -> Result<(), String> {
    let about = json!({
        "probe": env!("CARGO_PKG_VERSION"),
        "endpoint": client.endpoint.to_string(),
        "at": Timestamp::now().to_string(),
        "requests": client.sent(),
        "wrote": arguments.write.is_some(),
    });
    let write = |path: &Option<PathBuf>, value: Value| {
        let Some(path) = path else { return Ok(()) };
        let text = client.mask(&format!("{value:#}\n"));
        std::fs::write(path, text).map_err(|error| format!("cannot write {}: {error}", path.display()))
    };
    write(&arguments.json, report.json(about))?;
    write(&arguments.profile, report.profile_json())
}
