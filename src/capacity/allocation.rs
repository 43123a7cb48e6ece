//! What `allocated_storage` may be.

use terraform_plugin_server::Number;
use tf_provider::value::Value;

use super::bytes::{self, GIGABYTE, LARGEST_SLIP};
use crate::terraform::diagnostics::{Diagnostic, Result, Warnings};

/// Added to the error of a write whose outcome is not known.
pub const MAY_NOT_BE_SURE: &str = "Whether the change was made is not known. Plan again: the refresh shows what is.";

/// What comes of an amount that the service has rounded.
pub const ROUNDED: &str = "The service rounds: that is less than the console's smallest step away and counts as the \
                           same, so no plan shows a difference.";

const ATTRIBUTE: &str = "allocated_storage";

/// Checks a configured amount by itself: a whole number of bytes that the API can hold.
pub fn check(amount: &Value<Number>) -> Option<Diagnostic> {
    let Value::Value(amount) = amount else { return None };
    let text = amount.to_string();
    let shown = bytes::shortened(&text);
    let why = match amount.as_i64() {
        Some(bytes) if bytes >= 0 => return None,
        _ if text.starts_with('-') => "is negative".to_owned(),
        _ if text.contains('.') => "is not a whole number".to_owned(),
        _ => format!("is more than {} bytes, the most that the API can hold", i64::MAX),
    };
    let diagnostic = Diagnostic::new(
        "Not an amount of storage",
        format!(
            "allocated_storage is a whole number of bytes, and {shown} {why}. Write 5 TB as 5000000000000 (or, from \
             Terraform 1.8 on, as provider::impossiblecloud::bytes(\"5 TB\")), and pay-per-use as 0."
        ),
    );
    Some(diagnostic.at(ATTRIBUTE))
}

/// What the service wrote, beside what it was asked for.
pub fn instead_of(is: i64, asked: i64) -> String {
    let [is, asked] = [is, asked].map(|bytes| bytes::exact(i128::from(bytes)));
    format!("an allocation of {is} instead of {asked}")
}

/// What to configure where the service keeps coarse units only: no change could settle that.
pub fn whole_units(is: i64) -> String {
    format!("If the service only keeps whole units, set allocated_storage = {is}.")
}

/// Checks an amount that is new or changed; what already exists on the server is left alone.
pub fn check_new(bytes: i64, warnings: &mut Warnings) -> Result<()> {
    if (1..=LARGEST_SLIP).contains(&bytes) {
        let [gigabytes, terabytes] = bytes::probably_meant(bytes);
        let [giga, tera] = [i128::from(GIGABYTE), 1_000 * i128::from(GIGABYTE)].map(|unit| i128::from(bytes) * unit);
        return Err(Diagnostic::new(
            "An amount without its unit",
            format!(
                "allocated_storage is in bytes, and {bytes} bytes ({}) is probably a unit mistake. Did you mean one of \
                 these?\n\n  {tera}  or provider::impossiblecloud::bytes(\"{terabytes}\")\n  {giga}  or \
                 provider::impossiblecloud::bytes(\"{gigabytes}\")\n\n\
                 The function needs Terraform 1.8 or OpenTofu 1.7, or later.",
                bytes::format(bytes)
            ),
        )
        .at(ATTRIBUTE));
    }
    if (1..GIGABYTE).contains(&bytes) {
        warnings.warn(
            Diagnostic::new(
                format!("A very small allocation: {}", bytes::format(bytes)),
                format!(
                    "allocated_storage is in bytes, and {bytes} bytes are {}, less than 1 GB, the smallest step of the \
                     console. If that is meant, nothing needs to be done.",
                    bytes::format(bytes)
                ),
            )
            .at(ATTRIBUTE),
        );
    }
    Ok(())
}

/// An apply that still does not know how much.
pub fn unknown() -> Diagnostic {
    Diagnostic::new(
        "The allocation is not known",
        "allocated_storage is still unknown in the apply. Nothing was written.",
    )
    .at(ATTRIBUTE)
}
