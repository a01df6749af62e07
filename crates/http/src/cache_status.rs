//! `Cache-Status` (RFC 9211): what each cache did for an answer, the one nearest to the database first.

use domain::{Bypass, CacheOutcome, CacheStatus};

/// Writes the field's value; `None` where no cache was on the way.
pub(crate) fn cache_status(caches: &[CacheStatus]) -> Option<String> {
    (!caches.is_empty()).then(|| caches.iter().map(member).collect::<Vec<_>>().join(", "))
}

fn member(status: &CacheStatus) -> String {
    let outcome = match status.outcome {
        CacheOutcome::Hit { ttl } => format!("hit; ttl={}", ttl.as_secs()),
        CacheOutcome::Miss { stored, collapsed } => {
            let stored = if stored { "; stored" } else { "" };
            format!("fwd=miss{stored}{}", parameter(collapsed))
        }
        CacheOutcome::Bypass { why, collapsed } => {
            let detail = match why {
                Bypass::Uncacheable => "",
                Bypass::InDoubt => "; detail=in-doubt",
                Bypass::Unavailable => "; detail=unavailable",
            };
            format!("fwd=bypass{}{detail}", parameter(collapsed))
        }
    };
    if status.key.is_empty() {
        return format!("{}; {outcome}", status.cache);
    }
    format!("{}; {outcome}; key={}", status.cache, string(&status.key))
}

fn parameter(collapsed: bool) -> &'static str {
    if collapsed { "; collapsed" } else { "" }
}

/// Writes a string (RFC 9651, 3.3.3), which holds printable ASCII alone.
fn string(text: &str) -> String {
    let printable = |c: char| if matches!(c, ' '..='~') { c } else { '?' };
    let escaped = |c: char| matches!(c, '"' | '\\').then_some('\\').into_iter().chain([c]);
    let content: String = text.chars().map(printable).flat_map(escaped).collect();
    format!("\"{content}\"")
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Source;
    use std::time::Duration;

    fn written(cache: Source, key: &str, outcome: CacheOutcome) -> String {
        cache_status(&[CacheStatus { cache, key: key.to_owned(), outcome }]).unwrap()
    }

    #[test]
    fn every_outcome_is_spelled_as_the_rfc_asks() {
        let ttl = Duration::from_millis(1_712_900);
        assert_eq!(
            written(Source::Redis, "cart:2", CacheOutcome::Hit { ttl }),
            r#"redis; hit; ttl=1712; key="cart:2""#
        );
        let miss = |stored, collapsed| CacheOutcome::Miss { stored, collapsed };
        assert_eq!(
            written(Source::Redis, "cart:2", miss(true, false)),
            r#"redis; fwd=miss; stored; key="cart:2""#
        );
        assert_eq!(
            written(Source::Redis, "cart:2", miss(false, true)),
            r#"redis; fwd=miss; collapsed; key="cart:2""#
        );
        let bypass = |why, collapsed| CacheOutcome::Bypass { why, collapsed };
        assert_eq!(written(Source::Redis, "", bypass(Bypass::Uncacheable, false)), "redis; fwd=bypass");
        assert_eq!(
            written(Source::Redis, "cart:2", bypass(Bypass::InDoubt, true)),
            r#"redis; fwd=bypass; collapsed; detail=in-doubt; key="cart:2""#
        );
        assert_eq!(
            written(Source::Memory, "categories", bypass(Bypass::Unavailable, false)),
            r#"memory; fwd=bypass; detail=unavailable; key="categories""#
        );
    }

    #[test]
    fn there_is_one_member_per_cache_and_none_without() {
        let hit = |cache| CacheStatus {
            cache,
            key: "k".to_owned(),
            outcome: CacheOutcome::Hit { ttl: Duration::from_secs(1) },
        };
        assert_eq!(
            cache_status(&[hit(Source::Redis), hit(Source::Memory)]).unwrap(),
            r#"redis; hit; ttl=1; key="k", memory; hit; ttl=1; key="k""#
        );
        assert_eq!(cache_status(&[]), None);
    }

    #[test]
    fn a_key_cannot_break_out_of_its_quotes() {
        let bypass = CacheOutcome::UNCACHEABLE;
        assert_eq!(
            written(Source::Redis, "a\"b\\c\nd\u{e9}", bypass),
            r#"redis; fwd=bypass; key="a\"b\\c?d?""#
        );
    }
}
