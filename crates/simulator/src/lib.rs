#![doc = include_str!("../README.md")]

mod simulator;

pub mod operations;
pub mod span;
pub mod switches;

mod action;
mod answer;
mod body;
mod call;
mod connection;
mod console;
mod faults;
mod gate;
mod log;
mod manners;
mod names;
mod parting;
mod password;
mod render;
mod seed;
mod server;
mod shared;
mod snapshot;
mod socket;
mod tls;
mod views;
mod world;

pub use action::Action;
pub use console::Summary;
pub use faults::{Altered, Effect, Fault, FaultKind, Flood, Form, GoingAway, Scripted};
pub use log::Request;
pub use seed::{CHANNEL_PARTNER_KEY, DISTRIBUTOR_KEY, EXPIRED_KEY, FIRST_CONTRACT, SECOND_CONTRACT};
pub use simulator::{Options, Simulator};
pub use snapshot::Snapshot;
pub use switches::Switches;
pub use tls::{Certificate, Transport};
pub use views::{AccountView, ContractView, MemberView, PartnerView};
pub use world::KeyKind;
