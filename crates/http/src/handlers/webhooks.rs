//! What happens in the shop, sent to other programs: where to, how it went, and once more.

pub(crate) mod deliveries;
pub(crate) mod endpoints;
pub(crate) mod secrets;

use super::{Problem, kinds};

fn no_such_endpoint() -> Problem {
    Problem::new(&kinds::NOT_FOUND, "There is no such endpoint.")
}
