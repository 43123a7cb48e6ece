//! The report for programs.

use serde_json::{Map, Value, json};

use super::{Outcome, Report};

impl Report {
    /// Everything; secrets are masked by whoever writes it.
    pub fn json(&self, about: Value) -> Value {
        let questions = self.findings.iter().map(|finding| {
            let question = finding.question;
            let (state, text) = match &finding.outcome {
                Outcome::Found(text) => ("found", text),
                Outcome::Odd(text) => ("odd", text),
                Outcome::Open(text) => ("open", text),
            };
            json!({
                "number": question.number,
                "switch": question.switch,
                "question": question.text,
                "state": state,
                "answer": (state != "open").then_some(text),
                "why_open": (state == "open").then_some(text),
                "evidence": finding.evidence,
                "provider_counts_on_something_else": finding.mark(),
            })
        });
        let observations = self.observations.iter().map(|(topic, text)| json!({"topic": topic, "text": text}));
        json!({
            "about": about,
            "questions": questions.collect::<Vec<_>>(),
            "observations": observations.collect::<Vec<_>>(),
            "profile": self.profile_json(),
            "simulator": self.set_line(),
        })
    }

    /// The answers as the simulator's `--profile` reads them: an object of switches and values.
    pub fn profile_json(&self) -> Value {
        let fields: Map<String, Value> = self.profile().map(|(name, value)| (name.to_string(), json!(value))).collect();
        Value::Object(fields)
    }
}
