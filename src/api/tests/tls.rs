//! Whom the client trusts.

use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, date_time_ymd};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use super::super::{CreateError, Error, ErrorKind, Settings};
use super::server::read_request;
use super::{acme, call, client, settings};

/// An authority made for a test.
pub(super) struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pub(super) pem: String,
}

pub(super) fn authority() -> Authority {
    named("authority")
}

fn named(name: &str) -> Authority {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().unwrap();
    let pem = params.self_signed(&key).unwrap().pem();
    Authority { issuer: Issuer::new(params, key), pem }
}

/// What a server shows and speaks.
pub(super) fn acceptor(authority: &Authority, params: CertificateParams, alpn: &[&str]) -> TlsAcceptor {
    let key = KeyPair::generate().unwrap();
    let certificate = params.signed_by(&key, &authority.issuer).unwrap();
    accept(certificate.der().clone(), &key, alpn)
}

fn accept(certificate: CertificateDer<'static>, key: &KeyPair, alpn: &[&str]) -> TlsAcceptor {
    let private = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], private)
        .unwrap();
    config.alpn_protocols = alpn.iter().map(|name| name.as_bytes().to_vec()).collect();
    TlsAcceptor::from(Arc::new(config))
}

pub(super) fn localhost() -> CertificateParams {
    CertificateParams::new(["localhost".to_owned()]).unwrap()
}

/// Settings for a server on this machine that trust an authority.
pub(super) fn trusting(authority: &Authority, port: u16) -> Settings {
    let mut settings = settings(&format!("https://localhost:{port}/v1"));
    settings.ca_certificates = authority.pem.clone().into();
    settings
}

/// Asks a server of that certificate, which speaks HTTP/1, as a client that trusts `trusted`.
async fn ask(trusted: &Authority, authority: &Authority, params: CertificateParams) -> Result<(), Error> {
    ask_at(&trusted.pem, acceptor(authority, params, &["http/1.1"])).await
}

/// Asks such a server as a client that trusts these certificates.
async fn ask_at(trusted: &str, acceptor: TlsAcceptor) -> Result<(), Error> {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let Ok(mut stream) = acceptor.accept(stream).await else { return };
        read_request(&mut stream).await.unwrap();
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n[]").await.unwrap();
        read_request(&mut stream).await;
    });
    let mut settings = settings(&format!("https://localhost:{port}/v1"));
    settings.ca_certificates = trusted.into();
    client(settings).contracts(&call()).await.map(drop)
}

#[tokio::test]
async fn a_named_authority_is_trusted() {
    let authority = authority();
    ask(&authority, &authority, localhost()).await.unwrap();
}

/// A server that shows the certificate that it signed itself, as `openssl req -x509` makes it: that of an authority.
struct SelfSigned {
    pem: String,
    acceptor: TlsAcceptor,
}

fn self_signed(mut params: CertificateParams) -> SelfSigned {
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().unwrap();
    let certificate = params.self_signed(&key).unwrap();
    SelfSigned { pem: certificate.pem(), acceptor: accept(certificate.der().clone(), &key, &["http/1.1"]) }
}

#[tokio::test]
async fn a_named_certificate_is_trusted_for_its_own_host() {
    let own = self_signed(localhost());
    ask_at(&own.pem, own.acceptor.clone()).await.unwrap();
    // Among others, too.
    ask_at(&format!("{}{}", authority().pem, own.pem), own.acceptor).await.unwrap();
}

#[tokio::test]
async fn a_named_certificate_is_trusted_for_nothing_else() {
    let elsewhere = self_signed(CertificateParams::new(["elsewhere.test".to_owned()]).unwrap());
    let mut params = localhost();
    (params.not_before, params.not_after) = (date_time_ymd(2000, 1, 1), date_time_ymd(2001, 1, 1));
    let expired = self_signed(params);
    let other = self_signed(localhost());
    let twin = self_signed(localhost());
    for (pem, acceptor, cause) in [
        (&elsewhere.pem, elsewhere.acceptor.clone(), "its certificate is for another host"),
        (&expired.pem, expired.acceptor.clone(), "its certificate has expired"),
        (&other.pem, twin.acceptor, "its certificate is that of an authority, and not the one in ca_certificate_file"),
    ] {
        let error = ask_at(pem, acceptor).await.unwrap_err();
        let ErrorKind::Tls { cause: is, certificate: true, .. } = error.kind() else { panic!("{error:?}") };
        assert!(is.as_str().starts_with(cause), "{error}");
    }
}

#[tokio::test]
async fn certificates_that_are_not_trusted_say_why() {
    let (trusted, other) = (authority(), named("other"));
    let mut expired = localhost();
    (expired.not_before, expired.not_after) = (date_time_ymd(2000, 1, 1), date_time_ymd(2001, 1, 1));
    let mut future = localhost();
    future.not_before = date_time_ymd(3000, 1, 1);
    let elsewhere = CertificateParams::new(["elsewhere.test".to_owned()]).unwrap();
    for (authority, params, cause) in [
        (&other, localhost(), "its certificate was issued by an authority that this machine does not trust"),
        (&trusted, expired, "its certificate has expired, or this machine's clock is wrong"),
        (&trusted, future, "its certificate is not valid yet, or this machine's clock is wrong"),
        (&trusted, elsewhere, "its certificate is for another host"),
    ] {
        let error = ask(&trusted, authority, params).await.unwrap_err();
        let ErrorKind::Tls { host, cause: is, certificate: true } = error.kind() else { panic!("{error:?}") };
        assert!(host.as_str().starts_with("localhost:") && is.as_str().starts_with(cause), "{error}");
        assert_eq!(error.tries(), 1, "trying again changes no certificate");
        assert!(error.had_no_effect());
    }
}

#[tokio::test]
async fn a_port_that_does_not_speak_tls() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut settings = trusting(&authority(), listener.local_addr().unwrap().port());
    settings.max_retries = 0;
    let (client, call, acme) = (client(settings), call(), acme());
    let (outcome, ()) = tokio::join!(client.create_partner(&call, &acme), async {
        let (mut stream, _) = listener.accept().await.unwrap();
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await.unwrap();
        let mut rest = Vec::new();
        stream.read_to_end(&mut rest).await.unwrap_or_default();
    });
    let Err(CreateError::Refused(error)) = outcome else { panic!("{outcome:?}") };
    let expected = "what answers there does not speak TLS (it may be an http port, or a proxy)";
    let ErrorKind::Tls { cause, certificate: false, .. } = error.kind() else { panic!("{error:?}") };
    assert_eq!(cause.as_str(), expected);
}

/// HTTP/2 is spoken where it is offered, and all requests share a connection.
#[tokio::test]
async fn http2_is_preferred() {
    let authority = authority();
    let acceptor = acceptor(&authority, localhost(), &["h2", "http/1.1"]);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let client = client(trusting(&authority, listener.local_addr().unwrap().port()));
    let server = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let stream = acceptor.accept(stream).await.unwrap();
        let mut connection = h2::server::handshake(stream).await.unwrap();
        let mut bodies = Vec::new();
        while let Some(request) = connection.accept().await {
            let (request, mut respond) = request.unwrap();
            let (head, _) = request.into_parts();
            let answer = if head.method == "POST" { r#"{"id":"p"}"# } else { "[]" };
            let mut stream = respond.send_response(http::Response::new(()), false).unwrap();
            stream.send_data(answer.into(), true).unwrap();
            let length = head.headers.get("content-length").map(|length| length.to_str().unwrap().to_owned());
            bodies.push((head.method.to_string(), length));
        }
        bodies
    });
    client.contracts(&call()).await.unwrap();
    assert_eq!(client.create_partner(&call(), &acme()).await.unwrap().id, "p");
    drop(client);
    let expected = [("GET".to_owned(), None), ("POST".to_owned(), Some("88".to_owned()))];
    assert_eq!(server.await.unwrap(), expected);
}
