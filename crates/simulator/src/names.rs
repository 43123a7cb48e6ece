//! What the service makes of a name or an amount before it keeps it.

use icu_normalizer::{ComposingNormalizerBorrowed, DecomposingNormalizerBorrowed};

use crate::switches::Switches;

const GB: u64 = 1_000_000_000;
const TB: u64 = 1_000 * GB;

/// A name as it is kept: of partners, members and storage accounts alike.
pub(crate) fn kept(switches: &Switches, name: &str) -> String {
    let name = match switches.value("blanks") {
        "trimmed" => name.trim().to_string(),
        "collapsed" => name.split_whitespace().collect::<Vec<_>>().join(" "),
        _ => name.to_string(),
    };
    let name = match switches.value("name_form") {
        "nfc" => ComposingNormalizerBorrowed::new_nfc().normalize(&name).into_owned(),
        "nfd" => DecomposingNormalizerBorrowed::new_nfd().normalize(&name).into_owned(),
        _ => name,
    };
    match switches.value("name_case") {
        "lowered" => name.to_lowercase(),
        "upper" => name.to_uppercase(),
        _ => name,
    }
}

/// An amount as it is kept. What is more than nothing stays more than nothing: 0 has a meaning of its own.
pub(crate) fn rounded(switches: &Switches, amount: u64) -> u64 {
    let down = |unit: u64| (amount - amount % unit).max(unit.min(amount));
    match switches.value("amounts") {
        "gb_down" => down(GB),
        "gb_up" => amount.checked_next_multiple_of(GB).unwrap_or(amount),
        "tb_up" => amount.checked_next_multiple_of(TB).unwrap_or(amount),
        _ => amount,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_rounded_but_never_to_nothing() {
        let rounded = |value: &str, amount| rounded(&Switches::default().with("amounts", value), amount);
        for amount in [0, 1, GB, 3 * GB + 1, u64::MAX] {
            assert_eq!(rounded("exact", amount), amount);
            assert_eq!(rounded("gb_down", amount) == 0, amount == 0);
            assert_eq!(rounded("tb_up", amount) == 0, amount == 0);
        }
        assert_eq!((rounded("gb_down", 3 * GB + 1), rounded("gb_up", 3 * GB + 1)), (3 * GB, 4 * GB));
        assert_eq!((rounded("tb_up", 1), rounded("gb_down", 1)), (TB, 1));
    }
}
