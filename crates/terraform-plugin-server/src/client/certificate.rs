//! The client's certificate: with a P-521 key, as Terraform makes it, or with the common P-256.

use std::sync::Arc;

use p521::ecdsa::signature::Signer as _;
use p521::ecdsa::{DerSignature, SigningKey as P521Key};
use rustls::client::ResolvesClientCert;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::sign::{CertifiedKey, Signer, SigningKey};
use rustls::{ClientConfig, DigitallySignedStruct, Error, SignatureAlgorithm, SignatureScheme};

use super::ClientError;
use crate::tls::{self, Pinned, SelfSigned};

/// The kind of key that the client proves itself with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ClientKey {
    /// As Terraform has it: one that everybody knows, for tests.
    #[default]
    P521,
    /// As most others have it.
    P256,
}

/// A client certificate and its key.
#[derive(Clone, Debug)]
pub(super) struct Certificate(Arc<CertifiedKey>);

fn tls_error(error: impl std::fmt::Display) -> ClientError {
    ClientError::Tls(error.to_string())
}

/// A P-521 key and a certificate for it, as Terraform makes them for each process. Making them takes cryptography that
/// is needed nowhere else, so these are fixed, and known to everybody: good for tests, and for nothing that has to be
/// kept from others.
struct Fixed {
    certificate: &'static str,
    /// The key, as hexadecimal digits.
    key: &'static str,
}

const OWN: Fixed = Fixed { certificate: include_str!("certificate/own.pem"), key: include_str!("certificate/own.key") };

const STRANGERS: Fixed =
    Fixed { certificate: include_str!("certificate/stranger.pem"), key: include_str!("certificate/stranger.key") };

impl Fixed {
    fn certified(&self) -> Result<CertifiedKey, ClientError> {
        let certificate = CertificateDer::from_pem_slice(self.certificate.as_bytes()).map_err(tls_error)?;
        let digits = self.key.trim_end().as_bytes().chunks(2);
        let bytes: Option<Vec<u8>> =
            digits.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect();
        let key = P521Key::from_slice(&bytes.unwrap_or_default()).map_err(tls_error)?;
        Ok(CertifiedKey::new(vec![certificate], Arc::new(P521Signer(Arc::new(key)))))
    }
}

impl Certificate {
    /// The certificate that the provider is told of.
    pub(super) fn own(kind: ClientKey) -> Result<Self, ClientError> {
        Self::of(kind, &OWN)
    }

    /// Another one.
    pub(super) fn of_a_stranger(kind: ClientKey) -> Result<Self, ClientError> {
        Self::of(kind, &STRANGERS)
    }

    fn of(kind: ClientKey, fixed: &Fixed) -> Result<Self, ClientError> {
        let certified = match kind {
            ClientKey::P521 => fixed.certified()?,
            ClientKey::P256 => {
                let made = SelfSigned::generate().map_err(tls_error)?;
                let key = rustls::crypto::ring::sign::any_supported_type(&made.key).map_err(tls_error)?;
                CertifiedKey::new(vec![made.certificate], key)
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

#[derive(Debug)]
struct P521Signer(Arc<P521Key>);

impl SigningKey for P521Signer {
    fn choose_scheme(&self, offered: &[SignatureScheme]) -> Option<Box<dyn Signer>> {
        let offered = offered.contains(&SignatureScheme::ECDSA_NISTP521_SHA512);
        offered.then(|| Box::new(P521Signer(self.0.clone())) as Box<dyn Signer>)
    }

    fn algorithm(&self) -> SignatureAlgorithm {
        SignatureAlgorithm::ECDSA
    }
}

impl Signer for P521Signer {
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
