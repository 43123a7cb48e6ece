//! Functions.

use tf_provider::Diagnostics;

use crate::diagnostics;
use crate::server::{Server, known};
use crate::shape::Shape;
use crate::wire::tfplugin6 as tf;

use super::{bytes, value};

pub(super) async fn call(server: &Server, request: tf::call_function::Request) -> tf::call_function::Response {
    let mut diags = Diagnostics::default();
    let result = call_now(server, &mut diags, &request).await;
    let result = diagnostics::expect_answer(&mut diags, result, &format!("calling {}", request.name));
    for warning in &diags.warnings {
        // A function's answer has no place for them.
        tracing::warn!("{}: {} {}", request.name, warning.summary, warning.detail);
    }
    match diagnostics::to_function_error(diags) {
        Some(error) => tf::call_function::Response { result: None, error: Some(error) },
        None => tf::call_function::Response { result: result.and_then(value), error: None },
    }
}

async fn call_now(server: &Server, diags: &mut Diagnostics, request: &tf::call_function::Request) -> Option<Vec<u8>> {
    let function = known(diags, &server.registry.functions, "function", &request.name)?;
    let arguments = request.arguments.iter().map(|argument| bytes(diags, Some(argument), &Shape::Plain));
    let arguments: Vec<_> = arguments.collect::<Option<_>>()?;
    let arguments: Vec<&[u8]> = arguments.iter().map(|argument| &**argument).collect();
    function.call(diags, &arguments).await
}
