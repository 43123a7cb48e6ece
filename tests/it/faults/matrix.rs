//! The matrix: every operation that writes, every fault, alone and for a run of three.

use std::collections::BTreeMap;
use std::time::Duration;

use impossiblecloud_simulator::{Fault, FaultKind, Options, Simulator, Switches};

use super::operator::{Managed, Operator, Said};
use super::writes::{Scene, Write};
use super::{all_well, run_all};

/// A fault in the way of an operation, that many times, of a service that behaves like this.
#[derive(Debug)]
struct Cell {
    write: Write,
    kind: FaultKind,
    times: u32,
    switch: Option<(&'static str, &'static str)>,
}

/// How a cell came to its end.
struct Settled {
    applies: u32,
    /// Those of them that a fault struck and that ended in an error.
    struck: u32,
}

/// Every fault that the simulator has, and those that are another case with other figures: limits with each kind of
/// `Retry-After`, gateways, answers and commits that come when nobody waits for them any more.
fn kinds() -> Vec<FaultKind> {
    let status = |status, retry_after: Option<&str>| {
        let retry_after = retry_after.map(str::to_owned);
        FaultKind::StatusBefore { status, retry_after, body: None }
    };
    let too_late = Duration::from_secs(2);
    let more = [
        status(429, None),
        status(429, Some("1")),
        status(429, Some("+1s")),
        status(502, None),
        status(504, None),
        FaultKind::StatusAfter { status: 504 },
        FaultKind::SlowDrip { duration: too_late },
        FaultKind::LateCommit { delay: too_late, status: None },
        FaultKind::LateCommit { delay: too_late, status: Some(503) },
        FaultKind::Delay { duration: too_late },
    ];
    FaultKind::all().into_iter().chain(more).collect()
}

#[test]
fn every_write_meets_every_fault() {
    let kinds = kinds();
    let mut cells = Vec::new();
    // The longest first, so that none is left when the others are done.
    for times in [3, 1] {
        for kind in &kinds {
            cells.extend(Write::ALL.map(|write| Cell { write, kind: kind.clone(), times, switch: None }));
        }
    }
    let outcomes = run_all(&cells, Cell::run);
    let mut by_applies = BTreeMap::<u32, usize>::new();
    for settled in outcomes.iter().filter_map(|(_, outcome)| outcome.as_ref().ok()) {
        *by_applies.entry(settled.applies).or_default() += 1;
    }
    println!(
        "{} cells: {} writes x {} faults, alone and for a run of three; cells by the applies it took: {by_applies:?}",
        cells.len(),
        Write::ALL.len(),
        kinds.len(),
    );
    all_well(&outcomes);
}

/// What nobody documents must not matter where answers are lost.
#[test]
fn lost_answers_of_odd_services() {
    let switches = [
        ("answer_extras", "absent"),
        ("blanks", "trimmed"),
        ("delete_again_status", "404"),
        ("delete_again_status", "409"),
        ("delete_unknown_status", "204"),
        ("duplicate_account_email", "accept"),
        ("duplicate_member_email", "accept"),
        ("email_case", "lowered"),
        ("empty_details", "null"),
        ("empty_list", "null"),
        ("error_body", "empty"),
        ("error_body", "text"),
        ("keep_alive", "off"),
        ("nameless_member", "email"),
        ("not_pending", "empty"),
        ("not_pending", "null"),
        ("overdraft_field", "never"),
        ("overdraft_field", "when_true"),
        ("account_id", "leading_zero"),
        ("account_id", "uuid"),
        ("success_status", "always_200"),
        ("totals_lag", "5s"),
    ];
    let mut cells = Vec::new();
    for switch in switches {
        let kind = FaultKind::CutAfterCommit;
        // A member that a service with "null" for an empty list has deleted is never proved to be gone: that is no
        // list.
        let provable = |write: &Write| (*write, switch) != (Write::DeleteMember, ("empty_list", "null"));
        let writes = Write::ALL.into_iter().filter(provable);
        cells.extend(writes.map(|write| Cell { write, kind: kind.clone(), times: 1, switch: Some(switch) }));
    }
    all_well(&run_all(&cells, Cell::run));
}

impl Cell {
    async fn run(&self) -> Result<Settled, String> {
        let switches =
            self.switch.map_or_else(Switches::default, |(name, value)| Switches::default().with(name, value));
        let simulator = Simulator::start(Options { switches, ..Options::default() });
        let operator = Operator { simulator: &simulator, key: self.write.key() };
        let scene = Scene::set(self.write, &simulator);
        let mut block = scene.block(&operator).await?;
        let mut settled = Settled { applies: 0, struck: 0 };
        let mut order = Some(|| self.order(&simulator));
        loop {
            let (first, ordered) = (order.is_some(), order.take());
            let waiting = waiting(&simulator);
            let said = scene.run(&operator, &mut block, || ordered.into_iter().for_each(|order| order())).await?;
            settled.applies += 1;
            let number = settled.applies;
            if let Some(harm) = scene.harm(&simulator, &block, &said) {
                return Err(format!("after apply {number}: {harm}; it said {said:?}"));
            }
            match (scene.unsettled(&simulator, &block), said.failed()) {
                (None, false) => break,
                // The account is restored, and an action that is invoked again says that there is nothing to restore.
                (None, true) if matches!(self.write, Write::RestoreAccount(_)) => break,
                (Some(what), false) => {
                    return Err(format!("apply {number} is a success, but {what}; it said {said:?}"));
                }
                (_, true) => {}
            }
            if !first && waiting == self::waiting(&simulator) {
                return Err(format!("apply {number} failed, though nothing struck it: {said:?}"));
            }
            settled.struck += 1;
            simulator.accept_connections();
            follow(&operator, &scene, &mut block, &said).await?;
        }
        if settled.applies > settled.struck + 1 || (self.times == 1 && settled.applies > 2) {
            return Err(format!("it took {} applies", settled.applies));
        }
        self.is_quiet(&operator, &mut block).await?;
        Ok(settled)
    }

    /// Orders the fault, just before the first write. The simulator refuses no single request, so a run of refusals is
    /// one that is still there at the last try.
    fn order(&self, simulator: &Simulator) {
        match self.kind {
            FaultKind::RefuseConnection { duration } => {
                let duration = if self.times > 1 { Duration::from_secs(5) } else { duration };
                simulator.fault(Fault::new("*", FaultKind::RefuseConnection { duration }));
            }
            _ => simulator.fault(Fault::new(self.write.operation(), self.kind.clone()).times(self.times)),
        }
    }

    /// At the end nothing is left to change.
    async fn is_quiet(&self, operator: &Operator<'_>, block: &mut Managed) -> Result<(), String> {
        if matches!(self.write, Write::RestoreAccount(_)) {
            return Ok(());
        }
        let (said, plans) = operator.plan(std::slice::from_mut(block)).await?;
        match plans.iter().flatten().next() {
            None if !said.failed() => Ok(()),
            _ => Err(format!("the next plan is not empty: {plans:?}; it said {said:?}")),
        }
    }
}

/// How many requests the faults that were ordered will still strike.
fn waiting(simulator: &Simulator) -> u32 {
    simulator.waiting_faults().iter().map(|fault| fault.times).sum()
}

/// What an operator does who reads the messages: an object that may exist is looked for in the next plan, and one that
/// is named is imported.
pub async fn follow(operator: &Operator<'_>, scene: &Scene, block: &mut Managed, said: &Said) -> Result<(), String> {
    if block.config.is_none() || block.state.is_some() || !said.has("terraform import") {
        return Ok(());
    }
    let mut candidates = said.imports();
    if candidates.is_empty() {
        // A plan prints no command, but it names what is there.
        let (said, _) = operator.plan(std::slice::from_mut(block)).await?;
        let there = scene.objects(operator.simulator).into_iter();
        candidates = there.filter(|id| said.has(id)).map(|id| scene.import_id(&id)).collect();
    }
    if let Some(id) = candidates.first() {
        let said = operator.import(block, id).await?;
        if said.failed() {
            return Err(format!("what the message names cannot be imported: {said:?}"));
        }
    }
    Ok(())
}
