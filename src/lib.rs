//! Terraform provider for Impossible Cloud.
