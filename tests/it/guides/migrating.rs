//! The moves of the guide to migrating.

use serde_json::json;

use super::book::recipe;
use crate::world::{CONTRACT, TB, World, provider, registry};

/// A state as another provider would have left it: one object of which the move takes the id.
fn foreign_state(source: &str, resource_type: &str, id: &str) -> String {
    let state = json!({
        "version": 4, "terraform_version": "1.8.0", "serial": 1, "lineage": "guide", "outputs": {},
        "resources": [{
            "mode": "managed", "type": resource_type, "name": "acme",
            "provider": format!("provider[\"{}/{source}\"]", registry()),
            "instances": [{"schema_version": 0, "attributes": {"id": id, "path": "/partner"}}],
        }],
    });
    state.to_string()
}

#[test]
fn a_partner_moves_from_the_generic_providers() {
    let world = World::new();
    if !world.workspace.cli().has(8, Some(10)) {
        return;
    }
    let table = [("mastercard/restapi", "restapi_object", ""), ("magodo/restful", "restful_resource", "/partner/")];
    for (source, resource_type, before) in table {
        let id = world.simulator.add_partner(CONTRACT, "Acme GmbH", 5 * TB, false);
        // Terraform wants the other provider's schemas, though a move uses none of them: this one stands in under the
        // other's name.
        let (name, folder) = (source.rsplit('/').next().expect("a name"), world.workspace.folder());
        let binary = provider();
        std::fs::copy(binary, folder.join(format!("terraform-provider-{name}"))).expect("copied");
        let overrides =
            terraform_cli::overrides(&[(xtask::project::SOURCE, binary.parent().expect("a folder")), (source, folder)]);
        world.workspace.write("cli.tfrc", &overrides).expect("written");
        let state = foreign_state(source, resource_type, &format!("{before}{id}"));
        world.workspace.write("terraform.tfstate", &state).expect("written");
        world.configure(&recipe("migrating", "A partner", &format!("{name}.tf")));
        let apply = world.apply(&[]).succeeds();
        assert_eq!((apply.changes(), world.simulator.writes()), ((0, 0, 0), 0), "{apply}");
        assert_eq!(world.state("impossiblecloud_partner.acme")["id"], id);
        world.plans_nothing();
        world.simulator.delete_partner(&id);
    }
}

#[test]
fn many_partners_move_together_and_keep_their_keys() {
    let world = World::new();
    if !world.workspace.cli().has(8, Some(10)) {
        return;
    }
    let ids = ["a", "b"].map(|key| (key, world.simulator.add_partner(CONTRACT, &format!("Customer {key}"), TB, false)));
    let inputs: Vec<_> = ids.iter().map(|(key, id)| format!("    {key} = \"{id}\"\n")).collect();
    world.configure(&format!(
        r#"resource "terraform_data" "partner" {{
  for_each = {{
{}  }}
  input = each.value
}}
"#,
        inputs.concat()
    ));
    world.apply(&[]).succeeds();
    world.configure(&recipe("migrating", "Many partners", "terraform_data.tf"));
    let figures = |key| json!({"name": format!("Customer {key}"), "contract_id": CONTRACT, "allocated_storage": TB});
    let partners = json!({"partners": {"a": figures("a"), "b": figures("b")}});
    world.workspace.write("partners.auto.tfvars.json", &partners.to_string()).expect("written");
    let apply = world.apply(&[]).succeeds();
    assert_eq!((apply.changes(), world.simulator.writes()), ((0, 0, 0), 0), "{apply}");
    for (key, id) in ids {
        assert_eq!(world.state(&format!("impossiblecloud_partner.all[\"{key}\"]"))["id"], id);
    }
    world.plans_nothing();
}
