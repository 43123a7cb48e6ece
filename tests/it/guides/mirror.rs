//! An install without the Internet, by the files of the guide to pipelines: a real `terraform init`, without
//! dev_overrides.

use impossiblecloud_simulator::{Options, Simulator};
use terraform_cli::Workspace;

use super::book::{MIRROR, guide, recipe};
use crate::world::{KEY, cli, provider, registry};

const PARTNER: &str = r#"
data "impossiblecloud_contract" "main" {
  name = "Impossible Cloud Test Contract"
}

resource "impossiblecloud_partner" "mirrored" {
  name              = "Mirrored GmbH"
  allocated_storage = 1e12
  contract_id       = data.impossiblecloud_contract.main.id
}
"#;

#[test]
fn the_provider_is_installed_from_a_mirror_and_held_to_its_checksums() {
    let version = env!("CARGO_PKG_VERSION");
    let archive = format!("terraform-provider-impossiblecloud_{version}_linux_amd64.zip");
    assert!(guide("pipelines").contains(&archive), "the guide does not show this version's archive");

    let mut workspace = Workspace::with_cli_configuration(&cli(), "").expect("a workspace").hide("IMPOSSIBLECLOUD_");
    let mirror = workspace.folder().join("mirror");
    let path = mirror.display().to_string();
    let host = registry();
    let configuration = recipe("pipelines", MIRROR, "mirror.tfrc");
    let configuration =
        configuration.replace("/usr/share/terraform/providers", &path).replace("registry.terraform.io", host);
    workspace.write("cli.tfrc", &configuration).expect("written");
    let platform = xtask::platform::host();
    let folder = mirror.join(host).join("impossiblecloud/impossiblecloud");
    std::fs::create_dir_all(&folder).expect("a folder");
    let installed = dist::pack("terraform-provider-impossiblecloud", provider(), &platform, &folder).expect("packed");

    let simulator = Simulator::start(Options::default());
    workspace.set("IMPOSSIBLECLOUD_ENDPOINT", simulator.endpoint());
    workspace.set("IMPOSSIBLECLOUD_API_KEY", KEY);
    workspace.write("versions.tf", &recipe("pipelines", MIRROR, "versions.tf")).expect("written");
    workspace.write("main.tf", PARTNER).expect("written");

    let lock = ["providers", "lock", &format!("-fs-mirror={path}"), &format!("-platform={platform}")];
    workspace.run(&lock).succeeds();
    workspace.run(&["init", "-input=false", "-lockfile=readonly"]).succeeds();
    workspace.run(&["plan", "-input=false", "-lock-timeout=5m", "-out=tfplan"]).succeeds();
    workspace.run(&["apply", "-input=false", "-lock-timeout=5m", "tfplan"]).succeeds();
    let partners = simulator.all_partners();
    assert_eq!(partners.iter().filter(|partner| partner.name == "Mirrored GmbH").count(), 1);

    // Another archive under the same version is not what the lock file says.
    std::fs::write(&installed, "another").expect("written");
    std::fs::remove_dir_all(workspace.folder().join(".terraform")).expect("removed");
    workspace.run(&["init", "-input=false", "-lockfile=readonly"]).fails();
}
