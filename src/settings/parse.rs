//! What settings take, and what is said of anything else. No text is repeated that may hold a secret.

use std::num::NonZeroU32;

use crate::api::{Outside, Secret};
use crate::capacity::Mode;
use crate::terraform::import_id::is_uuid;

pub(super) fn text(text: &str) -> Result<String, String> {
    Ok(text.to_owned())
}

pub(super) fn key(text: &str) -> Result<Secret, String> {
    if text.is_empty() {
        return Err("the key is empty".into());
    }
    if !text.chars().all(|c| c.is_ascii_graphic()) {
        return Err(
            "the key holds characters that no key has (spaces, control characters or letters outside ASCII)".into()
        );
    }
    Ok(Secret::new(text))
}

pub(super) fn mode(text: &str) -> Result<Mode, String> {
    match text {
        "strict" => Ok(Mode::Strict),
        "relaxed" => Ok(Mode::Relaxed),
        "off" => Ok(Mode::Off),
        _ => Err(format!("\"{}\" is not one of \"strict\", \"relaxed\" and \"off\"", Outside::new(text))),
    }
}

pub(super) fn count(text: &str) -> Result<u32, String> {
    text.parse().map_err(|_| format!("{} is not a count from 0 to {}", Outside::new(text), u32::MAX))
}

pub(super) fn rate(text: &str) -> Result<Option<NonZeroU32>, String> {
    count(text).map(NonZeroU32::new)
}

pub(super) fn contract(text: &str) -> Result<String, String> {
    if is_uuid(text) {
        Ok(text.to_owned())
    } else {
        Err(format!("\"{}\" is not the id of a contract, which is a UUID", Outside::new(text)))
    }
}
