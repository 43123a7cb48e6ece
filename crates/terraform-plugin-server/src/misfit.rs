//! Finds the attribute whose value the provider's own types cannot hold.
//!
//! Terraform's values fit the schema, but the provider's types may be narrower: a whole number where the schema says
//! number, text that must not be null. serde then says that something does not match, but not where. So the value is
//! tried again with parts taken out: what makes the rest fit is to blame. All this happens only after an error, but
//! whoever caused that must not be able to keep the process busy: the work grows with the size of the value, and there
//! is an end to it.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use tf_provider::AttributePath;

use crate::shape::Shape;
use crate::{Dynamic, msgpack};

/// A value that does not fit, and where it stands.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Misfit {
    pub path: AttributePath,
    /// What to tell the operator about the value.
    pub reason: String,
}

/// Whether the provider's type can hold the value, put where the question is about.
type Fits<'a> = &'a dyn Fn(&Dynamic) -> bool;

/// More mistakes than this at once help nobody.
const MOST: usize = 20;

/// How often the whole value may be tried; in small pieces that is very often.
const TRIES: usize = 16;

/// What small values may cost in any case.
const FREE_BYTES: usize = 4 * 1024 * 1024;

/// Objects with more attributes are looked at in groups first.
const GROUP: usize = 40;

/// Lists what in `value` makes `fits`, which tells whether bytes fit, fail; nothing, when no part can be blamed alone.
pub(crate) fn find(value: &Dynamic, shape: &Shape, fits: &dyn Fn(&[u8]) -> bool) -> Vec<Misfit> {
    let size = msgpack::encode(value).map_or(0, |bytes| bytes.len());
    let left = Cell::new(Some(size.saturating_mul(TRIES).saturating_add(FREE_BYTES)));
    let fits = |value: &Dynamic| {
        let Ok(bytes) = msgpack::encode(value) else { return false };
        left.set(left.get().and_then(|left| left.checked_sub(bytes.len())));
        left.get().is_some() && fits(&bytes)
    };
    let mut search = Search { found: Vec::new(), sensitive: false, left: &left };
    search.descend(value, Some(shape), &AttributePath::root(), &fits);
    search.found
}

/// Values of every kind: one of them fits wherever anything does.
fn fillers() -> [Dynamic; 7] {
    [
        Dynamic::Null,
        Dynamic::Unknown,
        "".into(),
        1.into(),
        false.into(),
        Dynamic::List(vec![]),
        Dynamic::Map(BTreeMap::new()),
    ]
}

/// The smallest value of a shape that is neither null nor unknown.
fn smallest(shape: Option<&Shape>) -> Dynamic {
    match shape {
        Some(Shape::Text) => "".into(),
        Some(Shape::Bool) => false.into(),
        Some(Shape::Number) => 1.into(),
        Some(Shape::List(_) | Shape::Set(_)) => Dynamic::List(Vec::new()),
        Some(Shape::Map(_)) => Dynamic::Map(BTreeMap::new()),
        Some(Shape::Tuple(shapes)) => Dynamic::List(shapes.iter().map(|shape| smallest(Some(shape))).collect()),
        Some(Shape::Object(fields)) => {
            let fields = fields.iter().map(|(name, field)| (name.clone(), smallest(Some(&field.shape))));
            Dynamic::Map(fields.collect())
        }
        Some(Shape::Plain | Shape::Any) | None => Dynamic::Null,
    }
}

/// The parts of an object or a tuple among stand-ins, so that each can be tried with nothing else at fault.
struct Among {
    /// The parts as they are.
    parts: Vec<(PartName, Dynamic)>,
    /// What stands in for each part while others are tried.
    rest: Vec<Dynamic>,
    whole: RefCell<Dynamic>,
}

#[derive(Clone)]
enum PartName {
    Name(String),
    Index(i64),
}

impl Among {
    /// Stand-ins are nulls, if they fit, or else something else that does; else the parts themselves, where only one
    /// that is alone at fault shows.
    fn new(value: &Dynamic, shape: Option<&Shape>, fits: Fits<'_>) -> Self {
        let parts: Vec<(PartName, Dynamic)> = match value {
            Dynamic::Map(map) => map.iter().map(|(name, part)| (PartName::Name(name.clone()), part.clone())).collect(),
            Dynamic::List(list) => (0..).map(PartName::Index).zip(list.iter().cloned()).collect(),
            _ => Vec::new(),
        };
        let small = parts.iter().map(|(step, _)| smallest(inside(shape, step).map(|(shape, _)| shape))).collect();
        let candidates = [vec![Dynamic::Null; parts.len()], vec![Dynamic::Unknown; parts.len()], small];
        let empty = match value {
            Dynamic::Map(_) => Dynamic::Map(BTreeMap::new()),
            _ => Dynamic::List(vec![Dynamic::Null; parts.len()]),
        };
        let mut among = Self { parts, rest: Vec::new(), whole: RefCell::new(empty) };
        let fitting = candidates.into_iter().find(|rest| {
            rest.iter().enumerate().for_each(|(at, part)| among.put(at, part.clone()));
            fits(&among.whole.borrow())
        });
        among.rest = fitting.unwrap_or_else(|| among.parts.iter().map(|(_, part)| part.clone()).collect());
        (0..among.rest.len()).for_each(|at| among.put(at, among.rest[at].clone()));
        among
    }

    fn put(&self, at: usize, part: Dynamic) {
        match (&mut *self.whole.borrow_mut(), &self.parts[at].0) {
            (Dynamic::Map(map), PartName::Name(name)) => drop(map.insert(name.clone(), part)),
            (Dynamic::List(list), PartName::Index(_)) => list[at] = part,
            _ => {}
        }
    }

    fn fits_with(&self, at: usize, part: &Dynamic, fits: Fits<'_>) -> bool {
        self.put(at, part.clone());
        fits(&self.whole.borrow())
    }

    fn take_out(&self, at: usize) {
        self.put(at, self.rest[at].clone());
    }

    /// Whether some parts, all of them in their places, fit.
    fn group_fits(&self, group: std::ops::Range<usize>, fits: Fits<'_>) -> bool {
        group.clone().for_each(|at| self.put(at, self.parts[at].1.clone()));
        let all_fit = fits(&self.whole.borrow());
        group.for_each(|at| self.take_out(at));
        all_fit
    }
}

/// The shape of a part, and whether it is secret.
fn inside<'a>(shape: Option<&'a Shape>, step: &PartName) -> Option<(&'a Shape, bool)> {
    match (shape?, step) {
        (Shape::Object(fields), PartName::Name(name)) => fields.get(name).map(|field| (&field.shape, field.sensitive)),
        (Shape::Tuple(shapes), PartName::Index(index)) => Some((shapes.get(usize::try_from(*index).ok()?)?, false)),
        _ => None,
    }
}

struct Search<'a> {
    found: Vec<Misfit>,
    /// Whether the value being looked at is secret.
    sensitive: bool,
    /// How many bytes may still be tried; nothing when it was too much.
    left: &'a Cell<Option<usize>>,
}

impl Search<'_> {
    fn is_over(&self) -> bool {
        self.left.get().is_none() || self.found.len() >= MOST
    }

    /// Looks into a value that does not fit. Returns whether a part of it was found to be at fault.
    fn descend(&mut self, value: &Dynamic, shape: Option<&Shape>, path: &AttributePath, fits: Fits<'_>) -> bool {
        let before = self.found.len();
        match (value, shape) {
            (Dynamic::Map(map), Some(Shape::Map(inner))) => {
                for (key, part) in map {
                    let with = |part: &Dynamic| fits(&Dynamic::from([(key.clone(), part.clone())]));
                    self.blame(part, Some(inner), path.clone().key(key.clone()), &with);
                }
            }
            (Dynamic::List(list), Some(Shape::List(inner))) => {
                for (index, part) in (0_i64..).zip(list) {
                    let with = |part: &Dynamic| fits(&Dynamic::List(vec![part.clone()]));
                    self.blame(part, Some(inner), path.clone().index(index), &with);
                }
            }
            (Dynamic::Map(_), _) | (Dynamic::List(_), Some(Shape::Tuple(_))) => {
                self.descend_parts(&Among::new(value, shape, fits), shape, path, fits);
            }
            _ => {}
        }
        self.found.len() > before
    }

    fn descend_parts(&mut self, among: &Among, shape: Option<&Shape>, path: &AttributePath, fits: Fits<'_>) {
        let all = among.parts.len();
        for start in (0..all).step_by(GROUP) {
            let group = start..all.min(start + GROUP);
            if self.is_over() || (all > GROUP && among.group_fits(group.clone(), fits)) {
                continue;
            }
            for at in group {
                let (step, part) = &among.parts[at];
                let path = match step {
                    PartName::Name(name) => path.clone().attribute(name.clone()),
                    PartName::Index(index) => path.clone().index(*index),
                };
                let (shape, sensitive) = inside(shape, step).unzip();
                let outer = self.sensitive;
                self.sensitive |= sensitive.unwrap_or_default();
                self.blame(part, shape, path, &|part| among.fits_with(at, part, fits));
                self.sensitive = outer;
                among.take_out(at);
            }
        }
    }

    /// Blames a part, or a part of it, if another value in its place would fit and it does not.
    fn blame(&mut self, part: &Dynamic, shape: Option<&Shape>, path: AttributePath, fits: Fits<'_>) {
        let other_fits = || fillers().iter().any(fits) || fits(&smallest(shape));
        if self.is_over() || fits(part) || !other_fits() || self.descend(part, shape, &path, fits) {
            return;
        }
        let reason = reason(part, self.sensitive, fits);
        if !self.is_over() {
            self.found.push(Misfit { path, reason });
        }
    }
}

/// Why a value does not fit, as far as trying others in its place tells.
fn reason(value: &Dynamic, sensitive: bool, fits: Fits<'_>) -> String {
    match value {
        Dynamic::Null => "A value is required here, and there is none (null).".into(),
        Dynamic::Unknown => "The value must be known during the plan, and it is not known before the apply.".into(),
        _ if sensitive => "The value, which is not shown because it is sensitive, cannot be used here.".into(),
        Dynamic::Number(number) if fits(&Dynamic::from(1)) || fits(&Dynamic::from(0)) => match number.is_integer() {
            true => format!("The number {} is out of range here.", short(&number.to_string())),
            false => {
                let number = short(&number.to_string());
                format!("The number {number} is not whole, and only whole numbers can be used here.")
            }
        },
        Dynamic::Number(number) => format!("The number {} cannot be used here.", short(&number.to_string())),
        // A number that no double holds travels as text.
        Dynamic::String(text) if fits(&Dynamic::from(1)) => {
            format!("The number {} is not whole or out of range, and cannot be used here.", short(text))
        }
        Dynamic::String(text) if text.len() <= 100 => format!("The value {text:?} cannot be used here."),
        Dynamic::Bool(value) => format!("The value {value} cannot be used here."),
        _ => "The value cannot be used here.".into(),
    }
}

/// More digits tell nobody more.
const SHOWN: usize = 60;

/// A number that may have any number of digits.
fn short(number: &str) -> String {
    match number.get(..SHOWN) {
        Some(digits) if number.len() > SHOWN => format!("{digits}... ({} characters)", number.len()),
        _ => number.to_owned(),
    }
}

#[cfg(test)]
mod tests;
