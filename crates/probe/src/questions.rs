//! What nobody documents, as questions: what may be answered, what it takes to find out, and where the provider counts
//! on an answer.

mod table;

pub use table::QUESTIONS;

/// One open question.
#[derive(Debug)]
pub struct Question {
    /// Its number among the open questions, 0 for one that came up later.
    pub number: u8,
    /// The simulator's switch that plays the answers.
    pub switch: &'static str,
    /// What is asked.
    pub text: &'static str,
    /// The answers that the simulator can play, its own first.
    pub values: Values,
    /// What it takes to find out.
    pub needs: Needs,
    /// Answers that the provider does not count on, and what happens then.
    pub breaks: &'static [(&'static str, &'static str)],
}

/// The answers that can be given.
#[derive(Debug, Clone, Copy)]
pub enum Values {
    /// One of these words.
    Words(&'static [&'static str]),
    /// A whole number.
    Count,
    /// A span of time, such as `1500ms`.
    Span,
}

/// What it takes to find out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// GET requests.
    Reading,
    /// Partners and members of one's own.
    Writing,
    /// Partners of 1 GB.
    Allocating,
    /// Storage accounts.
    Accounts,
    /// Storage accounts with an allocation.
    AllocatedAccounts,
    /// Something that no request can do.
    More(&'static str),
}

impl Needs {
    /// Why a question is open that nothing has answered.
    pub fn why_open(self) -> &'static str {
        match self {
            Needs::Reading => "nothing that this key can read shows it",
            Needs::Writing => "it takes --write",
            Needs::Allocating => "it takes --write --allocate",
            Needs::Accounts => "it takes --write --accounts",
            Needs::AllocatedAccounts => "it takes --write --accounts --allocate",
            Needs::More(why) => why,
        }
    }
}

impl Question {
    /// Whether the simulator can play this answer.
    pub fn allows(&self, value: &str) -> bool {
        match self.values {
            Values::Words(words) => words.contains(&value),
            Values::Count => value.parse::<u32>().is_ok(),
            Values::Span => value.strip_suffix("ms").is_some_and(|number| number.parse::<u32>().is_ok()),
        }
    }

    /// What the provider suffers under this answer, if it does.
    pub fn consequence(&self, value: &str) -> Option<&'static str> {
        let any = |of: &str| of == "*" && !matches!(value, "0" | "0ms");
        self.breaks.iter().find(|(of, _)| *of == value || any(of)).map(|(_, consequence)| *consequence)
    }
}

/// The question of a switch.
///
/// # Panics
/// When there is none: names are written in this program alone.
pub fn of(switch: &str) -> &'static Question {
    let question = QUESTIONS.iter().find(|question| question.switch == switch);
    question.unwrap_or_else(|| panic!("there is no question about {switch}"))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use impossiblecloud_simulator::switches;

    use super::*;

    #[test]
    fn the_simulator_plays_what_is_asked_and_nothing_else() {
        let own: BTreeSet<&str> = QUESTIONS.iter().map(|question| question.switch).collect();
        let its: BTreeSet<&str> = switches::table::SWITCHES.iter().map(|switch| switch.name).collect();
        assert_eq!(own, its);
        for switch in switches::table::SWITCHES {
            let question = of(switch.name);
            assert_eq!(question.number, switch.question, "{}", switch.name);
            match (question.values, switch.values) {
                (Values::Words(own), switches::Values::Words(its)) => assert_eq!(own, its, "{}", switch.name),
                (Values::Count, switches::Values::Count(_)) | (Values::Span, switches::Values::Span(_)) => {}
                _ => panic!("{} has other values", switch.name),
            }
        }
    }

    #[test]
    fn every_consequence_belongs_to_an_answer() {
        for question in QUESTIONS {
            for (value, consequence) in question.breaks {
                assert!(*value == "*" || question.allows(value), "{} {value}", question.switch);
                assert!(!consequence.ends_with('.'), "{consequence}");
            }
        }
        assert_eq!(of("totals_lag").consequence("0ms"), None);
        assert!(of("totals_lag").consequence("1500ms").is_some());
    }
}
