//! Lists: what is left out, what proves something, and further pages.

use super::super::{ErrorKind, Listing, Partner};
use super::server::{Server, Step, answer};
use super::{call, client, settings};

/// What a list of partners is read as, and what was asked for.
async fn list(steps: Vec<Step>) -> (Result<Listing<Partner>, String>, Vec<String>) {
    let server = Server::start(steps).await;
    let mut settings = settings(&server.endpoint());
    settings.max_retries = 0;
    let listing = client(settings).partners(&call(), "c").await.map_err(|error| {
        assert!(!matches!(error.kind(), ErrorKind::Unreadable { .. }), "not again: {error}");
        error.to_string()
    });
    (listing, server.lines())
}

fn ids(listing: &Listing<Partner>) -> Vec<&str> {
    listing.items.iter().map(|partner| &*partner.id).collect()
}

const LIST: &str = "GET /v1/contract/c/partners";

#[tokio::test]
async fn a_whole_list_proves_something() {
    for (step, proof, expected) in [
        (answer("200 OK", "", r#"[{"id":"a"},{"id":"b"}]"#), true, vec!["a", "b"]),
        (answer("200 OK", "", "[]"), true, vec![]),
        (answer("204 No Content", "", ""), true, vec![]),
        (answer("200 OK", "", "null"), false, vec![]),
        (answer("203 Non-Authoritative Information", "", r#"[{"id":"a"}]"#), false, vec!["a"]),
        (answer("200 OK", "x-total-count: 2\r\n", r#"[{"id":"a"},{"id":"b"}]"#), true, vec!["a", "b"]),
        (answer("200 OK", "content-range: items 0-0/1\r\n", r#"[{"id":"a"}]"#), true, vec!["a"]),
        (answer("200 OK", "link: </v1/x>; rel=\"prev\"\r\n", r#"[{"id":"a"}]"#), true, vec!["a"]),
    ] {
        let name = format!("{step:?}");
        let (listing, asked) = list(vec![step]).await;
        let listing = listing.unwrap();
        assert_eq!((listing.proof, ids(&listing)), (proof, expected), "{name}");
        assert_eq!((listing.left_out.len(), asked), (0, vec![LIST.to_owned()]), "{name}");
    }
}

#[tokio::test]
async fn what_cannot_be_read_is_left_out_and_named() {
    let body = r#"[{"id":"a"},null,{"name":"x"},{"id":"d","allocatedCapacity":-5},{"id":"e","allocatedCapacity":1.5},
        {"id":7,"name":{"a":1}},{"id":"g","allocatedCapacity":5e12}]"#;
    let listing = list(vec![answer("200 OK", "", body)]).await.0.unwrap();
    assert_eq!((listing.proof, ids(&listing)), (false, vec!["a", "g"]));
    assert_eq!(
        listing.left_out,
        [
            "number 2 in the list of partners: a partner is null, not an object",
            "number 3 in the list of partners: a partner: missing field `id`",
            "number 4 in the list of partners (d): allocatedCapacity of a partner: -5 is less than nothing",
            "number 5 in the list of partners (e): allocatedCapacity of a partner: 1.5 is not a whole number of 64 \
             bits",
            "number 6 in the list of partners (7): name of a partner: invalid type: map, expected a string",
        ]
    );
    let listing = list(vec![answer("200 OK", "", &format!("[{}]", vec!["null"; 500].join(",")))]).await.0.unwrap();
    assert_eq!((listing.left_out.len(), &*listing.left_out[10]), (11, "and 490 more"));
}

#[tokio::test]
async fn further_pages_are_read_and_prove_nothing() {
    let next = |link: &str| format!("link: <{link}>; rel=\"next\", </v1/last>; rel=last\r\n");
    let (listing, asked) = list(vec![
        answer("200 OK", &next("?page=2"), r#"[{"id":"a"}]"#),
        answer("200 OK", "link: </v1/more?c=x%20y>; title=t; REL=\"prev next\"\r\n", r#"[{"id":"b"}]"#),
        answer("200 OK", "x-total-count: 3\r\n", r#"[{"id":"c"}]"#),
    ])
    .await;
    let listing = listing.unwrap();
    assert_eq!((listing.proof, ids(&listing)), (false, vec!["a", "b", "c"]));
    assert_eq!(asked, [LIST, "GET /v1/contract/c/partners?page=2", "GET /v1/more?c=x%20y"]);
}

#[tokio::test]
async fn a_part_of_a_list_is_an_error_that_names_the_rest() {
    let one = r#"[{"id":"a"}]"#;
    for (headers, why) in [
        ("x-total-count: 250\r\n", "it is said to have 250 items, and has 1"),
        ("x-total: 2\r\n", "it is said to have 2 items, and has 1"),
        ("content-range: items 0-0/9\r\n", "it is said to have 9 items, and has 1"),
        ("x-next-page: 2\r\n", "x-next-page: 2 says so"),
        ("link: <https://elsewhere.test/v1/x>; rel=next\r\n", "the next is on another server, elsewhere.test"),
        ("link: <http://user@127.0.0.1/v1/x>; rel=next\r\n", "the next is on another server, 127.0.0.1"),
        (
            "link: </v1/contract/c/partners>; rel=next\r\n",
            "the next is at \"/v1/contract/c/partners\", and it goes on for ever",
        ),
    ] {
        let (listing, asked) = list(vec![answer("200 OK", headers, one)]).await;
        let error = listing.unwrap_err();
        let expected =
            format!("list partners: it is only a part of the list: {why} (GET /v1/contract/c/partners; 1 try");
        assert!(error.starts_with(&expected), "{error}");
        assert_eq!(asked.len(), 1);
    }
    let error = list(vec![answer("206 Partial Content", "", one)]).await.0.unwrap_err();
    assert!(error.contains("only a part of the list: the status 206 says so"), "{error}");
    // The last page may show it too.
    let (listing, _) = list(vec![
        answer("200 OK", "link: <?page=2>; rel=next\r\n", one),
        answer("200 OK", "x-total-count: 3\r\n", one),
    ])
    .await;
    let error = listing.unwrap_err();
    assert!(error.contains("it is said to have 3 items, and has 2"), "{error}");
}

#[tokio::test]
async fn a_wrapped_list_says_in_its_fields_that_there_is_more() {
    for (body, why) in [
        (r#"{"regions":[{"name":"a"}],"total":2}"#, "it is said to have 2 items, and has 1"),
        (r#"{"regions":[{"name":"a"}],"next":"/v1/x"}"#, "its field next says so"),
        (r#"{"regions":[{"name":"a"}],"hasMore":true}"#, "its field hasMore says so"),
    ] {
        let server = Server::start([answer("200 OK", "", body)]).await;
        let error = client(settings(&server.endpoint())).regions(&call()).await.unwrap_err();
        assert!(error.to_string().contains(why), "{error}");
        assert_eq!(server.seen().len(), 1, "not again");
    }
    let body = r#"{"regions":[{"name":"a"},null],"total":2,"next":null,"hasMore":false}"#;
    let server = Server::start([answer("200 OK", "", body)]).await;
    let regions = client(settings(&server.endpoint())).regions(&call()).await.unwrap();
    assert_eq!((regions.items.len(), regions.left_out.len(), regions.proof), (1, 1, false));
}

#[tokio::test]
async fn a_list_of_too_many_items_is_an_error_that_costs_little() {
    let many = format!("[{}]", vec![r#"{"id":"1"}"#; 100_001].join(","));
    let server = Server::start([answer("200 OK", "", &many)]).await;
    let error = client(settings(&server.endpoint())).partners(&call(), "c").await.unwrap_err();
    assert!(error.to_string().contains("the list of partners has more than 100000 items"), "{error}");
    assert_eq!(server.seen().len(), 1, "not again");
    let most = format!("[{}]", vec![r#"{"id":"1"}"#; 100_000].join(","));
    let server = Server::start([answer("200 OK", "", &most)]).await;
    assert_eq!(client(settings(&server.endpoint())).partners(&call(), "c").await.unwrap().items.len(), 100_000);
}
