//! Endpoint, key and trust, from the environment: the same variables, and the same rules, as the provider's.

use std::time::Duration;

use crate::http::{Endpoint, Settings};

/// The vendor's API.
const DEFAULT_ENDPOINT: &str = "https://api.partner.impossiblecloud.com/v1";

/// Reads the environment.
///
/// # Errors
/// A sentence that names the variable and what is wrong with it.
pub fn read(timeout: Duration) -> Result<Settings, String> {
    let endpoint = Endpoint::parse(&variable("ENDPOINT").unwrap_or(DEFAULT_ENDPOINT.to_string()))
        .map_err(|why| format!("IMPOSSIBLECLOUD_ENDPOINT cannot be used: {why}"))?;
    Ok(Settings { endpoint, key: key()?, ca_certificates: ca_certificates()?, timeout })
}

fn variable(name: &str) -> Option<String> {
    let value = std::env::var(format!("IMPOSSIBLECLOUD_{name}")).ok()?;
    Some(value.trim().to_string()).filter(|value| !value.is_empty())
}

/// The key, or the content of the file that holds it.
fn key() -> Result<String, String> {
    let (name, text) = match (variable("API_KEY"), variable("API_KEY_FILE")) {
        (Some(key), _) => ("API_KEY", key),
        (None, Some(path)) => {
            let text = std::fs::read_to_string(&path);
            let problem = |error| format!("IMPOSSIBLECLOUD_API_KEY_FILE cannot be used: cannot read {path}: {error}");
            ("API_KEY_FILE", text.map_err(problem)?)
        }
        (None, None) => {
            let message = "no API key: put one into IMPOSSIBLECLOUD_API_KEY, or name the file that holds it in \
                IMPOSSIBLECLOUD_API_KEY_FILE; a key is made in the console under API Keys";
            return Err(message.to_string());
        }
    };
    let key = text.trim();
    if key.is_empty() {
        return Err(format!("IMPOSSIBLECLOUD_{name} cannot be used: the key is empty"));
    }
    if !key.chars().all(|letter| letter.is_ascii_graphic()) {
        return Err(format!("IMPOSSIBLECLOUD_{name} cannot be used: the key holds characters that no key has"));
    }
    Ok(key.to_string())
}

fn ca_certificates() -> Result<Vec<u8>, String> {
    let Some(path) = variable("CA_CERTIFICATE_FILE") else { return Ok(Vec::new()) };
    let problem = |error| format!("IMPOSSIBLECLOUD_CA_CERTIFICATE_FILE cannot be used: cannot read {path}: {error}");
    std::fs::read(&path).map_err(problem)
}
