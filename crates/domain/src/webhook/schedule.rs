//! When a delivery that failed is tried again: soon at first, then ever more seldom, for about three days.

use chrono::TimeDelta;

/// How often a delivery is tried before it is given up. The delays in between are 71 hours together, give or take.
pub const ATTEMPTS: u32 = 24;

/// What lies between the first attempt and the second; it doubles from then on.
const FIRST: TimeDelta = TimeDelta::seconds(5);
/// The longest time between two attempts.
pub(super) const LONGEST: TimeDelta = TimeDelta::hours(6);

/// Returns how long to wait after so many failed attempts: 5 seconds, doubled with each, at most 6 hours; a fifth more
/// or less by chance, of which 0 is the least and [`u16::MAX`] the most, so that what failed together does not come back
/// together.
pub fn retry_delay(failed: u32, chance: u16) -> TimeDelta {
    let doublings = failed.saturating_sub(1).min(20);
    let delay = (FIRST * (1 << doublings)).min(LONGEST);
    let fifth = delay / 5;
    let above = fifth.num_milliseconds() * 2 * i64::from(chance) / i64::from(u16::MAX);
    delay - fifth + TimeDelta::milliseconds(above)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIDDLE: u16 = u16::MAX / 2 + 1;

    #[test]
    fn delays_double_from_five_seconds_to_six_hours() {
        let seconds = |failed| (retry_delay(failed, MIDDLE).num_milliseconds() + 500) / 1_000;
        assert_eq!([1, 2, 3, 4, 5].map(seconds), [5, 10, 20, 40, 80]);
        assert_eq!(
            [13, 14, 15, 23, 1_000, u32::MAX].map(seconds),
            [20_480, 21_600, 21_600, 21_600, 21_600, 21_600]
        );
    }

    #[test]
    fn chance_moves_them_by_a_fifth_and_no_more() {
        for failed in 1..ATTEMPTS {
            let [least, middle, most] = [0, MIDDLE, u16::MAX].map(|chance| retry_delay(failed, chance));
            assert!(least < middle && middle < most);
            assert_eq!(least * 5, (least + most) / 2 * 4, "after {failed}");
            assert_eq!(most - least, (least + most) / 5);
        }
    }

    #[test]
    fn a_delivery_is_tried_for_about_three_days() {
        let whole =
            |chance| (1..ATTEMPTS).fold(TimeDelta::zero(), |sum, failed| sum + retry_delay(failed, chance));
        assert_eq!(whole(MIDDLE).num_hours(), 71);
        assert_eq!((whole(0).num_hours(), whole(u16::MAX).num_hours()), (57, 85));
    }
}
