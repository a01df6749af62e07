//! How long a session may go unused. A session's use is noted at most every five minutes, so what the notes tell may be that
//! much older than the use; a session is over only when it was unused for that long as well.

use chrono::TimeDelta;
use domain::{Invalid, Timestamp};
use std::time::Duration;

/// How long a session's use goes unnoted after it was noted.
pub(crate) const NOTED_EVERY: Duration = Duration::from_mins(5);

/// How long a session may go unused: 15 minutes to 7 days, which is as long as any lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IdleLimit(TimeDelta);

impl IdleLimit {
    /// Reads a time such as `30m`, `12h` or `3d`.
    ///
    /// # Errors
    /// Anything else, less than 15 minutes, and more than 7 days.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let unit = |unit| Some((text.strip_suffix(unit)?.parse::<u16>().ok()?, unit));
        let limit = match unit('m').or_else(|| unit('h')).or_else(|| unit('d')) {
            Some((number, 'm')) => TimeDelta::minutes(number.into()),
            Some((number, 'h')) => TimeDelta::hours(number.into()),
            Some((number, _)) => TimeDelta::days(number.into()),
            None => TimeDelta::zero(),
        };
        (TimeDelta::minutes(15) <= limit && limit <= TimeDelta::days(7))
            .then_some(Self(limit))
            .ok_or(Invalid::new("must be a time from 15m to 7d, such as 30m, 12h or 3d"))
    }

    /// Returns the moment for which holds: a session whose last noted use is not after it is over.
    pub fn over_since(self, now: Timestamp) -> Timestamp {
        now - self.0 - NOTED_EVERY
    }

    /// Tells whether a session is over whose use was noted last at that moment.
    pub(crate) fn is_over(self, last_seen_at: Timestamp, now: Timestamp) -> bool {
        last_seen_at <= self.over_since(now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_with_their_unit_and_within_bounds() {
        for (text, minutes) in [("15m", 15), ("12h", 720), ("3d", 4_320), ("7d", 10_080), ("10080m", 10_080)]
        {
            assert_eq!(IdleLimit::parse(text), Ok(IdleLimit(TimeDelta::minutes(minutes))), "{text}");
        }
        for text in [
            "",
            "3",
            "d",
            "-3d",
            "3 d",
            "3D",
            "3w",
            "14m",
            "0d",
            "8d",
            "169h",
            "10081m",
            "99999999999d",
            "1.5h",
        ] {
            assert!(IdleLimit::parse(text).is_err(), "{text}");
        }
    }
}
