//! How fast requests are sent: as `max_requests_per_second` says, and slower when the service asks for it.
//!
//! A 429 is an answer to the whole client, not to one request: all of them pause, for as long as `Retry-After` says or
//! a time that grows, and are then spaced to what the service was seen to take. The spacing shrinks again while nothing
//! is refused. How many are in flight at once is Terraform's `-parallelism`: every operation has one request at a time.

use std::num::NonZeroU32;
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use super::CallLimits;
use super::error::ErrorKind;

/// How long it may take to be connected, TLS included. Nothing was sent before, so a creation can be tried again.
pub(super) const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// No pause of our own choice is longer.
const LONGEST_PAUSE: Duration = Duration::from_secs(20);

/// How long nothing must have been refused before requests are spaced a little less.
const CALM: Duration = Duration::from_secs(30);

/// A walk that waited longer than this for the service's limit was slowed a lot.
const A_LOT: Duration = Duration::from_secs(10);

/// The limits of one client, shared by all its clones.
pub(super) struct Limits {
    /// Who holds it is the next to send: first come, first served.
    turn: tokio::sync::Mutex<()>,
    pace: Mutex<Pace>,
    /// What the service's limit is taken to count in.
    window: Duration,
}

#[derive(Debug)]
struct Pace {
    /// When the next request may be sent.
    next: Instant,
    /// What the operator wants between two requests.
    wanted: Duration,
    /// What the service wants between two requests, as far as it can be told.
    spacing: Duration,
    /// When requests were last slowed down; those that were sent before did not know.
    slowed_at: Option<Instant>,
    /// How often that happened without a good answer in between.
    in_a_row: u32,
    /// When the last requests were answered well.
    good: Vec<Instant>,
    /// How long requests waited for the service's limit, all in all.
    waited: Duration,
    told: bool,
}

impl Limits {
    /// `window` is the time in which the service is taken to count requests.
    pub(super) fn new(max_requests_per_second: Option<NonZeroU32>, window: Duration) -> Limits {
        // Evenly spaced, without a burst: the limit then holds in any second, wherever it is taken to begin.
        let wanted = max_requests_per_second.map_or(Duration::ZERO, |rate| Duration::from_secs(1) / rate.get());
        let pace = Pace {
            next: Instant::now(),
            wanted,
            spacing: Duration::ZERO,
            slowed_at: None,
            in_a_row: 0,
            good: Vec::new(),
            waited: Duration::ZERO,
            told: false,
        };
        Limits { turn: tokio::sync::Mutex::new(()), pace: Mutex::new(pace), window }
    }

    fn pace(&self) -> MutexGuard<'_, Pace> {
        self.pace.lock().expect("no panic while locked")
    }

    /// Waits until a request may be sent.
    pub(super) async fn admit(&self, call: &CallLimits) -> Result<(), ErrorKind> {
        tokio::select! {
            biased;
            () = call.stop.cancelled() => Err(ErrorKind::Stopped),
            () = sleep_until(call.deadline) => Err(ErrorKind::NoTime),
            () = self.turn() => Ok(()),
        }
    }

    async fn turn(&self) {
        let _turn = self.turn.lock().await;
        // What is waited for may move away in the meantime.
        loop {
            let taken = self.pace().take();
            let Err(next) = taken else { return };
            let _waiting = Waiting { limits: self, since: Instant::now() };
            sleep_until(next).await;
        }
    }

    /// One request was answered, and not with a 429.
    pub(super) fn answered(&self) {
        let (now, mut pace) = (Instant::now(), self.pace());
        let window = self.window;
        pace.good.retain(|at| now.duration_since(*at) < window);
        pace.good.push(now);
        pace.in_a_row = 0;
        if pace.slowed_at.is_some_and(|at| now.duration_since(at) > CALM) {
            pace.slowed_at = Some(now);
            pace.spacing = pace.spacing.mul_f64(0.9);
        }
    }

    /// A request that was sent then was answered with a 429, and this wait asked for.
    pub(super) fn refused(&self, sent_at: Instant, asked: Option<Duration>) {
        let (now, mut pace) = (Instant::now(), self.pace());
        // Those that were under way together are refused together: that is one sign, not many.
        if pace.slowed_at.is_some_and(|at| sent_at < at) {
            pace.pause(now, asked.unwrap_or_default());
            return;
        }
        // Refused again before anything got through: it is the pause that was too short.
        if pace.in_a_row == 0 {
            let window = self.window;
            let taken = pace.good.iter().filter(|at| now.duration_since(**at) < window).count().max(1);
            let seen = window.mul_f64(1.1 / taken as f64);
            pace.spacing = pace.spacing.mul_f64(1.25).max(seen).min(LONGEST_PAUSE);
        }
        let own = self.window.saturating_mul(1 << pace.in_a_row.min(8)).min(LONGEST_PAUSE);
        let pause = match asked {
            Some(asked) if pace.in_a_row == 0 => asked,
            Some(asked) => asked.max(own),
            None => own,
        };
        pace.in_a_row += 1;
        pace.slowed_at = Some(now);
        pace.pause(now, pause);
        let (pause, spacing) = (pause.as_millis(), pace.spacing.as_millis());
        tracing::info!(pause, spacing, "the service limits the rate: all requests slow down (milliseconds)");
    }

    /// How long requests waited for the service's limit, when that is a lot; once.
    pub(super) fn slowed(&self) -> Option<Duration> {
        let mut pace = self.pace();
        let news = !pace.told && pace.waited >= A_LOT;
        pace.told |= news;
        news.then_some(pace.waited)
    }
}

impl Pace {
    /// Lets nothing be sent for a while.
    fn pause(&mut self, now: Instant, pause: Duration) {
        self.next = self.next.max(now + pause.min(super::LONGEST_CALL));
    }

    /// Takes the next place; or says when there is one.
    fn take(&mut self) -> Result<(), Instant> {
        let now = Instant::now();
        if self.next > now {
            return Err(self.next);
        }
        self.next = now + self.wanted.max(self.spacing);
        Ok(())
    }
}

/// A wait for a turn, which is counted however it ends.
struct Waiting<'a> {
    limits: &'a Limits,
    since: Instant,
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        let mut pace = self.limits.pace();
        if pace.slowed_at.is_some() && pace.spacing > pace.wanted {
            pace.waited += self.since.elapsed();
        }
    }
}
