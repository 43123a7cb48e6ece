//! What one process serves, and how it runs a request.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use tf_provider::Diagnostics;
use tokio::task::JoinError;
use tokio_util::sync::CancellationToken;
use tonic::{Response, Status};

use crate::bridge::provider::{AnyProvider, ProviderBridge};
use crate::bridge::resource::AnyResource;
use crate::diagnostics;
use crate::life::Life;
use crate::provider::{Provider, Registry};
use crate::request::{Capabilities, DeferReason, RequestContext, request};
use crate::wire::tfplugin6 as tf;

pub(crate) struct Server {
    pub provider: Box<dyn AnyProvider>,
    pub registry: Registry,
    pub life: Arc<Life>,
    session: RwLock<Session>,
}

/// What changes from one Terraform to the next, where several use the same process (`-debug`).
#[derive(Clone)]
struct Session {
    /// Ends everything soon.
    stop: CancellationToken,
    /// Ends soon what changes nothing; a child of the other.
    break_off: CancellationToken,
    terraform_version: Option<String>,
    /// Set when the provider could not be configured yet: nothing can be planned or read.
    deferred: Option<DeferReason>,
}

impl Session {
    fn new() -> Self {
        let stop = CancellationToken::new();
        Self { break_off: stop.child_token(), stop, terraform_version: None, deferred: None }
    }
}

/// What a request does, for people: `creating example_disk`.
#[derive(Clone, Debug)]
pub(crate) struct Operation {
    pub verb: &'static str,
    pub name: String,
    /// Whether it changes something outside: only Terraform decides when such a one has to end.
    pub writes: bool,
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name.as_str() {
            "" => f.write_str(self.verb),
            name => write!(f, "{} {name}", self.verb),
        }
    }
}

/// An answer that can carry diagnostics instead of a result.
pub(crate) trait Answer: Default + Send + 'static {
    fn failed(diags: Diagnostics) -> Self;
}

impl Server {
    pub(crate) fn new<P: Provider>(provider: P, life: Arc<Life>) -> Self {
        let mut registry = Registry::default();
        provider.register(&mut registry);
        Self { provider: Box::new(ProviderBridge::new(provider)), registry, life, session: RwLock::new(Session::new()) }
    }

    /// Runs a request in a task of its own, so that neither a panic nor the end of the connection breaks it off
    /// half-way.
    pub(crate) async fn run<T, F>(
        self: &Arc<Self>,
        operation: Operation,
        client: Capabilities,
        work: impl FnOnce(Arc<Self>) -> F,
    ) -> Result<T, Diagnostics>
    where
        T: Send + 'static,
        F: Future<Output = T> + Send + 'static,
    {
        let session = self.session();
        let stop = if operation.writes { session.stop } else { session.break_off };
        let context = RequestContext::new(stop, client, session.terraform_version);
        let running = self.life.running();
        tracing::debug!("{operation}");
        let work = context.scope(work(self.clone()));
        let task = tokio::spawn(async move {
            let _running = running;
            work.await
        });
        task.await.map_err(|error| broken_off(&operation, error))
    }

    /// Answers a request. What goes wrong in the provider is part of the answer.
    pub(crate) async fn answer<A, F>(
        self: Arc<Self>,
        operation: Operation,
        client: Capabilities,
        work: impl FnOnce(Arc<Self>) -> F,
    ) -> Result<Response<A>, Status>
    where
        A: Answer,
        F: Future<Output = A> + Send + 'static,
    {
        Ok(Response::new(self.run(operation, client, work).await.unwrap_or_else(A::failed)))
    }

    fn session(&self) -> Session {
        self.session.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Asks running operations, and those that this Terraform still starts, to end soon.
    pub(crate) fn stop(&self) {
        self.session().stop.cancel();
    }

    /// The operator pressed Ctrl-C: what changes nothing is broken off, which loses nothing. Terraform asks to stop by
    /// itself, but not everywhere: while `apply` makes its plan, it waits for the provider's answers.
    pub(crate) fn break_off(&self) {
        self.session().break_off.cancel();
    }

    /// A Terraform introduced itself, maybe after another one that was stopped.
    pub(crate) fn introduced(&self, terraform_version: String) {
        let mut session = self.session.write().unwrap_or_else(PoisonError::into_inner);
        // A stop breaks off as well.
        if session.break_off.is_cancelled() {
            *session = Session::new();
        }
        session.terraform_version = Some(terraform_version);
        session.deferred = None;
    }

    /// From now on every request is answered "later", where Terraform allows that.
    pub(crate) fn defer_everything(&self, reason: Option<DeferReason>) {
        self.session.write().unwrap_or_else(PoisonError::into_inner).deferred = reason;
    }

    /// Why the current request has to be answered "later" without asking the resource.
    pub(crate) fn deferred(&self) -> Option<DeferReason> {
        let allowed = request().is_some_and(|request| request.deferral_allowed());
        self.session().deferred.filter(|_| allowed)
    }

    pub(crate) fn resource(&self, diags: &mut Diagnostics, name: &str) -> Option<&dyn AnyResource> {
        known(diags, &self.registry.resources, "resource", name)
    }
}

/// The entry, or an error that says what is missing.
pub(crate) fn known<'a, T: ?Sized>(
    diags: &mut Diagnostics,
    table: &'a BTreeMap<String, Box<T>>,
    kind: &str,
    name: &str,
) -> Option<&'a T> {
    let entry = table.get(name);
    if entry.is_none() {
        let detail = "Terraform and the provider disagree about what the provider offers. Run terraform init -upgrade.";
        diagnostics::root_error(diags, format!("The provider has no {kind} {name}"), detail);
    }
    entry.map(|entry| &**entry)
}

/// Messages of panics are cut here: they may hold whole values.
const PANIC_LENGTH: usize = 500;

fn broken_off(operation: &Operation, error: JoinError) -> Diagnostics {
    let mut diags = Diagnostics::default();
    let Ok(panic) = error.try_into_panic() else {
        diagnostics::root_error(&mut diags, format!("{operation} was broken off"), "The provider is ending.");
        return diags;
    };
    let message = panic.downcast_ref::<String>().map(String::as_str).or(panic.downcast_ref::<&str>().copied());
    let message: String = message.unwrap_or("no message").chars().take(PANIC_LENGTH).collect();
    let detail = format!("This is a defect of the provider; please report it. It said: {message}");
    tracing::error!("panic while {operation}: {message}");
    diagnostics::root_error(&mut diags, format!("The provider failed while {operation}"), detail);
    diags
}

macro_rules! answers {
    ($($response:ty),* $(,)?) => {
        $(impl Answer for $response {
            // Some answers are nothing but diagnostics.
            #[allow(clippy::needless_update)]
            fn failed(diags: Diagnostics) -> Self {
                Self { diagnostics: diagnostics::to_wire(diags), ..Self::default() }
            }
        })*
    };
}

answers!(
    tf::get_metadata::Response,
    tf::get_provider_schema::Response,
    tf::get_resource_identity_schemas::Response,
    tf::get_functions::Response,
    tf::validate_provider_config::Response,
    tf::configure_provider::Response,
    tf::validate_resource_config::Response,
    tf::upgrade_resource_state::Response,
    tf::upgrade_resource_identity::Response,
    tf::read_resource::Response,
    tf::plan_resource_change::Response,
    tf::apply_resource_change::Response,
    tf::import_resource_state::Response,
    tf::generate_resource_config::Response,
    tf::move_resource_state::Response,
    tf::validate_data_resource_config::Response,
    tf::read_data_source::Response,
    tf::validate_ephemeral_resource_config::Response,
    tf::open_ephemeral_resource::Response,
    tf::renew_ephemeral_resource::Response,
    tf::close_ephemeral_resource::Response,
    tf::validate_list_resource_config::Response,
    tf::validate_action_config::Response,
    tf::plan_action::Response,
);

impl Answer for tf::call_function::Response {
    fn failed(diags: Diagnostics) -> Self {
        Self { error: diagnostics::to_function_error(diags), result: None }
    }
}
