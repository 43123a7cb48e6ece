//! The whole text of every kind of error, as an operator reads it.

use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use reqwest::Method;

use super::super::error::{End, Error, Report};
use super::super::{Client, CreateError, ErrorKind, Outside, PartnerChange};
use super::server::{Server, Step, answer, page};
use super::{acme, call, client, settings};

/// What is asked of the server.
enum Ask {
    List,
    Create,
    Raise,
    Delete,
}

use Ask::{Create, Delete, List, Raise};

async fn ask(client: &Client, ask: &Ask) -> Error {
    let more = PartnerChange { name: None, allocated_capacity: Some(9) };
    let error = match ask {
        List => client.partners(&call(), "c").await.map(drop),
        Create => client.create_partner(&call(), &acme()).await.map(drop).map_err(|error| error.error().clone()),
        Raise => client.update_partner(&call(), "p", &more).await.map(drop),
        Delete => client.delete_partner(&call(), "p").await.map(drop),
    };
    error.expect_err("an error")
}

/// The text without what differs from run to run.
async fn text(asked: Ask, step: Step) -> (String, &'static str) {
    let server = Server::start([step.clone()]).await;
    let mut settings = settings(&server.endpoint());
    if matches!(step, Step::SayAndHang(_)) {
        settings.request_timeout = Duration::from_millis(500);
    }
    // A rate limit is no try, and goes on.
    let limited = matches!(&step, Step::Say(bytes) if bytes.starts_with(b"HTTP/1.1 429"));
    settings.max_retries = u32::from(!limited);
    let error = ask(&client(settings), &asked).await;
    let (text, time) =
        error.summary().rsplit_once(" in ").map(|(text, time)| (text.to_owned(), time.to_owned())).unwrap();
    assert!(time.ends_with(" s)"), "{time}");
    (text, error.advice())
}

#[tokio::test]
async fn answers() {
    let error = |status: &str, words: &str| answer(status, "", &format!(r#"{{"error":"{words}"}}"#));
    for (asked, step, summary, advice) in [
        (
            List,
            error("401 Unauthorized", "key not valid"),
            "list partners: the service answered 401 Unauthorized, \"key not valid\" (GET /v1/contract/c/partners; 1 \
             try",
            "The API key was not accepted. Keys have an expiry date and can be deleted: look at \"API Keys\" in the \
             management console, make a new key if this one has expired, and check that the endpoint is the one that \
             the key was made for.",
        ),
        (
            List,
            error("403 Forbidden", "not for channel partners"),
            "list partners: the service answered 403 Forbidden, \"not for channel partners\" (GET \
             /v1/contract/c/partners; 1 try",
            "The API key is valid but may not do this. A key is either a distributor's (contracts, partners and what \
             belongs to them) or a channel partner's (its own storage accounts): check which kind this one is.",
        ),
        (
            List,
            answer("404 Not Found", "", "no such contract"),
            "list partners: the service answered 404 Not Found, \"no such contract\" (GET /v1/contract/c/partners; 1 \
             try",
            "What the request names is not there for this API key. Check the ids, and the endpoint: does it end in its \
             version path (/v1)? Without that, everything is answered like this.",
        ),
        (
            Raise,
            error("400 Bad Request", "not enough capacity"),
            "update partner: the service answered 400 Bad Request, \"not enough capacity\" (PUT /v1/partner/p; 1 try",
            "What is asked for must be covered by what is left of the contract's reserved capacity. Contact Impossible \
             Cloud's sales for more.",
        ),
        (
            Create,
            error("400 Bad Request", "name is required"),
            "create partner: the service answered 400 Bad Request, \"name is required\" (POST /v1/partner; 1 try",
            "",
        ),
        (
            Delete,
            error("409 Conflict", "has storage accounts"),
            "delete partner: the service answered 409 Conflict, \"has storage accounts\" (DELETE /v1/partner/p; 1 try",
            "A partner that still has storage accounts cannot be deleted. A deleted storage account stays for 30 days \
             before it is gone.",
        ),
        (
            Create,
            answer("429 Too Many Requests", "retry-after: 0\r\nx-request-id: r-1\r\n", ""),
            "create partner: the service answered 429 Too Many Requests (POST /v1/partner, request id r-1; 1 try",
            "The service limits how fast it is asked. Set max_requests_per_second to ask more slowly, or try again \
             later.",
        ),
        (
            Create,
            error("503 Service Unavailable", "maintenance"),
            "create partner: the service answered 503 Service Unavailable, \"maintenance\" (POST /v1/partner; 1 try",
            "The service is overloaded or being maintained. Try again later.",
        ),
        (
            List,
            page("502 Bad Gateway"),
            "list partners: the service answered 502 Bad Gateway, \"a web page: Sign in\" (GET \
             /v1/contract/c/partners; 2 tries",
            "The fault is on the service's side. Try again later; if it stays, tell Impossible Cloud's support.",
        ),
        (
            List,
            page("200 OK"),
            "list partners: the service answered 200 OK (text/html; charset=utf-8) that cannot be read: it is a web \
             page; it begins with \"<!doctype html><html><head><title>Sign in</title></head></html>\" (GET \
             /v1/contract/c/partners; 2 tries",
            "A proxy, a gateway or a login page answered instead of the service. Check the endpoint, with its version \
             path (/v1), and the proxy settings (HTTPS_PROXY, NO_PROXY).",
        ),
        (
            List,
            answer("200 OK", "", r#"{"partners":[]}"#),
            "list partners: the service answered 200 OK (application/json) that cannot be read: the list of partners \
             is {\"partners\":[]}, not a list; it begins with \"{\"partners\":[]}\" (GET /v1/contract/c/partners; 2 \
             tries",
            "The service, or a proxy before it, answered something else than the API promises. Check the endpoint, \
             with its version path (/v1). If it is right, try again, and report it if it stays.",
        ),
        (
            Create,
            answer("201 Created", "", ""),
            "create partner: the service answered 201 Created (application/json) that cannot be read: the body is \
             empty (POST /v1/partner; 1 try",
            "The service, or a proxy before it, answered something else than the API promises. Check the endpoint, \
             with its version path (/v1). If it is right, try again, and report it if it stays.",
        ),
        (
            List,
            answer("308 Permanent Redirect", "location: https://console.example.com/login?next=x\r\n", ""),
            "list partners: the service answered 308 Permanent Redirect, which points to https://console.example.com; \
             the key is not sent there (GET /v1/contract/c/partners; 1 try",
            "Set the endpoint to the address of the API itself, with its version path (/v1).",
        ),
        (
            Create,
            Step::SayAndClose("".into()),
            "create partner: the connection broke before the whole answer was there: connection closed before message \
             completed (POST /v1/partner; 1 try",
            "",
        ),
        (
            Create,
            Step::SayAndHang("".into()),
            "create partner: no whole answer within 0.5 s (POST /v1/partner; 1 try",
            "Raise request_timeout if the service is slow, or try again later.",
        ),
    ] {
        assert_eq!(text(asked, step).await, (summary.to_owned(), advice));
    }
}

/// What can be said without a server.
#[test]
fn ends_and_connections() {
    let error = |kind: ErrorKind, end| {
        let elapsed = Duration::from_secs(125);
        Error::new(Report {
            kind,
            operation: "read partner",
            on_refusal: "",
            method: Method::GET,
            path: Outside::new("/v1/partner/p"),
            tries: 3,
            elapsed,
            request_id: None,
            retry_after: None,
            unsure: false,
            end,
            told: Arc::default(),
            key_end: None,
        })
    };
    let host = || Outside::new("api.example.com:443");
    let unreachable = |dns| ErrorKind::Unreachable { host: host(), cause: Outside::new("connection refused"), dns };
    for (error, summary, advice) in [
        (
            error(unreachable(false), End::Deadline),
            "read partner: no connection to api.example.com:443: connection refused (GET /v1/partner/p; 3 tries in 2 \
             min 5 s, all the time there was)",
            "Check the endpoint, the network and its firewall. Behind a proxy, set HTTPS_PROXY, with user and password \
             if the proxy asks for them.",
        ),
        (
            error(unreachable(true), End::Stopped),
            "read partner: no connection to api.example.com:443: connection refused (GET /v1/partner/p; 3 tries in 2 \
             min 5 s, then stopped on request)",
            "The host's name cannot be resolved. Check the endpoint and this machine's DNS; behind a proxy, set \
             HTTPS_PROXY.",
        ),
        (
            error(
                ErrorKind::Tls { host: host(), cause: Outside::new("its certificate has expired"), certificate: true },
                End::Plain,
            ),
            "read partner: no trusted connection to api.example.com:443: its certificate has expired (GET \
             /v1/partner/p; 3 tries in 2 min 5 s)",
            "If a proxy of your own network opens TLS connections, or the endpoint is one of yours, name the \
             certificate of its authority in ca_certificate_file. Otherwise do not trust what answers there.",
        ),
        (
            error(
                ErrorKind::Status { status: 429, message: Outside::new("slow down"), page: false },
                End::Wait { wait: Duration::from_secs(90), until: Some(UNIX_EPOCH + Duration::from_secs(90)) },
            ),
            "read partner: the service answered 429 Too Many Requests, \"slow down\" (GET /v1/partner/p; 3 tries in 2 \
             min 5 s, and the service asks to wait until Thu, 01 Jan 1970 00:01:30 GMT (90 s), longer than there was \
             time)",
            "The service limits how fast it is asked. Set max_requests_per_second to ask more slowly, or try again \
             later.",
        ),
        (
            Error::unsent("read partner", ErrorKind::NoTime),
            "read partner: the time for the operation was over before anything was sent",
            "Raise the timeout of this operation.",
        ),
        (
            Error::unsent("read partner", ErrorKind::Stopped),
            "read partner: stopped on request before anything was sent",
            "",
        ),
        (
            error(ErrorKind::TooLarge { what: Outside::new("the answer is larger than 32 MiB") }, End::Plain),
            "read partner: the answer is larger than 32 MiB (GET /v1/partner/p; 3 tries in 2 min 5 s)",
            "",
        ),
    ] {
        assert_eq!((error.to_string(), error.advice()), (summary.to_owned(), advice));
        assert_eq!(CreateError::from(error).to_string(), summary);
    }
}
