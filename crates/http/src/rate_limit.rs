//! `RateLimit-Limit`, `RateLimit-Remaining` and `RateLimit-Reset` (draft-ietf-httpapi-ratelimit-headers-06): what a request
//! was counted against, on whatever answer it gets. What is counted, and whom, is not decided here.

use actix_web::http::header::{HeaderMap, HeaderName};
use domain::throttle::Budget;

const LIMIT: HeaderName = HeaderName::from_static("ratelimit-limit");
const REMAINING: HeaderName = HeaderName::from_static("ratelimit-remaining");
const RESET: HeaderName = HeaderName::from_static("ratelimit-reset");

/// Tells the client the budget that it has left.
pub(crate) fn tell(headers: &mut HeaderMap, budget: Budget) {
    let reset = budget.reset.as_secs() + u64::from(budget.reset.subsec_nanos() > 0);
    headers.insert(LIMIT, budget.limit.into());
    headers.insert(REMAINING, budget.remaining.into());
    headers.insert(RESET, reset.into());
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn seconds_are_rounded_up_so_that_nobody_comes_too_early() {
        for (milliseconds, told) in [(0, "0"), (1, "1"), (6_000, "6"), (8_571, "9")] {
            let mut headers = HeaderMap::new();
            tell(&mut headers, Budget { limit: 7, remaining: 3, reset: Duration::from_millis(milliseconds) });
            let told_of = |name| headers.get(name).and_then(|value| value.to_str().ok());
            assert_eq!([LIMIT, REMAINING, RESET].map(told_of), [Some("7"), Some("3"), Some(told)]);
        }
    }
}
