//! What a run prints: figures, and for every answer that should not have been what happened around it.

use crate::checker::{Case, Report, Stale};
use crate::nemesis::Inflicted;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// How many of what was wrong are printed.
const SHOWN: usize = 20;
/// How long after its end a fault may still have to do with something.
const AFTERMATH: Duration = Duration::from_millis(500);

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
    println!("  stale reads:");
    for case in Case::ALL {
        let of_it = summary(stale.iter().filter(|stale| stale.case == case));
        let bar = case.bar().map_or("none".to_owned(), |bar| format!("at most {} ms late", bar.as_millis()));
        println!("    {:<38} {of_it}; allowed: {bar}", case.title());
    }
    println!("  during each fault and shortly after it:");
    let mut kinds: BTreeMap<&str, Vec<&Inflicted>> = BTreeMap::new();
    for fault in faults {
        kinds.entry(&fault.kind).or_default().push(fault);
    }
    for (kind, times) in kinds {
        let during = |stale: &&Stale| {
            times.iter().any(|fault| fault.from < stale.invoked && stale.invoked < fault.until + AFTERMATH)
        };
        println!(
            "    {kind:<38} {} times; stale reads: {}",
            times.len(),
            summary(stale.iter().filter(during))
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

/// Says how many, and how late the latest was.
fn summary<'a>(stale: impl Iterator<Item = &'a Stale>) -> String {
    let lateness: Vec<_> = stale.map(|stale| stale.lateness).collect();
    let latest = lateness.iter().max().copied().unwrap_or_default();
    format!("{}, the latest {} ms", lateness.len(), latest.as_millis())
}

/// Returns a moment in milliseconds after another, or before it.
fn since(zero: Instant, moment: Instant) -> i128 {
    let milliseconds = |time: Duration| i128::try_from(time.as_millis()).unwrap_or(i128::MAX);
    moment.checked_duration_since(zero).map_or_else(|| -milliseconds(zero - moment), milliseconds)
}
