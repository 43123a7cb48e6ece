//! Who plans more than once in one process: `-minimal-refresh` of Terraform 1.17, Pulumi's bridge, Terraform 1.16
//! inside its apply, and `terraform test`. The first three are played through the plugin protocol, call for call as
//! they were watched.

use impossiblecloud_simulator::{DISTRIBUTOR_KEY, Options, Simulator};
use serde_json::{Value, json};
use terraform_plugin_server::Dynamic;
use terraform_plugin_server::client::{Basis, Client, Planned};

use crate::faults::block_on;
use crate::faults::operator::{Managed, Operator};
use crate::faults::writes::{ACCOUNT, MEMBER, PARTNER, account_config, member_config, partner_config};
use crate::hcl::{Block, expression};
use crate::world::{CONTRACT, TB, World, partner};

/// A service, and partners that are in the state.
async fn with_partners(simulator: &Simulator, allocations: &[(&str, u64)]) -> Vec<Managed> {
    let operator = Operator { simulator, key: DISTRIBUTOR_KEY };
    let mut blocks = Vec::new();
    for (name, bytes) in allocations {
        let id = simulator.add_partner(CONTRACT, name, *bytes, false);
        let mut block = Managed::new(PARTNER, partner_config(name, *bytes));
        assert!(!operator.import(&mut block, &id).await.expect("imported").failed());
        blocks.push(block);
    }
    blocks
}

async fn start(simulator: &Simulator) -> Client {
    Operator { simulator, key: DISTRIBUTOR_KEY }.start().await.expect("started")
}

/// Validates and plans without a word.
async fn plans(client: &Client, block: &Managed, basis: Basis<'_>, config: &Value) -> Planned {
    let said = client.validate_resource(block.resource_type, config.clone()).await.expect("validated");
    assert_eq!(said, [], "{config}");
    let planned = client.plan_on(block.resource_type, basis, Dynamic::from(config.clone())).await.expect("planned");
    assert_eq!(planned.diagnostics, [], "{config}");
    planned
}

fn prior(block: &Managed) -> Basis<'_> {
    Basis::new(block.state.as_ref())
}

/// Plan, read, plan: what is in the state is planned before it is known whether a refresh is needed.
#[test]
fn minimal_refresh_charges_a_raise_once() {
    block_on(async {
        let simulator = Simulator::start(Options::default());
        let mut blocks = with_partners(&simulator, &[("Acme", 40 * TB)]).await;
        let client = start(&simulator).await;
        let raised = partner_config("Acme", 47 * TB);
        blocks[0].show(&client).await.expect("shown");
        plans(&client, &blocks[0], prior(&blocks[0]), &raised).await;
        assert!(!blocks[0].refresh(&client).await.expect("read").failed());
        plans(&client, &blocks[0], prior(&blocks[0]), &raised).await;
        let one_more = partner_config("Acme", 47 * TB + 1);
        let planned = client.plan_on(PARTNER, prior(&blocks[0]), one_more.into()).await.expect("planned");
        assert!(planned.diagnostics[0].summary.starts_with("Not enough capacity left"), "{planned:?}");
        client.shutdown().await.expect("ended");
    });
}

/// The same through the Terraform that has it.
#[test]
fn minimal_refresh_is_held_to_the_contract_like_any_plan() {
    let world = World::new();
    if !world.workspace.cli().is_terraform_since(1, 17) {
        return;
    }
    world.configure(&partner("acme", "Acme", 40 * TB));
    world.apply(&[]).succeeds();
    world.configure(&partner("acme", "Acme", 47 * TB));
    let plan = world.plan(&["-minimal-refresh"]).succeeds();
    assert_eq!((plan.changes(), plan.diagnostics()), ((0, 1, 0), vec![]), "{plan}");
    world.configure(&partner("acme", "Acme", 47 * TB + 1));
    let errors = world.plan(&["-minimal-refresh"]).fails().errors();
    assert!(errors[0].summary.starts_with("Not enough capacity left"), "{errors:?}");
    world.configure(&partner("acme", "Acme", 40 * TB));
    world.run(&["taint", "impossiblecloud_partner.acme"]).succeeds();
    let plan = world.plan(&["-minimal-refresh"]).succeeds();
    assert_eq!((plan.changes(), plan.diagnostics()), ((1, 0, 1), vec![]), "{plan}");
}

/// A tainted object comes without a prior state, before and after its read.
#[test]
fn minimal_refresh_counts_a_tainted_partner_once() {
    block_on(async {
        let simulator = Simulator::start(Options::default());
        let mut blocks = with_partners(&simulator, &[("Acme", 47 * TB)]).await;
        let client = start(&simulator).await;
        let config = partner_config("Acme", 47 * TB);
        blocks[0].show(&client).await.expect("shown");
        let planned = client.plan(PARTNER, None, config.clone().into()).await.expect("planned");
        let said: Vec<_> = planned.diagnostics.iter().map(|said| (said.is_error, said.summary.as_str())).collect();
        assert_eq!(said, [(false, "Partner \"Acme\" may be a second one")], "it was not read yet");
        assert!(!blocks[0].refresh(&client).await.expect("read").failed());
        plans(&client, &blocks[0], Basis::default(), &config).await;
        client.shutdown().await.expect("ended");
    });
}

/// Pulumi plans a changed object twice: for its diff, and for the preview of the update.
#[test]
fn pulumi_charges_each_raise_once() {
    for order in [[0, 1, 0, 1], [0, 0, 1, 1], [1, 0, 0, 1]] {
        block_on(async {
            let simulator = Simulator::start(Options::default());
            // 27 TB are left, and the raises need all of them.
            let mut blocks = with_partners(&simulator, &[("Acme", 10 * TB), ("Beta", 10 * TB)]).await;
            let configs = [partner_config("Acme", 30 * TB), partner_config("Beta", 17 * TB)];
            let client = start(&simulator).await;
            let mut planned = [Planned::default(), Planned::default()];
            for block in &blocks {
                block.show(&client).await.expect("shown");
            }
            for index in order {
                planned[index] = plans(&client, &blocks[index], prior(&blocks[index]), &configs[index]).await;
            }
            for index in [1, 0] {
                let (block, config) = (&mut blocks[index], &configs[index]);
                let applied = client.apply(PARTNER, block.state.as_ref(), &planned[index], config.clone()).await;
                let applied = applied.expect("applied");
                assert_eq!(applied.diagnostics, []);
                block.state = Some(applied);
            }
            // And once more in the same process, as an update that is applied already.
            for (block, config) in blocks.iter().zip(&configs) {
                plans(&client, block, prior(block), config).await;
            }
            client.shutdown().await.expect("ended");
        });
    }
}

/// The preview of a replaced object is a creation that comes with nothing: the service decides, so there is no error.
#[test]
fn pulumi_previews_a_new_role() {
    block_on(async {
        let simulator = Simulator::start(Options::default());
        let operator = Operator { simulator: &simulator, key: DISTRIBUTOR_KEY };
        let owner = simulator.add_partner(CONTRACT, "Acme", TB, false);
        let id = simulator.add_member(&owner, "Eve@example.com", "", "staff");
        let mut block = Managed::new(MEMBER, member_config(&owner));
        assert!(!operator.import(&mut block, &format!("{owner}/{id}")).await.expect("imported").failed());
        let mut config = member_config(&owner);
        config["role"] = json!("admin");
        for shown in [true, false] {
            let client = start(&simulator).await;
            if shown {
                block.show(&client).await.expect("shown");
            }
            let first = client.plan(MEMBER, block.state.as_ref(), config.clone().into()).await.expect("planned");
            assert_eq!(first.requires_replace, ["role"]);
            let second = client.plan(MEMBER, None, config.clone().into()).await.expect("planned");
            for said in first.diagnostics.iter().chain(&second.diagnostics) {
                assert!(!said.is_error && !said.detail.contains("terraform import"), "{said:?}");
            }
            client.shutdown().await.expect("ended");
        }
        assert_eq!(simulator.writes(), 0);
    });
}

/// The two plans of a forced replacement, as every CLI makes them.
async fn replacement(client: &Client, block: &Managed, config: &Value) -> (Planned, Planned) {
    let old = plans(client, block, prior(block), config).await;
    let basis = Basis::default().with_prior_private(&old.private);
    let new = plans(client, block, basis, config).await;
    assert_eq!(new.private, old.private, "the same value, however often it is planned");
    assert!((1..=40).contains(&new.private.len()), "{} bytes", new.private.len());
    (old, new)
}

/// Terraform 1.16 hands the value to the plan inside the apply: what is created first passes that plan and fails in the
/// creation, so that the old object is put back.
#[test]
fn created_first_on_a_full_contract_fails_in_the_creation() {
    block_on(async {
        let simulator = Simulator::start(Options::default());
        let mut blocks = with_partners(&simulator, &[("Acme", 47 * TB)]).await;
        let config = partner_config("Acme", 47 * TB);
        let client = start(&simulator).await;
        assert!(!blocks[0].refresh(&client).await.expect("read").failed());
        let (_, new) = replacement(&client, &blocks[0], &config).await;
        client.shutdown().await.expect("ended");

        for deletes_first in [false, true] {
            let client = start(&simulator).await;
            if deletes_first {
                blocks[0].show(&client).await.expect("shown");
                let gone = Planned::deletion(new.private.clone());
                let gone =
                    client.apply(PARTNER, blocks[0].state.as_ref(), &gone, Dynamic::Null).await.expect("deleted");
                assert_eq!((&gone.state, &gone.diagnostics[..]), (&Dynamic::Null, &[][..]));
            }
            let basis = Basis::default().with_planned_private(&new.private);
            let again = plans(&client, &blocks[0], basis, &config).await;
            let writes = simulator.writes();
            let made = client.apply(PARTNER, None, &again, config.clone()).await.expect("answered");
            if deletes_first {
                assert_eq!(made.diagnostics, []);
                assert_eq!(made.private, [0_u8; 0], "nothing of it reaches the state");
            } else {
                assert!(made.state.is_null(), "{made:?}");
                assert!(made.diagnostics[0].summary.starts_with("Not enough capacity left"), "{made:?}");
                assert_eq!(simulator.writes(), writes);
            }
            client.shutdown().await.expect("ended");
        }
    });
}

/// Whatever is renamed or ignored, the second plan of a replacement is told by what the first left.
#[test]
fn a_replacement_is_told_by_what_its_first_plan_left() {
    block_on(async {
        let simulator = Simulator::start(Options::default());
        let operator = Operator { simulator: &simulator, key: DISTRIBUTOR_KEY };
        let mut blocks = with_partners(&simulator, &[("Acme", 47 * TB)]).await;
        let client = start(&simulator).await;
        assert!(!blocks[0].refresh(&client).await.expect("read").failed());
        replacement(&client, &blocks[0], &partner_config("Another name", 40 * TB)).await;
        // 7 TB of the 47 are free now, for another partner.
        plans(&client, &Managed::new(PARTNER, Value::Null), Basis::default(), &partner_config("Beta", 0)).await;

        let owner = simulator.add_partner(CONTRACT, "Owner", 0, false);
        let id = simulator.add_account(Some(&owner), "Shop", "Eve@example.com", TB);
        let mut account = Managed::new(ACCOUNT, account_config(Some(&owner)));
        assert!(!operator.import(&mut account, &format!("{owner}/{id}")).await.expect("imported").failed());
        let old =
            client.plan(ACCOUNT, account.state.as_ref(), account_config(Some(&owner)).into()).await.expect("planned");
        let mut other = account_config(Some(&owner));
        other["contact_email"] = json!("other@example.com");
        let basis = Basis::default().with_prior_private(&old.private);
        let new = client.plan_on(ACCOUNT, basis, other.into()).await.expect("planned");
        assert_eq!(new.diagnostics[0].summary, "Storage account \"Shop\" is not replaced");
        client.shutdown().await.expect("ended");
    });
}

/// Since Terraform 1.13 one configured process serves all runs of a test file that has the provider block in it.
#[test]
fn terraform_test_plans_and_applies_in_one_process() {
    let world = World::new();
    if !world.workspace.cli().is_terraform_since(1, 13) {
        println!("needs Terraform 1.13");
        return;
    }
    world.configure(
        r#"
variable "bytes" {
  type = number
}

resource "impossiblecloud_partner" "acme" {
  name              = "Acme"
  allocated_storage = var.bytes
  contract_id       = "606f031c-0f85-4444-8c7d-4a8f1ede7cd3"
}
"#,
    );
    let provider = Block::new(r#"provider "impossiblecloud""#).to_string();
    let run = |name: &str, command: &str, bytes: u64| {
        let run = Block::new(&format!(r#"run "{name}""#)).set("command", expression(command));
        run.block(Block::new("variables").set("bytes", bytes)).to_string()
    };
    let file = [
        provider.clone(),
        run("first", "plan", 30 * TB),
        run("again", "plan", 30 * TB),
        run("made", "apply", 30 * TB),
        run("unchanged", "plan", 30 * TB),
        run("raised", "plan", 47 * TB),
        run("raised_again", "plan", 47 * TB),
        run("grown", "apply", 47 * TB),
        run("cut", "apply", 10 * TB),
        run("other_raise", "apply", 47 * TB),
    ]
    .concat();
    world.workspace.write("tests/capacity.tftest.hcl", &file).expect("written");
    let output = world.run(&["test", "-no-color"]).succeeds();
    assert!(output.stdout.contains("9 passed, 0 failed"), "{output}");
    assert!(!output.stdout.contains("exists already") && !output.stderr.contains("exists already"), "{output}");
    // A run that asks for more than there is fails alone.
    let file = [provider.clone(), run("first", "apply", 30 * TB), run("too_much", "plan", 48 * TB)].concat();
    world.workspace.write("tests/capacity.tftest.hcl", &file).expect("written");
    let output = world.run(&["test", "-no-color"]).fails();
    assert!(output.stdout.contains("1 passed, 1 failed"), "{output}");
    assert!(output.to_string().contains("asks for 18 TB more"), "{output}");
    assert_eq!(world.simulator.partners(CONTRACT).len(), 2, "the tests leave nothing");
}
