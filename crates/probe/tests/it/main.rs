//! The probe as a program, against simulators.

/// A simulator with something in it, and the probe beside it.
mod world;

/// What a service answers to a fixed list of requests.
mod requests;

/// Every value of every switch, found out.
mod alone;

/// Switches drawn at random: the profile makes a second simulator answer the same.
mod draws;

/// Without --write.
mod reading;

/// With --write: faults, Ctrl-C, crashes, and other people's objects.
mod writing;

/// TLS, settings and arguments.
mod program;

/// What there is, as a file.
mod snapshot;
