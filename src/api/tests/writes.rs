//! What the service may answer to a change and to a deletion.

use super::super::{Deletion, ErrorKind, Owner, PartnerChange};
use super::server::{Server, answer, page};
use super::{call, client, settings};

const CHANGE: PartnerChange = PartnerChange { allocated_capacity: Some(9), name: None };

/// A change that was made is made, whatever is said of it: it is not sent again.
#[tokio::test]
async fn a_success_without_a_usable_body_is_a_success() {
    for (status, body) in [
        ("204 No Content", ""),
        ("200 OK", ""),
        ("200 OK", "{}"),
        ("200 OK", "null"),
        ("200 OK", r#"{"allocatedCapacity":9}"#),
        ("200 OK", r#"{"id":"","name":"Acme"}"#),
        ("200 OK", r#"{"id":"p","allocatedCapacity":1.5}"#),
        ("200 OK", "OK"),
        ("202 Accepted", r#"[]"#),
    ] {
        let server = Server::start([answer(status, "", body)]).await;
        let client = client(settings(&server.endpoint()));
        assert_eq!(client.update_partner(&call(), "p", &CHANGE).await.unwrap(), None, "{status} {body}");
        assert_eq!(client.restore_storage_account(&call(), Owner::Own, "p").await.unwrap(), None, "{status} {body}");
        assert_eq!(server.lines(), ["PUT /v1/partner/p", "PATCH /v1/storage-account/p"]);
    }
}

const OTHERWISE: [(&str, &str); 9] = [
    (r#"{"error":"has accounts"}"#, "has accounts"),
    (r#"{"error":{"code":7,"message":"not now"}}"#, "not now"),
    (r#"{"errors":["one","two"]}"#, "one"),
    (r#"{"success":false,"message":"no"}"#, "no"),
    (r#"{"ok":false}"#, ""),
    (r#"{"id":"p","success":false}"#, ""),
    (r#"{"status":"failed","detail":"busy"}"#, "busy"),
    (r#"{"status":"Error"}"#, ""),
    (r#"{"error":true}"#, ""),
];

#[tokio::test]
async fn a_success_that_says_otherwise_is_an_error() {
    for (body, words) in OTHERWISE {
        let server = Server::start([answer("200 OK", "", body)]).await;
        let client = client(settings(&server.endpoint()));
        for error in [
            client.update_partner(&call(), "p", &CHANGE).await.unwrap_err(),
            client.delete_partner(&call(), "p").await.unwrap_err(),
            client.delete_member(&call(), "p", "m").await.unwrap_err(),
            client.delete_storage_account(&call(), Owner::Own, "a").await.unwrap_err(),
        ] {
            let ErrorKind::Contradicted { status: 200, message } = error.kind() else { panic!("{body}: {error}") };
            assert_eq!(message.as_str(), words, "{body}");
            assert!(!error.had_no_effect() && error.tries() == 1, "{body}: {error}");
        }
    }
}

#[tokio::test]
async fn a_success_that_says_nothing_against_it_is_accepted() {
    for body in
        ["", "{}", "null", "OK", r#"{"id":"p","name":"Acme"}"#, r#"{"error":null,"success":true}"#, r#"{"error":""}"#]
    {
        for status in ["200 OK", "202 Accepted"] {
            let server = Server::start([answer(status, "", body)]).await;
            let deleted = client(settings(&server.endpoint())).delete_partner(&call(), "p").await.unwrap();
            assert!(matches!(deleted, Deletion::Accepted), "{body}: {deleted:?}");
        }
    }
}

/// A deletion whose answer was lost and one that was refused at first are told apart.
#[tokio::test]
async fn a_deletion_that_finds_nothing_says_whether_it_was_sent_before() {
    let gone = || answer("404 Not Found", "", "no such partner");
    for (first, sent_before) in [
        (answer("500 Internal Server Error", "", ""), true),
        (page("502 Bad Gateway"), true),
        (answer("429 Too Many Requests", "", ""), false),
        (gone(), false),
    ] {
        let name = format!("{first:?}");
        let server = Server::start([first, gone()]).await;
        let deleted = client(settings(&server.endpoint())).delete_partner(&call(), "p").await.unwrap();
        let Deletion::NotFound { sent_before: is, error } = deleted else { panic!("{name}: {deleted:?}") };
        assert_eq!(is, sent_before, "{name}");
        assert!(error.to_string().contains("404 Not Found, \"no such partner\""), "{error}");
    }
}

/// What the service asks to wait is known to who decides about another creation.
#[tokio::test]
async fn a_creation_that_failed_tells_how_long_to_wait() {
    let server = Server::start([answer("503 Service Unavailable", "retry-after: 60\r\n", "")]).await;
    let error = client(settings(&server.endpoint())).create_partner(&call(), &super::acme()).await.unwrap_err();
    assert_eq!(error.error().retry_after().map(|wait| wait.as_secs()), Some(60));
    assert_eq!(server.seen().len(), 1);
}
