//! Times and memory.

use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use crate::{interrupt, project};

/// How often memory is looked at. The kernel keeps the highest value itself, so only the last moments of a process can be missed.
const LOOK_EVERY: Duration = Duration::from_millis(2);

/// Runs a command without showing its output and says how long it took.
pub fn time(command: &mut Command, expected: i32) -> Result<Duration> {
    interrupt::check()?;
    let start = Instant::now();
    let output =
        command.stdout(Stdio::null()).output().with_context(|| format!("cannot run `{}`", project::line(command)))?;
    let took = start.elapsed();
    interrupt::check()?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(ended(output.status, expected), "`{}` ended with {}:\n{said}", project::line(command), output.status);
    Ok(took)
}

fn ended(status: ExitStatus, expected: i32) -> bool {
    status.code() == Some(expected)
}

/// The middle one; of an even number the lower of the two.
pub fn median<T: Copy + PartialOrd>(values: &[T]) -> Option<T> {
    let mut sorted = values.to_vec();
    sorted.sort_by(|one, other| one.partial_cmp(other).unwrap_or(std::cmp::Ordering::Equal));
    sorted.get(sorted.len().saturating_sub(1) / 2).copied()
}

/// The most memory, in bytes, that any process of the program had while `work` ran. None where the system does not tell (it does on Linux).
pub fn peak_memory(program: &Path, work: impl FnOnce() -> Result<()>) -> Result<Option<u64>> {
    let program = program.canonicalize().with_context(|| format!("cannot find {}", program.display()))?;
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let watch = scope.spawn(|| {
            let mut peak = None;
            while !done.load(Ordering::Relaxed) {
                peak = peak.max(now(&program));
                std::thread::sleep(LOOK_EVERY);
            }
            peak
        });
        let result = work();
        done.store(true, Ordering::Relaxed);
        let peak = watch.join().expect("looking at memory does not panic");
        result.map(|()| peak)
    })
}

/// The peak of the program's running processes.
fn now(program: &Path) -> Option<u64> {
    let processes = std::fs::read_dir("/proc").ok()?;
    let ours = processes
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| std::fs::read_link(path.join("exe")).is_ok_and(|executable| executable == program));
    ours.filter_map(|path| high_water_mark(&std::fs::read_to_string(path.join("status")).ok()?)).max()
}

/// The bytes of the line VmHWM, which is in kilobytes.
fn high_water_mark(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: u64 = line.trim().strip_suffix(" kB")?.trim().parse().ok()?;
    Some(kilobytes * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_one_of_the_values() {
        assert_eq!(median(&[3, 1, 2]), Some(2));
        assert_eq!(median(&[4.0, 1.0, 3.0, 2.0]), Some(2.0));
        assert_eq!(median::<u8>(&[]), None);
    }

    #[test]
    fn memory_is_read_from_what_the_kernel_says() {
        assert_eq!(high_water_mark("Name:\tx\nVmHWM:\t    5400 kB\nVmRSS:\t 1 kB\n"), Some(5400 * 1024));
        assert_eq!(high_water_mark("Name:\tx\n"), None);
    }
}
