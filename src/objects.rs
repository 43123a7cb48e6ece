//! What is offered: one folder or file for each object of the API.

pub mod partner;

pub mod member;

pub mod storage_account;

pub mod contract;

pub mod usage;

pub mod usage_summary;

pub mod region;

pub mod functions;

mod address;
mod list;
mod look_up;
mod password;
mod replacing;
mod scope;
