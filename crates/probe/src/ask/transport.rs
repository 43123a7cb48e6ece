//! Connections: protocol, TLS, compression, and how many requests one serves.

use crate::http::{Client, Persistence, Wire};
use crate::report::Report;

/// A path that needs nothing but a key.
const PATH: &str = "/integration/regions/list";

pub fn ask(client: &Client, report: &mut Report) {
    match client.wire(&["h2", "http/1.1"]) {
        Ok(Wire { protocol, tls, .. }) if client.endpoint.tls => {
            let protocol = protocol.unwrap_or("no protocol, so HTTP/1.1".to_string());
            report.observe(
                "connection",
                format!("{}, and of h2 and http/1.1 it takes {protocol}", tls.unwrap_or_default()),
            );
        }
        Ok(_) => report.observe("connection", "without TLS, HTTP/1.1"),
        Err(why) => report.observe("connection", why),
    }
    let kept = client.wire(&["http/1.1"]).and_then(|mut wire| {
        let persistence = wire.persistence(PATH)?;
        Ok((persistence, wire.head))
    });
    let (persistence, head) = match kept {
        Ok(kept) => kept,
        Err(why) => return report.open("keep_alive", why),
    };
    let (value, evidence) = match persistence {
        Persistence::Kept => ("on", "two requests over one connection were answered"),
        Persistence::Announced => ("off", "the first answer says Connection: close"),
        Persistence::Silent => ("silent", "the connection was closed after the first answer, unsaid"),
        Persistence::Spent => ("spent", "the connection was closed when a second request arrived"),
    };
    report.found("keep_alive", value, [format!("GET {PATH}: {evidence}")]);
    let encoding = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-encoding").then(|| value.trim().to_string())
    });
    report.observe(
        "compression",
        format!("gzip was accepted, and the answer came as {}", encoding.as_deref().unwrap_or("it is")),
    );
}
