//! Tells a replacement from a creation, though both are planned without a prior state and no request carries an address.
//!
//! It matters twice: a replacement must not be counted as increase on top of the object that it replaces, and it must not be
//! warned about as a second object of the same name. Two facts of how Terraform walks tell it:
//!
//! * Each object is validated once before it is planned. A forced replacement (`-replace`) is then planned twice, with the prior
//!   state and without: a plan without prior that no validation of an equal configuration is left for is the second of the two.
//! * A tainted object is planned once, without a prior, but Terraform has taken it out of the state before. So an object of the
//!   same pool and name that is in the state and has not been planned is *taken to be* the one replaced; when a plan for it
//!   comes after all, the guess is withdrawn and the increase that it hid is charged then. The sums are right in any order.

use std::collections::{HashMap, HashSet};

use serde::Serialize;

/// What is known of an object in the state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Its id.
    pub id: String,
    /// The pool that its allocation comes out of.
    pub pool: String,
    /// Its name.
    pub name: String,
    /// Its allocation in bytes.
    pub allocated: i64,
    /// Whether the state forbids to delete it.
    pub protected: bool,
}

/// A guess that turned out wrong: `increase` was not charged to `pool` when it was planned.
#[derive(Debug, PartialEq, Eq)]
pub struct Withdrawn {
    /// The pool to charge.
    pub pool: String,
    /// The bytes to charge it with.
    pub increase: i64,
    /// The allocation that was planned.
    pub amount: i64,
}

#[derive(Debug)]
enum Standing {
    /// In the state; no plan for it has come.
    Unplanned,
    /// Taken to be replaced by a plan without prior, which asked for this amount.
    Replaced { amount: i64 },
    /// Planned with its prior state.
    Planned,
}

/// What one walk has seen so far.
#[derive(Debug, Default)]
pub struct Walk {
    /// By configuration: validations that no plan has followed yet.
    validated: HashMap<Vec<u8>, usize>,
    /// By configuration: the objects that were planned with it and with a prior state.
    planned: HashMap<Vec<u8>, Vec<String>>,
    objects: HashMap<String, (Known, Standing)>,
    /// Pool and name of every creation that was planned.
    created: HashSet<(String, String)>,
}

/// A configuration as a key: equal for equal configurations of one resource type, unknown values included.
pub fn config_key(resource_type: &str, config: &impl Serialize) -> Vec<u8> {
    rmp_serde::to_vec_named(&(resource_type, config)).expect("a state serialises into memory")
}

impl Walk {
    /// A configuration was validated.
    pub fn validated(&mut self, config: Vec<u8>) {
        *self.validated.entry(config).or_default() += 1;
    }

    /// An object was found in the state, or read.
    pub fn seen(&mut self, known: Known) {
        match self.objects.get_mut(&known.id) {
            Some((entry, _)) => *entry = known,
            None => _ = self.objects.insert(known.id.clone(), (known, Standing::Unplanned)),
        }
    }

    /// An object of the state turned out to be gone.
    pub fn gone(&mut self, id: &str) {
        self.objects.remove(id);
    }

    /// A plan with a prior state came: an update, or (without configuration) a destroy.
    pub fn planned_with_prior(&mut self, id: &str, config: Option<Vec<u8>>) -> Option<Withdrawn> {
        if let Some(config) = config {
            self.take_validation(&config);
            self.planned.entry(config).or_default().push(id.into());
        }
        let (known, standing) = self.objects.get_mut(id)?;
        match std::mem::replace(standing, Standing::Planned) {
            Standing::Replaced { amount } => {
                let increase = amount.min(known.allocated);
                Some(Withdrawn { pool: known.pool.clone(), increase, amount })
            }
            Standing::Unplanned | Standing::Planned => None,
        }
    }

    /// A plan without a prior state came; gives the object that it replaces, if it is a replacement.
    pub fn planned_without_prior(
        &mut self,
        config: &[u8],
        pool: Option<&str>,
        name: &str,
        amount: i64,
    ) -> Option<Known> {
        if !self.take_validation(config) {
            let id = self.planned.get_mut(config)?.pop()?;
            return self.objects.get(&id).map(|(known, _)| known.clone());
        }
        let twin = |known: &Known| Some(known.pool.as_str()) == pool && known.name == name;
        let (known, standing) = self
            .objects
            .values_mut()
            .find(|(known, standing)| matches!(standing, Standing::Unplanned) && twin(known))?;
        *standing = Standing::Replaced { amount };
        Some(known.clone())
    }

    /// Whether a creation is the first of its name that the walk plans in this pool.
    pub fn plans_first(&mut self, pool: &str, name: &str) -> bool {
        self.created.insert((pool.into(), name.into()))
    }

    /// Uses up one validation of a configuration; false when none is left.
    fn take_validation(&mut self, config: &[u8]) -> bool {
        match self.validated.get_mut(config) {
            Some(count) if *count > 0 => {
                *count -= 1;
                true
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(id: &str, name: &str) -> Known {
        Known { id: id.into(), pool: "c".into(), name: name.into(), allocated: 5, protected: false }
    }

    fn config(text: &str) -> Vec<u8> {
        text.as_bytes().to_vec()
    }

    fn create(walk: &mut Walk, text: &str) -> Option<Known> {
        walk.planned_without_prior(text.as_bytes(), Some("c"), text, 5)
    }

    #[test]
    fn a_creation_is_no_replacement() {
        let mut walk = Walk::default();
        walk.validated(config("acme"));
        assert_eq!(create(&mut walk, "acme"), None);
    }

    #[test]
    fn a_forced_replacement_is_planned_twice_and_validated_once() {
        let mut walk = Walk::default();
        walk.seen(known("1", "acme"));
        walk.validated(config("acme"));
        assert_eq!(walk.planned_with_prior("1", Some(config("acme"))), None);
        assert_eq!(create(&mut walk, "acme"), Some(known("1", "acme")));
    }

    #[test]
    fn a_second_object_of_equal_configuration_is_a_creation_in_either_order() {
        for second_first in [false, true] {
            let mut walk = Walk::default();
            walk.seen(known("1", "acme"));
            walk.validated(config("acme"));
            walk.validated(config("acme"));
            let mut charged = 0;
            let mut creation = |walk: &mut Walk| charged += if create(walk, "acme").is_none() { 5 } else { 0 };
            if second_first {
                creation(&mut walk);
                let withdrawn = walk.planned_with_prior("1", Some(config("acme")));
                charged += withdrawn.map_or(0, |w| w.increase);
            } else {
                assert_eq!(walk.planned_with_prior("1", Some(config("acme"))), None);
                creation(&mut walk);
            }
            assert_eq!(charged, 5, "second first: {second_first}");
        }
    }

    #[test]
    fn a_tainted_object_is_planned_once_without_prior() {
        let mut walk = Walk::default();
        walk.seen(known("1", "acme"));
        walk.validated(config("acme"));
        assert_eq!(create(&mut walk, "acme"), Some(known("1", "acme")));
        walk.validated(config("acme"));
        assert_eq!(create(&mut walk, "acme"), None, "one object is replaced once");
    }

    #[test]
    fn what_is_gone_or_destroyed_is_not_replaced() {
        let mut walk = Walk::default();
        walk.seen(known("1", "acme"));
        walk.seen(known("2", "beta"));
        walk.gone("1");
        assert_eq!(walk.planned_with_prior("2", None), None);
        for name in ["acme", "beta"] {
            walk.validated(config(name));
            assert_eq!(create(&mut walk, name), None);
        }
    }
}
