//! Everything that the simulated service knows: contracts, partners, members, storage accounts, keys and the clock.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::time::Duration;

use indexmap::IndexMap;
use time::{Date, OffsetDateTime};
use uuid::{Uuid, uuid};

use crate::switches::Switches;

/// The distributor of the sample contracts.
pub(crate) const DISTRIBUTOR: Uuid = uuid!("7e1fe78d-3f61-4215-8c48-eda9e1b08f13");
/// The channel partner that has its own storage accounts from the start.
pub(crate) const CHANNEL_PARTNER: Uuid = uuid!("2f7a4c1e-9d05-4b6e-8f13-6c0d5e2a7b94");

/// How long a storage account waits between the order to delete it and its deletion.
pub(crate) const DELETION_DELAY: time::Duration = time::Duration::days(30);

/// What the console says a pay-per-use partner is billed at least.
const PAY_PER_USE_MINIMUM: u64 = 1_000_000_000_000;

/// A channel partner's own reserved capacity at the start.
pub(crate) const OWN_RESERVATION: u64 = 20_000_000_000_000;

/// Who may use a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyKind {
    /// A distributor: contracts, partners, members and the partners' storage accounts.
    Distributor,
    /// A channel partner: its own storage accounts.
    ChannelPartner,
}

pub(crate) struct Key {
    pub kind: KeyKind,
    pub expired: bool,
    /// The distributor or the channel partner that it acts for.
    pub holder: Uuid,
}

pub(crate) struct Contract {
    pub distributor: Uuid,
    pub name: String,
    pub reserved: u64,
    /// What deleted partners still hold, if deleting frees nothing.
    pub held: u64,
    /// Totals with the time from which they held, for answers that lag behind.
    pub history: VecDeque<(OffsetDateTime, u64)>,
}

pub(crate) struct Partner {
    pub contract: Uuid,
    /// The contract that answers name: not the real one after a move that the service hides.
    pub shown_contract: Uuid,
    pub name: String,
    pub allocated: u64,
    pub allow_overdraft: bool,
    pub details: String,
    pub members: IndexMap<Uuid, Member>,
}

pub(crate) struct Member {
    pub email: String,
    pub name: Option<String>,
    pub role: String,
}

impl Contract {
    pub fn new(distributor: Uuid, name: String, reserved: u64) -> Self {
        Self { distributor, name, reserved, held: 0, history: VecDeque::new() }
    }
}

/// Whose storage account it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Owner {
    Partner(Uuid),
    ChannelPartner(Uuid),
}

pub(crate) struct Account {
    pub owner: Owner,
    pub name: String,
    pub allocated: u64,
    pub allow_overdraft: bool,
    pub email: String,
    pub created: Date,
    /// The allocation from each day on at which it changed.
    pub allocations: BTreeMap<Date, u64>,
    /// Bytes used on the days for which there is a record.
    pub usage: BTreeMap<Date, u64>,
    pub deletion: Option<Deletion>,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Deletion {
    pub ordered: OffsetDateTime,
    pub due: OffsetDateTime,
}

pub(crate) struct World {
    pub switches: Switches,
    pub random: fastrand::Rng,
    /// The distributor and the channel partner that the keys from the start act for.
    pub distributor: Uuid,
    pub channel_partner: Uuid,
    pub contracts: IndexMap<Uuid, Contract>,
    pub partners: IndexMap<Uuid, Partner>,
    pub accounts: IndexMap<String, Account>,
    pub keys: HashMap<String, Key>,
    /// What each channel partner has reserved for itself.
    pub own_reservations: IndexMap<Uuid, u64>,
    /// How far the clock was moved ahead of the machine's, or back behind it.
    pub ahead: time::Duration,
}

impl World {
    pub fn new(switches: Switches, random: fastrand::Rng) -> Self {
        Self {
            switches,
            random,
            distributor: DISTRIBUTOR,
            channel_partner: CHANNEL_PARTNER,
            contracts: IndexMap::new(),
            partners: IndexMap::new(),
            accounts: IndexMap::new(),
            keys: HashMap::new(),
            own_reservations: IndexMap::new(),
            ahead: time::Duration::ZERO,
        }
    }

    pub fn now(&self) -> OffsetDateTime {
        let now = OffsetDateTime::now_utc();
        now.checked_add(self.ahead).unwrap_or(now)
    }

    /// Moves the clock ahead; beyond the last year of the calendar it stands still.
    pub fn advance(&mut self, duration: Duration) {
        let moved = time::Duration::try_from(duration).ok().and_then(|duration| self.ahead.checked_add(duration));
        self.ahead =
            moved.filter(|ahead| OffsetDateTime::now_utc().checked_add(*ahead).is_some()).unwrap_or(self.ahead);
    }

    pub fn today(&self) -> Date {
        self.now().date()
    }

    /// Whom a new key of this kind acts for, unless it is a stranger's.
    pub fn holder(&self, kind: KeyKind) -> Uuid {
        match kind {
            KeyKind::Distributor => self.distributor,
            KeyKind::ChannelPartner => self.channel_partner,
        }
    }

    /// What a request log says of a key.
    pub fn kind_of(&self, key: Option<&str>) -> &'static str {
        let Some(key) = key else { return "none" };
        match self.keys.get(key) {
            None => "unknown",
            Some(key) if key.expired => "expired",
            Some(Key { kind: KeyKind::Distributor, .. }) => "distributor",
            Some(Key { kind: KeyKind::ChannelPartner, .. }) => "channel_partner",
        }
    }

    /// The contracts' totals as a service sees them whose checks race with one another.
    pub fn racing_totals(&self) -> Option<HashMap<Uuid, u64>> {
        let racy = self.switches.is("concurrent_allocations", "racy");
        racy.then(|| self.contracts.keys().map(|id| (*id, self.allocated(*id))).collect())
    }

    /// Whether a distributor sees a contract, and with it its partners.
    pub fn sees(&self, distributor: Uuid, contract: Uuid) -> bool {
        self.contracts.get(&contract).is_some_and(|contract| contract.distributor == distributor)
    }

    /// A random UUID, of version 4.
    pub fn new_uuid(&mut self) -> Uuid {
        uuid::Builder::from_random_bytes(self.random.u128(..).to_be_bytes()).into_uuid()
    }

    /// An id for a storage account, in the form that the switches ask for.
    pub fn new_account_id(&mut self) -> String {
        loop {
            let id = match self.switches.value("account_id") {
                "uuid" => self.new_uuid().to_string(),
                "leading_zero" => format!("{:012}", self.random.u64(1..100_000_000_000)),
                _ => self.random.u64(100_000_000_000..1_000_000_000_000).to_string(),
            };
            if !self.accounts.contains_key(&id) {
                return id;
            }
        }
    }

    /// What the partners of a contract hold together.
    pub fn allocated(&self, contract: Uuid) -> u64 {
        let minimum = self.switches.is("pay_per_use_counts", "one_terabyte").then_some(PAY_PER_USE_MINIMUM);
        let amount = |partner: &Partner| match partner.allocated {
            0 => minimum.unwrap_or(0),
            amount => amount,
        };
        let held = self.contracts.get(&contract).map_or(0, |contract| contract.held);
        let partners = self.partners.values().filter(|partner| partner.contract == contract);
        partners.map(amount).fold(held, u64::saturating_add)
    }

    /// The allocated capacity that answers show, which may lag behind.
    pub fn shown_allocated(&self, id: Uuid) -> u64 {
        let lag = self.switches.span("totals_lag");
        let history = self.contracts.get(&id).map(|contract| &contract.history);
        let Some(history) = history.filter(|history| !lag.is_zero() && !history.is_empty()) else {
            return self.allocated(id);
        };
        let horizon = self.now().saturating_sub(time::Duration::try_from(lag).unwrap_or(time::Duration::MAX));
        let visible = history.iter().rev().find(|(since, _)| *since <= horizon).or(history.front());
        visible.map_or(0, |(_, total)| *total)
    }

    /// What the storage accounts of an owner hold together, those that wait for their deletion included.
    pub fn allocated_to_accounts(&self, owner: Owner) -> u64 {
        self.accounts_of(owner).map(|(_, account)| account.allocated).fold(0, u64::saturating_add)
    }

    pub fn accounts_of(&self, owner: Owner) -> impl Iterator<Item = (&String, &Account)> {
        self.accounts.iter().filter(move |(_, account)| account.owner == owner)
    }

    /// Orders the deletion of a storage account, 30 days from now.
    pub fn schedule_deletion(&mut self, id: &str) {
        let ordered = self.now();
        if let Some(account) = self.accounts.get_mut(id) {
            account.deletion = Some(Deletion { ordered, due: ordered.saturating_add(DELETION_DELAY) });
        }
    }

    /// Removes a partner with its members and with what is left of its storage accounts.
    pub fn remove_partner(&mut self, id: Uuid) -> bool {
        let Some(partner) = self.partners.shift_remove(&id) else { return false };
        self.accounts.retain(|_, account| account.owner != Owner::Partner(id));
        if self.switches.is("delete_frees_allocation", "no")
            && let Some(contract) = self.contracts.get_mut(&partner.contract)
        {
            contract.held = contract.held.saturating_add(partner.allocated);
        }
        true
    }

    /// Lets time pass: accounts whose day has come are gone. Called before anything looks at the world.
    pub fn settle(&mut self) {
        let now = self.now();
        self.accounts.retain(|_, account| account.deletion.is_none_or(|deletion| deletion.due > now));
        self.note_totals();
    }

    /// Remembers the contracts' totals, if answers are to lag behind. Called before and after every change.
    pub fn note_totals(&mut self) {
        if self.switches.span("totals_lag").is_zero() {
            return;
        }
        let now = self.now();
        let totals: Vec<(Uuid, u64)> = self.contracts.keys().map(|id| (*id, self.allocated(*id))).collect();
        for (id, total) in totals {
            if let Some(contract) = self.contracts.get_mut(&id)
                && contract.history.back().is_none_or(|(_, last)| *last != total)
            {
                contract.history.push_back((now, total));
            }
        }
    }
}
