//! Holds plans and writes to the [ledger](crate::ledger): reads the pools' figures, waits for room where the mode says so, and says
//! in words what does not fit.

use std::collections::HashMap;
use std::fmt::{self, Write as _};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, sleep};

use crate::api::{Call, Client, Contract};
use crate::capacity;
use crate::diagnostics::{Notes, Problem, Result};
use crate::duration;
use crate::inventory::Inventory;
use crate::ledger::{Growth, Ledger, Mode, Shortfall, Totals, Verdict};

/// How often the contract is asked again while a write waits for room: soon at first, then rarely, since somebody else has to act.
const POLLS: [Duration; 4] =
    [Duration::from_secs(1), Duration::from_secs(2), Duration::from_secs(5), Duration::from_secs(15)];

/// How many partners a message names before it only counts them.
const NAMED: usize = 10;

/// What an allocation comes out of: a contract, as the service lists it.
#[derive(Debug, Clone)]
pub struct Pool {
    id: String,
    name: String,
    totals: Totals,
}

impl Pool {
    /// A contract as a pool for its partners; an error when the service leaves its figures out.
    pub fn contract(contract: &Contract) -> Result<Pool> {
        let name = contract.details.clone().unwrap_or_default();
        match (contract.reserved, contract.allocated) {
            (Some(reserved), Some(allocated)) => {
                Ok(Pool { id: contract.id.clone(), name, totals: Totals { reserved, allocated } })
            }
            _ => Err(Problem::new(
                format!("The capacity of contract \"{name}\" is not known"),
                format!(
                    "The service lists contract \"{name}\" ({}) without its reserved or allocated capacity, so the allocation cannot be \
                     checked, and nothing was written. Set capacity_check = \"off\" in the provider block to go on without the check.",
                    contract.id
                ),
            )),
        }
    }
}

impl fmt::Display for Pool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "contract \"{}\"", self.name)
    }
}

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

    /// Makes sure that a contract's figures were read: before anything is written, so that our own writes are never in them.
    pub async fn open(&self, call: &Call, contract: &str) -> Result<Option<Pool>> {
        if !self.is_on() {
            return Ok(None);
        }
        let found = self.inventory.contract(call, contract).await;
        match found.map_err(|error| Problem::api(format!("check the allocation against contract {contract}"), &error))? {
            Some(contract) => {
                let pool = Pool::contract(&contract)?;
                self.books().ledger.open(&pool.id, pool.totals);
                Ok(Some(pool))
            }
            None => Ok(None),
        }
    }

    /// Fails when the service does not list the contract.
    pub async fn exists(&self, call: &Call, contract: &str) -> Result<()> {
        match self.open(call, contract).await? {
            None if self.is_on() => Err(unknown_contract(contract)),
            _ => Ok(()),
        }
    }

    /// Plans a growth towards `amount` bytes.
    pub async fn plan(&self, call: &Call, contract: &str, growth: &Growth, amount: i64, notes: &mut Notes) -> Result<()> {
        if !self.is_on() || growth.bytes == 0 {
            return Ok(());
        }
        let Some(pool) = self.open(call, contract).await? else { return Err(unknown_contract(contract)) };
        let verdict = self.books().ledger.plan(&pool.id, growth, amount);
        match verdict {
            Verdict::Fits => Ok(()),
            Verdict::MayHaveToWait(shortfall) => {
                notes.warn(may_have_to_wait(&pool, &shortfall));
                Ok(())
            }
            Verdict::Refused(shortfall) => Err(refused(&pool, &shortfall)),
            Verdict::NeverFits(shortfall) => Err(never_fits(&pool, &shortfall, amount)),
        }
    }

    /// Takes a growth for a write, or waits for it where the mode lets it wait.
    pub async fn grant(&self, call: &Call, contract: &str, growth: &Growth) -> Result<Grant<'_>> {
        let grant = Grant { check: self, pool: contract.into(), growth: growth.clone() };
        let Some(pool) = self.open(call, contract).await? else {
            return if self.is_on() && growth.bytes > 0 { Err(unknown_contract(contract)) } else { Ok(grant) };
        };
        let began = Instant::now();
        for pause in POLLS.iter().chain(std::iter::repeat(&POLLS[POLLS.len() - 1])) {
            let mut given_back = std::pin::pin!(self.given_back.notified());
            given_back.as_mut().enable();
            let asked_at = Instant::now();
            let Err(shortfall) = self.take(&pool.id, growth) else { return Ok(grant) };
            if self.mode == Mode::Strict {
                return Err(refused(&pool, &shortfall));
            }
            let left = call.deadline.saturating_duration_since(Instant::now());
            if left.is_zero() || call.stop.is_cancelled() {
                return Err(no_room_in_time(&pool, &shortfall, began.elapsed()));
            }
            tokio::select! {
                () = given_back => {}
                () = call.stop.cancelled() => {}
                () = sleep(left.min(*pause)) => self.refresh(call, &pool.id, asked_at).await?,
            }
        }
        unreachable!("the polls repeat for ever")
    }

    fn take(&self, pool: &str, growth: &Growth) -> std::result::Result<(), Shortfall> {
        let mut books = self.books();
        books.ledger.grant(pool, growth)?;
        *books.under_way.entry(pool.into()).or_default() += i128::from(growth.bytes);
        *books.ever_granted.entry(pool.into()).or_default() += i128::from(growth.bytes);
        Ok(())
    }

    /// Reads the figures again, unless somebody else did since `asked_at`.
    async fn refresh(&self, call: &Call, pool: &str, asked_at: Instant) -> Result<()> {
        let mut refreshed = self.refreshed.lock().await;
        if refreshed.is_some_and(|at| at > asked_at) {
            return Ok(());
        }
        let granted = |books: &Books| books.ever_granted.get(pool).copied().unwrap_or_default();
        let (under_way, before) = {
            let books = self.books();
            (books.under_way.get(pool).copied().unwrap_or_default(), granted(&books))
        };
        let read = self.client.contracts(call).await.map_err(|error| Problem::api("wait for capacity", &error))?;
        let fresh = read.iter().find(|contract| contract.id == pool).map(Pool::contract).transpose()?;
        if let Some(fresh) = fresh {
            let mut books = self.books();
            let since = granted(&books) - before;
            books.ledger.refresh(pool, fresh.totals, under_way + since);
        }
        *refreshed = Some(Instant::now());
        Ok(())
    }

    /// A cut or a destroy is finished: what it frees can be used.
    pub fn give_back(&self, contract: &str, bytes: i64) {
        self.books().ledger.give_back(contract, bytes);
        self.given_back.notify_waiters();
    }
}

impl Grant<'_> {
    /// The write was made, or may have been.
    pub fn used(self) {
        self.settle(false);
    }

    /// The write surely had no effect.
    pub fn unused(self) {
        self.settle(true);
    }

    fn settle(self, revoke: bool) {
        let mut books = self.check.books();
        *books.under_way.entry(self.pool.clone()).or_default() -= i128::from(self.growth.bytes);
        if revoke {
            books.ledger.revoke(&self.pool, &self.growth);
            self.check.given_back.notify_waiters();
        }
    }
}

fn unknown_contract(contract: &str) -> Problem {
    Problem::new(
        "The contract is not known",
        format!(
            "No contract {contract} is in the list that the service gives for this API key, so the allocation cannot be checked, and nothing \
             was written. Use the id of one of the contracts in data.impossiblecloud_contracts, or the key of the distributor who \
             holds this one."
        ),
    )
    .at("contract_id")
}

fn refused(pool: &Pool, shortfall: &Shortfall) -> Problem {
    let first = if shortfall.alone() {
        format!(
            "{} asks for {} more, and the contract has {} left: it is short by {}.",
            shortfall.asked.who,
            capacity::exact(i128::from(shortfall.asked.bytes)),
            capacity::exact(shortfall.available.max(0)),
            capacity::exact(shortfall.short()),
        )
    } else {
        format!(
            "The partners of this plan ask for {} together, and the contract has {} left: it is short by {}.",
            capacity::exact(shortfall.together()),
            capacity::exact(shortfall.available.max(0)),
            capacity::exact(shortfall.short()),
        )
    };
    let most = shortfall.available - (shortfall.together() - i128::from(shortfall.asked.bytes));
    let lower = if most > 0 {
        format!("let {} grow by at most {}", shortfall.asked.who, capacity::exact(most))
    } else {
        format!("do not let {} grow", shortfall.asked.who)
    };
    Problem::new(
        format!("Not enough capacity left in {pool}"),
        format!(
            "{first}\n\n{}\n\nNothing was written for it. Either {lower}, or make it pay-per-use (allocated_storage = 0), or lower other \
             partners of the contract and apply that first (with capacity_check = \"relaxed\" one apply can do both), or have \
             the reservation raised by Impossible Cloud.",
            figures(pool, shortfall),
        ),
    )
    .at("allocated_storage")
}

fn never_fits(pool: &Pool, shortfall: &Shortfall, amount: i64) -> Problem {
    Problem::new(
        format!("More than the whole of {pool}"),
        format!(
            "{} would have {}, and the contract reserves {} in all: no wait can make room for it.\n\n{}\n\nNothing was written for it. Allocate \
             less, or make it pay-per-use (allocated_storage = 0), or have the reservation raised by Impossible Cloud.",
            shortfall.asked.who,
            capacity::exact(i128::from(amount)),
            capacity::exact(i128::from(shortfall.totals.reserved)),
            figures(pool, shortfall),
        ),
    )
    .at("allocated_storage")
}

fn may_have_to_wait(pool: &Pool, shortfall: &Shortfall) -> Problem {
    Problem::new(
        format!("Not enough capacity left in {pool} yet"),
        format!(
            "{}\n\nThe check is relaxed: apply waits, within the timeout, until the contract has the room, and only then writes. If nothing in \
             this apply or elsewhere frees {}, it gives up after that time without having written.",
            figures(pool, shortfall),
            capacity::exact(shortfall.short()),
        ),
    )
    .at("allocated_storage")
}

fn no_room_in_time(pool: &Pool, shortfall: &Shortfall, waited: Duration) -> Problem {
    Problem::new(
        format!("No room in {pool} in time"),
        format!(
            "{} waited {} for {} that the contract does not have.\n\n{}\n\nNothing was written for it. Free capacity in the contract, raise the \
             timeout, or allocate less, and apply again.",
            shortfall.asked.who,
            duration::format(waited),
            capacity::exact(i128::from(shortfall.asked.bytes)),
            figures(pool, shortfall),
        ),
    )
    .at("allocated_storage")
}

/// The table that every message of the check has.
fn figures(pool: &Pool, shortfall: &Shortfall) -> String {
    let remaining = shortfall.totals.remaining();
    let mut rows = vec![
        ("contract", format!("{} ({})", pool.name, pool.id)),
        ("reserved", capacity::exact(i128::from(shortfall.totals.reserved))),
        ("allocated", capacity::exact(i128::from(shortfall.totals.allocated))),
        ("remaining", capacity::exact(remaining)),
    ];
    if shortfall.available != remaining {
        rows.push(("left for this apply", capacity::exact(shortfall.available)));
    }
    let asked = |growth: &Growth| format!("{} by {}", capacity::exact(i128::from(growth.bytes)), growth.who);
    rows.push(("asked", asked(&shortfall.asked)));
    if !shortfall.others.is_empty() {
        let mut others: Vec<_> = shortfall.others.iter().take(NAMED).map(asked).collect();
        if let Some(more) = shortfall.others.len().checked_sub(NAMED).filter(|more| *more > 0) {
            others.push(format!("and {more} more"));
        }
        rows.push(("asked before", others.join(", ")));
        rows.push(("asked in total", capacity::exact(shortfall.together())));
    }
    rows.push(("short by", capacity::exact(shortfall.short())));
    let width = rows.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
    let mut table = String::new();
    for (name, value) in rows {
        // Terraform leaves lines that begin with blanks as they are.
        let _ = writeln!(table, "  {name:width$}  {value}");
    }
    table.trim_end().to_owned()
}
