//! The simulator through plain HTTP, as any client sees it.

/// A blocking client that knows nothing but HTTP.
mod client;

/// Partners and contracts by the documents.
mod partners;

/// Members by the documents.
mod members;

/// Storage accounts, their schedule and the clock.
mod accounts;

/// Usage by day.
mod usage;

/// Keys, bodies and paths that are refused.
mod refusals;

/// Every value of every switch, observed.
mod scenarios;

/// Every fault, observed.
mod faults;

/// Answers that a fault writes or changes, and the requests that they are meant for.
mod scripted;

/// TLS, HTTP/2, and how an HTTP/2 server says no.
mod http2;

/// Another distributor and another channel partner.
mod strangers;

/// The console and the request log, as methods and over HTTP.
mod console;

/// What is saved and loaded.
mod snapshots;

/// The schema of what is saved.
mod schema;

/// Thousands of partners.
mod scale;

/// The program's files.
mod files;

/// The program and its README.
mod program;
