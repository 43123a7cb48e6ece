#![cfg(unix)]

use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use terraform_cli::Workspace;

use super::{apply, attributes, configure, plan, state, workspace};
use crate::support::program;

/// Starts to create a thing that takes three seconds, in a process group of its own, and waits until that runs.
fn begin(workspace: &Workspace) -> (Child, BufReader<ChildStdout>) {
    let mut command = workspace.command(&["apply", "-auto-approve", "-no-color"]);
    let mut child = command.stdout(Stdio::piped()).process_group(0).spawn().unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    while !line.contains("test_thing.a: Creating...") {
        line.clear();
        assert_ne!(stdout.read_line(&mut line).unwrap(), 0, "Terraform has ended");
    }
    (child, stdout)
}

fn id(child: &Child) -> Pid {
    Pid::from_raw(child.id().try_into().unwrap()).unwrap()
}

/// Waits until no provider has its socket in the folder any more.
fn wait_for_no_socket(folder: &Path) {
    for _ in 0..2_000 {
        if folder.read_dir().unwrap().count() == 0 {
            return;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("a provider lives on");
}

const DEAF: &str = "resource \"test_thing\" \"a\" {\n  name = \"deaf\"\n}\n";

/// Terraform waits for a create that was begun, and so does the provider, although the Ctrl-C reached it, too.
#[test]
fn ctrl_c_in_a_create_loses_nothing() {
    let workspace = workspace(DEAF);
    let (mut child, mut stdout) = begin(&workspace);
    kill_process_group(id(&child), Signal::INT).unwrap();
    let mut rest = String::new();
    std::io::Read::read_to_string(&mut stdout, &mut rest).unwrap();
    child.wait().unwrap();
    assert!(rest.contains("Interrupt received"), "{rest}");
    assert_eq!(attributes(&workspace, "a")["id"], "thing-deaf", "{rest}");
}

#[test]
fn a_stop_reaches_the_create() {
    let workspace = workspace("resource \"test_thing\" \"a\" {\n  name = \"slow\"\n}\n");
    let (mut child, mut stdout) = begin(&workspace);
    kill_process(id(&child), Signal::INT).unwrap();
    let mut rest = String::new();
    std::io::Read::read_to_string(&mut stdout, &mut rest).unwrap();
    child.wait().unwrap();
    assert!(rest.contains("asked to stop"), "{rest}");
    assert_eq!(attributes(&workspace, "a")["id"], "thing-slow");
}

#[test]
fn the_provider_of_a_killed_terraform_ends() {
    let mut workspace = workspace(DEAF);
    let sockets = tempfile::tempdir().unwrap();
    workspace.set("TMPDIR", sockets.path().display().to_string());
    let (mut child, _stdout) = begin(&workspace);
    assert!(sockets.path().read_dir().unwrap().count() > 0);
    child.kill().unwrap();
    child.wait().unwrap();
    wait_for_no_socket(sockets.path());
}

#[test]
fn nothing_is_left_behind() {
    let mut workspace = workspace("resource \"test_thing\" \"a\" {\n  name = \"a\"\n}\n");
    let sockets = tempfile::tempdir().unwrap();
    workspace.set("TMPDIR", sockets.path().display().to_string());
    apply(&workspace);
    let left = sockets.path().read_dir().unwrap().flatten().map(|entry| entry.file_name());
    let left: Vec<_> = left.filter(|name| name.to_string_lossy().starts_with("plugin-")).collect();
    assert!(left.is_empty(), "{left:?}");
}

/// One process with -debug serves several Terraforms, until its Ctrl-C.
#[test]
fn a_debugger_can_be_attached() {
    let folder = tempfile::tempdir().unwrap();
    let mut provider = Command::new(program())
        .arg("-debug")
        .env("TMPDIR", folder.path())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut stdout = BufReader::new(provider.stdout.take().unwrap());
    let mut line = String::new();
    stdout.read_line(&mut line).unwrap();
    let reattach =
        line.trim_end().strip_prefix("TF_REATTACH_PROVIDERS='").and_then(|rest| rest.strip_suffix('\'')).unwrap();

    let mut workspace = workspace("resource \"test_thing\" \"a\" {\n  name = \"a\"\n}\n");
    workspace.set("TF_REATTACH_PROVIDERS", reattach);
    assert_eq!(apply(&workspace).changes(), (1, 0, 0));
    assert_eq!(plan(&workspace).changes(), (0, 0, 0));
    configure(&workspace, "");
    assert_eq!(apply(&workspace).changes(), (0, 0, 1));
    assert!(!state(&workspace).contains("thing-a"));
    assert_eq!(provider.try_wait().unwrap(), None);
    kill_process(id(&provider), Signal::INT).unwrap();
    assert!(provider.wait().unwrap().success());
    assert_eq!(folder.path().read_dir().unwrap().count(), 0);
}
