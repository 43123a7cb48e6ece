use std::fmt;
use std::path::{Path, PathBuf};

/// Every file of every recipe: the guide, the section, the file's name. Tests take files from here alone, so that none is forgotten.
pub const RECIPES: &[(&str, &str, &str)] = &[
    ("adopting", QUERY, "partners.tfquery.hcl"),
    ("adopting", QUERY, "belongings.tfquery.hcl"),
    ("adopting", GENERATED, "adopt.tf"),
    ("adopting", GENERATED, "adopt_belongings.tf"),
    ("adopting", FOR_EACH, "adopt.tf"),
    ("adopting", FOR_EACH, "partners.tf"),
    ("adopting", FOR_EACH, "imports.tf"),
    ("migrating", "A partner", "restapi.tf"),
    ("migrating", "A partner", "restful.tf"),
    ("migrating", "Many partners", "terraform_data.tf"),
    ("pipelines", MIRROR, "mirror.tfrc"),
    ("pipelines", MIRROR, "versions.tf"),
    ("rehearsal", APPLY_TO_COPY, "rehearsal_override.tf"),
];

pub const QUERY: &str = "Terraform 1.14 and later: a query";
pub const GENERATED: &str = "Older CLIs: generated import blocks";
pub const FOR_EACH: &str = "One resource for all partners";
pub const APPLY_TO_COPY: &str = "An apply to the copy";
pub const MIRROR: &str = "Mirrors and machines without the Internet";

/// A fenced block of a page.
pub struct Block {
    page: String,
    line: usize,
    /// The heading (of the second level) that it stands under.
    pub section: String,
    /// What follows the fence: `hcl recipe`.
    pub info: String,
    /// Its lines.
    pub text: String,
}

impl Block {
    pub fn first_word(&self) -> &str {
        self.info.split(' ').next().unwrap_or_default()
    }

    /// The name in the comment that begins a file.
    pub fn file_name(&self) -> &str {
        let name = self.text.lines().next().and_then(|line| line.strip_prefix("# "));
        name.unwrap_or_else(|| panic!("{self} does not begin with its file's name"))
    }
}

impl fmt::Display for Block {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "docs/guides/{}.md, line {}", self.page, self.line)
    }
}

/// The repository.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

pub fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// All files with this ending in a folder and those below it.
pub fn files(folder: &str, ending: &str) -> Vec<PathBuf> {
    let (mut found, mut folders) = (Vec::new(), vec![root().join(folder)]);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == ending) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// The names of all guides.
pub fn guides() -> Vec<String> {
    let stem = |path: &PathBuf| path.file_stem().map(|stem| stem.to_string_lossy().into_owned());
    let guides: Vec<_> = files("docs/guides", "md").iter().filter_map(stem).collect();
    assert!(guides.len() >= 7, "{guides:?}");
    guides
}

pub fn guide(page: &str) -> String {
    read(&root().join(format!("docs/guides/{page}.md")))
}

/// The fenced blocks of a guide.
pub fn blocks(page: &str) -> Vec<Block> {
    let (mut found, mut open, mut section) = (Vec::new(), None::<Block>, String::new());
    for (number, line) in guide(page).lines().enumerate() {
        match (&mut open, line.strip_prefix("```")) {
            (None, Some(info)) => {
                let (page, section, info) = (page.to_owned(), section.clone(), info.trim().to_owned());
                open = Some(Block { page, line: number + 1, section, info, text: String::new() });
            }
            (Some(_), Some("")) => found.extend(open.take()),
            (Some(block), _) => {
                block.text.push_str(line);
                block.text.push('\n');
            }
            (None, None) => {
                if let Some(heading) = line.strip_prefix("## ") {
                    section = heading.to_owned();
                }
            }
        }
    }
    assert!(open.is_none(), "{page} ends within a block");
    found
}

/// A file of a recipe, as it stands in the guide.
#[track_caller]
pub fn recipe(page: &str, section: &str, name: &str) -> String {
    assert!(RECIPES.contains(&(page, section, name)), "{page}, {section}: {name} is not among the recipes");
    let fits = |block: &Block| block.info == "hcl recipe" && block.section == section && block.file_name() == name;
    let found = blocks(page).into_iter().find(fits);
    found.unwrap_or_else(|| panic!("{page} has no {name} under {section}")).text
}
