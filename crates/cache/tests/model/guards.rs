//! Each guard of the protocol, and what happens without it: a promise is broken, in the way that is told here.

use crate::actions::Action::{self, *};
use crate::promises::{ANSWERED, CURRENT, PASSED, RENEWED};
use crate::protocol::{Guard, Protocol};
use crate::redis::Fate::{Answered, Unanswered};
use crate::state::{Cast, Faults, Id};
use stateright::{Checker, HasDiscoveries, Model, Path};

// Instances, writers and readers, as the stories name them.
const A: Id = Id::First;
const B: Id = Id::Second;
const W1: Id = Id::First;
const W2: Id = Id::Second;
const R1: Id = Id::First;
const R2: Id = Id::Second;

/// Nothing happens but reads and writes.
const NONE: Faults = Faults { losses: 0, crashes: 0, silences: 0, restarts: 0, failovers: 0, unread: 0 };

/// Asserts that exploring the protocol without the guard finds the promise broken, that the story breaks it, and that with
/// the guard the story cannot be told, or breaks nothing.
fn breaks(guard: Guard, promise: &'static str, cast: Cast, faults: Faults, story: &[Action]) {
    let whole = Protocol { lacking: None, cast, faults };
    let without = Protocol { lacking: Some(guard), ..whole };
    let found = HasDiscoveries::AnyOf([promise].into());
    let checker = without.checker().finish_when(found).spawn_bfs().join();
    checker.assert_discovery(promise, story.to_vec());
    let told = Path::from_actions(&whole, whole.init_states()[0], story);
    let kept = |path: Path<_, _>| (whole.property(promise).condition)(&whole, path.last_state());
    assert!(told.is_none_or(kept), "it happens with the guard, too");
}

#[test]
fn a_generation_that_is_read_after_the_load_lets_an_older_value_in() {
    let story = [
        Commit(W1, A),
        Renew(W1, Answered),
        Read(R1, A),
        Ask(R1, Answered),
        Place(R1, Answered),
        Load(R1),
        Commit(W2, A),
        Renew(W2, Answered),
        Store(R1, Answered),
    ];
    breaks(Guard::GenerationBeforeLoad, RENEWED, Cast::OneReader, NONE, &story);
}

#[test]
fn a_renewal_that_is_tried_once_and_taken_for_done_leaves_the_older_cell() {
    let story = [Commit(W1, A), Renew(W1, Unanswered)];
    breaks(Guard::Persistence, ANSWERED, Cast::OneReader, Faults { silences: 1, ..NONE }, &story);
}

#[test]
fn without_an_outbox_what_a_crash_leaves_stays_stale() {
    let story = [Commit(W1, A), Crash(A)];
    breaks(Guard::Outbox, CURRENT, Cast::OneReader, Faults { crashes: 1, ..NONE }, &story);
}

#[test]
fn a_counter_that_is_lost_comes_to_the_same_number_again() {
    let story = [
        Commit(W1, A),
        Renew(W1, Answered),
        LoseGeneration,
        Read(R1, A),
        Ask(R1, Answered),
        Place(R1, Answered),
    ];
    breaks(Guard::Nonce, RENEWED, Cast::OneReader, Faults { losses: 1, ..NONE }, &story);
}

#[test]
fn a_nonce_that_is_proposed_again_may_come_back() {
    let story = [
        LoseGeneration,
        Read(R1, A),
        Ask(R1, Answered),
        Place(R1, Unanswered),
        Execute(Id::First),
        Read(R2, B),
        Ask(R2, Answered),
        Load(R2),
        Store(R2, Answered),
        Commit(W1, A),
        Renew(W1, Answered),
        Place(R1, Answered),
    ];
    let faults = Faults { losses: 1, silences: 1, ..NONE };
    breaks(Guard::ProposedOnce, RENEWED, Cast::OneWriter, faults, &story);
}

#[test]
fn without_an_epoch_a_snapshot_brings_back_cell_and_generation() {
    let story = [TakeSnapshot, Commit(W1, A), Renew(W1, Answered), Restart];
    breaks(Guard::Epoch, RENEWED, Cast::OneReader, Faults { restarts: 1, ..NONE }, &story);
}

#[test]
fn by_its_run_id_alone_a_master_that_was_away_is_taken_for_one_that_was_not() {
    let story = [TakeOver, Commit(W1, A), Renew(W1, Answered), FailBack];
    breaks(Guard::ReplicationId, RENEWED, Cast::OneReader, Faults { failovers: 1, ..NONE }, &story);
}

#[test]
fn an_instance_that_serves_before_its_first_pass_has_forgotten_what_it_answered() {
    let story = [CommitUnattended(W1, A), GiveUp(W1), Crash(A)];
    let faults = Faults { silences: 1, crashes: 1, ..NONE };
    breaks(Guard::FirstPass, ANSWERED, Cast::OneReader, faults, &story);
}

#[test]
fn a_load_that_has_begun_may_be_older_than_what_a_reader_without_generations_must_see() {
    let story =
        [CommitUnattended(W1, A), GiveUp(W1), Read(R1, A), Commit(W2, A), Renew(W2, Answered), Read(R2, A)];
    breaks(Guard::UnstartedLoads, RENEWED, Cast::All, Faults { silences: 1, ..NONE }, &story);
}

#[test]
fn a_generation_from_a_snapshot_may_be_that_of_a_load_of_the_former_life() {
    let story = [
        LoseCell,
        TakeSnapshot,
        Read(R1, A),
        Ask(R1, Answered),
        Load(R1),
        Commit(W1, A),
        Renew(W1, Answered),
        Restart,
        Read(R2, A),
        Ask(R2, Answered),
    ];
    let faults = Faults { losses: 1, restarts: 1, ..NONE };
    breaks(Guard::FlightEpoch, RENEWED, Cast::OneWriter, faults, &story);
}

#[test]
fn an_epoch_and_a_generation_of_two_lives_may_be_those_of_a_load_that_is_older_than_both() {
    let story = [
        LoseCell,
        TakeSnapshot,
        Read(R1, A),
        Ask(R1, Answered),
        Load(R1),
        Commit(W1, A),
        Renew(W1, Answered),
        Read(R2, A),
        Ask(R2, Answered),
        Restart,
        Place(R2, Answered),
    ];
    let faults = Faults { losses: 1, restarts: 1, ..NONE };
    breaks(Guard::OneLife, RENEWED, Cast::OneWriter, faults, &story);
}

#[test]
fn a_failed_renewal_that_a_failed_pass_forgets_is_trusted_by_the_next() {
    let story = [Commit(W1, A), Renew(W1, Unanswered), Pass(B), GiveUp(W1), Fail(A), Pass(A)];
    let faults = Faults { silences: 1, unread: 1, ..NONE };
    breaks(Guard::Remembering, ANSWERED, Cast::OneReader, faults, &story);
}

#[test]
fn a_pass_that_takes_every_doubt_away_takes_one_that_is_newer_than_its_unlink() {
    let story = [
        Commit(W1, A),
        Pass(B),
        Pass(B),
        PassOn(B, Answered),
        Read(R1, A),
        Ask(R1, Answered),
        Place(R1, Answered),
        Load(R1),
        Store(R1, Answered),
        CommitUnattended(W2, B),
        GiveUp(W2),
        Settle(B),
    ];
    breaks(Guard::NumberedDoubts, ANSWERED, Cast::OneReader, Faults { silences: 1, ..NONE }, &story);
}

#[test]
fn a_writer_that_gives_up_before_others_have_met_its_row_is_passed_over_once() {
    let story = [Commit(W1, A), Renew(W1, Unanswered), GiveUp(W1), Pass(B)];
    breaks(Guard::Patience, PASSED, Cast::OneReader, Faults { silences: 1, ..NONE }, &story);
}
