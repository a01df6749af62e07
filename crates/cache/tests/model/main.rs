//! The generation protocol as a model, explored in every interleaving by `stateright`: it keeps its promises, and without
//! any one of its guards it breaks one.
//!
//! There is one cell with one tag, and two of everybody who touches it: instances, each with its relay and what it has in
//! doubt; writers; readers, who may come to any instance. There is one database and one Redis. A step is what happens at one
//! moment: a transaction, a command that Redis executes, a decision taken under a lock of `cache`. Between any two steps
//! anything else may happen.
//!
//! - [`promises`] is what must hold, [`scenarios`] asserts that it does, [`guards`] tells what happens without each guard.
//! - [`protocol`] and [`actions`] are the model; its steps are those of [`writers`], [`readers`], [`instances`] and [`redis`].
//! - [`symmetry`] tells which states are alike, so that a million of them stand for a hundred times as many.
//!
//! Time is left out. Where the protocol leans on it, the model says so: a writer whose renewal is not acknowledged gives up
//! once the other instance has met its row ([`writers`]). So are lifetimes (an end is a loss), several tags (each is
//! judged by itself), the copies in an instance's memory (they are held to one second, not to this), and two Redis at a
//! time: a change of master is one step that breaks every connection.
//!
//! To read a counterexample, run the test that fails: it prints the steps.
#![cfg(test)] // so that clippy knows, too

mod actions;
mod guards;
mod instances;
mod promises;
mod protocol;
mod readers;
mod redis;
mod scenarios;
mod state;
mod symmetry;
mod writers;
