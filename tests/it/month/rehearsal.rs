//! The guide to rehearsals, as it stands there: the probe's copy, the container's command line, the overridden backend.

use std::path::Path;
use std::process::Command;

use impossiblecloud_simulator::{Options, Simulator};
use terraform_cli::Workspace;
use xtask::project;

use crate::guides::book::{APPLY_TO_COPY, blocks, recipe};
use crate::hcl::{Block, expression};
use crate::world::{KEY, TB, a_partner, cli, provider, registry};

/// A customer whose allocation is raised, and one that is new.
fn configuration(acme: &str, is_new: bool) -> String {
    let customer = a_partner("acme", "Acme", 0).set("allocated_storage", expression(acme));
    let next =
        Block::partner("next", "Next", TB).set("contract_id", expression("impossiblecloud_partner.acme.contract_id"));
    let next = if is_new { next.to_string() } else { String::new() };
    format!(
        r#"
terraform {{
  backend "local" {{
    path = "production.tfstate"
  }}

  required_providers {{
    impossiblecloud = {{
      source = "impossiblecloud/impossiblecloud"
    }}
  }}
}}

{customer}{next}"#
    )
}

/// A workspace that installs the provider, since only an `init` takes another backend.
fn workspace() -> Workspace {
    let mut workspace = Workspace::with_cli_configuration(&cli(), "").expect("a workspace").hide("IMPOSSIBLECLOUD_");
    let host = registry();
    let folder = workspace.folder().join("mirror").join(host).join("impossiblecloud/impossiblecloud");
    let binary = provider();
    std::fs::create_dir_all(&folder).expect("a folder");
    let version = folder.join(env!("CARGO_PKG_VERSION")).join(xtask::platform::host());
    std::fs::create_dir_all(&version).expect("a folder");
    std::fs::copy(binary, version.join(binary.file_name().expect("a name"))).expect("copied");
    let mirror = workspace.folder().join("mirror");
    let installation = Block::new("filesystem_mirror").set("path", &mirror.display().to_string());
    let installation = Block::new("provider_installation").block(installation).to_string();
    workspace.write("cli.tfrc", &installation).expect("written");
    workspace.set("IMPOSSIBLECLOUD_API_KEY", KEY);
    workspace
}

/// The probe's copy of what a service has, as the guide takes it.
fn copy(service: &Simulator, folder: &Path) {
    let [probe] = project::build([project::PROBE]).expect("the probe");
    let mut command = Command::new(probe);
    command.args(["--snapshot", "customers.json", "--profile", "profile.json"]).current_dir(folder);
    command.env("IMPOSSIBLECLOUD_ENDPOINT", service.endpoint()).env("IMPOSSIBLECLOUD_API_KEY", KEY);
    let output = command.output().expect("it runs");
    assert!(output.status.success(), "{output:?}");
}

/// The command line of the guide's image, with its files in a folder and any free port.
fn entrypoint(folder: &Path) -> Vec<String> {
    let image = blocks("rehearsal").into_iter().find(|block| block.info == "dockerfile").expect("an image").text;
    let words = image.lines().find_map(|line| line.strip_prefix("ENTRYPOINT ")).expect("an entry point");
    let words: Vec<String> = serde_json::from_str(words).expect("a list");
    let copied = image.lines().find_map(|line| line.strip_prefix("COPY ")).expect("what is copied");
    let place = |word: String| match word.strip_prefix('/') {
        Some(name) => {
            assert!(copied.split(' ').any(|copied| copied == name), "{name} is not copied");
            folder.join(name).display().to_string()
        }
        None => word.replace(":8080", ":0"),
    };
    assert_eq!(words[0], "/impossiblecloud-simulator");
    words.into_iter().skip(1).map(place).collect()
}

#[test]
fn a_change_is_rehearsed_with_a_copy_and_the_service_hears_nothing_of_it() {
    let service = Simulator::start(Options::default());
    let mut workspace = workspace();
    workspace.set("IMPOSSIBLECLOUD_ENDPOINT", service.endpoint());
    workspace.write("main.tf", &configuration("1e12", false)).expect("written");
    workspace.run(&["init"]).succeeds();
    workspace.run(&["apply", "-auto-approve"]).succeeds();
    let partner = service.all_partners().into_iter().find(|partner| partner.name == "Acme").expect("made");
    let account = service.add_account(Some(&partner.id), "Shop", "shop@example.com", TB / 2);
    service.add_member(&partner.id, "ada@example.com", "Ada", "admin");
    service.set_usage(&account, "2026-03-01", TB);

    copy(&service, workspace.folder());
    let before = service.snapshot().to_json();
    service.clear_requests();
    let [simulator] = project::build([project::SIMULATOR]).expect("the simulator");
    let words = entrypoint(workspace.folder());
    let words: Vec<_> = words.iter().map(String::as_str).collect();
    let container = xtask::simulator::Simulator::start(&simulator, &words).expect("the container's command line");
    for (name, value) in &container.variables {
        workspace.set(name, value.clone());
    }

    // A plan against the copy, with the state that everybody has.
    workspace.write("main.tf", &configuration("2e12", true)).expect("written");
    let plan = workspace.run(&["plan", "-json", "-lock=false"]).succeeds();
    assert_eq!(plan.changes(), (1, 1, 0), "{plan}");
    // What does not fit into the contract of the copy is refused there.
    workspace.write("main.tf", &configuration("90e12", false)).expect("written");
    let errors = workspace.run(&["plan", "-json", "-lock=false"]).fails().errors();
    assert!(errors[0].summary.starts_with("Not enough capacity left in "), "{}", errors[0].summary);

    // An apply to the copy, with a state of its own.
    workspace.write("main.tf", &configuration("2e12", true)).expect("written");
    let production = std::fs::read(workspace.folder().join("production.tfstate")).expect("a state");
    let state = workspace.run(&["state", "pull"]).succeeds().stdout;
    workspace.write("rehearsal.tfstate", &state).expect("written");
    let file = "rehearsal_override.tf";
    workspace.write(file, &recipe("rehearsal", APPLY_TO_COPY, file)).expect("written");
    workspace.run(&["init", "-reconfigure"]).succeeds();
    let apply = workspace.run(&["apply", "-json", "-auto-approve"]).succeeds();
    assert_eq!(apply.changes(), (1, 1, 0), "{apply}");
    workspace.run(&["plan", "-detailed-exitcode"]).succeeds();
    assert_eq!(container.requests().expect("counted").writes, 2);

    assert_eq!(service.requests().len(), 0, "the service heard nothing");
    assert_eq!(service.snapshot().to_json(), before);
    assert_eq!(std::fs::read(workspace.folder().join("production.tfstate")).expect("a state"), production);
}

#[test]
fn the_jobs_of_the_guide_know_the_image() {
    let pages = blocks("rehearsal");
    let text = |info: &str| &pages.iter().find(|block| block.info == info).expect("a block").text;
    let (image, job) = (text("dockerfile"), text("yaml"));
    assert!(image.contains("EXPOSE 8080") && image.contains("\"0.0.0.0:8080\""));
    assert!(job.contains("127.0.0.1:8080:8080") && job.contains("IMPOSSIBLECLOUD_ENDPOINT: http://127.0.0.1:8080/v1"));
    assert!(job.contains(&format!("IMPOSSIBLECLOUD_API_KEY: {KEY}")));
    // The file that overrides the backend is the one that was tried above.
    let file = recipe("rehearsal", APPLY_TO_COPY, "rehearsal_override.tf");
    let indented: String = file.lines().skip(1).map(|line| format!("          {line}\n")).collect();
    assert!(job.contains(&indented), "{job}");
}
