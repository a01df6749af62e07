//! Who is counted. What is one subject however it is written is decided here, once, for every place that counts.

use crate::account::EmailAddress;
use std::fmt;
use std::net::{IpAddr, Ipv6Addr};

/// An account, whether or not there is one, or a network address. Its `Debug` shows nothing: it names people.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Subject(String);

impl Subject {
    /// Takes the account of an e-mail address, in whatever case it is written.
    pub fn account(email: &EmailAddress) -> Self {
        Self(format!("account {}", email.key()))
    }

    /// Takes what one subscriber holds: an IPv4 address, or the first 64 bits of an IPv6 address.
    pub fn network(address: IpAddr) -> Self {
        let network = match address.to_canonical() {
            IpAddr::V4(address) => address.into(),
            IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() >> 64 << 64)),
        };
        Self(format!("network {network}"))
    }

    /// Returns the text, for taking a digest of it: it is to be kept nowhere.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Subject(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(text: &str) -> Subject {
        Subject::network(text.parse().unwrap())
    }

    fn account(text: &str) -> Subject {
        Subject::account(&EmailAddress::parse(text).unwrap())
    }

    #[test]
    fn an_ipv6_subscriber_is_one_network() {
        assert_eq!(network("2001:db8:0:1::1"), network("2001:db8:0:1:ffff::2"));
        assert_ne!(network("2001:db8:0:1::1"), network("2001:db8:0:2::1"));
    }

    #[test]
    fn an_ipv4_address_is_one_however_it_is_written() {
        assert_eq!(network("192.0.2.1"), network("::ffff:192.0.2.1"));
        assert_ne!(network("192.0.2.1"), network("192.0.2.2"));
        assert_ne!(network("::ffff:192.0.2.1"), network("::ffff:192.0.2.2"));
    }

    #[test]
    fn an_account_is_one_however_its_address_is_written() {
        assert_eq!(account("Ada@Example.org"), account("ada@example.ORG"));
        assert_ne!(account("ada@example.org"), account("bob@example.org"));
    }

    #[test]
    fn nobody_is_named_when_printed() {
        assert_eq!(
            format!("{:?} {:?}", account("ada@example.org"), network("::1")),
            "Subject(..) Subject(..)"
        );
    }
}
