use std::time::{Duration, Instant};

use impossiblecloud_simulator::FIRST_CONTRACT;

use crate::client::Api;

/// Generous: a debug build on a busy machine takes a few hundredths of a second.
const LIMIT: Duration = Duration::from_secs(2);

#[test]
fn five_thousand_partners_are_listed_at_once() {
    let api = Api::plain();
    for n in 0..5_000 {
        api.sim.add_partner(FIRST_CONTRACT, &format!("Partner {n}"), 1_000_000_000, false);
    }
    let start = Instant::now();
    let list = api.get(&format!("/contract/{FIRST_CONTRACT}/partners"));
    let took = start.elapsed();
    println!("a list of 5,000 partners took {took:?}, {} bytes", list.text.len());
    assert_eq!(list.json().as_array().map(Vec::len), Some(5_000));
    assert_eq!(api.allocated(), 5_000_000_000_000_u64);
    assert!(took < LIMIT, "{took:?}");
    let start = Instant::now();
    api.create_partner("One more", 1).id();
    assert!(start.elapsed() < LIMIT);
}
