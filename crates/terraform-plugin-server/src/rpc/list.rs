//! List resources.

use std::sync::Arc;

use tf_provider::Diagnostics;
use tokio::sync::mpsc;
use tonic::codegen::BoxStream;

use crate::bridge::list::AnyListResource;
use crate::list::{EncodedItem, ListSender};
use crate::request::Capabilities;
use crate::server::{Operation, Server, known};
use crate::wire::tfplugin6 as tf;
use crate::{check, diagnostics};

use super::stream::stream;
use super::{bytes, value};
use tf::list_resource::{Event, Request};

fn find<'a>(server: &'a Server, diags: &mut Diagnostics, name: &str) -> Option<&'a dyn AnyListResource> {
    known(diags, &server.registry.list_resources, "list resource", name)
}

pub(super) async fn validate(
    server: &Server,
    request: tf::validate_list_resource_config::Request,
) -> tf::validate_list_resource_config::Response {
    let mut diags = Diagnostics::default();
    if let Some(list) = find(server, &mut diags, &request.type_name)
        && let Some(config) = bytes(&mut diags, request.config.as_ref(), &list.described().shape)
    {
        check::configuration(&mut diags, &list.described().shape, &config);
        let answer = list.validate(&mut diags, &config).await;
        diagnostics::expect_answer(&mut diags, answer, &format!("checking {}", request.type_name));
    }
    tf::validate_list_resource_config::Response { diagnostics: diagnostics::to_wire(diags) }
}

/// Lists until there is nothing more, or nothing more is wanted. What went wrong comes as the last event.
pub(super) fn list(server: Arc<Server>, request: Request) -> BoxStream<Event> {
    let (events, stream) = stream();
    let operation = Operation { verb: "listing", name: request.type_name.clone(), writes: false };
    tokio::spawn(async move {
        let (sender, items) = mpsc::channel(1);
        let limit = limit(&request);
        let sender = ListSender { include_resource: request.include_resource_object, limit, sender };
        let asked = request.clone();
        let work = |server: Arc<Server>| async move { list_now(&server, asked, sender).await };
        let listing = server.run(operation, Capabilities::default(), work);
        let (outcome, ()) = tokio::join!(listing, forward(&server, &request, items, &events));
        let diagnostic = diagnostics::to_wire(outcome.unwrap_or_else(|diags| diags));
        if !diagnostic.is_empty() {
            // Fails only when nobody listens any more.
            _ = events.send(Event { diagnostic, ..Event::default() }).await;
        }
    });
    stream
}

/// How many objects are wanted at most; none is "all".
fn limit(request: &Request) -> Option<usize> {
    usize::try_from(request.limit).ok().filter(|limit| *limit > 0)
}

async fn list_now(server: &Server, request: Request, sender: ListSender) -> Diagnostics {
    let mut diags = Diagnostics::default();
    let answer = match find(server, &mut diags, &request.type_name) {
        Some(list) => match bytes(&mut diags, request.config.as_ref(), &list.described().shape) {
            Some(config) => list.list(&mut diags, &config, sender).await,
            None => None,
        },
        None => None,
    };
    diagnostics::expect_answer(&mut diags, answer, &format!("listing {}", request.type_name));
    diags
}

/// Passes items on until there are no more, the limit is reached, or nobody listens; then the sender learns it.
async fn forward(
    server: &Server,
    request: &Request,
    mut items: mpsc::Receiver<EncodedItem>,
    events: &mpsc::Sender<Event>,
) {
    let mut left = limit(request);
    while left != Some(0)
        && let Some(item) = items.recv().await
        && events.send(event(server, request, item)).await.is_ok()
    {
        left = left.map(|left| left - 1);
    }
}

fn event(server: &Server, request: &Request, item: EncodedItem) -> Event {
    let mut diags = Diagnostics::default();
    let display_name = item.display_name.clone();
    let (identity, resource_object) = match encode(server, &mut diags, request, item) {
        Some((identity, resource)) => (Some(identity), resource.and_then(value)),
        None => (None, None),
    };
    Event { identity, display_name, resource_object, diagnostic: diagnostics::to_wire(diags) }
}

/// Identity and state on the wire. What Terraform would drop without a word is an error here.
fn encode(
    server: &Server,
    diags: &mut Diagnostics,
    request: &Request,
    item: EncodedItem,
) -> Option<(tf::ResourceIdentityData, Option<Vec<u8>>)> {
    let resource = server.resource(diags, &request.type_name)?;
    let schema = resource.identity_schema();
    let identity = schema.and_then(|schema| schema.encode(diags, &item.identity));
    let operation = format!("listing {} (no identity)", request.type_name);
    let identity = diagnostics::expect_answer(diags, identity, &operation)?;
    let state = match item.resource {
        Some(Ok(state)) => Some(resource.without_write_only(diags, state)?),
        Some(Err(error)) => {
            diagnostics::root_error(diags, "The provider's answer cannot be written", error);
            return None;
        }
        None if request.include_resource_object => {
            let operation = format!("listing {} (no state)", request.type_name);
            return diagnostics::expect_answer(diags, None, &operation);
        }
        None => None,
    };
    Some((identity, state))
}
