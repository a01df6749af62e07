//! What a run prints: figures, and for every answer that should not have been what happened around it.

use crate::checker::{Case, Report, Stale};
use crate::nemesis::Inflicted;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// How many of what was wrong are printed.
const SHOWN: usize = 20;
/// How long after its end a fault may still have to do with something.
const AFTERMATH: Duration = Duration::from_secs(1);

pub(crate) fn print(report: &Report, faults: &[Inflicted]) {
    let Report { answers, reads, writes, unknown, unacknowledged, wrong, stale, violations } = report;
    let of = |source| reads.get(source).copied().unwrap_or_default();
    println!("  {answers} answers; wrong ones: {}", wrong.len());
    for text in wrong.iter().take(SHOWN) {
        println!("    ! {text}");
    }
    println!(
        "  values read: {} from postgres, {} from redis, {} from memory",
        of("postgres"),
        of("redis"),
        of("memory")
    );
    println!(
        "  writes: {writes}, {unknown} of unknown outcome, {unacknowledged} with an invalidation that was not acknowledged"
    );
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    for fault in faults {
        *kinds.entry(&fault.kind).or_default() += 1;
    }
    let kinds: Vec<_> = kinds.iter().map(|(kind, times)| format!("{kind} {times}")).collect();
    println!("  faults: {}", kinds.join(", "));
    println!("  stale reads:");
    for case in Case::ALL {
        let Stale { reads, latest } = stale.get(&case).copied().unwrap_or_default();
        let bar = case.bar().map_or("none".to_owned(), |bar| format!("at most {} ms late", bar.as_millis()));
        println!(
            "    {:<38} {reads:>5}, the latest {:>4} ms; allowed: {bar}",
            case.title(),
            latest.as_millis()
        );
    }
    for violation in violations.iter().take(SHOWN) {
        println!("    ! {violation}");
        let (from, until) = (violation.missed.invoked, violation.read.answered);
        println!("      the write began at 0, the read at {}", since(from, violation.read.invoked));
        for fault in faults.iter().filter(|fault| fault.from < until && fault.until + AFTERMATH > from) {
            println!("      {} from {} to {}", fault.kind, since(from, fault.from), since(from, fault.until));
        }
    }
}

/// Returns a moment in milliseconds after another, or before it.
fn since(zero: Instant, moment: Instant) -> i128 {
    let milliseconds = |time: Duration| i128::try_from(time.as_millis()).unwrap_or(i128::MAX);
    moment.checked_duration_since(zero).map_or_else(|| -milliseconds(zero - moment), milliseconds)
}
