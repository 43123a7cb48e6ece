//! Mutual TLS: each side knows the other's one certificate in advance, and takes no other.

use std::sync::Arc;

use rustls::client::danger::HandshakeSignatureValid;
use rustls::crypto::{CryptoProvider, WebPkiSupportedAlgorithms, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, UnixTime};
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::{CertificateError, DigitallySignedStruct, DistinguishedName, Error, ServerConfig, SignatureScheme};

mod p521;

/// A certificate of our own for this process, and its key.
pub(crate) struct SelfSigned {
    pub certificate: CertificateDer<'static>,
    pub key: PrivateKeyDer<'static>,
}

/// How long a certificate is valid: longer than any Terraform run, since nobody else ever sees it.
const VALIDITY: time::Duration = time::Duration::days(365);

/// Clocks of virtual machines jump: the certificate is valid since a little while ago.
const BACKDATED: time::Duration = time::Duration::hours(1);

impl SelfSigned {
    /// Makes a certificate in the form that go-plugin's client takes: for `localhost`, and its own authority.
    pub(crate) fn generate() -> Result<Self, rcgen::Error> {
        use rcgen::{BasicConstraints, ExtendedKeyUsagePurpose as Extended, IsCa, KeyUsagePurpose as Usage};
        let key = rcgen::KeyPair::generate_for(&rcgen::PKCS_ECDSA_P256_SHA256)?;
        let mut parameters = rcgen::CertificateParams::new(["localhost".to_owned()])?;
        let now = time::OffsetDateTime::now_utc();
        parameters.not_before = now - BACKDATED;
        parameters.not_after = now + VALIDITY;
        parameters.distinguished_name.push(rcgen::DnType::CommonName, "localhost");
        parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        parameters.key_usages = vec![Usage::DigitalSignature, Usage::KeyEncipherment, Usage::KeyCertSign];
        parameters.extended_key_usages = vec![Extended::ServerAuth, Extended::ClientAuth];
        let certificate = parameters.self_signed(&key)?.der().clone();
        Ok(Self { certificate, key: PrivateKeyDer::Pkcs8(key.serialize_der().into()) })
    }
}

/// The cryptography, named: another crate of the program may have made another one the default.
pub(crate) fn provider() -> Arc<CryptoProvider> {
    Arc::new(rustls::crypto::ring::default_provider())
}

/// A server that talks to nobody but the holder of this certificate.
pub(crate) fn server_config(own: SelfSigned, client_certificate: &str) -> Result<ServerConfig, Error> {
    let expected = CertificateDer::from_pem_slice(client_certificate.as_bytes())
        .map_err(|_| Error::InvalidCertificate(CertificateError::BadEncoding))?;
    let mut config = ServerConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()?
        .with_client_cert_verifier(Arc::new(Pinned::new(expected)))
        .with_single_cert(vec![own.certificate], own.key)?;
    config.alpn_protocols = vec![b"h2".to_vec()];
    // There is one connection: no other will resume its session.
    config.send_tls13_tickets = 0;
    Ok(config)
}

/// Takes one certificate, by its bytes, from whoever proves to hold its key.
///
/// The usual verifiers refuse Terraform's certificate, which is an authority's used as a client's.
#[derive(Debug)]
pub(crate) struct Pinned {
    expected: CertificateDer<'static>,
    algorithms: WebPkiSupportedAlgorithms,
}

impl Pinned {
    pub(crate) fn new(expected: CertificateDer<'static>) -> Self {
        Self { expected, algorithms: rustls::crypto::ring::default_provider().signature_verification_algorithms }
    }

    pub(crate) fn check(&self, certificate: &CertificateDer<'_>) -> Result<(), Error> {
        match *certificate == self.expected {
            true => Ok(()),
            false => Err(Error::InvalidCertificate(CertificateError::ApplicationVerificationFailure)),
        }
    }

    fn algorithms(&self, signed: &DigitallySignedStruct) -> &WebPkiSupportedAlgorithms {
        match signed.scheme {
            SignatureScheme::ECDSA_NISTP521_SHA512 => &p521::ALGORITHMS,
            _ => &self.algorithms,
        }
    }

    pub(crate) fn verify_tls12(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signed, self.algorithms(signed))
    }

    pub(crate) fn verify_tls13(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signed, self.algorithms(signed))
    }

    pub(crate) fn schemes(&self) -> Vec<SignatureScheme> {
        let mut schemes = self.algorithms.supported_schemes();
        schemes.push(SignatureScheme::ECDSA_NISTP521_SHA512);
        schemes
    }
}

impl ClientCertVerifier for Pinned {
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        certificate: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _now: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        self.check(certificate).map(|()| ClientCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.verify_tls12(message, certificate, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.verify_tls13(message, certificate, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.schemes()
    }
}
