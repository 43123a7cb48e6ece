//! The provider: its configuration and its registries.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, ensure};
use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use terraform_plugin_server::{DeferReason, Number, Registry};
use tf_provider::Diagnostics;
use tf_provider::schema::{AttributeType, Schema};
use tf_provider::value::{Value, ValueEmpty};

use crate::api::duration;
use crate::api::{Client, Secret, Settings};
use crate::capacity::Mode;
use crate::objects::contract::{ContractDataSource, ContractsDataSource};
use crate::objects::functions::{Bytes, FormatBytes};
use crate::objects::member::{self, MemberList, MemberResource, MembersDataSource};
use crate::objects::partner::{self, PartnerDataSource, PartnerList, PartnerResource, PartnersDataSource};
use crate::objects::region::RegionsDataSource;
use crate::objects::storage_account::{self, AccountList, AccountResource, RestoreAction, StorageAccountsDataSource};
use crate::objects::usage::UsageDataSource;
use crate::session::{Configuration, ProviderHandle, Session, SessionSettings};
use crate::terraform::diagnostics::{Diagnostic, Result, Warnings, report};
use crate::terraform::resource::{DataSource, Resource};
use crate::terraform::schema::{Attributes, optional, schema, sensitive};

/// The provider's address in the Registry.
pub const ADDRESS: &str = "registry.terraform.io/impossiblecloud/impossiblecloud";

/// The vendor's API.
const DEFAULT_ENDPOINT: &str = "https://api.partner.impossiblecloud.com/v1";

/// Generous for a service whose lists hold thousands of partners; a request that takes longer is lost.
const DEFAULT_REQUEST_TIMEOUT: Duration = Duration::from_secs(60);

/// With backoff from half a second to twenty seconds this rides out about half a minute of trouble.
const DEFAULT_MAX_RETRIES: u32 = 5;

/// See the module.
#[derive(Default)]
pub struct ImpossibleCloud {
    handle: ProviderHandle,
}

/// The provider block.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Config {
    endpoint: Value<String>,
    api_key: Value<String>,
    api_key_file: Value<String>,
    ca_certificate_file: Value<String>,
    capacity_check: Value<String>,
    request_timeout: Value<String>,
    max_retries: Value<Number>,
    max_requests_per_second: Value<Number>,
}

/// A setting: its value in the block, or else in the environment.
enum Setting {
    Given(String),
    Missing,
    Unknown,
}

impl Setting {
    fn of(name: &str, block: Option<Value<String>>) -> Setting {
        match block {
            Some(Value::Value(value)) => Setting::Given(value),
            Some(Value::Unknown) => Setting::Unknown,
            Some(Value::Null) | None => match std::env::var(variable(name)) {
                Ok(value) if !value.trim().is_empty() => Setting::Given(value),
                _ => Setting::Missing,
            },
        }
    }

    fn given(self) -> Option<String> {
        if let Setting::Given(value) = self { Some(value) } else { None }
    }
}

/// The environment variable of a setting.
pub fn variable(name: &str) -> String {
    format!("IMPOSSIBLECLOUD_{}", name.to_uppercase())
}

impl Config {
    fn block(&self, name: &str) -> Option<Value<String>> {
        let number = |value: &Value<Number>| value.as_ref().map(Number::to_string);
        Some(match name {
            "endpoint" => self.endpoint.clone(),
            "api_key" => self.api_key.clone(),
            "api_key_file" => self.api_key_file.clone(),
            "ca_certificate_file" => self.ca_certificate_file.clone(),
            "capacity_check" => self.capacity_check.clone(),
            "request_timeout" => self.request_timeout.clone(),
            "max_retries" => number(&self.max_retries),
            "max_requests_per_second" => number(&self.max_requests_per_second),
            _ => return None,
        })
    }

    fn setting(&self, name: &str) -> Setting {
        Setting::of(name, self.block(name))
    }

    /// The settings that another resource has yet to give.
    fn unknown(&self) -> Vec<&'static str> {
        NAMES.into_iter().filter(|name| matches!(self.setting(name), Setting::Unknown)).collect()
    }

    /// Reads one setting with a function that says what is wrong with it.
    fn read<T>(&self, name: &'static str, default: T, read: impl Fn(&str) -> anyhow::Result<T>) -> Result<T> {
        match self.setting(name).given() {
            Some(value) => read(value.trim()).map_err(|why| wrong(name, &format!("{why:#}"))),
            None => Ok(default),
        }
    }

    /// The key: the block wins over the environment, and a file is as good as the key itself.
    fn key(&self) -> Result<Secret> {
        let from_block = |name| Some(self.block(name)).flatten().and_then(Value::as_option);
        let from_environment = |name| Setting::of(name, None).given();
        let file = |path: String| read_key_file(&path).map_err(|why| wrong("api_key_file", &format!("{why:#}")));
        let (name, key) = match (from_block("api_key"), from_block("api_key_file")) {
            (Some(_), Some(_)) => return Err(wrong("api_key_file", "api_key is set too; keep one of them")),
            (Some(key), None) => ("api_key", key),
            (None, Some(path)) => ("api_key_file", file(path)?),
            (None, None) => match (from_environment("api_key"), from_environment("api_key_file")) {
                (Some(key), _) => ("api_key", key),
                (None, Some(path)) => ("api_key_file", file(path)?),
                (None, None) => return Err(no_key()),
            },
        };
        let key = key.trim();
        if key.is_empty() {
            return Err(wrong(name, "the key is empty"));
        }
        if !key.chars().all(|c| c.is_ascii_graphic()) {
            return Err(wrong(
                name,
                "the key holds characters that no key has (blanks, control characters or letters outside ASCII)",
            ));
        }
        Ok(Secret::new(key))
    }

    fn settings(&self, terraform_version: &str) -> Result<Settings> {
        let none = String::new();
        Ok(Settings {
            endpoint: self.read("endpoint", read_endpoint(DEFAULT_ENDPOINT).expect("a valid URL"), read_endpoint)?,
            key: self.key()?,
            ca_certificates: self.read("ca_certificate_file", Vec::new(), |path| {
                std::fs::read(path).with_context(|| format!("cannot read {path}"))
            })?,
            request_timeout: self.read("request_timeout", DEFAULT_REQUEST_TIMEOUT, |text| {
                duration::parse(text).map_err(anyhow::Error::msg)
            })?,
            max_retries: self.read("max_retries", DEFAULT_MAX_RETRIES, |text| {
                text.parse().ok().with_context(|| format!("{text} is not a count from 0 to {}", u32::MAX))
            })?,
            max_requests_per_second: self.read("max_requests_per_second", None, |text| {
                let count: u32 =
                    text.parse().ok().with_context(|| format!("{text} is not a count from 0 to {}", u32::MAX))?;
                Ok(NonZeroU32::new(count))
            })?,
            user_agent: user_agent(terraform_version, &std::env::var("TF_APPEND_USER_AGENT").unwrap_or(none)),
        })
    }

    fn mode(&self) -> Result<Mode> {
        self.read("capacity_check", Mode::Strict, |text| match text {
            "strict" => Ok(Mode::Strict),
            "relaxed" => Ok(Mode::Relaxed),
            "off" => Ok(Mode::Off),
            _ => anyhow::bail!("\"{text}\" is not one of \"strict\", \"relaxed\" and \"off\""),
        })
    }
}

/// All settings, for loops over them.
const NAMES: [&str; 8] = [
    "endpoint",
    "api_key",
    "api_key_file",
    "ca_certificate_file",
    "capacity_check",
    "request_timeout",
    "max_retries",
    "max_requests_per_second",
];

fn wrong(name: &'static str, why: &str) -> Diagnostic {
    Diagnostic::new(
        format!("The provider's {name} cannot be used"),
        format!("{why}. It is set by {name} in the provider block or by {} in the environment.", variable(name)),
    )
    .at(name)
}

fn no_key() -> Diagnostic {
    Diagnostic::new(
        "No API key",
        format!(
            "Impossible Cloud needs an API key. Give it in the environment, as {} or as the path of a file that holds it in {}; or in the \
             provider block, as api_key from a sensitive variable or as api_key_file. A key is made in the console under API Keys.",
            variable("api_key"),
            variable("api_key_file"),
        ),
    )
}

fn read_key_file(path: &str) -> anyhow::Result<String> {
    std::fs::read_to_string(path.trim()).with_context(|| format!("cannot read {}", path.trim()))
}

/// Reads a base URL; plain HTTP would send the key in the clear, so it is for loopback hosts alone.
fn read_endpoint(text: &str) -> anyhow::Result<url::Url> {
    let mut url = url::Url::parse(text).with_context(|| format!("\"{text}\" is not a URL"))?;
    let loopback = match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    ensure!(
        url.scheme() == "https" || (url.scheme() == "http" && loopback),
        "\"{text}\" is not an https URL; http is accepted for loopback hosts only, since it would send the key in the clear"
    );
    ensure!(
        url.username().is_empty() && url.password().is_none(),
        "the URL holds a user name or password; the key is all that is needed"
    );
    ensure!(
        url.query().is_none() && url.fragment().is_none(),
        "\"{text}\" has a query or fragment; give the base URL with its version path"
    );
    let path = url.path().trim_end_matches('/').to_owned();
    url.set_path(&path);
    Ok(url)
}

/// As Terraform providers send it, with what the operator wants appended.
fn user_agent(terraform_version: &str, append: &str) -> String {
    let own = concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION"));
    format!("Terraform/{terraform_version} (+https://www.terraform.io) {own} {append}").trim().to_owned()
}

#[async_trait]
impl tf_provider::Provider for ImpossibleCloud {
    type Config<'a> = Config;
    type MetaState<'a> = ValueEmpty;

    fn schema(&self, _: &mut Diagnostics) -> Option<Schema> {
        Some(schema(
            "Manages what a distributor of Impossible Cloud has in the management console: partners and their shares of a contract. Every \
             setting can also be given in the environment; the block wins.",
            attributes(),
        ))
    }

    async fn validate<'a>(&self, diags: &mut Diagnostics, config: Config) -> Option<()> {
        // Nothing that depends on the environment: `terraform validate` needs no key.
        let in_block = Config { api_key: Value::Null, api_key_file: Value::Null, ..config };
        let problem = in_block.mode().err();
        report(diags, Warnings::default(), problem.map_or(Ok(()), Err))
    }

    async fn configure<'a>(&self, diags: &mut Diagnostics, terraform_version: String, config: Config) -> Option<()> {
        let unknown = config.unknown();
        if !unknown.is_empty() {
            // A Terraform that can put everything off is asked to; any other goes on, and each object says what waits.
            let _ = terraform_plugin_server::request()
                .is_some_and(|request| request.defer(DeferReason::ProviderConfigUnknown));
            self.handle.set(Configuration::Waiting(unknown));
            return Some(());
        }
        let session = || -> Result<Session> {
            let (mode, settings) = (config.mode()?, config.settings(&terraform_version)?);
            let for_objects = SessionSettings {
                capacity_check: mode,
                max_retries: settings.max_retries,
                request_timeout: settings.request_timeout,
                create_lookup_timeout: Duration::from_secs(30),
                contract_id: None,
            };
            let client = Client::new(settings).map_err(|error| Diagnostic::api("set up the connection", &error))?;
            Ok(Session::new(client, for_objects))
        };
        let session = report(diags, Warnings::default(), session())?;
        self.handle.set(Configuration::Ready(Arc::new(session)));
        Some(())
    }
}

impl terraform_plugin_server::Provider for ImpossibleCloud {
    fn register(&self, registry: &mut Registry) {
        let handle = || self.handle.clone();
        registry
            .resource(partner::TYPE, Resource(PartnerResource(handle())))
            .resource(member::TYPE, Resource(MemberResource(handle())))
            .resource(storage_account::TYPE, Resource(AccountResource(handle())))
            .data_source("impossiblecloud_contract", DataSource(ContractDataSource(handle())))
            .data_source("impossiblecloud_contracts", DataSource(ContractsDataSource(handle())))
            .data_source("impossiblecloud_partner", DataSource(PartnerDataSource(handle())))
            .data_source("impossiblecloud_partners", DataSource(PartnersDataSource(handle())))
            .data_source("impossiblecloud_partner_members", DataSource(MembersDataSource(handle())))
            .data_source("impossiblecloud_storage_accounts", DataSource(StorageAccountsDataSource(handle())))
            .data_source("impossiblecloud_usage", DataSource(UsageDataSource(handle())))
            .data_source("impossiblecloud_regions", DataSource(RegionsDataSource(handle())))
            .function("bytes", Bytes)
            .function("format_bytes", FormatBytes)
            .list_resource(partner::TYPE, PartnerList(handle()))
            .list_resource(member::TYPE, MemberList(handle()))
            .list_resource(storage_account::TYPE, AccountList(handle()))
            .action("impossiblecloud_storage_account_restore", RestoreAction(handle()));
    }

    fn address(&self) -> String {
        ADDRESS.into()
    }
}

fn attributes() -> Attributes {
    let text = AttributeType::String;
    let with_variable = |name: &str, description: &str| format!("{description} Environment: `{}`.", variable(name));
    let one = |name: &str, attr_type: AttributeType, description: &str| {
        (name.to_owned(), optional(attr_type, &with_variable(name, description)))
    };
    let mut attributes = Attributes::from([
        one(
            "endpoint",
            text.clone(),
            "The base URL of the API with its version path. Default `https://api.partner.impossiblecloud.com/v1`. Only `https`; `http` for \
             loopback hosts alone.",
        ),
        one(
            "api_key",
            text.clone(),
            "The API key, made in the console under API Keys. Give it from a sensitive variable or, better, in the environment.",
        ),
        one("api_key_file", text.clone(), "The path of a file that holds the API key, instead of `api_key`."),
        one(
            "ca_certificate_file",
            text.clone(),
            "The path of a PEM file with certificates of authorities to trust in addition to the system's, such as a proxy's.",
        ),
        one(
            "capacity_check",
            text.clone(),
            "How plans are held to the contract's remaining capacity. `strict` (the default): what does not fit is an error in the plan. \
             `relaxed`: what could fit after other changes is a warning, and apply waits for the room before it writes. `off`: no check; the \
             service's refusal is reported.",
        ),
        one("request_timeout", text, "How long one request may take, such as `30s`. Default `1m`."),
        one(
            "max_retries",
            AttributeType::Number,
            "How often a request is sent again when that is safe. Default `5`. A creation is only ever sent again when it surely had no effect.",
        ),
        one(
            "max_requests_per_second",
            AttributeType::Number,
            "At most so many requests a second; `0`, the default, sets no limit.",
        ),
    ]);
    if let Some(key) = attributes.remove("api_key") {
        attributes.insert("api_key".into(), sensitive(key));
    }
    attributes
}
