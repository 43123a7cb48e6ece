//! What the client keeps to by itself: requests in flight, and requests per second.

use std::num::NonZeroU32;

use governor::clock::Clock;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::{Instant, sleep, sleep_until};

use super::CallLimits;
use super::kind::ErrorKind;

/// At most this many requests are in flight: as many as Terraform has operations at work by default.
pub const MAX_IN_FLIGHT: usize = 10;

/// The limits of one client, shared by all its clones.
pub(super) struct Limits {
    slots: Semaphore,
    pace: Option<RateLimiter<NotKeyed, InMemoryState, TokioClock>>,
}

impl Limits {
    pub(super) fn new(max_requests_per_second: Option<NonZeroU32>) -> Limits {
        // Evenly spaced, without a burst: the limit then holds in any second, wherever it is taken to begin.
        let quota = |rate| Quota::per_second(rate).allow_burst(NonZeroU32::MIN);
        let pace = max_requests_per_second.map(|rate| RateLimiter::direct_with_clock(quota(rate), TokioClock));
        Limits { slots: Semaphore::new(MAX_IN_FLIGHT), pace }
    }

    /// Waits until a request may be sent; the permit is held while it is in flight.
    pub(super) async fn admit(&self, call: &CallLimits) -> Result<SemaphorePermit<'_>, ErrorKind> {
        tokio::select! {
            biased;
            () = call.stop.cancelled() => Err(ErrorKind::Stopped),
            () = sleep_until(call.deadline) => Err(ErrorKind::NoTime),
            permit = self.turn() => Ok(permit),
        }
    }

    async fn turn(&self) -> SemaphorePermit<'_> {
        let permit = self.slots.acquire().await.expect("the semaphore is never closed");
        if let Some(pace) = &self.pace {
            while let Err(early) = pace.check() {
                sleep(early.wait_time_from(TokioClock.now())).await;
            }
        }
        permit
    }
}

/// Tokio's time, which tests can stop.
#[derive(Clone, Debug)]
struct TokioClock;

impl Clock for TokioClock {
    type Instant = std::time::Instant;

    fn now(&self) -> Self::Instant {
        Instant::now().into_std()
    }
}
