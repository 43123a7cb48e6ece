//! Whole pages, as they end up in docs/.

use super::super::model::{Attribute, Presence};
use super::*;

fn attribute(name: &str, type_name: &str, presence: Presence) -> Attribute {
    Attribute {
        name: name.into(),
        type_name: type_name.into(),
        description: format!("The {name}."),
        presence,
        sensitive: false,
        write_only: false,
        deprecated: false,
        nested: Vec::new(),
    }
}

fn provider() -> Provider {
    let secret =
        Attribute { sensitive: true, write_only: true, ..attribute("secret_wo", "String", Presence::Optional) };
    let colour = Attribute {
        nested: vec![attribute("red", "Number", Presence::Optional)],
        ..attribute("colour", "Attributes", Presence::Required)
    };
    let paint = Attribute { nested: vec![colour], ..attribute("paint", "Attributes List", Presence::Optional) };
    let id = attribute("id", "String", Presence::ReadOnly);
    let resource = Object {
        description: "A thing of 1.5 TB. It has more to say.".into(),
        attributes: vec![id, attribute("name", "String", Presence::Required), paint, secret],
        identity: vec![attribute("id", "String", Presence::Required)],
    };
    let parameters = ["first", "rest"].map(|name| Parameter {
        name: name.into(),
        type_name: "string".into(),
        description: format!("The {name}."),
        nullable: name == "rest",
    });
    let function = Function {
        summary: "Joins.".into(),
        description: "Joins all.".into(),
        parameters: parameters.to_vec(),
        variadic: true,
        returns: "string".into(),
    };
    Provider {
        name: "box".into(),
        configuration: Object { description: "Boxes.".into(), ..Object::default() },
        resources: [("box_thing".to_owned(), resource)].into(),
        functions: [("join".to_owned(), function)].into(),
        ..Provider::default()
    }
}

fn rendered(files: &[(&str, &str)]) -> Result<Pages> {
    let root = tempfile::tempdir()?;
    for (path, text) in files {
        let path = root.path().join("examples").join(path);
        std::fs::create_dir_all(path.parent().expect("a folder"))?;
        std::fs::write(path, text)?;
    }
    let guide = Guide { file: "a.md".into(), title: "All about A".into() };
    pages(&provider(), &Examples::new(root.path()), &[guide])
}

const FILES: [(&str, &str); 5] = [
    ("provider/provider.tf", "provider \"box\" {}\n"),
    ("resources/box_thing/resource.tf", "resource \"box_thing\" \"a\" {}\n"),
    ("resources/box_thing/import.sh", "terraform import box_thing.a 1\n"),
    ("resources/box_thing/import-by-identity.tf", "import {}\n"),
    ("functions/join/function.tf", "join()\n"),
];

#[test]
fn a_page_has_groups_nested_schemas_and_imports() {
    let pages = rendered(&FILES).unwrap();
    assert_eq!(pages.keys().collect::<Vec<_>>(), ["functions/join.md", "index.md", "resources/thing.md"]);
    assert_eq!(pages["resources/thing.md"], include_str!("expected_resource.md"));
    assert_eq!(pages["functions/join.md"], include_str!("expected_function.md"));
    let end = format!("## Schema\n\nIt has no attributes.\n\n## Guides\n\n- [All about A]({DOCS}/guides/a)\n");
    assert!(pages["index.md"].ends_with(&end), "{}", pages["index.md"]);
    assert!(!pages["index.md"].contains("subcategory"), "{}", pages["index.md"]);
}

#[test]
fn an_example_that_is_missing_is_named() {
    let error = rendered(&FILES[1..]).unwrap_err().to_string();
    assert_eq!(error, "examples/provider/provider.tf is missing: every page shows an example");
}
