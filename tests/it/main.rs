//! The built provider, driven by a real Terraform (or OpenTofu) against the simulator.

/// Blocks of a configuration.
mod hcl;
/// What the provider says, held to reviewed texts.
mod said;
/// A simulator, a folder and the real CLI.
mod world;

/// What is read is believed only when it can be true.
mod belief;
/// How few requests it takes.
mod calls;
/// What a plan refuses before anything is written, and what an apply does with it.
mod capacity;
/// Data sources and functions.
mod data;
/// Every example is planned and applied.
mod examples;
/// Every write under every fault: never two, never lost.
mod faults;
/// Guides and the other pages by hand: they run, link and list what they should.
mod guides;
/// A provider that is killed in mid-apply.
mod killed;
/// A customer can leave, and people's names and addresses are no differences.
mod leaving;
/// The story of a live run, against the service or, as here, a simulator.
mod live;
/// Every type through a whole life, by the protocol.
mod lives;
/// A member's life.
mod member;
/// What newer CLIs can do.
mod modern;
/// A distributor's month.
mod month;
/// Where OpenTofu and Terraform differ.
mod opentofu;
/// A partner's life from create to destroy.
mod partner;
/// Which plan is which: replacements, renamings, what is planned more than once.
mod plans;
/// The provider block.
mod provider;
/// Every attribute of every schema is checked.
mod schemas;
/// No secret in any output, log, plan or state.
mod secrets;
/// What comes from the side of the service: limits, connections, pages, and what it says.
mod service;
/// Ctrl-C in a terminal.
mod signals;
/// A storage account's life, with both kinds of key.
mod storage_account;
/// House rules.
mod tidy;
/// States of earlier versions and of other addresses.
mod upgrade;
