//! Where webhooks may go. A name is looked up once for each connection, and the connection is made to the very addresses
//! that were looked at: what the name says a moment later makes no difference.

use crate::network::is_public;
use async_trait::async_trait;
use domain::Invalid;
use domain::webhook::{TargetPolicy, TargetUrl};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::net::{IpAddr, SocketAddr};
use std::{io, sync::Arc, time::Duration};
use url::Host;

/// How long staff wait for a name to be looked up. Where it takes longer, sending will tell.
const PATIENCE: Duration = Duration::from_secs(2);

/// How far webhooks go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// To public addresses, encrypted.
    Public,
    /// Anywhere: to this machine and its network too, and unencrypted.
    Anywhere,
}

/// Finds the addresses of a name.
#[async_trait]
pub trait Lookup: Send + Sync {
    /// Returns all of them.
    ///
    /// # Errors
    /// There are none, or nobody could be asked.
    async fn addresses(&self, name: &str) -> io::Result<Vec<IpAddr>>;
}

/// Asks as every program of this machine does.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemLookup;

#[async_trait]
impl Lookup for SystemLookup {
    async fn addresses(&self, name: &str) -> io::Result<Vec<IpAddr>> {
        Ok(tokio::net::lookup_host((name, 0)).await?.map(|address| address.ip()).collect())
    }
}

/// Decides where webhooks may go.
#[derive(Clone)]
pub struct Targets {
    reach: Reach,
    lookup: Arc<dyn Lookup>,
}

impl Targets {
    /// Allows targets within reach.
    pub fn new(reach: Reach, lookup: Arc<dyn Lookup>) -> Self {
        Self { reach, lookup }
    }

    /// Looks at what an address says of itself: its scheme, and its host where that is no name.
    pub(crate) fn check_literal(&self, url: &TargetUrl) -> Result<(), Invalid> {
        if self.reach == Reach::Anywhere {
            return Ok(());
        }
        if !url.is_encrypted() {
            return Err(Invalid::new("must begin with https://"));
        }
        match url.host() {
            Host::Ipv4(address) => self.allowed(&[address.into()]).map(drop),
            Host::Ipv6(address) => self.allowed(&[address.into()]).map(drop),
            Host::Domain(_) => Ok(()),
        }
    }

    /// Returns those of a host's addresses that may be connected to.
    fn allowed(&self, addresses: &[IpAddr]) -> Result<Vec<IpAddr>, Invalid> {
        let may = |address: &&IpAddr| self.reach == Reach::Anywhere || is_public(**address);
        let allowed: Vec<IpAddr> = addresses.iter().filter(may).copied().collect();
        if allowed.is_empty() && !addresses.is_empty() {
            return Err(Invalid::new(
                "must not lead into a private or reserved network; name a public host, or have an operator set \
                 webhooks.allow_private_targets",
            ));
        }
        Ok(allowed)
    }
}

#[async_trait]
impl TargetPolicy for Targets {
    /// A name that cannot be looked up at the moment is let pass: it is looked up again whenever something is sent.
    async fn check(&self, url: &TargetUrl) -> Result<(), Invalid> {
        self.check_literal(url)?;
        let (Host::Domain(name), Reach::Public) = (url.host(), self.reach) else { return Ok(()) };
        match tokio::time::timeout(PATIENCE, self.lookup.addresses(name)).await {
            Ok(Ok(addresses)) => self.allowed(&addresses).map(drop),
            Ok(Err(_)) | Err(_) => Ok(()),
        }
    }
}

impl Resolve for Targets {
    fn resolve(&self, name: Name) -> Resolving {
        let targets = self.clone();
        Box::pin(async move {
            let addresses = targets.lookup.addresses(name.as_str()).await?;
            let allowed = targets.allowed(&addresses).map_err(|refusal| format!("its address {refusal}"))?;
            let sockets: Addrs = Box::new(allowed.into_iter().map(|address| SocketAddr::new(address, 0)));
            Ok(sockets)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Knows one name.
    struct Says(&'static [&'static str]);

    #[async_trait]
    impl Lookup for Says {
        async fn addresses(&self, _: &str) -> io::Result<Vec<IpAddr>> {
            if self.0.is_empty() {
                return Err(io::ErrorKind::NotFound.into());
            }
            Ok(self.0.iter().map(|address| address.parse().unwrap()).collect())
        }
    }

    async fn check(reach: Reach, url: &str, addresses: &'static [&'static str]) -> bool {
        let targets = Targets::new(reach, Arc::new(Says(addresses)));
        targets.check(&TargetUrl::parse(url).unwrap()).await.is_ok()
    }

    #[tokio::test]
    async fn only_what_is_public_and_encrypted_is_within_reach() {
        const PUBLIC: &[&str] = &["93.184.216.34"];
        assert!(check(Reach::Public, "https://example.com/hooks", PUBLIC).await);
        assert!(check(Reach::Public, "https://example.com:8443/hooks", PUBLIC).await);
        assert!(check(Reach::Public, "https://93.184.216.34/hooks", PUBLIC).await);
        for refused in [
            "http://example.com/",
            "https://127.0.0.1/",
            "https://127.1:8080/",
            "https://2130706433/",
            "https://0x7f000001/",
            "https://169.254.169.254/latest/meta-data",
            "https://10.0.0.1/",
            "https://[::1]/",
            "https://[::ffff:127.0.0.1]/",
            "https://[fd00::1]/",
            "https://[64:ff9b::7f00:1]/",
        ] {
            assert!(!check(Reach::Public, refused, PUBLIC).await, "{refused}");
            assert!(check(Reach::Anywhere, refused, PUBLIC).await, "{refused}");
        }
    }

    #[tokio::test]
    async fn a_name_is_as_good_as_where_it_leads() {
        let url = "https://internal.example.com/";
        assert!(!check(Reach::Public, url, &["127.0.0.1"]).await);
        assert!(!check(Reach::Public, url, &["10.0.0.1", "::1"]).await);
        assert!(check(Reach::Public, url, &["10.0.0.1", "93.184.216.34"]).await, "the public one is left");
        assert!(check(Reach::Public, url, &[]).await, "sending will tell");
        assert!(check(Reach::Anywhere, url, &["127.0.0.1"]).await);
    }

    #[tokio::test]
    async fn connections_are_made_to_what_was_looked_at() {
        let resolve = async |reach, addresses| {
            let targets = Targets::new(reach, Arc::new(Says(addresses)));
            targets.resolve("example.com".parse().unwrap()).await.map(Iterator::collect::<Vec<_>>)
        };
        let both: &[&str] = &["10.0.0.1", "93.184.216.34"];
        let public: SocketAddr = "93.184.216.34:0".parse().unwrap();
        assert_eq!(resolve(Reach::Public, both).await.unwrap(), [public]);
        assert_eq!(resolve(Reach::Anywhere, both).await.unwrap().len(), 2);
        let refusal = resolve(Reach::Public, &["127.0.0.1"]).await.unwrap_err().to_string();
        assert!(refusal.contains("private") && refusal.contains("allow_private_targets"), "{refusal}");
    }
}
