//! Reads the settings: from the block, or else from the environment, or else their defaults.

use serde::{Deserialize, Serialize};
use tf_provider::value::Value;

use super::files;
use super::{
    API_KEY, API_KEY_FILE, Block, CA_CERTIFICATE_FILE, CAPACITY_CHECK, CONTRACT_ID, CREATE_LOOKUP_TIMEOUT, ENDPOINT,
    Entry, MAX_REQUESTS_PER_SECOND, MAX_RETRIES, REQUEST_TIMEOUT, Setting, TABLE, variable,
};
use crate::api::{Secret, Settings, ensure_certificates};
use crate::session::SessionSettings;
use crate::terraform::diagnostics::{Diagnostic, Result};

/// No key is longer.
const LONGEST_KEY: u64 = 64 << 10;

/// All authorities of a system are about 200 kB.
const LONGEST_CERTIFICATES: u64 = 4_000_000;

/// The provider block.
#[derive(Serialize, Deserialize)]
#[serde(transparent)]
pub struct Config(Block);

impl Config {
    /// The settings that another resource has yet to give.
    pub fn unknown(&self) -> Vec<&'static str> {
        let is_unknown = |name: &&str| matches!(self.0.get(*name), Some(Value::Unknown));
        TABLE.iter().map(|entry| entry.name()).filter(is_unknown).collect()
    }

    /// Checks what the block says, and nothing else: `terraform validate` needs no environment and no files.
    pub fn validate(&self) -> Result<()> {
        for entry in TABLE {
            if let Some(text) = self.block(entry.name()) {
                entry.check(text).map_err(|why| wrong(entry, &why))?;
            }
        }
        self.ensure_one_key()
    }

    /// What the block says; an empty text says nothing, for that is what an unset variable mostly is.
    fn block(&self, name: &str) -> Option<&str> {
        self.0.get(name)?.as_ref_option().map(|scalar| &*scalar.0).filter(|text| !text.trim().is_empty())
    }

    fn given(&self, name: &str) -> Option<String> {
        self.block(name).map(str::to_owned).or_else(|| from_environment(name))
    }

    fn optional<T>(&self, setting: &'static Setting<T>) -> Result<Option<T>> {
        self.given(setting.name).map(|text| parsed(setting, &text)).transpose()
    }

    fn read<T>(&self, setting: &'static Setting<T>) -> Result<T> {
        parsed(setting, &self.given(setting.name).unwrap_or_else(|| setting.default.to_owned()))
    }

    fn ensure_one_key(&self) -> Result<()> {
        match (self.block(API_KEY.name), self.block(API_KEY_FILE.name)) {
            (Some(_), Some(_)) => Err(wrong(&API_KEY_FILE, "api_key is set too; keep one of them")),
            _ => Ok(()),
        }
    }

    /// The key: the block wins over the environment, and a file is as good as the key itself.
    async fn key(&self) -> Result<Secret> {
        self.ensure_one_key()?;
        let in_block = |name| self.block(name).map(str::to_owned);
        let (key, file) = match (in_block(API_KEY.name), in_block(API_KEY_FILE.name)) {
            (None, None) => (from_environment(API_KEY.name), from_environment(API_KEY_FILE.name)),
            block => block,
        };
        match (key, file) {
            (Some(key), _) => parsed(&API_KEY, &key),
            (None, Some(path)) => key_in(path.trim()).await.map_err(|why| wrong(&API_KEY_FILE, &why)),
            (None, None) => Err(no_key()),
        }
    }

    async fn certificates(&self) -> Result<Vec<u8>> {
        let Some(path) = self.optional(&CA_CERTIFICATE_FILE)? else { return Ok(Vec::new()) };
        let read = files::read(&path, LONGEST_CERTIFICATES).await;
        let checked = read.and_then(|pem| ensure_certificates(&pem).map(|()| pem));
        checked.map_err(|why| wrong(&CA_CERTIFICATE_FILE, &why))
    }
}

/// How to reach the service.
pub async fn client_settings(config: &Config, terraform_version: &str) -> Result<Settings> {
    Ok(Settings {
        endpoint: config.read(&ENDPOINT)?,
        key: config.key().await?,
        ca_certificates: config.certificates().await?,
        request_timeout: config.read(&REQUEST_TIMEOUT)?,
        max_retries: config.read(&MAX_RETRIES)?,
        max_requests_per_second: config.read(&MAX_REQUESTS_PER_SECOND)?,
        user_agent: user_agent(terraform_version, &std::env::var("TF_APPEND_USER_AGENT").unwrap_or_default()),
    })
}

/// What objects have to know.
pub fn session_settings(config: &Config) -> Result<SessionSettings> {
    Ok(SessionSettings {
        capacity_check: config.read(&CAPACITY_CHECK)?,
        max_retries: config.read(&MAX_RETRIES)?,
        request_timeout: config.read(&REQUEST_TIMEOUT)?,
        create_lookup_timeout: config.read(&CREATE_LOOKUP_TIMEOUT)?,
        contract_id: config.optional(&CONTRACT_ID)?,
    })
}

fn from_environment(name: &str) -> Option<String> {
    std::env::var(variable(name)).ok().filter(|value| !value.trim().is_empty())
}

fn parsed<T>(setting: &'static Setting<T>, text: &str) -> Result<T> {
    (setting.parse)(text.trim()).map_err(|why| wrong(setting, &why))
}

async fn key_in(path: &str) -> std::result::Result<Secret, String> {
    let bytes = files::read(path, LONGEST_KEY).await?;
    let text = String::from_utf8(bytes).map_err(|_| "the file is not a text in UTF-8".to_owned())?;
    (API_KEY.parse)(text.trim())
}

fn wrong(entry: &dyn Entry, why: &str) -> Diagnostic {
    let name = entry.name();
    let problem = Diagnostic::new(
        format!("The provider's {name} cannot be used"),
        format!("{why}. It is set by {name} in the provider block or by {} in the environment.", variable(name)),
    );
    // Terraform prints the line of the attribute, and with it what stands there.
    if entry.is_secret() { problem } else { problem.at(name) }
}

fn no_key() -> Diagnostic {
    Diagnostic::new(
        "No API key",
        format!(
            "Impossible Cloud needs an API key. Give it in the environment, as {} or as the path of a file that holds \
             it in {}; or in the provider block, as api_key from a sensitive variable or as api_key_file. A key is \
             made in the console under API Keys.",
            variable(API_KEY.name),
            variable(API_KEY_FILE.name),
        ),
    )
}

/// As Terraform providers send it, with what the operator wants appended.
fn user_agent(terraform_version: &str, append: &str) -> String {
    let own = concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION"));
    format!("Terraform/{terraform_version} (+https://www.terraform.io) {own} {append}").trim().to_owned()
}
