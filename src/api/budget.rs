//! How much memory answers may take: one answer, and all lists of a walk together.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};

use super::outside::Outside;

/// No list is larger: 5,000 partners are about one MiB.
pub(super) const MAX_LIST: usize = 32 << 20;

/// No answer about one object is larger.
pub(super) const MAX_OBJECT: usize = 1 << 20;

/// All lists of a walk together are not larger, with what is being read.
pub(super) const MAX_WALK: usize = 64 << 20;

/// What an item costs besides its text.
pub(super) const ITEM: usize = 256;

/// What the answers of one client take.
#[derive(Debug, Default)]
pub(super) struct Budget(Mutex<Used>);

#[derive(Debug, Default)]
struct Used {
    /// By the path of the list: one that is read again takes the place of the one before.
    lists: HashMap<String, usize>,
    kept: usize,
    /// What is being read.
    reading: usize,
}

/// What one answer takes while it is read; given back in the end.
#[derive(Debug)]
pub(super) struct Share {
    budget: Arc<Budget>,
    taken: usize,
}

impl Budget {
    fn used(&self) -> MutexGuard<'_, Used> {
        self.0.lock().expect("no panic while locked")
    }

    /// Begins to read an answer.
    pub(super) fn share(self: &Arc<Budget>) -> Share {
        Share { budget: Arc::clone(self), taken: 0 }
    }

    /// Counts a list that was read.
    pub(super) fn keep(&self, path: &str, cost: usize) -> Result<(), Outside> {
        let mut used = self.used();
        let before = used.lists.get(path).copied().unwrap_or_default();
        if used.kept - before + cost > MAX_WALK {
            return Err(too_much());
        }
        used.kept = used.kept - before + cost;
        used.lists.insert(path.to_owned(), cost);
        Ok(())
    }
}

impl Share {
    /// Takes more.
    pub(super) fn take(&mut self, bytes: usize) -> Result<(), Outside> {
        let mut used = self.budget.used();
        if used.kept + used.reading + bytes > MAX_WALK {
            return Err(too_much());
        }
        used.reading += bytes;
        self.taken += bytes;
        Ok(())
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.budget.used().reading -= self.taken;
    }
}

/// What is said when it is too much.
pub(super) fn too_much() -> Outside {
    Outside::new(format!(
        "the lists of this run are larger than {} MiB together, an item counted as its text and {ITEM} bytes",
        MAX_WALK >> 20
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_and_what_is_read_share_one_budget() {
        let budget = Arc::new(Budget::default());
        budget.keep("/a", MAX_WALK / 2).unwrap();
        budget.keep("/a", MAX_WALK / 2).expect("in its own place");
        let mut share = budget.share();
        share.take(MAX_WALK / 4).unwrap();
        assert!(budget.share().take(MAX_WALK / 2).is_err());
        budget.keep("/b", MAX_WALK / 2 + 1).unwrap_err();
        budget.keep("/b", MAX_WALK / 2).unwrap();
        assert!(share.take(1).is_err());
        drop(share);
        budget.keep("/a", 0).unwrap();
        budget.share().take(MAX_WALK / 4).expect("given back");
    }
}
