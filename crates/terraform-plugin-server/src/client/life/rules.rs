//! What Terraform lets a provider do to a value, from the configuration to the plan and from the plan to the state.
//!
//! The rules are those of Terraform's own checks, `AssertPlanValid` and `AssertObjectCompatible` in its package
//! `objchange`. Places are named and values never: they may be secret.

use std::collections::BTreeMap;

use crate::client::values::{Nesting, as_block};
use crate::wire::tfplugin6 as tf;
use crate::{Dynamic, Number};

/// What a schema says about a value, as far as these rules care.
#[derive(Clone, Debug)]
pub(super) enum Form {
    /// Compared as a whole.
    Whole,
    List(Box<Form>),
    /// Elements have no place, and no order.
    Set(Box<Form>),
    Map(Box<Form>),
    Tuple(Vec<Form>),
    Object(BTreeMap<String, Field>),
}

/// An attribute or a nested block.
#[derive(Clone, Debug)]
pub(super) struct Field {
    form: Form,
    /// The provider may set it where the configuration does not.
    computed: bool,
    write_only: bool,
    /// Has attributes of its own, which the rules are applied to one by one.
    nested: bool,
}

impl Field {
    /// A part of a value that is compared as a whole.
    fn part(form: Form) -> Field {
        Field { form, computed: false, write_only: false, nested: false }
    }
}

impl From<&tf::schema::Block> for Form {
    fn from(block: &tf::schema::Block) -> Form {
        let attributes = block.attributes.iter().map(|attribute| (attribute.name.clone(), attribute.into()));
        let blocks = block.block_types.iter().map(|nested| (nested.type_name.clone(), nested.into()));
        Form::Object(attributes.chain(blocks).collect())
    }
}

impl From<&tf::schema::Attribute> for Field {
    fn from(attribute: &tf::schema::Attribute) -> Field {
        let form = match &attribute.nested_type {
            Some(nested) => Form::from(&as_block(nested)).nested(nested.nesting().into()),
            None => serde_json::from_slice(&attribute.r#type).map_or(Form::Whole, |value| of_type(&value)),
        };
        let nested = attribute.nested_type.is_some();
        Field { form, computed: attribute.computed, write_only: attribute.write_only, nested }
    }
}

impl From<&tf::schema::NestedBlock> for Field {
    fn from(nested: &tf::schema::NestedBlock) -> Field {
        let block = nested.block.clone().unwrap_or_default();
        let form = Form::from(&block).nested(nested.nesting().into());
        Field { form, computed: block.computed, write_only: false, nested: true }
    }
}

/// A type as schemas write it: `"string"`, or `["list", "string"]`, or `["object", {"a": "string"}]`.
fn of_type(value: &serde_json::Value) -> Form {
    let inner = || Box::new(of_type(&value[1]));
    match value[0].as_str() {
        Some("list") => Form::List(inner()),
        Some("set") => Form::Set(inner()),
        Some("map") => Form::Map(inner()),
        Some("tuple") => Form::Tuple(value[1].as_array().into_iter().flatten().map(of_type).collect()),
        Some("object") => {
            let fields = value[1].as_object().into_iter().flatten();
            Form::Object(fields.map(|(name, inner)| (name.clone(), Field::part(of_type(inner)))).collect())
        }
        _ => Form::Whole,
    }
}

/// A place in an object, and what is wrong there.
pub(super) type Wrong = (String, &'static str);

const PLANNED_OTHERWISE: &str = "the plan is neither what the configuration says nor what was there before";
const PLANNED_FROM_NOTHING: &str = "the plan has a value that the configuration leaves out, and it is not computed";
const PLANNED_NULL: &str = "the plan leaves out what the configuration says";
const WRITE_ONLY: &str = "it is write-only, and has to be null wherever it could be kept";
const ELEMENTS: &str = "the elements are not those that it has to have";
const UNKNOWN: &str = "it is still unknown";

impl Form {
    fn nested(self, nesting: Nesting) -> Form {
        match nesting {
            Nesting::Single => self,
            Nesting::List => Form::List(Box::new(self)),
            Nesting::Set => Form::Set(Box::new(self)),
            Nesting::Map => Form::Map(Box::new(self)),
        }
    }

    /// What a plan must not have made of a configuration.
    pub(super) fn planned(&self, prior: &Dynamic, config: &Dynamic, planned: &Dynamic) -> Vec<Wrong> {
        let mut wrong = Vec::new();
        self.plan("", prior, config, planned, &mut wrong);
        wrong
    }

    fn plan(&self, place: &str, prior: &Dynamic, config: &Dynamic, planned: &Dynamic, wrong: &mut Vec<Wrong>) {
        if self.same(config, planned) {
            return;
        }
        let mut say = |what| wrong.push((place.to_owned(), what));
        match (self, prior, config, planned) {
            (_, _, Dynamic::Null, _) => say(PLANNED_FROM_NOTHING),
            (_, _, _, Dynamic::Null) => say(PLANNED_NULL),
            (Form::Object(fields), _, Dynamic::Map(config), Dynamic::Map(planned)) => {
                for (name, field) in fields {
                    let [prior, config, planned] = [prior.get(name), config.get(name), planned.get(name)]
                        .map(|value| value.unwrap_or(&Dynamic::Null));
                    field.plan(&join(place, name), prior, config, planned, wrong);
                }
            }
            (Form::List(inner), _, Dynamic::List(config), Dynamic::List(planned)) if config.len() == planned.len() => {
                for (at, (config, planned)) in config.iter().zip(planned).enumerate() {
                    let prior = element(prior, at);
                    inner.plan(&format!("{place}[{at}]"), prior, config, planned, wrong);
                }
            }
            (Form::Map(inner), _, Dynamic::Map(config), Dynamic::Map(planned)) if config.keys().eq(planned.keys()) => {
                for (key, config) in config {
                    let prior = prior.get(key).unwrap_or(&Dynamic::Null);
                    inner.plan(&format!("{place}[{key:?}]"), prior, config, &planned[key], wrong);
                }
            }
            (Form::Set(inner), prior, Dynamic::List(config), Dynamic::List(planned)) => {
                let olds = elements(prior);
                let fits = |config: &Dynamic, planned: &Dynamic| {
                    let from = |old: &Dynamic| inner.planned(old, config, planned).is_empty();
                    from(&Dynamic::Null) || olds.iter().any(from)
                };
                if !pairs(config, planned, fits) {
                    say(ELEMENTS);
                }
            }
            (Form::List(_) | Form::Map(_), ..) => say(ELEMENTS),
            _ => say(PLANNED_OTHERWISE),
        }
    }

    /// What must not have become of a plan, or of an object: what was known stays, and nothing is unknown any more. The
    /// text `otherwise` is what is said of a difference.
    pub(super) fn kept(&self, planned: &Dynamic, state: &Dynamic, otherwise: &'static str) -> Vec<Wrong> {
        let mut wrong = Vec::new();
        self.keep("", planned, state, otherwise, &mut wrong);
        wrong
    }

    fn keep(&self, place: &str, planned: &Dynamic, state: &Dynamic, otherwise: &'static str, wrong: &mut Vec<Wrong>) {
        let mut say = |what| wrong.push((place.to_owned(), what));
        match (self, planned, state) {
            (_, _, Dynamic::Unknown) => say(UNKNOWN),
            (_, Dynamic::Unknown, state) if state.has_unknown() => say(UNKNOWN),
            (_, Dynamic::Unknown, _) => {}
            (Form::Object(fields), Dynamic::Map(planned), Dynamic::Map(state)) => {
                for (name, field) in fields {
                    let [planned, state] =
                        [planned.get(name), state.get(name)].map(|value| value.unwrap_or(&Dynamic::Null));
                    if field.write_only && !state.is_null() {
                        wrong.push((join(place, name), WRITE_ONLY));
                    } else {
                        field.form.keep(&join(place, name), planned, state, otherwise, wrong);
                    }
                }
            }
            (Form::List(inner), Dynamic::List(planned), Dynamic::List(state)) if planned.len() == state.len() => {
                for (at, (planned, state)) in planned.iter().zip(state).enumerate() {
                    inner.keep(&format!("{place}[{at}]"), planned, state, otherwise, wrong);
                }
            }
            (Form::Tuple(forms), Dynamic::List(planned), Dynamic::List(state)) if planned.len() == state.len() => {
                for (at, (inner, (planned, state))) in forms.iter().zip(planned.iter().zip(state)).enumerate() {
                    inner.keep(&format!("{place}[{at}]"), planned, state, otherwise, wrong);
                }
            }
            (Form::Map(inner), Dynamic::Map(planned), Dynamic::Map(state)) if planned.keys().eq(state.keys()) => {
                for (key, planned) in planned {
                    inner.keep(&format!("{place}[{key:?}]"), planned, &state[key], otherwise, wrong);
                }
            }
            (Form::Set(inner), Dynamic::List(planned), Dynamic::List(state)) => {
                // Elements that are unknown may come out equal, and then there are fewer of them.
                let fits = |planned: &Dynamic, state: &Dynamic| inner.kept(planned, state, otherwise).is_empty();
                if !planned.iter().any(Dynamic::has_unknown) && !pairs(planned, state, fits) {
                    say(otherwise);
                }
            }
            (form, planned, state) if form.same(planned, state) => {}
            _ => say(otherwise),
        }
    }

    /// Whether two values are equal, sets in any order.
    pub(super) fn same(&self, one: &Dynamic, other: &Dynamic) -> bool {
        match (self, one, other) {
            (Form::Object(fields), Dynamic::Map(one), Dynamic::Map(other)) => fields.iter().all(|(name, field)| {
                let [one, other] = [one.get(name), other.get(name)].map(|value| value.unwrap_or(&Dynamic::Null));
                field.form.same(one, other)
            }),
            (Form::Map(inner), Dynamic::Map(one), Dynamic::Map(other)) => {
                one.keys().eq(other.keys()) && one.iter().all(|(key, one)| inner.same(one, &other[key]))
            }
            (Form::List(inner), Dynamic::List(one), Dynamic::List(other)) => {
                one.len() == other.len() && one.iter().zip(other).all(|(one, other)| inner.same(one, other))
            }
            (Form::Tuple(forms), Dynamic::List(one), Dynamic::List(other)) => {
                one.len() == other.len()
                    && forms.iter().zip(one.iter().zip(other)).all(|(inner, (one, other))| inner.same(one, other))
            }
            (Form::Set(inner), Dynamic::List(one), Dynamic::List(other)) => {
                pairs(one, other, |one, other| inner.same(one, other))
            }
            // A number that no double holds travels as text.
            (_, Dynamic::Number(number), Dynamic::String(text))
            | (_, Dynamic::String(text), Dynamic::Number(number)) => {
                text.parse().is_ok_and(|read: Number| read == *number)
            }
            _ => one == other,
        }
    }
}

impl Field {
    fn plan(&self, place: &str, prior: &Dynamic, config: &Dynamic, planned: &Dynamic, wrong: &mut Vec<Wrong>) {
        let kept = !prior.is_null() && self.form.same(prior, planned);
        let mut say = |what| wrong.push((place.to_owned(), what));
        match (config, planned) {
            (_, planned) if self.write_only => {
                if !planned.is_null() {
                    say(WRITE_ONLY);
                }
            }
            (Dynamic::Null, _) if self.computed => {}
            (config, planned) if self.form.same(config, planned) => {}
            (Dynamic::Null, _) => say(PLANNED_FROM_NOTHING),
            _ if kept => {}
            (_, Dynamic::Null) => say(PLANNED_NULL),
            _ if self.nested => self.form.plan(place, prior, config, planned, wrong),
            _ => say(PLANNED_OTHERWISE),
        }
    }
}

/// Whether each of the ones goes with one of the others, and none is left.
fn pairs(ones: &[Dynamic], others: &[Dynamic], fits: impl Fn(&Dynamic, &Dynamic) -> bool) -> bool {
    let mut left: Vec<_> = others.iter().collect();
    ones.len() == others.len()
        && ones.iter().all(|one| match left.iter().position(|other| fits(one, other)) {
            Some(at) => {
                left.swap_remove(at);
                true
            }
            None => false,
        })
}

fn elements(value: &Dynamic) -> &[Dynamic] {
    match value {
        Dynamic::List(list) => list,
        _ => &[],
    }
}

fn element(value: &Dynamic, at: usize) -> &Dynamic {
    elements(value).get(at).unwrap_or(&Dynamic::Null)
}

fn join(place: &str, name: &str) -> String {
    if place.is_empty() { name.to_owned() } else { format!("{place}.{name}") }
}

#[cfg(test)]
mod tests;
