//! The request log: what arrived under `/v1`, in the order in which it arrived.

use std::time::Duration;

use serde::Serialize;

/// One request that arrived under `/v1`.
///
/// Bodies are kept as they came, passwords included: give a simulator no secret that matters. Keys are not kept.
#[derive(Debug, Clone, Serialize)]
pub struct Request {
    /// Counts from 1 since the start; clearing the log does not reset it.
    pub seq: u64,
    /// When it had arrived, since the start of the simulator.
    #[serde(rename = "at_ms", serialize_with = "milliseconds")]
    pub at: Duration,
    /// The HTTP method in upper case.
    pub method: String,
    /// The path with `/v1`, as it was sent.
    pub path: String,
    /// What followed the `?`, or nothing.
    pub query: String,
    /// The operation's name such as `create_partner`; `unknown` when the API has none there.
    pub operation: String,
    /// The status that was answered; none while it is carried out, and none ever when there was no answer.
    pub status: Option<u16>,
    /// The body as text.
    pub body: String,
    /// `distributor`, `channel_partner`, `expired`, `unknown`, or `none` without a well-formed header.
    pub key_kind: String,
    /// The `User-Agent` header, or nothing.
    pub user_agent: String,
    /// The name of the fault that struck it.
    pub fault: Option<String>,
    /// How many requests, this one included, were being carried out when it arrived.
    pub in_flight: usize,
    /// Which connection brought it, counted from 1.
    pub connection: u64,
}

fn milliseconds<S: serde::Serializer>(at: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u64(u64::try_from(at.as_millis()).unwrap_or(u64::MAX))
}

impl Request {
    /// Whether its method is one that changes something, whatever became of it.
    pub fn is_write(&self) -> bool {
        matches!(self.method.as_str(), "POST" | "PUT" | "PATCH" | "DELETE")
    }
}

#[derive(Default)]
pub(crate) struct Log {
    pub entries: Vec<Request>,
    last: u64,
    in_flight: usize,
}

impl Log {
    /// Notes a request and gives its number.
    pub fn begin(&mut self, mut request: Request) -> u64 {
        self.last += 1;
        self.in_flight += 1;
        request.seq = self.last;
        request.in_flight = self.in_flight;
        self.entries.push(request);
        self.last
    }

    pub fn note_fault(&mut self, seq: u64, fault: &str) {
        if let Some(entry) = self.entry(seq) {
            entry.fault = Some(fault.to_string());
        }
    }

    pub fn end(&mut self, seq: u64, status: Option<u16>) {
        self.in_flight = self.in_flight.saturating_sub(1);
        if let Some(entry) = self.entry(seq) {
            entry.status = status;
        }
    }

    fn entry(&mut self, seq: u64) -> Option<&mut Request> {
        let at = self.entries.binary_search_by_key(&seq, |entry| entry.seq).ok()?;
        self.entries.get_mut(at)
    }
}
