//! The guides, which are written by hand: the index links to them.

use std::path::Path;

use anyhow::{Context, Result};

/// A page under docs/guides.
#[derive(Debug, PartialEq, Eq)]
pub struct Guide {
    /// Its file name.
    pub file: String,
    /// The title in its front matter.
    pub title: String,
}

/// The guides of the work tree at `root`, by title.
pub fn find(root: &Path) -> Result<Vec<Guide>> {
    let mut guides = Vec::new();
    // No folder, no guides.
    for entry in std::fs::read_dir(root.join("docs/guides")).into_iter().flatten() {
        let path = entry?.path();
        let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let text = std::fs::read_to_string(&path).with_context(|| format!("cannot read docs/guides/{file}"))?;
        let title =
            title(&text).with_context(|| format!("docs/guides/{file} has no page_title in its front matter"))?;
        guides.push(Guide { file, title: title.to_owned() });
    }
    guides.sort_by(|one, other| one.title.cmp(&other.title));
    Ok(guides)
}

fn title(text: &str) -> Option<&str> {
    let (front, _) = text.strip_prefix("---\n")?.split_once("\n---\n")?;
    let title = front.lines().find_map(|line| line.strip_prefix("page_title:"))?;
    Some(title.trim().trim_matches('"'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_come_from_the_front_matter() {
        assert_eq!(title("---\npage_title: \"A: b\"\nx: y\n---\n\n# C\n"), Some("A: b"));
        assert_eq!(title("# page_title: no front matter\n"), None);
    }
}
