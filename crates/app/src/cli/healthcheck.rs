//! `app healthcheck`: asks the server that these settings describe whether it is ready, for container platforms that have
//! no HTTP client at hand. It opens no backend.

use crate::settings::Settings;
use anyhow::{Context, bail};
use std::io::{Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream};
use std::time::Duration;

/// How long connecting, and each read or write, may take.
const PATIENCE: Duration = Duration::from_secs(2);

pub(super) fn run(settings: &Settings) -> anyhow::Result<()> {
    let address = reachable(settings.server.address);
    if address.port() == 0 {
        bail!(
            "server.port is 0, so nobody knows where the server answers; set APP__SERVER__PORT to its port"
        );
    }
    let status = ask(address).with_context(|| format!("no server answers at {address}"))?;
    if status != "200" {
        bail!("the server at {address} is not ready: it answers {status}");
    }
    super::print("ready\n")
}

/// Returns the status of `/health/ready`.
fn ask(address: SocketAddr) -> anyhow::Result<String> {
    let mut server = TcpStream::connect_timeout(&address, PATIENCE)?;
    server.set_read_timeout(Some(PATIENCE))?;
    server.set_write_timeout(Some(PATIENCE))?;
    write!(server, "GET /health/ready HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n")?;
    let mut head = [0; 12];
    server.read_exact(&mut head)?;
    let head = String::from_utf8_lossy(&head);
    let status = head.strip_prefix("HTTP/1.1 ").context("what answers does not speak HTTP")?;
    Ok(status.to_owned())
}

/// Returns the address as this machine reaches it, where the server listens on every one.
fn reachable(address: SocketAddr) -> SocketAddr {
    let host = match address.ip() {
        IpAddr::V4(host) if host.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(host) if host.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        host => host,
    };
    SocketAddr::new(host, address.port())
}
