//! A whole shop for tests: the real server on a port of its own, on throw-away backends, and the people who use it over
//! HTTP. What a test says about the shop it says through them; nothing here looks inside the program.
#![expect(
    clippy::missing_panics_doc,
    reason = "whatever does not go as a test says panics; that is the test"
)]
#![expect(clippy::return_self_not_must_use, reason = "an assertion is worth making for itself")]

mod answer;
mod careless;
mod command;
mod instance;
mod observer;
mod pairs;
mod person;
mod program;
mod proxy;
mod receiver;
mod shop;
mod tap;

pub use answer::Answer;
pub use careless::Careless;
pub use command::Command;
pub use instance::{ANSWERED, COMMITTED, Instance, STOP_WHEN_ANSWERED, STOP_WHEN_COMMITTED};
pub use observer::Observer;
pub use person::Person;
pub use proxy::Proxy;
pub use receiver::{Received, Receiver, Reply};
pub use shop::{Product, Shop};
pub use tap::Tap;

/// The password of everybody.
pub const PASSWORD: &str = "correct horse 42 battery";

/// What every shop signs its tokens with.
pub const SECRET: &str = "the secret that instances of a test share";
