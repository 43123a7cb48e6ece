//! A function: `join("a", 2, "c")` is `a2c`.

use async_trait::async_trait;
use serde::Deserialize;
use tf_provider::schema::{FunctionSchema, Parameter, Type};
use tf_provider::{Diagnostics, Function};

pub struct Join;

/// The arguments in their order.
#[derive(Debug, Deserialize)]
pub struct Input {
    head: String,
    number: i64,
    tail: String,
}

#[async_trait]
impl Function for Join {
    type Input<'a> = Input;
    type Output<'a> = String;

    fn schema(&self, _diags: &mut Diagnostics) -> Option<FunctionSchema> {
        let parameter =
            |name: &str, param_type| Parameter { name: name.to_owned(), param_type, ..Parameter::default() };
        Some(FunctionSchema {
            parameters: vec![
                parameter("head", Type::String),
                parameter("number", Type::Number),
                parameter("tail", Type::String),
            ],
            return_type: Type::String,
            summary: "Joins".into(),
            ..FunctionSchema::default()
        })
    }

    async fn call<'a>(&self, diags: &mut Diagnostics, input: Input) -> Option<String> {
        match input.head.as_str() {
            "panic" => panic!("a function that panics"),
            "fail" => diags.function_error(2, format!("{} is a bad tail", input.tail)),
            "warn" => diags.root_warning_short("this function only warns"),
            _ => {}
        }
        Some(format!("{}{}{}", input.head, input.number, input.tail))
    }
}
