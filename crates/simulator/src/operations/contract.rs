//! Contracts: the vendor makes them, so there is only a list.

use crate::call::{Call, Outcome, json};
use crate::render;
use crate::world::World;

pub(super) fn list(world: &mut World, call: &Call) -> Outcome {
    let random = world.random.fork();
    let contracts = world.contracts.iter().filter(|(_, contract)| contract.distributor == call.holder);
    let items = contracts.filter_map(|(id, contract)| Some((contract.name.clone(), render::contract(world, *id)?)));
    json(&render::ordered(&world.switches, random, items.collect()))
}
