//! One observation for each switch, and what it gives under each of its values.

mod accounts;
mod answers;
mod names;
mod partners;
mod transport;

use std::collections::BTreeSet;

use impossiblecloud_simulator::Switches;
use impossiblecloud_simulator::switches::Values;
use impossiblecloud_simulator::switches::table::SWITCHES;

use crate::client::Api;

/// What somebody sees who does the same thing under each value of a switch.
pub struct Scenario {
    pub switch: &'static str,
    pub observe: fn(&mut Api) -> String,
    /// Each value and what is seen under it.
    pub outcomes: &'static [(&'static str, &'static str)],
}

fn all() -> impl Iterator<Item = &'static Scenario> {
    let all = [answers::SCENARIOS, partners::SCENARIOS, accounts::SCENARIOS, transport::SCENARIOS, names::SCENARIOS];
    all.into_iter().flatten()
}

#[test]
fn every_value_of_every_switch_does_what_it_says() {
    for scenario in all() {
        for (value, outcome) in scenario.outcomes {
            let mut api = Api::new(Switches::default().with(scenario.switch, value));
            api.sim.set_clock("2026-03-20T12:00:00Z");
            assert_eq!((scenario.observe)(&mut api), *outcome, "{}={value}", scenario.switch);
        }
    }
}

#[test]
fn no_switch_and_no_value_is_left_out() {
    for switch in SWITCHES {
        let observed: Vec<_> = all().filter(|scenario| scenario.switch == switch.name).collect();
        assert!(!observed.is_empty(), "{} is observed nowhere", switch.name);
        let values: BTreeSet<&str> =
            observed.iter().flat_map(|scenario| scenario.outcomes).map(|(value, _)| *value).collect();
        match switch.values {
            Values::Words(words) => assert_eq!(values, words.iter().copied().collect(), "{}", switch.name),
            Values::Count(default) | Values::Span(default) => assert!(values.contains(default), "{}", switch.name),
        }
    }
    for question in 1..=50 {
        assert!(SWITCHES.iter().any(|switch| switch.question == question), "question {question} has no switch");
    }
    let names: BTreeSet<&str> = SWITCHES.iter().map(|switch| switch.name).collect();
    assert_eq!(names.len(), SWITCHES.len(), "two switches share a name");
}

#[test]
fn a_wrong_choice_is_explained() {
    let mut switches = Switches::default();
    let problem = switches.set("costs", "dollars").unwrap_err();
    assert_eq!(problem, r#"the switch costs cannot be "dollars"; its values are: strings, numbers, fractions"#);
    let problem = switches.set("totals_lag", "soon").unwrap_err();
    assert_eq!(problem, r#"the switch totals_lag cannot be "soon"; its values are: 0s, any span such as 1500ms or 2s"#);
    let problem = switches.set("rate_limit", "-1").unwrap_err();
    assert_eq!(problem, r#"the switch rate_limit cannot be "-1"; its values are: 0, any whole number"#);
    let problem = switches.set("cost", "numbers").unwrap_err();
    assert!(problem.starts_with(r#"there is no switch "cost"; the names are: missing_key_status, "#), "{problem}");
}
