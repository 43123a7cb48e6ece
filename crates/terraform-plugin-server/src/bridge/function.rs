//! Functions over bytes.

use async_trait::async_trait;
use tf_provider::schema::FunctionSchema;
use tf_provider::{AttributePath, Diagnostics, Function};

use super::{encode, explain};
use crate::msgpack;
use crate::shape::Shape;

/// What [`Function`] says, over bytes.
#[async_trait]
pub(crate) trait AnyFunction: Send + Sync {
    fn schema(&self, diags: &mut Diagnostics) -> Option<FunctionSchema>;
    async fn call(&self, diags: &mut Diagnostics, arguments: &[&[u8]]) -> Option<Vec<u8>>;
}

pub(crate) struct FunctionBridge<F>(pub F);

fn fits<F: Function>(bytes: &[u8]) -> bool {
    msgpack::decode::<F::Input<'_>>(bytes).is_ok()
}

/// The arguments as one list, which is how tuples and structs are read.
fn list(arguments: &[&[u8]]) -> Vec<u8> {
    let mut list = vec![0xdd];
    list.extend(u32::try_from(arguments.len()).unwrap_or(u32::MAX).to_be_bytes());
    for argument in arguments {
        list.extend_from_slice(if argument.is_empty() { msgpack::NULL } else { argument });
    }
    list
}

impl<F: Function> FunctionBridge<F> {
    /// The shapes of this many arguments.
    fn arguments(&self, count: usize) -> Vec<Shape> {
        let schema = self.0.schema(&mut Diagnostics::default()).unwrap_or_default();
        let more = schema.variadic.iter().cycle();
        schema.parameters.iter().chain(more).take(count).map(|parameter| Shape::from(&parameter.param_type)).collect()
    }
}

#[async_trait]
impl<F: Function> AnyFunction for FunctionBridge<F> {
    fn schema(&self, diags: &mut Diagnostics) -> Option<FunctionSchema> {
        self.0.schema(diags)
    }

    async fn call(&self, diags: &mut Diagnostics, arguments: &[&[u8]]) -> Option<Vec<u8>> {
        // A function without parameters may have no input at all.
        let bytes =
            if arguments.is_empty() && fits::<F>(msgpack::NULL) { msgpack::NULL.to_vec() } else { list(arguments) };
        let input = match msgpack::decode(&bytes) {
            Ok(input) => input,
            Err(error) => {
                let shape = Shape::Tuple(self.arguments(arguments.len()));
                explain(diags, &bytes, &shape, fits::<F>, &error, &AttributePath::root());
                return None;
            }
        };
        let output = self.0.call(diags, input).await?;
        encode(diags, &output)
    }
}
