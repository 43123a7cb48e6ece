//! The table of features by CLI version: each row is tried on the CLI at hand, and fails exactly where the table says
//! that it must.

use super::book::{guide, read};
use crate::world::{CONTRACT, TB, World, partner, with};

/// A row of the table, the first version of Terraform 1 that has it, and what tries it: whether it worked.
type Row = (&'static str, u32, fn(&World) -> bool);

const ROWS: &[Row] = &[
    ("`import` blocks, `-generate-config-out`", 5, |world| {
        let id = existing(world);
        // What the guide says of the Terraforms that look elsewhere for it.
        let named = if world.workspace.cli().import_needs_provider() { "  provider = impossiblecloud\n" } else { "" };
        let import = format!(
            r#"import {{
{named}  to = impossiblecloud_partner.acme
  id = "{id}"
}}
"#
        );
        plans(world, &import, &["-generate-config-out=generated.tf"])
            && read(&world.workspace.folder().join("generated.tf")).contains("\"Acme GmbH\"")
    }),
    ("`check` blocks", 5, |world| {
        let data = "  data \"impossiblecloud_contracts\" \"all\" {}\n";
        let assert = r#"  assert {
    condition = length(data.impossiblecloud_contracts.all.contracts) == 2
    error_message = "x"
  }
"#;
        plans(
            world,
            &format!(
                r#"check "two" {{
{data}{assert}}}
"#
            ),
            &[],
        )
    }),
    ("`import` blocks with `for_each`", 7, |world| {
        let id = existing(world);
        let import = format!(
            r#"import {{
  for_each = ["{id}"]
  to = impossiblecloud_partner.acme
  id = each.value
}}
"#
        );
        plans(world, &format!("{import}{}", partner("acme", "Acme GmbH", 5 * TB)), &[])
    }),
    ("`removed` blocks", 7, |world| {
        plans(
            world,
            r#"removed {
  from = impossiblecloud_partner.acme
  lifecycle {
    destroy = false
  }
}
"#,
            &[],
        )
    }),
    ("functions `bytes`, `format_bytes`", 8, |world| {
        let output = r#"output "x" {
  value = provider::impossiblecloud::format_bytes(provider::impossiblecloud::bytes("5 TB"))
}
"#;
        plans(world, output, &[])
    }),
    ("`moved` from another resource type", 8, |world| {
        let id = existing(world);
        world.configure(&format!(
            r#"resource "terraform_data" "acme" {{
  input = "{id}"
}}
"#
        ));
        world.apply(&[]).succeeds();
        let moved = r#"moved {
  from = terraform_data.acme
  to = impossiblecloud_partner.acme
}
"#;
        plans(world, &format!("{moved}{}", partner("acme", "Acme GmbH", 5 * TB)), &[])
    }),
    ("ephemeral variables", 10, |world| {
        let variable = r#"variable "key" {
  ephemeral = true
  default = "simulator-distributor-key"
}
"#;
        plans(
            world,
            &format!(
                r#"{variable}provider "impossiblecloud" {{
  api_key = var.key
}}
data "impossiblecloud_contracts" "all" {{}}
"#
            ),
            &[],
        )
    }),
    ("write-only `password_wo`", 11, |world| {
        let id = existing(world);
        let member = format!(
            r#"resource "impossiblecloud_partner_member" "eve" {{
  partner_id = "{id}"
  email = "eve@example.com"
  role = "staff"
  password_wo = "Abcdefg1"
  password_wo_version = 1
}}
"#
        );
        plans(world, &member, &[])
    }),
    ("`import` by `identity`", 12, |world| {
        let id = existing(world);
        let import = format!(
            r#"import {{
  to = impossiblecloud_partner.acme
  identity = {{
    id = "{id}"
  }}
}}
"#
        );
        plans(world, &format!("{import}{}", partner("acme", "Acme GmbH", 5 * TB)), &[])
    }),
    ("`terraform query`, list resources", 14, |world| {
        let list = r#"list "impossiblecloud_partner" "all" {
  provider = impossiblecloud
}
"#;
        world.configure("");
        world.workspace.write("all.tfquery.hcl", list).expect("written");
        let query = world.run(&["query", "-no-color"]);
        query.status.success() && query.stdout.contains("Sample Reseller One, 30 TB")
    }),
    ("actions (`-invoke`, `action_trigger`)", 14, |world| {
        let id = existing(world);
        let account = world.simulator.add_account(Some(&id), "Shop", "shop@example.com", TB);
        world.simulator.schedule_account(&account);
        world.configure(&format!(
            r#"action "impossiblecloud_storage_account_restore" "shop" {{
  config {{
    partner_id = "{id}"
    storage_account_id = "{account}"
  }}
}}
"#
        ));
        world
            .run(&["apply", "-auto-approve", "-invoke=action.impossiblecloud_storage_account_restore.shop"])
            .status
            .success()
    }),
    ("`lifecycle { destroy = false }` in a resource", 16, |world| {
        plans(
            world,
            &with(
                &partner("acme", "Acme GmbH", TB),
                r#"lifecycle {
    destroy = false
  }"#,
            ),
            &[],
        )
    }),
    ("`import` blocks in modules", 16, |world| {
        let id = existing(world);
        let required = r#"terraform {
  required_providers {
    impossiblecloud = {
      source = "impossiblecloud/impossiblecloud"
    }
  }
}
"#;
        let import = format!(
            r#"import {{
  to = impossiblecloud_partner.acme
  id = "{id}"
}}
"#
        );
        let module = format!("{required}{import}{}", partner("acme", "Acme GmbH", 5 * TB));
        world.workspace.write("customer/main.tf", &module).expect("written");
        world.configure(
            r#"module "customer" {
  source = "./customer"
}
"#,
        );
        // Modules that are folders need no provider to be installed.
        world.run(&["get"]).succeeds();
        // Older ones refuse the block, or leave it out without a word, and plan a creation.
        let plan = world.plan(&[]);
        plan.status.success() && plan.changes().0 == 0
    }),
    ("actions before and after a deletion", 16, |world| {
        let trigger = r#"lifecycle {
    action_trigger {
      events = [before_destroy]
      actions = [action.impossiblecloud_storage_account_restore.shop]
    }
  }"#;
        let action = r#"action "impossiblecloud_storage_account_restore" "shop" {
  config {
    storage_account_id = "586889445583"
  }
}
"#;
        plans(world, &format!("{action}{}", with(&partner("acme", "Acme GmbH", TB), trigger)), &[])
    }),
    ("`-minimal-refresh`", 17, |world| plans(world, &partner("acme", "Acme GmbH", TB), &["-minimal-refresh"])),
];

/// A partner that the console made.
fn existing(world: &World) -> String {
    world.simulator.add_partner(CONTRACT, "Acme GmbH", 5 * TB, false)
}

fn plans(world: &World, body: &str, arguments: &[&str]) -> bool {
    world.configure(body);
    world.plan(arguments).status.success()
}

/// The table of the guide: feature, Terraform's version, OpenTofu's.
fn table() -> Vec<(String, String, String)> {
    let row = |line: &str| {
        let mut cells = line.strip_prefix("| ")?.split(" | ").map(str::to_owned);
        Some((cells.next()?, cells.next()?, cells.next()?))
    };
    // Another table follows: other clients.
    let page = guide("features");
    let first = page.lines().skip_while(|line| !line.starts_with("| ")).take_while(|line| line.starts_with("| "));
    first.filter_map(row).skip(2).collect()
}

/// The minor version in a cell of OpenTofu's column: "1.11", or "no".
fn since_of(cell: &str) -> Option<u32> {
    let minor = cell.strip_prefix("1.").and_then(|minor| minor.parse().ok());
    assert!(minor.is_some() || cell == "no", "{cell:?} is neither a version nor \"no\"");
    minor
}

#[test]
fn the_table_has_a_row_for_each_feature_that_is_tried() {
    let listed: Vec<_> = table().into_iter().map(|(feature, terraform, _)| (feature, terraform)).collect();
    let tried: Vec<_> = ROWS.iter().map(|(feature, minor, _)| ((*feature).to_owned(), format!("1.{minor}"))).collect();
    assert_eq!(listed, tried);
}

#[test]
fn each_feature_works_from_its_version_on_and_not_before() {
    for ((feature, minor, try_it), (_, _, tofu)) in ROWS.iter().zip(table()) {
        let world = World::new();
        let cli = world.workspace.cli().clone();
        // "no" is held to as well: a release that has it is told of by this test.
        let expected = cli.has(*minor, since_of(&tofu));
        assert_eq!(try_it(&world), expected, "{feature} on {} {}", cli.product, cli.release);
    }
}
