//! Ctrl-C: the first one ends the questions and begins the cleaning up, the second one ends the program.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

static COUNT: AtomicUsize = AtomicUsize::new(0);
static ASKING: AtomicBool = AtomicBool::new(false);

/// How often a wait looks whether it is over.
const LOOK: Duration = Duration::from_millis(20);

/// From now on Ctrl-C (and SIGTERM) is noted, and the second one ends the program at once.
pub fn catch() -> Result<(), String> {
    let caught = ctrlc::set_handler(|| {
        if ASKING.load(Ordering::SeqCst) {
            std::process::exit(130);
        }
        if COUNT.fetch_add(1, Ordering::SeqCst) > 0 {
            eprintln!("interrupted again: ended before everything was cleaned up; --clean goes on with the journal");
            std::process::exit(130);
        }
        eprintln!("interrupted: cleaning up; once more ends the program at once");
    });
    caught.map_err(|error| format!("cannot catch Ctrl-C: {error}"))
}

/// Does something that waits for a person, before there is anything to clean up: Ctrl-C ends the program at once.
pub fn while_asking<T>(ask: impl FnOnce() -> T) -> T {
    ASKING.store(true, Ordering::SeqCst);
    let answer = ask();
    ASKING.store(false, Ordering::SeqCst);
    answer
}

/// Whether Ctrl-C was pressed.
pub fn pressed() -> bool {
    COUNT.load(Ordering::SeqCst) > 0
}

/// Waits; Ctrl-C ends the wait early where `heed` says so.
pub fn wait(duration: Duration, heed: bool) {
    let end = Instant::now() + duration;
    while !(heed && pressed()) {
        let left = end.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return;
        }
        thread::sleep(left.min(LOOK));
    }
}
