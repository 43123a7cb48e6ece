//! What the base URL may be, and how addresses are shown: the one home of both.

use std::net::IpAddr;

use url::{Host, Url};

use super::outside::Outside;

/// Reads a base URL. It is shown without user and query wherever it is refused: people put keys there.
pub fn parse(text: &str) -> Result<Url, String> {
    let mut url = Url::parse(text).map_err(|why| format!("it is not a URL ({why})"))?;
    check(&url)?;
    let path = url.path().trim_end_matches('/').to_owned();
    url.set_path(&path);
    Ok(url)
}

/// Refuses what no request may be sent to. Plain HTTP would send the key in the clear, so it is for this machine alone.
pub(super) fn check(url: &Url) -> Result<(), String> {
    let safe = url.scheme() == "https" || (url.scheme() == "http" && is_loopback(url));
    if !safe || url.host().is_none() {
        return Err(format!(
            "\"{}\" is not an https URL; http is accepted for loopback hosts only, since it would send the key in the \
             clear",
            shown(url)
        ));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("the URL holds a user name or password; the key is all that is needed".into());
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(format!("\"{}\" has a query or fragment; give the base URL with its version path", shown(url)));
    }
    Ok(())
}

/// A URL without user, password, query and fragment.
pub(super) fn shown(url: &Url) -> Outside {
    let Some(host) = url.host_str() else { return Outside::new(format!("{}:", url.scheme())) };
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    Outside::new(format!("{}://{host}{port}{}", url.scheme(), url.path()))
}

/// The host of a URL, with its port.
pub(super) fn host(url: &Url) -> Outside {
    let host = url.host_str().unwrap_or_default();
    Outside::new(format!("{host}:{}", url.port_or_known_default().unwrap_or_default()))
}

/// Whether a URL is of this machine.
pub(super) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => IpAddr::from(address).is_loopback(),
        Some(Host::Ipv6(address)) => IpAddr::from(address).is_loopback(),
        None => false,
    }
}
