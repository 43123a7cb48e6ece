//! Words of our own that no page may use: readers do not know them, or take them for something else.

use super::book::{files, read, root};

/// A word, and what to write instead.
const JARGON: &[(&str, &str)] = &[
    ("blank", "space"),
    ("shall ", "must"),
    ("shall.", "must"),
    (" is none", "is not a ..."),
    ("come true", "complete"),
    ("comes true", "completes"),
    ("came true", "completed"),
    ("the room", "the capacity"),
    (" walk", "plan or apply"),
    ("to be had", "contact ..."),
    ("mostly is", "usually is"),
    ("namesake", "of the same name"),
];

/// Pages that say what a word means, and may use it from there on.
const EXPLAINED: &[(&str, &str)] = &[("deposed", "docs/guides/capacity.md")];

/// Pages beside docs/.
const PAGES: [&str; 7] = [
    "README.md",
    "CHANGELOG.md",
    "SECURITY.md",
    "CONTRIBUTING.md",
    "CODE_OF_CONDUCT.md",
    "RELEASE-CHECKLIST.md",
    ".github/pull_request_template.md",
];

#[test]
fn no_page_uses_words_of_our_own() {
    let mut pages = files("docs", "md");
    pages.extend(PAGES.map(|name| root().join(name)));
    let mut wrong = Vec::new();
    for page in pages {
        let name = page.strip_prefix(root()).expect("in the repository").display().to_string();
        let mut fenced = false;
        for (number, line) in read(&page).lines().enumerate() {
            fenced ^= line.trim_start().starts_with("```");
            if fenced {
                continue;
            }
            // What is code is called as it is called.
            let prose = line.split('`').step_by(2).collect::<String>().to_lowercase();
            let used = JARGON.iter().filter(|(word, _)| format!("{prose} ").contains(word));
            wrong.extend(used.map(|(word, better)| format!("{name}:{}: \"{word}\": write \"{better}\"", number + 1)));
            let unexplained = EXPLAINED.iter().filter(|(word, page)| prose.contains(word) && name != *page);
            wrong.extend(
                unexplained
                    .map(|(word, page)| format!("{name}:{}: \"{word}\" is explained in {page} only", number + 1)),
            );
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// The texts between quotation marks in a source, comments and tests left out.
fn literals(source: &str) -> Vec<String> {
    let code = source.split("#[cfg(test)]").next().unwrap_or_default();
    let code: String =
        code.lines().filter(|line| !line.trim_start().starts_with("//")).map(|line| format!("{line}\n")).collect();
    let (mut found, mut open, mut letters) = (Vec::new(), None::<String>, code.chars().peekable());
    while let Some(letter) = letters.next() {
        match (letter, &mut open) {
            // A quotation mark as a letter.
            ('\'', None) if letters.peek() == Some(&'"') => {
                letters.next();
            }
            ('"', Some(_)) => found.extend(open.take()),
            ('"', None) => open = Some(String::new()),
            ('\\', Some(text)) => match letters.next() {
                Some('\n') => while letters.next_if(|letter| letter.is_whitespace()).is_some() {},
                escaped => text.extend(escaped),
            },
            (letter, Some(text)) => text.push(letter),
            (_, None) => {}
        }
    }
    found
}

#[test]
fn no_message_uses_words_of_our_own() {
    assert_eq!(literals("// \"x\"\nf(\"a \\\n   \\\"b\", '\"');"), ["a \"b"]);
    let (mut seen, mut wrong) = (0, Vec::new());
    for path in files("src", "rs").into_iter().chain(files("crates/terraform-plugin-server/src", "rs")) {
        for text in literals(&read(&path)) {
            seen += 1;
            // Of a value that is missing, it is plain English.
            let prose = text.to_lowercase().replace("there is none", "");
            let used = JARGON.iter().filter(|(word, _)| prose.contains(' ') && format!("{prose} ").contains(word));
            wrong.extend(
                used.map(|(word, better)| format!("{}: {text}: \"{word}\": write \"{better}\"", path.display())),
            );
        }
    }
    assert!(seen > 1000, "{seen}");
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_pin_takes_patches_only_and_every_example_says_its_versions() {
    let minor: Vec<_> = env!("CARGO_PKG_VERSION").split('.').take(2).collect();
    let pin = format!("version = \"~> {}.0\"", minor.join("."));
    let mut pages = files("docs", "md");
    pages.extend(files("examples", "tf"));
    pages.push(root().join("README.md"));
    let mut pins = 0;
    for page in &pages {
        let text = read(page);
        for line in text.lines().filter(|line| line.trim_start().starts_with("version") && line.contains("\"~>")) {
            pins += 1;
            assert!(line.contains(&pin), "{}: {line}: this version's pin is {pin}", page.display());
        }
        if page.ends_with("versions.tf") {
            assert!(text.contains("required_version") && text.contains(&pin), "{}", page.display());
        }
    }
    assert!(pins > 30, "{pins}");
}

/// Who copies an example sees what is his to write, and no linter skips the file for a number that it cannot read.
#[test]
fn every_example_says_what_is_a_sample_and_writes_amounts_in_digits() {
    let looked_up = ["name", "email", "id", "contract_id", "partner_id", "storage_account_id"];
    let mut samples = 0;
    for page in files("examples", "tf") {
        let (text, shown) = (read(&page), page.display());
        let is_look_up = shown.to_string().contains("/data-sources/") || shown.to_string().contains("/two-contracts/");
        for line in text.lines() {
            let Some((attribute, value)) = line.split_once('=') else { continue };
            let (attribute, value) = (attribute.trim(), value.trim());
            let digits = value.split(' ').next().unwrap_or_default();
            assert!(digits.parse::<f64>().is_err() || !digits.contains('e'), "{shown}: {line}: write all digits");
            // A partner that is made has the name that one gives it.
            let is_made = text.contains("resource \"") && attribute == "name";
            if is_look_up && looked_up.contains(&attribute) && value.starts_with('"') && !is_made {
                samples += 1;
                assert!(
                    value.contains("\" # your "),
                    "{shown}: {line}: say that it is a sample: # your contract's name"
                );
            }
        }
    }
    assert!(samples > 8, "{samples}");
}
