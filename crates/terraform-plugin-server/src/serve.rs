//! The life of a provider process, from the handshake to the end.

use std::io::{self, Write};
use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;

use crate::connection::Connections;
use crate::environment::{self, Environment, PROTOCOL};
use crate::error::{ServeError, io_error};
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

/// Serves a provider until Terraform needs it no longer; the whole `main` of a provider.
///
/// Reads the arguments (`-debug`) and the environment of the process, prints the handshake, and from then on owns
/// standard output. A runtime of one thread serves a provider best: requests run side by side in tasks.
///
/// # Errors
///
/// When the process was not started by Terraform, or cannot listen. The error prints as one sentence; exit with code 1
/// then. Where Terraform started the process, the sentence is on standard output already: Terraform shows that, and
/// nothing of standard error.
pub async fn serve<P: Provider>(provider: P) -> Result<(), ServeError> {
    let debug = environment::debug();
    let served = match Environment::read(debug) {
        Ok(environment) => serve_in(environment, provider).await,
        Err(error) => Err(error),
    };
    if let Err(error) = &served
        && !debug
        && !matches!(error, ServeError::StartedByHand)
    {
        // When it cannot be written either, there is no other way to tell.
        _ = writeln!(io::stdout(), "{error}");
    }
    served
}

async fn serve_in<P: Provider>(environment: Environment, provider: P) -> Result<(), ServeError> {
    let address = provider.address();
    // Before anything else: from here on a Ctrl-C must not end the process.
    let mut interrupts = signals::Interrupts::listen().map_err(io_error("listen to signals"))?;
    let listener = Listener::bind(&environment).await?;
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
        () = interrupts.quit(environment.debug, || server.break_off()) => {}
    }
    // What runs is asked to end soon, and waited for.
    server.stop();
    tokio::select! {
        () = life.idle() => {}
        _ = interrupts.received(), if environment.debug => {}
    }
    life.shutdown.cancel();
    _ = timeout(CLOSE_LIMIT, life.disconnected()).await;
    Ok(())
}

/// Our side of TLS, and our certificate for the handshake; nothing in debug mode, where the socket's folder is the
/// protection.
fn security(environment: &Environment) -> Result<(Option<TlsAcceptor>, Vec<u8>), ServeError> {
    let Some(client_certificate) = &environment.client_certificate else { return Ok((None, Vec::new())) };
    let own = tls::SelfSigned::generate().map_err(|error| ServeError::Tls(error.to_string()))?;
    let certificate = own.certificate.to_vec();
    let config = tls::server_config(own, client_certificate).map_err(|error| ServeError::Tls(error.to_string()))?;
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
}
