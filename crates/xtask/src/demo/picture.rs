//! `cargo xtask demo --picture`: the plan and the refusal of the story as a picture for the README, from a real run, so
//! that it stays true.

use std::fmt::Write as _;

use anyhow::{Context, Result, ensure};

use super::{Stage, say, story};
use crate::project;

/// Where the picture is, from the root of the repository.
const PATH: &str = "pictures/demo.svg";

/// What readers who do not see the picture are told.
const ALTERNATIVE: &str = "Two runs of terraform plan. The first will create partner Acme GmbH with 5 TB. The second \
                           asks for 60 TB for Globex AG, more than the contract has left, and is refused with a table \
                           of what is reserved, allocated, remaining, asked and short.";

/// Sizes of a letter and a line, in the picture's units.
const LETTER: f64 = 7.25;
const LINE: usize = 17;
const MARGIN: usize = 16;

/// Runs the two plans and writes the picture.
pub fn draw(stage: &Stage) -> Result<()> {
    let (acme, globex) = (story::acme(stage, "Acme GmbH", 5), story::globex(stage));
    stage.configure(&[story::SETTING, &acme], "")?;
    stage.initialise()?;
    let plan = stage.workspace.run(&["plan", "-no-color"]);
    ensure!(plan.status.success(), "the plan failed:\n{plan}");
    let apply = stage.workspace.run(&["apply", "-no-color", "-auto-approve"]);
    ensure!(apply.status.success(), "the apply failed:\n{apply}");
    stage.configure(&[story::SETTING, &acme, &globex], "")?;
    let refused = stage.workspace.run(&["plan", "-no-color"]);
    ensure!(refused.status.code() == Some(1), "the plan was not refused:\n{refused}");
    let command = "$ terraform plan";
    let lines =
        [command.to_owned(), essence(&plan.stdout), String::new(), command.to_owned(), essence(&refused.stderr)];
    let path = project::root().join(PATH);
    std::fs::create_dir_all(path.parent().context("the picture is in a folder")?)?;
    std::fs::write(&path, svg(&lines.join("\n"))).with_context(|| format!("cannot write {}", path.display()))?;
    say(&format!("{PATH} shows it."));
    Ok(())
}

/// What of an output is of interest: neither what is read nor advice on how to save a plan.
fn essence(output: &str) -> String {
    let without_advice = output.split("\n─").next().unwrap_or_default();
    let read = |line: &&str| {
        line.contains(": Reading...") || line.contains(": Read complete") || line.contains(": Refreshing")
    };
    let lines: Vec<_> = without_advice.lines().filter(|line| !read(line)).collect();
    lines.join("\n").trim().to_owned()
}

/// Text as a picture of a terminal.
fn svg(text: &str) -> String {
    let lines: Vec<_> = text.lines().collect();
    let longest = lines.iter().map(|line| line.chars().count()).max().unwrap_or_default();
    let (width, height) = ((longest as f64 * LETTER).ceil() as usize + 2 * MARGIN, lines.len() * LINE + 2 * MARGIN);
    let mut picture = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" role=\"img\" \
         aria-labelledby=\"title desc\" font-family=\"ui-monospace, Menlo, Consolas, monospace\" \
         font-size=\"12\">\n  <title id=\"title\">A plan, and a plan that is refused</title>\n  <desc \
         id=\"desc\">{ALTERNATIVE}</desc>\n  <rect width=\"{width}\" height=\"{height}\" rx=\"8\" fill=\"#1e2430\"/>\n"
    );
    for (number, line) in lines.iter().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let colour = match line.trim_start() {
            text if text.starts_with("$ ") => "#ffffff",
            text if text.starts_with("Error:") => "#ff8078",
            text if text.starts_with("+ ") => "#7ee2a0",
            _ => "#c9d1dc",
        };
        let y = MARGIN + (number + 1) * LINE - 5;
        writeln!(
            picture,
            "  <text x=\"{MARGIN}\" y=\"{y}\" fill=\"{colour}\" xml:space=\"preserve\">{}</text>",
            escaped(line)
        )
        .expect("a string takes everything");
    }
    picture + "</svg>\n"
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_essence_is_the_plan_or_the_error() {
        let output = "data.a.b: Reading...\ndata.a.b: Read complete after 0s\n\n  + create\nPlan: 1 to \
                      add\n\n────\n\nNote: save it\n";
        assert_eq!(essence(output), "+ create\nPlan: 1 to add");
    }

    #[test]
    fn lines_become_text_that_is_escaped_and_coloured() {
        let picture = svg("$ terraform plan\n\nError: 1 < 2 & \"3\"");
        assert!(
            picture.contains("fill=\"#ff8078\" xml:space=\"preserve\">Error: 1 &lt; 2 &amp; \"3\"</text>"),
            "{picture}"
        );
        assert_eq!(picture.matches("<text").count(), 2);
        assert!(picture.contains("<title id=\"title\">") && picture.ends_with("</svg>\n"));
    }
}
