//! Times, memory and processor time.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use xtask::{interrupt, project};

/// How often processes are looked at. The kernel keeps the highest values itself, so only the last moments of a process
/// can be missed.
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

/// The most memory, in bytes, that any process of the program had while `work` ran. None where the system does not tell
/// (it does on Linux).
pub fn peak_memory(program: &Path, work: impl FnOnce() -> Result<()>) -> Result<Option<u64>> {
    let memory = |process: &Path| high_water_mark(&std::fs::read_to_string(process.join("status")).ok()?);
    Ok(watch(program, memory, work)?.into_iter().max())
}

/// The processor time that all processes of the program used while `work` ran. None where the system does not tell (it
/// does on Linux).
pub fn processor_time(program: &Path, work: impl FnOnce() -> Result<()>) -> Result<Option<Duration>> {
    let used = watch(program, nanoseconds_used, work)?;
    Ok((!used.is_empty()).then(|| Duration::from_nanos(used.iter().sum())))
}

/// The highest value that each process of the program had while `work` ran, as `look` finds it in the process's folder
/// under `/proc`.
fn watch(
    program: &Path,
    look: impl Fn(&Path) -> Option<u64> + Sync,
    work: impl FnOnce() -> Result<()>,
) -> Result<Vec<u64>> {
    let program = program.canonicalize().with_context(|| format!("cannot find {}", program.display()))?;
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let watch = scope.spawn(|| {
            let mut highest = BTreeMap::new();
            while !done.load(Ordering::Relaxed) {
                for process in processes(&program) {
                    if let Some(value) = look(&process) {
                        let known = highest.entry(process).or_insert(value);
                        *known = value.max(*known);
                    }
                }
                std::thread::sleep(LOOK_EVERY);
            }
            highest.into_values().collect()
        });
        let result = work();
        done.store(true, Ordering::Relaxed);
        let highest = watch.join().expect("looking at processes does not panic");
        result.map(|()| highest)
    })
}

/// The folders of the program's running processes.
fn processes(program: &Path) -> Vec<PathBuf> {
    let Ok(all) = std::fs::read_dir("/proc") else { return Vec::new() };
    let folders = all.flatten().map(|entry| entry.path());
    folders.filter(|folder| std::fs::read_link(folder.join("exe")).is_ok_and(|running| running == program)).collect()
}

/// The first figure of each thread's schedstat.
fn nanoseconds_used(process: &Path) -> Option<u64> {
    let threads = std::fs::read_dir(process.join("task")).ok()?.flatten();
    let used = |thread: std::fs::DirEntry| -> Option<u64> {
        std::fs::read_to_string(thread.path().join("schedstat")).ok()?.split(' ').next()?.parse().ok()
    };
    Some(threads.filter_map(used).sum())
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

    #[cfg(target_os = "linux")]
    #[test]
    fn processes_are_watched_while_the_work_runs() {
        let own = std::env::current_exe().unwrap();
        // Work that takes processor time, through many looks.
        let work = || {
            let end = Instant::now() + LOOK_EVERY * 50;
            while Instant::now() < end {
                std::hint::spin_loop();
            }
            Ok(())
        };
        assert!(peak_memory(&own, work).unwrap().unwrap() > 100_000);
        assert!(processor_time(&own, work).unwrap().unwrap() > Duration::ZERO);
        assert_eq!(processor_time(Path::new("/bin/false"), || Ok(())).unwrap(), None);
    }
}
