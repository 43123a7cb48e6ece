//! What a run will write, said before it writes, and whether that is agreed to.

use std::io::{self, BufRead, IsTerminal, Write as _};
use std::path::Path;

use crate::arguments::Write;
use crate::interrupt;

/// Where a run will write.
pub struct Place<'a> {
    pub endpoint: &'a str,
    pub contract_name: &'a str,
    /// What the names of the run begin with.
    pub prefix: &'a str,
    pub journal: &'a Path,
}

/// Says what will be written and asks; true when it may go on.
pub fn ask(write: &Write, place: &Place<'_>) -> Result<bool, String> {
    println!("{}", plan(write, place));
    if write.consented {
        return Ok(true);
    }
    if !io::stdin().is_terminal() {
        return Err("nobody is there to be asked; --yes writes without asking".to_string());
    }
    print!("Type yes to go on: ");
    io::stdout().flush().map_err(|error| format!("cannot ask: {error}"))?;
    let mut answer = String::new();
    let read = interrupt::while_asking(|| io::stdin().lock().read_line(&mut answer));
    read.map_err(|error| format!("cannot read the answer: {error}"))?;
    Ok(answer.trim() == "yes")
}

/// What will be written, in words.
fn plan(write: &Write, place: &Place<'_>) -> String {
    let Place { endpoint, contract_name, prefix, journal } = place;
    let mut text = format!(
        "This writes to {endpoint} in contract \"{contract_name}\" ({}):\n  \
         - up to 6 pay-per-use partners, whose names begin with {prefix}; they are renamed and deleted\n  \
         - up to 8 members in them, at {prefix}...@example.com, an address that nobody reads\n",
        write.contract
    );
    if write.allocate {
        text.push_str(
            "  - a partner of 1 GB, resized to 0 and back; three creations that ask for more than there is, or for \
             no\n    number, to be refused (deleted at once, should they be accepted)\n",
        );
    }
    if write.accounts {
        let allocated = if write.allocate { ", and one more of 2 GB with an account of 2 GB" } else { "" };
        text.push_str(&format!(
            "  - a pay-per-use partner with up to 4 storage accounts{allocated}\n    \
             The service keeps storage accounts for 30 days, and most likely their partner with them.\n"
        ));
    }
    text + &format!(
        "What is made is noted in {} before it is made, and deleted at the end,\n\
         also after Ctrl-C. Nothing else is changed or deleted.",
        journal.display()
    )
}
