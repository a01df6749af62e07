//! Somebody who reads and writes again and again, and often hangs up; what was acknowledged is looked for at once.

use super::client::{self, Outcome, Patience, ask};
use rand::{Rng, rngs::StdRng};
use serde_json::{Value, json};
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use system_tests::{Observer, PASSWORD, Person};

/// After how many milliseconds somebody hangs up.
const PATIENCE: Range<u64> = 0..30;
/// The same for somebody who means to meet a transaction that begins.
const IMPATIENCE: Range<u64> = 2..8;

/// What is written, each so that it can be found again.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    /// A movement of stock with a note of its own.
    Stock,
    /// An account of an address of its own.
    SignUp,
    /// An order, found by its number.
    Order,
}

/// How somebody feels.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Mood {
    /// Half of the time they wait for the answer.
    Mixed,
    /// They always hang up early.
    Impatient,
}

/// Somebody who writes, and often does not wait for the answer.
pub(crate) struct Writer {
    pub(crate) address: String,
    pub(crate) staff: String,
    pub(crate) customer: Person,
    pub(crate) variants: Vec<i64>,
    pub(crate) observer: Observer,
    pub(crate) rng: StdRng,
    pub(crate) abandoned_an_order: bool,
}

/// What a client saw.
#[derive(Default)]
pub(crate) struct Notes {
    /// How to count what was acknowledged, and whether it was there at once.
    pub(crate) acknowledged: Vec<(String, bool)>,
    pub(crate) abandoned: u64,
    pub(crate) unclean: Vec<String>,
}

impl Writer {
    /// Writes what comes next, until that many things were written.
    pub(crate) async fn write(
        mut self,
        kinds: Vec<Kind>,
        next: Arc<AtomicU64>,
        writes: u64,
        mood: Mood,
    ) -> Notes {
        let mut notes = Notes::default();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= writes {
                return notes;
            }
            self.look_and_leave().await;
            let kind = kinds[self.rng.random_range(0..kinds.len())];
            let patience = match (mood, self.rng.random_range(0..10)) {
                (Mood::Impatient, _) => self.patience(IMPATIENCE),
                (Mood::Mixed, 0) => Patience::NotToTheEndOfTheRequest,
                (Mood::Mixed, 1..5) => self.patience(PATIENCE),
                (Mood::Mixed, _) => Patience::Endless,
            };
            let request = self.request(kind, number).await;
            match ask(&self.address, &request, patience).await {
                Outcome::Abandoned => {
                    notes.abandoned += 1;
                    self.abandoned_an_order |= matches!(kind, Kind::Order);
                }
                Outcome::Answered { status: 200 | 201, body } => {
                    let sql = evidence(kind, number, &body);
                    let found = self.observer.number(&sql).await == 1;
                    notes.acknowledged.push((sql, found));
                }
                // What was abandoned went on, and took the cart.
                Outcome::Answered { status: 409, body }
                    if body["type"] == "/problems/empty-cart" && self.abandoned_an_order => {}
                Outcome::Answered { status, body } => {
                    notes.unclean.push(format!("{kind:?}: {status} {body}"));
                }
            }
        }
    }

    /// Asks for a list that is read in one transaction by the handler itself, and does not wait for it.
    async fn look_and_leave(&mut self) {
        let question = client::question("/admin/orders", &self.staff);
        let patience = self.patience(IMPATIENCE);
        ask(&self.address, &question, patience).await;
    }

    fn patience(&mut self, milliseconds: Range<u64>) -> Patience {
        Patience::Of(Duration::from_millis(self.rng.random_range(milliseconds)))
    }

    async fn request(&mut self, kind: Kind, number: u64) -> String {
        let (path, token, body) = match kind {
            Kind::Stock => {
                let variant = self.variants[self.rng.random_range(0..self.variants.len())];
                let body = json!({ "delta": 1, "reason": format!("write {number}") });
                (format!("/variants/{variant}/stock"), self.staff.as_str(), body)
            }
            Kind::SignUp => {
                let email = format!("write-{number}@example.org");
                let body = json!({ "name": "Somebody", "email": email, "password": PASSWORD });
                ("/auth/signup".to_owned(), "", body)
            }
            Kind::Order => {
                self.customer.add_to_cart("LAMP-0", 1).await.created();
                ("/orders".to_owned(), self.customer.token(), json!({}))
            }
        };
        client::request(&path, token, &body)
    }
}

/// Returns what counts one where the write is.
fn evidence(kind: Kind, number: u64, body: &Value) -> String {
    match kind {
        Kind::Stock => format!("SELECT COUNT(*) FROM stock_movements WHERE note = 'write {number}'"),
        Kind::SignUp => format!("SELECT COUNT(*) FROM users WHERE email = 'write-{number}@example.org'"),
        Kind::Order => {
            format!("SELECT COUNT(*) FROM orders WHERE number = {}", body["data"]["number"]).replace('"', "'")
        }
    }
}
