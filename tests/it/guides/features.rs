//! The table of features by CLI version: each row is tried on the CLI at hand, and fails exactly where the table says
//! that it must.

use super::book::{guide, read};
use crate::world::{CONTRACT, TB, World, import_needs_provider, partner, with};

/// A row of the table, the first version of Terraform 1 that has it, and what tries it: whether it worked.
type Row = (&'static str, u32, fn(&World) -> bool);

const ROWS: &[Row] = &[
    ("`import` blocks, `-generate-config-out`", 5, |world| {
        let id = existing(world);
        // What the guide says of the Terraforms that look elsewhere for it.
        let named = if import_needs_provider(world.workspace.cli()) { "  provider = impossiblecloud\n" } else { "" };
        let import = format!("import {{\n{named}  to = impossiblecloud_partner.acme\n  id = \"{id}\"\n}}\n");
        plans(world, &import, &["-generate-config-out=generated.tf"])
            && read(&world.workspace.folder().join("generated.tf")).contains("\"Acme GmbH\"")
    }),
    ("`check` blocks", 5, |world| {
        let data = "  data \"impossiblecloud_contracts\" \"all\" {}\n";
        let assert = "  assert \
                      {\n    condition = length(data.impossiblecloud_contracts.all.contracts) == 2\n    error_message = \"x\"\n  }\n";
        plans(world, &format!("check \"two\" {{\n{data}{assert}}}\n"), &[])
    }),
    ("`import` blocks with `for_each`", 7, |world| {
        let id = existing(world);
        let import =
            format!("import {{\n  for_each = [\"{id}\"]\n  to = impossiblecloud_partner.acme\n  id = each.value\n}}\n");
        plans(world, &format!("{import}{}", partner("acme", "Acme GmbH", 5 * TB)), &[])
    }),
    ("`removed` blocks", 7, |world| {
        plans(
            world,
            "removed {\n  from = impossiblecloud_partner.acme\n  lifecycle {\n    destroy = false\n  }\n}\n",
            &[],
        )
    }),
    ("functions `bytes`, `format_bytes`", 8, |world| {
        let output = "output \"x\" \
                      {\n  value = provider::impossiblecloud::format_bytes(provider::impossiblecloud::bytes(\"5 TB\"))\n}\n";
        plans(world, output, &[])
    }),
    ("`moved` from another resource type", 8, |world| {
        let id = existing(world);
        world.configure(&format!("resource \"terraform_data\" \"acme\" {{\n  input = \"{id}\"\n}}\n"));
        world.apply(&[]).succeeds();
        let moved = "moved {\n  from = terraform_data.acme\n  to = impossiblecloud_partner.acme\n}\n";
        plans(world, &format!("{moved}{}", partner("acme", "Acme GmbH", 5 * TB)), &[])
    }),
    ("ephemeral variables", 10, |world| {
        let variable = "variable \"key\" {\n  ephemeral = true\n  default = \"simulator-distributor-key\"\n}\n";
        plans(
            world,
            &format!(
                "{variable}provider \"impossiblecloud\" \
                 {{\n  api_key = var.key\n}}\ndata \"impossiblecloud_contracts\" \"all\" {{}}\n"
            ),
            &[],
        )
    }),
    ("write-only `password_wo`", 11, |world| {
        let id = existing(world);
        let member = format!(
            "resource \"impossiblecloud_partner_member\" \"eve\" \
             {{\n  partner_id = \"{id}\"\n  email = \"eve@example.com\"\n  role = \"staff\"\n  password_wo = \"Abcdefg1\"\n  password_wo_version = 1\n}}\n"
        );
        plans(world, &member, &[])
    }),
    ("`import` by `identity`", 12, |world| {
        let id = existing(world);
        let import =
            format!("import {{\n  to = impossiblecloud_partner.acme\n  identity = {{\n    id = \"{id}\"\n  }}\n}}\n");
        plans(world, &format!("{import}{}", partner("acme", "Acme GmbH", 5 * TB)), &[])
    }),
    ("`terraform query`, list resources", 14, |world| {
        let list = "list \"impossiblecloud_partner\" \"all\" {\n  provider = impossiblecloud\n}\n";
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
            "action \"impossiblecloud_storage_account_restore\" \"shop\" \
             {{\n  config {{\n    partner_id = \"{id}\"\n    storage_account_id = \"{account}\"\n  }}\n}}\n"
        ));
        world
            .run(&["apply", "-auto-approve", "-invoke=action.impossiblecloud_storage_account_restore.shop"])
            .status
            .success()
    }),
    ("`lifecycle { destroy = false }` in a resource", 16, |world| {
        plans(world, &with(&partner("acme", "Acme GmbH", TB), "lifecycle {\n    destroy = false\n  }"), &[])
    }),
    ("`import` blocks in modules", 16, |world| {
        let id = existing(world);
        let required = "terraform {\n  required_providers {\n    impossiblecloud = {\n      source = \"impossiblecloud/impossiblecloud\"\n    }\n  }\n}\n";
        let import = format!("import {{\n  to = impossiblecloud_partner.acme\n  id = \"{id}\"\n}}\n");
        let module = format!("{required}{import}{}", partner("acme", "Acme GmbH", 5 * TB));
        world.workspace.write("customer/main.tf", &module).expect("written");
        world.configure("module \"customer\" {\n  source = \"./customer\"\n}\n");
        // Modules that are folders need no provider to be installed.
        world.run(&["get"]).succeeds();
        // Older ones refuse the block, or leave it out without a word, and plan a creation.
        let plan = world.plan(&[]);
        plan.status.success() && plan.changes().0 == 0
    }),
    ("actions before and after a deletion", 16, |world| {
        let trigger = "lifecycle {\n    action_trigger {\n      events = [before_destroy]\n      actions = \
             [action.impossiblecloud_storage_account_restore.shop]\n    }\n  }";
        let action = "action \"impossiblecloud_storage_account_restore\" \"shop\" \
                      {\n  config {\n    storage_account_id = \"586889445583\"\n  }\n}\n";
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
