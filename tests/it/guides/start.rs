//! The first quarter of an hour: installed from the folder that the guide names, without a CLI configuration and
//! without the Internet.

use impossiblecloud_simulator::{Options, Simulator};
use terraform_cli::Workspace;

use super::book::{edit, guide, lay_out};
use crate::world::{KEY, cli, provider, registry};

/// Where Terraform looks before it asks the Registry, under the home folder.
const PLUGINS: &str = ".terraform.d/plugins";

#[test]
fn it_ends_with_a_customer_and_then_without_one() {
    let (version, cli) = (env!("CARGO_PKG_VERSION"), cli());
    let page = guide("start");
    assert!(page.contains(&format!("terraform-provider-impossiblecloud_{version}_linux_amd64.zip")), "another version");
    assert!(page.contains(PLUGINS), "another folder");

    let mut workspace = Workspace::with_cli_configuration(&cli, "").expect("a workspace").hide("IMPOSSIBLECLOUD_");
    let home = workspace.folder().join("home");
    let host = registry();
    let folder = home.join(PLUGINS).join(host).join("impossiblecloud/impossiblecloud");
    std::fs::create_dir_all(&folder).expect("a folder");
    dist::pack("terraform-provider-impossiblecloud", provider(), &xtask::platform::host(), &folder).expect("packed");

    let simulator = Simulator::start(Options::default());
    workspace.set("HOME", home.display().to_string());
    workspace.set("IMPOSSIBLECLOUD_ENDPOINT", simulator.endpoint());
    workspace.set("IMPOSSIBLECLOUD_API_KEY", KEY);

    lay_out(&workspace, "start", "Look at the contract", &[]);
    workspace.run(&["init"]).succeeds();
    let look = workspace.run(&["plan", "-no-color"]).succeeds();
    assert!(look.stdout.contains("remaining_storage = 47000000000000"), "{look}");

    lay_out(&workspace, "start", "Plan a customer", &[]);
    let plan = workspace.run(&["plan", "-no-color"]).succeeds();
    assert!(plan.stdout.contains("1 to add") && plan.stdout.contains("= \"5 TB\""), "{plan}");
    edit(&workspace, "acme.tf", "= 5000000000000", "= 500000000000000");
    let errors = workspace.run(&["plan", "-json"]).fails().errors();
    assert!(errors[0].summary.starts_with("Not enough capacity left in contract"), "{errors:?}");
    assert_eq!(simulator.writes(), 0);

    edit(&workspace, "acme.tf", "= 500000000000000", "= 5000000000000");
    workspace.run(&["apply", "-auto-approve"]).succeeds();
    assert_eq!(simulator.all_partners().len(), 3);
    // The output is what was left before the customer came, so the next plan changes it, and nothing else.
    let again = workspace.run(&["plan", "-json"]).succeeds();
    assert_eq!(again.changes(), (0, 0, 0), "{again}");
    workspace.run(&["destroy", "-auto-approve"]).succeeds();
    assert_eq!(simulator.all_partners().len(), 2);
}
