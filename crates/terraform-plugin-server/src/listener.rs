//! Where the server listens: a socket in a folder that only this user can enter, or TCP on the loopback address.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::ops::RangeInclusive;

use tokio::net::{TcpListener, TcpStream};

use crate::environment::Environment;
use crate::error::{ServeError, io_error};

#[cfg(unix)]
mod folder;

/// A listening socket; dropping it removes its file and folder.
pub(crate) enum Listener {
    #[cfg(unix)]
    Unix {
        listener: tokio::net::UnixListener,
        folder: folder::SocketFolder,
    },
    Tcp(TcpListener),
}

/// A connection on it.
pub(crate) enum Socket {
    #[cfg(unix)]
    Unix(tokio::net::UnixStream),
    Tcp(TcpStream),
}

/// Where clients find it: the network, as go-plugin names it, and the address there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Address {
    pub network: &'static str,
    pub address: String,
}

impl Listener {
    pub(crate) async fn bind(environment: &Environment) -> Result<Self, ServeError> {
        let listening = || io_error("listen for Terraform");
        #[cfg(unix)]
        if !environment.tcp {
            let folder = folder::SocketFolder::create(environment.socket_folder.as_deref())?;
            let listener = tokio::net::UnixListener::bind(folder.socket()).map_err(listening())?;
            return Ok(Self::Unix { listener, folder });
        }
        bind_tcp(environment.ports.clone()).await.map(Self::Tcp).map_err(listening())
    }

    pub(crate) fn address(&self) -> io::Result<Address> {
        Ok(match self {
            #[cfg(unix)]
            Self::Unix { folder, .. } => Address { network: "unix", address: folder.socket().display().to_string() },
            Self::Tcp(listener) => Address { network: "tcp", address: listener.local_addr()?.to_string() },
        })
    }

    pub(crate) async fn accept(&self) -> io::Result<Socket> {
        match self {
            #[cfg(unix)]
            Self::Unix { listener, .. } => Ok(Socket::Unix(listener.accept().await?.0)),
            Self::Tcp(listener) => {
                let (socket, _) = listener.accept().await?;
                // Answers are short and awaited: each must leave at once.
                socket.set_nodelay(true)?;
                Ok(Socket::Tcp(socket))
            }
        }
    }
}

/// Takes the first free port of the range, or any, if there is no range.
async fn bind_tcp(ports: Option<RangeInclusive<u16>>) -> io::Result<TcpListener> {
    let loopback = |port| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let Some(ports) = ports else { return TcpListener::bind(loopback(0)).await };
    let mut last = io::Error::from(io::ErrorKind::AddrInUse);
    for port in ports {
        match TcpListener::bind(loopback(port)).await {
            Ok(listener) => return Ok(listener),
            Err(error) => last = error,
        }
    }
    Err(last)
}
