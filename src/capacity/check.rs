//! Holds plans and writes to the [ledger](super::ledger): reads the pools' figures, waits for capacity where the mode
//! says so, and says in words what does not fit.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

use super::asked::{Asker, Increase, Mode, Shortfall, Verdict};
use super::ledger::{Ledger, WriteId, WriteOutcome};
use super::messages;
use super::pool::{PoolReading, Source};
use crate::api::{CallLimits, Client};
use crate::service::inventory::Inventory;
use crate::terraform::diagnostics::{Diagnostic, Result, Warnings};

/// How many changes Terraform makes at a time unless it is told otherwise.
const PARALLELISM: usize = 10;

/// The capacity check of one process.
pub struct CapacityCheck {
    pub(super) mode: Mode,
    pub(super) client: Client,
    inventory: Arc<Inventory>,
    state: Mutex<CheckState>,
    /// Wakes those who wait for capacity.
    pub(super) changed: Notify,
    /// When the figures of all contracts were last read again; held while they are.
    pub(super) read_again: tokio::sync::Mutex<Option<Instant>>,
}

#[derive(Default)]
pub(super) struct CheckState {
    pub(super) ledger: Ledger,
    /// By pool: as it was last read.
    pub(super) pools: HashMap<Source, PoolReading>,
    /// What a partner has by this process's own plans and writes: its accounts are held to that.
    expected: HashMap<Source, i64>,
    /// By pool: how many plans were refused, and how many may have to wait. The first is told everything.
    refused: HashMap<Source, usize>,
    waiting: HashMap<Source, usize>,
    /// By pool: when a cut began or ended, or a figure changed.
    pub(super) moved: HashMap<Source, Instant>,
}

/// Capacity taken for one write, or about to be freed by one. What becomes of the write must be told; dropped untold, a
/// growth stays taken.
#[must_use]
pub struct Reservation<'a> {
    check: &'a CapacityCheck,
    source: Source,
    id: WriteId,
    waited: bool,
}

impl CapacityCheck {
    /// A check that has read nothing yet.
    pub fn new(mode: Mode, client: Client, inventory: Arc<Inventory>) -> CapacityCheck {
        CapacityCheck {
            mode,
            client,
            inventory,
            state: Mutex::new(CheckState { ledger: Ledger::new(mode), ..CheckState::default() }),
            changed: Notify::new(),
            read_again: tokio::sync::Mutex::new(None),
        }
    }

    /// Whether there is a check at all.
    pub fn is_on(&self) -> bool {
        self.mode != Mode::Off
    }

    pub(super) fn state(&self) -> MutexGuard<'_, CheckState> {
        self.state.lock().expect("no panic while locked")
    }

    /// Makes sure that a pool's figures were read, before anything is written to it. With `all`, the partners of a
    /// contract count as well. `None` when there is no check, or the service knows no such pool.
    async fn open(&self, limits: &CallLimits, source: &Source, all: bool) -> Result<Option<PoolReading>> {
        if !self.is_on() {
            return Ok(None);
        }
        let complete = |pool: &PoolReading| !all || pool.totals.listed.is_some();
        if let Some(pool) = self.state().pools.get(source).filter(|pool| complete(pool)) {
            return Ok(Some(pool.clone()));
        }
        // Before what is read: a write that ends meanwhile may not be in it.
        let reading = self.state().ledger.begin_reading();
        let read = PoolReading::from_lists(&self.inventory, limits, source, all).await?;
        let Some(mut pool) = read else { return Ok(None) };
        let mut state = self.state();
        if let Some(reserved) = state.expected.get(source) {
            pool.totals.reserved = *reserved;
        }
        if !state.pools.get(source).is_some_and(complete) {
            state.ledger.record(&source.key(), reading, pool.totals);
            state.pools.insert(source.clone(), pool.clone());
        }
        Ok(Some(pool))
    }

    /// Fails when the service does not know the pool. Without a check nothing is asked.
    pub async fn ensure_known(&self, limits: &CallLimits, source: &Source) -> Result<()> {
        match self.open(limits, source, false).await? {
            None if self.is_on() => Err(messages::unknown(source)),
            _ => Ok(()),
        }
    }

    /// A pool will hold, or now holds, another capacity: the partner's own allocation is planned or changed in the same
    /// process.
    pub fn resize(&self, source: Source, reserved: i64) {
        let mut state = self.state();
        state.ledger.resize(&source.key(), reserved);
        if let Some(pool) = state.pools.get_mut(&source) {
            pool.totals.reserved = reserved;
        }
        state.expected.insert(source, reserved);
    }

    /// Plans an increase; gives what is left for it, in bytes, if it asks for anything.
    pub async fn plan(
        &self,
        limits: &CallLimits,
        source: &Source,
        increase: &Increase,
        warnings: &mut Warnings,
    ) -> Result<Option<i64>> {
        if !self.is_on() {
            return Ok(None);
        }
        if increase.is_none() && !increase.is_credited() {
            self.state().ledger.forget(&source.key(), &increase.asker);
            return Ok(None);
        }
        let Some(pool) = self.open(limits, source, true).await? else { return Err(messages::unknown(source)) };
        let ask = || {
            let mut state = self.state();
            let left = state.ledger.figures(&source.key()).map_or(0, |(_, available)| available);
            (state.ledger.plan(&source.key(), increase), i64::try_from(left.max(0)).unwrap_or(i64::MAX))
        };
        let (mut verdict, mut left) = ask();
        if matches!(verdict, Verdict::Refused(_)) && self.is_unsure(source) {
            self.read_again(limits, source, Instant::now()).await?;
            (verdict, left) = ask();
        }
        match verdict {
            Verdict::Fits => {}
            Verdict::FitsOnce(shortfall) => warnings.warn(messages::fits_once(&pool, &shortfall)),
            Verdict::MayHaveToWait(shortfall) => self.warn_of_waiting(&pool, &shortfall, warnings),
            Verdict::Refused(shortfall) => return Err(self.refused(&pool, &shortfall, None)),
            Verdict::NeverFits(shortfall) => return Err(messages::never_fits(&pool, &shortfall)),
        }
        Ok(Some(left))
    }

    /// A creation was taken for the replacement of an object that turned out to stay: what it asks grows by what that
    /// object was credited with, or by what is credited now.
    pub async fn plan_again(
        &self,
        limits: &CallLimits,
        source: &Source,
        asker: &Asker,
        credit: i64,
        warnings: &mut Warnings,
    ) -> Result<()> {
        let planned = {
            let mut state = self.state();
            let planned = state.ledger.planned(&source.key(), asker).cloned();
            state.ledger.forget(&source.key(), asker);
            planned
        };
        match planned {
            Some(planned) => {
                let increase = Increase { from: credit, ..planned };
                self.plan(limits, source, &increase, warnings).await.map(|_| ())
            }
            None => Ok(()),
        }
    }

    fn refused(&self, pool: &PoolReading, shortfall: &Shortfall, left_then: Option<i64>) -> Diagnostic {
        let mut state = self.state();
        let refused = state.refused.entry(pool.source.clone()).or_default();
        *refused += 1;
        if *refused > 1 {
            return messages::refused_as_well(pool, shortfall);
        }
        messages::refused(pool, shortfall, left_then.and_then(|left| messages::changed_since_the_plan(left, shortfall)))
    }

    fn warn_of_waiting(&self, pool: &PoolReading, shortfall: &Shortfall, warnings: &mut Warnings) {
        let waiting = {
            let mut state = self.state();
            let waiting = state.waiting.entry(pool.source.clone()).or_default();
            *waiting += 1;
            *waiting
        };
        warnings.warn(if waiting == 1 {
            messages::may_have_to_wait(pool, shortfall)
        } else {
            messages::may_have_to_wait_as_well(pool, shortfall)
        });
        if waiting == PARALLELISM {
            warnings.warn(messages::many_may_have_to_wait(pool, waiting));
        }
    }

    /// Takes capacity for a write, or waits for it where the mode lets it wait. `left_then` is what was left when the
    /// write was planned, if that is known.
    pub async fn take(
        &self,
        limits: &CallLimits,
        source: &Source,
        increase: &Increase,
        left_then: Option<i64>,
        has_timeouts: bool,
    ) -> Result<Reservation<'_>> {
        if self.is_on() && !increase.is_none() {
            let Some(pool) = self.open(limits, source, true).await? else { return Err(messages::unknown(source)) };
            let mut begun = self.begin_write(source, increase);
            if begun.is_err() && self.mode == Mode::Strict && self.is_unsure(source) {
                self.read_again(limits, source, Instant::now()).await?;
                begun = self.begin_write(source, increase);
            }
            return match begun {
                Ok(reservation) => Ok(reservation),
                Err(shortfall) if self.mode == Mode::Strict => Err(self.refused(&pool, &shortfall, left_then)),
                Err(_) => self.wait(limits, &pool, increase, has_timeouts).await,
            };
        }
        let id = self.state().ledger.begin_write(&source.key(), increase).expect("it asks for nothing");
        Ok(Reservation { check: self, source: source.clone(), id, waited: false })
    }

    /// Whether a refusal is not certain: figures that were read while a cut was under way may lack what it freed.
    fn is_unsure(&self, source: &Source) -> bool {
        self.state().ledger.may_have_more(&source.key())
    }

    pub(super) fn begin_write(
        &self,
        source: &Source,
        increase: &Increase,
    ) -> std::result::Result<Reservation<'_>, Box<Shortfall>> {
        let id = self.state().ledger.begin_write(&source.key(), increase)?;
        Ok(Reservation { check: self, source: source.clone(), id, waited: false })
    }

    /// A cut or a destroy is about to be sent that frees so many bytes. The figures are read before it, so that what it
    /// frees can be counted. What cannot be read cannot be counted, but must not keep anybody from freeing capacity.
    pub async fn cut(&self, limits: &CallLimits, source: &Source, id: &str, frees: i64) -> Reservation<'_> {
        let _ = self.open(limits, source, false).await;
        let mut state = self.state();
        let id = state.ledger.begin_cut(&source.key(), &Asker::Object(id.into()), frees);
        state.moved.insert(source.clone(), Instant::now());
        Reservation { check: self, source: source.clone(), id, waited: false }
    }

    /// Reads pools again, unless somebody else did since `asked_at`: the contracts all at once, a partner's alone.
    pub(super) async fn read_again(&self, limits: &CallLimits, source: &Source, asked_at: Instant) -> Result<()> {
        let mut last = self.read_again.lock().await;
        if last.is_some_and(|at| at > asked_at) && matches!(source, Source::Contract(_)) {
            return Ok(());
        }
        let reading = self.state().ledger.begin_reading();
        let fresh = match source {
            Source::Contract(_) => {
                let contracts = self.client.contracts(limits).await;
                let contracts =
                    contracts.map_err(|error| Diagnostic::api("check the allocation while waiting", &error))?;
                contracts.items.iter().filter_map(|contract| PoolReading::contract(contract, None).ok()).collect()
            }
            Source::Partner(id) => Vec::from_iter(PoolReading::partner_now(&self.client, limits, id).await?),
        };
        let mut state = self.state();
        for pool in fresh {
            let Some(known) = state.pools.get_mut(&pool.source) else { continue };
            if known.totals.remaining() != pool.totals.remaining() {
                let source = pool.source.clone();
                known.totals = pool.totals;
                state.moved.insert(source, Instant::now());
            }
            state.ledger.record(&pool.source.key(), reading, pool.totals);
        }
        drop(state);
        *last = Some(Instant::now());
        self.changed.notify_waiters();
        Ok(())
    }

    /// How long nothing has happened in a pool that could help those who wait; nothing while a cut is under way.
    pub(super) fn quiet_for(&self, source: &Source, since: Instant) -> Duration {
        let state = self.state();
        if state.ledger.is_being_cut(&source.key()) {
            return Duration::ZERO;
        }
        state.moved.get(source).copied().unwrap_or(since).max(since).elapsed()
    }
}

impl Reservation<'_> {
    /// Whether it was waited for: what was known of the service before is out of date then.
    pub fn waited(&self) -> bool {
        self.waited
    }

    pub(super) fn after_a_wait(self) -> Self {
        Reservation { waited: true, ..self }
    }

    /// The write was made.
    pub fn commit(self) {
        self.end(WriteOutcome::Made);
    }

    /// The write may have been made: what it takes stays taken, and what it frees is not counted.
    pub fn keep(self) {
        self.end(WriteOutcome::Unknown);
    }

    /// The write surely had no effect: what it took can be used by others.
    pub fn release(self) {
        self.end(WriteOutcome::NoEffect);
    }

    fn end(self, outcome: WriteOutcome) {
        let mut state = self.check.state();
        state.ledger.end_write(&self.source.key(), self.id, outcome);
        state.moved.insert(self.source, Instant::now());
        drop(state);
        self.check.changed.notify_waiters();
    }
}
