//! The whole protocol keeps its promises, whatever happens in whichever order.

use crate::protocol::{Guard, Protocol};
use crate::state::{Cast, Faults, State};
use crate::symmetry::representative;
use stateright::{Checker, Expectation, Model, Property};
use std::{
    collections::{BTreeSet, HashSet},
    thread,
};

/// Explores everything that can happen. There must be so many states at least: a model that has become trivial keeps every
/// promise, too.
fn holds(cast: Cast, faults: Faults, at_least: usize) {
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let protocol = Protocol { lacking: None, cast, faults };
    let explored = protocol.checker().threads(threads).symmetry_fn(representative).spawn_dfs().join();
    let (states, steps) = (explored.unique_state_count(), explored.state_count());
    println!("{states} states and {steps} steps: {cast:?}, {faults:?}");
    explored.assert_properties();
    assert!(states >= at_least, "{states} states");
}

#[test]
fn without_faults() {
    holds(Cast::All, Faults::default(), 12_000);
}

#[test]
fn a_loss_a_crash_and_a_silence() {
    holds(Cast::All, Faults { losses: 1, crashes: 1, silences: 1, ..Faults::default() }, 1_000_000);
}

#[test]
fn an_instance_acknowledges_without_redis_and_crashes_twice() {
    holds(Cast::OneReader, Faults { crashes: 2, silences: 1, ..Faults::default() }, 140_000);
}

#[test]
fn redis_restarts_from_a_snapshot() {
    holds(Cast::All, Faults { restarts: 1, ..Faults::default() }, 60_000);
    let more = Faults { restarts: 1, losses: 1, crashes: 1, silences: 1, ..Faults::default() };
    holds(Cast::OneWriter, more, 220_000);
}

#[test]
fn a_replica_takes_over_and_the_old_master_comes_back() {
    holds(Cast::All, Faults { failovers: 1, ..Faults::default() }, 75_000);
    holds(Cast::OneWriter, Faults { failovers: 1, crashes: 1, silences: 1, ..Faults::default() }, 110_000);
}

#[test]
fn states_that_are_alike_go_on_alike() {
    let (cast, none) = (Cast::OneWriter, Faults::default());
    let whole = |faults| Protocol { lacking: None, cast, faults };
    go_on_alike(whole(Faults { losses: 1, silences: 1, ..none }));
    go_on_alike(whole(Faults { losses: 1, restarts: 1, failovers: 1, ..none }));
    // Promises are broken alike, too; this guard has nothing to do with what makes states alike.
    let faults = Faults { crashes: 1, silences: 1, ..none };
    go_on_alike(Protocol { lacking: Some(Guard::Persistence), cast, faults });
}

/// Asserts that a state and the one that stands for it break a promise or neither does, and that what may follow on the one is
/// like what may follow on the other.
fn go_on_alike(protocol: Protocol) {
    let always = |property: &Property<Protocol>| property.expectation == Expectation::Always;
    let promises: Vec<_> = protocol.properties().into_iter().filter(always).collect();
    let broken = |state: &State| promises.iter().any(|promise| !(promise.condition)(&protocol, state));
    let next = |state: &State| -> BTreeSet<State> {
        let steps = protocol.next_states(state);
        // A step that makes no difference is none.
        steps.iter().map(representative).chain([representative(state)]).collect()
    };
    let mut open = protocol.init_states();
    let mut known: HashSet<State> = HashSet::new();
    while let Some(state) = open.pop() {
        let other = representative(&state);
        assert_eq!(broken(&state), broken(&other), "{state:#?}");
        assert_eq!(next(&state).symmetric_difference(&next(&other)).next(), None, "{state:#?}");
        open.extend(
            protocol.next_states(&state).into_iter().filter(|next| known.insert(representative(next))),
        );
    }
}
