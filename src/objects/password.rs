//! Passwords of members and storage accounts: given once, at creation, and never shown again.
//!
//! There are two ways to give one. `password` is kept in the state, as a sensitive value. `password_wo` is write-only:
//! Terraform keeps it nowhere, and `password_wo_version` stands for it in the state. The API can change neither, so a
//! change is something that the resource must answer; what an import did not know is only recorded.

use terraform_plugin_server::Number;
use terraform_plugin_server::schema::{self, Attributes, optional, sensitive};
use tf_provider::schema::AttributeType;
use tf_provider::value::Value;

use crate::api::Secret;
use crate::terraform::diagnostics::{Diagnostic, Result};

/// The write-only attribute, for the server: it is null in every state.
pub const WRITE_ONLY: &[&str] = &["password_wo"];

/// The special characters that the service counts.
const SPECIAL: &str = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

/// What the service asks of a password.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// Its fewest characters.
    min: usize,
    /// Its most characters.
    max: usize,
    /// How many of the four classes (lower case, upper case, digits, special characters) it must have.
    classes: usize,
}

/// Console users: the vendor's page on password requirements.
pub const MEMBER: Rule = Rule { min: 8, max: usize::MAX, classes: 3 };

/// Storage accounts: the vendor's swagger file.
pub const ACCOUNT: Rule = Rule { min: 8, max: 128, classes: 4 };

/// The three attributes, of a configuration or a state.
#[derive(Debug, Clone, Copy)]
pub struct Passwords<'a> {
    /// `password`.
    pub password: &'a Value<String>,
    /// `password_wo`; null outside of configurations.
    pub write_only: &'a Value<String>,
    /// `password_wo_version`.
    pub version: &'a Value<Number>,
}

/// What a plan does to the password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Difference {
    /// Nothing that the service would have to know.
    None,
    /// The attribute says another one than the state.
    Changed(&'static str),
}

impl Passwords<'_> {
    /// Everything that is wrong with a configuration by itself. A version without a password is fine: an ephemeral
    /// variable may be left out of a plan for review, and of a destroy.
    pub fn check(&self, rule: Rule) -> Vec<Diagnostic> {
        let mut wrong = Vec::new();
        if !self.password.is_null() && !self.write_only.is_null() {
            wrong.push(
                Diagnostic::new(
                    "Two passwords",
                    "Both password and password_wo are set. Keep one: password_wo where the CLI knows write-only \
                     arguments (Terraform and OpenTofu 1.11 and later), password elsewhere.",
                )
                .at("password_wo"),
            );
        }
        if !self.write_only.is_null() && self.version.is_null() {
            wrong.push(
                Diagnostic::new(
                    "password_wo needs password_wo_version",
                    "Terraform keeps password_wo nowhere, so password_wo_version stands for it in the state: a number. \
                     Set it together with password_wo.",
                )
                .at("password_wo"),
            );
        }
        for (value, attribute) in [(self.password, "password"), (self.write_only, "password_wo")] {
            let Some(Err(why)) = value.as_deref_option().map(|text| rule.check(text)) else { continue };
            let text = format!("The value of {attribute} {why}.");
            wrong.push(Diagnostic::new("Not a password that the service takes", text).at(attribute));
        }
        wrong
    }

    /// The password to create an object with.
    pub fn given(&self) -> Option<Secret> {
        self.password.as_ref_option().or(self.write_only.as_ref_option()).map(Secret::verbatim)
    }

    /// Fails when a creation has no password.
    pub fn ensure_given(&self, who: &str) -> Result<()> {
        if self.password.is_null() && self.write_only.is_null() {
            return Err(Diagnostic::new(
                format!("{who} needs a password"),
                "A password is needed to create it, as password_wo with password_wo_version (kept nowhere; Terraform \
                 or OpenTofu 1.11 or later) or as password (kept in the state). Only what was imported can do without. \
                 If it comes from a variable, the variable was left out.",
            )
            .at("password"));
        }
        Ok(())
    }

    /// How a plan's password differs from the state's. What the state does not have, after an import or under the other
    /// attribute, cannot have changed: it is recorded.
    pub fn differs_from(&self, prior: &Passwords<'_>) -> Difference {
        // What is not known yet is no difference.
        if prior.password.is_value() && self.password.is_value() && self.password != prior.password {
            return Difference::Changed("password");
        }
        if prior.version.is_value() && self.version.is_value() && self.version != prior.version {
            return Difference::Changed("password_wo_version");
        }
        Difference::None
    }
}

impl Rule {
    /// Says what is wrong with a password, without a character of it.
    fn check(self, password: &str) -> std::result::Result<(), String> {
        if password.ends_with(['\n', '\r']) {
            return Err("ends in a line break, as file() gives one that was written with a final newline: use \
                        trimspace(file(...))"
                .into());
        }
        let length = password.chars().count();
        if length < self.min {
            return Err(format!("has fewer than {} characters", self.min));
        }
        if length > self.max {
            return Err(format!("has more than {} characters", self.max));
        }
        let has = |class: fn(&char) -> bool| usize::from(password.chars().any(|c| class(&c)));
        let classes = has(char::is_ascii_lowercase)
            + has(char::is_ascii_uppercase)
            + has(char::is_ascii_digit)
            + has(|c| SPECIAL.contains(*c));
        if classes < self.classes {
            return Err(format!(
                "needs {} of these four: lower-case letters, upper-case letters, digits, special characters \
                 ({SPECIAL})",
                if self.classes == 4 { "all".to_owned() } else { format!("at least {}", self.classes) }
            ));
        }
        Ok(())
    }
}

/// The attributes' schemas; `rule` says in words what the service asks of a password, `version` what another version
/// does.
pub fn attributes(rule: &str, version: &str) -> Attributes {
    schema::attributes([
        (
            "password",
            sensitive(optional(
                AttributeType::String,
                &format!(
                    "The first password ({rule}). It is kept in the state; prefer `password_wo`. One of the two is \
                     needed for a creation. After an import it is recorded without a request."
                ),
            )),
        ),
        (
            "password_wo",
            sensitive(optional(
                AttributeType::String,
                &format!(
                    "The first password ({rule}), kept neither in the state nor, if it comes from an ephemeral \
                     variable, in a plan. It needs `password_wo_version`, and Terraform or OpenTofu 1.11 or later; use \
                     `password` on older ones."
                ),
            )),
        ),
        (
            "password_wo_version",
            optional(
                AttributeType::Number,
                &format!(
                    "A number that stands for `password_wo` in the state, since Terraform keeps the password nowhere. \
                     {version}"
                ),
            ),
        ),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_the_vendors() {
        for (password, fine) in [("Abcdefg1", true), ("abcdefg1", false), ("Ab1!", false), ("abcdefg!1", true)] {
            assert_eq!(MEMBER.check(password).is_ok(), fine, "{password}");
        }
        let long = format!("Aa1!{}", "x".repeat(125));
        for (password, fine) in [("Abcdef1!", true), ("Abcdefg1", false), ("Abcdef1 ", false), (long.as_str(), false)] {
            assert_eq!(ACCOUNT.check(password).is_ok(), fine, "{password}");
        }
    }

    #[test]
    fn what_the_state_does_not_have_is_recorded() {
        let (one, other, null) = (Value::Value("one".to_owned()), Value::Value("other".to_owned()), Value::Null);
        let (v1, v2, none) = (Value::Value(Number::from(1)), Value::Value(Number::from(2)), Value::Null);
        let of = |password, version| Passwords { password, write_only: &Value::Null, version };
        let table = [
            (of(&null, &none), of(&one, &none), Difference::None),
            (of(&null, &none), of(&null, &v1), Difference::None),
            (of(&one, &none), of(&null, &v1), Difference::None),
            (of(&null, &v1), of(&one, &none), Difference::None),
            (of(&one, &none), of(&one, &none), Difference::None),
            (of(&one, &none), of(&other, &none), Difference::Changed("password")),
            (of(&null, &v1), of(&null, &v2), Difference::Changed("password_wo_version")),
        ];
        for (prior, planned, difference) in table {
            assert_eq!(planned.differs_from(&prior), difference, "{prior:?} {planned:?}");
        }
    }
}
