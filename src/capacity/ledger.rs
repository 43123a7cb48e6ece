//! The capacity check: what a pool of capacity has left, against what this process asks of it.
//!
//! Pure: no IO, no Terraform types. A *pool* is whatever a capacity is shared out of: a contract for its partners, a
//! partner for its storage accounts. The ledger knows three things of each pool:
//!
//! * the newest *reading* of its figures;
//! * what *plans* ask, by [`Asker`]: planning the same object again replaces what it asked before. They decide whether
//!   a plan passes. Cuts and destroys are not credited in plans, so the answer does not depend on the order in which
//!   Terraform happens to plan, and a plan that passes can be applied in any order;
//! * the *writes* of this process. A write takes the place of its plan. A growth counts until a reading surely has it,
//!   a cut counts once it is done and only if the reading surely lacks it: nothing is counted twice, whatever the order
//!   of answers.
//!
//! Order is told by a clock that counts events. All sums are 128 bits wide: no amount of 64-bit amounts wraps.

use std::collections::{BTreeMap, HashMap};

use super::asked::{Asker, Increase, Mode, Shortfall, Totals, Verdict};

/// A moment, counted in events.
type Moment = u64;

/// A reading that is under way.
#[derive(Debug, Clone, Copy)]
pub struct ReadingId(Moment);

/// A write that is under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct WriteId(u64);

/// What became of a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WriteOutcome {
    /// It was made.
    Made,
    /// It may have been made.
    Unknown,
    /// It surely had no effect.
    NoEffect,
}

#[derive(Debug, Clone)]
struct Write {
    /// By how much it changes what is allocated, in bytes; negative for a cut.
    bytes: i128,
    began: Moment,
    ended: Option<Moment>,
}

/// What is known of one pool.
#[derive(Debug, Clone, Default)]
struct Pool {
    totals: Totals,
    read_from: Moment,
    read_until: Moment,
    planned: BTreeMap<Asker, Increase>,
    /// The sum of `planned`: a plan of thousands of partners must not add them all up for each.
    planned_in_all: i128,
    writes: HashMap<WriteId, Write>,
}

impl Pool {
    /// What is left for further writes, in bytes.
    fn available(&self) -> i128 {
        let change = |write: &Write| match write.ended {
            Some(ended) if ended < self.read_from => 0,
            Some(_) if write.bytes < 0 && write.began > self.read_until => write.bytes,
            _ => write.bytes.max(0),
        };
        self.totals.remaining() - self.writes.values().map(change).sum::<i128>()
    }

    fn forget(&mut self, asker: &Asker) -> Option<Increase> {
        let forgotten = self.planned.remove(asker);
        self.planned_in_all -= forgotten.as_ref().map_or(0, Increase::bytes);
        forgotten
    }

    fn shortfall(&self, asked: &Increase, planned_before: i128) -> Shortfall {
        Shortfall { totals: self.totals, available: self.available(), asked: asked.clone(), planned_before }
    }
}

/// All pools of one process.
#[derive(Debug, Default)]
pub struct Ledger {
    mode: Mode,
    pools: HashMap<String, Pool>,
    now: Moment,
    writes: u64,
}

impl Ledger {
    /// An empty ledger.
    pub fn new(mode: Mode) -> Ledger {
        Ledger { mode, ..Ledger::default() }
    }

    fn tick(&mut self) -> Moment {
        self.now += 1;
        self.now
    }

    /// A reading of figures is asked for.
    pub fn begin_reading(&mut self) -> ReadingId {
        ReadingId(self.tick())
    }

    /// Records a pool's figures; those of a reading that began before the last one are out of date.
    pub fn record(&mut self, pool: &str, reading: ReadingId, totals: Totals) {
        let now = self.tick();
        let known = self.pools.entry(pool.into()).or_default();
        if known.read_from <= reading.0 {
            (known.totals, known.read_from, known.read_until) = (totals, reading.0, now);
            known.writes.retain(|_, write| write.ended.is_none_or(|ended| ended >= reading.0));
        }
    }

    /// Sets what a pool holds; nothing happens to a pool that is not known.
    pub fn resize(&mut self, pool: &str, reserved: i64) {
        if let Some(pool) = self.pools.get_mut(pool) {
            pool.totals.reserved = reserved;
        }
    }

    /// The figures of a pool that was read, and what is left for further writes, in bytes.
    pub fn figures(&self, pool: &str) -> Option<(Totals, i128)> {
        self.pools.get(pool).map(|pool| (pool.totals, pool.available()))
    }

    /// Plans an increase. What is refused does not count against the plans after it.
    pub fn plan(&mut self, pool: &str, asked: &Increase) -> Verdict {
        let mode = self.mode;
        let Some(known) = self.pools.get_mut(pool).filter(|_| mode != Mode::Off) else { return Verdict::Fits };
        let before = known.forget(&asked.asker);
        if asked.is_none() {
            if asked.is_credited() {
                known.planned.insert(asked.asker.clone(), asked.clone());
            }
            return Verdict::Fits;
        }
        let others = known.planned_in_all;
        let shortfall = known.shortfall(asked, others);
        let verdict = if asked.bytes() + others <= shortfall.available {
            let again = before.filter(|_| asked.is_creation()).map_or(0, |before| before.bytes());
            let both = known.shortfall(asked, others + again);
            if again + asked.bytes() + others <= shortfall.available { Verdict::Fits } else { Verdict::FitsOnce(both) }
        } else if mode == Mode::Strict {
            Verdict::Refused(shortfall)
        } else if asked.to > known.totals.reserved {
            Verdict::NeverFits(shortfall)
        } else {
            Verdict::MayHaveToWait(shortfall)
        };
        if !matches!(verdict, Verdict::Refused(_) | Verdict::NeverFits(_)) {
            known.planned_in_all += asked.bytes();
            known.planned.insert(asked.asker.clone(), asked.clone());
        }
        verdict
    }

    /// What a creation asks by its plan.
    pub fn planned(&self, pool: &str, asker: &Asker) -> Option<&Increase> {
        self.pools.get(pool)?.planned.get(asker)
    }

    /// Forgets what an object asked: it is not to be written.
    pub fn forget(&mut self, pool: &str, asker: &Asker) {
        if let Some(known) = self.pools.get_mut(pool) {
            known.forget(asker);
        }
    }

    /// Takes an increase out of the pool for a write that is about to be sent, or says what is missing. The write takes
    /// the place of the plan.
    pub fn begin_write(&mut self, pool: &str, asked: &Increase) -> Result<WriteId, Box<Shortfall>> {
        let mode = self.mode;
        if let Some(known) = self.pools.get(pool).filter(|_| mode != Mode::Off)
            && !asked.is_none()
            && asked.bytes() > known.available()
        {
            return Err(Box::new(known.shortfall(asked, 0)));
        }
        self.forget(pool, &asked.asker);
        Ok(self.begin(pool, asked.bytes()))
    }

    /// A cut or a destroy is about to be sent that frees so many bytes.
    pub fn begin_cut(&mut self, pool: &str, asker: &Asker, bytes: i64) -> WriteId {
        self.forget(pool, asker);
        self.begin(pool, -i128::from(bytes.max(0)))
    }

    fn begin(&mut self, pool: &str, bytes: i128) -> WriteId {
        let began = self.tick();
        self.writes += 1;
        let id = WriteId(self.writes);
        if let Some(known) = self.pools.get_mut(pool) {
            known.writes.insert(id, Write { bytes, began, ended: None });
        }
        id
    }

    /// Tells what became of a write. One whose outcome is not known counts as made where that is more careful.
    pub fn end_write(&mut self, pool: &str, id: WriteId, outcome: WriteOutcome) {
        let now = self.tick();
        let Some(known) = self.pools.get_mut(pool) else { return };
        let Some(write) = known.writes.get_mut(&id) else { return };
        write.ended = Some(now);
        if outcome == WriteOutcome::NoEffect || (outcome == WriteOutcome::Unknown && write.bytes < 0) {
            known.writes.remove(&id);
        }
    }

    /// Whether the last reading of a pool may or may not show a cut that has been made: another one would tell.
    pub fn may_have_more(&self, pool: &str) -> bool {
        let Some(known) = self.pools.get(pool) else { return false };
        let unsure = |write: &Write| {
            write.bytes < 0
                && write.began <= known.read_until
                && write.ended.is_some_and(|ended| ended >= known.read_from)
        };
        known.writes.values().any(unsure)
    }

    /// Whether a cut of a pool is under way.
    pub fn is_being_cut(&self, pool: &str) -> bool {
        let cutting = |write: &Write| write.bytes < 0 && write.ended.is_none();
        self.pools.get(pool).is_some_and(|pool| pool.writes.values().any(cutting))
    }
}

#[cfg(test)]
mod tests;
