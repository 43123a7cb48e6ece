//! What to do about an error, where that is sure.

use super::error::Error;
use super::kind::ErrorKind;

impl Error {
    /// What to do next, in whole sentences; empty when the summary says all there is to say.
    pub fn advice(&self) -> &'static str {
        match self.kind() {
            ErrorKind::Unauthorized { .. } => {
                "The API key was not accepted. Keys have an expiry date and can be deleted: look at \"API Keys\" in the management console, make \
                 a new key if this one has expired, and check that the endpoint is the one that the key was made for."
            }
            ErrorKind::Forbidden { .. } => {
                "The API key is valid but may not do this. A key is either a distributor's (contracts, partners and what belongs to them) or a \
                 channel partner's (its own storage accounts): check which kind this one is."
            }
            ErrorKind::RateLimited { .. } => {
                "The service limits how fast it is asked. Set max_requests_per_second to ask more slowly, or try again later."
            }
            ErrorKind::Refused { .. } => self.advice_on_refusal(),
            ErrorKind::Unavailable { status: 503, .. } => {
                "The service is overloaded or being maintained. Try again later."
            }
            ErrorKind::Unavailable { .. } => {
                "The fault is on the service's side. Try again later; if it stays, tell Impossible Cloud's support."
            }
            ErrorKind::Redirected { .. } => {
                "Set the endpoint to the address of the API itself, with its version path (/v1)."
            }
            ErrorKind::Unreadable { why, .. } if why == "it is a web page" => {
                "A proxy, a gateway or a login page answered instead of the service. Check the endpoint, with its version path (/v1), and \
                 the proxy settings (HTTPS_PROXY, NO_PROXY)."
            }
            ErrorKind::Unreadable { .. } => {
                "The service, or a proxy before it, answered something else than the API promises. Check the endpoint, with its version path \
                 (/v1). If it is right, try again, and report it if it stays."
            }
            ErrorKind::Unreachable { dns: true, .. } => {
                "The host's name cannot be resolved. Check the endpoint and this machine's DNS; behind a proxy, set HTTPS_PROXY."
            }
            ErrorKind::Unreachable { .. } => {
                "Check the endpoint, the network and its firewall. Behind a proxy, set HTTPS_PROXY, with user and password if the proxy asks for them."
            }
            ErrorKind::Tls { certificate: true, .. } => {
                "If a proxy of your own network opens TLS connections, or the endpoint is one of yours, name the certificate of its authority in \
                 ca_certificate_file. Otherwise do not trust what answers there."
            }
            ErrorKind::Tls { .. } => {
                "Check the endpoint's host and port, and the proxy settings (HTTPS_PROXY, NO_PROXY)."
            }
            ErrorKind::Timeout { .. } => "Raise request_timeout if the service is slow, or try again later.",
            ErrorKind::NoTime => "Raise the timeout of this operation.",
            ErrorKind::NotFound { .. }
            | ErrorKind::Cut { .. }
            | ErrorKind::Stopped
            | ErrorKind::TooLarge { .. }
            | ErrorKind::Configuration { .. } => "",
        }
    }

    fn advice_on_refusal(&self) -> &'static str {
        match self.status() {
            Some(400 | 409 | 422) if self.operation() == "delete partner" => {
                "A partner that still has storage accounts cannot be deleted. A deleted storage account stays for 30 days before it is gone."
            }
            _ if self.looks_like_capacity() => {
                "What is asked for must be covered by what is left of the contract's reserved capacity. More is to be had from Impossible \
                 Cloud's sales or support."
            }
            _ => "",
        }
    }
}
