//! The documented rules for passwords; members' and storage accounts' differ.

/// The special characters that the API's document lists.
const SPECIAL: &str = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

/// A member's password has 8 characters and three of the four classes.
pub(crate) fn check_member(password: &str) -> Result<(), String> {
    if password.chars().count() < 8 || classes(password) < 3 {
        let rule = "at least 8 characters and three of: lower case, upper case, digit, special character";
        return Err(format!("password must have {rule}"));
    }
    Ok(())
}

/// A storage account's password has 8 to 128 characters and all four classes.
pub(crate) fn check_account(password: &str) -> Result<(), String> {
    if !(8..=128).contains(&password.chars().count()) || classes(password) < 4 {
        let rule = "8 to 128 characters with lower case, upper case, digit and special character";
        return Err(format!("password must have {rule}"));
    }
    Ok(())
}

fn classes(password: &str) -> usize {
    let classes: [fn(char) -> bool; 4] =
        [|c| c.is_ascii_lowercase(), |c| c.is_ascii_uppercase(), |c| c.is_ascii_digit(), |c| SPECIAL.contains(c)];
    classes.iter().filter(|class| password.chars().any(*class)).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_two_rules_differ() {
        let cases = [
            ("Aa1!aaaa", true, true),
            ("Aa1aaaaa", true, false),
            ("aaaaaaaa1", false, false),
            ("Aa1!aaa", false, false),
            ("Aa1\u{e4}\u{e4}\u{e4}\u{e4}\u{e4}", true, false),
        ];
        for (password, member, account) in cases {
            assert_eq!(check_member(password).is_ok(), member, "{password}");
            assert_eq!(check_account(password).is_ok(), account, "{password}");
        }
        let longest = format!("Aa1!{}", "x".repeat(124));
        assert!(check_account(&longest).is_ok());
        assert!(check_account(&format!("{longest}x")).is_err());
    }
}
