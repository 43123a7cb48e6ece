//! The way of a request: log, latency, rate limit, faults, key, operation, answer.

use std::collections::HashMap;
use std::sync::Arc;

use axum::RequestPartsExt;
use axum::body::to_bytes;
use axum::extract::{Query, RawPathParams, Request};
use axum::http::header::{AUTHORIZATION, USER_AGENT};
use axum::http::request::Parts;
use axum::response::Response;

use crate::answer::{Answer, Pace, null_lists, severed, wrong_types};
use crate::call::{Call, Refusal};
use crate::faults::FaultKind;
use crate::log::Request as Logged;
use crate::operations::Operation;
use crate::shared::{Connection, Shared};
use crate::world::World;

/// Far above any body of this API.
const LARGEST_BODY: usize = 1 << 20;

/// Carries out one request of an operation.
pub(crate) async fn serve(shared: Arc<Shared>, operation: &'static Operation, request: Request) -> Response {
    let (mut parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, LARGEST_BODY).await else { return severed(false) };
    let key =
        parts.headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()).and_then(bearer).map(str::to_string);
    let entry = Entry::begin(&shared, operation, &parts, &body, key.as_deref());
    let call = Call {
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
    let fault = shared.faults().take(operation.name);
    if let Some(fault) = &fault {
        shared.log().note_fault(entry.seq, &fault.name());
    }
    let work = Work { shared: shared.clone(), operation, key, call };
    carry_out(entry, work, fault).await
}

/// What is left to do for a request; a fault may put it off.
struct Work {
    shared: Arc<Shared>,
    operation: &'static Operation,
    key: Option<String>,
    call: Call,
}

impl Work {
    /// Lets the request take its effect, and says what is to be answered.
    fn commit(self) -> Answer {
        let mut world = self.shared.world();
        world.settle();
        let admitted = admit(&world, self.operation, self.key.as_deref());
        let outcome = admitted.and_then(|()| (self.operation.handler)(&mut world, &self.call));
        world.note_totals();
        let mut answer = Answer::of(&world.switches, self.operation, outcome);
        answer.last = world.switches.is("keep_alive", "off");
        answer
    }

    fn error(&self, status: u16, message: &str) -> Answer {
        Answer::refused(&self.shared.world().switches, &Refusal::new(status, message))
    }
}

async fn carry_out(entry: Entry, work: Work, fault: Option<FaultKind>) -> Response {
    match fault {
        None | Some(FaultKind::RefuseConnection { .. }) => {}
        Some(FaultKind::Delay { duration }) => tokio::time::sleep(duration).await,
        Some(FaultKind::ResetBefore) => return severed(true),
        Some(FaultKind::CutBefore) => return severed(false),
        Some(FaultKind::HangBefore) => std::future::pending().await,
        Some(FaultKind::HtmlBody) => return entry.answer(Answer::proxy_page(), Pace::Whole),
        Some(FaultKind::StatusBefore { status, retry_after, body }) => {
            let answer = work.error(status, "the service is not available").with_body(body);
            return entry.answer(answer.with_retry_after(retry_after), Pace::Whole);
        }
        Some(FaultKind::LateCommit { delay, status }) => {
            let answer = status.map(|status| work.error(status, "an internal error occurred"));
            tokio::spawn(async move {
                tokio::time::sleep(delay).await;
                work.commit();
            });
            return answer.map_or_else(|| severed(false), |answer| entry.answer(answer, Pace::Whole));
        }
        Some(after) => return answer_badly(entry, work, after).await,
    }
    let shared = work.shared.clone();
    let mut answer = work.commit();
    if let Some(FaultKind::RefuseConnection { duration }) = fault {
        shared.refuse_connections(duration).await;
        answer.last = true;
    }
    entry.answer(answer, Pace::Whole)
}

/// The faults that strike after the request took effect.
async fn answer_badly(entry: Entry, work: Work, fault: FaultKind) -> Response {
    let internal = match &fault {
        FaultKind::StatusAfter { status } => Some(work.error(*status, "an internal error occurred")),
        _ => None,
    };
    let answer = work.commit();
    match fault {
        FaultKind::CutAfterCommit => severed(false),
        FaultKind::HangAfterCommit => std::future::pending().await,
        FaultKind::HtmlBodyAfterCommit => entry.answer(Answer::proxy_page(), Pace::Whole),
        FaultKind::EmptyBody => entry.answer(answer.without_body(), Pace::Whole),
        FaultKind::TruncatedBody => entry.answer(answer, Pace::Half),
        FaultKind::SlowDrip { duration } => entry.answer(answer, Pace::Drip(duration)),
        FaultKind::WrongTypes => entry.answer(answer.changed(wrong_types), Pace::Whole),
        FaultKind::NullList => entry.answer(answer.changed(null_lists), Pace::Whole),
        _ => entry.answer(internal.unwrap_or(answer), Pace::Whole),
    }
}

/// Whether the key opens the operation.
fn admit(world: &World, operation: &Operation, key: Option<&str>) -> Result<(), Refusal> {
    let switches = &world.switches;
    if operation.key.is_none() && switches.is("regions_key", "open") {
        return Ok(());
    }
    // The service says so too when the header is there but malformed.
    let missing = || Refusal::new(switches.status("missing_key_status"), "Authorization header is missing");
    let key = world.keys.get(key.ok_or_else(missing)?).filter(|key| !key.expired);
    let key = key.ok_or_else(|| Refusal::new(switches.status("rejected_key_status"), "invalid or expired API key"))?;
    if operation.key.is_some_and(|kind| kind != key.kind) {
        let status = switches.status("wrong_key_status");
        return Err(Refusal::new(status, "this API key may not use this operation"));
    }
    Ok(())
}

/// The key of a header that is `Bearer`, exactly one space, and a key.
fn bearer(header: &str) -> Option<&str> {
    header.strip_prefix("Bearer ").filter(|key| !key.is_empty() && !key.contains(char::is_whitespace))
}

async fn parameters(parts: &mut Parts) -> HashMap<String, String> {
    let Ok(parameters) = parts.extract::<RawPathParams>().await else { return HashMap::new() };
    parameters.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect()
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
            connection: parts.extensions.get::<Connection>().map_or(0, |connection| connection.0),
        };
        let seq = shared.log().begin(request);
        Self { shared: shared.clone(), seq, status: None }
    }

    fn answer(mut self, answer: Answer, pace: Pace) -> Response {
        self.status = Some(answer.status);
        answer.into_response(pace)
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        self.shared.log().end(self.seq, self.status);
    }
}
