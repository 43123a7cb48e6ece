//! Every operation: what it sends and what it reads.

use super::super::{
    AccountUsage, Contract, DayUsage, Deletion, Error, ErrorKind, Lookup, Member, NewMember, NewStorageAccount,
    Outside, Owner, Partner, PartnerChange, Region, Secret, StorageAccount,
};
use super::server::{Seen, Server, answer};
use super::{acme, call, client, settings};

/// Runs one operation against one answer; gives its outcome and what was sent.
macro_rules! ask {
    ($status:expr, $body:expr, |$client:ident, $call:ident| $operation:expr) => {{
        let server = Server::start([answer($status, "", $body)]).await;
        let ($client, $call) = (&client(settings(&server.endpoint())), &call());
        let outcome = $operation.await;
        let seen = server.seen();
        assert_eq!(seen.len(), 1, "one request");
        (outcome, sent(&seen[0]))
    }};
}

/// Method, path and body.
fn sent(seen: &Seen) -> String {
    format!("{} {}", seen.line, seen.body).trim_end().to_owned()
}

const PARTNER: &str = r#"{"id":"p","name":"Acme","distributorContractId":"c","allocatedCapacity":5e12,
    "allowOverdraft":true,"details":"","new":[1]}"#;

fn partner() -> Partner {
    Partner {
        id: "p".into(),
        name: Some("Acme".into()),
        contract_id: Some("c".into()),
        allocated: Some(5_000_000_000_000),
        allow_overdraft: Some(true),
        details: Some(String::new()),
    }
}

#[tokio::test]
async fn contracts() {
    let body = r#"[
        {"id":"a","distributorId":"d","reservedCapacity":100000000000000,"allocatedCapacity":"53000000000000",
         "costStorageGBCents":"100","costEgressGBCents":"0","currency":"EUR","details":"Test"},
        {"id":"b","costStorageGBCents":0.5,"reservedCapacity":null}
    ]"#;
    let (contracts, sent) = ask!("200 OK", body, |client, call| client.contracts(call));
    assert_eq!(sent, "GET /v1/contract/list");
    let empty = Contract {
        id: "b".into(),
        distributor_id: None,
        reserved: None,
        allocated: None,
        cost_storage_gb_cents: Some("0.5".into()),
        currency: None,
        details: None,
    };
    let full = Contract {
        id: "a".into(),
        distributor_id: Some("d".into()),
        reserved: Some(100_000_000_000_000),
        allocated: Some(53_000_000_000_000),
        cost_storage_gb_cents: Some("100".into()),
        currency: Some("EUR".into()),
        details: Some("Test".into()),
    };
    assert_eq!(contracts.unwrap().items, [full, empty]);
}

#[tokio::test]
async fn partners_are_listed_read_and_created() {
    let (partners, sent) = ask!("200 OK", &format!("[{PARTNER}]"), |client, call| client.partners(call, "c"));
    assert_eq!((partners.unwrap().items, &*sent), (vec![partner()], "GET /v1/contract/c/partners"));
    let (none, _) = ask!("200 OK", "null", |client, call| client.partners(call, "c"));
    assert_eq!(none.unwrap().items, []);
    let (read, sent) = ask!("200 OK", PARTNER, |client, call| client.partner(call, "P"));
    assert_eq!((read.unwrap().found(), &*sent), (Some(partner()), "GET /v1/partner/P"));
    for status in ["404 Not Found", "410 Gone"] {
        let (gone, _) = ask!(status, r#"{"error":"no such partner"}"#, |client, call| client.partner(call, "p"));
        let Ok(Lookup::NotFound(error)) = gone else { panic!("{gone:?}") };
        assert!(error.to_string().contains("no such partner"), "{error}");
    }
    let (created, sent) = ask!("201 Created", PARTNER, |client, call| client.create_partner(call, &acme()));
    assert_eq!(created.unwrap(), partner());
    let body = r#"{"allocatedCapacity":0,"allowOverdraft":false,"distributorContractId":"c","name":"Acme"}"#;
    assert_eq!(sent, format!("POST /v1/partner {body}"));
}

#[tokio::test]
async fn partners_are_changed_and_deleted() {
    for (change, body) in [
        (PartnerChange { name: None, allocated_capacity: Some(0) }, r#"{"allocatedCapacity":0}"#),
        (PartnerChange { name: Some("New".into()), allocated_capacity: None }, r#"{"name":"New"}"#),
        (PartnerChange::default(), "{}"),
    ] {
        let (updated, sent) = ask!("200 OK", PARTNER, |client, call| client.update_partner(call, "p", &change));
        assert_eq!((updated.unwrap(), sent), (Some(partner()), format!("PUT /v1/partner/p {body}")));
    }
    for status in ["204 No Content", "200 OK", "202 Accepted", "404 Not Found", "410 Gone"] {
        let (deleted, sent) = ask!(status, "", |client, call| client.delete_partner(call, "p"));
        let as_said = match deleted.unwrap() {
            Deletion::Done => status.starts_with("204"),
            Deletion::Accepted => status.starts_with("20"),
            Deletion::NotFound { sent_before, .. } => status.starts_with('4') && !sent_before,
        };
        assert!(as_said, "{status}");
        assert_eq!(sent, "DELETE /v1/partner/p");
    }
}

#[tokio::test]
async fn members() {
    let body = r#"{"id":"m","email":"a@example.com","name":"","role":"admin"}"#;
    let member = Member {
        id: "m".into(),
        email: Some("a@example.com".into()),
        name: Some(String::new()),
        role: Some("admin".into()),
    };
    let (listed, sent) = ask!("200 OK", &format!("[{body}]"), |client, call| client.members(call, "p"));
    assert_eq!((listed.unwrap().items, &*sent), (vec![member.clone()], "GET /v1/partner/p/members"));
    let new = NewMember {
        email: "a@example.com".into(),
        password: Secret::verbatim(" pass word"),
        role: "admin".into(),
        name: None,
    };
    let (created, sent) = ask!("201 Created", body, |client, call| client.create_member(call, "p", &new));
    let body = r#"{"email":"a@example.com","password":" pass word","role":"admin"}"#;
    assert_eq!((created.unwrap(), sent), (member, format!("POST /v1/partner/p/member {body}")));
    let (deleted, sent) = ask!("204 No Content", "", |client, call| client.delete_member(call, "p", "m"));
    assert!(matches!(deleted.unwrap(), Deletion::Done));
    assert_eq!(sent, "DELETE /v1/partner/p/member/m");
}

#[tokio::test]
async fn storage_accounts() {
    let body = r#"{"clientAccountId":"081","name":"Co","contactEmail":"a@example.com","allocatedCapacity":1,
        "allowOverdraft":"false","pendingDeletedAt":""}"#;
    let account = StorageAccount {
        id: "081".into(),
        name: Some("Co".into()),
        contact_email: Some("a@example.com".into()),
        allocated: Some(1),
        allow_overdraft: Some(false),
        pending_deleted_at: None,
    };
    let new = NewStorageAccount {
        name: "Co".into(),
        allocated_capacity: 1,
        allow_overdraft: false,
        contact_email: "a@example.com".into(),
        password: Secret::verbatim("Passw0rd!"),
    };
    let user = r#"{"contactEmail":"a@example.com","password":"Passw0rd!"}"#;
    let sent_body = format!(r#"{{"allocatedCapacity":1,"allowOverdraft":false,"clientAccount":{user},"name":"Co"}}"#);
    for (owner, list, create, one) in [
        (
            Owner::Partner("p"),
            "/partner/p/storage-accounts",
            "/partner/p/storage-accounts",
            "/partner/p/storage-accounts/081",
        ),
        (Owner::Own, "/storage-account/list", "/storage-account", "/storage-account/081"),
    ] {
        let (listed, sent) = ask!("200 OK", &format!("[{body}]"), |client, call| client.storage_accounts(call, owner));
        assert_eq!((listed.unwrap().items, sent), (vec![account.clone()], format!("GET /v1{list}")));
        let (read, sent) = ask!("200 OK", body, |client, call| client.storage_account(call, owner, "081"));
        assert_eq!((read.unwrap().found(), sent), (Some(account.clone()), format!("GET /v1{one}")));
        let (created, sent) =
            ask!("201 Created", body, |client, call| client.create_storage_account(call, owner, &new));
        assert_eq!((created.unwrap(), sent), (account.clone(), format!("POST /v1{create} {sent_body}")));
        let (restored, sent) = ask!("200 OK", body, |client, call| client.restore_storage_account(call, owner, "081"));
        assert_eq!(
            (restored.unwrap(), sent),
            (Some(account.clone()), format!(r#"PATCH /v1{one} {{"pendingDeletedAt":null}}"#))
        );
        let (deleted, sent) =
            ask!("204 No Content", "", |client, call| client.delete_storage_account(call, owner, "081"));
        assert!(matches!(deleted.unwrap(), Deletion::Done));
        assert_eq!(sent, format!("DELETE /v1{one}"));
    }
}

#[tokio::test]
async fn usage_and_regions() {
    let body = r#"{"name":"Co","client_id":817117562511,"allocated_capacity":0,
        "daily_usage":[{"date":"2026-03-20","usage":1610612736}]}"#;
    let day = DayUsage { date: "2026-03-20".into(), used: Some(1_610_612_736), allocated: None };
    let usage =
        AccountUsage { id: Some("817117562511".into()), name: Some("Co".into()), allocated: Some(0), days: vec![day] };
    let range = "?from=2026-03-20&to=2026-03-21";
    for (owner, one, all) in [
        (Owner::Partner("p"), "/partner/p/storage-accounts/8/usage", "/partner/p/usage"),
        (Owner::Own, "/storage-account/8/usage", "/storage-accounts/usage"),
    ] {
        let (read, sent) =
            ask!("200 OK", body, |client, call| client.account_usage(call, owner, "8", "2026-03-20", "2026-03-21"));
        assert_eq!((read.unwrap(), sent), (usage.clone(), format!("GET /v1{one}{range}")));
        let (read, sent) =
            ask!("200 OK", &format!("[{body}]"), |client, call| client.usage(call, owner, "2026-03-20", "2026-03-21"));
        assert_eq!((read.unwrap().items, sent), (vec![usage.clone()], format!("GET /v1{all}{range}")));
    }
    let body = r#"{"regions":[{"name":"eu-central-2","s3_url":"https://s3.example.com"}]}"#;
    let (regions, sent) = ask!("200 OK", body, |client, call| client.regions(call));
    let region = Region {
        name: "eu-central-2".into(),
        s3_url: Some("https://s3.example.com".into()),
        iam_url: None,
        sts_url: None,
    };
    assert_eq!((regions.unwrap().items, &*sent), (vec![region], "GET /v1/integration/regions/list"));
    let (regions, _) = ask!("200 OK", r#"{"regions":null}"#, |client, call| client.regions(call));
    assert_eq!(regions.unwrap().items, []);
}

#[tokio::test]
async fn headers_say_who_asks_for_what() {
    let server = Server::start([answer("201 Created", "", PARTNER)]).await;
    client(settings(&server.endpoint())).create_partner(&call(), &acme()).await.unwrap();
    let head = &server.seen()[0].head;
    for header in [
        "authorization: bearer the-key-0123456789",
        "accept: application/json",
        "accept-encoding: gzip",
        "user-agent: test/1.0",
        "content-type: application/json",
        "content-length: 88",
    ] {
        assert!(head.lines().any(|line| line == header), "{header} in\n{head}");
    }
    assert!(!head.contains("transfer-encoding"), "{head}");
}

/// What cannot be one segment of a path everywhere is no id, wherever it comes from: nothing is sent.
#[tokio::test]
async fn ids_cannot_change_the_path() {
    let (read, sent) = ask!("404 Not Found", "", |client, call| client.partner(call, "ä-1_2.3~x:y@z"));
    assert_eq!((read.unwrap().found().is_none(), &*sent), (true, "GET /v1/partner/%C3%A4-1_2.3~x:y@z"));
    let server = Server::start([answer("204 No Content", "", "")]).await;
    let client = client(settings(&server.endpoint()));
    for (id, why) in [
        ("", "it is empty"),
        (".", "it means a folder"),
        ("..", "it means a folder"),
        ("\t", "it holds \"\\t\""),
        ("m\r\n", "it holds \"\\r\""),
        (" m", "it holds \" \""),
        ("m/", "it holds \"/\""),
        ("a\\b", "it holds \"\\\""),
        ("a?b", "it holds \"?\""),
        ("a#b", "it holds \"#\""),
        ("%2e%2e", "it holds \"%\""),
        ("m\u{85}", "it holds \"\\u{85}\""),
        ("m\u{202e}", "it holds \"\\u{202e}\""),
        ("m\0", "it holds \"\\u{0}\""),
    ] {
        let shown = Outside::new(id);
        let expected = |operation: &str| format!("{operation}: \"{shown}\" is not an id ({why}); nothing was sent");
        let error: Error = client.delete_member(&call(), "p", id).await.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Configuration { .. }), "{error}");
        assert_eq!(error.to_string(), expected("delete member"));
        let error = client.partners(&call(), id).await.unwrap_err();
        assert_eq!(error.to_string(), expected("list partners"));
        let error = client.storage_account(&call(), Owner::Partner(id), "8").await.unwrap_err();
        assert_eq!(error.to_string(), expected("read storage account"));
    }
    assert_eq!(server.lines(), Vec::<String>::new());
}

/// An answer about something else than was asked for is not taken.
#[tokio::test]
async fn an_answer_about_another_object_is_unreadable() {
    let server = Server::start([answer("200 OK", "", PARTNER)]).await;
    let mut settings = settings(&server.endpoint());
    settings.max_retries = 0;
    let error = client(settings).partner(&call(), "q").await.unwrap_err();
    assert!(error.to_string().contains("it is about p, and q was asked for"), "{error}");
}
