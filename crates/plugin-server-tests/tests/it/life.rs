use serde_json::json;
use terraform_plugin_server::client::{Client, Launch, Returned};

use crate::support::{configured, end, lines, program, start};

/// Begins a create that takes three seconds, or until it is asked to stop, and waits until it runs.
async fn begin_slow_create(client: Client) -> (std::sync::Arc<Client>, tokio::task::JoinHandle<Option<Returned>>) {
    let client = std::sync::Arc::new(client);
    let task = tokio::spawn(create_slowly(client.clone()));
    client.stderr().contains("a slow create has begun").await;
    (client, task)
}

async fn create_slowly(client: std::sync::Arc<Client>) -> Option<Returned> {
    let config = json!({ "name": "slow" });
    let planned = client.plan("test_thing", None, config.clone().into()).await.ok()?;
    client.apply("test_thing", None, &planned, config).await.ok()
}

fn alone(client: std::sync::Arc<Client>) -> Client {
    std::sync::Arc::try_unwrap(client).unwrap_or_else(|_| panic!("nobody else uses the client"))
}

async fn stopped(client: &Client) -> bool {
    let read = client.read_data_source("test_echo", json!({})).await.unwrap();
    read.state.get("stopped") == Some(&true.into())
}

#[tokio::test]
async fn a_stop_is_seen_by_what_runs_and_the_server_goes_on() {
    let (client, task) = begin_slow_create(configured().await).await;
    client.stop().await.unwrap();
    let created = task.await.unwrap().unwrap();
    assert_eq!(lines(&created.diagnostics), ["warning: asked to stop"]);
    assert_eq!(created.state.get("id"), Some(&"thing-slow".into()));

    assert!(stopped(&client).await);
    // Another Terraform on the same process (-debug) is not stopped.
    assert_eq!(client.configure(json!({})).await.unwrap(), []);
    assert!(!stopped(&client).await);
    end(alone(client)).await;
}

#[tokio::test]
async fn requests_run_side_by_side() {
    let client = std::sync::Arc::new(configured().await);
    let tasks: Vec<_> = (0..20).map(|_| tokio::spawn(create_slowly(client.clone()))).collect();
    // All have begun before any has ended: they wait for the stop, or would take a minute one by one.
    client.stderr().contains(&"a slow create has begun\n".repeat(20)).await;
    client.stop().await.unwrap();
    for task in tasks {
        assert!(task.await.unwrap().is_some());
    }
    end(alone(client)).await;
}

#[cfg(unix)]
fn signal(client: &Client, signal: rustix::process::Signal) {
    let id = rustix::process::Pid::from_raw(client.id().unwrap().try_into().unwrap());
    rustix::process::kill_process(id.unwrap(), signal).unwrap();
}

#[cfg(unix)]
#[tokio::test]
async fn signals_end_neither_a_write_nor_the_process() {
    use rustix::process::Signal;
    let (client, task) = begin_slow_create(configured().await).await;
    signal(&client, Signal::HUP);
    assert!(!stopped(&client).await, "a terminal that is lost asks for nothing");
    for kind in [Signal::INT, Signal::TERM, Signal::INT] {
        signal(&client, kind);
    }
    // An answer after the signals shows that they were outlived; what only reads is asked to end.
    while !stopped(&client).await {}
    assert!(!task.is_finished(), "the create goes on");
    client.stop().await.unwrap();
    let created = task.await.unwrap().unwrap();
    assert_eq!(created.state.get("id"), Some(&"thing-slow".into()));
    end(alone(client)).await;
}

#[tokio::test]
async fn an_end_waits_for_what_runs_and_its_answer() {
    let (client, task) = begin_slow_create(configured().await).await;
    let shutdown = terraform_plugin_server::wire::plugin::Empty {};
    let origin = "http://localhost/".parse().unwrap();
    use terraform_plugin_server::wire::plugin::grpc_controller_client::GrpcControllerClient;
    GrpcControllerClient::with_origin(client.channel(), origin).shutdown(shutdown).await.unwrap();
    let created = task.await.unwrap().unwrap();
    assert_eq!(lines(&created.diagnostics), ["warning: asked to stop"]);
    assert!(alone(client).disconnect().await.unwrap().success());
}

/// As after a kill -9 of Terraform: what runs is finished, and then the process ends.
#[tokio::test]
async fn a_process_whose_terraform_is_gone_finishes_and_ends() {
    let (client, task) = begin_slow_create(configured().await).await;
    task.abort();
    assert!(task.await.unwrap_err().is_cancelled());
    let client = alone(client);
    let stderr = client.stderr();
    assert!(client.disconnect().await.unwrap().success());
    stderr.contains("a slow create has ended").await;

    let idle = start().await;
    assert!(idle.disconnect().await.unwrap().success());
}

/// A client that is refused comes and goes without ending the process.
#[tokio::test]
async fn an_intruder_ends_nothing() {
    let client = start().await;
    let intruder = client.connect_as(terraform_plugin_server::client::Credentials::None).await;
    if let Ok(intruder) = intruder {
        assert!(intruder.stop().await.is_err());
        drop(intruder);
    }
    assert!(client.get_provider_schema().await.is_ok());
    end(client).await;
}

#[tokio::test]
async fn what_the_provider_prints_never_reaches_standard_output() {
    // The provider prints a line as it is configured; the client reads only the handshake and would break on a closed
    // pipe.
    let client = configured().await;
    client.stderr().contains("this line must not reach standard output").await;
    end(client).await;
}

#[tokio::test]
async fn the_log_is_in_terraforms_form() {
    let launch = Launch::new(program()).env("TF_LOG_PROVIDER", "ERROR").env("TF_LOG_PROVIDER_TEST", "DEBUG");
    let client = launch.start().await.unwrap();
    let stderr = client.stderr();
    assert_eq!(client.validate_resource("test_thing", json!({ "name": "a" })).await.unwrap(), []);
    stderr.contains("checking test_thing").await;
    let text = stderr.text();
    let line: serde_json::Value = serde_json::from_str(text.lines().next().unwrap()).unwrap();
    assert_eq!(line["@level"], "debug");
    assert_eq!(line["@module"], "terraform_plugin_server::server");
    end(client).await;
}
