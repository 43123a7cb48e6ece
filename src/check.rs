//! Holds plans and writes to the [ledger](crate::ledger): reads the pools' figures, waits for room where the mode says so, and says
//! in words what does not fit.

mod messages;
mod pool;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, sleep};

pub use self::pool::{Pool, Source};
use crate::api::{Call, Client};
use crate::diagnostics::{Notes, Result};
use crate::inventory::Inventory;
use crate::ledger::{Growth, Ledger, Mode, Shortfall, Verdict};

/// How often the contract is asked again while a write waits for room: soon at first, then rarely, since somebody else has to act.
const POLLS: [Duration; 4] =
    [Duration::from_secs(1), Duration::from_secs(2), Duration::from_secs(5), Duration::from_secs(15)];

/// The capacity check of one walk.
pub struct Check {
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
    /// By pool: the growth of the writes that are under way.
    under_way: HashMap<String, i128>,
    /// By pool: the growth of the writes ever granted.
    ever_granted: HashMap<String, i128>,
}

/// Capacity taken for one write. What becomes of the write must be told; dropped untold, the capacity stays taken.
#[must_use]
pub struct Grant<'a> {
    check: &'a Check,
    pool: String,
    growth: Growth,
}

impl Check {
    /// A check that has read nothing yet.
    pub fn new(mode: Mode, client: Client, inventory: Arc<Inventory>) -> Check {
        let books = Books { ledger: Ledger::new(mode), ..Books::default() };
        Check {
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
    pub async fn open(&self, call: &Call, source: &Source) -> Result<Option<Pool>> {
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
    pub async fn open_for_a_cut(&self, call: &Call, source: &Source) {
        let _ = self.open(call, source).await;
    }

    /// Fails when the service does not know the pool.
    pub async fn exists(&self, call: &Call, source: &Source) -> Result<()> {
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

    /// Plans a growth towards `amount` bytes.
    pub async fn plan(
        &self,
        call: &Call,
        source: &Source,
        growth: &Growth,
        amount: i64,
        notes: &mut Notes,
    ) -> Result<()> {
        if !self.is_on() || growth.bytes == 0 {
            return Ok(());
        }
        let Some(pool) = self.open(call, source).await? else { return Err(messages::unknown(source)) };
        let verdict = self.books().ledger.plan(&pool.source.key(), growth, amount);
        match verdict {
            Verdict::Fits => Ok(()),
            Verdict::MayHaveToWait(shortfall) => {
                notes.warn(messages::may_have_to_wait(&pool, &shortfall));
                Ok(())
            }
            Verdict::Refused(shortfall) => Err(messages::refused(&pool, &shortfall)),
            Verdict::NeverFits(shortfall) => Err(messages::never_fits(&pool, &shortfall, amount)),
        }
    }

    /// Takes a growth for a write, or waits for it where the mode lets it wait.
    pub async fn grant(&self, call: &Call, source: &Source, growth: &Growth) -> Result<Grant<'_>> {
        let grant = Grant { check: self, pool: source.key(), growth: growth.clone() };
        if !self.is_on() || growth.bytes == 0 {
            return Ok(grant);
        }
        let Some(pool) = self.open(call, source).await? else { return Err(messages::unknown(source)) };
        let began = Instant::now();
        let mut polls = POLLS.iter().chain(std::iter::repeat(&POLLS[POLLS.len() - 1]));
        loop {
            let mut given_back = std::pin::pin!(self.given_back.notified());
            given_back.as_mut().enable();
            let asked_at = Instant::now();
            let Err(shortfall) = self.take(&grant.pool, growth) else { return Ok(grant) };
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

    fn take(&self, pool: &str, growth: &Growth) -> std::result::Result<(), Shortfall> {
        let mut books = self.books();
        books.ledger.grant(pool, growth)?;
        *books.under_way.entry(pool.into()).or_default() += i128::from(growth.bytes);
        *books.ever_granted.entry(pool.into()).or_default() += i128::from(growth.bytes);
        Ok(())
    }

    /// Reads the figures again, unless somebody else did since `asked_at`.
    async fn refresh(&self, call: &Call, source: &Source, asked_at: Instant) -> Result<()> {
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

impl Grant<'_> {
    /// Tells what became of the write: whether it surely had no effect. Else it was made, or may have been.
    pub fn settle(self, had_no_effect: bool) {
        let mut books = self.check.books();
        *books.under_way.entry(self.pool.clone()).or_default() -= i128::from(self.growth.bytes);
        if had_no_effect {
            books.ledger.revoke(&self.pool, &self.growth);
            self.check.given_back.notify_waiters();
        }
    }
}
