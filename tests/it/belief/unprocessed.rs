//! What HTTP/2 did not process is sent again at once, whatever it is; what it may have processed is looked up.

use impossiblecloud_simulator::{Fault, FaultKind, GoingAway, Options, Simulator, Transport};

use crate::faults::operator::Operator;
use crate::faults::writes::{Scene, Write};
use crate::faults::{all_well, run_all};

#[test]
fn what_was_not_processed_is_sent_again() {
    let kinds = [FaultKind::RefusedStream, FaultKind::GoAway(GoingAway::below())];
    let cases: Vec<_> = Write::ALL.into_iter().flat_map(|write| kinds.clone().map(|kind| (write, kind))).collect();
    all_well(&run_all(&cases, async |(write, kind)| sent(*write, kind, 2).await));
}

#[test]
fn what_may_have_been_processed_is_looked_up() {
    let cases: Vec<_> = Write::ALL.into_iter().filter(|write| write.creates()).collect();
    all_well(&run_all(&cases, async |write| sent(*write, &FaultKind::GoAway(GoingAway::above()), 1).await));
}

/// One write over HTTP/2 that meets a fault: it is settled, and so many requests were sent for it.
async fn sent(write: Write, kind: &FaultKind, times: usize) -> Result<(), String> {
    let simulator = Simulator::start(Options { transport: Transport::Http2, ..Options::default() });
    let operator = Operator { simulator: &simulator, key: write.key() };
    let scene = Scene::set(write, &simulator);
    let mut block = scene.block(&operator).await?;
    simulator.fault(Fault::new(write.operation(), kind.clone()));
    let said = scene.run(&operator, &mut block, || {}).await?;
    let count = simulator.count(write.operation());
    match scene.unsettled(&simulator, &block) {
        Some(why) => Err(format!("{why}: {said:?}")),
        None if said.failed() || count != times => Err(format!("sent {count} times: {said:?}")),
        None => Ok(()),
    }
}
