//! The budget: the most that figures may be. Times are in it as ratios of one run, so that it holds on any machine.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};

/// One line for each limit: `name = most # reason`.
const BUDGET: &str = include_str!("../budget.toml");

/// An error that names every limit that is exceeded, or that nothing was measured for.
pub fn check(figures: &BTreeMap<String, f64>) -> Result<()> {
    let broken = broken(&read(BUDGET)?, figures);
    if !broken.is_empty() {
        bail!("over the budget of crates/bench/budget.toml:\n{}", broken.join("\n"));
    }
    println!("\nEvery figure is within the budget of crates/bench/budget.toml.");
    Ok(())
}

fn read(text: &str) -> Result<Vec<(String, f64)>> {
    let lines =
        text.lines().map(|line| line.split('#').next().unwrap_or_default().trim()).filter(|line| !line.is_empty());
    let limit = |line: &str| {
        let (name, most) = line.split_once('=').with_context(|| format!("not a limit: {line}"))?;
        Ok((name.trim().to_owned(), most.trim().parse().with_context(|| format!("not a number: {line}"))?))
    };
    lines.map(limit).collect()
}

fn broken(budget: &[(String, f64)], figures: &BTreeMap<String, f64>) -> Vec<String> {
    let line = |(name, most): &(String, f64)| match figures.get(name) {
        Some(figure) if figure <= most => None,
        Some(figure) => Some(format!("  {name} is {figure:.2}, at most {most}")),
        None => Some(format!("  {name} was not measured")),
    };
    budget.iter().filter_map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_committed_budget_is_read() {
        assert!(read(BUDGET).unwrap().iter().any(|(name, _)| name == "binary_mib"));
    }

    #[test]
    fn what_is_over_or_missing_is_named() {
        let budget = read("# About.\na = 1.5 # Why.\n\nb = 2\nc = 3\n").unwrap();
        let figures = BTreeMap::from([("a".to_owned(), 1.5), ("b".to_owned(), 2.345)]);
        assert_eq!(broken(&budget, &figures), ["  b is 2.35, at most 2", "  c was not measured"]);
        assert_eq!(read("a").unwrap_err().to_string(), "not a limit: a");
    }
}
