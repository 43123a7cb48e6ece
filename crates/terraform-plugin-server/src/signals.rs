//! Signals: a Ctrl-C reaches the provider as well as Terraform, and it is for Terraform to decide what then
//! happens to what was begun. What only reads is broken off at once.

use std::io;

#[cfg(unix)]
use tokio::signal::unix::{Signal, SignalKind, signal};

/// The signals that would end the process, had nobody listened to them.
#[cfg(unix)]
pub(crate) struct Interrupts {
    interrupt: Signal,
    terminate: Signal,
    hangup: Signal,
}

#[cfg(unix)]
impl Interrupts {
    pub(crate) fn listen() -> io::Result<Self> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hangup: signal(SignalKind::hangup())?,
        })
    }

    /// Waits for the next one; whether it asks to end, which the loss of a terminal does not.
    pub(crate) async fn received(&mut self) -> bool {
        tokio::select! {
            _ = self.interrupt.recv() => true,
            _ = self.terminate.recv() => true,
            _ = self.hangup.recv() => false,
        }
    }
}

/// The signals that would end the process, had nobody listened to them.
#[cfg(windows)]
pub(crate) struct Interrupts {
    interrupt: tokio::signal::windows::CtrlC,
    terminate: tokio::signal::windows::CtrlBreak,
}

#[cfg(windows)]
impl Interrupts {
    pub(crate) fn listen() -> io::Result<Self> {
        use tokio::signal::windows::{ctrl_break, ctrl_c};
        Ok(Self { interrupt: ctrl_c()?, terminate: ctrl_break()? })
    }

    /// Waits for the next one; whether it asks to end.
    pub(crate) async fn received(&mut self) -> bool {
        tokio::select! {
            _ = self.interrupt.recv() => true,
            _ = self.terminate.recv() => true,
        }
    }
}

impl Interrupts {
    /// Waits for a signal that may end the process. Under Terraform none may: it asks operations to stop, and ends the
    /// process when it needs it no longer. What only reads is broken off.
    pub(crate) async fn quit(&mut self, debug: bool, break_off: impl Fn()) {
        loop {
            let to_end = self.received().await;
            if debug {
                return;
            }
            if to_end {
                break_off();
            }
            tracing::debug!("a signal ends no write: Terraform decides when the provider ends");
        }
    }
}
