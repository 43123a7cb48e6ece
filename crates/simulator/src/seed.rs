//! What a simulator starts with: the vendor's two sample contracts, sample partners in the first, and three keys.

use indexmap::IndexMap;
use uuid::{Uuid, uuid};

use crate::snapshot::Snapshot;
use crate::world::{CHANNEL_PARTNER, Contract, DISTRIBUTOR, Key, KeyKind, OWN_RESERVATION, Partner, World};

/// The key of the distributor.
pub const DISTRIBUTOR_KEY: &str = "simulator-distributor-key";
/// The key of the channel partner, which has its own reserved capacity of 20 TB.
pub const CHANNEL_PARTNER_KEY: &str = "simulator-channel-partner-key";
/// A distributor's key whose expiry date has passed.
pub const EXPIRED_KEY: &str = "simulator-expired-key";

/// The vendor's first sample contract, "Impossible Cloud Test Contract": 100 TB.
pub const FIRST_CONTRACT: &str = "606f031c-0f85-4444-8c7d-4a8f1ede7cd3";
/// The vendor's second sample contract, "Another test contract": 10 TB.
pub const SECOND_CONTRACT: &str = "bb0a102d-ad4b-4738-b405-561add97abbb";

const CONTRACTS: [(Uuid, &str, u64); 2] = [
    (uuid!("606f031c-0f85-4444-8c7d-4a8f1ede7cd3"), "Impossible Cloud Test Contract", 100_000_000_000_000),
    (uuid!("bb0a102d-ad4b-4738-b405-561add97abbb"), "Another test contract", 10_000_000_000_000),
];
/// The vendor's sample says that 53 TB of the first contract are allocated; somebody has to hold them.
const PARTNERS: [(&str, u64); 2] =
    [("Sample Reseller One", 30_000_000_000_000), ("Sample Reseller Two", 23_000_000_000_000)];

/// A world as a simulator finds it at the start: the samples, or what a file says.
pub(crate) fn world(switches: crate::Switches, random: fastrand::Rng, partners: bool, load: Option<Snapshot>) -> World {
    let mut world = World::new(switches, random);
    world.own_reservations.insert(CHANNEL_PARTNER, OWN_RESERVATION);
    for (key, kind, expired) in [
        (DISTRIBUTOR_KEY, KeyKind::Distributor, false),
        (CHANNEL_PARTNER_KEY, KeyKind::ChannelPartner, false),
        (EXPIRED_KEY, KeyKind::Distributor, true),
    ] {
        let holder = world.holder(kind);
        world.keys.insert(key.to_string(), Key { kind, expired, holder });
    }
    match load {
        Some(snapshot) => snapshot.fill(&mut world),
        None => add_samples(&mut world, partners),
    }
    world
}

fn add_samples(world: &mut World, partners: bool) {
    for (id, name, reserved) in CONTRACTS {
        world.contracts.insert(id, Contract::new(DISTRIBUTOR, name.to_string(), reserved));
    }
    for (name, allocated) in PARTNERS.into_iter().filter(|_| partners) {
        let id = world.new_uuid();
        let contract = CONTRACTS[0].0;
        let partner = Partner {
            contract,
            shown_contract: contract,
            name: name.to_string(),
            allocated,
            allow_overdraft: false,
            details: String::new(),
            members: IndexMap::new(),
        };
        world.partners.insert(id, partner);
    }
}
