//! What a request carries beside the values that tf-provider's signatures pass on.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use bytes::Bytes;
use tokio_util::sync::CancellationToken;

use crate::private::PrivateData;
use crate::wire::tfplugin6 as tf;

tokio::task_local! {
    static REQUEST: RequestContext;
}

/// The request that the calling code serves, if it serves one.
///
/// Tasks that this code spawns do not inherit it: clone it and use [`RequestContext::scope`].
pub fn request() -> Option<RequestContext> {
    REQUEST.try_with(Clone::clone).ok()
}

/// Why the current request is to be answered "later", if it is.
pub(crate) fn deferred() -> Option<DeferReason> {
    request()?.deferred()
}

/// Takes up the private data of the current request, for the provider's code to look at.
pub(crate) fn carry(prior: &Bytes, planned: &Bytes) {
    if let Some(request) = request() {
        let carried = Carried { prior: prior.clone().into(), planned: planned.clone().into() };
        // A request is taken up once.
        _ = request.0.private.set(carried);
    }
}

/// What a request carries beside its values; cheap to clone.
#[derive(Clone, Debug)]
pub struct RequestContext(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    stop: CancellationToken,
    client: Capabilities,
    terraform_version: Option<String>,
    deferred: Mutex<Option<DeferReason>>,
    private: OnceLock<Carried>,
}

#[derive(Debug, Default)]
struct Carried {
    prior: PrivateData,
    planned: PrivateData,
}

/// What the calling Terraform can do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Capabilities {
    pub deferral: bool,
    pub write_only: bool,
    pub planned_private: bool,
    pub computed_blocks: bool,
    /// Whether the request told any at all.
    pub told: bool,
}

impl From<Option<tf::ClientCapabilities>> for Capabilities {
    fn from(wire: Option<tf::ClientCapabilities>) -> Self {
        let told = wire.is_some();
        let wire = wire.unwrap_or_default();
        Self {
            told,
            deferral: wire.deferral_allowed,
            write_only: wire.write_only_attributes_allowed,
            planned_private: wire.store_planned_private,
            computed_blocks: wire.computed_blocks_allowed,
        }
    }
}

/// Why something cannot be planned or read yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DeferReason {
    /// The resource's own configuration has unknown values that matter.
    ResourceConfigUnknown,
    /// The provider's configuration has unknown values that matter.
    ProviderConfigUnknown,
    /// Something that must exist first does not.
    AbsentPrerequisite,
}

impl From<DeferReason> for tf::Deferred {
    fn from(reason: DeferReason) -> Self {
        use tf::deferred::Reason;
        let reason = match reason {
            DeferReason::ResourceConfigUnknown => Reason::ResourceConfigUnknown,
            DeferReason::ProviderConfigUnknown => Reason::ProviderConfigUnknown,
            DeferReason::AbsentPrerequisite => Reason::AbsentPrereq,
        };
        Self { reason: reason.into() }
    }
}

impl RequestContext {
    pub(crate) fn new(stop: CancellationToken, client: Capabilities, terraform_version: Option<String>) -> Self {
        let (deferred, private) = (Mutex::default(), OnceLock::new());
        Self(Arc::new(Inner { stop, client, terraform_version, deferred, private }))
    }

    /// Fires when the operator asked Terraform to stop: finish soon, and record what was done.
    pub fn stop_token(&self) -> &CancellationToken {
        &self.0.stop
    }

    /// The version of the Terraform that configured the provider; none before that.
    pub fn terraform_version(&self) -> Option<&str> {
        self.0.terraform_version.as_deref()
    }

    /// Whether the client told what it is capable of, be it nothing: Terraform does in plans and reads since 1.9,
    /// OpenTofu since 1.11.
    pub fn tells_capabilities(&self) -> bool {
        self.0.client.told
    }

    /// Whether the answer may be "later", see [`RequestContext::defer`].
    pub fn deferral_allowed(&self) -> bool {
        self.0.client.deferral
    }

    /// Whether the calling Terraform knows write-only attributes (1.11 and later do).
    pub fn write_only_attributes_allowed(&self) -> bool {
        self.0.client.write_only
    }

    /// Whether the calling Terraform knows blocks that the provider fills in (1.16 and later do).
    pub fn computed_blocks_allowed(&self) -> bool {
        self.0.client.computed_blocks
    }

    /// Whether the calling Terraform hands the private data of a plan back in the plan that it runs inside the apply
    /// (Terraform 1.16 and later do): [`RequestContext::planned_private`].
    pub fn returns_planned_private(&self) -> bool {
        self.0.client.planned_private
    }

    /// The private data that belongs to the prior object: in a plan and in a read what is stored for it.
    ///
    /// In the plan of a new object that replaces another one in the same step, this is what the plan of the old one
    /// returned; else a new object has none. tf-provider's `plan_create` has no parameter for it. Empty in other
    /// requests.
    pub fn prior_private(&self) -> PrivateData {
        self.0.private.get().map(|carried| carried.prior.clone()).unwrap_or_default()
    }

    /// The private data that the plan of this change returned: in an apply, and in the plan that a Terraform runs
    /// inside an apply, if [`RequestContext::returns_planned_private`]. Empty in other requests.
    pub fn planned_private(&self) -> PrivateData {
        self.0.private.get().map(|carried| carried.planned.clone()).unwrap_or_default()
    }

    /// Answers this request with "later", if Terraform allows that; else changes nothing and returns false.
    ///
    /// In plan, read, import, data source and ephemeral requests this concerns the one object. In the provider's
    /// `configure` it concerns them all: their requests are answered "later" without a call to the resource.
    pub fn defer(&self, reason: DeferReason) -> bool {
        if self.deferral_allowed() {
            *self.0.deferred.lock().unwrap_or_else(PoisonError::into_inner) = Some(reason);
        }
        self.deferral_allowed()
    }

    fn deferred(&self) -> Option<DeferReason> {
        *self.0.deferred.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs a future, for example one that is about to be spawned, as part of this request.
    pub async fn scope<F: Future>(self, future: F) -> F::Output {
        REQUEST.scope(self, future).await
    }
}
