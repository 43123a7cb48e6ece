//! What a run will write, said before it writes, and whether that is agreed to.

use std::io::{self, BufRead, IsTerminal, Write as _};

use crate::arguments::Write;
use crate::journal::Journal;

/// Says what will be written and asks; true when it may go on.
pub fn ask(write: &Write, journal: &Journal, contract_name: &str) -> Result<bool, String> {
    println!("{}", plan(write, journal, contract_name));
    if write.consented {
        return Ok(true);
    }
    let mut input = io::stdin().lock();
    if !io::stdin().is_terminal() {
        return Err("nobody is there to be asked; --yes writes without asking".to_string());
    }
    print!("Type yes to go on: ");
    io::stdout().flush().map_err(|error| format!("cannot ask: {error}"))?;
    let mut answer = String::new();
    input.read_line(&mut answer).map_err(|error| format!("cannot read the answer: {error}"))?;
    Ok(answer.trim() == "yes")
}

/// What will be written, in words.
fn plan(write: &Write, journal: &Journal, contract_name: &str) -> String {
    let prefix = journal.prefix();
    let mut lines = vec![
        format!("This writes to {} in contract \"{contract_name}\" ({}):", journal.endpoint, journal.contract),
        format!("  - up to 6 pay-per-use partners, whose names begin with {prefix}; they are renamed and deleted"),
        format!("  - up to 8 members in them, at {prefix}...@example.com, an address that nobody reads"),
    ];
    if write.allocate {
        lines.push(
            "  - a partner of 1 GB, resized to 0 and back; two creations that ask for more than the whole contract,"
                .to_string(),
        );
        lines.push("    to be refused (deleted at once, should they be accepted)".to_string());
    }
    if write.accounts {
        let allocated = if write.allocate { ", and one more of 2 GB with an account of 2 GB" } else { "" };
        lines.push(format!("  - a pay-per-use partner with up to 4 storage accounts{allocated}"));
        lines.push(
            "    The service keeps storage accounts for 30 days, and most likely their partner with them.".to_string(),
        );
    }
    lines.push(format!(
        "What is made is noted in {} before it is made, and deleted at the end,",
        journal.path.display()
    ));
    lines.push("also after Ctrl-C. Nothing else is changed or deleted.".to_string());
    lines.join("\n")
}
