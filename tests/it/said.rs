//! What the provider says, as reviewed texts under `snapshots/`.
//!
//! `INSTA_UPDATE=always cargo xtask test` writes them anew; the difference is then read like any other.

use std::fmt::Write as _;

use terraform_cli::Diagnostic;

/// The diagnostics of a run as people read them, in their order.
pub fn text(said: &[Diagnostic]) -> String {
    let mut text = String::new();
    for said in said {
        // The provider's address differs between Terraform and OpenTofu, which have registries of their own.
        let at = said.address.split_once('[').filter(|(at, _)| *at == "provider").map_or(&*said.address, |(at, _)| at);
        let at = if at.is_empty() { String::new() } else { format!(", {at}") };
        let _ = write!(text, "{}{at}: {}\n\n{}\n\n", said.severity, said.summary, said.detail);
    }
    text
}

/// Without the blocks at which it stands.
pub fn without_places(said: Vec<Diagnostic>) -> Vec<Diagnostic> {
    said.into_iter().map(|it| Diagnostic { address: String::new(), ..it }).collect()
}

/// Without how long the tries took, which messages tell: two runs of one thing say the same then.
pub fn without_times(said: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let cut = |text: String| {
        text.split(" in ").map(|part| part.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.')).collect()
    };
    said.into_iter().map(|it| Diagnostic { detail: cut(it.detail), ..it }).collect()
}

/// How texts are compared: each of these ids, which differ from run to run, by the name that it is given here. Any
/// other id stands as it is.
pub fn settings(ids: &[(&str, &str)]) -> insta::Settings {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/snapshots"));
    settings.set_omit_expression(true);
    // Messages tell how long the tries and the waiting took.
    settings.add_filter(r"waited [0-9.]+[a-z]+ for", "waited [time] for");
    settings.add_filter(r"(tr(?:y|ies)) in [0-9.]+ (?:ms|s)\b", "$1 in [time]");
    for (name, id) in ids {
        let edge = |letter: Option<char>| if letter.is_some_and(char::is_alphanumeric) { r"\b" } else { "" };
        let (before, after) = (edge(id.chars().next()), edge(id.chars().last()));
        let exact: String =
            id.chars().map(|c| if c.is_alphanumeric() { c.to_string() } else { format!(r"\{c}") }).collect();
        settings.add_filter(&format!("{before}{exact}{after}"), format!("[{name}]"));
    }
    settings
}

/// Fails unless what was said is the reviewed text of that name: `assert_said!("moved", errors, "acme" = &id)`.
macro_rules! assert_said {
    ($text:expr, $said:expr $(, $name:literal = $id:expr)* $(,)?) => {
        $crate::said::settings(&[$(($name, AsRef::<str>::as_ref($id))),*])
            .bind(|| insta::assert_snapshot!($text, $crate::said::text(&$said)))
    };
}

pub(crate) use assert_said;
