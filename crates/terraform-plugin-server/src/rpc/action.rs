//! Actions.

use std::sync::Arc;

use tf_provider::Diagnostics;
use tokio::sync::mpsc;
use tonic::codegen::BoxStream;

use crate::action::Progress;
use crate::bridge::action::AnyAction;
use crate::server::{Operation, Server, known};
use crate::wire::tfplugin6 as tf;
use crate::{check, diagnostics, request};

use super::bytes;
use super::stream::stream;
use tf::invoke_action::{Event, event};

fn find<'a>(server: &'a Server, diags: &mut Diagnostics, name: &str) -> Option<&'a dyn AnyAction> {
    known(diags, &server.registry.actions, "action", name)
}

pub(super) async fn validate(
    server: &Server,
    request: tf::validate_action_config::Request,
) -> tf::validate_action_config::Response {
    let mut diags = Diagnostics::default();
    if let Some(action) = find(server, &mut diags, &request.type_name)
        && let Some(config) = bytes(&mut diags, request.config.as_ref(), &action.described().shape)
    {
        check::configuration(&mut diags, &action.described().shape, &config);
        let answer = action.validate(&mut diags, &config).await;
        diagnostics::expect_answer(&mut diags, answer, &format!("checking {}", request.type_name));
    }
    tf::validate_action_config::Response { diagnostics: diagnostics::to_wire(diags) }
}

pub(super) async fn plan(server: &Server, request: tf::plan_action::Request) -> tf::plan_action::Response {
    let mut diags = Diagnostics::default();
    let mut deferred = server.deferred();
    if deferred.is_none()
        && let Some(action) = find(server, &mut diags, &request.action_type)
        && let Some(config) = bytes(&mut diags, request.config.as_ref(), &action.described().shape)
    {
        let answer = action.plan(&mut diags, &config).await;
        deferred = request::deferred();
        if deferred.is_none() {
            diagnostics::expect_answer(&mut diags, answer, &format!("planning {}", request.action_type));
        }
    }
    tf::plan_action::Response { diagnostics: diagnostics::to_wire(diags), deferred: deferred.map(Into::into) }
}

/// Runs the action on, even when nobody listens any more. The last event always says how it ended: a stream that just
/// ends would be taken for success.
pub(super) fn invoke(server: Arc<Server>, request: tf::invoke_action::Request) -> BoxStream<Event> {
    let (events, stream) = stream();
    let operation = Operation { verb: "running action", name: request.action_type.clone(), writes: true };
    let client = request.client_capabilities.into();
    tokio::spawn(async move {
        let (progress, messages) = mpsc::unbounded_channel();
        let work = |server: Arc<Server>| async move { invoke_now(&server, request, Progress(progress)).await };
        let (outcome, ()) = tokio::join!(server.run(operation, client, work), forward(messages, &events));
        let diagnostics = diagnostics::to_wire(outcome.unwrap_or_else(|diags| diags));
        let completed = event::Completed { diagnostics };
        // Fails only when nobody listens any more.
        _ = events.send(Event { r#type: Some(event::Type::Completed(completed)) }).await;
    });
    stream
}

async fn invoke_now(server: &Server, request: tf::invoke_action::Request, progress: Progress) -> Diagnostics {
    let mut diags = Diagnostics::default();
    let answer = match find(server, &mut diags, &request.action_type) {
        Some(action) => match bytes(&mut diags, request.config.as_ref(), &action.described().shape) {
            Some(config) => action.invoke(&mut diags, &config, progress).await,
            None => None,
        },
        None => None,
    };
    diagnostics::expect_answer(&mut diags, answer, &format!("running {}", request.action_type));
    diags
}

/// Passes on what the action tells, until it has ended.
async fn forward(mut messages: mpsc::UnboundedReceiver<String>, events: &mpsc::Sender<Event>) {
    while let Some(message) = messages.recv().await {
        let progress = event::Progress { message };
        // Fails only when nobody listens any more, which is no reason to stop.
        _ = events.send(Event { r#type: Some(event::Type::Progress(progress)) }).await;
    }
}
