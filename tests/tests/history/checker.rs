//! The judge: looks for reads that showed less than an acknowledged write had left, and holds each against the guarantee.
//!
//! A read is *stale* when it began after a newer version was acknowledged. Each newer version that it missed is judged by
//! itself, as one of four cases, and the lateness is the time from that acknowledgement to the beginning of the read:
//!
//! 1. Redis acknowledged the invalidation, and another instance answered: never.
//! 2. The instance that acknowledged the write answered: never, whatever Redis did.
//! 3. Redis did not acknowledge the invalidation, which the writer's log says under the write's request id, and another
//!    instance answered: not later than 250 ms.
//! 4. The in-process tier of another instance answered: not later than 1 s.
//!
//! An instance is one life of it: what was killed and started again is another instance, and owes what others owe.
//!
//! A write whose connection was lost, because its instance was killed, was acknowledged to nobody. If an answer shows it
//! all the same, before its writer tries again, it is known to have happened; from then on it counts as one that Redis did
//! not acknowledge (case 3). That is stricter than the guarantee, which speaks of acknowledged writes, and it is what
//! says whether a crash between commit and renewal is made good.
//!
//! The clocks are this process' own. A request is noted as begun before it is sent, and an answer as there after it was
//! read, so a busy machine can make a late read look early, and never an early one late.

use crate::history::{Entity, Notes, Read, Write};
use std::collections::{BTreeMap, HashSet};
use std::fmt;
use std::time::{Duration, Instant};

/// One of the four cases of the guarantee.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Case {
    Acknowledged,
    Answering,
    CutOff,
    Tier,
}

impl Case {
    pub(crate) const ALL: [Self; 4] = [Self::Acknowledged, Self::Answering, Self::CutOff, Self::Tier];

    /// Returns how late a stale read may begin.
    pub(crate) fn bar(self) -> Option<Duration> {
        match self {
            Self::Acknowledged | Self::Answering => None,
            Self::CutOff => Some(Duration::from_millis(250)),
            Self::Tier => Some(Duration::from_secs(1)),
        }
    }

    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Acknowledged => "Redis acknowledged the invalidation",
            Self::Answering => "the answering instance",
            Self::CutOff => "another instance, the writer cut off",
            Self::Tier => "the in-process tier of another one",
        }
    }
}

/// A stale read, whether allowed or not.
pub(crate) struct Stale {
    pub(crate) case: Case,
    pub(crate) lateness: Duration,
    /// When it was asked.
    pub(crate) invoked: Instant,
}

/// What came of a run.
pub(crate) struct Report {
    /// How often each store answered; nothing is one of them, where an answer does not say.
    pub(crate) reads: BTreeMap<String, usize>,
    pub(crate) answers: usize,
    pub(crate) writes: usize,
    pub(crate) unknown: usize,
    pub(crate) unacknowledged: usize,
    pub(crate) wrong: Vec<String>,
    pub(crate) stale: Vec<Stale>,
    pub(crate) violations: Vec<Violation>,
}

/// A read that the guarantee does not allow.
pub(crate) struct Violation {
    pub(crate) case: Case,
    pub(crate) lateness: Duration,
    pub(crate) read: Read,
    pub(crate) missed: Write,
}

/// A write, from the moment at which it must be seen.
struct Settled<'a> {
    write: &'a Write,
    since: Instant,
    /// Redis acknowledged its invalidation.
    renewed: bool,
}

/// Judges what was noted. `unacknowledged` names the writes whose invalidation Redis did not acknowledge.
pub(crate) fn judge(notes: Notes, unacknowledged: &HashSet<String>) -> Report {
    let mut settled: BTreeMap<Entity, Vec<Settled<'_>>> = BTreeMap::new();
    for (at, write) in notes.writes.iter().enumerate() {
        let since = if write.acknowledged {
            Some(write.ended)
        } else {
            let next = notes.writes[at + 1..].iter().find(|next| next.entity == write.entity);
            shown(write, next, &notes.reads)
        };
        if let Some(since) = since {
            let renewed = write.acknowledged && !unacknowledged.contains(&write.request);
            settled.entry(write.entity).or_default().push(Settled { write, since, renewed });
        }
    }
    let (mut stale, mut violations) = (Vec::new(), Vec::new());
    for read in &notes.reads {
        let missed = settled.get(&read.entity).into_iter().flatten();
        let missed = missed.filter(|newer| newer.write.version > read.version && newer.since < read.invoked);
        let mut latest: BTreeMap<Case, (Duration, &Settled<'_>)> = BTreeMap::new();
        for newer in missed {
            let (case, lateness) = (case(read, newer), read.invoked - newer.since);
            if latest.get(&case).is_none_or(|(known, _)| *known < lateness) {
                latest.insert(case, (lateness, newer));
            }
        }
        for (case, (lateness, newer)) in latest {
            stale.push(Stale { case, lateness, invoked: read.invoked });
            if case.bar().is_none_or(|bar| lateness > bar) {
                let (read, missed) = (read.clone(), newer.write.clone());
                violations.push(Violation { case, lateness, read, missed });
            }
        }
    }
    let mut reads = BTreeMap::new();
    for read in &notes.reads {
        *reads.entry(read.source.clone()).or_default() += 1;
    }
    Report {
        reads,
        answers: notes.answers,
        writes: notes.writes.len(),
        unknown: notes.writes.iter().filter(|write| !write.acknowledged).count(),
        unacknowledged: unacknowledged.len(),
        wrong: notes.wrong,
        stale,
        violations,
    }
}

/// Returns when it was clear that a write had happened whose outcome its writer does not know.
fn shown(write: &Write, next: Option<&Write>, reads: &[Read]) -> Option<Instant> {
    let until = next.map(|next| next.invoked);
    let of_it = |read: &&Read| read.entity == write.entity && read.version >= write.version;
    let first = reads.iter().filter(of_it).map(|read| read.answered).min()?;
    until.is_none_or(|until| first < until).then(|| first.max(write.ended))
}

fn case(read: &Read, newer: &Settled<'_>) -> Case {
    if read.by == newer.write.by {
        Case::Answering
    } else if read.source == "memory" {
        Case::Tier
    } else if newer.renewed {
        Case::Acknowledged
    } else {
        Case::CutOff
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { case, lateness, read, missed } = self;
        let (by, writer) = (read.by, missed.by);
        writeln!(
            f,
            "{}, {lateness:?} late: {} of {by} showed {:?} {}",
            case.title(),
            read.path,
            read.entity,
            read.version
        )?;
        writeln!(f, "      from {} after {:?} ({})", read.source, read.answered - read.invoked, read.cache)?;
        write!(
            f,
            "      and missed {} by {writer}, {} after {:?}",
            missed.version,
            missed.request,
            missed.ended - missed.invoked
        )
    }
}
