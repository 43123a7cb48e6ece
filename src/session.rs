//! What all objects of one configured provider share.
//!
//! Terraform starts a process for each plan and each apply and configures it once; a session lives that long. In debug mode one
//! process is configured many times, and each time a new session begins: nothing is remembered across walks.

use std::sync::{Arc, Mutex, MutexGuard, RwLock};
use std::time::Duration;

use crate::api::{CallLimits, Client};
use crate::capacity::CapacityCheck;
use crate::capacity::Mode;
use crate::service::creation::Creations;
use crate::service::inventory::Inventory;
use crate::terraform::diagnostics::{Diagnostic, Result};
use crate::walk::Walk;

/// How long a refresh or a data source may take, retries included: as long as an operation may by default.
const READ_TIMEOUT: Duration = Duration::from_secs(20 * 60);

/// What objects have to know of the provider's settings.
#[derive(Debug, Clone)]
pub struct SessionSettings {
    /// How plans are held to the capacity.
    pub capacity_check: Mode,
    /// How often a creation that surely had no effect is sent again.
    pub max_retries: u32,
    /// How long one request may take.
    pub request_timeout: Duration,
    /// How long a creation that was answered with an error is looked for before it may be sent again.
    pub create_lookup_timeout: Duration,
    /// The contract of objects that name none.
    pub contract_id: Option<String>,
}

/// See the module.
pub struct Session {
    /// The API.
    pub client: Client,
    /// The lists that were read.
    pub inventory: Arc<Inventory>,
    /// The capacity check.
    pub capacity: CapacityCheck,
    /// What keeps creations from making two for one.
    pub creations: Creations,
    /// What the operator set.
    pub settings: SessionSettings,
    walk: Mutex<Walk>,
}

impl Session {
    /// A session in which nothing has happened.
    pub fn new(client: Client, settings: SessionSettings) -> Session {
        let inventory = Arc::new(Inventory::new(client.clone()));
        Session {
            capacity: CapacityCheck::new(settings.capacity_check, client.clone(), Arc::clone(&inventory)),
            client,
            inventory,
            creations: Creations::default(),
            settings,
            walk: Mutex::default(),
        }
    }

    /// What this walk has seen.
    pub fn walk(&self) -> MutexGuard<'_, Walk> {
        self.walk.lock().expect("no panic while locked")
    }
}

impl CallLimits {
    /// The limits of a refresh, a plan or a data source.
    pub fn for_read() -> CallLimits {
        CallLimits::for_operation(READ_TIMEOUT)
    }

    /// The limits of an operation: its timeout, and Terraform's request to stop.
    pub fn for_operation(timeout: Duration) -> CallLimits {
        let stop = terraform_plugin_server::request().map(|request| request.stop_token().clone());
        CallLimits::new(timeout, stop.unwrap_or_default())
    }
}

/// Where objects find the session: it exists only once the provider is configured.
#[derive(Clone, Default)]
pub struct ProviderHandle(Arc<RwLock<Configuration>>);

/// How far the provider's configuration has come.
#[derive(Clone, Default)]
pub enum Configuration {
    /// `validate` and schema requests come to an unconfigured provider.
    #[default]
    NotConfigured,
    /// Settings that other resources have yet to give, by name.
    Waiting(Vec<&'static str>),
    /// Configured.
    Ready(Arc<Session>),
}

impl ProviderHandle {
    /// Sets how far the configuration has come.
    pub fn set(&self, setup: Configuration) {
        *self.0.write().expect("no panic while locked") = setup;
    }

    /// The session, when there is one.
    pub fn ready(&self) -> Option<Arc<Session>> {
        match &*self.0.read().expect("no panic while locked") {
            Configuration::Ready(session) => Some(Arc::clone(session)),
            Configuration::NotConfigured | Configuration::Waiting(_) => None,
        }
    }

    /// The session, or an error that says why there is none.
    pub fn session(&self) -> Result<Arc<Session>> {
        self.ready().ok_or_else(|| self.missing())
    }

    /// Why there is no session yet.
    pub fn missing(&self) -> Diagnostic {
        match &*self.0.read().expect("no panic while locked") {
            Configuration::Waiting(settings) => Diagnostic::new(
                "The provider's configuration is not known yet",
                format!(
                    "{} of the provider block comes from a resource that is not applied yet, so Impossible Cloud cannot be asked. Apply \
                     that resource first (terraform apply -target=...), or give the value as a variable.",
                    settings.join(" and ")
                ),
            ),
            Configuration::NotConfigured | Configuration::Ready(_) => Diagnostic::new(
                "The provider is not configured",
                "Terraform asked for an operation before it configured the provider. This is a bug of the provider or of Terraform; please \
                 report it.",
            ),
        }
    }
}
