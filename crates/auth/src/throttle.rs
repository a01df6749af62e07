//! Slows down whoever guesses passwords or makes accounts by the thousand. In process: several instances each allow as
//! much, until the limits are shared.

use crate::limiter::Limiter;
use domain::Clock;
use domain::account::EmailAddress;
use governor::Quota;
use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::{sync::Arc, time::Duration};

/// How often something may be tried within a minute; 0 means without limit.
#[derive(Clone, Copy, Debug)]
pub struct ThrottleLimits {
    /// Passwords per account, right or wrong, at sign-in and where a password is changed.
    pub sign_in_per_account: u32,
    /// Sign-ins per address.
    pub sign_in_per_address: u32,
    /// Sign-ups per address.
    pub sign_up_per_address: u32,
}

/// The limiters in force. Every method counts one more try and fails with how long to wait.
pub(crate) struct Throttles {
    passwords_per_account: Option<Limiter<String>>,
    sign_in_per_address: Option<Limiter<IpAddr>>,
    sign_up_per_address: Option<Limiter<IpAddr>>,
}

impl Throttles {
    pub(crate) fn new(limits: ThrottleLimits, clock: &Arc<dyn Clock>) -> Self {
        Self {
            passwords_per_account: limiter(limits.sign_in_per_account, clock),
            sign_in_per_address: limiter(limits.sign_in_per_address, clock),
            sign_up_per_address: limiter(limits.sign_up_per_address, clock),
        }
    }

    /// Counts a sign-in from this address; asked first, so that one address alone cannot use up an account's tries.
    pub(crate) fn sign_in_from(&self, address: IpAddr) -> Result<(), Duration> {
        check(self.sign_in_per_address.as_ref(), &network(address))
    }

    /// Counts a password tried at this account, whether or not there is such an account.
    pub(crate) fn password_of(&self, account: &EmailAddress) -> Result<(), Duration> {
        check(self.passwords_per_account.as_ref(), &account.key())
    }

    /// Counts a sign-up from this address.
    pub(crate) fn sign_up_from(&self, address: IpAddr) -> Result<(), Duration> {
        check(self.sign_up_per_address.as_ref(), &network(address))
    }
}

fn limiter<K: Hash + Eq + Clone>(per_minute: u32, clock: &Arc<dyn Clock>) -> Option<Limiter<K>> {
    let limit = NonZeroU32::new(per_minute)?;
    Some(Limiter::new(Quota::per_minute(limit), Arc::clone(clock)))
}

fn check<K: Hash + Eq + Clone>(limiter: Option<&Limiter<K>>, key: &K) -> Result<(), Duration> {
    limiter.map_or(Ok(()), |limiter| limiter.check(key))
}

/// Returns what one subscriber holds: an IPv4 address, or the first 64 bits of an IPv6 address.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => address.into(),
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::testing::FixedClock;

    fn throttles(each: u32) -> Throttles {
        let clock: Arc<dyn Clock> = Arc::new(FixedClock::default());
        let limits = ThrottleLimits {
            sign_in_per_account: each,
            sign_in_per_address: each,
            sign_up_per_address: each,
        };
        Throttles::new(limits, &clock)
    }

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn an_ipv6_subscriber_is_one_address() {
        let throttles = throttles(1);
        assert!(throttles.sign_in_from(address("2001:db8:0:1::1")).is_ok());
        assert!(throttles.sign_in_from(address("2001:db8:0:1:ffff::2")).is_err());
        assert!(throttles.sign_in_from(address("2001:db8:0:2::1")).is_ok());
    }

    #[test]
    fn an_ipv4_address_is_one_however_it_is_written() {
        let throttles = throttles(1);
        assert!(throttles.sign_up_from(address("192.0.2.1")).is_ok());
        assert!(throttles.sign_up_from(address("::ffff:192.0.2.1")).is_err());
        assert!(throttles.sign_up_from(address("::ffff:192.0.2.2")).is_ok());
    }

    #[test]
    fn an_account_is_one_however_its_address_is_written() {
        let throttles = throttles(1);
        assert!(throttles.password_of(&EmailAddress::parse("Ada@Example.org").unwrap()).is_ok());
        assert!(throttles.password_of(&EmailAddress::parse("ada@example.ORG").unwrap()).is_err());
    }

    #[test]
    fn zero_is_no_limit() {
        let throttles = throttles(0);
        for _ in 0..1_000 {
            assert!(throttles.sign_in_from(address("192.0.2.1")).is_ok());
            assert!(throttles.sign_up_from(address("192.0.2.1")).is_ok());
        }
    }
}
