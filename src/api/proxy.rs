//! Through which proxy the service is reached: as Terraform itself does it, from `HTTPS_PROXY` and `NO_PROXY` (and
//! `ALL_PROXY`, as curl takes it). A variable that is set and cannot be used is an error: going past a company's proxy,
//! with the key, is nobody's wish.

use std::net::IpAddr;

use url::{Host, Url};

use super::endpoint::is_loopback;
use super::outside::Outside;

/// The variables, the first that is set counts.
const VARIABLES: [&str; 4] = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];

/// A proxy, and which variable named it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Proxy {
    pub(super) url: Url,
    pub(super) variable: &'static str,
}

/// The proxy for an endpoint, as this process's environment has it.
pub(super) fn find(endpoint: &Url) -> Result<Option<Proxy>, String> {
    find_in(endpoint, |name| std::env::var_os(name).map(|value| value.to_string_lossy().into_owned()))
}

fn find_in(endpoint: &Url, variable: impl Fn(&str) -> Option<String>) -> Result<Option<Proxy>, String> {
    let set = |name: &str| variable(name).filter(|value| !value.is_empty());
    // What listens on this machine is not reached through a proxy.
    let Some((name, value)) =
        VARIABLES.iter().find_map(|name| Some((*name, set(name)?))).filter(|_| !is_loopback(endpoint))
    else {
        return Ok(None);
    };
    if excluded(endpoint, &set("NO_PROXY").or_else(|| set("no_proxy")).unwrap_or_default()) {
        return Ok(None);
    }
    // Its value is not shown: it may hold a password.
    let url = parse(&value).map_err(|why| {
        format!("the environment variable {name} does not name a proxy that can be used: {why}. Correct or unset it")
    })?;
    Ok(Some(Proxy { url, variable: name }))
}

fn parse(value: &str) -> Result<Url, String> {
    if value.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err("it has a space or a control character in it".into());
    }
    if value.starts_with(['"', '\'']) {
        return Err("it stands in quotation marks".into());
    }
    let whole = if value.contains("://") { value.to_owned() } else { format!("http://{value}") };
    let url = Url::parse(&whole).map_err(|why| format!("it is not a URL ({why})"))?;
    match url.scheme() {
        "http" | "https" if url.host_str().is_some_and(|host| !host.is_empty()) => Ok(url),
        "http" | "https" => Err("it has no host".into()),
        other => Err(format!("its scheme is {}, and only http and https are known", Outside::new(other))),
    }
}

/// Whether `NO_PROXY` names the endpoint's host: `*`, an address, a network (`10.0.0.0/8`), a domain with all below it
/// (`example.com`) or only what is below it (`.example.com`, `*.example.com`), each perhaps with a port.
fn excluded(endpoint: &Url, no_proxy: &str) -> bool {
    let Some(host) = endpoint.host() else { return false };
    let port = endpoint.port_or_known_default().unwrap_or_default();
    no_proxy.split(',').map(|entry| entry.trim().to_ascii_lowercase()).any(|entry| match &*entry {
        "" => false,
        "*" => true,
        network if network.contains('/') => address(&host).is_some_and(|address| is_in(address, network)),
        entry => {
            let (name, at) = with_port(entry);
            at.is_none_or(|at| at == port) && names(name, &host)
        }
    })
}

/// An entry and its port, if it has one.
fn with_port(entry: &str) -> (&str, Option<u16>) {
    if let Some(rest) = entry.strip_prefix('[') {
        let (name, after) = rest.split_once(']').unwrap_or((rest, ""));
        return (name, after.strip_prefix(':').and_then(|port| port.parse().ok()));
    }
    match entry.rsplit_once(':') {
        // More colons than one are an address of IPv6.
        Some((name, port)) if !name.contains(':') => match port.parse() {
            Ok(port) => (name, Some(port)),
            Err(_) => (entry, None),
        },
        _ => (entry, None),
    }
}

fn names(name: &str, host: &Host<&str>) -> bool {
    if let Some(address) = address(host) {
        return name.parse() == Ok(address);
    }
    let Host::Domain(host) = host else { return false };
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    match name.strip_prefix('*').unwrap_or(name) {
        below if below.starts_with('.') => host.ends_with(below),
        domain => host == domain || host.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.')),
    }
}

fn address(host: &Host<&str>) -> Option<IpAddr> {
    match host {
        Host::Domain(_) => None,
        Host::Ipv4(address) => Some((*address).into()),
        Host::Ipv6(address) => Some((*address).into()),
    }
}

fn is_in(address: IpAddr, network: &str) -> bool {
    let Some((base, length)) = network.split_once('/') else { return false };
    let (Ok(base), Ok(length)) = (base.parse::<IpAddr>(), length.parse::<u32>()) else { return false };
    let bits = |address: IpAddr| match address {
        IpAddr::V4(address) => (u128::from(u32::from(address)) << 96, 32),
        IpAddr::V6(address) => (u128::from(address), 128),
    };
    let ((address, width), (base, same)) = (bits(address), bits(base));
    let mask = u128::MAX.checked_shl(128 - length.min(128)).unwrap_or(0);
    width == same && length <= width && address & mask == base & mask
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(endpoint: &str, variables: &[(&str, &str)]) -> Result<Option<String>, String> {
        let variable = |name: &str| variables.iter().find(|(is, _)| *is == name).map(|(_, value)| (*value).to_owned());
        let found = find_in(&endpoint.parse().unwrap(), variable);
        found.map(|proxy| proxy.map(|proxy| format!("{} {}", proxy.variable, proxy.url)))
    }

    const API: &str = "https://api.example.com/v1";

    #[test]
    fn the_first_variable_counts() {
        let proxy = |variables: &[(&str, &str)]| found(API, variables).unwrap();
        assert_eq!(proxy(&[]), None);
        assert_eq!(
            proxy(&[("HTTPS_PROXY", ""), ("https_proxy", "p:3128")]).as_deref(),
            Some("https_proxy http://p:3128/")
        );
        let all = [("all_proxy", "http://a"), ("HTTPS_PROXY", "https://user:pw@p:1")];
        assert_eq!(proxy(&all).as_deref(), Some("HTTPS_PROXY https://user:pw@p:1/"));
        assert_eq!(proxy(&[("HTTP_PROXY", "http://a")]), None, "for plain HTTP alone");
        assert_eq!(found("http://localhost:1/v1", &[("ALL_PROXY", "http://a")]), Ok(None));
    }

    #[test]
    fn what_cannot_be_used_is_named_and_not_shown() {
        for (value, why) in [
            ("\"http://user:hunter2@p\"", "it stands in quotation marks"),
            ("http://user:hunter2@p ", "it has a space or a control character in it"),
            ("htp://user:hunter2@p", "its scheme is htp, and only http and https are known"),
            ("socks5://hunter2@p", "its scheme is socks5, and only http and https are known"),
            ("http://", "it is not a URL (empty host)"),
            ("http://user:hunter2@p:port", "it is not a URL (invalid port number)"),
        ] {
            let error = found(API, &[("https_proxy", value)]).unwrap_err();
            let expected = "the environment variable https_proxy does not name a proxy that can be used: ";
            assert_eq!(error, format!("{expected}{why}. Correct or unset it"));
        }
    }

    #[test]
    fn no_proxy_takes_what_terraform_takes() {
        for (endpoint, no_proxy, direct) in [
            (API, "", false),
            (API, "*", true),
            (API, "example.com", true),
            (API, "EXAMPLE.com", true),
            (API, "other.test, api.example.com ,x", true),
            (API, ".example.com", true),
            (API, "*.example.com", true),
            (API, "ample.com", false),
            (API, ".api.example.com", false),
            (API, "*.api.example.com", false),
            (API, "api.example.com:443", true),
            (API, "example.com:8443", false),
            ("https://api.example.com:8443/v1", "example.com:8443", true),
            ("https://10.1.2.3/v1", "10.0.0.0/8", true),
            ("https://11.1.2.3/v1", "10.0.0.0/8", false),
            ("https://10.1.2.3/v1", "10.1.2.3", true),
            ("https://10.1.2.3/v1", "10.1.2.3:443", true),
            ("https://10.1.2.3/v1", "0.0.0.0/0", true),
            ("https://10.1.2.3/v1", "10.1.2.3/33", false),
            ("https://[2001:db8::1]/v1", "2001:db8::/32", true),
            ("https://[2001:db8::1]/v1", "2001:db8::1", true),
            ("https://[2001:db8::1]/v1", "[2001:db8::1]:443", true),
            ("https://[2001:db8::1]/v1", "10.0.0.0/8", false),
            ("https://10.1.2.3/v1", "3", false),
        ] {
            let proxy = found(endpoint, &[("HTTPS_PROXY", "p"), ("NO_PROXY", no_proxy)]).unwrap();
            assert_eq!(proxy.is_none(), direct, "{endpoint} {no_proxy:?}");
        }
        let unusable = [("HTTPS_PROXY", "htp://p"), ("no_proxy", "example.com")];
        assert_eq!(found(API, &unusable), Ok(None), "what is not needed need not work");
    }
}
