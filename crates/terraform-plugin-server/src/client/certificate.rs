//! The client's certificate: with a P-521 key, as Terraform makes it, or with the common P-256.

use std::sync::Arc;

use p521::ecdsa::signature::Signer as _;
use p521::ecdsa::{DerSignature, SigningKey as P521Key};
use rustls::client::ResolvesClientCert;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::sign::{CertifiedKey, Signer, SigningKey};
use rustls::{ClientConfig, DigitallySignedStruct, Error, SignatureAlgorithm, SignatureScheme};

use super::ClientError;
use crate::tls::{self, Identity, Pinned};

mod der;

/// The kind of key that the client proves itself with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ClientKey {
    /// As Terraform has it.
    #[default]
    P521,
    /// As most others have it.
    P256,
}

/// A client certificate and its key, made for one connection.
#[derive(Clone, Debug)]
pub(super) struct Certificate(Arc<CertifiedKey>);

fn tls_error(error: impl std::fmt::Display) -> ClientError {
    ClientError::Tls(error.to_string())
}

impl Certificate {
    pub(super) fn generate(kind: ClientKey) -> Result<Self, ClientError> {
        let certified = match kind {
            ClientKey::P521 => {
                let key = Arc::new(generate_p521()?);
                let certificate = der::certificate(&key);
                CertifiedKey::new(vec![certificate.into()], Arc::new(P521(key)))
            }
            ClientKey::P256 => {
                let identity = Identity::generate().map_err(tls_error)?;
                let key = rustls::crypto::ring::sign::any_supported_type(&identity.key).map_err(tls_error)?;
                CertifiedKey::new(vec![identity.certificate], key)
            }
        };
        Ok(Self(Arc::new(certified)))
    }

    /// The certificate for `PLUGIN_CLIENT_CERT`.
    pub(super) fn pem(&self) -> String {
        use base64::Engine;
        let text = base64::engine::general_purpose::STANDARD.encode(&self.0.cert[0]);
        let lines: Vec<&str> = text.as_bytes().chunks(64).filter_map(|line| std::str::from_utf8(line).ok()).collect();
        format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", lines.join("\n"))
    }

    /// A client that shows this certificate, or none, to nobody but the holder of the server's.
    pub(super) fn config(shown: Option<&Self>, server: CertificateDer<'static>) -> Result<ClientConfig, ClientError> {
        let builder = ClientConfig::builder_with_provider(tls::provider())
            .with_safe_default_protocol_versions()
            .map_err(tls_error)?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(Pinned::new(server)));
        let mut config = match shown {
            Some(certificate) => builder.with_client_cert_resolver(Arc::new(certificate.clone())),
            None => builder.with_no_client_auth(),
        };
        config.alpn_protocols = vec![b"h2".to_vec()];
        Ok(config)
    }
}

impl ResolvesClientCert for Certificate {
    fn resolve(&self, _hints: &[&[u8]], _schemes: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        Some(self.0.clone())
    }

    fn has_certs(&self) -> bool {
        true
    }
}

fn generate_p521() -> Result<P521Key, ClientError> {
    let random = tls::provider().secure_random;
    let mut bytes = [0; 66];
    loop {
        random.fill(&mut bytes).map_err(|_| tls_error("no random numbers"))?;
        // The order of the curve has 521 bits.
        bytes[0] &= 1;
        if let Ok(key) = P521Key::from_slice(&bytes) {
            return Ok(key);
        }
    }
}

#[derive(Debug)]
struct P521(Arc<P521Key>);

impl SigningKey for P521 {
    fn choose_scheme(&self, offered: &[SignatureScheme]) -> Option<Box<dyn Signer>> {
        let offered = offered.contains(&SignatureScheme::ECDSA_NISTP521_SHA512);
        offered.then(|| Box::new(P521(self.0.clone())) as Box<dyn Signer>)
    }

    fn algorithm(&self) -> SignatureAlgorithm {
        SignatureAlgorithm::ECDSA
    }
}

impl Signer for P521 {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Error> {
        let signature: DerSignature = self.0.sign(message);
        Ok(signature.as_bytes().to_vec())
    }

    fn scheme(&self) -> SignatureScheme {
        SignatureScheme::ECDSA_NISTP521_SHA512
    }
}

impl ServerCertVerifier for Pinned {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _name: &ServerName<'_>,
        _ocsp: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        self.check(certificate).map(|()| ServerCertVerified::assertion())
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
