//! What the HTTP side and the Rust methods share, each part behind its own lock.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::{mpsc, oneshot};

use crate::answer::Answer;
use crate::call::Refusal;
use crate::faults::Faults;
use crate::log::Log;
use crate::snapshot::Snapshot;
use crate::tls::Transport;
use crate::world::World;

/// The connection that brought a request.
#[derive(Clone)]
pub(crate) struct Connection {
    pub number: u64,
    /// Whether it has ended for requests that are not carried out yet.
    pub spent: Arc<AtomicBool>,
}

/// Tells the accept loop what to do with its listener.
pub(crate) enum Order {
    /// Close it, open it again after this time, and call back once it is closed.
    Refuse(Duration, Box<dyn FnOnce() + Send>),
    /// Open it now, if it is closed, and call back.
    Accept(Box<dyn FnOnce() + Send>),
}

pub(crate) struct Shared {
    world: Mutex<World>,
    log: Mutex<Log>,
    faults: Mutex<Faults>,
    latency: Mutex<Duration>,
    /// The present second of the rate limit, and how many requests it has seen.
    rate: Mutex<(u64, u32)>,
    orders: mpsc::UnboundedSender<Order>,
    pub transport: Transport,
    save: Option<PathBuf>,
    pub started: Instant,
}

impl Shared {
    pub fn new(
        world: World,
        transport: Transport,
        latency: Duration,
        save: Option<PathBuf>,
        orders: mpsc::UnboundedSender<Order>,
    ) -> Self {
        Self {
            world: Mutex::new(world),
            log: Mutex::default(),
            faults: Mutex::default(),
            latency: Mutex::new(latency),
            rate: Mutex::default(),
            orders,
            transport,
            save,
            started: Instant::now(),
        }
    }

    pub fn world(&self) -> MutexGuard<'_, World> {
        lock(&self.world)
    }

    pub fn log(&self) -> MutexGuard<'_, Log> {
        lock(&self.log)
    }

    pub fn faults(&self) -> MutexGuard<'_, Faults> {
        lock(&self.faults)
    }

    pub fn latency(&self) -> Duration {
        *lock(&self.latency)
    }

    pub fn set_latency(&self, latency: Duration) {
        *lock(&self.latency) = latency;
    }

    /// The 429 for a request beyond the rate limit of the present second.
    pub fn over_rate_limit(&self) -> Option<Answer> {
        let world = self.world();
        let limit = world.switches.count("rate_limit");
        if limit == 0 {
            return None;
        }
        let second = self.started.elapsed().as_secs();
        let mut rate = lock(&self.rate);
        *rate = if rate.0 == second { (second, rate.1.saturating_add(1)) } else { (second, 1) };
        if rate.1 <= limit {
            return None;
        }
        let retry_after = match world.switches.value("rate_limit_retry_after") {
            "none" => None,
            "date" => Some("+1s".to_string()),
            _ => Some("1".to_string()),
        };
        let answer = Answer::refused(&world.switches, &Refusal::new(429, "too many requests"));
        Some(answer.with_retry_after(retry_after))
    }

    /// Refuses connections for a while; done once the listener is closed.
    pub async fn refuse_connections(&self, duration: Duration) {
        let (done, closed) = oneshot::channel();
        let sent = self.order(Order::Refuse(duration, Box::new(move || done.send(()).unwrap_or_default())));
        if sent {
            // An error means that the simulator is shutting down.
            drop(closed.await);
        }
    }

    /// Writes what is there to the file that was named for it, whole or not at all; the file's name, if there is one.
    pub fn save(&self) -> io::Result<Option<&Path>> {
        let Some(file) = &self.save else { return Ok(None) };
        let snapshot = {
            let mut world = self.world();
            world.settle();
            Snapshot::of(&world)
        };
        let mut part = file.clone().into_os_string();
        part.push(".part");
        let about = |error: io::Error| io::Error::new(error.kind(), format!("{}: {error}", file.display()));
        fs::write(&part, snapshot.to_json()).and_then(|()| fs::rename(&part, file)).map_err(about)?;
        Ok(Some(file))
    }

    /// Gives an order to the accept loop; false when it has ended.
    pub fn order(&self, order: Order) -> bool {
        self.orders.send(order).is_ok()
    }
}

/// A lock is never left in a bad state: a panic in one request must not take the others down.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
