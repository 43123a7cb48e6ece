//! How a simulator starts.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use crate::snapshot::Snapshot;
use crate::switches::Switches;
use crate::tls::{Certificate, Transport};

/// How a simulator starts.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where it listens: a loopback address, unless `allow_remote` is set; port 0 is any free one.
    pub listen: SocketAddr,
    /// Whether it may listen where other machines reach it. Whoever does can read and change everything.
    pub allow_remote: bool,
    /// How long each request of the API waits before it is carried out.
    pub latency: Duration,
    /// Whether the first sample contract starts with its sample partners, which hold 53 TB.
    pub seed: bool,
    /// What is there in the place of all samples.
    pub load: Option<Snapshot>,
    /// The file that [`crate::Simulator::save`] and the console write.
    pub save: Option<PathBuf>,
    /// The same number gives the same ids and orders of lists; none is random.
    pub random_seed: Option<u64>,
    /// The choices about what nobody documents.
    pub switches: Switches,
    /// Whether it speaks TLS, and which version of HTTP.
    pub transport: Transport,
    /// The form of its certificate, with TLS.
    pub certificate: Certificate,
    /// Names and addresses that its certificate is valid for besides this machine's own.
    pub names: Vec<String>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            allow_remote: false,
            latency: Duration::ZERO,
            seed: true,
            load: None,
            save: None,
            random_seed: None,
            switches: Switches::default(),
            transport: Transport::default(),
            certificate: Certificate::default(),
            names: Vec::new(),
        }
    }
}

impl Options {
    /// Refuses an address that other machines reach, unless that is wanted.
    pub(super) fn check(&self) -> io::Result<()> {
        if self.allow_remote || self.listen.ip().is_loopback() {
            return Ok(());
        }
        let message = format!(
            "{} is no loopback address; the simulator serves this machine only, unless --allow-remote says otherwise",
            self.listen
        );
        Err(io::Error::new(io::ErrorKind::InvalidInput, message))
    }
}
