//! The report for people.

use std::fmt::Write;

use super::{Finding, Outcome, Report};

impl Report {
    /// The report as text; secrets are masked by whoever prints it.
    pub fn text(&self) -> String {
        let mut out = String::new();
        let (answered, open): (Vec<_>, Vec<_>) =
            self.findings.iter().partition(|finding| !matches!(finding.outcome, Outcome::Open(_)));
        section(&mut out, &format!("Found out ({} of {} questions)", answered.len(), self.findings.len()));
        answered.iter().for_each(|finding| show(&mut out, finding));
        section(&mut out, "Could not be found out");
        for Finding { question, outcome, .. } in &open {
            if let Outcome::Open(why) = outcome {
                line(&mut out, &format!("{} {} ({}): {why}", number(question.number), question.text, question.switch));
            }
        }
        section(&mut out, "Also seen");
        for (topic, text) in &self.observations {
            line(&mut out, &format!("   {topic}: {text}"));
        }
        section(&mut out, "Where the provider counts on something else");
        let marked: Vec<_> = answered.iter().filter_map(|finding| Some((finding, finding.mark()?))).collect();
        for (finding, consequence) in &marked {
            line(&mut out, &format!("!  {} is {}: {consequence}", finding.question.text, seen(finding)));
        }
        if marked.is_empty() {
            line(&mut out, "   nowhere, as far as it was found out");
        }
        section(&mut out, "To make the simulator do the same");
        line(&mut out, &self.set_line());
        out
    }

    /// The arguments that make the simulator do the same.
    pub fn set_line(&self) -> String {
        let sets = self.profile().map(|(switch, value)| format!(" --set {switch}={value}"));
        format!("impossiblecloud-simulator{}", sets.collect::<String>())
    }
}

fn show(out: &mut String, finding: &Finding) {
    let question = finding.question;
    let mark = if finding.mark().is_some() { "  !" } else { "" };
    let foreign = if matches!(finding.outcome, Outcome::Odd(_)) { ", which the simulator cannot play" } else { "" };
    let head = format!(
        "{} {} ({}): {}{foreign}{mark}",
        number(question.number),
        question.text,
        question.switch,
        seen(finding)
    );
    line(out, &head);
    for evidence in &finding.evidence {
        line(out, &format!("       {evidence}"));
    }
}

fn seen(finding: &Finding) -> &str {
    match &finding.outcome {
        Outcome::Found(text) | Outcome::Odd(text) | Outcome::Open(text) => text,
    }
}

fn number(number: u8) -> String {
    if number == 0 { " - ".to_string() } else { format!("{number:2} ") }
}

fn section(out: &mut String, heading: &str) {
    let blank = if out.is_empty() { "" } else { "\n" };
    line(out, &format!("{blank}{heading}\n"));
}

fn line(out: &mut String, text: &str) {
    // Writing to a text cannot fail.
    writeln!(out, "{text}").unwrap_or_default();
}
