//! The way of a request: log, latency, rate limit, faults, key, operation, answer.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use axum::RequestPartsExt;
use axum::body::to_bytes;
use axum::extract::{Query, RawPathParams, Request};
use axum::http::header::{AUTHORIZATION, HOST, USER_AGENT};
use axum::http::request::Parts;
use axum::response::Response;
use uuid::Uuid;

use crate::answer::{Answer, Pace, null_lists, severed, wrong_types};
use crate::call::{Call, Refusal};
use crate::faults::{Echo, Effect, FaultKind, Incoming, Scripted};
use crate::log::Request as Logged;
use crate::manners;
use crate::operations::Operation;
use crate::parting::Parting;
use crate::shared::{Connection, Shared};
use crate::world::World;

/// Far above any body of this API.
const LARGEST_BODY: usize = 1 << 20;

/// Carries out one request of an operation.
pub(crate) async fn serve(shared: Arc<Shared>, operation: &'static Operation, request: Request) -> Response {
    let (mut parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, LARGEST_BODY).await else { return severed(Parting::Cut) };
    let key =
        parts.headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()).and_then(bearer).map(str::to_string);
    let entry = Entry::begin(&shared, operation, &parts, &body, key.as_deref());
    let call = Call {
        holder: Uuid::nil(),
        origin: origin(&parts),
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
    fn commit(mut self) -> Answer {
        let mut world = self.shared.world();
        world.settle();
        let outcome = admit(&world, self.operation, self.key.as_deref()).and_then(|holder| {
            self.call.holder = holder;
            (self.operation.handler)(&mut world, &self.call)
        });
        world.note_totals();
        let answer = Answer::of(&world.switches, self.operation, outcome);
        manners::dress(&world.switches, self.operation, &self.call, answer)
    }

    /// The answer that whoever ordered the fault has written.
    fn scripted(&self, scripted: &Scripted) -> Answer {
        let status = scripted.status.unwrap_or(self.operation.success);
        let body = String::from_utf8_lossy(&self.call.body);
        let echo = Echo { key: self.key.as_deref().unwrap_or_default(), body: &body };
        let answer = match scripted.content(&echo) {
            Some((content_type, body)) => Answer::new(status, content_type, body.into()),
            None => self.error(status, "the request was not carried out"),
        };
        let headers = scripted.headers.iter();
        headers.fold(answer, |answer, (name, value)| answer.with_header(name, echo.fill(value)))
    }

    fn error(&self, status: u16, message: &str) -> Answer {
        Answer::refused(&self.shared.world().switches, &Refusal::new(status, message))
    }
}

async fn carry_out(entry: Entry, work: Work, fault: Option<FaultKind>) -> Response {
    match fault {
        None | Some(FaultKind::RefuseConnection { .. }) => {}
        Some(FaultKind::Delay { duration }) => tokio::time::sleep(duration).await,
        Some(FaultKind::ResetBefore) => return severed(Parting::Reset),
        Some(FaultKind::CutBefore) => return severed(Parting::Cut),
        Some(FaultKind::HangBefore) => std::future::pending().await,
        Some(FaultKind::HtmlBody) => return entry.answer(Answer::proxy_page(), Pace::Whole),
        Some(FaultKind::StatusBefore { status, retry_after, body }) => {
            let answer = work.error(status, "the service is not available").with_body(body);
            return entry.answer(answer.with_retry_after(retry_after), Pace::Whole);
        }
        Some(FaultKind::Answer(scripted)) => {
            let answer = work.scripted(&scripted);
            match scripted.effect {
                Effect::None => {}
                Effect::Done => drop(work.commit()),
                Effect::Late(delay) => commit_late(work, delay),
            }
            return entry.answer(answer, Pace::Whole);
        }
        Some(FaultKind::LateCommit { delay, status }) => {
            let answer = status.map(|status| work.error(status, "an internal error occurred"));
            commit_late(work, delay);
            return answer.map_or_else(|| severed(Parting::Cut), |answer| entry.answer(answer, Pace::Whole));
        }
        Some(after) => return answer_badly(entry, work, after).await,
    }
    let shared = work.shared.clone();
    let mut answer = work.commit();
    if let Some(FaultKind::RefuseConnection { duration }) = fault {
        shared.refuse_connections(duration).await;
        answer.parting = Some(Parting::Announced);
    }
    entry.answer(answer, Pace::Whole)
}

/// Lets the request take its effect when it has been answered already.
fn commit_late(work: Work, delay: Duration) {
    tokio::spawn(async move {
        tokio::time::sleep(delay).await;
        work.commit();
    });
}

/// The faults that strike after the request took effect.
async fn answer_badly(entry: Entry, work: Work, fault: FaultKind) -> Response {
    let internal = match &fault {
        FaultKind::StatusAfter { status } => Some(work.error(*status, "an internal error occurred")),
        _ => None,
    };
    let answer = work.commit();
    match fault {
        FaultKind::CutAfterCommit => severed(Parting::Cut),
        FaultKind::HangAfterCommit => std::future::pending().await,
        FaultKind::HtmlBodyAfterCommit => entry.answer(Answer::proxy_page(), Pace::Whole),
        FaultKind::EmptyBody => entry.answer(answer.without_body(), Pace::Whole),
        FaultKind::TruncatedBody => entry.answer(answer, Pace::Half),
        FaultKind::SlowDrip { duration } => entry.answer(answer, Pace::Drip(duration)),
        FaultKind::WrongTypes => entry.answer(answer.changed(wrong_types), Pace::Whole),
        FaultKind::Altered(altered) if answer.is_good() => {
            let status = altered.status.unwrap_or(answer.status);
            let answer = answer.changed(|value| altered.apply(value)).with_status(status);
            let headers = altered.headers.iter();
            let answer = headers.fold(answer, |answer, (name, value)| answer.with_header(name, value.clone()));
            entry.answer(answer, Pace::Whole)
        }
        FaultKind::NullList => entry.answer(answer.changed(null_lists), Pace::Whole),
        _ => entry.answer(internal.unwrap_or(answer), Pace::Whole),
    }
}

/// Whom the key acts for, if it opens the operation.
fn admit(world: &World, operation: &Operation, key: Option<&str>) -> Result<Uuid, Refusal> {
    let switches = &world.switches;
    if operation.key.is_none() && switches.is("regions_key", "open") {
        return Ok(Uuid::nil());
    }
    // The service says so too when the header is there but malformed.
    let missing = || Refusal::new(switches.status("missing_key_status"), "Authorization header is missing");
    let key = world.keys.get(key.ok_or_else(missing)?).filter(|key| !key.expired);
    let key = key.ok_or_else(|| Refusal::new(switches.status("rejected_key_status"), "invalid or expired API key"))?;
    if operation.key.is_some_and(|kind| kind != key.kind) {
        let status = switches.status("wrong_key_status");
        return Err(Refusal::new(status, "this API key may not use this operation"));
    }
    Ok(key.holder)
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
fn origin(parts: &Parts) -> String {
    let host = parts.headers.get(HOST).and_then(|value| value.to_str().ok());
    let authority = parts.uri.authority().map(|authority| authority.as_str()).or(host).unwrap_or_default();
    format!("http://{authority}")
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
