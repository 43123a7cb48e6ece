//! Creations whose answers are lost, where it is hard to tell what became of them.

use std::time::{Duration, Instant};

use impossiblecloud_simulator::{DISTRIBUTOR_KEY, Fault, FaultKind, Options, Simulator};

use super::matrix::follow;
use super::operator::{Managed, Operator, Said};
use super::writes::{MEMBER, PARTNER, Scene, Whose, Write, member_config, partner_config};
use super::{all_well, block_on, run_all};
use crate::world::{CONTRACT, TB};

/// Beyond the time over which the provider looks for what comes late, and the time in which it waits for an answer
/// before.
const AFTER_THE_LOOKS: Duration = Duration::from_millis(6_000);

const CREATIONS: [Write; 4] = [
    Write::CreatePartner,
    Write::CreateMember,
    Write::CreateAccount(Whose::APartners),
    Write::CreateAccount(Whose::Own),
];

/// Waits for what the simulator does by itself.
pub async fn until(what: &str, is_so: impl Fn() -> bool) -> Result<(), String> {
    let began = Instant::now();
    while !is_so() {
        if began.elapsed() > Duration::from_secs(30) {
            return Err(format!("waited in vain: {what}"));
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    Ok(())
}

#[test]
fn two_equal_creations_whose_answers_are_both_lost_end_as_two() {
    let late = |milliseconds, status| FaultKind::LateCommit { delay: Duration::from_millis(milliseconds), status };
    let kinds = [
        FaultKind::CutAfterCommit,
        FaultKind::HangAfterCommit,
        FaultKind::StatusAfter { status: 500 },
        FaultKind::StatusAfter { status: 504 },
        FaultKind::TruncatedBody,
        FaultKind::HtmlBodyAfterCommit,
        FaultKind::EmptyBody,
        FaultKind::WrongTypes,
        late(100, None),
        late(2_000, None),
        late(2_000, Some(500)),
        late(6_000, None),
        FaultKind::CutBefore,
        FaultKind::HangBefore,
        FaultKind::StatusBefore { status: 503, retry_after: None, body: None },
    ];
    let cases: Vec<_> = kinds.into_iter().flat_map(|kind| [1, 2].map(|times| (kind.clone(), times))).collect();
    all_well(&run_all(&cases, async |(kind, times)| equal_creations(kind, *times).await));
}

async fn equal_creations(kind: &FaultKind, times: u32) -> Result<(), String> {
    let simulator = Simulator::start(Options::default());
    let operator = Operator { simulator: &simulator, key: DISTRIBUTOR_KEY };
    let mut blocks = vec![Managed::new(PARTNER, partner_config("Acme GmbH", TB)); 2];
    let objects = || -> Vec<String> {
        let partners = simulator.partners(CONTRACT).into_iter().filter(|partner| partner.name == "Acme GmbH");
        partners.map(|partner| partner.id).collect()
    };
    simulator.fault(Fault::new("create_partner", kind.clone()).times(times));
    let said = operator.apply(&mut blocks).await?;
    let held =
        |blocks: &[Managed]| -> Vec<String> { blocks.iter().filter_map(|it| it.id()).map(str::to_owned).collect() };
    let (first, found) = (held(&blocks), objects());
    if first.len() == 2 && first[0] == first[1] {
        return Err("one object for two".into());
    }
    if first.len() < 2 && !said.failed() {
        return Err("a block without an object, and no error".into());
    }
    let unnamed = |id: &&String| !first.contains(id) && !said.has(id) && !said.has("Plan again");
    if let (Some(orphan), _) | (None, Some(orphan)) = (found.iter().find(unnamed), found.get(2)) {
        return Err(format!("one too many, {orphan}: {said:?}"));
    }
    if let FaultKind::LateCommit { delay, .. } = kind {
        // "Plan again in a minute."
        tokio::time::sleep(*delay).await;
    }
    simulator.clear_faults();
    for index in 0..blocks.len() {
        let taken = held(&blocks);
        adopt(&operator, &mut blocks[index], &taken).await?;
    }
    let said = operator.apply(&mut blocks).await?;
    let (mut held, mut found) = (held(&blocks), objects());
    held.sort();
    found.sort();
    if said.failed() || held != found || found.len() != 2 {
        return Err(format!("the states have {held:?}, the service {found:?}: {said:?}"));
    }
    Ok(())
}

/// Imports what a plan says is there already, unless another block has it.
async fn adopt(operator: &Operator<'_>, block: &mut Managed, taken: &[String]) -> Result<(), String> {
    if block.state.is_some() {
        return Ok(());
    }
    let (said, _) = operator.plan(std::slice::from_mut(block)).await?;
    let there: Vec<_> = operator.simulator.partners(CONTRACT).into_iter().map(|partner| partner.id).collect();
    match there.iter().find(|id| said.has(id) && !taken.contains(id)) {
        Some(id) => operator.import(block, id).await.map(|_| ()),
        None => Ok(()),
    }
}

#[test]
fn a_lost_creation_beside_a_foreign_twin_is_not_guessed() {
    block_on(async {
        let simulator = Simulator::start(Options::default());
        let operator = Operator { simulator: &simulator, key: DISTRIBUTOR_KEY };
        let mut blocks = [Managed::new(PARTNER, partner_config("Acme GmbH", TB))];
        simulator.fault(Fault::new("create_partner", FaultKind::HangAfterCommit));
        let foreign = async {
            let created = || simulator.partners(CONTRACT).iter().any(|partner| partner.name == "Acme GmbH");
            until("the creation", created).await.map(|()| simulator.add_partner(CONTRACT, "Acme GmbH", TB, false))
        };
        let (said, foreign) = futures_util::future::join(operator.apply(&mut blocks), foreign).await;
        let (said, foreign) = (said.expect("an answer"), foreign.expect("a twin"));
        assert!(blocks[0].state.is_none());
        let errors: Vec<_> = said.errors().collect();
        assert_eq!(errors.len(), 1, "{said:?}");
        assert_eq!(errors[0].summary, "Cannot tell which object is partner \"Acme GmbH\"");
        let mut named = said.imports();
        let mut there: Vec<_> = simulator.partners(CONTRACT).into_iter().map(|partner| partner.id).collect();
        there.retain(|id| named.contains(id));
        named.sort();
        there.sort();
        assert_eq!((named.len(), &named), (2, &there), "both are named, with the line to import them: {said:?}");

        let ours = named.into_iter().find(|id| *id != foreign).expect("two");
        operator.import(&mut blocks[0], &ours).await.expect("imported");
        assert!(!operator.apply(&mut blocks).await.expect("applied").failed());
        assert_eq!(simulator.requests().iter().filter(|request| request.operation == "create_partner").count(), 1);
    });
}

/// What is committed after the looks is in no state. The next plan says so, and the object is taken over.
#[test]
fn what_comes_after_the_looks_is_found_by_the_next_plan() {
    all_well(&run_all(&CREATIONS, async |write| {
        let late = FaultKind::LateCommit { delay: AFTER_THE_LOOKS, status: None };
        let order = |simulator: &Simulator| simulator.fault(Fault::new(write.operation(), late.clone()));
        lost_and_found(*write, order).await
    }));
}

/// A list that fails when a lost creation is looked for decides nothing.
#[test]
fn where_the_looks_fail_too_nothing_is_sent_again() {
    let cases: Vec<_> = CREATIONS
        .into_iter()
        .flat_map(|write| [FaultKind::CutAfterCommit, FaultKind::StatusAfter { status: 500 }].map(|kind| (write, kind)))
        .collect();
    all_well(&run_all(&cases, async |(write, kind)| {
        let order = |simulator: &Simulator| {
            simulator.fault(Fault::new(write.operation(), kind.clone()));
            let unavailable = FaultKind::StatusBefore { status: 503, retry_after: None, body: None };
            for list in ["list_partners", "list_members", "list_partner_accounts", "list_accounts"] {
                simulator.fault(Fault::new(list, unavailable.clone()).times(20));
            }
        };
        lost_and_found(*write, order).await
    }));
}

/// An address is one member's, in whatever order Terraform plans the blocks.
#[test]
fn a_member_of_the_same_address_is_named_by_the_plan() {
    block_on(async {
        let simulator = Simulator::start(Options::default());
        let operator = Operator { simulator: &simulator, key: DISTRIBUTOR_KEY };
        let partner = simulator.add_partner(CONTRACT, "Acme GmbH", TB, false);
        let member = simulator.add_member(&partner, "eve@EXAMPLE.com", "", "staff");
        let new = Managed::new(MEMBER, member_config(&partner));
        let id = format!("{partner}/{member}");
        let mut known = new.clone();
        assert!(!operator.import(&mut known, &id).await.expect("imported").failed());
        for mut blocks in [vec![new.clone()], vec![new.clone(), known.clone()], vec![known.clone(), new.clone()]] {
            let (said, _) = operator.plan(&mut blocks).await.expect("planned");
            // The service decides; the plan names who has the address, once, and prints no command.
            assert!(!said.failed(), "{said:?}");
            let warnings: Vec<_> =
                said.0.iter().filter(|warning| warning.summary.ends_with("seems to be taken")).collect();
            assert_eq!(warnings.len(), 1, "{said:?}");
            assert!(warnings[0].detail.contains(&format!("terraform state list -id={member} ")), "{said:?}");
            assert!(!said.has("terraform import"), "{said:?}");
        }
        // To take one block out and put another in is no replacement either.
        let gone = Managed { config: None, ..known };
        for mut blocks in [vec![new.clone(), gone.clone()], vec![gone.clone(), new.clone()]] {
            assert!(operator.plan(&mut blocks).await.expect("planned").0.has("seems to be taken"));
        }
        assert_eq!(simulator.writes(), 0);
    });
}

/// A creation that the first apply loses, and the second finds with the help of what was said.
async fn lost_and_found(write: Write, order: impl Fn(&Simulator)) -> Result<(), String> {
    let simulator = Simulator::start(Options::default());
    let operator = Operator { simulator: &simulator, key: write.key() };
    let scene = Scene::set(write, &simulator);
    let mut block = scene.block(&operator).await?;
    let said = scene.run(&operator, &mut block, || order(&simulator)).await?;
    let sent = |simulator: &Simulator| {
        simulator.requests().iter().filter(|request| request.operation == write.operation()).count()
    };
    if block.state.is_some() || !is_left_open(&said) || sent(&simulator) != 1 {
        return Err(format!("the creation is not left open: sent {} times, {said:?}", sent(&simulator)));
    }
    until("the commit", || scene.objects(&simulator).len() == 1).await?;
    simulator.clear_faults();
    follow(&operator, &scene, &mut block, &said).await?;
    if block.state.is_none() {
        return Err("no message names the object".into());
    }
    let said = scene.run(&operator, &mut block, || {}).await?;
    match scene.unsettled(&simulator, &block) {
        None if !said.failed() && sent(&simulator) == 1 => Ok(()),
        what => Err(format!("{what:?}, sent {} times: {said:?}", sent(&simulator))),
    }
}

fn is_left_open(said: &Said) -> bool {
    said.failed() && said.has("Plan again") && said.has("do not create it again")
}
