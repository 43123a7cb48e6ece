//! Nothing that the client says holds a secret.

use std::cell::RefCell;
use std::io;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::dynamic_filter_fn;
use tracing_subscriber::layer::SubscriberExt;

use super::super::{NewMember, Secret};
use super::server::{Server, Step, answer};
use super::{KEY, call, client, settings};

const PASSWORD: &str = "Pa\"ss/w<o>r\\d 1%";

thread_local! {
    /// What this thread has logged, while a test wants to know.
    static LOGGED: RefCell<Option<Vec<u8>>> = const { RefCell::new(None) };
}

/// Writes to the log of the thread that speaks.
struct Log;

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        LOGGED.with_borrow_mut(|logged| logged.as_mut().map(|logged| logged.extend_from_slice(bytes)));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Logs everything from now on. One subscriber for all threads: whether an event is wanted at all is remembered at its
/// first appearance, and a subscriber of this thread alone would not be asked when another test comes first.
fn begin_to_log() {
    let wanted = dynamic_filter_fn(|_, _| LOGGED.with_borrow(Option::is_some));
    let layer = tracing_subscriber::fmt::layer().with_writer(|| Log).with_filter(wanted);
    let subscriber = tracing_subscriber::registry().with(layer);
    tracing::subscriber::set_global_default(subscriber).expect("no other test logs");
    LOGGED.set(Some(Vec::new()));
}

/// A secret in all the forms in which a service or a proxy may echo it.
fn forms(secret: &str) -> Vec<String> {
    let json = serde_json::to_string(secret).unwrap();
    let in_json = |text: &str| serde_json::to_string(text).unwrap().trim_matches('"').to_owned();
    let html = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&#34;");
    let twice = in_json(json.trim_matches('"'));
    let thrice = in_json(&twice);
    vec![
        secret.to_owned(),
        json.trim_matches('"').to_owned(),
        // JSON in a text of JSON, twice; and a page that holds it, or the bare secret.
        twice.clone(),
        thrice,
        html(secret),
        html(json.trim_matches('"')),
        html(&twice),
        secret.bytes().map(|byte| format!("%{byte:02X}")).collect(),
        url::form_urlencoded::byte_serialize(secret.as_bytes()).collect(),
        STANDARD.encode(secret),
        STANDARD.encode(format!("Bearer {secret}"))[8..].to_owned(),
    ]
}

/// What services and proxies may say, each holding all forms of both secrets.
fn echoes() -> Vec<Step> {
    let all = [forms(KEY), forms(PASSWORD)].concat().join(" , ");
    let json = serde_json::to_string(&all).unwrap();
    let plain = |status: &str| {
        Step::SayAndClose(
            format!("HTTP/1.1 {status}\r\nx-request-id: {KEY}\r\ncontent-type: text/{KEY}\r\n\r\n{all}").into(),
        )
    };
    vec![
        answer("400 Bad Request", "", &format!(r#"{{"error":{json},"password":"other"}}"#)),
        answer("200 OK", "", &format!(r#"{{"id":{json},"email":{json}}}"#)),
        answer("200 OK", "", &format!(r#"{{"id":"m","email":[{json}]}}"#)),
        answer("302 Found", &format!("location: https://{KEY}.test/{KEY}\r\n"), ""),
        plain("401 Unauthorized"),
        plain("500 Internal Server Error"),
        plain("200 OK"),
        Step::SayAndClose(
            format!("HTTP/1.1 404 Not Found\r\ncontent-type: text/html\r\n\r\n<title>{all}</title>").into(),
        ),
        Step::SayAndClose(format!("{KEY} is not HTTP {PASSWORD}\r\n\r\n").into()),
    ]
}

#[tokio::test]
async fn no_log_and_no_error_holds_a_secret() {
    begin_to_log();
    let new = NewMember {
        email: "a@example.com".into(),
        password: Secret::verbatim(PASSWORD),
        role: "admin".into(),
        name: None,
    };
    let mut texts = Vec::new();
    for echo in echoes() {
        let server = Server::start([echo]).await;
        let client = client(settings(&server.endpoint()));
        texts.push(format!("{client:?} {new:?}"));
        for error in [
            client.create_member(&call(), "p", &new).await.err().map(|error| format!("{error} {error:?}")),
            client.members(&call(), "p").await.err().map(|error| format!("{error} {error:?} {}", error.advice())),
            client.partner(&call(), "p").await.err().map(|error| format!("{error} {error:?}")),
        ] {
            texts.extend(error);
        }
    }
    let log = String::from_utf8(LOGGED.take().unwrap()).unwrap();
    assert!(log.contains("request answered") && log.contains("request body") && log.contains("answer body"), "{log}");
    texts.push(log);
    for secret in [forms(KEY), forms(PASSWORD)].concat() {
        for text in &texts {
            assert!(!text.contains(&secret), "{secret} in\n{text}");
        }
    }
}
