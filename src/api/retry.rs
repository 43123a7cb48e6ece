//! When a request is sent again, and how long is waited before.
//!
//! *Whether* it may be sent again is said by [`ErrorKind::outcome`], kind by kind. GET, PUT, PATCH and DELETE may be
//! sent again after most failures because doing them twice is doing them once; a POST only when the first surely had no
//! effect.
//!
//! The wait before try `n + 1` is a random time between nothing and `BASE * 2^(n - 1)`, at most [`CAP`] (exponential
//! backoff with full jitter: callers that failed together do not come back together). When the service said
//! `Retry-After`, that is waited as well, before the random time. Two kinds wait otherwise: what was surely not
//! processed is sent again at once, the first time; and after a 429 the whole client pauses (`limits.rs`), so that the
//! request only queues up again, and it does not count as a try.
//!
//! There is an end when [`Policy::max_retries`] is used up (0 switches every retry off, of a 429 too), when the
//! operation's time is over or would be after the next wait, when a read met nothing but 429 for [`PATIENCE`], and at
//! once when the operation is asked to stop. A write that is under way is never broken off by a stop; a read is.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use reqwest::Method;
use tokio::time::{Instant, sleep};

use super::CallLimits;
use super::error::{Effect, End, ErrorKind};
use super::outside::Outside;

/// The longest first wait. Half a second on average is long enough for a connection to be made anew.
pub(super) const BASE: Duration = Duration::from_millis(500);

/// No random wait is longer: an operator watches.
pub(super) const CAP: Duration = Duration::from_secs(20);

/// How long a read goes on when it meets nothing but 429.
const PATIENCE: Duration = Duration::from_secs(120);

/// How often and when to try again.
#[derive(Clone)]
pub(super) struct Policy {
    /// How often after the first try.
    pub(super) max_retries: u32,
    /// The longest wait after the first try.
    pub(super) base: Duration,
    /// Random numbers from 0 up to 1.
    pub(super) random: Arc<dyn Fn() -> f64 + Send + Sync>,
}

impl Policy {
    pub(super) fn new(max_retries: u32) -> Policy {
        Policy { max_retries, base: BASE, random: Arc::new(fastrand::f64) }
    }

    fn backoff(&self, failures: u32) -> Duration {
        let longest = self.base.saturating_mul(1_u32.checked_shl(failures - 1).unwrap_or(u32::MAX)).min(CAP);
        longest.mul_f64((self.random)().clamp(0.0, 1.0))
    }
}

impl fmt::Debug for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Policy")
            .field("max_retries", &self.max_retries)
            .field("base", &self.base)
            .finish_non_exhaustive()
    }
}

/// One try that failed.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) kind: ErrorKind,
    /// What the service asks to wait.
    pub(super) retry_after: Option<Duration>,
    pub(super) request_id: Option<Outside>,
}

impl From<ErrorKind> for Failure {
    fn from(kind: ErrorKind) -> Failure {
        Failure { kind, retry_after: None, request_id: None }
    }
}

/// The tries of one request.
pub(super) struct Tries<'a> {
    operation: &'static str,
    method: Method,
    policy: &'a Policy,
    call: &'a CallLimits,
    pub(super) begun_at: Instant,
    /// How often it was sent.
    pub(super) count: u32,
    /// How often that was answered with a 429, and since when.
    limited: u32,
    limited_since: Option<Instant>,
    unprocessed: bool,
    /// Whether a try that failed may have had an effect.
    pub(super) unsure: bool,
}

impl Tries<'_> {
    pub(super) fn new<'a>(
        operation: &'static str,
        method: &Method,
        policy: &'a Policy,
        call: &'a CallLimits,
    ) -> Tries<'a> {
        Tries {
            operation,
            method: method.clone(),
            policy,
            call,
            begun_at: Instant::now(),
            count: 0,
            limited: 0,
            limited_since: None,
            unprocessed: false,
            unsure: false,
        }
    }

    /// Waits until the next try may be sent; or says why this failure is the last.
    pub(super) async fn failed(&mut self, failure: &Failure) -> Result<(), End> {
        let outcome = failure.kind.outcome();
        let again = if self.method == Method::POST { outcome.post_again } else { outcome.again };
        let limited = failure.kind.is_rate_limit();
        self.limited += u32::from(limited);
        if !again || self.policy.max_retries == 0 || self.count - self.limited > self.policy.max_retries {
            return Err(End::Plain);
        }
        let left = self.call.deadline.saturating_duration_since(Instant::now());
        let asked = failure.retry_after.unwrap_or_default();
        if asked > left {
            return Err(End::Wait { wait: asked, until: SystemTime::now().checked_add(asked) });
        }
        if limited {
            return if self.is_patient() { Ok(()) } else { Err(End::Plain) };
        }
        let at_once = matches!(failure.kind, ErrorKind::Unprocessed { .. }) && !self.unprocessed;
        self.unprocessed |= at_once;
        let backoff = if at_once { Duration::ZERO } else { self.policy.backoff(self.count - self.limited) };
        let wait = asked.saturating_add(backoff);
        if wait >= left {
            return Err(End::Deadline);
        }
        self.unsure |= outcome.effect != Effect::None;
        let (operation, tries, milliseconds) = (self.operation, self.count, wait.as_millis());
        tracing::debug!(operation, tries, milliseconds, "waiting before the next try");
        tokio::select! {
            biased;
            () = self.call.stop.cancelled() => Err(End::Stopped),
            () = sleep(wait) => Ok(()),
        }
    }

    /// Whether a request that was answered with a 429 goes on: a write as long as there is time, a read for a while.
    fn is_patient(&mut self) -> bool {
        let since = *self.limited_since.get_or_insert_with(Instant::now);
        self.method != Method::GET || self.limited < self.count || since.elapsed() < PATIENCE
    }
}

/// Reads a `Retry-After` header: seconds, or a date, which is compared to `now`.
pub(super) fn retry_after(header: &str, now: SystemTime) -> Option<Duration> {
    if let Ok(seconds) = header.trim().parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = httpdate::parse_http_date(header.trim()).ok()?;
    Some(date.duration_since(now).unwrap_or_default())
}
