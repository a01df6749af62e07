//! Where a Redis is and, when it speaks TLS, who must vouch for it. It may hold a password, so none of it is ever shown.

use redis::{Client, ConnectionAddr, ConnectionInfo, IntoConnectionInfo, TlsCertificates};
use rustls::pki_types::{CertificateDer, pem::PemObject};
use thiserror::Error;

/// An address that can be connected to.
#[derive(Clone)]
pub struct RedisAddress(ConnectionInfo);

/// An address or a certificate cannot be used. The former may hold a password, so it is not repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum OpenError {
    /// The address is none.
    #[error("the cache's address must look like redis[s]://[user:password@]host[:port][/database]")]
    Malformed,
    /// The address asks that whoever answers be believed.
    #[error(
        "the cache's address must not end in #insecure; name the authority of a private certificate instead"
    )]
    Insecure,
    /// There is no certificate in what was given as one.
    #[error("the authority of the cache's certificate must be given as PEM")]
    Authority,
    /// An authority was given, and no certificate will be seen.
    #[error("an authority goes with a cache's address that begins with rediss://")]
    WithoutTls,
}

impl RedisAddress {
    /// Parses `redis[s]://[user:password@]host[:port][/database]`. With `rediss`, the server's certificate must be signed by
    /// one of the public authorities that are part of this program.
    ///
    /// # Errors
    /// A text that is no such address.
    pub fn parse(url: &str) -> Result<Self, OpenError> {
        let info = url.into_connection_info().map_err(|_| OpenError::Malformed)?;
        if matches!(info.addr(), ConnectionAddr::TcpTls { insecure: true, .. }) {
            return Err(OpenError::Insecure);
        }
        Ok(Self(info))
    }

    /// Believes these authorities, given as PEM, and no public one.
    ///
    /// # Errors
    /// An address that begins with `redis://`, or a text without certificates.
    pub fn vouched_for_by(self, authorities: &[u8]) -> Result<Self, OpenError> {
        if !matches!(self.0.addr(), ConnectionAddr::TcpTls { .. }) {
            return Err(OpenError::WithoutTls);
        }
        // Without this check a text without certificates would mean that nobody is believed.
        if CertificateDer::pem_slice_iter(authorities).next().is_none() {
            return Err(OpenError::Authority);
        }
        let certificates = TlsCertificates { client_tls: None, root_cert: Some(authorities.to_vec()) };
        let client = Client::build_with_tls(self.0, certificates).map_err(|_| OpenError::Authority)?;
        Ok(Self(client.get_connection_info().clone()))
    }
}

impl IntoConnectionInfo for &RedisAddress {
    fn into_connection_info(self) -> redis::RedisResult<ConnectionInfo> {
        Ok(self.0.clone())
    }
}
