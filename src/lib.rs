//! What Impossible Cloud means in Terraform. Arrows run one way: the binary, [`provider`], the objects, [`session`], and below it
//! [`ledger`], [`inventory`] and [`api`]; nothing below knows what is above.

pub mod provider;

pub mod contract;
pub mod functions;
pub mod list;
pub mod member;
pub mod partner;
pub mod region;
pub mod storage_account;
pub mod usage;

pub mod amount;
pub mod ids;
pub mod password;
pub mod resource;
pub mod schema;
pub mod timeouts;
pub mod values;

pub mod check;
pub mod creation;
pub mod diagnostics;
pub mod session;

pub mod api;
pub mod capacity;
pub mod duration;
pub mod inventory;
pub mod ledger;
pub mod walk;
