//! Why a provider does not serve.

use std::path::PathBuf;
use std::{fmt, io};

/// Why a provider does not serve. Each is one sentence for the operator.
#[derive(Debug)]
#[non_exhaustive]
pub enum ServeError {
    /// A person started the program, and not Terraform.
    StartedByHand,
    /// Terraform is too old to speak protocol 6.
    Protocol {
        /// The versions that Terraform offered.
        offered: String,
    },
    /// Terraform passed no certificate, so that the server could not tell it from others.
    NoClientCertificate,
    /// The TLS material cannot be made or read.
    Tls(String),
    /// There is no place for the socket.
    Socket {
        /// The folder that was tried.
        folder: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// Something else of the operating system failed.
    Io {
        /// What was attempted.
        attempt: &'static str,
        /// What the operating system said.
        source: io::Error,
    },
}

impl fmt::Display for ServeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::StartedByHand => f.write_str(
                "This program is a Terraform provider: Terraform starts it by itself when a configuration needs it \
                 (start it with -debug to attach Terraform to a process that runs in a debugger).",
            ),
            Self::Protocol { offered } => write!(
                f,
                "This provider speaks plugin protocol 6 and this Terraform only {offered}: use Terraform 1.0 or later."
            ),
            Self::NoClientCertificate => f.write_str(
                "Terraform passed no certificate in PLUGIN_CLIENT_CERT, and without one any local user could use this \
                 provider: unset TF_DISABLE_PLUGIN_TLS.",
            ),
            Self::Tls(error) => write!(f, "The provider cannot set up TLS with Terraform: {error}."),
            Self::Socket { folder, source } => write!(
                f,
                "The provider cannot make its socket in {}: {source}; let TMPDIR name a folder that it can write to.",
                folder.display()
            ),
            Self::Io { attempt, source } => write!(f, "The provider cannot {attempt}: {source}."),
        }
    }
}

impl std::error::Error for ServeError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Socket { source, .. } | Self::Io { source, .. } => Some(source),
            _ => None,
        }
    }
}

pub(crate) fn io_error(attempt: &'static str) -> impl FnOnce(io::Error) -> ServeError {
    move |source| ServeError::Io { attempt, source }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_are_one_sentence() {
        let io = || io::Error::from(io::ErrorKind::PermissionDenied);
        for error in [
            ServeError::StartedByHand,
            ServeError::Protocol { offered: "4,5".into() },
            ServeError::NoClientCertificate,
            ServeError::Tls("x".into()),
            ServeError::Socket { folder: "/no/such".into(), source: io() },
            ServeError::Io { attempt: "listen for Terraform", source: io() },
        ] {
            let text = error.to_string();
            assert!(text.ends_with('.') && !text.contains('\n') && !text.contains("  "), "{text}");
        }
    }
}
