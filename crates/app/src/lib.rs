//! The program that runs the shop: settings, wiring, the server and the commands. It holds no rule of the shop and no
//! SQL; what it decides is which adapter stands behind which port.

pub mod cli;
mod data_dir;
mod demo;
mod first_staff;
mod housekeeping;
mod keys;
mod seeding;
mod server;
pub mod settings;
mod telemetry;
mod welcome;
mod wiring;

#[cfg(feature = "doubles")]
pub use server::start_around;
pub use server::{Running, start};
