use super::{apply, attributes, cli, configure, plan, state, workspace};

#[test]
fn a_thing_lives() {
    let thing = |changes: &str| format!("resource \"test_thing\" \"a\" {{\n  name = \"a\"\n{changes}\n}}\n");
    let workspace = workspace(&thing("  size = 5e12\n  tags = { x = \"y\" }\n  rules = [{ port = 80 }]"));
    assert_eq!(apply(&workspace).changes(), (1, 0, 0));
    let created = attributes(&workspace, "a");
    assert_eq!((&created["id"], &created["size"]), (&"thing-a".into(), &5_000_000_000_000_i64.into()));
    assert_eq!(created["rules"][0]["hits"], 0);
    assert_eq!(plan(&workspace).changes(), (0, 0, 0));

    configure(&workspace, &thing("  size = 6"));
    assert_eq!(apply(&workspace).changes(), (0, 1, 0));
    assert_eq!(attributes(&workspace, "a")["size"], 6);
    configure(&workspace, &thing("").replace("\"a\"\n", "\"b\"\n"));
    assert_eq!(plan(&workspace).changes(), (1, 0, 1), "another name is another thing");
    assert_eq!(workspace.run(&["destroy", "-auto-approve", "-json"]).succeeds().changes(), (0, 0, 1));
}

#[test]
fn numbers_are_exact_and_stay_so() {
    let sizes = ["0.1", "1.5", "1e19", "12345678901234567890123.25", "-9223372036854775808"];
    let resources = sizes.iter().enumerate().map(|(index, size)| {
        format!("resource \"test_thing\" \"n{index}\" {{\n  name = \"n{index}\"\n  size = {size}\n}}\n")
    });
    let workspace = workspace(&resources.collect::<String>());
    assert_eq!(apply(&workspace).changes(), (sizes.len() as u64, 0, 0));
    assert_eq!(plan(&workspace).changes(), (0, 0, 0));
    assert!(state(&workspace).contains("12345678901234567890123.25"));
}

#[test]
fn what_does_not_fit_is_shown_at_its_place() {
    let rules = "  rules = [{ port = 1 }, { port = 70000 }]\n";
    let workspace = workspace(&format!("resource \"test_thing\" \"a\" {{\n  name = \"a\"\n{rules}}}\n"));
    let errors = workspace.run(&["plan", "-json"]).fails().errors();
    assert_eq!(errors.len(), 1, "{errors:?}");
    assert_eq!(errors[0].summary, "A value cannot be used");
    assert_eq!(errors[0].detail, "The number 70000 is out of range here.");
    assert_eq!(errors[0].address, "test_thing.a");
    for (number, shown) in [("pow(10, 400)", "inf"), ("1e-400", "0.0000000000"), ("1e400", "1000000000")] {
        configure(
            &workspace,
            &format!("resource \"test_thing\" \"a\" {{\n  name = \"a\"\n  replicas = {number}\n}}\n"),
        );
        let errors = workspace.run(&["plan", "-json"]).fails().errors();
        assert!(errors[0].detail.starts_with(&format!("The number {shown}")), "{errors:?}");
    }
}

#[test]
fn a_panic_names_its_operation() {
    let workspace = workspace("resource \"test_thing\" \"a\" {\n  name = \"panic-create\"\n}\n");
    let errors = workspace.run(&["apply", "-auto-approve", "-json"]).fails().errors();
    assert_eq!(errors[0].summary, "The provider failed while applying test_thing");
}

#[test]
fn a_dynamic_value_lives() {
    let workspace =
        workspace("resource \"test_plain\" \"a\" {\n  name = \"a\"\n  any = { list = [1, \"x\"], none = null }\n}\n");
    assert_eq!(apply(&workspace).changes(), (1, 0, 0));
    assert_eq!(plan(&workspace).changes(), (0, 0, 0));
}

#[test]
fn an_import_is_written_down_as_a_configuration() {
    let named = if cli().import_needs_provider() { "  provider = test\n" } else { "" };
    let import = |named: &str| format!("import {{\n  to = test_thing.a\n  id = \"thing-x\"\n{named}}}\n");
    let workspace = workspace(&import(named));
    workspace.run(&["plan", "-json", "-generate-config-out=generated.tf"]).succeeds();
    configure(&workspace, &import(""));
    let generated = std::fs::read_to_string(workspace.folder().join("generated.tf")).unwrap();
    assert!(generated.contains("name") && !generated.contains("thing-x\"\n  name"), "{generated}");
    assert!(!generated.lines().any(|line| line.trim_start().starts_with("id ")), "{generated}");
    apply(&workspace);
    assert_eq!(attributes(&workspace, "a")["name"], "x");
    assert_eq!(plan(&workspace).changes(), (0, 0, 0));
}

#[test]
fn the_log_is_in_terraforms_log() {
    let mut workspace = workspace("resource \"test_thing\" \"a\" {\n  name = \"a\"\n}\n");
    workspace.set("TF_LOG_PROVIDER", "DEBUG");
    let said = workspace.run(&["plan"]).succeeds().stderr;
    let ours = |line: &&str| line.contains("planning test_thing") && line.contains("[DEBUG]");
    assert!(said.lines().any(|line| ours(&line)), "{said}");
}

/// What the plan of the old object leaves reaches the plan of the new one, and nothing of it is stored.
#[test]
fn a_replacement_is_known_as_one() {
    let seat = |row: &str| format!("resource \"test_seat\" \"a\" {{\n  row = \"{row}\"\n}}\n");
    let workspace = workspace(&seat("a"));
    assert!(apply(&workspace).stdout.contains("create: nothing"));
    configure(&workspace, &seat("refused"));
    // Terraform passes on no warnings of the plan of the new object, but errors.
    let errors = workspace.run(&["plan", "-json"]).fails().errors();
    assert_eq!(errors[0].summary, "refused, and would replace seat-a");
    let errors = workspace.run(&["plan", "-json", "-replace=test_seat.a"]).fails().errors();
    assert_eq!(errors[0].summary, "refused, and would replace seat-a");

    configure(&workspace, &seat("b"));
    let replaced = apply(&workspace);
    assert_eq!(replaced.changes(), (1, 0, 1));
    assert!(replaced.stdout.contains("destroy: something"), "{replaced}");
    // The plan inside the apply has it since Terraform 1.16.
    let handed_back = replaced.stdout.contains("create: something");
    assert_eq!(handed_back, cli().is_terraform_since(1, 16), "{replaced}");
    assert!(!state(&workspace).contains("\"private\""), "{}", state(&workspace));
}

fn nest(list: &str) -> String {
    let one = "{ must = \"x\" }";
    let block = |kind: &str| format!("  {kind} {{\n    must = \"x\"\n  }}\n");
    let blocks =
        ["list_block", "list_block", "map_block \"a\"", "optional_block", "set_block", "single_block", "group_block"];
    format!(
        "resource \"test_nest\" \"a\" {{\n  list = {list}\n  map = {{ a = {one} }}\n  set = [{one}]\n  \
         single = {one}\n{}}}\n",
        blocks.map(block).concat()
    )
}

/// Terraform holds a provider to its plan: what is computed inside must stay where it was.
#[test]
fn every_kind_of_nesting_lives() {
    let workspace = workspace(&nest("[{ must = \"x\" }]"));
    assert_eq!(apply(&workspace).changes(), (1, 0, 0));
    assert_eq!(plan(&workspace).changes(), (0, 0, 0));
    configure(&workspace, &nest("[{ must = \"x\" }, { must = \"y\", may = \"z\" }]"));
    assert_eq!(apply(&workspace).changes(), (0, 1, 0));
    let updated = attributes(&workspace, "a");
    assert_eq!((&updated["list"][0]["made"], &updated["list"][1]["made"]), (&"first".into(), &"second".into()));
    assert_eq!((&updated["set"][0]["made"], &updated["set_block"][0]["made"]), (&"first".into(), &"first".into()));
    assert_eq!(plan(&workspace).changes(), (0, 0, 0));
}

#[test]
fn all_mistakes_of_a_block_are_shown_at_their_places() {
    let list = "[{ must = null }, { must = \"x\", made = \"by hand\" }]";
    let workspace = workspace(&format!("variable \"none\" {{\n  default = null\n}}\n{}", nest(list)));
    let errors = workspace.run(&["plan", "-json"]).fails().errors();
    let summaries: Vec<&str> = errors.iter().map(|error| &*error.summary).collect();
    assert_eq!(summaries, ["Missing required argument", "Read-only attribute is set"]);
    assert!(errors[0].detail.contains("\"list[0].must\" is required"), "{errors:?}");
    configure(
        &workspace,
        "resource \"test_thing\" \"a\" {\n  id   = test_thing.b.id\n  name = \"a\"\n}\n\n\
                           resource \"test_thing\" \"b\" {\n  name = \"b\"\n}\n",
    );
    // Not known before the apply, where it is checked again.
    workspace.run(&["validate"]).succeeds();
    let errors = workspace.run(&["apply", "-auto-approve", "-json"]).fails().errors();
    assert_eq!(errors[0].summary, "Read-only attribute is set");
}

/// Of a provider that does not start Terraform shows what is on standard output.
#[test]
fn the_reason_of_a_provider_that_does_not_start_is_shown() {
    let mut without_tls = workspace("resource \"test_thing\" \"a\" {\n  name = \"a\"\n}\n");
    without_tls.set("TF_DISABLE_PLUGIN_TLS", "1");
    let said = without_tls.run(&["plan", "-no-color"]).fails().stderr;
    assert!(said.contains("unset TF_DISABLE_PLUGIN_TLS"), "{said}");
    let mut no_folder = workspace("resource \"test_thing\" \"a\" {\n  name = \"a\"\n}\n");
    no_folder.set("TMPDIR", "/no/such");
    let said = no_folder.run(&["plan", "-no-color"]).fails().stderr;
    assert!(said.contains("cannot make its socket"), "{said}");
}
