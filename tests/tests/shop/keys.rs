//! The keys of tokens are replaced while the shop is open, on every instance, and whoever is signed in does not notice.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{Clock, SystemClock};
use hmac::{Hmac, Mac};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::fs;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};
use system_tests::{PASSWORD, Person, Shop};
use tempfile::TempDir;

const FIRST: &str = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
/// Far more than anything here takes on a machine that is busy.
const PATIENCE: Duration = Duration::from_secs(30);

/// The file of the keys, which all instances read.
struct Keys(TempDir);

impl Keys {
    fn new() -> Self {
        let keys = Self(tempfile::tempdir().unwrap());
        keys.write(&format!("{FIRST}\n"));
        keys
    }

    fn path(&self) -> PathBuf {
        self.0.path().join("keys")
    }

    fn setting(&self) -> [(&'static str, String); 1] {
        [("APP__AUTH__SECRET_FILE", self.path().display().to_string())]
    }

    fn text(&self) -> String {
        fs::read_to_string(self.path()).unwrap()
    }

    fn write(&self, text: &str) {
        let draft = self.0.path().join("draft");
        fs::OpenOptions::new().create(true).truncate(true).write(true).mode(0o600).open(&draft).unwrap();
        fs::write(&draft, text).unwrap();
        fs::rename(&draft, self.path()).unwrap();
    }
}

/// Returns the name of the key that a token was signed with.
fn key_of(token: &str) -> String {
    let header = URL_SAFE_NO_PAD.decode(token.split('.').next().unwrap()).unwrap();
    serde_json::from_slice::<Value>(&header).unwrap()["kid"].as_str().unwrap().to_owned()
}

/// Returns the name of the key that follows from a secret.
fn key_id(secret: &str) -> String {
    let [a, b, c, d, ..] = <[u8; 32]>::from(Sha256::digest(secret));
    format!("{:08x}", u32::from_be_bytes([a, b, c, d]))
}

/// Returns what a token says, signed with another secret.
fn signed_again(token: &str, secret: &str) -> String {
    let header = json!({ "typ": "JWT", "alg": "HS256", "kid": key_id(secret) }).to_string();
    let message = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), token.split('.').nth(1).unwrap());
    let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap().chain_update(&message);
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
}

/// Asserts that whoever is signed in is let in everywhere.
async fn all_are_in(people: &[Person], shops: &[&Shop]) {
    for person in people {
        for shop in shops {
            person.at(shop).get("/me").await.ok();
        }
    }
}

async fn sign_in(shop: &Shop) -> Person {
    shop.guest().sign_in("alice@example.org", PASSWORD).await
}

/// A shop with all its instances, in the middle of a rotation.
struct Rotation<'a> {
    shops: &'a [&'a Shop],
    keys: &'a Keys,
    patience: Instant,
}

impl Rotation<'_> {
    /// Does something again and again until it comes true, while everybody stays signed in.
    async fn until(&self, people: &[Person], what: &str, holds: impl AsyncFn() -> bool) {
        while !holds().await {
            assert!(Instant::now() < self.patience, "{what}");
            all_are_in(people, self.shops).await;
        }
    }

    /// Adds a key, and waits until every instance knows it; returns its secret.
    async fn add(&self, people: &[Person]) -> String {
        assert_eq!(self.shops[0].run("app keys rotate").await, ExitCode::SUCCESS);
        assert_eq!(fs::metadata(self.keys.path()).unwrap().permissions().mode() & 0o777, 0o600);
        let text = self.keys.text();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!((lines.len(), lines[1]), (2, FIRST), "the old key stays");
        let secret = lines[0].split(' ').nth(1).unwrap();
        let early = people[0].with_token(&signed_again(people[0].token(), secret));
        for shop in self.shops {
            let known = async || early.at(shop).get("/me").await.status() == 200;
            self.until(people, "the new key is never known", known).await;
            assert_eq!(key_of(sign_in(shop).await.token()), key_of(people[0].token()), "it signs too soon");
        }
        secret.to_owned()
    }

    /// Has the minute gone by, and waits until every instance signs with the new key; returns who was let in with it.
    async fn go_by(&self, people: &[Person], secret: &str) -> Vec<Person> {
        let made_at = (SystemClock.now() - Duration::from_secs(90)).format("%FT%TZ");
        self.keys.write(&format!("{made_at} {secret}\n{FIRST}\n"));
        let mut newcomers = Vec::new();
        for shop in self.shops {
            let signs = async || {
                let person = sign_in(shop).await;
                all_are_in(std::slice::from_ref(&person), self.shops).await;
                key_of(person.token()) == key_id(secret)
            };
            self.until(people, "the new key never signs", signs).await;
            newcomers.push(sign_in(shop).await);
        }
        newcomers
    }
}

async fn a_key_is_replaced_and_nobody_is_signed_out(shops: &[&Shop], keys: &Keys) {
    let rotation = Rotation { shops, keys, patience: Instant::now() + PATIENCE };
    let people = [shops[0].customer("alice").await, shops[0].customer("bob").await];
    let secret = rotation.add(&people).await;
    let newcomers = rotation.go_by(&people, &secret).await;
    all_are_in(&people, shops).await;

    // What nobody can be signed in with any more is dropped, here by hand and before its time.
    keys.write(&format!("{}\n", keys.text().lines().next().unwrap()));
    for shop in shops {
        let refused = async || people[0].at(shop).get("/me").await.status() == 401;
        rotation.until(&newcomers, "the old key is never dropped", refused).await;
        people[1].at(shop).get("/me").await.problem("invalid-token");
    }
    all_are_in(&newcomers, shops).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_replaced_on_an_embedded_shop() {
    let keys = Keys::new();
    let shop = Shop::open_embedded_with(&keys.setting()).await;
    a_key_is_replaced_and_nobody_is_signed_out(&[&shop], &keys).await;
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_replaced_on_two_instances_that_share_a_file() {
    let keys = Keys::new();
    let one = Shop::open_server_with(&keys.setting()).await;
    let two = one.second_instance_with(&keys.setting()).await;
    a_key_is_replaced_and_nobody_is_signed_out(&[&one, &two], &keys).await;
    two.close().await;
    one.close().await;
}
