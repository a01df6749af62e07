//! When which key does what. A new one verifies at once and signs when every instance has had time to learn of it; an older
//! one verifies for as long as a token of it can live. No instance tells another: each has the keys and a clock.

use super::{Key, KeyRing};
use crate::AuthSecret;
use crate::token::LIFETIME_SECONDS;
use chrono::TimeDelta;
use domain::{Entropy, Timestamp};
use thiserror::Error;

/// How long a new key only verifies.
const LEARNING: TimeDelta = TimeDelta::minutes(1);
/// How long an older key verifies, counted from when its successor was made: as long as its last token lives, and a day more
/// for an instance that learns late or whose clock is wrong.
const LEAVING: TimeDelta = TimeDelta::seconds(LIFETIME_SECONDS + 24 * 60 * 60);

/// What can be told of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyFacts {
    /// What tokens of it name it by.
    pub id: String,
    /// When it was made, where that is known.
    pub made_at: Option<Timestamp>,
    /// Whether new tokens are signed with it.
    pub signs: bool,
    /// When its tokens are accepted no more; `None` for the newest.
    pub until: Option<Timestamp>,
}

/// The newest key does not sign yet: one more would be a key for nothing.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("the newest key signs from {signs_from} on; another can be made after that")]
pub struct TooSoon {
    /// When it does.
    pub signs_from: Timestamp,
}

impl KeyRing {
    /// Adds a key that is made now, and drops those whose time is over.
    ///
    /// # Errors
    /// The newest key does not sign yet.
    pub fn rotate(self, entropy: &dyn Entropy, now: Timestamp) -> Result<Self, TooSoon> {
        if let Some(signs_from) = self.keys[0].signs_from().filter(|signs_from| now < *signs_from) {
            return Err(TooSoon { signs_from });
        }
        let lasting = (0..self.keys.len()).take_while(|at| self.verifies(*at, now)).count();
        let new = Key::new(AuthSecret::generate(entropy), Some(now));
        Ok(Self::from_keys(std::iter::once(new).chain(self.keys.into_iter().take(lasting)).collect()))
    }

    /// Tells what each key does, the newest first.
    pub fn facts(&self, now: Timestamp) -> Vec<KeyFacts> {
        let signing = self.signing(now).id();
        let fact = |(at, key): (usize, &Key)| KeyFacts {
            id: key.id().to_owned(),
            made_at: key.made_at,
            signs: key.id() == signing,
            until: self.until(at),
        };
        self.keys.iter().enumerate().map(fact).collect()
    }

    /// Returns the newest key that everybody knows.
    pub(super) fn signing(&self, now: Timestamp) -> &Key {
        let known = |key: &&Key| key.signs_from().is_none_or(|signs_from| signs_from <= now);
        self.keys.iter().find(known).unwrap_or(&self.keys[self.keys.len() - 1])
    }

    /// Tells whether tokens of a key are accepted.
    pub(super) fn verifies(&self, at: usize, now: Timestamp) -> bool {
        self.until(at).is_none_or(|until| now < until)
    }

    fn until(&self, at: usize) -> Option<Timestamp> {
        Some(self.keys[at.checked_sub(1)?].made_at? + LEAVING)
    }
}

impl Key {
    fn signs_from(&self) -> Option<Timestamp> {
        Some(self.made_at? + LEARNING)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::OsEntropy;

    fn start() -> Timestamp {
        Timestamp::from_timestamp(1_800_000_000, 0).unwrap()
    }

    fn ring() -> KeyRing {
        KeyRing::of(AuthSecret::parse("a secret that only these tests know".into()).unwrap())
    }

    fn rotate(ring: KeyRing, now: Timestamp) -> KeyRing {
        ring.rotate(&OsEntropy, now).unwrap_or_else(|refusal| panic!("{refusal}"))
    }

    /// Returns which key signs, the newest being 0.
    fn signing(ring: &KeyRing, now: Timestamp) -> Vec<usize> {
        let facts = ring.facts(now);
        (0..facts.len()).filter(|at| facts[*at].signs).collect()
    }

    #[test]
    fn a_new_key_signs_after_a_minute() {
        let ring = rotate(ring(), start());
        assert_eq!(signing(&ring, start()), [1]);
        assert_eq!(signing(&ring, start() + TimeDelta::microseconds(59_999_999)), [1]);
        assert_eq!(signing(&ring, start() + TimeDelta::seconds(60)), [0]);
        assert_eq!(signing(&ring, start() + TimeDelta::days(1_000)), [0]);
    }

    #[test]
    fn a_key_is_kept_for_as_long_as_its_tokens_live_and_a_day() {
        let ring = rotate(ring(), start());
        let until = start() + TimeDelta::days(8);
        assert_eq!(ring.facts(start()).iter().map(|key| key.until).collect::<Vec<_>>(), [None, Some(until)]);
        let second = TimeDelta::seconds(1);
        let ids = |ring: &KeyRing| ring.facts(start()).into_iter().map(|key| key.id).collect::<Vec<_>>();
        let (newest, oldest) = (ids(&ring)[0].clone(), ids(&ring)[1].clone());
        let ring = rotate(ring, until - second);
        assert_eq!((ids(&ring).len(), &ids(&ring)[1..]), (3, &[newest.clone(), oldest][..]));
        let ring = rotate(ring, until + TimeDelta::minutes(1));
        assert_eq!((ids(&ring).len(), &ids(&ring)[2]), (3, &newest), "the oldest is gone");
    }

    #[test]
    fn a_ring_that_is_rotated_every_week_stays_short() {
        let mut ring = ring();
        for week in 0..60 {
            ring = rotate(ring, start() + TimeDelta::weeks(week));
            assert!(ring.facts(start()).len() <= 3, "week {week}: {}", ring.facts(start()).len());
        }
    }

    #[test]
    fn one_key_at_a_time() {
        let ring = rotate(ring(), start());
        let refusal = ring.rotate(&OsEntropy, start() + TimeDelta::seconds(59)).err().unwrap();
        assert_eq!(refusal.signs_from, start() + TimeDelta::minutes(1));
    }
}
