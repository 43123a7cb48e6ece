use std::net::SocketAddr;
use std::sync::Arc;

use h2::client::SendRequest;
use impossiblecloud_simulator::{
    Certificate, DISTRIBUTOR_KEY, Effect, Fault, FaultKind, GoingAway, Options, Simulator, Transport,
};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use ureq::http::Request;

use crate::client::{TB, partner};

/// Runs a conversation to its end.
fn block_on<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
}

fn simulator(transport: Transport, certificate: Certificate) -> Simulator {
    Simulator::start(Options { seed: false, transport, certificate, ..Options::default() })
}

/// A connection of a client that trusts the simulator's certificate, and it alone.
async fn connect(sim: &Simulator, protocols: &[&[u8]]) -> std::io::Result<TlsStream<TcpStream>> {
    let mut trusted = RootCertStore::empty();
    trusted.add(CertificateDer::from_pem_slice(sim.certificate().unwrap().as_bytes()).unwrap()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let mut config = config.with_root_certificates(trusted).with_no_client_auth();
    config.alpn_protocols = protocols.iter().map(|name| name.to_vec()).collect();
    let address: SocketAddr = sim.url("").trim_start_matches("https://").parse().unwrap();
    let stream = TcpStream::connect(address).await?;
    TlsConnector::from(Arc::new(config)).connect(ServerName::from(address.ip()), stream).await
}

/// An HTTP/2 client on a connection of its own.
async fn http2(sim: &Simulator) -> SendRequest<std::io::Cursor<Vec<u8>>> {
    let stream = connect(sim, &[b"h2"]).await.unwrap();
    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
    let (client, connection) = h2::client::Builder::new().handshake(stream).await.unwrap();
    tokio::spawn(connection);
    client
}

/// Sends a request: its status and body, or how its stream ended.
async fn send(
    client: &mut SendRequest<std::io::Cursor<Vec<u8>>>,
    sim: &Simulator,
    request: (&str, &str, &str),
) -> Result<(u16, String), h2::Error> {
    let (method, path, body) = request;
    let request = Request::builder().method(method).uri(format!("{}{path}", sim.endpoint()));
    let request = request.header("authorization", format!("Bearer {DISTRIBUTOR_KEY}")).body(()).unwrap();
    let mut ready = client.clone().ready().await?;
    let (response, mut stream) = ready.send_request(request, body.is_empty())?;
    if !body.is_empty() {
        stream.send_data(std::io::Cursor::new(body.as_bytes().to_vec()), true)?;
    }
    let response = response.await?;
    let (status, mut body) = (response.status().as_u16(), response.into_body());
    let mut text = Vec::new();
    while let Some(bytes) = body.data().await {
        text.extend_from_slice(&bytes?);
    }
    Ok((status, String::from_utf8(text).unwrap()))
}

const LIST: (&str, &str, &str) = ("GET", "/contract/list", "");

/// Creates a partner over a connection of its own, struck by a fault: how that ended, and what a second request on the
/// same connection gets.
fn struck(sim: &Simulator, kind: FaultKind) -> (h2::Error, Option<u16>) {
    sim.fault(Fault::new("create_partner", kind));
    block_on(async {
        let mut client = http2(sim).await;
        assert_eq!(send(&mut client, sim, LIST).await.map(|(status, _)| status).ok(), Some(200));
        let body = partner("Acme", TB).to_string();
        let ended = send(&mut client, sim, ("POST", "/partner", &body)).await.unwrap_err();
        (ended, send(&mut client, sim, LIST).await.ok().map(|(status, _)| status))
    })
}

#[test]
fn it_speaks_http2_with_a_certificate_of_its_own() {
    let sim = simulator(Transport::Http2, Certificate::Server);
    assert!(sim.endpoint().starts_with("https://127.0.0.1:"));
    block_on(async {
        let mut client = http2(&sim).await;
        let (status, text) = send(&mut client, &sim, LIST).await.unwrap();
        assert_eq!((status, text.contains("Impossible Cloud Test Contract")), (200, true));
        let body = partner("Acme", TB).to_string();
        let created = send(&mut client, &sim, ("POST", "/partner", &body)).await.unwrap();
        assert_eq!((created.0, sim.all_partners().len()), (201, 1));
    });
    let connections: Vec<u64> = sim.requests().iter().map(|request| request.connection).collect();
    assert_eq!(connections, [1, 1]);
}

#[test]
fn it_speaks_http1_over_tls() {
    for transport in [Transport::Tls, Transport::Http2] {
        let sim = simulator(transport, Certificate::Server);
        let offered: &[&[u8]] = if transport == Transport::Tls { &[b"h2", b"http/1.1"] } else { &[b"http/1.1"] };
        let answer = block_on(async {
            let mut stream = connect(&sim, offered).await.unwrap();
            let request = "GET /v1/integration/regions/list HTTP/1.1\r\nHost: simulator\r\nConnection: close\r\n\r\n";
            stream.write_all(request.as_bytes()).await.unwrap();
            let mut answer = String::new();
            stream.read_to_string(&mut answer).await.unwrap();
            answer
        });
        assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    }
    assert_eq!(simulator(Transport::Plain, Certificate::Server).certificate(), None);
}

#[test]
fn a_certificate_may_be_one_of_an_authority() {
    let sim = simulator(Transport::Http2, Certificate::Authority);
    let problem = block_on(connect(&sim, &[b"h2"])).unwrap_err().to_string();
    assert!(problem.contains("CaUsedAsEndEntity"), "{problem}");
}

#[test]
fn a_refused_stream_did_nothing_and_the_connection_lives_on() {
    let sim = simulator(Transport::Http2, Certificate::Server);
    let (ended, next) = struck(&sim, FaultKind::RefusedStream);
    assert!(ended.is_reset() && ended.is_remote(), "{ended:?}");
    assert_eq!(ended.reason(), Some(h2::Reason::REFUSED_STREAM));
    assert_eq!((next, sim.all_partners().len()), (Some(200), 0));
    assert_eq!(sim.requests()[1].fault.as_deref(), Some("refused_stream"));
}

#[test]
fn a_goodbye_below_the_stream_did_nothing() {
    let sim = simulator(Transport::Http2, Certificate::Server);
    let (ended, next) = struck(&sim, FaultKind::GoAway(GoingAway::below().debug(11, "too many: {{key}}")));
    assert!(ended.is_go_away() && ended.is_remote(), "{ended:?}");
    assert_eq!(ended.reason(), Some(h2::Reason::ENHANCE_YOUR_CALM));
    assert!(format!("{ended:?}").contains("too many: simulator-distributor-key"), "{ended:?}");
    assert_eq!((next, sim.all_partners().len()), (None, 0));
}

#[test]
fn a_goodbye_above_the_stream_may_have_done_it() {
    for (effect, partners) in [(Effect::Done, 1), (Effect::None, 0)] {
        let sim = simulator(Transport::Http2, Certificate::Server);
        let (ended, next) = struck(&sim, FaultKind::GoAway(GoingAway { effect, ..GoingAway::above() }));
        assert_ne!(ended.reason(), Some(h2::Reason::REFUSED_STREAM), "{ended:?}");
        assert_eq!((next, sim.all_partners().len()), (None, partners));
    }
}

#[test]
fn connections_are_cut_and_reset_over_http2_too() {
    for (kind, partners) in [(FaultKind::CutBefore, 0), (FaultKind::ResetBefore, 0), (FaultKind::CutAfterCommit, 1)] {
        let sim = simulator(Transport::Http2, Certificate::Server);
        let (ended, next) = struck(&sim, kind.clone());
        assert!(ended.is_io() || ended.is_go_away(), "{kind:?}: {ended:?}");
        assert_eq!((next, sim.all_partners().len()), (None, partners), "{kind:?}");
    }
}

#[test]
fn requests_behind_a_goodbye_are_not_carried_out() {
    let sim = simulator(Transport::Http2, Certificate::Server);
    sim.set_latency(std::time::Duration::from_millis(50));
    sim.fault(Fault::new("creations", FaultKind::GoAway(GoingAway::below())));
    block_on(async {
        let mut client = http2(&sim).await;
        let body = partner("Acme", TB).to_string();
        let requests = (0..5).map(|_| {
            let mut client = client.clone();
            let (sim, body) = (&sim, &body);
            async move { send(&mut client, sim, ("POST", "/partner", body)).await.is_err() }
        });
        assert_eq!(futures_util::future::join_all(requests).await, [true; 5]);
        assert!(send(&mut client, &sim, LIST).await.is_err());
    });
    assert_eq!(sim.all_partners().len(), 0);
}
