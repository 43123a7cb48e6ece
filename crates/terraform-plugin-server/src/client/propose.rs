//! What Terraform proposes as the new state: the configuration, and where it says nothing of a computed attribute, what
//! was there before, inside nested attributes and blocks, too. A computed block is null when it is left out.

use std::collections::BTreeMap;

use super::values::{Nesting, as_block, is_map};
use crate::Dynamic;
use crate::wire::tfplugin6 as tf;

/// The new state that Terraform proposes.
pub(super) fn propose(block: &tf::schema::Block, prior: &Dynamic, config: &Dynamic) -> Dynamic {
    let Dynamic::Map(config) = config else { return config.clone() };
    let before = |name: &str| prior.get(name).cloned().unwrap_or_default();
    let proposed = config.iter().map(|(name, given)| {
        let attribute = block.attributes.iter().find(|attribute| attribute.name == *name);
        let nested = block.block_types.iter().find(|nested| nested.type_name == *name);
        let value = match (attribute, nested) {
            (Some(attribute), _) => propose_attribute(attribute, &before(name), given),
            (_, Some(nested)) => {
                let inner = nested.block.clone().unwrap_or_default();
                propose_nested(&inner, nested.nesting().into(), &before(name), given)
            }
            (None, None) => given.clone(),
        };
        (name.clone(), value)
    });
    Dynamic::Map(proposed.collect())
}

fn propose_attribute(attribute: &tf::schema::Attribute, prior: &Dynamic, config: &Dynamic) -> Dynamic {
    match &attribute.nested_type {
        _ if attribute.computed && config.is_null() => prior.clone(),
        Some(nested) => propose_nested(&as_block(nested), nested.nesting().into(), prior, config),
        None => config.clone(),
    }
}

fn propose_nested(block: &tf::schema::Block, nesting: Nesting, prior: &Dynamic, config: &Dynamic) -> Dynamic {
    match (nesting, config) {
        (Nesting::Map, Dynamic::Map(config)) => {
            let before = |key: &str| prior.get(key).cloned().unwrap_or_default();
            let proposed = config.iter().map(|(key, one)| (key.clone(), propose(block, &before(key), one)));
            Dynamic::Map(proposed.collect())
        }
        (Nesting::List, Dynamic::List(config)) => {
            let before = |index: usize| elements(prior).get(index).cloned().unwrap_or_default();
            Dynamic::List(config.iter().enumerate().map(|(at, one)| propose(block, &before(at), one)).collect())
        }
        (Nesting::Set, Dynamic::List(config)) => propose_set(block, elements(prior), config),
        (Nesting::Single, Dynamic::Map(_)) => propose(block, prior, config),
        _ => config.clone(),
    }
}

fn elements(value: &Dynamic) -> &[Dynamic] {
    match value {
        Dynamic::List(list) => list,
        _ => &[],
    }
}

/// The elements of a set have no place: each takes the first element from before that the provider may have made of it.
fn propose_set(block: &tf::schema::Block, prior: &[Dynamic], config: &[Dynamic]) -> Dynamic {
    let mut left: Vec<&Dynamic> = prior.iter().collect();
    let proposed = config.iter().map(|one| {
        let found = left.iter().position(|before| may_come_from(block, before, one));
        found.map_or_else(|| propose(block, &Dynamic::Null, one), |at| left.remove(at).clone())
    });
    Dynamic::List(proposed.collect())
}

/// Whether a state differs from a configuration only in what the provider computed.
fn may_come_from(block: &tf::schema::Block, state: &Dynamic, config: &Dynamic) -> bool {
    let (Dynamic::Map(state), Dynamic::Map(config)) = (state, config) else { return state == config };
    let null = Dynamic::Null;
    config.iter().all(|(name, given)| {
        let there = state.get(name).unwrap_or(&null);
        let attribute = block.attributes.iter().find(|attribute| attribute.name == *name);
        let nested = block.block_types.iter().find(|nested| nested.type_name == *name);
        let inner = attribute.and_then(|attribute| attribute.nested_type.as_ref().map(as_block));
        let inner = inner.or_else(|| nested.and_then(|nested| nested.block.clone()));
        there == given
            || attribute.is_some_and(|attribute| attribute.computed && given.is_null())
            || inner.is_some_and(|inner| each_may_come_from(&inner, is_map(attribute, nested), there, given))
    })
}

fn each_may_come_from(block: &tf::schema::Block, is_map: bool, state: &Dynamic, config: &Dynamic) -> bool {
    let all = |state: Vec<&Dynamic>, config: Vec<&Dynamic>| {
        state.len() == config.len()
            && state.iter().zip(config).all(|(state, config)| may_come_from(block, state, config))
    };
    match (state, config) {
        (Dynamic::List(state), Dynamic::List(config)) => all(state.iter().collect(), config.iter().collect()),
        (Dynamic::Map(state), Dynamic::Map(config)) if is_map => {
            state.keys().eq(config.keys()) && all(values(state), values(config))
        }
        _ => may_come_from(block, state, config),
    }
}

fn values(map: &BTreeMap<String, Dynamic>) -> Vec<&Dynamic> {
    map.values().collect()
}
