//! How long what Terraform asks for may take, and Terraform's own request to stop.

use std::time::Duration;

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::api::CallLimits;

/// How long a refresh or a data source may take, retries included: as long as an operation may by default.
const READ_TIMEOUT: Duration = Duration::from_secs(20 * 60);

impl CallLimits {
    /// The limits of a refresh, a plan or a data source.
    pub fn for_read() -> CallLimits {
        CallLimits::for_operation(READ_TIMEOUT)
    }

    /// The limits of a reading that is shared: whoever waits for it stops by itself, and a lost creation is looked for
    /// after a stop, too.
    pub fn for_shared_read() -> CallLimits {
        CallLimits::new(READ_TIMEOUT, CancellationToken::new())
    }

    /// The limits of an operation: its timeout, and Terraform's request to stop.
    pub fn for_operation(timeout: Duration) -> CallLimits {
        let stop = terraform_plugin_server::request().map(|request| request.stop_token().clone());
        CallLimits::new(timeout, stop.unwrap_or_default())
    }

    /// The same, with at least so much time left: what was waited for must not be cut off by the end of the wait.
    pub fn with_at_least(&self, time: Duration) -> CallLimits {
        CallLimits { deadline: self.deadline.max(Instant::now() + time), stop: self.stop.clone() }
    }
}
