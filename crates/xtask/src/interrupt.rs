//! Ctrl-C: noted, so that what runs can end and everything is cleaned up, instead of ending the process at once.

use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context, Result, bail};

static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// From now on Ctrl-C (and SIGTERM) is only noted. The children in the terminal's foreground get it too and end.
pub fn catch() -> Result<()> {
    ctrlc::set_handler(|| INTERRUPTED.store(true, Ordering::SeqCst)).context("cannot catch Ctrl-C")
}

/// An error once Ctrl-C was pressed. Called between steps: the error's way up runs every clean-up.
pub fn check() -> Result<()> {
    if INTERRUPTED.load(Ordering::SeqCst) {
        bail!("interrupted; everything that was started has been stopped and removed");
    }
    Ok(())
}
