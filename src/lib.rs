//! What Impossible Cloud means in Terraform.
//!
//! Arrows run one way: the binary, [`provider`], [`settings`], [`objects`], [`session`], [`capacity`], [`service`], and
//! at the bottom [`terraform`] and [`api`]. Nothing knows what is above it; a test holds every folder to that.

pub mod provider;

mod settings;

mod objects;

mod session;

mod capacity;

mod service;

mod terraform;

mod api;
