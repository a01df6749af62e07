//! Passwords as the database keeps them: bcrypt over base64(HMAC-SHA-256(pepper, password)), because bcrypt alone stops
//! reading at 72 bytes and at NUL. A hash costs some hundred milliseconds of a core, and judging a password may, so no more
//! are computed at once than leave a core for the rest of the shop; whoever waits for a turn may leave at any time.

use crate::{Guessable, NewPassword, Password, Pepper};
use base64::engine::general_purpose::{GeneralPurpose, NO_PAD, STANDARD};
use base64::{Engine, alphabet};
use domain::account::{EmailAddress, PasswordHash, PersonName};
use domain::{Entropy, Invalid, RepositoryError};
use hmac::{Hmac, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::available_parallelism;
use tokio::sync::Semaphore;

/// bcrypt's cost: the binary logarithm of its rounds, 4 to 31.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BcryptCost(u32);

impl BcryptCost {
    /// Reads a cost.
    ///
    /// # Errors
    /// Anything but 4 to 31.
    pub fn parse(cost: u32) -> Result<Self, Invalid> {
        (4..=31).contains(&cost).then_some(Self(cost)).ok_or(Invalid::new("must be 4 to 31"))
    }

    /// Returns the figure.
    pub fn get(self) -> u32 {
        self.0
    }
}

/// What passwords are hashed with.
#[derive(Clone, Debug)]
pub struct PasswordOptions {
    /// The key of the HMAC.
    pub pepper: Pepper,
    /// How dear a new hash is; a hash of another cost is replaced when its owner signs in.
    pub cost: BcryptCost,
}

/// Judges passwords, hashes them and checks them.
pub struct Passwords {
    key: Hmac<Sha256>,
    cost: BcryptCost,
    entropy: Arc<dyn Entropy>,
    decoy: PasswordHash,
    turns: Arc<Semaphore>,
    rounds: Arc<AtomicU64>,
}

impl Passwords {
    /// Sets up the hashing.
    ///
    /// # Panics
    /// Never: HMAC takes keys of any length.
    pub fn new(options: &PasswordOptions, entropy: Arc<dyn Entropy>) -> Self {
        let cores = available_parallelism().map_or(1, usize::from);
        Self {
            key: Hmac::new_from_slice(options.pepper.expose().as_bytes())
                .expect("HMAC takes keys of any length"),
            cost: options.cost,
            decoy: decoy(options.cost, entropy.as_ref()),
            entropy,
            turns: Arc::new(Semaphore::new((cores - 1).max(1))),
            rounds: Arc::default(),
        }
    }

    /// Judges a password that somebody of this name and address wants.
    pub(crate) async fn judge(
        &self,
        password: Password,
        name: &PersonName,
        email: &EmailAddress,
    ) -> Result<Result<NewPassword, Guessable>, RepositoryError> {
        let (name, email) = (name.clone(), email.clone());
        self.in_turn(move || NewPassword::judge(password, &name, &email)).await
    }

    /// Hashes a password that was judged, for keeping.
    pub(crate) async fn hash(&self, password: &NewPassword) -> Result<PasswordHash, RepositoryError> {
        self.hash_again(&password.0).await
    }

    /// Hashes a password that somebody has, however easy it is to guess.
    pub(crate) async fn hash_again(&self, password: &Password) -> Result<PasswordHash, RepositoryError> {
        let cost = self.cost.get();
        let salt = self.entropy.bytes();
        let hash = self.bcrypt(cost, password, move |keyed| bcrypt::hash_with_salt(keyed, cost, salt));
        Ok(PasswordHash(hash.await?.to_string()))
    }

    /// Checks a password against a stored hash. Without one the answer is no, after as much work as the check of a hash
    /// of today's cost.
    pub(crate) async fn verify(
        &self,
        password: &Password,
        stored: Option<&PasswordHash>,
    ) -> Result<bool, RepositoryError> {
        let PasswordHash(stored) = stored.unwrap_or(&self.decoy).clone();
        let cost = cost_of(&stored).ok_or_else(|| unreadable("not bcrypt's"))?;
        self.bcrypt(cost, password, move |keyed| bcrypt::verify(keyed, &stored)).await
    }

    /// Tells whether a hash was made at another cost than today's.
    pub(crate) fn is_outdated(&self, stored: &PasswordHash) -> bool {
        cost_of(&stored.0) != Some(self.cost.get())
    }

    /// Returns how many rounds of bcrypt were computed since the start: the work that all checks and hashes were.
    pub fn rounds(&self) -> u64 {
        self.rounds.load(Ordering::Relaxed)
    }

    /// Runs bcrypt over the keyed password, in turn.
    async fn bcrypt<T: Send + 'static>(
        &self,
        cost: u32,
        password: &Password,
        compute: impl FnOnce(&str) -> bcrypt::BcryptResult<T> + Send + 'static,
    ) -> Result<T, RepositoryError> {
        let (keyed, rounds) = (self.keyed(password), Arc::clone(&self.rounds));
        let computed = self.in_turn(move || {
            let outcome = compute(keyed.expose_secret());
            rounds.fetch_add(1 << cost, Ordering::Relaxed);
            outcome
        });
        computed.await?.map_err(|error| unreadable(&error.to_string()))
    }

    /// Runs one computation on a thread of its own, when its turn has come. The turn lasts until the computation ends,
    /// also where nobody waits for it any more.
    async fn in_turn<T: Send + 'static>(
        &self,
        compute: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, RepositoryError> {
        let turn = Arc::clone(&self.turns).acquire_owned().await.expect("the semaphore is never closed");
        let computed = tokio::task::spawn_blocking(move || {
            let outcome = compute();
            drop(turn);
            outcome
        });
        computed.await.map_err(|panic| RepositoryError::Unexpected(format!("hashing broke down: {panic}")))
    }

    /// Returns 44 characters that stand for the whole password and are worth nothing without the pepper.
    fn keyed(&self, password: &Password) -> SecretString {
        let mac = self.key.clone().chain_update(password.0.expose_secret());
        STANDARD.encode(mac.finalize().into_bytes()).into()
    }
}

/// Makes a hash that no password has: made up, not computed, so that starting costs nothing.
fn decoy(cost: BcryptCost, entropy: &dyn Entropy) -> PasswordHash {
    let base64 = GeneralPurpose::new(&alphabet::BCRYPT, NO_PAD);
    let (salt, digest) = (base64.encode(entropy.bytes::<16>()), base64.encode(entropy.bytes::<23>()));
    PasswordHash(format!("$2b${:02}${salt}{digest}", cost.get()))
}

fn cost_of(hash: &str) -> Option<u32> {
    let parts: bcrypt::HashParts = hash.parse().ok()?;
    Some(parts.get_cost()).filter(|cost| (4..=31).contains(cost))
}

fn unreadable(reason: &str) -> RepositoryError {
    RepositoryError::Unexpected(format!("a stored password hash cannot be read: {reason}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::OsEntropy;

    fn pepper() -> Pepper {
        Pepper::parse("a pepper that only these tests know".into()).unwrap()
    }

    fn passwords(pepper: &Pepper, cost: u32) -> Passwords {
        let options = PasswordOptions { pepper: pepper.clone(), cost: BcryptCost::parse(cost).unwrap() };
        Passwords::new(&options, Arc::new(OsEntropy))
    }

    fn password(text: &str) -> Password {
        Password::parse(text).unwrap()
    }

    async fn matches(kept: &str, tried: &str) -> bool {
        let passwords = passwords(&pepper(), 4);
        let hash = passwords.hash_again(&password(kept)).await.unwrap();
        passwords.verify(&password(tried), Some(&hash)).await.unwrap()
    }

    #[tokio::test]
    async fn every_character_matters() {
        assert!(matches("correct horse", "correct horse").await);
        assert!(!matches("correct horse", "correct horsf").await);
        assert!(!matches("correct horse", "Correct horse").await);
    }

    #[tokio::test]
    async fn what_bcrypt_alone_would_cut_off_matters() {
        let long = "x".repeat(72);
        assert!(!matches(&format!("{long}a"), &format!("{long}b")).await);
        assert!(!matches("nothing\0one", "nothing\0two").await);
        assert!(matches(&format!("{long}a"), &format!("{long}a")).await);
    }

    #[tokio::test]
    async fn composed_and_decomposed_text_is_the_same_password() {
        assert!(matches("crème brûlée", "cre\u{300}me bru\u{302}le\u{301}e").await);
    }

    #[tokio::test]
    async fn without_the_pepper_a_hash_is_worth_nothing() {
        let hash = passwords(&pepper(), 4).hash_again(&password("correct horse")).await.unwrap();
        let elsewhere = passwords(&Pepper::generate(&OsEntropy), 4);
        assert!(!elsewhere.verify(&password("correct horse"), Some(&hash)).await.unwrap());
    }

    #[tokio::test]
    async fn equal_passwords_have_different_hashes() {
        let passwords = passwords(&pepper(), 4);
        let password = password("correct horse");
        let (one, other) = (passwords.hash_again(&password).await, passwords.hash_again(&password).await);
        assert_ne!(one.unwrap(), other.unwrap());
    }

    #[tokio::test]
    async fn no_account_is_as_much_work_as_a_wrong_password() {
        let passwords = passwords(&pepper(), 5);
        let hash = passwords.hash_again(&password("correct horse")).await.unwrap();
        let before = passwords.rounds();
        assert!(!passwords.verify(&password("wrong horse"), Some(&hash)).await.unwrap());
        let wrong = passwords.rounds() - before;
        assert!(!passwords.verify(&password("wrong horse"), None).await.unwrap());
        assert_eq!((wrong, passwords.rounds() - before), (32, 64));
    }

    #[tokio::test]
    async fn a_hash_of_another_cost_still_matches_and_is_outdated() {
        let hash = passwords(&pepper(), 4).hash_again(&password("correct horse")).await.unwrap();
        assert!(hash.0.starts_with("$2b$04$"));
        let dearer = passwords(&pepper(), 5);
        assert!(dearer.is_outdated(&hash));
        assert!(!passwords(&pepper(), 4).is_outdated(&hash));
        assert!(dearer.verify(&password("correct horse"), Some(&hash)).await.unwrap());
    }

    #[tokio::test]
    async fn a_broken_hash_is_a_defect_and_not_a_refusal() {
        let digest = "a".repeat(53);
        for broken in ["", "plain text", &format!("$2b$40${digest}"), &format!("$1b$04${digest}")] {
            let stored = PasswordHash(broken.to_owned());
            let outcome = passwords(&pepper(), 4).verify(&password("correct horse"), Some(&stored)).await;
            assert!(matches!(outcome, Err(RepositoryError::Unexpected(_))), "{broken:?}");
        }
    }

    #[tokio::test]
    async fn no_more_are_computed_at_once_than_there_are_turns() {
        let passwords = passwords(&pepper(), 4);
        let all = u32::try_from(passwords.turns.available_permits()).unwrap();
        let held = passwords.turns.acquire_many(all).await.unwrap();
        let (queued, tried) = (password("correct horse"), password("correct horse"));
        let mut waiting = Box::pin(passwords.hash_again(&queued));
        assert!(poll_once(waiting.as_mut()).is_none());
        drop(waiting);
        drop(held);
        assert!(!passwords.verify(&tried, None).await.unwrap(), "whoever left the queue blocks nobody");
        assert_eq!(passwords.rounds(), 16, "what was given up in the queue was not computed");
    }

    #[tokio::test]
    async fn a_turn_lasts_as_long_as_the_work_also_when_nobody_waits() {
        let passwords = passwords(&pepper(), 4);
        let all = passwords.turns.available_permits();
        let (finish, told) = std::sync::mpsc::channel();
        let mut running = Box::pin(passwords.in_turn(move || told.recv().unwrap()));
        assert!(poll_once(running.as_mut()).is_none());
        drop(running);
        assert_eq!(passwords.turns.available_permits(), all - 1);
        finish.send(()).unwrap();
        assert!(passwords.turns.acquire_many(u32::try_from(all).unwrap()).await.is_ok());
    }

    fn poll_once<F: Future>(future: std::pin::Pin<&mut F>) -> Option<F::Output> {
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        match future.poll(&mut context) {
            std::task::Poll::Ready(output) => Some(output),
            std::task::Poll::Pending => None,
        }
    }

    #[test]
    fn costs_beyond_bcrypt_are_refused() {
        for cost in [0, 3, 32, u32::MAX] {
            assert!(BcryptCost::parse(cost).is_err(), "{cost}");
        }
        assert_eq!(BcryptCost::parse(12).unwrap().get(), 12);
    }
}
