//! How a write waits for capacity: in `relaxed`, when other changes of the same apply, or people, may free some.
//!
//! Whoever fits goes first; there is no queue behind a large one. Figures are read again soon at first, then rarely,
//! since somebody else has to act; one reading serves all who wait.

use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use super::asked::Increase;
use super::check::{CapacityCheck, Reservation};
use super::messages::{self, GaveUp};
use super::pool::PoolReading;
use crate::api::CallLimits;
use crate::terraform::diagnostics::Result;

/// How long is waited before figures are read again; the last one repeats.
const POLLS: [Duration; 4] =
    [Duration::from_secs(1), Duration::from_secs(2), Duration::from_secs(5), Duration::from_secs(15)];

/// A wait ends when for so long no cut of this process was running or ended, and no figure changed. Cuts of the same
/// apply begin within it unless waits keep them from starting, and then an end is what helps them.
pub const PATIENCE: Duration = Duration::from_secs(120);

impl CapacityCheck {
    /// Waits until an increase fits, within the operation's time.
    pub(super) async fn wait(
        &self,
        limits: &CallLimits,
        pool: &PoolReading,
        increase: &Increase,
        has_timeouts: bool,
    ) -> Result<Reservation<'_>> {
        let (source, began) = (&pool.source, Instant::now());
        let mut polls = POLLS.iter().chain(std::iter::repeat(&POLLS[POLLS.len() - 1]));
        let mut next_poll = began + POLLS[0];
        loop {
            let mut changed = std::pin::pin!(self.changed.notified());
            changed.as_mut().enable();
            let asked_at = Instant::now();
            let shortfall = match self.begin_write(source, increase) {
                Ok(reservation) => return Ok(reservation.after_a_wait()),
                Err(shortfall) => shortfall,
            };
            if limits.stop.is_cancelled() {
                return Err(messages::stopped(pool, &shortfall));
            }
            let left = limits.deadline.saturating_duration_since(Instant::now());
            let quiet = self.quiet_for(source, began);
            let why = match (left.is_zero(), quiet >= PATIENCE) {
                (true, _) => Some(GaveUp::Timeout),
                (false, true) => Some(GaveUp::NothingUnderWay(quiet)),
                (false, false) => None,
            };
            if let Some(why) = why {
                return Err(messages::no_capacity_in_time(pool, &shortfall, began.elapsed(), &why, has_timeouts));
            }
            tokio::select! {
                () = changed => {}
                () = limits.stop.cancelled() => {}
                () = sleep_until(next_poll.min(limits.deadline)) => {
                    if Instant::now() < limits.deadline {
                        self.read_again(limits, source, asked_at).await?;
                    }
                    next_poll = Instant::now() + polls.next().copied().unwrap_or_default();
                }
            }
        }
    }
}
