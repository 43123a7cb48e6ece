//! Connections that are never made, and proxies.

use std::process::Command;
use std::time::Duration;

use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;

use super::super::{Client, CreateError, ErrorKind};
use super::server::read_request;
use super::{acme, call, client, settings};

/// Runs a test again in a process of its own, with other environment variables; gives what it printed.
pub(super) fn run_again(module: &str, test: &str, variables: &[(&str, &str)]) -> String {
    let module = module.split_once("::").expect("the crate's name").1;
    let mut child = Command::new(std::env::current_exe().expect("this test's path"));
    child.args([&*format!("{module}::{test}"), "--exact", "--nocapture"]).env(CHILD, "1");
    for name in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy", "REQUEST_METHOD"] {
        child.env_remove(name);
    }
    let output = child.envs(variables.iter().copied()).output().expect("a process");
    let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && stdout.contains("1 passed"), "{stdout}\n{stderr}");
    stdout.into_owned()
}

/// Set in the process that [`run_again`] starts.
const CHILD: &str = "IMPOSSIBLECLOUD_API_TEST_CHILD";

pub(super) fn is_child() -> bool {
    std::env::var_os(CHILD).is_some()
}

/// A port where nobody listens.
async fn closed_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    listener.local_addr().unwrap().port()
}

#[tokio::test]
async fn a_refused_connection_is_tried_again_even_by_a_create() {
    let port = closed_port().await;
    let error = client(settings(&format!("http://127.0.0.1:{port}"))).create_partner(&call(), &acme()).await;
    let Err(CreateError::Refused(error)) = error else { panic!("{error:?}") };
    assert_eq!(error.tries(), 4);
    let ErrorKind::Unreachable { host, cause, dns: false } = error.kind() else { panic!("{error}") };
    assert_eq!(host.as_str(), format!("127.0.0.1:{port}"));
    assert!(cause.as_str().to_lowercase().contains("refused"), "{cause}");
}

/// A server that accepts but does not speak TLS in time: nothing was sent.
#[tokio::test]
async fn a_connection_that_hangs_is_not_made() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut settings = settings(&format!("https://localhost:{}", listener.local_addr().unwrap().port()));
    settings.request_timeout = Duration::from_millis(100);
    settings.max_retries = 0;
    settings.ca_certificates = super::tls::authority().pem.into();
    let error = client(settings).create_partner(&call(), &acme()).await;
    let Err(CreateError::Refused(error)) = error else { panic!("{error:?}") };
    assert!(error.to_string().contains(": not connected within 0.1 s"), "{error}");
}

#[tokio::test]
async fn a_name_that_does_not_resolve() {
    // In a process that knows no proxy, for a proxy would resolve it.
    if !is_child() {
        run_again(module_path!(), "a_name_that_does_not_resolve", &[]);
        return;
    }
    let mut settings = settings("https://no-such-host.invalid/v1");
    settings.max_retries = 0;
    settings.ca_certificates = super::tls::authority().pem.into();
    let error = client(settings).contracts(&call()).await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Unreachable { dns: true, .. }), "{error:?}");
    assert!(error.to_string().starts_with("list contracts: no connection to no-such-host.invalid:443: "), "{error}");
}

#[tokio::test]
async fn proxies_come_from_the_environment() {
    if is_child() {
        let mut settings = settings("https://api.example.com/v1");
        settings.max_retries = 0;
        settings.ca_certificates = super::tls::authority().pem.into();
        let error = client(settings).create_partner(&call(), &acme()).await;
        let Err(CreateError::Refused(error)) = error else { panic!("{error:?}") };
        println!("cause: {error}");
        return;
    }
    for (answer, cause) in [
        ("HTTP/1.1 403 Forbidden\r\n\r\n", "the proxy refused to connect to it (unsuccessful)"),
        ("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", "the proxy asks for user and password"),
        ("", "so it may be the proxy that is not reached"),
    ] {
        let proxy = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://user:secret@127.0.0.1:{}", proxy.local_addr().unwrap().port());
        let test = "proxies_come_from_the_environment";
        let child = tokio::task::spawn_blocking(move || run_again(module_path!(), test, &[("HTTPS_PROXY", &address)]));
        if !answer.is_empty() {
            let (mut stream, _) = proxy.accept().await.unwrap();
            let asked = read_request(&mut stream).await.unwrap();
            assert_eq!(asked.line, "CONNECT api.example.com:443");
            assert!(!asked.head.contains("bearer"), "the key is not the proxy's business: {}", asked.head);
            stream.write_all(answer.as_bytes()).await.unwrap();
        }
        drop(proxy);
        let output = child.await.unwrap();
        assert!(output.contains("no connection to api.example.com:443: ") && output.contains(cause), "{output}");
        assert!(!output.contains("secret"), "{output}");
    }
}

/// Going past a company's proxy, with the key, is nobody's wish.
#[tokio::test]
async fn a_proxy_that_cannot_be_used_is_an_error() {
    if is_child() {
        let error = Client::new(settings("https://api.example.com/v1")).map(drop).unwrap_err();
        println!("cause: {error}");
        return;
    }
    let output = run_again(
        module_path!(),
        "a_proxy_that_cannot_be_used_is_an_error",
        &[("HTTPS_PROXY", "htp://user:hunter2@p")],
    );
    let expected = "cause: configure the client: the environment variable HTTPS_PROXY does not name a proxy that can \
                    be used: its scheme is htp, and only http and https are known";
    assert!(output.contains(expected) && !output.contains("hunter2"), "{output}");
}

/// What listens on this machine is not reached through a proxy: the key would go there in the clear.
#[tokio::test]
async fn loopback_is_never_proxied() {
    if is_child() {
        let server = super::server::Server::start([super::server::answer("200 OK", "", "[]")]).await;
        client(settings(&server.endpoint())).contracts(&call()).await.unwrap();
        return;
    }
    let port = closed_port().await;
    let address = format!("http://127.0.0.1:{port}");
    run_again(
        module_path!(),
        "loopback_is_never_proxied",
        &[("HTTP_PROXY", &address), ("http_proxy", &address), ("ALL_PROXY", &address)],
    );
}

/// Other systems ask the operating system itself.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_machine_without_authorities_says_so() {
    if is_child() {
        let client = Client::new(settings("https://localhost:1/v1")).unwrap();
        let error = client.contracts(&call()).await.unwrap_err();
        let expected = "list contracts: no certificate authority is known to this machine, so no server can be trusted";
        assert!(
            error.to_string().starts_with(expected) && error.to_string().contains("ca_certificate_file"),
            "{error}"
        );
        assert_eq!((error.tries(), error.had_no_effect()), (0, true));
        return;
    }
    let empty = std::env::temp_dir().join("no-such-folder-of-certificates");
    let empty = empty.to_str().unwrap();
    run_again(
        module_path!(),
        "a_machine_without_authorities_says_so",
        &[("SSL_CERT_FILE", empty), ("SSL_CERT_DIR", empty)],
    );
}

#[test]
fn settings_that_cannot_work_are_refused_at_once() {
    let refuse = |change: &dyn Fn(&mut super::Settings)| {
        let mut settings = settings("https://api.example.com/v1");
        change(&mut settings);
        Client::new(settings).expect_err("bad settings").to_string()
    };
    let endpoint = |url: &str| refuse(&|settings| settings.endpoint = url.parse().unwrap());
    for (url, shown) in [
        ("http://api.example.com", "http://api.example.com/"),
        ("ftp://localhost/?key=k", "ftp://localhost/"),
        ("mailto:a@example.com", "mailto:"),
        ("http://user:pw@127.0.0.1.example.com/v1", "http://127.0.0.1.example.com/v1"),
    ] {
        assert_eq!(
            endpoint(url),
            format!(
                "configure the client: \"{shown}\" is not an https URL; http is accepted for loopback hosts only, \
                 since it would send the key in the clear"
            )
        );
    }
    for url in ["https://user@example.com", "https://:pw@example.com"] {
        assert_eq!(
            endpoint(url),
            "configure the client: the URL holds a user name or password; the key is all that is needed"
        );
    }
    assert_eq!(
        endpoint("https://example.com/v1?a=b"),
        "configure the client: \"https://example.com/v1\" has a query or fragment; give the base URL with its version \
         path"
    );
    let pem = |pem: &str| refuse(&|settings| settings.ca_certificates = pem.into());
    assert_eq!(
        pem("nothing"),
        "configure the client: the CA certificates cannot be used: it holds no certificate in PEM form"
    );
    let broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    assert!(
        pem(broken).starts_with(
            "configure the client: the CA certificates cannot be used: its certificate 1 cannot be used: "
        ),
        "{}",
        pem(broken)
    );
    let text = refuse(&|settings| settings.request_timeout = Duration::ZERO);
    assert_eq!(text, "configure the client: request_timeout must be longer than nothing");
    let text = refuse(&|settings| settings.key = super::Secret::new("a\nb"));
    assert_eq!(text, "configure the client: the API key holds characters that cannot be sent");
}
