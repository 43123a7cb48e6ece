//! What is asked of a pool of capacity, and the answers. Pure, like the [ledger](super::ledger).

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

/// The figures of a pool as the service gives them, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Totals {
    /// What the pool holds.
    pub reserved: i64,
    /// What is allocated out of it: the larger of the next two.
    pub allocated: i64,
    /// What the service states as allocated.
    pub stated: Option<i64>,
    /// The sum over the list of those who hold it.
    pub listed: Option<i64>,
}

impl Totals {
    /// What is left, in bytes; negative when more is allocated than the pool holds.
    pub fn remaining(self) -> i128 {
        i128::from(self.reserved) - i128::from(self.allocated)
    }
}

/// Who asks for capacity. An object has an id; what is yet to be created is known by its name in the pool, so two
/// blocks of one name cannot be told from one that is planned twice.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Asker {
    /// An object of the service, by its id.
    Object(String),
    /// A creation, by its name or address.
    Creation(String),
}

/// One object's wish for more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Increase {
    /// Which object.
    pub asker: Asker,
    /// The object, as messages name it.
    pub who: String,
    /// What it has now, in bytes.
    pub from: i64,
    /// What it is to have, in bytes.
    pub to: i64,
}

impl Increase {
    /// By how many bytes it grows; a cut is no growth.
    pub fn bytes(&self) -> i128 {
        (i128::from(self.to) - i128::from(self.from)).max(0)
    }

    /// Whether it asks for nothing.
    pub fn is_none(&self) -> bool {
        self.to <= self.from
    }

    /// Whether it asks for a new object.
    pub fn is_creation(&self) -> bool {
        matches!(self.asker, Asker::Creation(_))
    }

    /// Whether it asks for a new object that is credited with what another one has: the credit may be taken back.
    pub fn is_credited(&self) -> bool {
        self.is_creation() && self.from > 0
    }
}

/// The figures behind a plan or a write that does not fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shortfall {
    /// The pool's figures when they were read.
    pub totals: Totals,
    /// What is left for this process, in bytes, without what plans ask: what remained when the figures were read, and
    /// its own writes since.
    pub available: i128,
    /// What this object asks.
    pub asked: Increase,
    /// What objects that were planned before and not written yet ask, in bytes.
    pub planned_before: i128,
}

impl Shortfall {
    /// What this object can have at most, in bytes, beside those that were planned before it; never negative.
    pub fn left(&self) -> i128 {
        (self.available - self.planned_before).max(0)
    }

    /// Whether the object does not fit even alone.
    pub fn alone(&self) -> bool {
        self.asked.bytes() > self.available
    }

    /// What is missing, in bytes: for this object alone if it does not fit alone, else beside those before it.
    pub fn short(&self) -> i128 {
        self.asked.bytes() - if self.alone() { self.available.max(0) } else { self.left() }
    }
}

/// The answer to a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It fits.
    Fits,
    /// It fits, but not together with what an equal creation asked before: two blocks of one name, or one that is
    /// planned twice.
    FitsOnce(Shortfall),
    /// It does not fit now, and the mode lets it wait for capacity.
    MayHaveToWait(Shortfall),
    /// It does not fit.
    Refused(Shortfall),
    /// It is more than the pool holds when it is empty: no wait can help.
    NeverFits(Shortfall),
}
