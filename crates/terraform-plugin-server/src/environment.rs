//! What Terraform says to a plugin through the environment, and what a person says through arguments.

use std::env;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use crate::error::ServeError;

/// Tells Terraform's plugins that Terraform started them, and not a person. It is no secret.
pub(crate) const COOKIE_NAME: &str = "TF_PLUGIN_MAGIC_COOKIE";
pub(crate) const COOKIE_VALUE: &str = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2";

/// The plugin protocol's major version that is spoken here.
pub(crate) const PROTOCOL: u32 = 6;

/// The name of the provider, by that of the program: `x` for `terraform-provider-x` and `terraform-provider-x_v1.2.3`.
pub(crate) fn provider_name() -> String {
    let program = env::args_os().next().map(PathBuf::from).unwrap_or_default();
    name_of(&program)
}

fn name_of(program: &Path) -> String {
    let file = program.file_name().unwrap_or_default().to_string_lossy();
    let file = file.strip_suffix(".exe").unwrap_or(&file);
    let name = file.strip_prefix("terraform-provider-").unwrap_or(file);
    name.split("_v").next().unwrap_or(name).to_owned()
}

/// What the process was told when it was started.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Environment {
    /// Serve for a debugger or a test, without being started by Terraform.
    pub debug: bool,
    /// The certificate of the one client that may speak.
    pub client_certificate: Option<String>,
    /// Where sockets go, if not into the folder for temporary files.
    #[cfg_attr(not(unix), allow(dead_code))] // there are none
    pub socket_folder: Option<PathBuf>,
    /// The ports that may be used where there are no Unix sockets.
    pub ports: Option<RangeInclusive<u16>>,
    /// Use TCP even where there are Unix sockets.
    #[cfg_attr(not(unix), allow(dead_code))] // there are none
    pub tcp: bool,
    /// The client asked whether one connection can carry the broker's streams, too.
    pub asks_multiplexing: bool,
}

/// Whether a person asks to serve without being started by Terraform.
pub(crate) fn debug() -> bool {
    env::args_os().skip(1).any(|argument| argument == "-debug" || argument == "--debug")
}

impl Environment {
    pub(crate) fn read(debug: bool) -> Result<Self, ServeError> {
        Self::from_variables(debug, &|name| env::var(name).ok().filter(|value| !value.is_empty()))
    }

    fn from_variables(debug: bool, variable: &dyn Fn(&str) -> Option<String>) -> Result<Self, ServeError> {
        if !debug {
            if variable(COOKIE_NAME).as_deref() != Some(COOKIE_VALUE) {
                return Err(ServeError::StartedByHand);
            }
            let offered = variable("PLUGIN_PROTOCOL_VERSIONS");
            if offered.as_ref().is_some_and(|offered| !speaks(offered)) {
                return Err(ServeError::Protocol { offered: offered.unwrap_or_default() });
            }
        }
        let client_certificate = variable("PLUGIN_CLIENT_CERT");
        if !debug && client_certificate.is_none() {
            return Err(ServeError::NoClientCertificate);
        }
        let port = |name: &str| variable(name).and_then(|text| text.parse::<u16>().ok());
        let ports = match (port("PLUGIN_MIN_PORT"), port("PLUGIN_MAX_PORT")) {
            (Some(first), Some(last)) if first <= last && first > 0 => Some(first..=last),
            _ => None,
        };
        Ok(Self {
            debug,
            // Debuggers and tests find the process by its address alone; nobody could hand them a certificate.
            client_certificate: client_certificate.filter(|_| !debug),
            socket_folder: variable("PLUGIN_UNIX_SOCKET_DIR").map(Into::into),
            ports,
            tcp: variable("PLUGIN_SERVER_NETWORK").as_deref() == Some("tcp"),
            asks_multiplexing: variable("PLUGIN_MULTIPLEX_GRPC").is_some(),
        })
    }
}

/// Whether our version is in a list such as `5,6`.
fn speaks(offered: &str) -> bool {
    offered.split(',').any(|version| version.trim().parse() == Ok(PROTOCOL))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(debug: bool, variables: &[(&str, &str)]) -> Result<Environment, ServeError> {
        let find = |name: &str| variables.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
        Environment::from_variables(debug, &find)
    }

    const COOKIE: (&str, &str) = (COOKIE_NAME, COOKIE_VALUE);
    const CERTIFICATE: (&str, &str) = ("PLUGIN_CLIENT_CERT", "PEM");

    #[test]
    fn wants_terraform_or_a_debugger() {
        assert!(matches!(read(false, &[]), Err(ServeError::StartedByHand)));
        assert!(matches!(read(false, &[(COOKIE_NAME, "x")]), Err(ServeError::StartedByHand)));
        assert!(matches!(read(false, &[COOKIE]), Err(ServeError::NoClientCertificate)));
        assert!(read(false, &[COOKIE, CERTIFICATE]).is_ok());
        let debug = read(true, &[CERTIFICATE]).unwrap();
        assert!(debug.debug && debug.client_certificate.is_none());
    }

    #[test]
    fn wants_a_version_that_it_speaks() {
        let offer = |versions| read(false, &[COOKIE, CERTIFICATE, ("PLUGIN_PROTOCOL_VERSIONS", versions)]);
        assert!(offer("5,6").is_ok());
        assert!(offer("6").is_ok());
        assert!(matches!(offer("4,5"), Err(ServeError::Protocol { offered }) if offered == "4,5"));
        assert!(matches!(offer("16"), Err(ServeError::Protocol { .. })));
    }

    #[test]
    fn the_programs_name_is_the_providers() {
        for (program, name) in [
            ("/usr/bin/terraform-provider-example", "example"),
            ("terraform-provider-example-cloud_v1.2.3", "example-cloud"),
            ("C/terraform-provider-example_v0.1.0_x5.exe", "example"),
            ("other", "other"),
            ("", ""),
        ] {
            assert_eq!(name_of(Path::new(program)), name);
        }
    }

    #[test]
    fn takes_ports_only_as_a_range() {
        let ports = |first, last| read(true, &[("PLUGIN_MIN_PORT", first), ("PLUGIN_MAX_PORT", last)]).unwrap().ports;
        assert_eq!(ports("10000", "25000"), Some(10_000..=25_000));
        assert_eq!(ports("25000", "10000"), None);
        assert_eq!(ports("0", "10"), None);
        assert_eq!(ports("x", "70000"), None);
    }
}
