//! When a request is sent again, and how long is waited before.
//!
//! | what happened                          | GET, PUT, PATCH, DELETE | POST                          |
//! | -------------------------------------- | ----------------------- | ----------------------------- |
//! | the connection was never made          | again                   | again: nothing was sent       |
//! | its certificate is not trusted         | not again: nothing would change                         |
//! | 429                                    | again                   | again: the service did nothing |
//! | no answer, or half of one (cut, time)  | again                   | never: there may be an effect |
//! | 5xx, except 501 and 505                | again                   | never                         |
//! | 408 and 425                            | again                   | never                         |
//! | a 2xx answer that cannot be read       | again                   | never                         |
//! | any other answer                       | not again                                               |
//!
//! GET, PUT, PATCH and DELETE may be sent again because doing them twice is doing them once.
//!
//! The wait before try `n + 1` is a random time between nothing and `BASE * 2^(n - 1)`, at most [`CAP`] (exponential backoff with full jitter:
//! callers that failed together do not come back together). When the service said `Retry-After`, that is waited as well, before the random time.
//!
//! There is an end when [`Policy::max_retries`] is used up, when the operation's time is over or would be after the next wait, and at
//! once when the operation is asked to stop. A request that is under way is never broken off by a stop.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use tokio::time::{Instant, sleep};

use super::CallLimits;
use super::error::End;
use super::kind::ErrorKind;

/// The longest first wait. Half a second on average is long enough for a connection to be made anew.
pub(super) const BASE: Duration = Duration::from_millis(500);

/// No random wait is longer: an operator watches.
pub(super) const CAP: Duration = Duration::from_secs(20);

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
    pub(super) request_id: Option<String>,
}

impl From<ErrorKind> for Failure {
    fn from(kind: ErrorKind) -> Failure {
        Failure { kind, retry_after: None, request_id: None }
    }
}

/// The tries of one request.
pub(super) struct Tries<'a> {
    operation: &'static str,
    policy: &'a Policy,
    call: &'a CallLimits,
    /// Whether doing it twice is doing it once.
    idempotent: bool,
    pub(super) begun_at: Instant,
    pub(super) count: u32,
    /// Whether a try that failed may have had an effect.
    pub(super) unsure: bool,
}

impl Tries<'_> {
    pub(super) fn new<'a>(
        operation: &'static str,
        policy: &'a Policy,
        call: &'a CallLimits,
        idempotent: bool,
    ) -> Tries<'a> {
        Tries { operation, policy, call, idempotent, begun_at: Instant::now(), count: 0, unsure: false }
    }

    /// Waits until the next try may be sent; or says why this failure is the last.
    pub(super) async fn failed(&mut self, failure: &Failure) -> Result<(), End> {
        if !self.may_repeat(&failure.kind) || self.count > self.policy.max_retries {
            return Err(End::Plain);
        }
        let left = self.call.deadline.saturating_duration_since(Instant::now());
        let asked = failure.retry_after.unwrap_or_default();
        if asked > left {
            return Err(End::Wait(asked));
        }
        let wait = asked.saturating_add(self.policy.backoff(self.count));
        if wait >= left {
            return Err(End::Deadline);
        }
        self.unsure |= !failure.kind.had_no_effect();
        let (operation, tries, milliseconds) = (self.operation, self.count, wait.as_millis());
        tracing::debug!(operation, tries, milliseconds, "waiting before the next try");
        tokio::select! {
            biased;
            () = self.call.stop.cancelled() => Err(End::Stopped),
            () = sleep(wait) => Ok(()),
        }
    }

    fn may_repeat(&self, kind: &ErrorKind) -> bool {
        match kind {
            ErrorKind::Unreachable { .. } | ErrorKind::RateLimited { .. } => true,
            ErrorKind::Tls { certificate, .. } => !certificate,
            ErrorKind::Cut { .. } | ErrorKind::Timeout { .. } => self.idempotent,
            ErrorKind::Unreadable { status, .. } => self.idempotent && (200..300).contains(status),
            ErrorKind::Unavailable { status, .. } => self.idempotent && !matches!(status, 501 | 505),
            ErrorKind::Refused { status, .. } => self.idempotent && matches!(status, 408 | 425),
            _ => false,
        }
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
