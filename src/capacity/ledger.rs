//! The capacity check: what a pool of capacity has left, against what one walk asks of it.
//!
//! Pure: no IO, no Terraform types. A *pool* is whatever a capacity is shared out of: a contract for its partners, a partner for
//! its storage accounts. A *walk* is one plan or one apply, which is one provider process.
//!
//! Two sums are kept for each pool. `planned` counts what plans ask and decides whether a plan passes; `granted` counts what
//! writes took and decides whether a write may be sent. They are separate because an apply plans each change again and then
//! applies it, and neither step may be counted for the other. Shrinks and destroys are credited to neither before they are
//! finished, so the answer does not depend on the order in which Terraform happens to plan, and a plan that passes can be
//! applied in any order.
//!
//! All sums are 128 bits wide: no amount of 64-bit amounts wraps.

use std::collections::HashMap;

/// How strictly the check holds plans to the pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mode {
    /// What does not fit is an error in the plan.
    #[default]
    Strict,
    /// What does not fit yet is a warning in the plan and waits in the apply; what never can fit is an error.
    Relaxed,
    /// No check.
    Off,
}

/// The two figures of a pool as the service gives them, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Totals {
    /// What the pool holds.
    pub reserved: i64,
    /// What is allocated out of it.
    pub allocated: i64,
}

impl Totals {
    /// What is left, in bytes; negative when more is allocated than the pool holds.
    pub fn remaining(self) -> i128 {
        i128::from(self.reserved) - i128::from(self.allocated)
    }
}

/// One object's wish for more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Increase {
    /// The object, as messages name it.
    pub who: String,
    /// By how many bytes it grows.
    pub bytes: i64,
}

impl Increase {
    /// The increase from `prior` to `planned`: a shrink is no increase.
    pub fn new(who: impl Into<String>, prior: i64, planned: i64) -> Increase {
        Increase { who: who.into(), bytes: planned.saturating_sub(prior).max(0) }
    }
}

/// The figures behind a plan or a write that does not fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shortfall {
    /// The pool's figures when they were read.
    pub totals: Totals,
    /// What is left for this walk, in bytes: the remaining capacity and what the walk's own finished cuts gave back.
    pub available: i128,
    /// What this object asks.
    pub asked: Increase,
    /// Everything that the walk asked of the pool before, without this object.
    pub others: Vec<Increase>,
}

impl Shortfall {
    /// What the walk asks in total, in bytes.
    pub fn together(&self) -> i128 {
        self.others.iter().map(|increase| i128::from(increase.bytes)).sum::<i128>() + i128::from(self.asked.bytes)
    }

    /// Whether the object does not fit even alone.
    pub fn alone(&self) -> bool {
        i128::from(self.asked.bytes) > self.available
    }

    /// What is missing, in bytes: for this object alone if it does not fit alone, else for all together.
    pub fn short(&self) -> i128 {
        let asked = if self.alone() { i128::from(self.asked.bytes) } else { self.together() };
        asked - self.available.max(0)
    }
}

/// The answer to a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It fits.
    Fits,
    /// It does not fit now, and the mode lets it wait for room.
    MayHaveToWait(Shortfall),
    /// It does not fit.
    Refused(Shortfall),
    /// It is more than the pool holds when it is empty: no wait can help.
    NeverFits(Shortfall),
}

/// What one walk knows of one pool.
#[derive(Debug, Clone)]
struct Pool {
    totals: Totals,
    returned: i128,
    planned: Vec<Increase>,
    granted: i128,
}

impl Pool {
    fn available(&self) -> i128 {
        self.totals.remaining() + self.returned
    }

    fn shortfall(&self, asked: &Increase) -> Shortfall {
        Shortfall {
            totals: self.totals,
            available: self.available(),
            asked: asked.clone(),
            others: self.planned.clone(),
        }
    }
}

/// All pools of one walk.
#[derive(Debug, Default)]
pub struct Ledger {
    mode: Mode,
    pools: HashMap<String, Pool>,
}

impl Ledger {
    /// An empty ledger.
    pub fn new(mode: Mode) -> Ledger {
        Ledger { mode, pools: HashMap::new() }
    }

    /// Records a pool's figures; the first ones are kept.
    pub fn open(&mut self, pool: &str, totals: Totals) {
        self.pools.entry(pool.into()).or_insert(Pool { totals, returned: 0, planned: Vec::new(), granted: 0 });
    }

    /// Replaces a pool's figures by newer ones. `unsettled` is the increase of the writes that were under way while they were
    /// read: the figures may lack them, so they stay granted. Erring that way only makes a write wait for the next reading.
    pub fn refresh(&mut self, pool: &str, totals: Totals, unsettled: i128) {
        if let Some(pool) = self.pools.get_mut(pool) {
            (pool.totals, pool.returned, pool.granted) = (totals, 0, unsettled);
        }
    }

    /// Sets what a pool holds; nothing happens to a pool that is not known.
    pub fn resize(&mut self, pool: &str, reserved: i64) {
        if let Some(pool) = self.pools.get_mut(pool) {
            pool.totals.reserved = reserved;
        }
    }

    /// Plans a increase towards an allocation of `amount` bytes. What is refused does not count against the plans after it.
    pub fn plan(&mut self, pool: &str, asked: &Increase, amount: i64) -> Verdict {
        let Some(known) = self.pools.get_mut(pool) else { return Verdict::Fits };
        if asked.bytes == 0 || self.mode == Mode::Off {
            return Verdict::Fits;
        }
        let shortfall = known.shortfall(asked);
        let fits = !shortfall.alone() && shortfall.together() <= shortfall.available;
        let verdict = match self.mode {
            _ if fits => Verdict::Fits,
            Mode::Relaxed if amount > known.totals.reserved => Verdict::NeverFits(shortfall),
            Mode::Relaxed => Verdict::MayHaveToWait(shortfall),
            Mode::Strict | Mode::Off => Verdict::Refused(shortfall),
        };
        if matches!(verdict, Verdict::Fits | Verdict::MayHaveToWait(_)) {
            known.planned.push(asked.clone());
        }
        verdict
    }

    /// Takes a increase out of the pool for a write that is about to be sent, or says what is missing.
    pub fn grant(&mut self, pool: &str, asked: &Increase) -> Result<(), Shortfall> {
        let Some(known) = self.pools.get_mut(pool) else { return Ok(()) };
        let free = known.available() - known.granted;
        if asked.bytes == 0 || i128::from(asked.bytes) <= free {
            known.granted += i128::from(asked.bytes);
            return Ok(());
        }
        Err(Shortfall { totals: known.totals, available: free, asked: asked.clone(), others: Vec::new() })
    }

    /// Takes a grant and its plan back: the write had no effect.
    pub fn revoke(&mut self, pool: &str, asked: &Increase) {
        let Some(known) = self.pools.get_mut(pool) else { return };
        known.granted -= i128::from(asked.bytes);
        if let Some(index) = known.planned.iter().position(|planned| planned == asked) {
            known.planned.swap_remove(index);
        }
    }

    /// Gives capacity back: a cut or a destroy of this walk is finished.
    pub fn give_back(&mut self, pool: &str, bytes: i64) {
        if let Some(known) = self.pools.get_mut(pool) {
            known.returned += i128::from(bytes.max(0));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const POOL: &str = "contract";

    fn ledger(mode: Mode, reserved: i64, allocated: i64) -> Ledger {
        let mut ledger = Ledger::new(mode);
        ledger.open(POOL, Totals { reserved, allocated });
        ledger
    }

    fn ask(ledger: &mut Ledger, who: &str, prior: i64, planned: i64) -> Verdict {
        ledger.plan(POOL, &Increase::new(who, prior, planned), planned)
    }

    #[test]
    fn what_fits_exactly_passes_and_one_byte_more_does_not() {
        assert_eq!(ask(&mut ledger(Mode::Strict, 100, 53), "a", 0, 47), Verdict::Fits);
        let Verdict::Refused(shortfall) = ask(&mut ledger(Mode::Strict, 100, 53), "a", 0, 48) else { panic!("passed") };
        assert!(shortfall.alone());
        assert_eq!((shortfall.available, shortfall.short()), (47, 1));
    }

    #[test]
    fn what_fits_alone_may_not_fit_together() {
        let mut ledger = ledger(Mode::Strict, 100, 53);
        assert_eq!(ask(&mut ledger, "a", 0, 20), Verdict::Fits);
        assert_eq!(ask(&mut ledger, "b", 10, 30), Verdict::Fits);
        let Verdict::Refused(shortfall) = ask(&mut ledger, "c", 0, 20) else { panic!("passed") };
        assert!(!shortfall.alone());
        assert_eq!((shortfall.together(), shortfall.short(), shortfall.others.len()), (60, 13, 2));
        assert_eq!(ask(&mut ledger, "d", 0, 7), Verdict::Fits, "what was refused does not count");
    }

    #[test]
    fn what_exists_is_left_alone_on_an_over_committed_contract() {
        let mut ledger = ledger(Mode::Strict, 100, 130);
        assert_eq!(ask(&mut ledger, "same", 130, 130), Verdict::Fits);
        assert_eq!(ask(&mut ledger, "cut", 130, 110), Verdict::Fits);
        let Verdict::Refused(shortfall) = ask(&mut ledger, "more", 0, 5) else { panic!("passed") };
        assert_eq!(shortfall.short(), 5, "a pool cannot be short of more than was asked for");
    }

    #[test]
    fn relaxed_lets_wait_what_could_ever_fit() {
        let mut ledger = ledger(Mode::Relaxed, 100, 100);
        assert!(matches!(ask(&mut ledger, "a", 0, 5), Verdict::MayHaveToWait(_)));
        assert!(matches!(ask(&mut ledger, "b", 0, 101), Verdict::NeverFits(_)));
        let increase = Increase::new("a", 0, 5);
        assert_eq!(ledger.grant(POOL, &increase).unwrap_err().short(), 5);
        ledger.give_back(POOL, 5);
        assert_eq!(ledger.grant(POOL, &increase), Ok(()));
        assert!(ledger.grant(POOL, &increase).is_err());
        ledger.refresh(POOL, Totals { reserved: 100, allocated: 90 }, 5);
        assert_eq!(ledger.grant(POOL, &increase), Ok(()));
        assert!(ledger.grant(POOL, &increase).is_err());
    }

    #[test]
    fn a_failed_write_gives_its_amount_back() {
        let mut ledger = ledger(Mode::Strict, 10, 0);
        let increase = Increase::new("a", 0, 10);
        assert_eq!(ledger.plan(POOL, &increase, 10), Verdict::Fits);
        assert_eq!(ledger.grant(POOL, &increase), Ok(()));
        ledger.revoke(POOL, &increase);
        assert_eq!(ask(&mut ledger, "b", 0, 10), Verdict::Fits);
        assert_eq!(ledger.grant(POOL, &Increase::new("b", 0, 10)), Ok(()));
    }

    #[test]
    fn off_checks_nothing() {
        assert_eq!(ask(&mut ledger(Mode::Off, 1, 1), "a", 0, i64::MAX), Verdict::Fits);
    }

    /// A change of one partner: before and after, in bytes.
    fn changes() -> impl Strategy<Value = Vec<(i64, i64)>> {
        prop::collection::vec((0_i64..1_000, 0_i64..1_000), 1..8)
    }

    proptest! {
        #[test]
        fn what_strict_accepts_never_exceeds_the_contract_in_any_order(
            changes in changes(),
            reserved in 0_i64..6_000,
            order in prop::collection::vec(any::<prop::sample::Index>(), 8),
        ) {
            let allocated: i64 = changes.iter().map(|(before, _)| before).sum();
            let mut ledger = ledger(Mode::Strict, reserved, allocated);
            let mut accepted: Vec<_> =
                changes.iter().filter(|(before, after)| ask(&mut ledger, "p", *before, *after) == Verdict::Fits).collect();
            let mut now = allocated;
            for pick in order {
                if accepted.is_empty() {
                    break;
                }
                let (before, after) = accepted.swap_remove(pick.index(accepted.len()));
                let increase = Increase::new("p", *before, *after);
                prop_assert_eq!(ledger.grant(POOL, &increase), Ok(()), "what a plan accepted can be written");
                now += after - before;
                prop_assert!(increase.bytes == 0 || now <= reserved, "{} of {}", now, reserved);
            }
        }

        #[test]
        fn whether_a_plan_passes_does_not_depend_on_the_order(changes in changes(), reserved in 0_i64..6_000) {
            let allocated: i64 = changes.iter().map(|(before, _)| before).sum();
            let passes = |changes: &mut dyn Iterator<Item = &(i64, i64)>| {
                let mut ledger = ledger(Mode::Strict, reserved, allocated);
                changes.fold(true, |all, (before, after)| (ask(&mut ledger, "p", *before, *after) == Verdict::Fits) && all)
            };
            prop_assert_eq!(passes(&mut changes.iter()), passes(&mut changes.iter().rev()));
        }

        #[test]
        fn nothing_wraps(reserved: i64, allocated: i64, amounts in prop::collection::vec((any::<i64>(), any::<i64>()), 0..6)) {
            for mode in [Mode::Strict, Mode::Relaxed, Mode::Off] {
                let mut ledger = ledger(mode, reserved, allocated);
                for (prior, planned) in &amounts {
                    let increase = Increase::new("p", *prior, *planned);
                    prop_assert!(increase.bytes >= 0);
                    if let Verdict::Refused(s) | Verdict::MayHaveToWait(s) | Verdict::NeverFits(s) = ledger.plan(POOL, &increase, *planned) {
                        prop_assert!(s.short() > 0);
                    }
                    let _ = ledger.grant(POOL, &increase);
                    ledger.give_back(POOL, *prior);
                }
            }
        }
    }
}
