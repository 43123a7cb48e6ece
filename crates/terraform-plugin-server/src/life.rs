//! When the process may end: counts connections and running operations.

use std::sync::Arc;

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// Who is connected and what runs.
#[derive(Debug)]
pub(crate) struct Life {
    counts: watch::Sender<Counts>,
    /// Fires when Terraform, or the operator of a debugging session, wants the process to end.
    pub shutdown: CancellationToken,
}

#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    /// Somebody who may speak was connected at some time.
    met: bool,
    connections: usize,
    running: usize,
}

/// Counts as long as it lives.
pub(crate) struct Guard {
    life: Arc<Life>,
    uncount: fn(&mut Counts),
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.life.counts.send_modify(self.uncount);
    }
}

impl Life {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self { counts: watch::Sender::default(), shutdown: CancellationToken::new() })
    }

    /// Counts a connection whose other end proved that it may speak.
    pub(crate) fn connected(self: &Arc<Self>) -> Guard {
        self.counts.send_modify(|counts| {
            counts.met = true;
            counts.connections += 1;
        });
        Guard { life: self.clone(), uncount: |counts| counts.connections -= 1 }
    }

    /// Counts an operation.
    pub(crate) fn running(self: &Arc<Self>) -> Guard {
        self.counts.send_modify(|counts| counts.running += 1);
        Guard { life: self.clone(), uncount: |counts| counts.running -= 1 }
    }

    async fn until(&self, reached: impl FnMut(&Counts) -> bool) {
        // The sender lives as long as `self`, so that this cannot fail.
        _ = self.counts.subscribe().wait_for(reached).await;
    }

    /// Somebody who may speak has connected.
    pub(crate) async fn met(&self) {
        self.until(|counts| counts.met).await;
    }

    /// Somebody was here, and now nobody is.
    pub(crate) async fn deserted(&self) {
        self.until(|counts| counts.met && counts.connections == 0).await;
    }

    /// No operation runs.
    pub(crate) async fn idle(&self) {
        self.until(|counts| counts.running == 0).await;
    }

    /// Every connection is closed.
    pub(crate) async fn disconnected(&self) {
        self.until(|counts| counts.connections == 0).await;
    }
}
