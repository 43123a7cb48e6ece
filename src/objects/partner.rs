//! Partners: the distributor's customers, each with a share of its contract or pay-per-use.

mod state;

mod resource;

mod plan;

mod write;

mod messages;

mod leaving;

mod cuts;

mod namesakes;

mod data_sources;

mod list;

pub use data_sources::{PartnerDataSource, PartnersDataSource};
pub(crate) use data_sources::{all, one};
pub use list::PartnerList;
pub use resource::PartnerResource;
pub use state::TYPE;

#[cfg(test)]
mod tests;
