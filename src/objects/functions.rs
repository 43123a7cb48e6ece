//! The provider's functions: byte amounts from text and back.

use async_trait::async_trait;
use terraform_plugin_server::Number;
use tf_provider::schema::{Description, FunctionSchema, Parameter, Type};
use tf_provider::{Diagnostics, Function};

use crate::capacity::bytes;
use crate::terraform::diagnostics::report_function;

/// `bytes("5 TB")`.
pub struct Bytes;

/// `format_bytes(5000000000000)`.
pub struct FormatBytes;

#[async_trait]
impl Function for Bytes {
    type Input<'a> = (String,);
    type Output<'a> = i64;

    fn schema(&self, _: &mut Diagnostics) -> Option<FunctionSchema> {
        Some(FunctionSchema {
            parameters: vec![Parameter {
                name: "amount".into(),
                param_type: Type::String,
                description: Description::markdown(
                    "An amount with its unit: `5 TB`, `1.5 TiB`. Decimal units are `kB`, `MB`, `GB`, `TB` and `PB`, \
                     binary units `KiB` to `PiB`; `0` needs none. A fraction must come to whole bytes.",
                ),
                ..Parameter::default()
            }],
            variadic: None,
            return_type: Type::Number,
            summary: "An amount in bytes".into(),
            description: Description::markdown(
                "Gives the bytes of an amount that people write: `bytes(\"5 TB\")` is `5000000000000`. The vendor \
                 counts in decimal units.",
            ),
            deprecated: None,
        })
    }

    async fn call<'a>(&self, diags: &mut Diagnostics, (text,): (String,)) -> Option<i64> {
        let bytes = bytes::parse(&text).map_err(|why| format!("cannot read the amount: {why}"));
        report_function(diags, 0, bytes)
    }
}

#[async_trait]
impl Function for FormatBytes {
    type Input<'a> = (Number,);
    type Output<'a> = String;

    fn schema(&self, _: &mut Diagnostics) -> Option<FunctionSchema> {
        Some(FunctionSchema {
            parameters: vec![Parameter {
                name: "bytes".into(),
                param_type: Type::Number,
                description: Description::markdown("A whole number of bytes."),
                ..Parameter::default()
            }],
            variadic: None,
            return_type: Type::String,
            summary: "Bytes as people read them".into(),
            description: Description::markdown(
                "Gives an amount in the largest decimal unit that it fills, with at most three decimals: \
                 `format_bytes(5000000000000)` is `5 TB`. A rounded amount begins with `~`: `~1.235 TB`.",
            ),
            deprecated: None,
        })
    }

    async fn call<'a>(&self, diags: &mut Diagnostics, (number,): (Number,)) -> Option<String> {
        let whole = number.as_i64().ok_or_else(|| {
            let shown = bytes::shortened(&number.to_string());
            format!("{shown} is not a whole number of bytes from {} to {}", i64::MIN, i64::MAX)
        });
        report_function(diags, 0, whole.map(bytes::format))
    }
}
