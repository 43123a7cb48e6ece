//! The way of a request: log, latency, rate limit, faults, key, operation, answer.

mod strike;
mod work;

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use axum::RequestPartsExt;
use axum::body::to_bytes;
use axum::extract::{Query, RawPathParams, Request};
use axum::http::header::{AUTHORIZATION, HOST, USER_AGENT};
use axum::http::request::Parts;
use axum::response::Response;
use uuid::Uuid;

use self::work::Work;
use crate::answer::{Answer, Pace, severed};
use crate::call::Call;
use crate::faults::Incoming;
use crate::log::Request as Logged;
use crate::operations::Operation;
use crate::parting::Parting;
use crate::shared::{Connection, Shared};

/// Far above any body of this API.
const LARGEST_BODY: usize = 1 << 20;

/// Carries out one request of an operation.
pub(crate) async fn serve(shared: Arc<Shared>, operation: &'static Operation, request: Request) -> Response {
    let (mut parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, LARGEST_BODY).await else { return severed(Parting::Cut) };
    let key =
        parts.headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()).and_then(bearer).map(str::to_string);
    let connection = parts.extensions.get::<Connection>().cloned();
    let entry = Entry::begin(&shared, operation, &parts, &body, key.as_deref());
    let call = Call {
        holder: Uuid::nil(),
        origin: origin(&shared, &parts),
        path: parts.uri.path().to_string(),
        parameters: parameters(&mut parts).await,
        query: Query::try_from_uri(&parts.uri).map(|Query(query)| query).unwrap_or_default(),
        body: body.to_vec(),
        allocated_at_arrival: shared.world().racing_totals(),
    };
    let latency = shared.latency();
    if !latency.is_zero() {
        tokio::time::sleep(latency).await;
    }
    if let Some(answer) = shared.over_rate_limit() {
        return entry.answer(answer, Pace::Whole);
    }
    let incoming = Incoming { operation, method: parts.method.as_str(), path: parts.uri.path() };
    let fault = shared.faults().take(&incoming);
    if let Some(fault) = &fault {
        shared.log().note_fault(entry.seq, &fault.name());
    }
    let work = Work { shared: shared.clone(), operation, key, call };
    // Another request of the same connection may have ended it meanwhile.
    if connection.is_some_and(|connection| connection.spent.load(Ordering::Relaxed)) {
        return severed(Parting::Cut);
    }
    strike::carry_out(entry, work, fault).await
}

/// The key of a header that is `Bearer`, exactly one space, and a key.
fn bearer(header: &str) -> Option<&str> {
    header.strip_prefix("Bearer ").filter(|key| !key.is_empty() && !key.contains(char::is_whitespace))
}

async fn parameters(parts: &mut Parts) -> HashMap<String, String> {
    let Ok(parameters) = parts.extract::<RawPathParams>().await else { return HashMap::new() };
    parameters.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect()
}

/// Scheme and authority by which the client calls the service.
fn origin(shared: &Shared, parts: &Parts) -> String {
    let host = parts.headers.get(HOST).and_then(|value| value.to_str().ok());
    let authority = parts.uri.authority().map(|authority| authority.as_str()).or(host).unwrap_or_default();
    format!("{}://{authority}", shared.transport.scheme())
}

/// The request's line in the log, which is closed however the request ends.
struct Entry {
    shared: Arc<Shared>,
    seq: u64,
    status: Option<u16>,
}

impl Entry {
    fn begin(shared: &Arc<Shared>, operation: &Operation, parts: &Parts, body: &[u8], key: Option<&str>) -> Self {
        let user_agent = parts.headers.get(USER_AGENT).and_then(|value| value.to_str().ok());
        let request = Logged {
            seq: 0,
            at: shared.started.elapsed(),
            method: parts.method.to_string(),
            path: parts.uri.path().to_string(),
            query: parts.uri.query().unwrap_or_default().to_string(),
            operation: operation.name.to_string(),
            status: None,
            body: String::from_utf8_lossy(body).into_owned(),
            key_kind: shared.world().kind_of(key).to_string(),
            user_agent: user_agent.unwrap_or_default().to_string(),
            fault: None,
            in_flight: 0,
            connection: parts.extensions.get::<Connection>().map_or(0, |connection| connection.number),
        };
        let seq = shared.log().begin(request);
        Self { shared: shared.clone(), seq, status: None }
    }

    fn answer(mut self, mut answer: Answer, pace: Pace) -> Response {
        self.status = Some(answer.status);
        let parting = match self.shared.world().switches.value("keep_alive") {
            "off" => Some(Parting::Announced),
            "silent" => Some(Parting::Silent),
            "spent" => Some(Parting::Spent),
            _ => None,
        };
        answer.parting = answer.parting.or(parting);
        answer.into_response(pace)
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        self.shared.log().end(self.seq, self.status);
    }
}
