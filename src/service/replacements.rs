//! Which object a plan without a prior state replaces, and what was asked of each object.
//!
//! The replacement that Terraform forces comes with the trace of the object (see `terraform::trace`): that is a fact. A
//! tainted object is planned without one. So an object that was read, or found in the state, and not planned since *may
//! be* what a plan without prior of the same owner and name replaces. The guess gives credit in the capacity check and
//! silences a warning, nothing else, and it is taken back when the object turns out to be planned by itself. Nothing
//! here depends on the order of plans, on how often each comes, or on where a walk begins.

use std::collections::{BTreeSet, HashMap, HashSet};

/// What a plan without a prior state is told by, as far as requests tell: two of one key may be two blocks, or one that
/// is planned twice.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CreationKey {
    /// The resource type.
    pub kind: &'static str,
    /// The contract or the partner that it belongs to.
    pub owner: String,
    /// Its name or address, folded.
    pub name: String,
}

/// An object of the state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observed {
    /// Its id.
    pub id: String,
    /// What a creation in its place would be told by.
    pub key: CreationKey,
    /// Its allocation in bytes.
    pub allocated: i64,
    /// Whether the state forbids to delete it.
    pub protected: bool,
    /// Whether it was read since. What is not may be tainted where nothing is refreshed, or be let go of.
    pub read: bool,
}

/// A credit that is taken back.
#[derive(Debug, PartialEq, Eq)]
pub struct Withdrawn {
    /// The creation that had it.
    pub creation: CreationKey,
    /// The object that it may replace instead, if there is one.
    pub instead: Option<Observed>,
}

/// What a plan asks of an object; what is not known yet is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wish {
    /// That it goes.
    Deletion,
    /// A name and an amount, in bytes.
    Storage { name: Option<String>, bytes: Option<i64> },
    /// An address and a role.
    Access { email: String, role: String },
}

#[derive(Debug, Default)]
struct Standing {
    planned: bool,
    /// What the last plan of it asked; a plan that has been applied asks nothing any more.
    asked: Option<Wish>,
}

/// What this process knows of the objects in the state.
#[derive(Debug, Default)]
pub struct Replacements {
    objects: HashMap<String, (Observed, Standing)>,
    /// By what creations are told by: the objects.
    by_key: HashMap<CreationKey, BTreeSet<String>>,
    /// By creation: the object that it is taken to replace.
    credited: HashMap<CreationKey, String>,
    /// Creations that were planned and not made yet.
    creations: HashSet<CreationKey>,
}

/// Ids are told apart without case.
fn fold(id: &str) -> String {
    id.to_ascii_lowercase()
}

impl Replacements {
    /// An object was found in the state, or read. What was found may be replaced by what is planned without a prior
    /// state from now on; a read changes nothing of that, since what is to be deleted is planned before it is read.
    pub fn seen(&mut self, observed: Observed) {
        let id = fold(&observed.id);
        let earlier = self.objects.remove(&id).map(|(known, standing)| {
            self.by_key.entry(known.key).or_default().remove(&id);
            standing
        });
        let earlier = earlier.unwrap_or_default();
        self.by_key.entry(observed.key.clone()).or_default().insert(id.clone());
        let standing = Standing { planned: observed.read && earlier.planned, ..earlier };
        self.objects.insert(id, (observed, standing));
    }

    /// An object of the state turned out to be gone.
    pub fn gone(&mut self, id: &str) {
        if let Some((known, _)) = self.objects.remove(&fold(id)) {
            self.by_key.entry(known.key).or_default().remove(&fold(id));
        }
        self.credited.retain(|_, credited| *credited != fold(id));
    }

    /// An object of the state.
    pub fn get(&self, id: &str) -> Option<&Observed> {
        self.objects.get(&fold(id)).map(|(observed, _)| observed)
    }

    /// An object was planned by itself: nothing else replaces it.
    pub fn planned(&mut self, id: &str) -> Option<Withdrawn> {
        if let Some((_, standing)) = self.objects.get_mut(&fold(id)) {
            standing.planned = true;
        }
        let creation = self.credited.iter().find(|(_, credited)| **credited == fold(id))?.0.clone();
        self.credited.remove(&creation);
        let instead = self.candidate(&creation);
        Some(Withdrawn { creation, instead })
    }

    /// The object that a plan without prior and without a trace may replace. A creation that is planned again may
    /// replace the same one.
    pub fn candidate(&mut self, creation: &CreationKey) -> Option<Observed> {
        let observed = self.may_be_replaced_by(creation)?;
        self.credited.insert(creation.clone(), fold(&observed.id));
        Some(observed)
    }

    /// The same, without a credit.
    pub fn may_be_replaced_by(&self, creation: &CreationKey) -> Option<Observed> {
        let taken = |id: &String| self.credited.iter().any(|(other, credited)| credited == id && other != creation);
        let free = |id: &&String| {
            self.objects.get(*id).filter(|(_, standing)| !standing.planned && !taken(id)).map(|(observed, _)| observed)
        };
        // The one that gives most: what is refused has to be certain. Of equal ones, what was read: a tainted object is
        // read before it is planned, and another may still be on its way to its own plan.
        let most = |(id, observed): &(&String, &Observed)| (observed.allocated, observed.read, (*id).clone());
        let candidates = self.by_key.get(creation)?.iter().filter_map(|id| Some((id, free(&id)?)));
        candidates.max_by_key(most).map(|(_, observed)| observed.clone())
    }

    /// A creation is planned; whether an equal one was planned before and not made yet.
    pub fn plans(&mut self, creation: &CreationKey) -> bool {
        !self.creations.insert(creation.clone())
    }

    /// A creation was made, or failed.
    pub fn made(&mut self, creation: &CreationKey) {
        self.creations.remove(creation);
    }

    /// An object was planned to become something, or to be deleted: what an earlier plan asked of it, if that was
    /// something else. Two addresses of one id do that.
    pub fn asks(&mut self, id: &str, wish: Wish) -> Option<Wish> {
        let (_, standing) = self.objects.get_mut(&fold(id))?;
        let earlier = standing.asked.take().filter(|earlier| *earlier != wish);
        standing.asked = Some(wish);
        earlier
    }

    /// What was asked of an object has been done.
    pub fn applied(&mut self, id: &str) {
        if let Some((_, standing)) = self.objects.get_mut(&fold(id)) {
            standing.asked = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(name: &str) -> CreationKey {
        CreationKey { kind: "partner", owner: "c".into(), name: name.into() }
    }

    fn seen(replacements: &mut Replacements, id: &str, name: &str, allocated: i64) {
        replacements.seen(Observed { id: id.into(), key: key(name), allocated, protected: false, read: false });
    }

    fn candidate(replacements: &mut Replacements, name: &str) -> Option<String> {
        replacements.candidate(&key(name)).map(|observed| observed.id)
    }

    #[test]
    fn what_was_read_and_not_planned_since_may_be_replaced() {
        let mut known = Replacements::default();
        assert_eq!(candidate(&mut known, "acme"), None);
        seen(&mut known, "A1", "acme", 5);
        for _ in 0..3 {
            assert_eq!(candidate(&mut known, "acme").as_deref(), Some("A1"), "as often as it is planned");
        }
        assert_eq!(candidate(&mut known, "beta"), None);
        seen(&mut known, "A1", "acme", 5);
        assert_eq!(candidate(&mut known, "acme").as_deref(), Some("A1"), "a read between changes nothing");
        known.gone("a1");
        assert_eq!(candidate(&mut known, "acme"), None);
    }

    #[test]
    fn what_is_planned_before_it_is_read_is_not_replaced() {
        let mut known = Replacements::default();
        seen(&mut known, "a1", "acme", 5);
        assert_eq!(known.planned("a1"), None);
        let read = Observed { id: "A1".into(), key: key("acme"), allocated: 5, protected: false, read: true };
        known.seen(read);
        assert_eq!(candidate(&mut known, "acme"), None);
        seen(&mut known, "a1", "acme", 5);
        assert_eq!(candidate(&mut known, "acme").as_deref(), Some("a1"), "the next walk begins with the state");
    }

    #[test]
    fn what_is_planned_by_itself_is_not_replaced_in_either_order() {
        let mut known = Replacements::default();
        seen(&mut known, "a1", "acme", 5);
        assert_eq!(known.planned("a1"), None);
        assert_eq!(candidate(&mut known, "acme"), None);

        let mut known = Replacements::default();
        seen(&mut known, "a1", "acme", 5);
        assert_eq!(candidate(&mut known, "acme").as_deref(), Some("a1"));
        assert_eq!(known.planned("A1"), Some(Withdrawn { creation: key("acme"), instead: None }));
        assert_eq!(known.planned("a1"), None, "it is taken back once");
    }

    #[test]
    fn of_two_equal_objects_the_one_that_is_not_planned_is_replaced_in_any_order() {
        for first in ["creation", "object"] {
            let mut known = Replacements::default();
            seen(&mut known, "a1", "acme", 20);
            seen(&mut known, "a2", "acme", 30);
            if first == "creation" {
                assert_eq!(candidate(&mut known, "acme").as_deref(), Some("a2"));
                let withdrawn = known.planned("a2").expect("it was credited");
                assert_eq!(withdrawn.instead.map(|observed| observed.id).as_deref(), Some("a1"));
            } else {
                assert_eq!(known.planned("a2"), None);
            }
            assert_eq!(candidate(&mut known, "acme").as_deref(), Some("a1"), "{first} first");
        }
    }

    #[test]
    fn different_wishes_for_one_object_are_told() {
        let mut known = Replacements::default();
        let storage = |bytes| Wish::Storage { name: Some("acme".into()), bytes: Some(bytes) };
        assert_eq!(known.asks("a1", storage(5)), None, "nobody knows it");
        seen(&mut known, "a1", "acme", 5);
        assert_eq!(known.asks("a1", storage(5)), None);
        assert_eq!(known.asks("a1", storage(5)), None);
        assert_eq!(known.asks("a1", Wish::Deletion), Some(storage(5)));
        known.applied("a1");
        assert_eq!(known.asks("a1", storage(6)), None);
    }
}
