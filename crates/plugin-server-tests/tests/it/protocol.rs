use std::fmt::Write;

const PROTO: &str = include_str!("../../../terraform-plugin-server/proto/tfplugin6.proto");

/// Kind, message, number, name and type of everything that has a number, in the order of the file.
const NUMBERS: &str = include_str!("protocol.tsv");

/// A changed number would be misread by every Terraform.
#[test]
fn the_numbers_are_those_of_the_protocol() {
    let found = numbers(PROTO);
    for (found, expected) in found.lines().zip(NUMBERS.lines()) {
        assert_eq!(found, expected);
    }
    assert_eq!(found.lines().count(), NUMBERS.lines().count());
}

/// Reads the file as far as it is written here: one declaration a line.
fn numbers(proto: &str) -> String {
    let mut found = String::new();
    let mut scopes: Vec<&str> = Vec::new();
    for line in proto.lines().map(str::trim).filter(|line| !line.starts_with("//")) {
        let words: Vec<&str> = line.split_whitespace().collect();
        match &words[..] {
            ["message" | "enum" | "service" | "oneof", name, "{"] => scopes.push(name),
            ["}"] => drop(scopes.pop()),
            // A long one goes on in the next line.
            ["rpc", ..] if !line.ends_with(';') => write!(found, "{line} ").unwrap(),
            ["rpc" | "returns", ..] => writeln!(found, "{line}").unwrap(),
            [.., "=", number] if !scopes.is_empty() && number.ends_with(';') => {
                let (name, number) = (words[words.len() - 3], number.trim_end_matches(';'));
                let kind = words[..words.len() - 3].join(" ");
                // A oneof is no scope of its own on the wire.
                let scope: Vec<&str> = scopes.iter().copied().filter(|name| *name != name.to_lowercase()).collect();
                writeln!(found, "{}\t{number}\t{name}\t{kind}", scope.join(".")).unwrap();
            }
            _ => {}
        }
    }
    found
}
