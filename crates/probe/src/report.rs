//! What was found out.

mod json;
mod text;

use crate::http::Exchange;
use crate::questions::{self, QUESTIONS, Question};

/// What came of a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// An answer that the simulator can play.
    Found(String),
    /// An answer that nobody thought of.
    Odd(String),
    /// It could not be found out, and why.
    Open(String),
}

/// A question with what came of it.
pub struct Finding {
    pub question: &'static Question,
    pub outcome: Outcome,
    pub evidence: Vec<String>,
}

/// Everything that was found out.
pub struct Report {
    /// One for each question, in their order.
    findings: Vec<Finding>,
    /// What answers no question and is worth knowing: a topic and a sentence.
    observations: Vec<(&'static str, String)>,
}

impl Report {
    /// Everything is open.
    pub fn new() -> Self {
        let open = |question: &'static Question| Finding {
            question,
            outcome: Outcome::Open(question.needs.why_open().to_string()),
            evidence: Vec::new(),
        };
        Self { findings: QUESTIONS.iter().map(open).collect(), observations: Vec::new() }
    }

    /// Notes an answer; a later one replaces an earlier one, and one that is odd when the simulator cannot play it.
    pub fn found(&mut self, switch: &str, value: &str, evidence: impl IntoIterator<Item = String>) {
        let outcome = if questions::of(switch).allows(value) {
            Outcome::Found(value.to_string())
        } else {
            Outcome::Odd(value.to_string())
        };
        self.set(switch, outcome, evidence.into_iter().collect());
    }

    /// Notes an answer that nobody thought of.
    pub fn odd(&mut self, switch: &str, seen: &str, evidence: impl IntoIterator<Item = String>) {
        self.set(switch, Outcome::Odd(seen.to_string()), evidence.into_iter().collect());
    }

    /// Notes why a question could not be answered; an answer that is there stays.
    pub fn open(&mut self, switch: &str, why: impl Into<String>) {
        if matches!(self.outcome(switch), Outcome::Open(_)) {
            self.set(switch, Outcome::Open(why.into()), Vec::new());
        }
    }

    /// Notes the status of a refusal, or why there is none.
    pub fn status(&mut self, switch: &str, exchange: &Exchange) {
        match exchange.refused() {
            Ok(answer) => self.found(switch, &answer.status.to_string(), [exchange.line()]),
            Err(why) => self.open(switch, why),
        }
    }

    /// Notes one of two words, by whether a request was accepted, or why that is not known.
    pub fn accepted(&mut self, switch: &str, exchange: &Exchange, accepted: &str, refused: &str) {
        match exchange.accepted() {
            Ok(true) => self.found(switch, accepted, [exchange.line()]),
            Ok(false) => self.found(switch, refused, [exchange.line()]),
            Err(why) => self.open(switch, why),
        }
    }

    /// Notes something that answers no question.
    pub fn observe(&mut self, topic: &'static str, text: impl Into<String>) {
        let observation = (topic, text.into());
        if !self.observations.contains(&observation) {
            self.observations.push(observation);
        }
    }

    /// Notes something that answers no question, in the place of an earlier note that begins alike.
    pub fn observe_once(&mut self, topic: &'static str, beginning: &str, text: String) {
        self.observations.retain(|(of, old)| *of != topic || !old.starts_with(beginning));
        self.observations.push((topic, text));
    }

    /// The answer to a question, where there is one that the simulator can play.
    pub fn value(&self, switch: &str) -> Option<&str> {
        match self.outcome(switch) {
            Outcome::Found(value) => Some(value),
            _ => None,
        }
    }

    /// Whether a question has an answer, an odd one included.
    pub fn is_answered(&self, switch: &str) -> bool {
        !matches!(self.outcome(switch), Outcome::Open(_))
    }

    /// The answers that the simulator can play: switch and value.
    pub fn profile(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.findings.iter().filter_map(|finding| match &finding.outcome {
            Outcome::Found(value) => Some((finding.question.switch, value.as_str())),
            _ => None,
        })
    }

    fn outcome(&self, switch: &str) -> &Outcome {
        let question = questions::of(switch);
        let finding = self.findings.iter().find(|finding| finding.question.switch == question.switch);
        &finding.unwrap_or_else(|| panic!("the report has no question about {switch}")).outcome
    }

    fn set(&mut self, switch: &str, outcome: Outcome, evidence: Vec<String>) {
        for finding in self.findings.iter_mut().filter(|finding| finding.question.switch == switch) {
            finding.outcome = outcome.clone();
            finding.evidence.clone_from(&evidence);
        }
    }
}

impl Finding {
    /// Where the provider counts on something else: what follows from it.
    pub fn mark(&self) -> Option<&'static str> {
        match &self.outcome {
            Outcome::Found(value) => self.question.consequence(value),
            Outcome::Odd(_) => {
                Some("nobody thought of this answer; the provider goes by the class of a status, and shows the body")
            }
            Outcome::Open(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_stays_until_there_is_a_better_one() {
        let mut report = Report::new();
        report.open("costs", "no contract");
        report.found("costs", "numbers", []);
        report.open("costs", "no contract");
        assert_eq!(report.value("costs"), Some("numbers"));
        report.found("costs", "pebbles", []);
        assert_eq!((report.value("costs"), report.is_answered("costs")), (None, true));
        assert_eq!(report.profile().count(), 0);
    }
}
