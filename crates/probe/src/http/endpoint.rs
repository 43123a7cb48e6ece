//! The base URL of the service.

use std::net::{Ipv4Addr, Ipv6Addr};

use ureq::http::Uri;

/// A base URL that a key may be sent to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// Whether it is reached through TLS.
    pub tls: bool,
    /// Without the brackets of an IPv6 address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// Scheme and authority.
    origin: String,
    /// With a slash in front and none at the end; may be empty.
    pub base: String,
}

impl Endpoint {
    /// Reads a base URL; plain HTTP would send the key in the clear, so it is for loopback hosts alone.
    ///
    /// # Errors
    /// A sentence that says why it cannot be used.
    pub fn parse(text: &str) -> Result<Self, String> {
        let uri: Uri = text.parse().map_err(|_| format!("\"{text}\" is not a URL"))?;
        let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
            return Err(format!("\"{text}\" is not a URL with a scheme and a host"));
        };
        let tls = scheme == "https";
        let host = authority.host().trim_start_matches('[').trim_end_matches(']').to_string();
        if !tls && (scheme != "http" || !is_loopback(&host)) {
            return Err(format!(
                "\"{text}\" is not an https URL; http is accepted for loopback hosts only, since it would send the key \
                 in the clear"
            ));
        }
        if authority.as_str().contains('@') {
            return Err("the URL holds a user name or password; the key is all that is needed".to_string());
        }
        if uri.query().is_some() || text.contains('#') {
            return Err(format!("\"{text}\" has a query or fragment; give the base URL with its version path"));
        }
        let port = authority.port_u16().unwrap_or(if tls { 443 } else { 80 });
        let base = uri.path().trim_end_matches('/').to_string();
        Ok(Self { tls, host, port, origin: format!("{scheme}://{authority}"), base })
    }

    /// The URL of a path below the base.
    pub fn url(&self, path: &str) -> String {
        format!("{}{}{path}", self.origin, self.base)
    }

    /// Whether it is on this machine.
    pub fn is_loopback(&self) -> bool {
        is_loopback(&self.host)
    }

    /// The path below the base that an address leads to, when it stays within this service.
    pub fn within(&self, address: &str) -> Option<String> {
        let path = match address.strip_prefix(&self.origin) {
            Some(path) => path,
            None if address.contains("://") || address.starts_with("//") => return None,
            None => address,
        };
        path.strip_prefix(&self.base).filter(|path| path.starts_with('/')).map(str::to_string)
    }
}

impl std::fmt::Display for Endpoint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.url(""))
    }
}

fn is_loopback(host: &str) -> bool {
    host == "localhost"
        || host.parse::<Ipv4Addr>().is_ok_and(|address| address.is_loopback())
        || host.parse::<Ipv6Addr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_safe_urls_get_the_key() {
        for (text, why) in [
            ("api.example.com", "is not a URL with a scheme"),
            ("http://api.example.com/v1", "is not an https URL"),
            ("ftp://127.0.0.1/v1", "is not an https URL"),
            ("https://user:secret@api.example.com/v1", "holds a user name or password"),
            ("https://api.example.com/v1?x=y", "has a query or fragment"),
            ("https://api.example.com/v1#x", "has a query or fragment"),
        ] {
            let problem = Endpoint::parse(text).unwrap_err();
            assert!(problem.contains(why), "{text}: {problem}");
        }
        let local = Endpoint::parse("http://[::1]:8080/v1/").unwrap();
        assert_eq!((local.host.as_str(), local.port, local.tls), ("::1", 8080, false));
        assert_eq!(local.url("/partner"), "http://[::1]:8080/v1/partner");
        assert_eq!(Endpoint::parse("https://api.example.com").unwrap().url("/x"), "https://api.example.com/x");
    }

    #[test]
    fn links_to_elsewhere_are_seen() {
        let endpoint = Endpoint::parse("https://api.example.com/v1").unwrap();
        let within = |address: &str| endpoint.within(address);
        assert_eq!(within("https://api.example.com/v1/partner?page=2"), Some("/partner?page=2".to_string()));
        assert_eq!(within("/v1/partner?page=2"), Some("/partner?page=2".to_string()));
        for address in ["https://api.example.com.evil.com/v1/partner", "//evil.com/v1/partner", "https://evil.com/v1/x"]
        {
            assert_eq!(within(address), None, "{address}");
        }
    }
}
