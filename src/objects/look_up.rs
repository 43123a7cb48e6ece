//! One object out of a list, by its id or by what people call it.

use crate::capacity::bytes;
use crate::terraform::values::{folded, lines, same_text};

/// More lines of what is there are not read.
const SHOWN: usize = 50;

/// Those that are called so: exactly, or else but for case, spaces and the composition of letters.
pub fn called<'a, T>(items: &'a [T], name: impl Fn(&T) -> Option<&str>, wanted: &str) -> Vec<&'a T> {
    let exact: Vec<_> = items.iter().filter(|item| name(item) == Some(wanted)).collect();
    if !exact.is_empty() {
        return exact;
    }
    let wanted = folded(wanted);
    items.iter().filter(|item| name(item).is_some_and(|name| same_text(name, &wanted))).collect()
}

/// What is there, a line each.
pub fn table(items: impl ExactSizeIterator<Item = String>) -> String {
    let more = items.len().saturating_sub(SHOWN);
    let shown = items.take(SHOWN);
    lines(shown.chain((more > 0).then(|| format!("and {more} more"))))
}

/// An allocation in a line of such a table.
pub fn allocation(allocated: Option<i64>) -> String {
    allocated.map_or("allocation not known".into(), bytes::allocation)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exact_name_counts_more_than_a_similar_one() {
        let names = ["Acme", "acme", "ACME  GmbH", "Acme GmbH "];
        let called = |wanted| called(&names, |name| Some(*name), wanted).into_iter().copied().collect::<Vec<_>>();
        assert_eq!(called("acme"), ["acme"]);
        assert_eq!(called("ACME"), ["Acme", "acme"]);
        assert_eq!(called("acme gmbh"), ["ACME  GmbH", "Acme GmbH "]);
        assert!(called("Acm").is_empty());
    }

    #[test]
    fn a_long_table_says_how_much_it_leaves_out() {
        let table = table((0..SHOWN + 3).map(|n| n.to_string()));
        assert_eq!(table.lines().count(), SHOWN + 1);
        assert!(table.ends_with("\n  and 3 more"), "{table}");
    }
}
