//! Whom the client trusts: those whom the system trusts, and those whom the operator named.

use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::verify_server_name;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};
use rustls_platform_verifier::Verifier;

/// Fails when there is no certificate in a text, or one that cannot be used.
pub fn ensure_certificates(pem: &[u8]) -> Result<(), String> {
    match certificates(pem)?.len() {
        0 => Err("it holds no certificate in PEM form".into()),
        _ => Ok(()),
    }
}

/// The certificates in a text, perhaps none.
pub(super) fn certificates(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, String> {
    let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    let certificates = certificates.map_err(|error| format!("its certificates cannot be read: {error}"))?;
    for (index, certificate) in certificates.iter().enumerate() {
        let added = RootCertStore::empty().add(certificate.clone());
        added.map_err(|error| format!("its certificate {} cannot be used: {error}", index + 1))?;
    }
    Ok(certificates)
}

/// Trusts what the system trusts, what the operator's certificates have signed, and those certificates themselves.
#[derive(Debug)]
pub(super) struct Trust {
    system: Verifier,
    named: Vec<CertificateDer<'static>>,
}

impl Trust {
    /// Reads the system's trust store.
    pub(super) fn new(named: &[CertificateDer<'static>], provider: Arc<CryptoProvider>) -> Result<Trust, String> {
        let system = Verifier::new_with_extra_roots(named.iter().cloned(), provider).map_err(|error| {
            format!(
                "no certificate authority is known to this machine, so no server can be trusted ({error}); install the \
                 system's CA certificates (the package is usually called ca-certificates), or set ca_certificate_file"
            )
        })?;
        Ok(Trust { system, named: named.to_vec() })
    }
}

impl ServerCertVerifier for Trust {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        match self.system.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now) {
            // A server that signed its own certificate, as `openssl req -x509` makes it, shows that of an authority.
            // Its dates were found good before that was minded; the name was not looked at yet.
            Err(Error::InvalidCertificate(CertificateError::Other(_)))
                if self.named.iter().any(|one| one == end_entity) =>
            {
                verify_server_name(&ParsedCertificate::try_from(end_entity)?, server_name)?;
                Ok(ServerCertVerified::assertion())
            }
            verified => verified,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.system.verify_tls12_signature(message, certificate, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.system.verify_tls13_signature(message, certificate, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.system.supported_verify_schemes()
    }
}
