//! Deletions: one is done when the service says so in a way that can be believed, and what is said of it is true.

use std::time::Duration;

use impossiblecloud_simulator::{Fault, FaultKind, Form, Scripted, Simulator};
use serde_json::json;

use super::{Customer, operator, simulator};
use crate::faults::operator::Operator;
use crate::faults::writes::{Scene, Whose, Write};
use crate::faults::{all_well, block_on, run_all};
use crate::world::{CONTRACT, OTHER_CONTRACT, TB, World, account, partner};

/// What says that it was taken, and leaves out whether it will be done.
fn taken() -> [Scripted; 4] {
    [
        Scripted::status(202).json(&json!({ "status": "queued" })),
        Scripted::status(200).json(&json!({ "deleted": true })),
        Scripted::status(200).form(Form::Empty),
        Scripted::status(202).form(Form::Empty),
    ]
}

#[test]
fn a_deletion_that_was_taken_and_not_done_is_no_success() {
    let says_otherwise = [
        Scripted::status(200).json(&json!({ "error": "the partner is in use" })),
        Scripted::status(200).json(&json!({ "success": false })),
        Scripted::status(202).json(&json!({ "success": false, "message": "no" })),
    ];
    let cases: Vec<_> = taken().into_iter().chain(says_otherwise).collect();
    all_well(&run_all(&cases, async |answer| {
        let simulator = Simulator::start(Default::default());
        let mut customer = Customer::of(&simulator).await;
        customer.remove();
        simulator.fault(Fault::new("deletions", FaultKind::Answer(answer.clone())).forever());
        let said = operator(&simulator).apply(&mut customer.blocks).await?;
        if said.errors().count() != 3 || !customer.is_recorded() || !customer.lives(&simulator) {
            return Err(format!("recorded are {:?}: {said:?}", customer.recorded()));
        }
        Ok(())
    }));
}

/// What is carried out a little later is waited for.
#[test]
fn a_deletion_that_is_done_later_is_a_success() {
    let cases: Vec<_> = taken()
        .into_iter()
        .flat_map(|answer| [answer.clone().done(), answer.late(Duration::from_millis(1_500))])
        .collect();
    all_well(&run_all(&cases, async |answer| {
        let simulator = Simulator::start(Default::default());
        let mut customer = Customer::of(&simulator).await;
        // The service refuses to delete a partner that has an account, in whatever order Terraform goes.
        customer.blocks.remove(0);
        customer.remove();
        simulator.fault(Fault::new("deletions", FaultKind::Answer(answer.clone())).forever());
        let said = operator(&simulator).apply(&mut customer.blocks).await?;
        let accounts = simulator.accounts(Some(&customer.id));
        let done = simulator.members(&customer.id).is_empty() && accounts[0].pending_deleted_at.is_some();
        if said.failed() || !done || customer.recorded() != [None, None] {
            return Err(format!("recorded are {:?}: {said:?}", customer.recorded()));
        }
        Ok(())
    }));
}

/// Answered 500 after it was done, and then 404: gone, with proof.
#[test]
fn a_deletion_that_was_done_before_its_error_is_a_success() {
    block_on(async {
        let simulator = Simulator::start(Default::default());
        let mut customer = Customer::of(&simulator).await;
        customer.blocks.truncate(2);
        customer.remove();
        simulator.purge_account(&customer.account);
        simulator.fault(Fault::new("deletions", FaultKind::StatusAfter { status: 500 }).times(2));
        let said = operator(&simulator).apply(&mut customer.blocks).await.expect("applied");
        assert!(!said.failed(), "{said:?}");
        assert_eq!(customer.recorded(), [None, None]);
        assert!(simulator.partner(&customer.id).is_none());
    });
}

/// Planned while it was scheduled, reactivated in the console, then applied.
#[test]
fn an_account_that_was_reactivated_is_scheduled_again() {
    let world = World::new();
    let owner = world.simulator.add_partner(CONTRACT, "Acme", 5 * TB, false);
    let owner_id = format!("\"{owner}\"");
    world.configure(&account("shop", &owner_id, "shop@example.com", ""));
    world.apply(&[]).succeeds();
    let id = world.id("impossiblecloud_storage_account.shop");
    world.simulator.schedule_account(&id);
    world.configure("");
    world.plan(&["-out=tfplan"]).succeeds();
    world.simulator.reactivate_account(&id);
    let apply = world.run(&["apply", "-json", "tfplan"]).succeeds();
    let until = world.simulator.accounts(Some(&owner))[0].pending_deleted_at.clone().expect("it is scheduled");
    let told = apply.warnings().into_iter().find(|it| it.summary.ends_with("is scheduled, not done")).expect("told");
    assert!(told.detail.contains(&until), "{}", told.detail);
    assert_eq!(world.count("delete_partner_account"), 1);
}

/// The same with either kind of key, through the protocol: what is reactivated between plan and apply is scheduled.
#[test]
fn an_account_of_either_kind_is_scheduled_again() {
    for write in [Write::DeleteAccount(Whose::APartners), Write::DeleteAccount(Whose::Own)] {
        block_on(async {
            let simulator = Simulator::start(Default::default());
            let operator = Operator { simulator: &simulator, key: write.key() };
            let scene = Scene::set(write, &simulator);
            let account = scene.objects(&simulator).remove(0);
            simulator.schedule_account(&account);
            let mut block = scene.block(&operator).await.expect("a scene");
            let said = scene.run(&operator, &mut block, || simulator.reactivate_account(&account)).await;
            let said = said.expect("applied");
            assert_eq!((said.failed(), simulator.count(write.operation())), (false, 1), "{said:?}");
            assert_eq!(scene.unsettled(&simulator, &block), None, "{said:?}");
        });
    }
}

/// What somebody else ended between plan and apply is ended: whatever the service says to a second deletion.
#[test]
fn what_somebody_else_ended_meanwhile_is_a_success() {
    let scheduled = ["204", "404", "409"].map(|status| (("delete_again_status", status), true));
    let purged = ["204", "404"].map(|status| (("delete_unknown_status", status), false));
    let accounts = [Write::DeleteAccount(Whose::APartners), Write::DeleteAccount(Whose::Own)];
    let mut cases: Vec<_> = scheduled.into_iter().flat_map(|case| accounts.map(|write| (write, case))).collect();
    for case in purged {
        cases.extend(Write::ALL.into_iter().filter(|write| write.deletes()).map(|write| (write, case)));
    }
    all_well(&run_all(&cases, async |(write, (switch, schedules))| {
        let simulator = simulator(&[*switch]);
        let operator = Operator { simulator: &simulator, key: write.key() };
        let scene = Scene::set(*write, &simulator);
        let mut block = scene.block(&operator).await?;
        let id = scene.objects(&simulator).remove(0);
        let meanwhile = || match write {
            Write::DeletePartner => simulator.delete_partner(&id),
            Write::DeleteMember => simulator.delete_member(&id),
            _ if *schedules => simulator.schedule_account(&id),
            _ => simulator.purge_account(&id),
        };
        let said = scene.run(&operator, &mut block, meanwhile).await?;
        match scene.unsettled(&simulator, &block) {
            None if !said.failed() => Ok(()),
            wrong => Err(format!("{wrong:?}: {said:?}")),
        }
    }));
}

/// A partner that was moved to another contract is not in the list of its old one. That does not prove that it is gone.
#[test]
fn a_partner_that_was_moved_is_not_taken_for_deleted() {
    let answers = taken().into_iter().chain([Scripted::status(404).form(Form::NoRoute), Scripted::status(410)]);
    let cases: Vec<_> = answers.collect();
    all_well(&run_all(&cases, async |answer| {
        let simulator = Simulator::start(Default::default());
        let mut customer = Customer::of(&simulator).await;
        simulator.purge_account(&customer.account);
        customer.blocks.truncate(1);
        customer.remove();
        simulator.fault(Fault::new("deletions", FaultKind::Answer(answer.clone())).forever());
        let moved = || simulator.move_partner(&customer.id, OTHER_CONTRACT);
        let said = operator(&simulator).apply_after(&mut customer.blocks, moved).await?;
        if !said.failed() || customer.blocks[0].id() != Some(&customer.id) {
            return Err(format!("recorded are {:?}: {said:?}", customer.recorded()));
        }
        // Where the deletion comes through, it is one.
        simulator.clear_faults();
        let said = operator(&simulator).apply(&mut customer.blocks).await?;
        if said.failed() || simulator.partner(&customer.id).is_some() || customer.blocks[0].state.is_some() {
            return Err(format!("recorded are {:?}: {said:?}", customer.recorded()));
        }
        Ok(())
    }));
}

/// An account that is gone already is not said to be kept for 30 days.
#[test]
fn an_account_that_is_gone_is_told_as_gone() {
    let world = World::new();
    let owner = world.simulator.add_partner(CONTRACT, "Acme", 5 * TB, false);
    world.configure(&account("shop", &format!("\"{owner}\""), "shop@example.com", ""));
    world.apply(&[]).succeeds();
    world.simulator.purge_account(&world.id("impossiblecloud_storage_account.shop"));
    let destroy = world.run(&["destroy", "-json", "-auto-approve", "-refresh=false"]).succeeds();
    let summaries: Vec<_> = destroy.warnings().into_iter().map(|it| it.summary).collect();
    assert!(summaries.contains(&"Storage account \"Shop\" was gone already".to_owned()), "{destroy}");
    assert!(!summaries.iter().any(|it| it.ends_with("is scheduled, not done")), "{destroy}");
}

/// A saved plan is applied after the partner was moved to another contract in the console.
#[test]
fn a_partner_that_was_moved_since_the_plan_is_not_written() {
    let world = World::new();
    world.configure(&partner("acme", "Acme", 5 * TB));
    world.apply(&[]).succeeds();
    let id = world.id("impossiblecloud_partner.acme");
    world.configure(&partner("acme", "Acme", 8 * TB));
    world.plan(&["-out=tfplan"]).succeeds();
    world.simulator.move_partner(&id, OTHER_CONTRACT);
    let writes = world.simulator.writes();
    let error = world.run(&["apply", "-json", "tfplan"]).fails().errors().remove(0);
    assert_eq!(error.summary, "Partner \"Acme\" is no longer in its contract");
    for words in [CONTRACT, OTHER_CONTRACT, "Plan again"] {
        assert!(error.detail.contains(words), "{words}: {}", error.detail);
    }
    assert_eq!(world.simulator.writes(), writes);
}
