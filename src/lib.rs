//! What Impossible Cloud means in Terraform. Arrows run one way: the binary, [`provider`], the objects, [`session`], and below it
//! [`ledger`], [`inventory`] and [`api`]; nothing below knows what is above.

pub mod provider;

mod contract;
mod functions;
mod list;
mod member;
mod partner;
mod region;
mod storage_account;
mod usage;

mod amount;
mod ids;
mod password;
mod resource;
mod schema;
mod timeouts;
mod values;

mod check;
mod creation;
mod diagnostics;
mod session;

mod api;
mod capacity;
mod duration;
mod inventory;
mod ledger;
mod walk;
