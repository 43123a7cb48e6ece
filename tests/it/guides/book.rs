use std::fmt;
use std::path::{Path, PathBuf};

use terraform_cli::Workspace;

/// Every file of every recipe: the guide, the section, the files' names. Tests take files from here alone, so that none
/// is forgotten.
pub const RECIPES: &[(&str, &str, &[&str])] = &[
    ("adopting", BEFORE, &["versions.tf"]),
    ("adopting", QUERY, &["partners.tfquery.hcl", "belongings.tfquery.hcl"]),
    ("adopting", GENERATED, &["adopt.tf", "adopt_belongings.tf"]),
    ("adopting", FOR_EACH, &["adopt.tf", "partners.tf", "imports.tf"]),
    ("capacity", MOVING, &["acme.tf", "initech.tf", "contract.tf"]),
    ("capacity", TWO_APPLIES, &["acme.tf", "initech.tf"]),
    ("capacity", ONE_APPLY, &["provider.tf"]),
    ("contracts", ONE_KEY, &["main.tf"]),
    ("contracts", TWO_KEYS, &["main.tf"]),
    ("customers", CSV, &["customers.csv", "main.tf"]),
    ("customers", YAML, &["customers.yaml", "main.tf"]),
    ("customers", TOTALS, &["contract.tf"]),
    ("customers", MONTHLY, &["accounts.tf"]),
    ("leaving", CUSTOMER, &["acme.tf", "main.tf"]),
    ("leaving", STOP, &["acme.tf"]),
    ("leaving", SCHEDULE, &["acme.tf"]),
    ("leaving", KEEP, &["pending.tf", "acme.tf"]),
    ("leaving", BACK, &["restore.tf", "import.tf"]),
    ("migrating", "A partner", &["restapi.tf", "restful.tf"]),
    ("migrating", "Many partners", &["terraform_data.tf"]),
    (
        "module",
        "The module",
        &["modules/customer/variables.tf", "modules/customer/main.tf", "modules/customer/outputs.tf"],
    ),
    ("module", "The customers", &["main.tf"]),
    ("pipelines", DRIFT, &["drift.sh"]),
    ("pipelines", MIRROR, &["mirror.tfrc", "versions.tf"]),
    ("rehearsal", APPLY_TO_COPY, &["rehearsal_override.tf"]),
    ("start", "Look at the contract", &["main.tf"]),
    ("start", "Plan a customer", &["acme.tf"]),
    ("terragrunt", UNIT, &["partners/outputs.tf", "acme/main.tf"]),
    ("testing", "The configuration", &["main.tf"]),
    ("testing", MOCK, &["tests/customers.tftest.hcl"]),
    ("testing", SIMULATOR, &["tests/simulator.tftest.hcl"]),
    ("usage", "A line for each customer", &["report.tf"]),
    ("usage", "A line for each storage account and day", &["days.tf"]),
];

pub const BEFORE: &str = "Before you begin";
pub const QUERY: &str = "Terraform 1.14 and later: a query";
pub const GENERATED: &str = "Older CLIs: generated import blocks";
pub const FOR_EACH: &str = "One resource for all partners";
pub const MOVING: &str = "Moving capacity from one partner to another";
pub const TWO_APPLIES: &str = "Moving it in two applies";
pub const ONE_APPLY: &str = "Moving it in one apply";
pub const ONE_KEY: &str = "One key, several contracts";
pub const TWO_KEYS: &str = "Two distributors, a key each";
pub const CSV: &str = "A CSV file";
pub const YAML: &str = "A YAML file";
pub const TOTALS: &str = "What the contract has, in every plan";
pub const MONTHLY: &str = "The monthly resize, by pull request";
pub const CUSTOMER: &str = "The customer of this page";
pub const STOP: &str = "Step 1: stop new use";
pub const SCHEDULE: &str = "Step 2: schedule the storage accounts";
pub const KEEP: &str = "Step 3: keep the partner, or let it go";
pub const BACK: &str = "How to change your mind";
pub const DRIFT: &str = "A drift check";
pub const APPLY_TO_COPY: &str = "An apply to the copy";
pub const MIRROR: &str = "Mirrors and machines without the Internet";
pub const UNIT: &str = "A unit for each customer's members and accounts";
pub const MOCK: &str = "With a mock: no key, no network";
pub const SIMULATOR: &str = "Against the simulator";

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

    /// Whether it is a file of a recipe.
    pub fn is_recipe(&self) -> bool {
        self.info.split(' ').nth(1) == Some("recipe")
    }

    /// The name of a recipe's file: behind the fence's words, for formats without comments, or in the comment that
    /// begins it.
    pub fn file_name(&self) -> &str {
        let in_text = || self.text.lines().next().and_then(|line| line.strip_prefix("# "));
        let name = self.info.split(' ').nth(2).or_else(in_text);
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

/// A file of a recipe, as the guide has it.
#[track_caller]
pub fn recipe(page: &str, section: &str, name: &str) -> String {
    let known = |(a, b, names): &(&str, &str, &[&str])| *a == page && *b == section && names.contains(&name);
    assert!(RECIPES.iter().any(known), "{page}, {section}: {name} is not among the recipes");
    let fits = |block: &Block| block.is_recipe() && block.section == section && block.file_name() == name;
    let found = blocks(page).into_iter().find(fits);
    found.unwrap_or_else(|| panic!("{page} has no {name} under {section}")).text
}

/// Writes files of a recipe into a workspace, or all of a section when none is named.
#[track_caller]
pub fn lay_out(workspace: &Workspace, page: &str, section: &str, names: &[&str]) {
    let all = RECIPES.iter().find(|(a, b, _)| *a == page && *b == section).map(|(_, _, names)| *names);
    let names = if names.is_empty() { all.expect("a section with recipes") } else { names };
    for name in names {
        workspace.write(name, &recipe(page, section, name)).expect("written");
    }
}

/// Changes a file of a workspace.
#[track_caller]
pub fn edit(workspace: &Workspace, name: &str, from: &str, to: &str) {
    let text = read(&workspace.folder().join(name));
    assert!(text.contains(from), "{name} has no {from:?}:\n{text}");
    workspace.write(name, &text.replace(from, to)).expect("written");
}

#[track_caller]
pub fn remove(workspace: &Workspace, name: &str) {
    std::fs::remove_file(workspace.folder().join(name)).expect("removed");
}
