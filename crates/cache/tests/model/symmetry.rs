//! Which states are alike, so that one stands for all of them. It holds for the whole protocol alone: without one of its
//! guards, what is forgotten here may come back.
//!
//! - Neither the names of instances, writers and readers matter, nor which nonces were drawn.
//! - A stamp either is that of Redis' present generation and life, or never will be again.
//! - Versions matter where one is compared with another: what is promised with what somebody may still get.
//! - Who can be deceived no more, and will change nothing, is as good as gone.

use crate::instances::Instance;
use crate::readers::Reader;
use crate::redis::{Cell, Command, Life, Nonce, Stamp};
use crate::state::{Id, State, Version};
use crate::writers::Notice;
use std::cmp::Ordering;

/// What a stamp is, once names do not matter.
const PRESENT: Stamp = Stamp { epoch: Life { run: 0, replication: 0 }, generation: Nonce(0) };
const PAST: Stamp = Stamp { epoch: Life { run: u8::MAX, replication: u8::MAX }, generation: Nonce(1) };

/// Returns the state that stands for all that are like this one.
pub(crate) fn representative(state: &State) -> State {
    let mut state = *state;
    forget_stamps(&mut state);
    forget_versions(&mut state);
    forget_the_rest(&mut state);
    let mut other = state;
    swap_instances(&mut other);
    match state.instances.cmp(&other.instances) {
        Ordering::Less => in_order(state),
        Ordering::Equal => in_order(state).min(in_order(other)),
        Ordering::Greater => in_order(other),
    }
}

fn forget_stamps(state: &mut State) {
    let (present, life) = (state.redis.stamp(), state.redis.life);
    let named = |present| if present { PRESENT } else { PAST };
    state.redis.each_cell(&mut |cell| cell.stamp = named(Some(cell.stamp) == present));
    for command in state.late.0.iter_mut().flatten() {
        match command {
            Command::Unlink => {}
            Command::Place(nonce) => *nonce = PRESENT.generation,
            Command::Store(cell) => cell.stamp = named(Some(cell.stamp) == present),
        }
    }
    for reader in &mut state.readers.0 {
        match reader {
            // It brings its epoch with it, and takes the generation that it finds.
            Reader::Placing(_, _, stamp) => *stamp = named(stamp.epoch == life),
            Reader::Loading(_, stamp) | Reader::Storing(_, Cell { stamp, .. }) => {
                *stamp = named(Some(*stamp) == present);
            }
            _ => {}
        }
    }
    state.redis.forget();
}

fn forget_versions(state: &mut State) {
    let mut known = [false; 4];
    known[usize::from(state.database)] = true;
    let mut know = |cell: &mut Cell| {
        if cell.stamp == PRESENT {
            known[usize::from(cell.version)] = true;
        } else {
            cell.version = 0;
        }
    };
    state.each_cell(&mut know);
    let rank = |version: &mut Version| {
        *version = known[..usize::from(*version)].iter().map(|known| Version::from(*known)).sum();
    };
    state.each_cell(|cell| rank(&mut cell.version));
    rank(&mut state.database);
    rank(&mut state.told);
    state.instances.0.iter_mut().for_each(|instance| instance.each_version(rank));
    state
        .writers
        .0
        .iter_mut()
        .filter_map(|writer| writer.stage.write())
        .for_each(|write| rank(&mut write.version));
    state.readers.0.iter_mut().filter_map(Reader::promised).for_each(|promised| rank(promised.strongest()));
}

fn forget_the_rest(state: &mut State) {
    for reader in &mut state.readers.0 {
        match reader {
            Reader::Blind(..) => *reader = Reader::Gone,
            Reader::Deceived(promised, version) => (*promised.strongest(), *version) = (1, 0),
            _ => {}
        }
    }
    let memory = &mut state.redis.memory;
    memory.cell = memory.cell.filter(|cell| cell.stamp == PRESENT);
    state.instances.0.iter_mut().for_each(Instance::forget);
}

fn in_order(mut state: State) -> State {
    state.writers.0.sort_unstable();
    state.readers.0.sort_unstable();
    state.late.0.sort_unstable();
    state
}

fn swap_instances(state: &mut State) {
    let rename = |at: &mut Id| *at = at.other();
    state.instances.swap();
    for writer in &mut state.writers.0 {
        writer.stage.write().iter_mut().for_each(|write| rename(&mut write.at));
        if let Some(row) = &mut writer.row {
            row.sights.swap();
            if let Notice::Renewed(at) = &mut row.notice {
                rename(at);
            }
        }
    }
    state.readers.0.iter_mut().filter_map(Reader::at).for_each(rename);
}
