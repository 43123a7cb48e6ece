//! What all objects of one configured provider share.
//!
//! Terraform starts a process for each plan and each apply and configures it once; a session lives that long. In debug
//! mode one process is configured many times, and each time a new session begins: nothing is remembered across walks.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, RwLock};
use std::time::Duration;

use tokio::sync::Notify;

use crate::api::Client;
use crate::capacity::{CapacityCheck, Mode};
use crate::service::creation::Creations;
use crate::service::inventory::Inventory;
use crate::service::replacements::Replacements;
use crate::terraform::diagnostics::{Diagnostic, Remarks, Result, Warnings};
use crate::terraform::values::lines;

/// The settings of the provider that objects need.
#[derive(Debug, Clone)]
pub struct SessionSettings {
    /// How plans are held to the contract.
    pub capacity_check: Mode,
    /// How often a request is sent again; 0 switches every retry off, those of creations included.
    pub max_retries: u32,
    /// How long one try of a request may take.
    pub request_timeout: Duration,
    /// How long a creation whose answer was lost is looked for.
    pub create_lookup_timeout: Duration,
    /// The contract of partners and data sources that name none.
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
    /// The settings that objects need.
    pub settings: SessionSettings,
    /// How many cuts were planned.
    cuts: AtomicUsize,
    /// Wakes those who wait for something that this process deletes.
    pub departed: Notify,
    replacements: Mutex<Replacements>,
}

impl Session {
    /// A session in which nothing has happened.
    pub fn new(client: Client, settings: SessionSettings) -> Session {
        let inventory = Arc::new(Inventory::new(client.clone()));
        Session {
            capacity: CapacityCheck::new(settings.capacity_check, client.clone(), Arc::clone(&inventory)),
            client,
            inventory,
            creations: Creations::new(settings.create_lookup_timeout, settings.max_retries > 0),
            settings,
            cuts: AtomicUsize::new(0),
            departed: Notify::new(),
            replacements: Mutex::default(),
        }
    }

    /// Counts a cut that is planned; gives which one it is, from 1.
    pub fn count_cut(&self) -> usize {
        self.cuts.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// Warns of what came up meanwhile and belongs to no object.
    fn remark(&self, warnings: &mut Warnings) {
        if let Some(slowed) = Diagnostic::slowed(&self.client) {
            warnings.warn(slowed);
        }
        let left_out = self.inventory.take_left_out();
        if !left_out.is_empty() {
            warnings.warn(Diagnostic::new(
                "Some of what the service lists cannot be read",
                format!(
                    "It was left out, and everything else was used:\n\n{}\n\nWhat is missing from such a list is not \
                     taken to be gone.",
                    lines(left_out)
                ),
            ));
        }
    }

    /// What this process knows of the objects in the state.
    pub fn replacements(&self) -> MutexGuard<'_, Replacements> {
        self.replacements.lock().expect("no panic while locked")
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

impl Remarks for ProviderHandle {
    fn remark(&self, warnings: &mut Warnings) {
        if let Some(session) = self.ready() {
            session.remark(warnings);
        }
    }
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
                    "{} of the provider block comes from a resource that is not applied yet, so Impossible Cloud \
                     cannot be asked. Apply that resource first (terraform apply -target=...), or give the value as a \
                     variable.",
                    settings.join(" and ")
                ),
            ),
            Configuration::NotConfigured | Configuration::Ready(_) => Diagnostic::new(
                "The provider is not configured",
                "Terraform asked for an operation before it configured the provider. This is a bug of the provider or \
                 of Terraform; please report it.",
            ),
        }
    }
}
