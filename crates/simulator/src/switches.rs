//! What nobody documents is a switch: each has a name, its values, a default and the question it answers.
//!
//! The table in [`table`] is the only list; the README's table and the tests are checked against it.

mod profile;
pub mod table;

use std::collections::BTreeMap;
use std::time::Duration;

use crate::span;

/// One undocumented choice of the service.
#[derive(Debug, Clone, Copy)]
pub struct Switch {
    /// The number of the question that it answers, 0 for one about the transport.
    pub question: u8,
    /// Its name, as in `--set name=value`.
    pub name: &'static str,
    /// What may be chosen; the first is the default.
    pub values: Values,
    /// What it decides, in a sentence.
    pub meaning: &'static str,
}

/// The values that a switch takes.
#[derive(Debug, Clone, Copy)]
pub enum Values {
    /// One of these words; the first is the default.
    Words(&'static [&'static str]),
    /// A whole number; this is the default.
    Count(&'static str),
    /// A span of time such as `1500ms`, `2s` or `30d`; this is the default.
    Span(&'static str),
}

impl Switch {
    /// The value without a choice.
    pub fn default_value(&self) -> &'static str {
        match self.values {
            Values::Words(words) => words.first().copied().unwrap_or_default(),
            Values::Count(value) | Values::Span(value) => value,
        }
    }

    /// The values in words, the default first.
    pub fn choices(&self) -> String {
        match self.values {
            Values::Words(words) => words.join(", "),
            Values::Count(value) => format!("{value}, any whole number"),
            Values::Span(value) => format!("{value}, any span such as 1500ms or 2s"),
        }
    }

    fn allows(&self, value: &str) -> bool {
        match self.values {
            Values::Words(words) => words.contains(&value),
            Values::Count(_) => value.parse::<u32>().is_ok(),
            Values::Span(_) => span::parse(value).is_ok(),
        }
    }
}

/// The choices of one simulator: every switch has its default until it is set.
#[derive(Debug, Clone, Default)]
pub struct Switches {
    chosen: BTreeMap<&'static str, String>,
}

impl Switches {
    /// Sets a switch.
    ///
    /// # Errors
    /// A sentence that lists what there is, when the name or the value is unknown.
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), String> {
        let switch = find(name).ok_or_else(|| format!("there is no switch {name:?}; the names are: {}", names()))?;
        if !switch.allows(value) {
            return Err(format!("the switch {name} cannot be {value:?}; its values are: {}", switch.choices()));
        }
        self.chosen.insert(switch.name, value.to_string());
        Ok(())
    }

    /// The same choices with one switch set, for tests.
    ///
    /// # Panics
    /// When the name or the value is unknown.
    #[track_caller]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        if let Err(problem) = self.set(name, value) {
            panic!("{problem}");
        }
        self
    }

    /// The value of a switch, or an empty text when there is none of that name.
    pub fn value(&self, name: &str) -> &str {
        match self.chosen.get(name) {
            Some(value) => value,
            None => find(name).map(|switch| switch.default_value()).unwrap_or_default(),
        }
    }

    /// Whether a switch has this value.
    pub(crate) fn is(&self, name: &str, value: &str) -> bool {
        debug_assert!(find(name).is_some_and(|switch| switch.allows(value)), "no switch {name} with {value}");
        self.value(name) == value
    }

    /// The HTTP status that a switch names.
    pub(crate) fn status(&self, name: &str) -> u16 {
        let value = self.value(name);
        debug_assert!(value.parse::<u16>().is_ok(), "the switch {name} names no status");
        value.parse().unwrap_or(500)
    }

    /// The number that a switch gives.
    pub(crate) fn count(&self, name: &str) -> u32 {
        self.value(name).parse().unwrap_or_default()
    }

    /// The span of time that a switch gives.
    pub(crate) fn span(&self, name: &str) -> Duration {
        span::parse(self.value(name)).unwrap_or_default()
    }
}

fn find(name: &str) -> Option<&'static Switch> {
    table::SWITCHES.iter().find(|switch| switch.name == name)
}

fn names() -> String {
    table::SWITCHES.iter().map(|switch| switch.name).collect::<Vec<_>>().join(", ")
}
