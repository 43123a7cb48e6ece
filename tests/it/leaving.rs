//! A customer can leave, and people's names and addresses are no differences.

/// Cuts below what accounts hold, or below what is used.
mod cuts;
/// Which kind of key.
mod keys;
/// All at once, with the 30 days passing.
mod month;
/// What the service makes of names, addresses and amounts.
mod names;
/// Passwords that were left out, and those that never work.
mod passwords;
/// Storage accounts are protected like partners.
mod protected;
