use terraform_cli::Workspace;

use super::{ELSEWHERE, SOURCE, apply, attributes, cli, configure, plan, state, workspace};

/// Whether the CLI knows what is to be shown. An older Terraform must refuse the configuration by itself.
fn knows(workspace: &Workspace, minor: u32) -> bool {
    let cli = cli();
    let knows = cli.is_terraform_since(1, minor);
    if !knows && cli.product == "Terraform" {
        workspace.run(&["plan"]).fails();
    }
    knows
}

#[test]
fn functions_are_called() {
    let workspace = workspace("output \"joined\" {\n  value = provider::test::join(\"a\", 2, \"c\")\n}\n");
    if !knows(&workspace, 8) {
        return;
    }
    apply(&workspace);
    assert!(state(&workspace).contains("a2c"));
    configure(&workspace, "output \"joined\" {\n  value = provider::test::join(\"a\", 1.5, \"c\")\n}\n");
    let errors = workspace.run(&["plan", "-json"]).fails().errors();
    assert!(errors[0].detail.contains("1.5 is not whole"), "{errors:?}");
}

#[test]
fn objects_move_here() {
    let workspace = workspace("resource \"terraform_data\" \"old\" {\n  input = \"thing-m\"\n}\n");
    apply(&workspace);
    let moved = "moved {\n  from = terraform_data.old\n  to   = test_thing.new\n}\n";
    configure(&workspace, &format!("resource \"test_thing\" \"new\" {{\n  name = \"thing-m\"\n}}\n\n{moved}"));
    if !knows(&workspace, 8) {
        return;
    }
    assert_eq!(apply(&workspace).changes(), (0, 0, 0));
    assert_eq!(attributes(&workspace, "new")["id"], "thing-m");
}

/// The state has the provider under the address of another registry. Before 1.8 Terraform takes such an object over
/// without asking.
#[test]
fn objects_move_here_from_another_address() {
    let thing = |name: &str| format!("resource \"test_thing\" \"{name}\" {{\n  name = \"a\"\n  size = 5\n}}\n");
    let workspace = workspace(&thing("old"));
    apply(&workspace);
    let elsewhere = state(&workspace).replace(SOURCE, ELSEWHERE);
    workspace.write("terraform.tfstate", &elsewhere).unwrap();
    configure(&workspace, &format!("{}moved {{\n  from = test_thing.old\n  to   = test_thing.new\n}}\n", thing("new")));
    let moved = apply(&workspace);
    assert_eq!(moved.changes(), (0, 0, 0), "{moved}");
    assert_eq!(attributes(&workspace, "new")["size"], 5);
    assert!(!state(&workspace).contains("somebody"));
}

#[test]
fn ephemeral_values_reach_write_only_arguments_and_no_file() {
    let workspace = workspace(
        "ephemeral \"test_token\" \"t\" {\n  name = \"secret\"\n}\n\n\
         resource \"test_thing\" \"a\" {\n  name = \"a\"\n  \
         secret = ephemeral.test_token.t.value\n  secret_version = 1\n}\n",
    );
    if !knows(&workspace, 11) {
        return;
    }
    workspace.run(&["plan", "-out=plan"]).succeeds();
    let applied = workspace.run(&["apply", "-json", "plan"]).succeeds();
    assert_eq!(applied.changes(), (1, 0, 0));
    assert_eq!(plan(&workspace).changes(), (0, 0, 0));
    assert!(!state(&workspace).contains("token-secret"));
    let shown = workspace.run(&["show", "-json", "plan"]).succeeds().stdout;
    assert!(!shown.contains("token-secret"));
}

#[test]
fn a_secret_written_for_an_older_terraform_is_refused() {
    let workspace = workspace(
        "resource \"test_thing\" \"a\" {\n  name = \"a\"\n  \
         secret = \"hush\"\n}\n",
    );
    let output = workspace.run(&["plan", "-json"]);
    if cli().has(11, Some(11)) {
        output.succeeds();
    } else {
        assert_eq!(output.fails().errors()[0].summary, "This Terraform does not know write-only secret");
    }
}

#[test]
fn blocks_that_the_provider_fills_in_need_a_terraform_that_knows_them() {
    let workspace = workspace("resource \"test_filled\" \"a\" {\n  single_block {\n    must = \"x\"\n  }\n}\n");
    if cli().is_terraform_since(1, 16) {
        apply(&workspace);
        assert!(state(&workspace).contains("\"made\": \"first\""), "{}", state(&workspace));
        assert_eq!(plan(&workspace).changes(), (0, 0, 0));
    } else {
        let errors = workspace.run(&["plan", "-json"]).fails().errors();
        assert_eq!(errors[0].summary, "This version cannot handle test_filled");
    }
}

#[test]
fn an_identity_imports() {
    let workspace = workspace(
        "import {\n  to       = test_thing.a\n  identity = { id = \"thing-x\" }\n}\n\n\
         resource \"test_thing\" \"a\" {\n  name = \"x\"\n}\n",
    );
    if !knows(&workspace, 12) {
        return;
    }
    apply(&workspace);
    assert!(state(&workspace).contains("\"identity\": {\n            \"id\": \"thing-x\""), "{}", state(&workspace));
    assert_eq!(plan(&workspace).changes(), (0, 0, 0));
    workspace.run(&["show", "-json"]).succeeds();
    configure(&workspace, "");
    workspace.run(&["apply", "-auto-approve"]).succeeds();
}

#[test]
fn lists_are_queried_and_written_down() {
    let workspace = workspace("provider \"test\" {}\n");
    if !cli().is_terraform_since(1, 14) {
        return;
    }
    let query = |prefix: &str| {
        format!(
            "list \"test_thing\" \"all\" {{\n  provider = test\n  limit = 3\n  \
             config {{\n    prefix = \"{prefix}\"\n  }}\n}}\n"
        )
    };
    workspace.write("all.tfquery.hcl", &query("many")).unwrap();
    let found = workspace.run(&["query", "-json"]).succeeds().stdout;
    assert!(found.contains("thing-many2") && !found.contains("thing-many3"), "{found}");
    workspace.run(&["query", "-generate-config-out=found.tf"]).succeeds();
    let generated = std::fs::read_to_string(workspace.folder().join("found.tf")).unwrap();
    assert!(generated.contains("\"many0\"") && generated.contains("identity = {"), "{generated}");
    assert!(!generated.contains("echoed by mistake"));
    workspace.write("all.tfquery.hcl", &query("fail")).unwrap();
    let errors = workspace.run(&["query", "-json"]).fails().errors();
    assert_eq!(errors[0].summary, "no more things can be found");
}

#[test]
fn actions_are_invoked() {
    let action = |behaviour: &str| {
        format!("action \"test_act\" \"a\" {{\n  config {{\n    behaviour = \"{behaviour}\"\n    steps = 2\n  }}\n}}\n")
    };
    let workspace = workspace(&action("good"));
    if !knows(&workspace, 14) {
        return;
    }
    let invoke = ["apply", "-auto-approve", "-json", "-invoke=action.test_act.a"];
    let done = workspace.run(&invoke).succeeds();
    assert!(done.stdout.contains("step 1"), "{done}");
    for (behaviour, expected) in
        [("fail", "the action failed"), ("panic", "The provider failed while running action test_act")]
    {
        configure(&workspace, &action(behaviour));
        let errors = workspace.run(&invoke).fails().errors();
        assert!(
            errors.iter().any(|error| error.summary.contains(expected) || error.detail.contains(expected)),
            "{errors:?}"
        );
    }
}
