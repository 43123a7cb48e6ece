//! The guide to errors has every message of the source, and no other.

use std::collections::BTreeSet;

use super::book::{files, guide, read};

/// Where a summary begins in the source: what stands before its text, and what the operator sees before it.
const OURS: &[(&str, &str)] = &[
    ("Diagnostic::new(", ""),
    ("Diagnostic::api(", "Cannot "),
    ("let doing = ||", "Cannot "),
    ("let doing =", "Cannot "),
];

/// The same in the serving half.
const SERVERS: &[(&str, &str)] = &[("error(diags,", ""), ("error(&mut diags,", ""), ("let summary =", "")];

/// A text literal at the beginning of a piece of source, `format!` or not, with `…` for each placeholder.
fn literal(source: &str) -> Option<String> {
    let source = source.trim_start();
    let source = source.strip_prefix("format!(").unwrap_or(source).trim_start().strip_prefix('"')?;
    let (mut text, mut letters) = (String::new(), source.chars());
    loop {
        match letters.next()? {
            '"' => return Some(text),
            // A line that goes on, or an escape.
            '\\' => text.extend(letters.next().filter(|letter| *letter != ' ')),
            '{' => {
                text.push('…');
                letters.find(|letter| *letter == '}')?;
            }
            letter => text.push(letter),
        }
    }
}

/// The summaries that a folder's sources can give.
fn summaries(folder: &str, marks: &[(&str, &str)]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for path in files(folder, "rs") {
        // What tests of the crate call the server with is no message of it.
        let below = path.strip_prefix(env!("CARGO_MANIFEST_DIR")).expect("a file of the repository");
        if below.components().any(|part| part.as_os_str() == "client") {
            continue;
        }
        let source = read(&path);
        let source = source.split("#[cfg(test)]").next().unwrap_or_default();
        // However rustfmt broke the lines.
        let source = source.split_whitespace().collect::<Vec<_>>().join(" ").replace("( ", "(");
        for (mark, before) in marks {
            let texts = source.match_indices(mark).filter_map(|(at, mark)| literal(&source[at + mark.len()..]));
            found.extend(texts.map(|text| format!("{before}{text}")));
        }
    }
    found
}

/// What is said through helpers that take what is done and with what: `error.diagnostic("read", &format!("partner
/// {id}"))`, and deletions.
fn through_helpers() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for path in files("src", "rs") {
        let source = read(&path);
        let source = source.split("#[cfg(test)]").next().unwrap_or_default();
        let source = source.split_whitespace().collect::<Vec<_>>().join(" ").replace("( ", "(");
        for (at, mark) in source.match_indices(".diagnostic(") {
            let (doing, what) = source[at + mark.len()..].split_once(", ").expect("two arguments");
            let what = literal(what.trim_start_matches('&')).unwrap_or("…".into());
            found.insert(format!("Cannot {} {what}", literal(doing).unwrap_or("…".into())));
        }
        for (at, mark) in source.match_indices("ensure_deleted(&limits, answer, ") {
            let doing = literal(&source[at + mark.len()..]).expect("a text");
            found.extend([format!("Cannot {doing} …"), format!("Cannot {doing} …: it is still there")]);
        }
    }
    found
}

#[test]
fn every_message_has_its_row_and_every_row_its_message() {
    let ours = summaries("src", OURS);
    let servers = summaries("crates/terraform-plugin-server/src", SERVERS);
    assert!(ours.len() > 60 && servers.len() > 10, "{} and {}", ours.len(), servers.len());
    let helped = through_helpers();
    assert!(helped.len() > 6, "{helped:?}");
    // What every failed call of the API begins with; its rows say what was asked.
    let known = |text: &String| text == "Cannot …" || text.starts_with("Cannot … …");
    let messages: BTreeSet<_> = ours.into_iter().chain(servers).chain(helped).filter(|text| !known(text)).collect();
    let page = guide("errors");
    let rows: Vec<_> = page.lines().filter_map(|line| line.strip_prefix("| `")?.split_once("` |")).collect();
    let listed: BTreeSet<_> = rows.iter().map(|(message, _)| (*message).to_owned()).collect();
    assert_eq!(listed.len(), rows.len(), "a message has two rows");
    let missing: Vec<_> = messages.difference(&listed).collect();
    let gone: Vec<_> = listed.difference(&messages).collect();
    assert!(missing.is_empty(), "docs/guides/errors.md has no row for {missing:#?}");
    assert!(gone.is_empty(), "docs/guides/errors.md has rows for what no source says: {gone:#?}");
}
