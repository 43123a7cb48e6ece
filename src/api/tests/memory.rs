//! What the largest answers cost.

use std::fmt::Write;

use super::super::{ErrorKind, Listing, Owner};
#[cfg(target_os = "linux")]
use super::network::{is_child, run_again};
use super::server::{Server, Step, answer};
use super::{call, client, settings};

/// More than this the process must not take, whatever is answered.
#[cfg(target_os = "linux")]
const PEAK: usize = 256 << 20;

/// The largest that this process was so far, in bytes.
#[cfg(target_os = "linux")]
fn peak() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("a peak");
    line.trim().trim_end_matches(" kB").parse::<usize>().expect("a number") << 10
}

/// A list of this size, of these items.
#[cfg(target_os = "linux")]
fn list(bytes: usize, item: &str) -> String {
    format!("[{}]", vec![item; bytes / (item.len() + 1)].join(","))
}

/// A list of as many partners as there may be, of this size.
fn partners(bytes: usize) -> String {
    let name = "x".repeat(bytes / 100_000 - 60);
    let mut body = String::from("[");
    for number in 0..100_000 {
        let comma = if number == 0 { "" } else { "," };
        write!(body, r#"{comma}{{"id":"{number:036}","name":"{name}"}}"#).unwrap();
    }
    body + "]"
}

fn too_large<T>(outcome: Result<Listing<T>, super::super::Error>) -> String {
    let error = outcome.map(drop).expect_err("too large");
    assert!(matches!(error.kind(), ErrorKind::TooLarge { .. }), "{error}");
    error.to_string()
}

/// Each in a process of its own, so that one's peak is not another's.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn the_largest_answers_stay_within_bounds() {
    let name = "the_largest_answers_stay_within_bounds";
    const MIB: usize = 1 << 20;
    let body = match std::env::var("WORST").as_deref() {
        Ok("ids") => list(26 * MIB, r#"{"id":"1"}"#),
        Ok("nulls") => list(31 * MIB, "null"),
        Ok("texts") => partners(31 * MIB),
        Ok("one") => format!(r#"[{{"id":"1","name":"{}"}}]"#, "x".repeat(31 * MIB)),
        Ok("days") => {
            let days = vec![r#"{"date":""}"#; 10_000].join(",");
            list(31 * MIB, &format!(r#"{{"client_id":"1","daily_usage":[{days}]}}"#))
        }
        Ok("many") => list(28 * MIB, &format!(r#"{{"id":"1","name":"{}"}}"#, "x".repeat(300))),
        _ => {
            for worst in ["ids", "nulls", "texts", "one", "days", "many"] {
                let said = run_again(module_path!(), name, &[("WORST", worst)]);
                println!("{worst}: {:?}", said.lines().find(|line| line.ends_with(" MiB")));
            }
            return;
        }
    };
    assert!(is_child());
    let server = Server::start([answer("200 OK", "", &body)]).await;
    drop(body);
    // What the server itself holds is no cost of ours.
    let before = peak();
    let client = client(settings(&server.endpoint()));
    let (asked, mut lists) = (call(), Vec::new());
    for at in 0..12 {
        let (client, call, id) = (client.clone(), asked.clone(), format!("c{at}"));
        lists.push(tokio::spawn(async move {
            if at % 2 == 0 {
                client.partners(&call, &id).await.map(|list| list.items.len())
            } else {
                let usage = client.usage(&call, Owner::Partner(&id), "2026-01-01", "2026-01-02").await;
                usage.map(|list| list.items.iter().map(|usage| usage.days.len()).sum())
            }
        }));
    }
    let mut kept = Vec::new();
    for list in lists {
        kept.push(list.await.unwrap());
    }
    let grown = peak().saturating_sub(before);
    println!("{} MiB", grown >> 20);
    assert!(grown < PEAK, "{} MiB", grown >> 20);
}

#[tokio::test]
async fn what_was_too_much_is_said() {
    const MIB: usize = 1 << 20;
    // One object.
    let large = answer("200 OK", "", &format!(r#"{{"id":"p","name":"{}"}}"#, "x".repeat(MIB)));
    let server = Server::start([large]).await;
    let error = client(settings(&server.endpoint())).partner(&call(), "p").await.unwrap_err();
    assert!(error.to_string().contains("read partner: the answer is larger than 1 MiB"), "{error}");
    // All lists of a walk: the same one again takes its own place.
    let server = Server::start([answer("200 OK", "", &partners(20 * MIB))]).await;
    let client = client(settings(&server.endpoint()));
    for _ in 0..3 {
        assert_eq!(client.partners(&call(), "a").await.unwrap().items.len(), 100_000);
    }
    let error = too_large(client.partners(&call(), "b").await);
    let expected = "list partners: the lists of this run are larger than 64 MiB together, an item counted as its text \
                    and 256 bytes";
    assert!(error.starts_with(expected), "{error}");
    // The days of one account.
    let days = vec![r#"{"date":""}"#; 10_001].join(",");
    let body = format!(r#"[{{"client_id":"1","daily_usage":[{days}]}}]"#);
    let server =
        Server::start([Step::Say(format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len()).into())])
            .await;
    let usage = super::client(settings(&server.endpoint())).usage(&call(), Owner::Own, "", "").await.unwrap();
    assert_eq!((usage.items.len(), usage.left_out.len()), (0, 1));
    assert!(usage.left_out[0].ends_with("daily_usage of a usage record: there are more than 10000"), "{usage:?}");
}
