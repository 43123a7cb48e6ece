//! What a schema asks of every configuration. Terraform itself checks only what is written and what is left out, not
//! what is null, and leaves it to providers that nobody sets what they compute.

use std::collections::BTreeMap;

use tf_provider::schema::AttributeConstraint;
use tf_provider::{AttributePath, Diagnostics};

use crate::dynamic::Infinite;
use crate::shape::{Field, Kind, Shape};
use crate::{Dynamic, diagnostics, msgpack};

/// Reports every required attribute that is null and every computed one that is set, each where it stands. What is not
/// known yet passes: it is checked again when it is.
pub(crate) fn configuration(diags: &mut Diagnostics, shape: &Shape, config: &[u8]) {
    // What cannot be read is reported by whoever needs the value.
    if let Ok(config) = msgpack::decode_as(Infinite, config) {
        value(diags, shape, &config, None);
    }
}

/// A step from the outside in.
#[derive(Clone, Copy)]
enum Step<'a> {
    Attribute(&'a str),
    Index(i64),
    Key(&'a str),
    /// Into an element of a set, which no path can name.
    Element,
}

/// Where the check is; made into a path only when there is something to report.
#[derive(Clone, Copy)]
struct Place<'a> {
    outer: Option<&'a Place<'a>>,
    step: Step<'a>,
}

impl Place<'_> {
    /// The path as far as Terraform can follow it, the whole of it in words, and whether the two are the same.
    fn path(&self) -> (AttributePath, String, bool) {
        let (mut path, mut words, mut exact) = match self.outer {
            Some(outer) => outer.path(),
            None => (AttributePath::root(), String::new(), true),
        };
        let mut shown = AttributePath::root();
        match self.step {
            Step::Attribute(name) => shown.add_attribute(name.to_owned()),
            Step::Index(index) => shown.add_index(index),
            Step::Key(key) => shown.add_key(key.to_owned()),
            Step::Element => {
                exact = false;
                &mut shown
            }
        };
        let dot = if words.is_empty() || !matches!(self.step, Step::Attribute(_)) { "" } else { "." };
        words = format!("{words}{dot}{shown}");
        if exact {
            path.add_steps(shown);
        }
        (path, words, exact)
    }
}

fn value(diags: &mut Diagnostics, shape: &Shape, given: &Dynamic, outer: Option<&Place<'_>>) {
    match (shape, given) {
        (Shape::List(inner), Dynamic::List(list)) => {
            for (index, element) in (0..).zip(list) {
                value(diags, inner, element, Some(&Place { outer, step: Step::Index(index) }));
            }
        }
        (Shape::Set(inner), Dynamic::List(list)) => {
            for element in list {
                value(diags, inner, element, Some(&Place { outer, step: Step::Element }));
            }
        }
        (Shape::Map(inner), Dynamic::Map(map)) => {
            for (key, element) in map {
                value(diags, inner, element, Some(&Place { outer, step: Step::Key(key) }));
            }
        }
        (Shape::Object(fields), Dynamic::Map(map)) => object(diags, fields, map, outer),
        _ => {}
    }
}

fn object(
    diags: &mut Diagnostics,
    fields: &BTreeMap<String, Field>,
    map: &BTreeMap<String, Dynamic>,
    outer: Option<&Place<'_>>,
) {
    for (name, field) in fields {
        let place = Place { outer, step: Step::Attribute(name) };
        let given = map.get(name).unwrap_or(&Dynamic::Null);
        let left_out = match field.kind {
            Kind::Attribute => given.is_null(),
            Kind::Block => is_empty(given),
            Kind::Group => is_blank(given),
        };
        match (&field.constraint, left_out) {
            (AttributeConstraint::Required, true) => missing(diags, &place),
            (AttributeConstraint::Computed, false) if *given != Dynamic::Unknown => read_only(diags, &place),
            (_, false) => value(diags, &field.shape, given, Some(&place)),
            _ => {}
        }
    }
}

fn is_empty(value: &Dynamic) -> bool {
    match value {
        Dynamic::Null => true,
        Dynamic::List(list) => list.is_empty(),
        Dynamic::Map(map) => map.is_empty(),
        _ => false,
    }
}

/// Nothing in it was written by anybody, as in a group that is left out.
fn is_blank(value: &Dynamic) -> bool {
    match value {
        Dynamic::Map(map) => map.values().all(is_blank),
        other => is_empty(other),
    }
}

fn missing(diags: &mut Diagnostics, place: &Place<'_>) {
    let (path, words, _) = place.path();
    let detail = format!(
        "The argument \"{words}\" is required, and its value is null here. Give it a value: a variable without one, \
         and an optional attribute that is left out, are null, too."
    );
    diagnostics::error(diags, "Missing required argument", detail, path);
}

fn read_only(diags: &mut Diagnostics, place: &Place<'_>) {
    let (path, words, _) = place.path();
    let detail = format!(
        "The provider decides on the value of \"{words}\", and a configuration cannot set it. Remove it from the \
         configuration; other blocks can refer to it."
    );
    diagnostics::error(diags, "Read-only attribute is set", detail, path);
}
