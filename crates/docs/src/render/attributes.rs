//! Lists of attributes, grouped by who gives them a value, and those of nested objects below.

use super::super::model::{Attribute, Presence};

/// The section of a block's schema.
pub fn schema(attributes: &[Attribute]) -> String {
    if attributes.is_empty() {
        return "## Schema\n\nIt has no attributes.".to_owned();
    }
    let mut parts = vec![format!("## Schema\n\n{}", grouped(attributes, "###"))];
    nested(attributes, "", &mut parts);
    parts.join("\n\n")
}

/// Attributes under the headings Required, Optional and Read-Only; `mark` makes a heading of a word, or ends it when it
/// is `:`.
pub fn grouped(attributes: &[Attribute], mark: &str) -> String {
    list(attributes, mark, "")
}

fn list(attributes: &[Attribute], mark: &str, path: &str) -> String {
    let groups =
        [(Presence::Required, "Required"), (Presence::Optional, "Optional"), (Presence::ReadOnly, "Read-Only")];
    let group = |(presence, name): (Presence, &str)| {
        let lines: Vec<_> =
            attributes.iter().filter(|attribute| attribute.presence == presence).map(|one| line(one, path)).collect();
        let heading = if mark == ":" { format!("{name}:") } else { format!("{mark} {name}") };
        (!lines.is_empty()).then(|| format!("{heading}\n\n{}", lines.join("\n")))
    };
    groups.into_iter().filter_map(group).collect::<Vec<_>>().join("\n\n")
}

fn line(attribute: &Attribute, path: &str) -> String {
    let mut kind = vec![attribute.type_name.as_str()];
    let marks = [
        (attribute.sensitive, "Sensitive"),
        (attribute.write_only, "Write-only, since Terraform 1.11"),
        (attribute.deprecated, "Deprecated"),
    ];
    kind.extend(marks.iter().filter(|(set, _)| *set).map(|(_, mark)| *mark));
    let mut line = format!("- `{}` ({}) {}", attribute.name, kind.join(", "), attribute.description);
    if !attribute.nested.is_empty() {
        line.push_str(&format!(" (see [below for nested schema](#{}))", anchor(path, &attribute.name)));
    }
    line.trim_end().to_owned()
}

/// One section for each nested object, the outer before the inner.
fn nested(attributes: &[Attribute], path: &str, parts: &mut Vec<String>) {
    for attribute in attributes.iter().filter(|attribute| !attribute.nested.is_empty()) {
        let anchor = anchor(path, &attribute.name);
        let inner = if path.is_empty() { attribute.name.clone() } else { format!("{path}.{}", attribute.name) };
        let list = list(&attribute.nested, ":", &inner);
        parts.push(format!("<a id=\"{anchor}\"></a>\n### Nested Schema for `{inner}`\n\n{list}"));
        nested(&attribute.nested, &inner, parts);
    }
}

fn anchor(path: &str, name: &str) -> String {
    let path = path.split('.').filter(|part| !part.is_empty()).chain([name]);
    path.fold("nestedatt".to_owned(), |anchor, part| format!("{anchor}--{part}"))
}
