//! One list of the service, read once for all who ask and kept true by our own writes.
//!
//! The reading is a task of its own with a deadline of its own: whoever asked first may go away. Whoever needs the list
//! as it is from some moment on says so, and shares the next reading with all others who do. A failure is kept for a
//! while, since a thousand readers must not try in turn.

use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Shared};
use tokio::time::{Instant, sleep_until};

use crate::api::{CallLimits, Error, ErrorKind, Listing};

/// The outcome of a shared read.
pub type Outcome<T> = Result<T, Arc<Error>>;

/// How long a failure is kept.
const FAILURE_KEPT: Duration = Duration::from_secs(30);

/// See the module.
pub struct SharedList<T>(Arc<Mutex<Slot<T>>>);

struct Slot<T> {
    read: Option<Snapshot<T>>,
    flight: Option<Flight>,
    failed: Option<(Instant, Arc<Error>)>,
    /// Our own writes while a reading is under way: it may lack them.
    written: Vec<(String, Option<T>)>,
}

/// What a reading gave.
struct Snapshot<T> {
    items: HashMap<String, T>,
    began: Instant,
    /// Whether absence from it proves something.
    proof: bool,
}

#[derive(Clone)]
struct Flight {
    done: Shared<BoxFuture<'static, ()>>,
}

impl<T> Default for SharedList<T> {
    fn default() -> Self {
        SharedList(Arc::new(Mutex::new(Slot { read: None, flight: None, failed: None, written: Vec::new() })))
    }
}

impl<T> Clone for SharedList<T> {
    fn clone(&self) -> Self {
        SharedList(Arc::clone(&self.0))
    }
}

impl<T: Clone + Send + 'static> SharedList<T> {
    fn slot(&self) -> MutexGuard<'_, Slot<T>> {
        self.0.lock().expect("no panic while locked")
    }

    /// Makes sure that the list was read, by a reading that began at `since` or later, if that is given.
    pub async fn load<F>(&self, limits: &CallLimits, since: Option<Instant>, read: impl FnOnce() -> F) -> Outcome<()>
    where
        F: Future<Output = Result<Listing<T>, Error>> + Send + 'static,
        T: Keyed,
    {
        let mut read = Some(read);
        loop {
            let flight = {
                let mut slot = self.slot();
                let recent = |began: Instant| since.is_none_or(|since| began >= since);
                if slot.read.as_ref().is_some_and(|read| recent(read.began)) {
                    return Ok(());
                }
                if let Some((at, error)) = &slot.failed
                    && recent(*at)
                    && at.elapsed() < FAILURE_KEPT
                {
                    return Err(Arc::clone(error));
                }
                match (&slot.flight, &mut read) {
                    (Some(flight), _) => flight.clone(),
                    (None, read) => {
                        let Some(read) = read.take() else { return Err(Arc::new(stopped())) };
                        let flight = self.take_off(read());
                        slot.flight = Some(flight.clone());
                        flight
                    }
                }
            };
            tokio::select! {
                () = flight.done => {}
                () = limits.stop.cancelled() => return Err(Arc::new(stopped())),
                () = sleep_until(limits.deadline) => {
                    return Err(Arc::new(Error::unsent("wait for a list", ErrorKind::NoTime)));
                }
            }
        }
    }

    /// Begins a reading. It ends whatever becomes of those who wait for it.
    fn take_off<F>(&self, read: F) -> Flight
    where
        F: Future<Output = Result<Listing<T>, Error>> + Send + 'static,
        T: Keyed,
    {
        let (list, began) = (self.clone(), Instant::now());
        let reading = async move {
            let outcome = read.await;
            list.land(began, outcome);
        };
        let task = match terraform_plugin_server::request() {
            Some(request) => tokio::spawn(request.scope(reading)),
            None => tokio::spawn(reading),
        };
        let list = self.clone();
        let done = async move {
            // A reading that panicked has left its flight behind: whoever asks next begins another.
            if task.await.is_err() {
                list.slot().flight = None;
            }
        };
        Flight { done: done.boxed().shared() }
    }

    fn land(&self, began: Instant, outcome: Result<Listing<T>, Error>)
    where
        T: Keyed,
    {
        let mut slot = self.slot();
        slot.flight = None;
        let written = std::mem::take(&mut slot.written);
        match outcome {
            Ok(Listing { items, proof, .. }) => {
                let mut items: HashMap<_, _> = items.into_iter().map(|item| (item.key(), item)).collect();
                for (id, item) in written {
                    match item {
                        Some(item) => _ = items.insert(id, item),
                        None => _ = items.remove(&id),
                    }
                }
                slot.read = Some(Snapshot { items, began, proof });
                slot.failed = None;
            }
            Err(error) => slot.failed = Some((began, Arc::new(error))),
        }
    }

    /// One item, as it is known.
    pub fn get(&self, id: &str) -> Option<T> {
        self.slot().read.as_ref()?.items.get(&id.to_ascii_lowercase()).cloned()
    }

    /// All items, as they are known; none of a list that was not read.
    pub fn all(&self) -> Vec<T> {
        self.slot().read.as_ref().map(|read| read.items.values().cloned().collect()).unwrap_or_default()
    }

    /// Whether absence from the list, as it was read last, proves something.
    pub fn is_proof(&self) -> bool {
        self.slot().read.as_ref().is_some_and(|read| read.proof)
    }

    /// Records our own write; a list that was not read yet stays so, and will show it.
    pub fn put(&self, item: T)
    where
        T: Keyed,
    {
        self.write(item.key(), Some(item));
    }

    /// Records that we deleted an item.
    pub fn remove(&self, id: &str) {
        self.write(id.to_ascii_lowercase(), None);
    }

    fn write(&self, id: String, item: Option<T>) {
        let mut slot = self.slot();
        if let Some(read) = &mut slot.read {
            match &item {
                Some(item) => _ = read.items.insert(id.clone(), item.clone()),
                None => _ = read.items.remove(&id),
            }
        }
        if slot.flight.is_some() {
            slot.written.push((id, item));
        }
    }
}

fn stopped() -> Error {
    Error::unsent("wait for a list", ErrorKind::Stopped)
}

/// What tells an item of a list from the others: its id, without case.
pub trait Keyed {
    fn key(&self) -> String;
}

/// Lists by the object they belong to.
pub struct ListsByOwner<T>(Mutex<HashMap<String, SharedList<T>>>);

impl<T> Default for ListsByOwner<T> {
    fn default() -> Self {
        ListsByOwner(Mutex::new(HashMap::new()))
    }
}

impl<T> ListsByOwner<T> {
    /// The list of an owner.
    pub fn of(&self, owner: &str) -> SharedList<T> {
        let mut lists = self.0.lock().expect("no panic while locked");
        lists.entry(owner.to_ascii_lowercase()).or_default().clone()
    }

    /// All lists that were ever asked for.
    pub fn all(&self) -> Vec<SharedList<T>> {
        self.0.lock().expect("no panic while locked").values().cloned().collect()
    }
}
