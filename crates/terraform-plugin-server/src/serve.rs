//! The life of a provider process, from the handshake to the end.

use std::fmt;
use std::io::{self, Write};
use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;

use crate::connection::Connections;
use crate::environment::{Environment, PROTOCOL};
use crate::life::Life;
use crate::listener::{Address, Listener};
use crate::provider::Provider;
use crate::server::Server;
use crate::services::Services;
use crate::{signals, tls};

/// The version of go-plugin's own protocol, which the handshake line begins with.
const CORE_PROTOCOL: u32 = 1;

/// Terraform connects at once. If nobody comes, Terraform has gone.
const FIRST_CLIENT_LIMIT: Duration = Duration::from_secs(60);

/// How long connections may take to close at the end.
const CLOSE_LIMIT: Duration = Duration::from_secs(2);

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
    /// Something of the operating system failed.
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
                "This provider speaks plugin protocol {PROTOCOL} and this Terraform only {offered}: use Terraform 1.0 or later."
            ),
            Self::NoClientCertificate => f.write_str(
                "Terraform passed no certificate in PLUGIN_CLIENT_CERT, and without one any local user could use this \
                 provider: unset TF_DISABLE_PLUGIN_TLS.",
            ),
            Self::Tls(error) => write!(f, "The provider cannot set up TLS with Terraform: {error}."),
            Self::Io { attempt, source } => write!(f, "The provider cannot {attempt}: {source}."),
        }
    }
}

impl std::error::Error for ServeError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io { source, .. } => Some(source),
            _ => None,
        }
    }
}

fn io_error(attempt: &'static str) -> impl FnOnce(io::Error) -> ServeError {
    move |source| ServeError::Io { attempt, source }
}

/// Serves a provider until Terraform needs it no longer; the whole `main` of a provider.
///
/// Reads the arguments (`-debug`) and the environment of the process, prints the handshake, and from then on owns standard output. A
/// runtime of one thread serves a provider best: requests run side by side in tasks.
///
/// # Errors
///
/// When the process was not started by Terraform, or cannot listen. The error prints as one sentence; exit with code 1 then.
pub async fn serve<P: Provider>(provider: P) -> Result<(), ServeError> {
    let environment = Environment::read()?;
    let address = provider.address();
    // Before anything else: from here on a Ctrl-C must not end the process.
    let mut interrupts = signals::Interrupts::listen().map_err(io_error("listen to signals"))?;
    let listener = Listener::bind(&environment).await.map_err(io_error("listen for Terraform"))?;
    let endpoint = listener.address().map_err(io_error("tell its address"))?;
    let (tls, certificate) = security(&environment)?;
    let life = Life::new();
    let server = Arc::new(Server::new(provider, life.clone()));
    let services = Services::new(server.clone(), life.clone());
    let connections = Connections { tls, services, life: life.clone() };

    match environment.debug {
        true => announce_debug(&address, &endpoint),
        false => announce(&handshake(&endpoint, &certificate, environment.asks_multiplexing)),
    }
    .map_err(io_error("write the handshake"))?;

    tokio::select! {
        () = connections.accept(&listener) => {}
        () = life.shutdown.cancelled() => {}
        () = abandoned(&life), if !environment.debug => tracing::warn!("Terraform is gone"),
        () = interrupts.quit(environment.debug) => {}
    }
    // What runs is asked to end soon, and waited for.
    server.stop();
    tokio::select! {
        () = life.idle() => {}
        () = interrupts.received(), if environment.debug => {}
    }
    life.shutdown.cancel();
    _ = timeout(CLOSE_LIMIT, life.disconnected()).await;
    Ok(())
}

/// Our side of TLS, and our certificate for the handshake; nothing in debug mode, where the socket's folder is the protection.
fn security(environment: &Environment) -> Result<(Option<TlsAcceptor>, Vec<u8>), ServeError> {
    let Some(client_certificate) = &environment.client_certificate else { return Ok((None, Vec::new())) };
    let identity = tls::Identity::generate().map_err(|error| ServeError::Tls(error.to_string()))?;
    let certificate = identity.certificate.to_vec();
    let config =
        tls::server_config(identity, client_certificate).map_err(|error| ServeError::Tls(error.to_string()))?;
    Ok((Some(TlsAcceptor::from(Arc::new(config))), certificate))
}

/// Terraform came and went, or never came.
async fn abandoned(life: &Life) {
    if timeout(FIRST_CLIENT_LIMIT, life.met()).await.is_ok() {
        life.deserted().await;
    }
}

/// The line by which go-plugin learns where a plugin listens and how it proves who it is.
fn handshake(endpoint: &Address, certificate: &[u8], asks_multiplexing: bool) -> String {
    let Address { network, address } = endpoint;
    let certificate = STANDARD_NO_PAD.encode(certificate);
    let multiplexing = if asks_multiplexing { "|false" } else { "" };
    format!("{CORE_PROTOCOL}|{PROTOCOL}|{network}|{address}|grpc|{certificate}{multiplexing}")
}

fn announce(line: &str) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    writeln!(stdout, "{line}")?;
    stdout.flush()?;
    // Whatever the provider prints from now on must not reach Terraform as a handshake.
    #[cfg(unix)]
    rustix::stdio::dup2_stdout(io::stderr())?;
    Ok(())
}

/// Tells the operator how to attach a Terraform to this process.
fn announce_debug(provider: &str, endpoint: &Address) -> io::Result<()> {
    let reattach = serde_json::json!({
        provider: {
            "Protocol": "grpc",
            "ProtocolVersion": PROTOCOL,
            "Pid": std::process::id(),
            "Test": true,
            "Addr": { "Network": endpoint.network, "String": endpoint.address },
        }
    });
    eprintln!("The provider waits for Terraform. Set this variable where Terraform runs; Ctrl-C ends the provider.");
    let mut stdout = io::stdout().lock();
    writeln!(stdout, "TF_REATTACH_PROVIDERS='{reattach}'")?;
    stdout.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_handshake_is_one_line_of_six_or_seven_parts() {
        let endpoint = Address { network: "unix", address: "/tmp/p/socket".into() };
        assert_eq!(handshake(&endpoint, b"abcd", false), "1|6|unix|/tmp/p/socket|grpc|YWJjZA");
        assert_eq!(handshake(&endpoint, b"", true), "1|6|unix|/tmp/p/socket|grpc||false");
    }

    #[test]
    fn errors_are_one_sentence() {
        let io = io::Error::from(io::ErrorKind::PermissionDenied);
        for error in [
            ServeError::StartedByHand,
            ServeError::Protocol { offered: "4,5".into() },
            ServeError::NoClientCertificate,
            ServeError::Tls("x".into()),
            ServeError::Io { attempt: "listen for Terraform", source: io },
        ] {
            let text = error.to_string();
            assert!(text.ends_with('.') && !text.contains('\n') && !text.contains("  "), "{text}");
        }
    }
}
