//! Every internal link leads somewhere.

use std::path::{Path, PathBuf};

use super::book::{files, read, root};

/// Where the Registry shows docs/.
const REGISTRY: &str = "https://registry.terraform.io/providers/impossiblecloud/impossiblecloud/latest/docs/";

/// The pages that people read.
fn pages() -> Vec<PathBuf> {
    let folder = std::fs::read_dir(root()).expect("the repository").flatten().map(|entry| entry.path());
    let mut pages: Vec<_> = folder.filter(|path| path.extension().is_some_and(|extension| extension == "md")).collect();
    pages.extend(files("docs", "md"));
    pages.extend(files("crates", "md"));
    pages
}

/// A page without its fenced blocks and its code.
fn prose(text: &str) -> String {
    let mut fenced = false;
    let mut kept = String::new();
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        } else if !fenced {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    kept.split('`').step_by(2).collect()
}

/// The anchors of a page's headings, as GitHub and the Registry make them, and those that it sets itself.
fn anchors(page: &Path) -> Vec<String> {
    let mut fenced = false;
    let mut anchors = Vec::new();
    for line in read(page).lines() {
        fenced ^= line.starts_with("```");
        let own = line.strip_prefix("<a id=\"").and_then(|rest| rest.split_once('"'));
        anchors.extend(own.map(|(anchor, _)| anchor.to_owned()));
        if let Some(heading) = line.strip_prefix('#').filter(|_| !fenced) {
            let heading = heading.trim_start_matches('#').trim().to_lowercase();
            let letters = heading.chars().filter(|c| c.is_alphanumeric() || [' ', '-', '_'].contains(c));
            anchors.push(letters.map(|c| if c == ' ' { '-' } else { c }).collect());
        }
    }
    anchors
}

#[test]
fn every_internal_link_resolves() {
    let (mut seen, mut broken) = (0, Vec::new());
    for page in pages() {
        let text = prose(&read(&page));
        for after in text.split("](").skip(1) {
            let link = after.split(')').next().unwrap_or_default();
            if let Some(path) = link.strip_prefix(REGISTRY) {
                seen += 1;
                if !root().join(format!("docs/{path}.md")).exists() {
                    broken.push(format!("{}: {link}", page.display()));
                }
                continue;
            }
            // The Registry resolves relative links of this page a level too high.
            if page.ends_with("docs/index.md") && !link.contains("://") && !link.starts_with('#') {
                broken.push(format!("{}: {link} is relative", page.display()));
            }
            if link.contains("://") || link.starts_with("mailto:") {
                continue;
            }
            seen += 1;
            let (path, anchor) = link.split_once('#').unwrap_or((link, ""));
            let folder = page.parent().expect("a folder");
            let target = if path.is_empty() { page.clone() } else { folder.join(path) };
            let leads = target.exists() && (anchor.is_empty() || anchors(&target).iter().any(|known| known == anchor));
            if !leads {
                broken.push(format!("{}: {link}", page.display()));
            }
        }
    }
    assert!(seen > 20, "{seen}");
    assert!(broken.is_empty(), "{broken:#?}");
}
