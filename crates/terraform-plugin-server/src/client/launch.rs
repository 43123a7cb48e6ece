//! Starting a provider, and connecting to one.

use std::ffi::OsStr;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use rustls::pki_types::{CertificateDer, ServerName};
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, BufReader};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};
use tokio::sync::OnceCell;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use super::certificate::{Certificate, ClientKey};
use super::channel::Channel;
use super::output::Output;
use super::{Client, ClientError};
use crate::environment::{COOKIE_NAME, COOKIE_VALUE, PROTOCOL};
use crate::wire::tfplugin6 as tf;

/// A provider that has not said how to reach it by then never will. Terraform waits as long.
const HANDSHAKE_LIMIT: Duration = Duration::from_secs(60);

/// How a provider is to be started. Its standard streams belong to the client.
#[derive(Debug)]
pub struct Launch {
    command: Command,
    key: ClientKey,
}

impl Launch {
    /// Starts this program, with the environment of this process.
    pub fn new(program: impl AsRef<OsStr>) -> Self {
        let mut command = Command::new(program);
        // What concerns the log of this process is not meant for the provider.
        for (name, _) in std::env::vars_os() {
            if name == "TF_LOG" || name.to_string_lossy().starts_with("TF_LOG_PROVIDER") {
                command.env_remove(name);
            }
        }
        Self { command, key: ClientKey::default() }
    }

    /// Sets a variable for the provider.
    #[must_use]
    pub fn env(mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// The command, for whatever else has to be set.
    pub fn command(&mut self) -> &mut Command {
        &mut self.command
    }

    /// Uses a key of this kind instead of Terraform's.
    #[must_use]
    pub fn client_key(mut self, key: ClientKey) -> Self {
        self.key = key;
        self
    }

    /// Starts the provider and connects to it as Terraform does.
    ///
    /// # Errors
    ///
    /// When the provider does not start, makes no handshake, or refuses the connection.
    pub async fn start(self) -> Result<Client, ClientError> {
        let certificate = Certificate::own(self.key)?;
        let Started { child, stderr, line } = Started::new(self.command, &certificate.pem()).await?;
        let channel = line.connect(Security::Mutual(&certificate)).await?;
        Ok(Client::new(Some(child), stderr, channel, line))
    }
}

/// How another client proves itself to a provider that knows only the first one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Credentials {
    /// With no certificate.
    None,
    /// With a certificate that the provider was not told of.
    Foreign(ClientKey),
    /// Not at all: it speaks without TLS.
    Plaintext,
}

impl Client {
    fn new(child: Option<Child>, stderr: Output, channel: Channel, line: Line) -> Self {
        let capabilities = tf::ClientCapabilities {
            deferral_allowed: false,
            write_only_attributes_allowed: true,
            store_planned_private: true,
            computed_blocks_allowed: true,
        };
        Self { child, stderr, channel, line, schemas: OnceCell::new(), capabilities }
    }

    /// Connects, without TLS, to a provider that runs with `-debug`, at the address that it printed.
    ///
    /// # Errors
    ///
    /// When nobody listens there.
    pub async fn attach(network: &str, address: &str) -> Result<Self, ClientError> {
        let line = Line { network: network.to_owned(), address: address.to_owned(), certificate: None };
        let channel = line.connect(Security::None).await?;
        Ok(Self::new(None, Output::default(), channel, line))
    }

    /// Connects once more to the same provider, as somebody else. Whether that is refused may show only in the first
    /// call.
    ///
    /// # Errors
    ///
    /// When the provider refuses at once.
    pub async fn connect_as(&self, credentials: Credentials) -> Result<Self, ClientError> {
        let channel = match credentials {
            Credentials::None => self.line.connect(Security::OneSided).await?,
            Credentials::Foreign(key) => self.line.connect(Security::Mutual(&Certificate::of_a_stranger(key)?)).await?,
            Credentials::Plaintext => self.line.connect(Security::None).await?,
        };
        Ok(Self::new(None, Output::default(), channel, self.line.clone()))
    }

    /// Where the provider listens: the network (`unix` or `tcp`) and the address there.
    pub fn endpoint(&self) -> (&str, &str) {
        (&self.line.network, &self.line.address)
    }
}

/// A provider that has made its handshake.
struct Started {
    child: Child,
    stderr: Output,
    line: Line,
}

impl Started {
    async fn new(mut command: Command, certificate: &str) -> Result<Self, ClientError> {
        let mut child = command
            .env(COOKIE_NAME, COOKIE_VALUE)
            .env("PLUGIN_PROTOCOL_VERSIONS", PROTOCOL.to_string())
            .env("PLUGIN_CLIENT_CERT", certificate)
            .env("PLUGIN_MIN_PORT", "10000")
            .env("PLUGIN_MAX_PORT", "25000")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let stderr = Output::default();
        let collecting = child.stderr.take().map(|pipe| stderr.collect(pipe));
        let mut line = String::new();
        if let Some(stdout) = child.stdout.take() {
            let read = timeout(HANDSHAKE_LIMIT, BufReader::new(stdout).read_line(&mut line)).await;
            read.map_err(|_| ClientError::Handshake("it says nothing".into()))??;
        }
        match Line::parse(line.trim_end()) {
            Some(line) => Ok(Self { child, stderr, line }),
            None => {
                // The provider ended or talks nonsense: what it has to say is on stderr.
                child.start_kill()?;
                if let Some(collecting) = collecting {
                    _ = collecting.await;
                }
                let mut said = stderr.text();
                if !said.contains(&line) {
                    said = format!("{line}{said}");
                }
                Err(ClientError::Handshake(said.trim_end().to_owned()))
            }
        }
    }
}

/// What the handshake line says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    network: String,
    address: String,
    certificate: Option<Vec<u8>>,
}

impl Line {
    fn parse(line: &str) -> Option<Self> {
        let [_core, protocol, network, address, "grpc", certificate, ..] = line.split('|').collect::<Vec<_>>()[..]
        else {
            return None;
        };
        let certificate = STANDARD_NO_PAD.decode(certificate).ok()?;
        (protocol == PROTOCOL.to_string()).then(|| Self {
            network: network.to_owned(),
            address: address.to_owned(),
            certificate: (!certificate.is_empty()).then_some(certificate),
        })
    }

    async fn connect(&self, security: Security<'_>) -> Result<Channel, ClientError> {
        match self.network.as_str() {
            #[cfg(unix)]
            "unix" => self.secure(tokio::net::UnixStream::connect(&self.address).await?, security).await,
            _ => {
                let stream = TcpStream::connect(&self.address).await?;
                stream.set_nodelay(true)?;
                self.secure(stream, security).await
            }
        }
    }

    async fn secure<S>(&self, stream: S, security: Security<'_>) -> Result<Channel, ClientError>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let shown = match security {
            Security::Mutual(certificate) => Some(certificate),
            Security::OneSided => None,
            Security::None => return Channel::open(stream).await,
        };
        let Some(certificate) = self.certificate.clone() else {
            return Err(ClientError::Tls("the provider has no certificate".into()));
        };
        let config = Certificate::config(shown, CertificateDer::from(certificate))?;
        let name = ServerName::try_from("localhost").map_err(|error| ClientError::Tls(error.to_string()))?;
        let stream = TlsConnector::from(Arc::new(config)).connect(name, stream).await;
        Channel::open(stream.map_err(|error| ClientError::Tls(error.to_string()))?).await
    }
}

/// Who proves what to whom.
#[derive(Clone, Copy)]
enum Security<'a> {
    Mutual(&'a Certificate),
    OneSided,
    None,
}
