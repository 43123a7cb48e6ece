#![cfg(unix)]

use std::process::Stdio;

use serde_json::{Value, json};
use terraform_plugin_server::client::Client;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, ChildStdout, Command};

use crate::support::program;

/// A process that was started by a person, and what it says about how to reach it.
async fn start(folder: &std::path::Path) -> (Child, BufReader<ChildStdout>, Value) {
    let mut child = Command::new(program())
        .arg("-debug")
        .env("TMPDIR", folder)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut line = String::new();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    stdout.read_line(&mut line).await.unwrap();
    let json =
        line.trim_end().strip_prefix("TF_REATTACH_PROVIDERS='").and_then(|rest| rest.strip_suffix('\'')).unwrap();
    (child, stdout, serde_json::from_str(json).unwrap())
}

#[tokio::test]
async fn serves_one_terraform_after_the_other_until_ctrl_c() {
    let folder = tempfile::tempdir().unwrap();
    let (mut child, _stdout, reattach) = start(folder.path()).await;
    let id = child.id().unwrap();
    let endpoint = &reattach["example.com/test/test"];
    assert_eq!(endpoint["Protocol"], "grpc");
    assert_eq!(endpoint["ProtocolVersion"], 6);
    assert_eq!(endpoint["Pid"], id);
    assert_eq!(endpoint["Test"], true);
    let (network, address) = (&endpoint["Addr"]["Network"], &endpoint["Addr"]["String"]);
    for _ in 0..2 {
        let client = Client::attach(network.as_str().unwrap(), address.as_str().unwrap()).await.unwrap();
        assert_eq!(client.configure(json!({})).await.unwrap(), []);
        let read = client.read_data_source("test_echo", json!({ "input": "x" })).await.unwrap();
        assert_eq!(read.state.get("stopped"), Some(&false.into()));
        // Terraform tells each process that it stops, but not that it ends.
        client.stop().await.unwrap();
    }
    assert_eq!(child.try_wait().unwrap(), None);
    let id = rustix::process::Pid::from_raw(id.try_into().unwrap()).unwrap();
    rustix::process::kill_process(id, rustix::process::Signal::INT).unwrap();
    assert!(child.wait().await.unwrap().success());
    assert_eq!(folder.path().read_dir().unwrap().count(), 0);
}
