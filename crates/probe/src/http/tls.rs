//! Whom to trust: the certificate authorities of the system and those of the file.

use std::sync::Arc;

use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use ureq::tls::{Certificate, RootCerts, TlsConfig};

/// The authorities that servers are checked against.
pub struct Trust {
    certificates: Vec<CertificateDer<'static>>,
}

impl Trust {
    /// Reads the system's certificates, and those of a file in PEM form.
    pub fn read(additional: &[u8]) -> Result<Self, String> {
        let own: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(additional).collect();
        let own = own.map_err(|error| format!("the CA certificates cannot be read: {error}"))?;
        if own.is_empty() && !additional.is_empty() {
            return Err("the CA certificates hold no certificate in PEM form".to_string());
        }
        let mut certificates = rustls_native_certs::load_native_certs().certs;
        certificates.extend(own);
        if certificates.is_empty() {
            let message = "no certificate authority is known to this machine, so no server can be trusted; install the \
                system's CA certificates (the package is mostly called ca-certificates), or set \
                IMPOSSIBLECLOUD_CA_CERTIFICATE_FILE";
            return Err(message.to_string());
        }
        Ok(Self { certificates })
    }

    /// For the client.
    pub fn for_client(&self) -> TlsConfig {
        let certificates: Vec<_> = self.certificates.iter().map(|one| Certificate::from_der(one).to_owned()).collect();
        let builder = TlsConfig::builder().root_certs(RootCerts::Specific(Arc::new(certificates)));
        builder.unversioned_rustls_crypto_provider(provider()).build()
    }

    /// For a bare connection that offers these protocols.
    pub fn for_wire(&self, protocols: &[&str]) -> Result<Arc<ClientConfig>, String> {
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(self.certificates.iter().cloned());
        let builder = ClientConfig::builder_with_provider(provider()).with_safe_default_protocol_versions();
        let builder = builder.map_err(|error| format!("TLS cannot be set up: {error}"))?;
        let mut config = builder.with_root_certificates(roots).with_no_client_auth();
        config.alpn_protocols = protocols.iter().map(|name| name.as_bytes().to_vec()).collect();
        Ok(Arc::new(config))
    }
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(ring::default_provider())
}
