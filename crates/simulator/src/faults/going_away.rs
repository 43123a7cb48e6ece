//! How an HTTP/2 server says goodbye.

use serde::{Deserialize, Serialize};

use super::scripted::{Echo, Effect};
use crate::parting::GoAway;

/// A GOAWAY in the place of an answer; then the connection closes. Requests that came later on it are not carried out.
///
/// By its last stream a GOAWAY says what was certainly not processed: with `above` false, the request that is struck.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct GoingAway {
    /// Whether its last stream is the one of the request, so that the request may have taken effect.
    pub above: bool,
    /// Whether the request takes effect. A server that says otherwise than it does is broken; a test may want it.
    pub effect: Effect,
    /// The error code: 0 for none, 11 for ENHANCE_YOUR_CALM.
    pub code: u32,
    /// Debug data, with the placeholders of [`crate::Scripted`].
    pub debug: String,
}

impl GoingAway {
    /// A goodbye that says that the request was not processed.
    pub fn below() -> Self {
        Self::default()
    }

    /// A goodbye after which the request may have been processed, and was.
    pub fn above() -> Self {
        Self { above: true, effect: Effect::Done, ..Self::default() }
    }

    /// The same with an error code and debug data.
    pub fn debug(self, code: u32, debug: &str) -> Self {
        Self { code, debug: debug.to_string(), ..self }
    }

    pub(crate) fn parting(&self, echo: &Echo) -> GoAway {
        GoAway { above: self.above, code: self.code, debug: echo.fill(&self.debug).into_bytes() }
    }
}
