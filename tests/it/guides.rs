//! The guides are true: their configurations are planned, their recipes run as they stand there, their tables agree
//! with the source.
//!
//! A block ` ```hcl ` in docs/guides is a complete configuration, which is planned by itself. ` ```hcl recipe ` is a
//! file of a recipe, named in its first line, which a test of its own runs together with the others; ` ```csv recipe
//! NAME ` is one whose format has no comments. ` ```hcl fragment ` is an excerpt, which nothing can run.

/// Reads pages and their blocks.
pub mod book;

/// Adopting.
mod adopting;
/// Capacity: moving it, and what an apply that was refused leaves behind.
mod capacity;
/// Customers from a file, a module for each, two contracts.
mod customers;
/// Errors and warnings.
mod errors;
/// Features by CLI version.
mod features;
/// When a customer leaves.
mod leaving;
/// Links of every page.
mod links;
/// Migrating.
mod migrating;
/// Pipelines: the mirror, and the drift check.
mod mirror;
/// Usage as a report, testing, Terragrunt.
mod reports;
/// The first quarter of an hour.
mod start;
/// Troubleshooting.
mod troubleshooting;
/// Words that no page may use.
mod words;

use self::book::{Block, RECIPES, blocks, guides};
use crate::world::{KEY, World};

/// The first minor version of Terraform 1 that knows everything in a configuration, as the guide to features has it.
fn needs(text: &str) -> u32 {
    let words = [("_wo ", 11), ("ephemeral", 10), ("provider::", 8)];
    words.iter().filter(|(word, _)| text.contains(word)).map(|(_, minor)| *minor).max().unwrap_or(0)
}

/// Values for the variables that a configuration declares.
fn variables(text: &str) -> Vec<String> {
    let values = [("api_key", KEY), ("admin_password", "Secret-Word-1")];
    let declared = values.iter().filter(|(name, _)| text.contains(&format!("variable \"{name}\"")));
    declared.map(|(name, value)| format!("-var={name}={value}")).collect()
}

#[test]
fn every_complete_configuration_is_planned() {
    let complete: Vec<Block> =
        guides().iter().flat_map(|page| blocks(page)).filter(|block| block.info == "hcl").collect();
    assert!(complete.len() >= 4, "{}", complete.len());
    for block in complete {
        let world = World::new();
        let cli = world.workspace.cli();
        if cli.version < (1, needs(&block.text)) {
            println!("{block} is for newer CLIs");
            continue;
        }
        world.configure("");
        if block.text.contains("required_providers") {
            world.workspace.write("main.tf", "").expect("written");
        }
        world.workspace.write("guide.tf", &block.text).expect("written");
        let words = variables(&block.text);
        let plan = world.plan(&words.iter().map(String::as_str).collect::<Vec<_>>());
        assert!(plan.status.success(), "{block}:\n{plan}");
    }
}

#[test]
fn every_block_says_what_it_is_and_every_recipe_has_its_test() {
    let mut recipes = Vec::new();
    for page in guides() {
        for block in blocks(&page) {
            assert!(block.first_word() != "terraform", "{block} must be ```hcl");
            if block.first_word() == "hcl" {
                let known = ["hcl", "hcl recipe", "hcl fragment"];
                assert!(known.contains(&block.info.as_str()), "{block} is {}", block.info);
            }
            if block.is_recipe() {
                recipes.push((page.clone(), block.section.clone(), block.file_name().to_owned()));
            }
        }
    }
    let listed = |(page, section, names): &(&str, &str, &[&str])| {
        names.iter().map(|name| ((*page).into(), (*section).into(), (*name).into())).collect::<Vec<_>>()
    };
    let mut known: Vec<_> = RECIPES.iter().flat_map(listed).collect();
    recipes.sort();
    known.sort();
    assert_eq!(recipes, known);
}
