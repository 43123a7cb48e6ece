//! The console over HTTP, under `/console`: the same actions, views, log and faults as the Rust methods, for curl.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, Query, State};
use axum::http::{HeaderValue, StatusCode, header::CONTENT_TYPE};
use axum::response::Response;
use axum::routing::{get, post};
use serde::Serialize;
use serde_json::{Value, json};

use crate::action::{self, Action};
use crate::faults::{Fault, FaultKind};
use crate::shared::Shared;
use crate::snapshot::Snapshot;
use crate::views;

type Shares = State<Arc<Shared>>;
type Asked = Query<HashMap<String, String>>;

/// The routes of the console.
pub(crate) fn router(shared: Arc<Shared>) -> Router {
    Router::new()
        .route("/console/summary", get(async |State(shared): Shares| answer(&summary(&shared))))
        .route("/console/contracts", get(contracts))
        .route("/console/partners", get(partners))
        .route("/console/partners/{id}", get(partner))
        .route("/console/members", get(members))
        .route("/console/accounts", get(accounts))
        .route("/console/switches", get(switches))
        .route("/console/requests", get(requests).delete(clear_requests))
        .route("/console/counts", get(counts))
        .route("/console/snapshot", get(snapshot))
        .route("/console/save", post(save))
        .route("/console/faults", get(faults).post(add_fault).delete(clear_faults))
        .route("/console/{action}", post(perform))
        .with_state(shared)
}

/// How many requests arrived, and how much is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Requests that read.
    pub reads: usize,
    /// Requests that write, whatever became of them.
    pub writes: usize,
    /// Partners in all contracts.
    pub partners: usize,
    /// Members of all partners.
    pub members: usize,
    /// Storage accounts, those that wait for their deletion included.
    pub accounts: usize,
}

pub(crate) fn summary(shared: &Shared) -> Summary {
    let writes = shared.log().entries.iter().filter(|request| request.is_write()).count();
    let reads = shared.log().entries.len().saturating_sub(writes);
    let mut world = shared.world();
    world.settle();
    Summary {
        reads,
        writes,
        partners: world.partners.len(),
        members: world.partners.values().map(|partner| partner.members.len()).sum(),
        accounts: world.accounts.len(),
    }
}

async fn contracts(State(shared): Shares) -> Response {
    answer(&views::contracts(&shared.world()))
}

async fn partners(State(shared): Shares, Query(asked): Asked) -> Response {
    answer(&views::partners(&shared.world(), asked.get("contract").map(String::as_str)))
}

async fn partner(State(shared): Shares, Path(id): Path<String>) -> Response {
    let partner = views::partners(&shared.world(), None).into_iter().find(|partner| partner.id == id);
    partner.map_or_else(|| refuse(StatusCode::NOT_FOUND, "there is no such partner"), |partner| answer(&partner))
}

async fn members(State(shared): Shares, Query(asked): Asked) -> Response {
    answer(&views::members(&shared.world(), asked.get("partner").map_or("", String::as_str)))
}

async fn accounts(State(shared): Shares, Query(asked): Asked) -> Response {
    let mut world = shared.world();
    world.settle();
    let accounts = views::accounts(&world).into_iter();
    let partner = asked.get("partner");
    answer(&accounts.filter(|account| partner.is_none() || account.partner_id.as_ref() == partner).collect::<Vec<_>>())
}

async fn switches(State(shared): Shares) -> Response {
    answer(&shared.world().switches.profile())
}

async fn requests(State(shared): Shares) -> Response {
    answer(&shared.log().entries)
}

async fn counts(State(shared): Shares) -> Response {
    let mut counts = BTreeMap::<String, usize>::new();
    for request in &shared.log().entries {
        *counts.entry(request.operation.clone()).or_default() += 1;
    }
    answer(&counts)
}

async fn snapshot(State(shared): Shares) -> Response {
    let mut world = shared.world();
    world.settle();
    answer(&Snapshot::of(&world))
}

async fn save(State(shared): Shares) -> Response {
    match shared.save() {
        Ok(Some(file)) => answer(&json!({"file": file})),
        Ok(None) => refuse(StatusCode::BAD_REQUEST, "no file was named at the start; --save FILE does that"),
        Err(error) => refuse(StatusCode::INTERNAL_SERVER_ERROR, &error.to_string()),
    }
}

async fn clear_requests(State(shared): Shares) -> Response {
    shared.log().entries.clear();
    answer(&json!({}))
}

async fn faults(State(shared): Shares) -> Response {
    answer(&shared.faults().waiting)
}

async fn clear_faults(State(shared): Shares) -> Response {
    shared.faults().waiting.clear();
    answer(&json!({}))
}

async fn add_fault(State(shared): Shares, body: Bytes) -> Response {
    let fault = serde_json::from_slice(&body).map_err(|error| error.to_string()).and_then(Fault::from_json);
    match fault {
        Err(problem) => refuse(StatusCode::BAD_REQUEST, &problem),
        Ok(Fault { operation, kind: FaultKind::RefuseConnection { duration }, .. }) if operation == "*" => {
            shared.refuse_connections(duration).await;
            answer(&json!({}))
        }
        Ok(fault) => {
            shared.faults().waiting.push(fault);
            answer(&json!({}))
        }
    }
}

async fn perform(State(shared): Shares, Path(name): Path<String>, body: Bytes) -> Response {
    let done = read(&name, &body).and_then(|action| action::perform(&mut shared.world(), action));
    match done {
        Ok(Value::Null) => answer(&json!({})),
        Ok(id) => answer(&json!({"id": id})),
        Err(problem) => refuse(StatusCode::BAD_REQUEST, &problem),
    }
}

/// The action of a path and its body; no body is one without fields.
fn read(name: &str, body: &[u8]) -> Result<Action, String> {
    let body = if body.is_empty() { b"{}" } else { body };
    let mut value: Value = serde_json::from_slice(body).map_err(|error| error.to_string())?;
    let fields = value.as_object_mut().ok_or("the body of an action is a JSON object")?;
    fields.insert("action".to_string(), json!(name));
    serde_json::from_value(value).map_err(|error| error.to_string())
}

fn answer(value: &impl Serialize) -> Response {
    reply(StatusCode::OK, serde_json::to_vec_pretty(value).unwrap_or_default())
}

fn refuse(status: StatusCode, problem: &str) -> Response {
    reply(status, json!({"error": problem}).to_string().into())
}

fn reply(status: StatusCode, mut body: Vec<u8>) -> Response {
    body.push(b'\n');
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}
