//! The questions that take objects of one's own: made, changed and deleted again.

mod accounts;
mod capacity;
mod members;
mod own;
mod partners;

pub use own::Own;

use crate::arguments::Write;

/// Asks what may be asked. A question that cannot be answered is open; an error is one of the journal, or the end.
pub fn ask(own: &mut Own<'_>, write: &Write) -> Result<(), String> {
    if write.allocate {
        eprintln!("partners of 1 GB");
        capacity::ask(own)?;
    }
    eprintln!("pay-per-use partners");
    let Some(partners) = partners::ask(own)? else { return Ok(()) };
    eprintln!("members");
    members::ask(own, &partners)?;
    if write.accounts {
        eprintln!("storage accounts");
        accounts::ask(own, write.allocate)?;
    }
    Ok(())
}
