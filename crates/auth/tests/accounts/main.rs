//! The use cases of accounts from outside, over the shop in memory and a clock that stands still.

mod administration;
mod bringing_a_cart;
mod endings;
mod flood;
mod guessable;
mod idle;
mod noting;
mod passwords;
mod posting;
mod races;
mod recovery;
mod shop;
mod sign_in;
mod sign_up;
mod throttling;
