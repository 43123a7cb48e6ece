//! The client against a tiny server.
