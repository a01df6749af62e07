//! What the protocol promises, and how a state of the model breaks it.

use crate::protocol::Protocol;
use crate::readers::Reader;
use crate::state::{Id, State, Version};
use crate::writers::Stage;
use stateright::Property;

/// A write that was acknowledged to its client after Redis had acknowledged its renewal is seen by everybody.
pub(crate) const RENEWED: &str = "what Redis acknowledged is seen by all";
/// A write that was acknowledged to its client is seen by whoever asks the instance that did so, whatever Redis said and
/// even after a restart.
pub(crate) const ANSWERED: &str = "the answering instance never answers with less";
/// A write that was acknowledged to its client is seen by whoever asks an instance whose relay has completed a pass since.
pub(crate) const PASSED: &str = "a relay's pass ends what is older";
/// Once everybody has finished, no cell that would be served is older than the database.
pub(crate) const CURRENT: &str = "nothing stays stale";
/// Not a promise of the protocol but of the model: it does get to serve cells of the last write.
pub(crate) const SERVED: &str = "the last write is served from a cell";

/// The oldest versions that an instance may answer with. Each promise contains the one before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Promised {
    /// The last write whose renewal Redis acknowledged before its client was told.
    renewed: Version,
    /// Or the last one whose client was told here.
    answered: Version,
    /// Or the last one whose client was told anywhere when this instance's last complete pass began.
    passed: Version,
}

impl Promised {
    pub(crate) fn renew(&mut self, version: Version) {
        self.renewed = self.renewed.max(version);
        self.answer(version);
    }

    pub(crate) fn answer(&mut self, version: Version) {
        self.answered = self.answered.max(version);
        self.pass(version);
    }

    pub(crate) fn pass(&mut self, version: Version) {
        self.passed = self.passed.max(version);
    }

    /// Ends a reader's visit.
    pub(crate) fn judge(self, version: Version) -> Reader {
        if version < self.passed { Reader::Deceived(self, version) } else { Reader::Gone }
    }

    /// Forgets which promise it is that is the strongest.
    pub(crate) fn strongest(&mut self) -> &mut Version {
        (self.renewed, self.answered) = (0, 0);
        &mut self.passed
    }
}

impl Protocol {
    pub(crate) fn promises() -> Vec<Property<Self>> {
        vec![
            Property::always(RENEWED, |protocol, state| protocol.kept(state, |promised| promised.renewed)),
            Property::always(ANSWERED, |protocol, state| protocol.kept(state, |promised| promised.answered)),
            Property::always(PASSED, |protocol, state| protocol.kept(state, |promised| promised.passed)),
            Property::always(CURRENT, |protocol, state| {
                !is_quiet(state) || protocol.servable(state).is_none_or(|version| version == state.database)
            }),
            Property::sometimes(SERVED, |protocol, state| {
                Id::BOTH
                    .iter()
                    .any(|at| protocol.serves(state, *at) == Some(state.database) && state.is_written())
            }),
        ]
    }

    /// Tells whether no answer was older than promised, and whether none would be that an instance gave now from the cell.
    fn kept(self, state: &State, oldest: fn(Promised) -> Version) -> bool {
        let fresh = |version: Version, promised: Promised| version >= oldest(promised);
        let answers = state.readers.0.iter().all(|reader| match reader {
            Reader::Deceived(promised, version) => fresh(*version, *promised),
            _ => true,
        });
        answers
            && Id::BOTH.iter().all(|at| {
                self.serves(state, *at).is_none_or(|version| fresh(version, state.instances[*at].promised))
            })
    }

    /// Returns what a read that begins now, at once gets from the cell.
    fn serves(self, state: &State, at: Id) -> Option<Version> {
        if state.instances[at].passes_by() { None } else { self.servable(state) }
    }
}

/// Tells whether everybody has finished. Commands that timed out may be under way still, and may never be executed.
fn is_quiet(state: &State) -> bool {
    let written = |writer: &crate::writers::Writer| {
        matches!(writer.stage, Stage::Idle | Stage::Ended) && writer.row.is_none()
    };
    state.writers.0.iter().all(written)
        && !state.readers.0.iter().any(|reader| reader.is_under_way())
        && state.instances.0.iter().all(|instance| instance.is_at_rest())
}
