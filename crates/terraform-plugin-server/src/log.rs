//! Terraform's log: events as JSON lines on standard error, in the form that Terraform takes for its own.

use std::fmt::{self, Write as _};
use std::io::{self, Write as _};

use serde_json::{Map, Value};
use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::{Context, SubscriberExt};
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt;

use crate::environment;

/// Longer messages and values are cut: Terraform reads lines in pieces of 64 kB.
const LONGEST_TEXT: usize = 4_096;

/// Longer lines lose their fields, for the same reason.
const LONGEST_LINE: usize = 32_768;

/// Sends this crate's events, and those of the given targets, to Terraform's log, as far as `TF_LOG_PROVIDER_<NAME>`,
/// `TF_LOG_PROVIDER` or `TF_LOG` asks for them; the first that is set counts. The name is the provider's, in capitals:
/// `TF_LOG_PROVIDER_EXAMPLE_CLOUD` for `terraform-provider-example-cloud`. Terraform shows no more than the other two
/// ask for. Of all others only warnings and errors go there: at lower levels HTTP libraries write down headers, and
/// with them secrets.
///
/// Targets are module paths or their beginnings (`["my_provider"]`). Does nothing where events are collected already.
pub fn init(targets: &[&str]) {
    let own = own_variable(&environment::provider_name());
    let level = level(&own, &|name| std::env::var(name).ok());
    let layer = Json { write }.with_filter(filter(level, targets));
    // An error means that somebody else collects events.
    _ = tracing_subscriber::registry().with(layer).try_init();
}

fn filter(level: LevelFilter, targets: &[&str]) -> Targets {
    let wanted = targets.iter().chain(&["terraform_plugin_server"]).map(|target| ((*target).to_owned(), level));
    Targets::new().with_targets(wanted).with_default(level.min(LevelFilter::WARN))
}

/// The variable for the log of one provider alone.
fn own_variable(provider: &str) -> String {
    format!("TF_LOG_PROVIDER_{}", provider.to_ascii_uppercase().replace('-', "_"))
}

/// The level that is asked for; off, if none is.
fn level(own: &str, variable: &dyn Fn(&str) -> Option<String>) -> LevelFilter {
    let names = [own, "TF_LOG_PROVIDER", "TF_LOG"].into_iter();
    let wanted = names.filter_map(variable).find(|level| !level.is_empty());
    match wanted.unwrap_or_default().to_ascii_uppercase().as_str() {
        "" | "OFF" => LevelFilter::OFF,
        "ERROR" => LevelFilter::ERROR,
        "WARN" => LevelFilter::WARN,
        "INFO" => LevelFilter::INFO,
        "DEBUG" => LevelFilter::DEBUG,
        // "JSON", and what Terraform does not know, mean everything to Terraform, too.
        _ => LevelFilter::TRACE,
    }
}

/// One call for one line, so that lines do not mix. When nobody reads them any more, there is nobody to tell.
fn write(line: &str) {
    _ = io::stderr().write_all(line.as_bytes());
}

struct Json<W> {
    write: W,
}

impl<S, W> Layer<S> for Json<W>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    W: Fn(&str) + 'static,
{
    fn on_event(&self, event: &Event<'_>, _context: Context<'_, S>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        (self.write)(&line(event, fields));
    }
}

fn line(event: &Event<'_>, fields: Fields) -> String {
    let metadata = event.metadata();
    let head = Map::from_iter([
        ("@level".to_owned(), name(metadata.level()).into()),
        ("@message".to_owned(), fields.message.into()),
        ("@module".to_owned(), metadata.target().into()),
        ("@timestamp".to_owned(), timestamp(time::OffsetDateTime::now_utc()).into()),
    ]);
    let mut whole = fields.others;
    whole.extend(head.clone());
    let mut line = Value::Object(whole).to_string();
    if line.len() > LONGEST_LINE {
        line = Value::Object(head).to_string();
    }
    line.push('\n');
    line
}

fn name(level: &Level) -> &'static str {
    match *level {
        Level::ERROR => "error",
        Level::WARN => "warn",
        Level::INFO => "info",
        Level::DEBUG => "debug",
        Level::TRACE => "trace",
    }
}

/// Exactly six digits after the point: Terraform takes no others.
fn timestamp(at: time::OffsetDateTime) -> String {
    let (year, month, day) = at.to_calendar_date();
    let (hour, minute, second, micro) = at.to_hms_micro();
    format!("{year:04}-{:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{micro:06}Z", u8::from(month))
}

#[derive(Default)]
struct Fields {
    message: String,
    others: Map<String, Value>,
}

impl Fields {
    fn insert(&mut self, field: &Field, value: Value) {
        self.others.insert(field.name().to_owned(), value);
    }
}

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.record_str(field, &format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        let text = cut(value);
        match field.name() {
            "message" => self.message = text,
            _ => self.insert(field, text.into()),
        }
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.insert(field, value.into());
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.insert(field, value.into());
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.insert(field, value.into());
    }
}

fn cut(text: &str) -> String {
    if text.len() <= LONGEST_TEXT {
        return text.to_owned();
    }
    let end = (0..=LONGEST_TEXT).rev().find(|end| text.is_char_boundary(*end)).unwrap_or_default();
    let mut cut = text[..end].to_owned();
    _ = write!(cut, "... ({} bytes)", text.len());
    cut
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    fn collect(level: LevelFilter, targets: &[&str], work: impl FnOnce()) -> Vec<Map<String, Value>> {
        let lines = Arc::new(Mutex::new(Vec::new()));
        let sink = lines.clone();
        let layer = Json { write: move |line: &str| sink.lock().unwrap().push(line.to_owned()) };
        let subscriber = tracing_subscriber::registry().with(layer.with_filter(filter(level, targets)));
        tracing::subscriber::with_default(subscriber, work);
        let lines = lines.lock().unwrap();
        lines
            .iter()
            .map(|line| {
                assert!(line.ends_with('\n') && line.len() < 65_536);
                serde_json::from_str(line).unwrap()
            })
            .collect()
    }

    #[test]
    fn lines_are_in_terraforms_form() {
        let lines = collect(LevelFilter::DEBUG, &[], || {
            tracing::debug!(count = 3, name = "a\nb", wanted = true, "hello {}", "you");
            tracing::trace!("too low");
        });
        let [line] = &lines[..] else { panic!("{lines:?}") };
        assert_eq!(line["@level"], "debug");
        assert_eq!(line["@message"], "hello you");
        assert_eq!(line["@module"], "terraform_plugin_server::log::tests");
        assert_eq!((&line["count"], &line["name"], &line["wanted"]), (&3.into(), &"a\nb".into(), &true.into()));
        assert_eq!(line["@timestamp"].as_str().unwrap().len(), "2000-01-01T00:00:00.000000Z".len());
    }

    #[test]
    fn timestamps_have_six_digits() {
        let at = time::OffsetDateTime::from_unix_timestamp_nanos(1_000_000_000_000_120_000).unwrap();
        assert_eq!(timestamp(at), "2001-09-09T01:46:40.000120Z");
    }

    #[test]
    fn others_are_heard_only_when_they_warn() {
        let lines = collect(LevelFilter::TRACE, &["mine"], || {
            tracing::trace!(target: "mine::inside", "seen");
            tracing::info!(target: "h2::codec", "authorization: secret");
            tracing::warn!(target: "h2::codec", "odd");
        });
        let messages: Vec<&str> = lines.iter().map(|line| line["@message"].as_str().unwrap()).collect();
        assert_eq!(messages, ["seen", "odd"]);
    }

    #[test]
    fn nothing_is_written_unless_terraform_asks() {
        assert!(collect(LevelFilter::OFF, &[], || tracing::error!("unheard")).is_empty());
        let own = own_variable("example-cloud");
        assert_eq!(own, "TF_LOG_PROVIDER_EXAMPLE_CLOUD");
        let level = |name: &'static str, value: &'static str| {
            level(&own, &move |asked| match asked {
                "TF_LOG" if name != "TF_LOG" => Some("error".to_owned()),
                _ => (asked == name).then(|| value.to_owned()),
            })
        };
        assert_eq!(level("TF_LOG", ""), LevelFilter::OFF);
        assert_eq!(level("TF_LOG_PROVIDER_EXAMPLE_CLOUD", "debug"), LevelFilter::DEBUG);
        assert_eq!(level("TF_LOG_PROVIDER_EXAMPLE_CLOUD", ""), LevelFilter::ERROR);
        assert_eq!(level("TF_LOG_PROVIDER_OTHER", "debug"), LevelFilter::ERROR);
        assert_eq!(level("TF_LOG", "warn"), LevelFilter::WARN);
        assert_eq!(level("TF_LOG", "JSON"), LevelFilter::TRACE);
        assert_eq!(level("TF_LOG_PROVIDER", "info"), LevelFilter::INFO);
    }

    #[test]
    fn long_texts_are_cut() {
        let long = "ä\u{1}".repeat(40_000);
        let lines = collect(LevelFilter::INFO, &[], || tracing::info!(a = long, b = long, c = long, "{long}"));
        assert!(lines[0]["@message"].as_str().unwrap().ends_with("(120000 bytes)"));
        assert!(!lines[0].contains_key("a"));
    }
}
