//! What comes from the service's side, as the operator meets it: limits, connections, pages, and what it says.

mod connections;
mod limits;
mod names;
mod waiting;
mod ways;
mod words;
