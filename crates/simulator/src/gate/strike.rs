//! What faults make of a request: some keep it from its effect, some spoil its answer.

use std::sync::Arc;
use std::time::Duration;

use axum::response::Response;

use super::Entry;
use super::work::Work;
use crate::answer::{Answer, Pace, null_lists, severed, wrong_types};
use crate::faults::{Effect, FaultKind};
use crate::parting::Parting;

/// Carries a request out, or fails as the fault says.
pub(super) async fn carry_out(entry: Entry, mut work: Work, fault: Option<FaultKind>) -> Response {
    match fault {
        None | Some(FaultKind::RefuseConnection { .. }) => {}
        Some(FaultKind::Delay { duration }) => tokio::time::sleep(duration).await,
        Some(FaultKind::Rewritten { ref set }) => work.rewrite(set),
        Some(FaultKind::ResetBefore) => return severed(Parting::Reset),
        Some(FaultKind::CutBefore) => return severed(Parting::Cut),
        Some(FaultKind::HangBefore) => std::future::pending().await,
        Some(FaultKind::HtmlBody) => return entry.answer(Answer::proxy_page(), Pace::Whole),
        Some(FaultKind::StatusBefore { status, retry_after, body }) => {
            let answer = work.error(status, "the service is not available").with_body(body);
            return entry.answer(answer.with_retry_after(retry_after), Pace::Whole);
        }
        Some(FaultKind::RefusedStream) => return severed(Parting::Refused),
        Some(FaultKind::GoAway(going)) => {
            let parting = Parting::GoAway(Arc::new(going.parting(&work.echo())));
            take_effect(work, going.effect);
            return severed(parting);
        }
        Some(FaultKind::Answer(scripted)) => {
            let answer = work.scripted(&scripted);
            take_effect(work, scripted.effect);
            return entry.answer(answer, Pace::Whole);
        }
        Some(FaultKind::Flood(flood)) => {
            // Where nothing is to be said, much can only be said under another status.
            let status = if work.operation.success == 204 { 200 } else { work.operation.success };
            let answer = Answer::new(status, "application/json", Vec::new());
            take_effect(work, flood.effect);
            return entry.answer(answer, Pace::Flood(flood));
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

/// Lets the request take the effect that somebody ordered.
fn take_effect(work: Work, effect: Effect) {
    match effect {
        Effect::None => {}
        Effect::Done => drop(work.commit()),
        Effect::Late(delay) => commit_late(work, delay),
    }
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
