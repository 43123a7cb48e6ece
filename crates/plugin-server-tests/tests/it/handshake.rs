use std::process::{Command, Output};

use terraform_plugin_server::client::{ClientError, ClientKey, Credentials, Launch};

use crate::support::{end, program, start};

const COOKIE: (&str, &str) =
    ("TF_PLUGIN_MAGIC_COOKIE", "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2");

fn run(variables: &[(&str, &str)]) -> Output {
    let mut command = Command::new(program());
    for name in [COOKIE.0, "PLUGIN_CLIENT_CERT", "PLUGIN_PROTOCOL_VERSIONS"] {
        command.env_remove(name);
    }
    command.envs(variables.iter().copied()).output().unwrap()
}

/// Whatever is wrong is one sentence on standard error, and exit code 1. Terraform shows only what is on standard
/// output.
fn check_refusal(variables: &[(&str, &str)], sentence: &str) {
    let output = run(variables);
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{stderr}");
    let shown = if variables.contains(&COOKIE) { &*stderr } else { "" };
    assert_eq!(String::from_utf8(output.stdout).unwrap(), shown);
    assert_eq!(stderr.lines().count(), 1, "{stderr}");
    assert!(stderr.contains(sentence), "{stderr}");
}

#[test]
fn says_in_one_sentence_what_is_wrong() {
    check_refusal(&[], "is a Terraform provider");
    check_refusal(&[(COOKIE.0, "wrong")], "is a Terraform provider");
    check_refusal(&[COOKIE], "PLUGIN_CLIENT_CERT");
    check_refusal(&[COOKIE, ("PLUGIN_CLIENT_CERT", "x"), ("PLUGIN_PROTOCOL_VERSIONS", "4,5")], "only 4,5");
    check_refusal(&[COOKIE, ("PLUGIN_CLIENT_CERT", "no PEM"), ("PLUGIN_PROTOCOL_VERSIONS", "5,6")], "TLS");
    #[cfg(unix)]
    check_refusal(
        &[COOKIE, ("PLUGIN_CLIENT_CERT", "x"), ("TMPDIR", "/no/such")],
        "make its socket in /no/such: No such",
    );
}

#[tokio::test]
async fn speaks_to_its_client_whatever_key_it_has() {
    for key in [ClientKey::P521, ClientKey::P256] {
        let client = Launch::new(program()).client_key(key).start().await.unwrap();
        assert!(client.get_provider_schema().await.unwrap().resource_schemas.contains_key("test_thing"));
        end(client).await;
    }
}

/// The first call of somebody who must not speak fails, and the client who may is served on.
#[tokio::test]
async fn speaks_to_nobody_else() {
    for network in ["unix", "tcp"] {
        let client = Launch::new(program()).env("PLUGIN_SERVER_NETWORK", network).start().await.unwrap();
        for credentials in [
            Credentials::None,
            Credentials::Foreign(ClientKey::P521),
            Credentials::Foreign(ClientKey::P256),
            Credentials::Plaintext,
        ] {
            let refused = match client.connect_as(credentials).await {
                Ok(intruder) => intruder.get_provider_schema().await.err(),
                Err(error) => Some(error),
            };
            let refused = refused.unwrap_or_else(|| panic!("{credentials:?} was served"));
            let without_answer = match &refused {
                ClientError::Status(status) => status.metadata().is_empty(),
                _ => true,
            };
            assert!(without_answer, "{credentials:?}: {refused}");
        }
        assert!(client.get_provider_schema().await.is_ok());
        end(client).await;
    }
}

/// A client that says nothing keeps nobody waiting.
#[cfg(unix)]
#[tokio::test]
async fn a_silent_client_blocks_nobody() {
    let client = start().await;
    let _silent = tokio::net::UnixStream::connect(client.endpoint().1).await.unwrap();
    let intruder = client.connect_as(Credentials::None).await;
    assert!(intruder.is_err() || intruder.unwrap().get_provider_schema().await.is_err());
    assert!(client.get_provider_schema().await.is_ok());
    end(client).await;
}

#[tokio::test]
async fn listens_on_tcp_when_asked() {
    let client = Launch::new(program()).env("PLUGIN_SERVER_NETWORK", "tcp").start().await.unwrap();
    let (network, address) = client.endpoint();
    assert_eq!(network, "tcp");
    let address: std::net::SocketAddr = address.parse().unwrap();
    assert!(address.ip().is_loopback() && (10_000..=25_000).contains(&address.port()), "{address}");
    assert!(client.get_provider_schema().await.is_ok());
    end(client).await;
}

#[cfg(unix)]
#[tokio::test]
async fn the_sockets_folder_is_private_and_goes_with_the_process() {
    use std::os::unix::fs::PermissionsExt;
    let parent = tempfile::tempdir().unwrap();
    let client = Launch::new(program()).env("TMPDIR", parent.path()).start().await.unwrap();
    let (network, address) = client.endpoint();
    assert_eq!(network, "unix");
    let folder = std::path::Path::new(address).parent().unwrap().to_owned();
    assert_eq!(folder.parent(), Some(parent.path()));
    assert_eq!(folder.metadata().unwrap().permissions().mode() & 0o777, 0o700);
    end(client).await;
    assert_eq!(parent.path().read_dir().unwrap().count(), 0);
}

#[cfg(unix)]
#[tokio::test]
async fn a_long_folder_name_is_no_obstacle() {
    let parent = tempfile::tempdir().unwrap();
    let long = parent.path().join("x".repeat(120));
    std::fs::create_dir(&long).unwrap();
    let client = Launch::new(program()).env("TMPDIR", &long).start().await.unwrap();
    assert!(client.get_provider_schema().await.is_ok());
    end(client).await;
}

#[cfg(unix)]
#[tokio::test]
async fn an_empty_tmpdir_is_none() {
    let folder = tempfile::tempdir().unwrap();
    let mut launch = Launch::new(program()).env("TMPDIR", "");
    launch.command().current_dir(folder.path());
    let client = launch.start().await.unwrap();
    assert!(client.endpoint().1.starts_with("/tmp/"), "{:?}", client.endpoint());
    assert_eq!(folder.path().read_dir().unwrap().count(), 0);
    end(client).await;
}

/// The handshake says what go-plugin's newer clients ask: one connection carries no second one.
#[tokio::test]
async fn answers_whether_it_multiplexes() {
    let client = Launch::new(program()).env("PLUGIN_MULTIPLEX_GRPC", "true").start().await.unwrap();
    assert!(client.get_provider_schema().await.is_ok());
    end(client).await;
}

/// What go-plugin's clients call besides the provider's own service.
#[tokio::test]
async fn offers_the_services_of_a_plugin() {
    use terraform_plugin_server::wire::health::health_client::HealthClient;
    use terraform_plugin_server::wire::health::{HealthCheckRequest, health_check_response::ServingStatus};
    use terraform_plugin_server::wire::plugin::grpc_stdio_client::GrpcStdioClient;

    let client = start().await;
    let mut health = HealthClient::with_origin(client.channel(), "http://localhost/".parse().unwrap());
    let ask = |service: &str| HealthCheckRequest { service: service.to_owned() };
    let healthy = health.check(ask("plugin")).await.unwrap().into_inner();
    assert_eq!(healthy.status(), ServingStatus::Serving);
    assert_eq!(health.check(ask("other")).await.unwrap_err().code(), tonic::Code::NotFound);
    let mut watch = health.watch(ask("plugin")).await.unwrap().into_inner();
    assert_eq!(watch.message().await.unwrap().unwrap().status(), ServingStatus::Serving);

    let mut stdio = GrpcStdioClient::with_origin(client.channel(), "http://localhost/".parse().unwrap());
    let mut output = stdio.stream_stdio(()).await.unwrap().into_inner();
    end(client).await;
    // The stream was open until the process ended, and carried nothing.
    assert!(!matches!(output.message().await, Ok(Some(_))));
}

#[tokio::test]
async fn what_it_does_not_offer_is_unimplemented() {
    use terraform_plugin_server::wire::tfplugin6 as tf;
    let client = start().await;
    let refused = client.raw().get_states(tf::get_states::Request::default()).await.unwrap_err();
    assert_eq!(refused.code(), tonic::Code::Unimplemented);
    end(client).await;
}
