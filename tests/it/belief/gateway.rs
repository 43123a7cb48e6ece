//! Gateways, wrong endpoints and other keys, which answer 404 to everything: nothing is dropped, and no deletion is
//! believed.

use impossiblecloud_simulator::{Fault, FaultKind, Form, Scripted, Simulator};
use serde_json::json;

use super::{Customer, operator, simulator};
use crate::faults::operator::Managed;
use crate::faults::writes::{PARTNER, RESTORE, account_config, member_config, partner_config};
use crate::faults::{all_well, block_on, run_all};
use crate::world::{CONTRACT, TB, World, account, member, partner, partner_in};

const MEMBER_MORE: &str = r#"role = "staff"
  password = "Secret-Word-1""#;

/// A partner, a member and an account, made by an apply.
fn three() -> (World, String) {
    let world = World::new();
    let body = [
        partner("acme", "Acme", 5 * TB),
        member("ann", "impossiblecloud_partner.acme.id", "ann@example.com", MEMBER_MORE),
        account("shop", "impossiblecloud_partner.acme.id", "shop@example.com", ""),
    ]
    .concat();
    world.configure(&body);
    world.apply(&[]).succeeds();
    (world, body)
}

fn resources(world: &World) -> usize {
    world.run(&["state", "list"]).succeeds().stdout.lines().count()
}

#[test]
fn a_gateway_empties_no_state() {
    let mut cases = Vec::new();
    for form in Form::GATEWAY {
        for target in ["*", "reads", "list_partners", "list_members", "list_partner_accounts"] {
            cases.push((form, target));
        }
    }
    all_well(&run_all(&cases, async |(form, target)| refreshed(*form, target).await));
}

async fn refreshed(form: Form, target: &str) -> Result<(), String> {
    let simulator = Simulator::start(Default::default());
    let mut customer = Customer::of(&simulator).await;
    simulator.fault(Fault::new(target, FaultKind::gateway(form)).forever());
    let (said, plans) = operator(&simulator).plan(&mut customer.blocks).await?;
    if !customer.is_recorded() {
        return Err(format!("the state has {:?}: {said:?}", customer.recorded()));
    }
    // The import knows no password: that it is recorded is all that there is to do, and the partner has none.
    let ids = plans.iter().flatten().map(|plan| plan.state.get("id").and_then(|id| id.as_str().map(str::to_owned)));
    let kept = [&customer.member, &customer.account].map(|id| Some(id.clone()));
    if plans[0].is_some() || ids.clone().any(|id| !kept.contains(&id)) {
        return Err(format!("other objects are planned, {:?}: {said:?}", ids.collect::<Vec<_>>()));
    }
    if target == "*" && !said.failed() {
        return Err("no error, though nothing was read".into());
    }
    Ok(())
}

/// Deletions that never reach the service: the state keeps all, and says why.
#[test]
fn a_gateway_carries_out_no_deletion() {
    let mut cases = Vec::new();
    for form in Form::GATEWAY {
        for target in ["deletions", "writes", "DELETE /v1/*"] {
            cases.push((form, target));
        }
    }
    all_well(&run_all(&cases, async |(form, target)| destroyed(*form, target).await));
}

async fn destroyed(form: Form, target: &str) -> Result<(), String> {
    let simulator = Simulator::start(Default::default());
    let mut customer = Customer::of(&simulator).await;
    customer.remove();
    simulator.fault(Fault::new(target, FaultKind::gateway(form)).forever());
    let said = operator(&simulator).apply(&mut customer.blocks).await?;
    if !customer.lives(&simulator) || !customer.is_recorded() || said.errors().count() != 3 {
        return Err(format!("the state has {:?}: {said:?}", customer.recorded()));
    }
    Ok(())
}

/// Creations that never reach it: nothing is recorded, and each is made once when the gateway is well again.
#[test]
fn a_gateway_makes_nothing() {
    let forms = Form::GATEWAY.into_iter().chain([Form::Own]);
    let cases: Vec<_> = forms.flat_map(|form| [404, 403].map(|status| (form, status))).collect();
    all_well(&run_all(&cases, async |(form, status)| created(*form, *status).await));
}

async fn created(form: Form, status: u16) -> Result<(), String> {
    let simulator = Simulator::start(Default::default());
    let mut customer = Customer::of(&simulator).await;
    simulator.delete_member(&customer.member);
    simulator.purge_account(&customer.account);
    let blocks = &mut customer.blocks;
    blocks.push(Managed::new(PARTNER, partner_config("New GmbH", TB)));
    // A page leaves it open, so it is looked for and sent again, as long as the operation has time.
    for (block, timeouts) in blocks[1..].iter_mut().zip([
        json!({ "create": "2s", "delete": null }),
        json!({ "create": "2s", "delete": null }),
        json!({ "create": "2s", "update": null, "delete": null }),
    ]) {
        block.config.as_mut().expect("a configuration")["timeouts"] = timeouts;
    }
    let there = || {
        let partners = simulator.partners(CONTRACT).into_iter().filter(|it| it.name == "New GmbH").count();
        (simulator.members(&customer.id).len(), simulator.accounts(Some(&customer.id)).len(), partners)
    };
    simulator.fault(Fault::new("creations", FaultKind::Answer(Scripted::status(status).form(form))).forever());
    let said = operator(&simulator).apply(blocks).await?;
    let recorded = blocks[1..].iter().filter(|block| block.state.is_some()).count();
    if said.errors().count() != 3 || there() != (0, 0, 0) || recorded != 0 {
        return Err(format!("{:?}: {said:?}", there()));
    }
    simulator.clear_faults();
    let said = operator(&simulator).apply(blocks).await?;
    if said.failed() || there() != (1, 1, 1) {
        return Err(format!("{:?}: {said:?}", there()));
    }
    Ok(())
}

/// Changes that never reach it are errors, and nothing is recorded as changed.
#[test]
fn a_gateway_changes_nothing() {
    let cases: Vec<_> = Form::GATEWAY.into_iter().chain([Form::Own]).collect();
    all_well(&run_all(&cases, async |form| changed(*form).await));
}

async fn changed(form: Form) -> Result<(), String> {
    let simulator = Simulator::start(Default::default());
    let mut customer = Customer::of(&simulator).await;
    let restore = json!({ "storage_account_id": customer.account, "partner_id": customer.id });
    simulator.schedule_account(&customer.account);
    let partner = &mut customer.blocks[..1];
    partner[0].config = Some(partner_config("Acme AG", 7 * TB));
    simulator.fault(Fault::new("updates", FaultKind::gateway(form)).forever());
    let updated = operator(&simulator).apply(partner).await?;
    let restored = operator(&simulator).invoke(RESTORE, restore.clone()).await?;
    let now = simulator.partner(&customer.id).map(|it| (it.name, it.allocated));
    let (name, id) = (partner[0].text("name"), partner[0].id());
    if !updated.failed() || (name, id) != (Some("Acme GmbH"), Some(customer.id.as_str())) {
        return Err(format!("{now:?} is recorded as {name:?}: {updated:?}"));
    }
    if !restored.failed() || simulator.accounts(Some(&customer.id))[0].pending_deleted_at.is_none() {
        return Err(format!("{restored:?}"));
    }
    simulator.clear_faults();
    let updated = operator(&simulator).apply(partner).await?;
    let restored = operator(&simulator).invoke(RESTORE, restore).await?;
    let now = simulator.partner(&customer.id).map(|it| (it.name, it.allocated));
    if updated.failed() || restored.failed() || now != Some(("Acme AG".into(), 7 * TB)) {
        return Err(format!("{now:?}: {updated:?} {restored:?}"));
    }
    Ok(())
}

#[test]
fn refresh_only_and_destroy_keep_the_state_behind_a_gateway() {
    let (world, _) = three();
    world.simulator.fault(Fault::new("*", FaultKind::gateway(Form::NoRoute)).forever());
    let refresh = world.run(&["apply", "-json", "-refresh-only", "-auto-approve"]).fails();
    let error = refresh.errors().remove(0);
    assert!(error.summary.starts_with("Cannot tell whether partner \"Acme\""), "{refresh}");
    for words in ["endpoint", "/v1", "key", "gateway", "removed block", "destroy = false"] {
        assert!(error.detail.contains(words), "{words}: {}", error.detail);
    }
    assert_eq!(resources(&world), 3);
    world.destroy().fails();
    assert_eq!(resources(&world), 3);
    // With -refresh=false the deletions are sent, and none of their answers is believed.
    let destroy = world.run(&["destroy", "-json", "-auto-approve", "-refresh=false"]).fails();
    assert!(!destroy.stdout.contains("Destroy complete"), "{destroy}");
    assert_eq!(resources(&world), 3);
    world.simulator.clear_faults();
    world.plans_nothing();
}

#[test]
fn an_endpoint_without_its_version_empties_no_state() {
    let (mut world, _) = three();
    let right = world.simulator.endpoint();
    world.workspace.set("IMPOSSIBLECLOUD_ENDPOINT", world.simulator.url(""));
    for answer in ["own", "text", "no_route", "empty", "page"] {
        world.simulator.set_switch("unknown_path", answer);
        for command in [&["apply", "-refresh-only"][..], &["destroy"], &["destroy", "-refresh=false"]] {
            let output = world.run(&[command, &["-json", "-auto-approve"]].concat()).fails();
            assert!(output.errors().iter().all(|error| error.detail.contains("endpoint")), "{answer}: {output}");
        }
        assert_eq!(resources(&world), 3, "{answer}");
    }
    world.workspace.set("IMPOSSIBLECLOUD_ENDPOINT", right);
    world.plans_nothing();
}

#[test]
fn another_distributors_key_drops_and_makes_nothing() {
    let (mut world, body) = three();
    let theirs = world.simulator.add_distributor("other-key");
    let their_contract = world.simulator.add_contract_of(&theirs, "Theirs", 100 * TB);
    world.workspace.set("IMPOSSIBLECLOUD_API_KEY", "other-key");
    let plan = world.plan(&[]).fails();
    assert!(plan.errors()[0].detail.contains(&format!("this API key does not see contract {CONTRACT}")), "{plan}");
    // Nor is anything planned where the contract is left out, which would be theirs then.
    world.configure(&body.replace(&format!("contract_id = \"{CONTRACT}\""), ""));
    world.plan(&[]).fails();
    world.apply(&[]).fails();
    world.destroy().fails();
    world.run(&["destroy", "-auto-approve", "-refresh=false"]).fails();
    assert_eq!((resources(&world), world.simulator.partners(&their_contract).len()), (3, 0));
    world.workspace.set("IMPOSSIBLECLOUD_API_KEY", crate::world::KEY);
    world.configure(&body);
    world.plans_nothing();
    // Something new of ours is made with their key only where it says so.
    world.workspace.set("IMPOSSIBLECLOUD_API_KEY", "other-key");
    world.run(&["state", "rm", "impossiblecloud_partner.acme", "impossiblecloud_partner_member.ann"]).succeeds();
    world.run(&["state", "rm", "impossiblecloud_storage_account.shop"]).succeeds();
    world.configure(&partner_in(&their_contract, "new", "New", "1e12"));
    world.apply(&[]).succeeds();
    assert_eq!(world.simulator.partners(&their_contract).len(), 1);
}

/// What was ended in the console while Terraform looked away is planned anew, and made once.
#[test]
fn what_is_gone_for_sure_is_made_anew() {
    for status in ["404", "410"] {
        block_on(async {
            let simulator = simulator(&[("unknown_object_status", status)]);
            let mut customer = Customer::of(&simulator).await;
            simulator.purge_account(&customer.account);
            simulator.delete_partner(&customer.id);
            let (said, plans) = operator(&simulator).plan(&mut customer.blocks).await.expect("planned");
            assert_eq!(customer.recorded(), [None; 3], "{said:?}");
            assert!(plans[0].is_some(), "{said:?}");
            // Terraform makes the partner first, and gives its id to what hangs on it.
            let said = operator(&simulator).apply(&mut customer.blocks[..1]).await.expect("applied");
            assert!(!said.failed(), "{said:?}");
            let id = customer.blocks[0].id().expect("an id").to_owned();
            customer.blocks[1].config = Some(member_config(&id));
            customer.blocks[2].config = Some(account_config(Some(&id)));
            let said = operator(&simulator).apply(&mut customer.blocks).await.expect("applied");
            assert!(!said.failed(), "{said:?}");
            let named = |it: &impossiblecloud_simulator::PartnerView| it.name == "Acme GmbH";
            let partners = simulator.partners(CONTRACT).into_iter().filter(named).count();
            let hanging = (simulator.members(&id).len(), simulator.accounts(Some(&id)).len());
            assert_eq!((partners, hanging), (1, (1, 1)), "{said:?}");
        });
    }
}
