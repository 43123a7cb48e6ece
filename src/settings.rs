//! Every setting of the provider, once: what it is called, what it takes, what it is when nobody says.
//!
//! The table is all there is: the block's schema, the environment's variables, `terraform validate`, the reading and
//! the documentation follow from it.

use std::collections::BTreeMap;
use std::fmt;
use std::num::NonZeroU32;
use std::time::Duration;

use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use terraform_plugin_server::Number;
use terraform_plugin_server::schema::{Attributes, optional, sensitive};
use tf_provider::schema::AttributeType;
use tf_provider::value::Value;
use url::Url;

mod files;
mod parse;
mod read;

pub use read::{Config, client_settings, session_settings};

use crate::api::{Secret, endpoint};
use crate::capacity::Mode;

/// One setting.
pub struct Setting<T: 'static> {
    name: &'static str,
    /// What it takes in the block: a number, or else a text.
    number: bool,
    /// Whether people put secrets there: then no error stands at the attribute, because Terraform would print the line.
    secret: bool,
    /// What it is when nobody says, as people write it; empty when there is no such thing.
    default: &'static str,
    description: &'static str,
    parse: fn(&str) -> Result<T, String>,
}

/// The base URL of the API.
static ENDPOINT: Setting<Url> = Setting {
    name: "endpoint",
    number: false,
    secret: true,
    default: "https://api.partner.impossiblecloud.com/v1",
    description: "The base URL of the API with its version path. Only `https`; `http` for loopback hosts alone.",
    parse: endpoint::parse,
};

/// The key itself.
static API_KEY: Setting<Secret> = Setting {
    name: "api_key",
    number: false,
    secret: true,
    default: "",
    description: "The API key, made in the console under API Keys. Give it from a sensitive variable or, better, in \
                  the environment.",
    parse: parse::key,
};

/// Where the key is.
static API_KEY_FILE: Setting<String> = Setting {
    name: "api_key_file",
    number: false,
    secret: false,
    default: "",
    description: "The path of a file that holds the API key, instead of `api_key`: a file of at most 64 kB, or a pipe \
                  that answers within ten seconds.",
    parse: parse::text,
};

/// Whom to trust besides those whom the system trusts.
static CA_CERTIFICATE_FILE: Setting<String> = Setting {
    name: "ca_certificate_file",
    number: false,
    secret: false,
    default: "",
    description: "The path of a PEM file with certificates to trust in addition to the system's: of authorities, such \
                  as a proxy's, or of the server itself. At most 4 MB.",
    parse: parse::text,
};

/// How plans are held to the capacity.
static CAPACITY_CHECK: Setting<Mode> = Setting {
    name: "capacity_check",
    number: false,
    secret: false,
    default: "strict",
    description: "How plans are held to the contract's remaining capacity. `strict`: what does not fit is an error in \
                  the plan. `relaxed`: what could fit after other changes is a warning, and apply waits for the \
                  capacity before it writes. `off`: no check; the service's refusal is reported.",
    parse: parse::mode,
};

/// Generous for a service whose lists hold thousands of partners; a request that takes longer is lost.
static REQUEST_TIMEOUT: Setting<Duration> = Setting {
    name: "request_timeout",
    number: false,
    secret: false,
    default: "1m",
    description: "How long one request may take, such as `30s`.",
    parse: crate::api::duration::parse,
};

/// With backoff from half a second to twenty seconds five rides out about half a minute of trouble.
static MAX_RETRIES: Setting<u32> = Setting {
    name: "max_retries",
    number: true,
    secret: false,
    default: "5",
    description: "How often a request is sent again when that is safe; `0` switches every retry off. A creation is \
                  only ever sent again when the first surely had no effect. Being asked to slow down (429) does not \
                  count.",
    parse: parse::count,
};

/// How fast requests are sent.
static MAX_REQUESTS_PER_SECOND: Setting<Option<NonZeroU32>> = Setting {
    name: "max_requests_per_second",
    number: true,
    secret: false,
    default: "0",
    description: "At most so many requests a second; `0` sets no limit. A limit of the service is kept to in any case.",
    parse: parse::rate,
};

/// The contract of objects that name none.
static CONTRACT_ID: Setting<String> = Setting {
    name: "contract_id",
    number: false,
    secret: false,
    default: "",
    description: "The id of the contract of partners and data sources that leave it out. It is taken by creations \
                  only: changing it moves no partner.",
    parse: parse::contract,
};

/// How long a creation that was answered with an error is looked for.
static CREATE_LOOKUP_TIMEOUT: Setting<Duration> = Setting {
    name: "create_lookup_timeout",
    number: false,
    secret: false,
    default: "30s",
    description: "How long a creation that was answered with an error is looked for before it may be sent again. A \
                  longer `Retry-After` counts instead.",
    parse: crate::api::duration::parse,
};

/// All settings, for whom their types do not matter.
static TABLE: [&dyn Entry; 10] = [
    &ENDPOINT,
    &API_KEY,
    &API_KEY_FILE,
    &CA_CERTIFICATE_FILE,
    &CAPACITY_CHECK,
    &REQUEST_TIMEOUT,
    &MAX_RETRIES,
    &MAX_REQUESTS_PER_SECOND,
    &CONTRACT_ID,
    &CREATE_LOOKUP_TIMEOUT,
];

/// A setting, whatever its type.
trait Entry: Sync {
    fn name(&self) -> &'static str;
    fn attribute_type(&self) -> AttributeType;
    fn description(&self) -> String;
    fn is_secret(&self) -> bool;
    fn check(&self, text: &str) -> Result<(), String>;
}

impl<T> Entry for Setting<T> {
    fn name(&self) -> &'static str {
        self.name
    }

    fn attribute_type(&self) -> AttributeType {
        if self.number { AttributeType::Number } else { AttributeType::String }
    }

    fn description(&self) -> String {
        let default = if self.default.is_empty() { String::new() } else { format!(" Default `{}`.", self.default) };
        format!("{}{default} Environment: `{}`.", self.description, variable(self.name))
    }

    fn is_secret(&self) -> bool {
        self.secret
    }

    fn check(&self, text: &str) -> Result<(), String> {
        (self.parse)(text.trim()).map(drop)
    }
}

/// The environment variable of a setting.
fn variable(name: &str) -> String {
    format!("IMPOSSIBLECLOUD_{}", name.to_uppercase())
}

/// The attributes of the provider block.
pub fn attributes() -> Attributes {
    let attribute = |entry: &&dyn Entry| {
        let attribute = optional(entry.attribute_type(), &entry.description());
        // The one value that must not be shown; a URL with a key in it is refused.
        let attribute = if entry.name() == API_KEY.name { sensitive(attribute) } else { attribute };
        (entry.name().to_owned(), attribute)
    };
    TABLE.iter().map(attribute).collect()
}

/// The provider block as Terraform sends it: all its attributes by name.
type Block = BTreeMap<String, Value<Scalar>>;

/// A text or a number, as text. One of them is the key: it cannot be printed.
#[derive(Serialize)]
#[serde(transparent)]
pub struct Scalar(String);

impl<'de> Deserialize<'de> for Scalar {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Scalars)
    }
}

struct Scalars;

impl Visitor<'_> for Scalars {
    type Value = Scalar;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text or a number")
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Scalar, E> {
        Ok(Scalar(value.to_owned()))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Scalar, E> {
        Ok(Scalar(value.to_string()))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Scalar, E> {
        Ok(Scalar(value.to_string()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Scalar, E> {
        Number::try_from(value).map(|number| Scalar(number.to_string())).map_err(E::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_default_is_a_value() {
        for entry in TABLE {
            assert!(entry.description().ends_with(&format!("Environment: `{}`.", variable(entry.name()))));
        }
        for (parsed, name) in [
            (ENDPOINT.check(ENDPOINT.default), "endpoint"),
            (CAPACITY_CHECK.check(CAPACITY_CHECK.default), "capacity_check"),
            (REQUEST_TIMEOUT.check(REQUEST_TIMEOUT.default), "request_timeout"),
            (MAX_RETRIES.check(MAX_RETRIES.default), "max_retries"),
            (MAX_REQUESTS_PER_SECOND.check(MAX_REQUESTS_PER_SECOND.default), "max_requests_per_second"),
            (CREATE_LOOKUP_TIMEOUT.check(CREATE_LOOKUP_TIMEOUT.default), "create_lookup_timeout"),
        ] {
            assert_eq!(parsed, Ok(()), "{name}");
        }
    }
}
