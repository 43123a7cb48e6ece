//! The simulator's own certificate, and how it speaks TLS.

use std::io;
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;
use tokio_rustls::TlsAcceptor;

/// How requests come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Transport {
    /// HTTP/1.1 without TLS.
    #[default]
    Plain,
    /// HTTP/1.1 over TLS.
    Tls,
    /// HTTP/2 over TLS, and HTTP/1.1 for a client that does not offer HTTP/2.
    Http2,
}

/// The form of the certificate that the simulator makes for itself at each start. Both are self-signed and valid for
/// `127.0.0.1`, `::1` and `localhost`; who is to trust it needs it as [`crate::Simulator::certificate`] gives it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Certificate {
    /// A server's certificate.
    #[default]
    Server,
    /// One that says of itself that it is an authority's (`CA:TRUE`), as `openssl req -x509` makes it.
    Authority,
}

impl Transport {
    /// The transport of a word on the command line.
    ///
    /// # Errors
    /// A sentence that lists the words.
    pub fn parse(word: &str) -> Result<Self, String> {
        match word {
            "plain" => Ok(Self::Plain),
            "tls" => Ok(Self::Tls),
            "http2" => Ok(Self::Http2),
            _ => Err(format!("{word:?} is not a transport; there are plain, tls and http2")),
        }
    }

    /// The scheme of its addresses.
    pub(crate) fn scheme(self) -> &'static str {
        if self == Self::Plain { "http" } else { "https" }
    }
}

/// A certificate in PEM and what accepts connections with it.
pub(crate) struct Identity {
    pub pem: String,
    pub acceptor: TlsAcceptor,
}

impl Identity {
    /// A new certificate; none without TLS.
    ///
    /// # Errors
    /// When a name is none that a certificate can have, or when the system gives no random bytes for a key.
    pub fn new(transport: Transport, form: Certificate, names: &[String]) -> io::Result<Option<Self>> {
        if transport == Transport::Plain {
            return Ok(None);
        }
        let (pem, certificate, key) = certificate(form, names).map_err(io::Error::other)?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
        let config = config.and_then(|config| config.with_no_client_auth().with_single_cert(vec![certificate], key));
        let mut config = config.map_err(io::Error::other)?;
        let protocols: &[&[u8]] = if transport == Transport::Http2 { &[b"h2", b"http/1.1"] } else { &[b"http/1.1"] };
        config.alpn_protocols = protocols.iter().map(|name| name.to_vec()).collect();
        Ok(Some(Self { pem, acceptor: TlsAcceptor::from(Arc::new(config)) }))
    }
}

type Made = (String, rustls::pki_types::CertificateDer<'static>, PrivateKeyDer<'static>);

fn certificate(form: Certificate, names: &[String]) -> Result<Made, rcgen::Error> {
    let own = ["127.0.0.1", "::1", "localhost"].map(str::to_string).into_iter();
    let mut parameters = CertificateParams::new(own.chain(names.iter().cloned()).collect::<Vec<_>>())?;
    parameters.distinguished_name.push(DnType::CommonName, "Impossible Cloud simulator");
    if form == Certificate::Authority {
        parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    }
    let key = KeyPair::generate()?;
    let certificate = parameters.self_signed(&key)?;
    Ok((certificate.pem(), certificate.der().clone(), PrivateKeyDer::Pkcs8(key.serialize_der().into())))
}
