use impossiblecloud_simulator::FIRST_CONTRACT;

use crate::client::Api;

#[test]
fn five_thousand_partners_are_listed_at_once() {
    let api = Api::plain();
    for n in 0..5_000 {
        api.sim.add_partner(FIRST_CONTRACT, &format!("Partner {n}"), 1_000_000_000, false);
    }
    let list = api.get(&format!("/contract/{FIRST_CONTRACT}/partners"));
    assert_eq!(list.json().as_array().map(Vec::len), Some(5_000));
    assert_eq!(api.allocated(), 5_000_000_000_000_u64);
    api.create_partner("One more", 1).id();
}
