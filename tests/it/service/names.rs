//! Names, ids and words that would steer a terminal or forge a line of a log, in every place that messages take them
//! from: none of them gets through.

mod flows;

use std::collections::{BTreeMap, BTreeSet};

use fastrand::Rng;
use terraform_plugin_server::client::Diagnostic;

use self::flows::Stage;
use crate::guides::book::guide;

/// How many worlds of names are tried. The same in every run, so that a failure is one for everybody.
const WORLDS: u64 = 3;

/// What begins a line that was forged.
const FORGED: &str = "FORGED";

/// Escape sequences, commands of CI systems, ends of lines of every kind, marks of direction, and what has to be
/// escaped in JSON, paths and HCL.
const PIECES: [&str; 30] = [
    "\u{1b}[31m",
    "\u{1b}]0;title\u{7}",
    "\u{9b}2J",
    "\r\nFORGED Error: all is lost",
    "\nFORGED",
    "\rFORGED",
    "\u{85}FORGED",
    "\u{2028}FORGED",
    "\u{2029}FORGED",
    "\n::add-mask::FORGED",
    "\n##vso[task.setvariable]FORGED",
    "\u{b}",
    "\u{c}",
    "\u{8}\u{8}\u{8}",
    "\0",
    "\u{7f}",
    "\t",
    "\u{202e}",
    "\u{2066}",
    "\u{200f}",
    "\u{61c}",
    "\u{feff}",
    "\u{e0041}",
    "\"",
    "\\",
    "\\n",
    "${a}%{b}",
    "../",
    "é😀",
    " Acme GmbH",
];

/// A text that nobody wants in a log.
pub fn hostile(random: &mut Rng) -> String {
    let mut text = String::new();
    for _ in 0..random.usize(1..6) {
        text.push_str(random.choice(PIECES).expect("pieces"));
        if random.bool() {
            text.extend(char::from_u32(random.u32(0..0x3000)));
        }
    }
    text
}

/// Whether a character does something else than to be read.
fn steers(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        || matches!(c, '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// What is wrong with a message, if anything.
fn flaw(said: &Diagnostic) -> Option<String> {
    let flaw = |why: String| Some(format!("{why}: {said:?}"));
    if let Some(c) = said.summary.chars().find(|c| steers(*c)) {
        return flaw(format!("{c:?} in the summary"));
    }
    if let Some(c) = said.detail.chars().find(|c| *c != '\n' && steers(*c)) {
        return flaw(format!("{c:?} in the detail"));
    }
    let forged = |line: &str| ["::", "##", FORGED].iter().any(|begin| line.trim_start().starts_with(begin));
    if said.detail.lines().any(forged) {
        return flaw("a forged line".into());
    }
    // A name that has no end makes a message that nobody reads.
    (said.summary.chars().count() > 1000).then(|| format!("a summary without an end: {said:?}"))
}

/// The row of the guide to errors that a summary belongs to.
fn row(summary: &str, rows: &[String]) -> Option<String> {
    let fits = |row: &&String| {
        let mut rest = summary;
        let mut parts = row.split('…');
        let begins = parts.next().is_some_and(|first| rest.strip_prefix(first).map(|after| rest = after).is_some());
        begins && parts.all(|part| rest.split_once(part).map(|(_, after)| rest = after).is_some())
    };
    rows.iter().filter(fits).max_by_key(|row| row.len()).cloned()
}

#[test]
fn no_message_has_a_character_that_steers() {
    let page = guide("errors");
    let rows: Vec<_> = page.lines().filter_map(|line| Some(line.strip_prefix("| `")?.split_once("` |")?.0)).collect();
    let rows: Vec<_> = rows.into_iter().map(str::to_owned).collect();
    let worlds: Vec<u64> = (0..WORLDS).collect();
    let said = crate::faults::run_all(&worlds, async |seed| Stage::play(*seed).await);
    let said: Vec<_> = said.into_iter().flat_map(|(_, said)| said).collect();
    // One of a kind says it all.
    let flaws: BTreeMap<_, _> = said.iter().filter_map(|said| Some((&said.summary, flaw(said)?))).collect();
    let flaws: Vec<_> = flaws.into_values().collect();
    assert!(flaws.is_empty(), "{} flaws:\n{}", flaws.len(), flaws.join("\n"));
    let reached: BTreeSet<_> = said.iter().filter_map(|said| row(&said.summary, &rows)).collect();
    println!("{} messages of {} kinds", said.len(), reached.len());
    let missed: Vec<_> = rows.iter().filter(|row| !reached.contains(*row)).collect();
    assert!(reached.len() >= 60, "only {} kinds of messages were reached, and not {missed:#?}", reached.len());
}
