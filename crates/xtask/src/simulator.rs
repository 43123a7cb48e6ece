//! A running simulator of the API: the program itself, as people run it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

/// A simulator process. It ends when this is dropped.
pub struct Simulator {
    process: Child,
    /// Where it listens, such as `http://127.0.0.1:40123`, without the API's version path.
    pub url: String,
    /// The variables that point a provider at it.
    pub variables: Vec<(String, String)>,
}

/// How many requests a simulator has answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Requests {
    /// GET requests.
    pub reads: u64,
    /// All others.
    pub writes: u64,
}

impl Requests {
    /// Of both kinds.
    pub fn all(self) -> u64 {
        self.reads + self.writes
    }
}

impl Simulator {
    /// Starts the program on a free port and waits until it says where it listens.
    pub fn start(binary: &Path, arguments: &[&str]) -> Result<Simulator> {
        let mut command = Command::new(binary);
        command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::inherit());
        out_of_reach_of_ctrl_c(&mut command);
        let mut process = command.spawn().with_context(|| format!("cannot start {}", binary.display()))?;
        let output = process.stdout.take().context("the simulator has no output")?;
        // From here on the process is ended on every way out.
        let mut simulator = Simulator { process, url: String::new(), variables: Vec::new() };
        for line in BufReader::new(output).lines() {
            simulator.hear(&line.context("cannot read the simulator's output")?);
            if !simulator.url.is_empty() && simulator.variables.len() == 2 {
                return Ok(simulator);
            }
        }
        bail!("the simulator ended before it said where it listens")
    }

    fn hear(&mut self, line: &str) {
        if let Some((_, url)) = line.split_once("listening on ") {
            let base = url.trim().trim_end_matches('/');
            self.url = base.strip_suffix("/v1").unwrap_or(base).to_owned();
        }
        if let Some((name, value)) = line.trim().strip_prefix("export ").and_then(|export| export.split_once('=')) {
            self.variables.push((name.to_owned(), value.trim_matches(['\'', '"']).to_owned()));
        }
    }

    /// How many requests it has answered so far.
    pub fn requests(&self) -> Result<Requests> {
        let summary = self.console("summary")?;
        let count =
            |name: &str| summary[name].as_u64().with_context(|| format!("the simulator's summary has no {name}"));
        Ok(Requests { reads: count("reads")?, writes: count("writes")? })
    }

    /// What its console answers to a GET.
    pub fn console(&self, path: &str) -> Result<Value> {
        let (url, text) = self.ask("GET", path, "")?;
        serde_json::from_str(&text).with_context(|| format!("{url} does not answer in JSON: {text}"))
    }

    /// Posts JSON to its console.
    pub fn post(&self, path: &str, json: &str) -> Result<()> {
        self.ask("POST", path, json).map(drop)
    }

    /// Empties what its console has at a path.
    pub fn delete(&self, path: &str) -> Result<()> {
        self.ask("DELETE", path, "").map(drop)
    }

    /// The URL that was asked, and its answer.
    fn ask(&self, method: &str, path: &str, body: &str) -> Result<(String, String)> {
        let url = format!("{}/console/{path}", self.url);
        let text = exchange(method, &url, body).with_context(|| format!("cannot ask the simulator for {url}"))?;
        Ok((url, text))
    }
}

/// The body of a good answer. HTTP/1.0 has no answer in pieces and ends with the connection: that much needs no HTTP
/// client.
fn exchange(method: &str, url: &str, body: &str) -> Result<String> {
    let (host, path) = url.strip_prefix("http://").and_then(|rest| rest.split_once('/')).context("not an HTTP URL")?;
    let mut connection = TcpStream::connect(host)?;
    let length = body.len();
    write!(connection, "{method} /{path} HTTP/1.0\r\nHost: {host}\r\nContent-Length: {length}\r\n\r\n{body}")?;
    let mut answer = String::new();
    connection.read_to_string(&mut answer)?;
    let (head, body) = answer.split_once("\r\n\r\n").context("the answer has no end of its head")?;
    let status = head.lines().next().unwrap_or_default();
    ensure!(status.split(' ').nth(1).is_some_and(|code| code.starts_with('2')), "it answers \"{status}\": {body}");
    Ok(body.to_owned())
}

impl Drop for Simulator {
    fn drop(&mut self) {
        // Both fail only when it has ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Terraform still needs the simulator after Ctrl-C, to record what it has in flight; it is ended afterwards.
fn out_of_reach_of_ctrl_c(command: &mut Command) {
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(command, 0);
    #[cfg(not(unix))]
    let _ = command;
}
