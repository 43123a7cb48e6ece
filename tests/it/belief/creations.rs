//! Answers to creations: what refuses for sure, what leaves it open, and what cannot be true.

use std::time::Duration;

use impossiblecloud_simulator::{Altered, Fault, FaultKind, Form, Scripted, Simulator};
use serde_json::json;
use terraform_plugin_server::client::Diagnostic;

use super::{operator, simulator};
use crate::faults::lost::until;
use crate::faults::operator::{Managed, Operator, Said};
use crate::faults::writes::{PARTNER, Scene, Whose, Write, partner_config};
use crate::faults::{all_well, block_on, run_all};
use crate::world::{CONTRACT, OTHER_CONTRACT, TB, World, account, partner};

/// What a gateway or the service may say with these statuses.
const FORMS: [Form; 4] = [Form::Page, Form::Own, Form::Text, Form::Empty];

const CREATIONS: [Write; 4] = [
    Write::CreatePartner,
    Write::CreateMember,
    Write::CreateAccount(Whose::APartners),
    Write::CreateAccount(Whose::Own),
];

/// One creation that meets a fault; gives what is there afterwards.
async fn create(write: Write, kind: FaultKind) -> Result<(Simulator, Managed, Said, Vec<String>), String> {
    let simulator = Simulator::start(Default::default());
    let (said, block, objects) = {
        let operator = Operator { simulator: &simulator, key: write.key() };
        let scene = Scene::set(write, &simulator);
        let mut block = scene.block(&operator).await?;
        simulator.fault(Fault::new(write.operation(), kind));
        let said = scene.run(&operator, &mut block, || {}).await?;
        (said, block, scene.objects(&simulator))
    };
    Ok((simulator, block, said, objects))
}

/// What leaves it open is looked for: what was made is found, what was not is made.
#[test]
fn an_answer_that_leaves_it_open_ends_as_one() {
    // Each status in each form, shared out to the four kinds of creations; each refusal as a page for all of them.
    let mut cases = Vec::new();
    for (n, write) in CREATIONS.into_iter().enumerate() {
        for (m, status) in [408, 425, 499, 418, 451, 500, 502, 520].into_iter().enumerate() {
            cases.push((write, status, FORMS[(n + m) % FORMS.len()]));
        }
        for status in [400, 403, 404, 409, 421, 422] {
            cases.push((write, status, Form::Page));
        }
    }
    let both: Vec<_> = cases.into_iter().flat_map(|case| [(case, true), (case, false)]).collect();
    all_well(&run_all(&both, async |((write, status, form), done)| left_open(*write, *status, *form, *done).await));
}

async fn left_open(write: Write, status: u16, form: Form, done: bool) -> Result<(), String> {
    let answer = Scripted::status(status).form(form);
    let answer = if done { answer.done() } else { answer };
    let (simulator, block, said, objects) = create(write, FaultKind::Answer(answer)).await?;
    let sent = simulator.count(write.operation());
    if said.failed() || objects.len() != 1 || block.id() != Some(&objects[0]) || sent != if done { 1 } else { 2 } {
        return Err(format!("sent {sent} times, there are {objects:?}, recorded is {:?}: {said:?}", block.id()));
    }
    Ok(())
}

/// A sure refusal is reported at once, and looked for by nobody.
#[test]
fn a_sure_refusal_is_sent_once() {
    let statuses = [400, 401, 403, 404, 405, 409, 413, 415, 421, 422];
    let forms = [Form::Own, Form::Text, Form::Empty, Form::Problem];
    let mut cases = Vec::new();
    for (n, write) in CREATIONS.into_iter().enumerate() {
        for (m, status) in statuses.into_iter().enumerate() {
            cases.push((write, status, forms[(n + m) % forms.len()]));
        }
    }
    all_well(&run_all(&cases, async |(write, status, form)| {
        let answer = FaultKind::Answer(Scripted::status(*status).form(*form));
        let (simulator, block, said, objects) = create(*write, answer).await?;
        let sent = simulator.count(write.operation());
        let refused = said.errors().count() == 1 && said.has("Cannot create");
        if !refused || sent != 1 || !objects.is_empty() || block.state.is_some() {
            return Err(format!("sent {sent} times, there are {objects:?}: {said:?}"));
        }
        Ok(())
    }));
}

/// An answer with an id that was there before would bind two blocks to one customer.
#[test]
fn an_id_that_was_there_before_is_not_recorded() {
    block_on(async {
        let simulator = Simulator::start(Default::default());
        let owner = simulator.add_partner(CONTRACT, "Owner", 5 * TB, false);
        let old_account = simulator.add_account(Some(&owner), "Old", "old@example.com", 0);
        let old_member = simulator.add_member(&owner, "old@example.com", "", "staff");
        for (write, field, old) in [
            (Write::CreatePartner, "id", &owner),
            (Write::CreateMember, "id", &old_member),
            (Write::CreateAccount(Whose::APartners), "clientAccountId", &old_account),
        ] {
            let mut block = match write {
                Write::CreatePartner => Managed::new(PARTNER, partner_config("Acme GmbH", TB)),
                Write::CreateMember => {
                    Managed::new(crate::faults::writes::MEMBER, crate::faults::writes::member_config(&owner))
                }
                _ => Managed::new(crate::faults::writes::ACCOUNT, crate::faults::writes::account_config(Some(&owner))),
            };
            let altered = Altered::default().set(field, old.as_str()).set("id", old.as_str());
            simulator.fault(Fault::new(write.operation(), FaultKind::Altered(altered)));
            let said = operator(&simulator).apply(std::slice::from_mut(&mut block)).await.expect("applied");
            assert!(block.state.is_none(), "{write:?}: {said:?}");
            let errors: Vec<_> = said.errors().collect();
            assert_eq!(errors.len(), 1, "{said:?}");
            assert!(errors[0].summary.ends_with("with an object that is not new"), "{said:?}");
            assert!(
                errors[0].detail.contains(old.as_str()) && errors[0].detail.contains("was there before"),
                "{said:?}"
            );
        }
        assert!(simulator.partner(&owner).is_some());
    });
}

/// What was really made in another way is recorded as it was asked for, with a warning; the next plan shows the
/// difference.
#[test]
fn what_the_service_made_otherwise_is_told() {
    let other = |field: &str, value: &str| FaultKind::rewritten(field, value);
    let account = Write::CreateAccount(Whose::APartners);
    let contact = json!({ "contactEmail": "other@example.com", "password": "Secret-Word-1" });
    let cases = [
        (Write::CreatePartner, other("name", "Other name"), "the name \"Other name\" instead of \"Acme GmbH\""),
        (
            Write::CreatePartner,
            FaultKind::rewritten("allocatedCapacity", 2 * TB),
            "an allocation of 2 TB instead of 5 TB. The next plan shows it as a difference. If the service only keeps \
             whole units, set allocated_storage = 2000000000000.",
        ),
        (Write::CreatePartner, other("distributorContractId", OTHER_CONTRACT), OTHER_CONTRACT),
        (Write::CreatePartner, FaultKind::rewritten("allowOverdraft", true), "allow_overdraft = true instead of false"),
        (Write::CreateMember, other("role", "admin"), "the role \"admin\" instead of \"staff\""),
        (Write::CreateMember, other("email", "ann@example.com"), "the address \"ann@example.com\" instead of"),
        (account, other("name", "Other"), "the name \"Other\" instead of \"Shop\""),
        (account, FaultKind::rewritten("allocatedCapacity", 2 * TB), "an allocation of 2 TB instead of 1 TB"),
        (account, FaultKind::rewritten("allowOverdraft", true), "allow_overdraft = true instead of false"),
        (account, FaultKind::rewritten("clientAccount", contact), "the address \"other@example.com\" instead of"),
    ];
    all_well(&run_all(&cases, async |(write, kind, words)| {
        let (simulator, mut block, said, _) = create(*write, kind.clone()).await?;
        let told =
            |it: &Diagnostic| it.summary.contains("differently from what was asked") && it.detail.contains(words);
        if said.failed() || block.state.is_none() || !said.0.iter().any(told) {
            return Err(format!("an error beside a state taints a customer: {said:?}"));
        }
        let id = block.id().map(str::to_owned);
        let planned = operator(&simulator).plan(std::slice::from_mut(&mut block)).await;
        let shown = match &planned {
            Ok((said, plans)) => said.failed() || plans[0].is_some(),
            // A member that is another one.
            Err(why) => *write == Write::CreateMember && why.contains("replaces the object"),
        };
        if !shown || block.id() != id.as_deref() {
            return Err(format!("the next plan does not show it: {planned:?}"));
        }
        Ok(())
    }));
}

/// Several may have one address, so that a second object can come of it.
const SHARED_ADDRESSES: [(&str, &str); 2] =
    [("duplicate_member_email", "accept"), ("duplicate_account_email", "accept")];

/// A commit that comes after the looks, when it was sent again already: two, which is told now or by the next refresh,
/// and then no more.
#[test]
fn a_commit_that_comes_too_late_is_told_by_the_next_refresh() {
    all_well(&run_all(&CREATIONS, async |write| late_twin(*write).await));
}

async fn late_twin(write: Write) -> Result<(), String> {
    let simulator = simulator(&SHARED_ADDRESSES);
    let operator = Operator { simulator: &simulator, key: write.key() };
    let scene = Scene::set(write, &simulator);
    let mut block = scene.block(&operator).await?;
    // Beyond the three seconds of these tests, and after the second request.
    let late = Scripted::status(502).form(Form::Page).late(Duration::from_secs(6));
    simulator.fault(Fault::new(write.operation(), FaultKind::Answer(late)));
    let said = scene.run(&operator, &mut block, || {}).await?;
    let marked = |block: &Managed| block.state.as_ref().is_some_and(|state| !state.private.is_empty());
    if said.failed() || simulator.count(write.operation()) != 2 || !marked(&block) {
        return Err(format!("it is not marked: {said:?}"));
    }
    let ours = block.id().expect("an id").to_owned();
    until("the late commit", || scene.objects(&simulator).len() == 2).await?;
    let twin = scene.objects(&simulator).into_iter().find(|id| *id != ours).expect("a twin");
    let told = |said: &Said| {
        said.0.iter().any(|it| {
            it.summary.starts_with("There may be two of ") && it.detail.contains(&ours) && it.detail.contains(&twin)
        })
    };
    let (said, _) = operator.plan(std::slice::from_mut(&mut block)).await?;
    if !told(&said) || said.failed() || marked(&block) || block.id() != Some(&ours) {
        return Err(format!("the twin {twin} is not told, or the mark is not cleared: {said:?}"));
    }
    let (said, plans) = operator.plan(std::slice::from_mut(&mut block)).await?;
    if told(&said) || plans[0].is_some() { Err(format!("told twice: {said:?}")) } else { Ok(()) }
}

/// A lost creation is found as the service spells it, and not sent again.
#[test]
fn a_lost_creation_is_found_in_the_services_own_spelling() {
    let manners = [
        ("blanks", "collapsed"),
        ("name_case", "upper"),
        ("name_form", "nfd"),
        ("email_case", "lowered"),
        ("amounts", "gb_up"),
        ("amounts", "gb_down"),
    ];
    let cases: Vec<_> = CREATIONS.into_iter().flat_map(|write| manners.map(|manner| (write, manner))).collect();
    all_well(&run_all(&cases, async |(write, manner)| {
        let simulator = simulator(&[SHARED_ADDRESSES[0], SHARED_ADDRESSES[1], *manner]);
        let operator = Operator { simulator: &simulator, key: write.key() };
        let scene = Scene::set(*write, &simulator);
        let mut block = scene.block(&operator).await?;
        let config = block.config.as_mut().expect("a configuration");
        for (name, value) in [
            ("name", json!("Caf\u{e9}  Gro\u{df}")),
            ("email", json!("\u{dc}NAL@Example.com")),
            ("contact_email", json!("\u{dc}NAL@Example.com")),
            ("allocated_storage", json!(1_000_400_000_000_u64)),
        ] {
            if config.get(name).is_some() {
                config[name] = value;
            }
        }
        simulator.fault(Fault::new(write.operation(), FaultKind::StatusAfter { status: 500 }));
        let said = scene.run(&operator, &mut block, || {}).await?;
        let sent = simulator.count(write.operation());
        if said.failed() || sent != 1 || block.state.is_none() || !said.has("Nothing was created twice") {
            return Err(format!("sent {sent} times: {said:?}"));
        }
        let (said, plans) = operator.plan(std::slice::from_mut(&mut block)).await?;
        if said.failed() || plans[0].is_some() { Err(format!("a difference: {said:?}")) } else { Ok(()) }
    }));
}

/// A colleague makes the same partner while ours waits for capacity. That one is not ours, whatever becomes of our
/// request.
#[test]
fn what_a_colleague_made_while_ours_waited_is_not_adopted() {
    block_on(async {
        let simulator = Simulator::start(Default::default());
        simulator.add_partner(CONTRACT, "Filler", 47 * TB, false);
        let client = operator(&simulator).start_with(json!({ "capacity_check": "relaxed" })).await.expect("started");
        let config = partner_config("Acme GmbH", 5 * TB);
        let planned = client.plan(PARTNER, None, config.clone().into()).await.expect("planned");
        assert!(planned.diagnostics.iter().all(|said| !said.is_error), "{planned:?}");
        simulator.clear_requests();
        simulator.fault(Fault::new("create_partner", FaultKind::CutBefore));
        let creation = client.apply(PARTNER, None, &planned, config.clone());
        let colleague = async {
            // Figures are read again only while it waits.
            until("the wait", || simulator.count("list_contracts") > 0).await.expect("it waits");
            let filler = simulator.partners(CONTRACT).into_iter().find(|it| it.name == "Filler").expect("a filler");
            let theirs = simulator.add_partner(CONTRACT, "Acme GmbH", 0, false);
            simulator.resize_partner(&filler.id, 30 * TB);
            simulator.resize_partner(&theirs, 5 * TB);
            theirs
        };
        let (made, theirs) = futures_util::future::join(creation, colleague).await;
        let made = made.expect("answered");
        assert_ne!(made.state.get("id").and_then(|id| id.as_str()), Some(theirs.as_str()), "{made:?}");
        let twins = simulator.partners(CONTRACT).into_iter().filter(|it| it.name == "Acme GmbH").count();
        assert_eq!((twins, made.state.is_null()), (1, true), "{made:?}");
        client.shutdown().await.expect("ended");
    });
}

/// An answer with an id alone is enough: what hangs on the partner is made in the same apply.
#[test]
fn an_id_alone_is_enough_for_what_hangs_on_it() {
    let world = World::new();
    world.simulator.fault(Fault::new("create_partner", FaultKind::Altered(Altered::id_alone())));
    world.configure(
        &[partner("acme", "Acme", 5 * TB), account("shop", "impossiblecloud_partner.acme.id", "shop@example.com", "")]
            .concat(),
    );
    assert_eq!(world.apply(&[]).succeeds().diagnostics(), []);
    world.plans_nothing();
}

/// A balancer that closes each connection after its answer without saying so: no creation falls into the gap.
#[test]
fn connections_that_are_closed_unsaid_lose_no_creation() {
    for keep_alive in ["silent", "spent", "off"] {
        block_on(async {
            let simulator = simulator(&[("keep_alive", keep_alive)]);
            let names: Vec<_> = (0..12).map(|n| format!("Partner {n}")).collect();
            let mut blocks: Vec<_> = names.iter().map(|name| Managed::new(PARTNER, partner_config(name, TB))).collect();
            let said = operator(&simulator).apply(&mut blocks).await.expect("applied");
            assert!(!said.failed(), "{keep_alive}: {said:?}");
            assert_eq!(simulator.partners(CONTRACT).len(), 2 + names.len(), "{keep_alive}");
            assert!(blocks.iter().all(|block| block.id().is_some()));
        });
    }
}
