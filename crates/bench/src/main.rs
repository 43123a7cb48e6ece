//! `cargo xtask bench`: what the provider costs, measured with a real Terraform against the simulator, with Terraform's
//! own objects beside it in the same run.

mod budget;
mod chart;
mod measure;
mod partners;
mod picture;
mod report;
mod serve;
mod worst;

use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use terraform_cli::Cli;
use xtask::{interrupt, program, project};

use partners::Tools;
use report::Report;

/// Where the tables are published.
const PAGE: &str = "docs/guides/performance.md";

/// The tables are between these lines of the page.
const MARKS: (&str, &str) = ("<!-- figures -->", "<!-- /figures -->");

/// What the words after `bench` ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Request {
    /// The serving half alone.
    serve_only: bool,
    /// The memory for the worst answers alone.
    worst_only: bool,
    latency: String,
    sizes: Vec<u32>,
    rounds: usize,
    check: bool,
    write: bool,
    /// Draw the picture of what was measured before.
    picture: bool,
}

impl Request {
    fn read(words: &[&str]) -> Result<Request> {
        let mut request = Request {
            serve_only: false,
            worst_only: false,
            latency: "50ms".into(),
            sizes: vec![1, 10, 100, 1000, 5000],
            rounds: 3,
            check: false,
            write: false,
            picture: false,
        };
        let mut words = words.iter();
        while let Some(word) = words.next() {
            let mut value = || words.next().with_context(|| format!("{word} needs a value"));
            match *word {
                "serve" => request.serve_only = true,
                "worst" => request.worst_only = true,
                "--check" => request.check = true,
                "--write" => request.write = true,
                "--picture" => request.picture = true,
                "--latency" => request.latency = (*value()?).to_owned(),
                "--rounds" => request.rounds = value()?.parse().context("--rounds needs a count")?,
                "--sizes" => request.sizes = sizes(value()?)?,
                _ => bail!(
                    "bench takes serve or worst, --latency 50ms, --sizes 1,10,100, --rounds 3, --check, --write and \
                     --picture, not {word}"
                ),
            }
        }
        ensure!(request.rounds > 0, "--rounds needs at least 1");
        let whole = !request.serve_only && !request.worst_only;
        ensure!(whole || !(request.check || request.write), "--check and --write are for the whole run");
        ensure!(!(request.serve_only && request.worst_only), "serve and worst are two runs");
        Ok(request)
    }
}

fn sizes(list: &str) -> Result<Vec<u32>> {
    let sizes: Result<Vec<u32>, _> = list.split(',').map(str::parse).collect();
    let mut sizes = sizes.with_context(|| format!("--sizes needs counts such as 1,10,100, not {list}"))?;
    sizes.sort_unstable();
    sizes.dedup();
    Ok(sizes)
}

fn main() -> ExitCode {
    program::run(|words| run(words).map(|()| ExitCode::SUCCESS))
}

fn run(words: &[&str]) -> Result<()> {
    let request = Request::read(words)?;
    if request.picture {
        return picture::write(&page()?);
    }
    let latency = milliseconds(&request.latency)?;
    let cli = xtask::cli::at_hand()?;
    interrupt::catch()?;
    let provider = project::build_release(project::PROVIDER)?;
    let simulator = project::build_release(project::SIMULATOR)?;
    let mut report = Report { setting: setting(&cli, &request), latency, ..Report::default() };
    if !request.worst_only {
        report.serving = Some(serve::measure(&cli, &provider, request.rounds)?);
    }
    if !request.serve_only {
        report.worst = worst::measure(&cli, &provider, &simulator)?;
    }
    if !request.serve_only && !request.worst_only {
        let tools = Tools { cli: &cli, provider: &provider, simulator: &simulator, latency: &request.latency };
        for size in &request.sizes {
            eprintln!("{size} partners, {} rounds", request.rounds);
            report.partners.push(partners::measure(&tools, *size, request.rounds)?);
        }
        report.binary = Some(std::fs::metadata(&provider)?.len());
    }
    println!("{}", report.markdown());
    if request.write {
        publish(&report.markdown())?;
    }
    if request.check { budget::check(&report.figures()) } else { Ok(()) }
}

fn setting(cli: &Cli, request: &Request) -> String {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let (major, minor) = cli.version;
    let latency = request.latency.replace("ms", " ms");
    let service = if request.serve_only {
        String::new()
    } else {
        format!(" The simulated service takes {latency} for each answer.")
    };
    format!(
        "Measured by `cargo xtask bench` with {} {major}.{minor} on {cores} cores of {} {}. Times are medians of \
         {}.{service}",
        cli.product,
        std::env::consts::OS,
        std::env::consts::ARCH,
        request.rounds,
    )
}

fn milliseconds(latency: &str) -> Result<Duration> {
    let count = latency.strip_suffix("ms").and_then(|count| count.parse().ok());
    Ok(Duration::from_millis(count.with_context(|| format!("--latency needs a span such as 50ms, not {latency}"))?))
}

/// Puts the tables between the marks of the published page, and draws the picture of them.
fn publish(tables: &str) -> Result<()> {
    let page =
        replaced(&page()?, tables).with_context(|| format!("{PAGE} lacks the lines {} and {}", MARKS.0, MARKS.1))?;
    write(&project::root().join(PAGE), &page)?;
    picture::write(&page)
}

fn page() -> Result<String> {
    std::fs::read_to_string(project::root().join(PAGE)).with_context(|| format!("cannot read {PAGE}"))
}

fn write(path: &Path, text: &str) -> Result<()> {
    std::fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}

fn replaced(page: &str, tables: &str) -> Option<String> {
    let (before, rest) = page.split_once(MARKS.0)?;
    let (_, after) = rest.split_once(MARKS.1)?;
    Some(format!("{before}{}\n\n{tables}\n\n{}{after}", MARKS.0, MARKS.1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_after_bench() {
        let read = |words: &[&str]| Request::read(words).map_err(|error| error.to_string());
        let all = read(&[]).unwrap();
        assert_eq!((all.sizes.len(), all.rounds, all.serve_only), (5, 3, false));
        let some = read(&["--sizes", "10,1,10", "--latency", "5ms", "--rounds", "1", "--check"]).unwrap();
        assert_eq!(some, Request { sizes: vec![1, 10], latency: "5ms".into(), rounds: 1, check: true, ..all.clone() });
        assert_eq!(read(&["serve"]).unwrap(), Request { serve_only: true, ..all.clone() });
        assert_eq!(read(&["worst"]).unwrap(), Request { worst_only: true, ..all });
        assert_eq!(read(&["worst", "--check"]), Err("--check and --write are for the whole run".into()));
        assert_eq!(read(&["--sizes"]), Err("--sizes needs a value".into()));
        assert_eq!(read(&["--sizes", "x"]), Err("--sizes needs counts such as 1,10,100, not x".into()));
        assert_eq!(read(&["--rounds", "0"]), Err("--rounds needs at least 1".into()));
        assert_eq!(read(&["serve", "--check"]), Err("--check and --write are for the whole run".into()));
    }

    #[test]
    fn tables_replace_what_is_between_the_marks() {
        let page = "before\n<!-- figures -->\nold\n<!-- /figures -->\nafter\n";
        let expected = "before\n<!-- figures -->\n\nnew\n\n<!-- /figures -->\nafter\n";
        assert_eq!(replaced(page, "new").as_deref(), Some(expected));
        assert_eq!(replaced("no marks", "new"), None);
    }
}
