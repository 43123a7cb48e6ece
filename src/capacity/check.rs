//! Holds plans and writes to the [ledger](crate::ledger): reads the pools' figures, waits for room where the mode says so, and says
//! in words what does not fit.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, sleep};

use super::ledger::{Increase, Ledger, Mode, Shortfall, Verdict};
use super::messages;
use super::pool::{Pool, Source};
use crate::api::{CallLimits, Client};
use crate::service::inventory::Inventory;
use crate::terraform::diagnostics::{Result, Warnings};

/// How often the contract is asked again while a write waits for room: soon at first, then rarely, since somebody else has to act.
const POLLS: [Duration; 4] =
    [Duration::from_secs(1), Duration::from_secs(2), Duration::from_secs(5), Duration::from_secs(15)];

/// The capacity check of one walk.
pub struct CapacityCheck {
    mode: Mode,
    client: Client,
    inventory: Arc<Inventory>,
    books: Mutex<Books>,
    given_back: Notify,
    /// When the figures were last read again; held while they are.
    refreshed: tokio::sync::Mutex<Option<Instant>>,
}

#[derive(Default)]
struct Books {
    ledger: Ledger,
    /// What a pool will hold by this walk's own plans and writes.
    expected: HashMap<Source, i64>,
    /// By pool: the increase of the writes that are under way.
    under_way: HashMap<String, i128>,
    /// By pool: the increase of the writes ever granted.
    ever_granted: HashMap<String, i128>,
}

/// Capacity taken for one write. What becomes of the write must be told; dropped untold, the capacity stays taken.
#[must_use]
pub struct Reservation<'a> {
    check: &'a CapacityCheck,
    pool: String,
    increase: Increase,
}

impl CapacityCheck {
    /// A check that has read nothing yet.
    pub fn new(mode: Mode, client: Client, inventory: Arc<Inventory>) -> CapacityCheck {
        let books = Books { ledger: Ledger::new(mode), ..Books::default() };
        CapacityCheck {
            mode,
            client,
            inventory,
            books: Mutex::new(books),
            given_back: Notify::new(),
            refreshed: tokio::sync::Mutex::new(None),
        }
    }

    /// Whether there is a check at all.
    pub fn is_on(&self) -> bool {
        self.mode != Mode::Off
    }

    fn books(&self) -> MutexGuard<'_, Books> {
        self.books.lock().expect("no panic while locked")
    }

    /// Makes sure that a pool's figures were read: before anything is written, so that our own writes are never in them. `None`
    /// when there is no check, or the service knows no such pool.
    pub async fn open(&self, call: &CallLimits, source: &Source) -> Result<Option<Pool>> {
        if !self.is_on() {
            return Ok(None);
        }
        let Some(mut pool) = Pool::read(&self.inventory, call, source).await? else { return Ok(None) };
        let mut books = self.books();
        if let Some(reserved) = books.expected.get(&pool.source) {
            pool.totals.reserved = *reserved;
        }
        books.ledger.open(&pool.source.key(), pool.totals);
        Ok(Some(pool))
    }

    /// Reads a pool's figures before a cut or a destroy, so that what it frees can be counted. What cannot be read cannot be counted, but must
    /// not keep anybody from freeing capacity.
    pub async fn open_for_a_cut(&self, call: &CallLimits, source: &Source) {
        let _ = self.open(call, source).await;
    }

    /// Fails when the service does not know the pool.
    pub async fn exists(&self, call: &CallLimits, source: &Source) -> Result<()> {
        match self.open(call, source).await? {
            None if self.is_on() => Err(messages::unknown(source)),
            _ => Ok(()),
        }
    }

    /// A pool will hold, or now holds, another capacity: the partner's own allocation changes in the same walk.
    pub fn resize(&self, source: Source, reserved: i64) {
        let mut books = self.books();
        books.ledger.resize(&source.key(), reserved);
        books.expected.insert(source, reserved);
    }

    /// Plans a increase towards `amount` bytes.
    pub async fn plan(
        &self,
        call: &CallLimits,
        source: &Source,
        increase: &Increase,
        amount: i64,
        warnings: &mut Warnings,
    ) -> Result<()> {
        if !self.is_on() || increase.bytes == 0 {
            return Ok(());
        }
        let Some(pool) = self.open(call, source).await? else { return Err(messages::unknown(source)) };
        let verdict = self.books().ledger.plan(&pool.source.key(), increase, amount);
        match verdict {
            Verdict::Fits => Ok(()),
            Verdict::MayHaveToWait(shortfall) => {
                warnings.warn(messages::may_have_to_wait(&pool, &shortfall));
                Ok(())
            }
            Verdict::Refused(shortfall) => Err(messages::refused(&pool, &shortfall)),
            Verdict::NeverFits(shortfall) => Err(messages::never_fits(&pool, &shortfall, amount)),
        }
    }

    /// Takes a increase for a write, or waits for it where the mode lets it wait.
    pub async fn grant(&self, call: &CallLimits, source: &Source, increase: &Increase) -> Result<Reservation<'_>> {
        let grant = Reservation { check: self, pool: source.key(), increase: increase.clone() };
        if !self.is_on() || increase.bytes == 0 {
            return Ok(grant);
        }
        let Some(pool) = self.open(call, source).await? else { return Err(messages::unknown(source)) };
        let began = Instant::now();
        let mut polls = POLLS.iter().chain(std::iter::repeat(&POLLS[POLLS.len() - 1]));
        loop {
            let mut given_back = std::pin::pin!(self.given_back.notified());
            given_back.as_mut().enable();
            let asked_at = Instant::now();
            let Err(shortfall) = self.take(&grant.pool, increase) else { return Ok(grant) };
            if self.mode == Mode::Strict {
                return Err(messages::refused(&pool, &shortfall));
            }
            let left = call.deadline.saturating_duration_since(Instant::now());
            if left.is_zero() || call.stop.is_cancelled() {
                return Err(messages::no_room_in_time(&pool, &shortfall, began.elapsed()));
            }
            let pause = polls.next().copied().unwrap_or_default();
            tokio::select! {
                () = given_back => {}
                () = call.stop.cancelled() => {}
                () = sleep(left.min(pause)) => self.refresh(call, source, asked_at).await?,
            }
        }
    }

    fn take(&self, pool: &str, increase: &Increase) -> std::result::Result<(), Shortfall> {
        let mut books = self.books();
        books.ledger.grant(pool, increase)?;
        *books.under_way.entry(pool.into()).or_default() += i128::from(increase.bytes);
        *books.ever_granted.entry(pool.into()).or_default() += i128::from(increase.bytes);
        Ok(())
    }

    /// Reads the figures again, unless somebody else did since `asked_at`.
    async fn refresh(&self, call: &CallLimits, source: &Source, asked_at: Instant) -> Result<()> {
        let mut refreshed = self.refreshed.lock().await;
        if refreshed.is_some_and(|at| at > asked_at) || Instant::now() >= call.deadline {
            return Ok(());
        }
        let key = source.key();
        let granted = |books: &Books| books.ever_granted.get(&key).copied().unwrap_or_default();
        let (under_way, before) = {
            let books = self.books();
            (books.under_way.get(&key).copied().unwrap_or_default(), granted(&books))
        };
        if let Some(fresh) = Pool::read_again(&self.client, call, source).await? {
            let mut books = self.books();
            let since = granted(&books) - before;
            books.ledger.refresh(&key, fresh.totals, under_way + since);
        }
        *refreshed = Some(Instant::now());
        Ok(())
    }

    /// A cut or a destroy is finished: what it frees can be used.
    pub fn give_back(&self, source: &Source, bytes: i64) {
        self.books().ledger.give_back(&source.key(), bytes);
        self.given_back.notify_waiters();
    }
}

impl Reservation<'_> {
    /// The write was made, or may have been: its capacity stays taken.
    pub fn commit(self) {
        drop(self.settle());
    }

    /// The write surely had no effect: its capacity can be used by others.
    pub fn release(self) {
        self.settle().ledger.revoke(&self.pool, &self.increase);
        self.check.given_back.notify_waiters();
    }

    fn settle(&self) -> MutexGuard<'_, Books> {
        let mut books = self.check.books();
        *books.under_way.entry(self.pool.clone()).or_default() -= i128::from(self.increase.bytes);
        books
    }
}
