//! The serving half of a Terraform provider.

mod number;

pub use number::{Number, NumberError};
