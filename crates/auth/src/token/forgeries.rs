//! Tokens that nobody may be admitted with. Each differs from a good one in the one thing that its name tells.

use super::{KeyRing, Tokens};
use crate::AuthenticationError;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::TimeDelta;
use domain::{Clock, testing::FixedClock};
use hmac::{Hmac, Mac};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// The key that signs.
const SECRET: &str = "a-secret-that-only-these-tests-know";
/// The beginning of the secret's SHA-256, as sha256sum prints it.
const KEY_ID: &str = "a6e42737";
/// A key that was made just now: it verifies, and does not sign yet.
const NEWEST: &str = "a-newer-secret-that-only-these-tests-know";
const NEWEST_ID: &str = "5773c535";
/// A key whose successor was made so long ago that no token of it can be alive.
const OVER: &str = "an-older-secret-that-only-these-tests-know";
/// A key that is in no ring: one that was dropped, or one that is still to be made.
const ELSEWHERE: &str = "a-secret-that-not-even-these-tests-know";
const WEEK: i64 = 604_800;

fn tokens() -> Tokens {
    let moment = |days| (FixedClock::default().now() - TimeDelta::days(days)).to_rfc3339();
    let lines = format!("{} {NEWEST}\n{} {SECRET}\n{OVER}", moment(0), moment(8));
    let keys = KeyRing::parse(&lines).unwrap_or_else(|invalid| panic!("{invalid}"));
    Tokens::new(keys, Arc::new(FixedClock::default()))
}

fn now() -> i64 {
    FixedClock::default().now().timestamp()
}

fn header() -> Value {
    json!({"typ": "JWT", "alg": "HS256", "kid": KEY_ID})
}

fn claims() -> Value {
    json!({
        "exp": now() + WEEK, "nbf": now(), "iat": now(), "iss": "tradepost", "aud": "tradepost-api", "sub": "7",
        "jti": "0123456789abcdef0123456789abcdef", "typ": "access",
    })
}

/// Returns the object with one member replaced.
fn with(mut object: Value, name: &str, value: Value) -> Value {
    object[name] = value;
    object
}

fn without(mut object: Value, name: &str) -> Value {
    object.as_object_mut().unwrap().remove(name);
    object
}

/// Signs whatever it is given, as an attacker who knew the secret would.
fn sealed(header: &str, claims: &str, secret: &str) -> String {
    let message = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(message.as_bytes());
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
}

fn signed(header: &Value, claims: &Value) -> String {
    sealed(&header.to_string(), &claims.to_string(), SECRET)
}

fn saying(name: &str, value: Value) -> String {
    signed(&header(), &with(claims(), name, value))
}

/// Returns a good token but for the key that it names and is signed with.
fn of_key(secret: &str) -> String {
    let [a, b, c, d, ..] = <[u8; 32]>::from(Sha256::digest(secret));
    let id = format!("{:08x}", u32::from_be_bytes([a, b, c, d]));
    sealed(&with(header(), "kid", json!(id)).to_string(), &claims().to_string(), secret)
}

fn headed(name: &str, value: Value) -> String {
    signed(&with(header(), name, value), &claims())
}

/// Returns a good token with another signature.
fn resigned(signature: impl FnOnce(&str) -> String) -> String {
    let good = signed(&header(), &claims());
    let (message, old) = good.rsplit_once('.').unwrap();
    format!("{message}.{}", signature(old))
}

fn with_other_algorithm(algorithm: Algorithm) -> String {
    let header = Header { kid: Some(KEY_ID.to_owned()), ..Header::new(algorithm) };
    jsonwebtoken::encode(&header, &claims(), &EncodingKey::from_secret(SECRET.as_bytes())).unwrap()
}

/// Returns a good token whose signature's last character carries another of its unused bits.
fn with_stray_bits() -> String {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    resigned(|old| {
        let (start, last) = old.split_at(old.len() - 1);
        let value = ALPHABET.iter().position(|digit| *digit == last.as_bytes()[0]).unwrap();
        format!("{start}{}", char::from(ALPHABET[value ^ 1]))
    })
}

fn forgeries() -> Vec<(&'static str, String)> {
    let good = signed(&header(), &claims());
    let (message, _) = good.rsplit_once('.').unwrap();
    let twice = claims().to_string().replacen('{', r#"{"sub":"1","#, 1);
    vec![
        ("nothing", String::new()),
        ("garbage", "garbage".to_owned()),
        ("two dots only", "..".to_owned()),
        ("two parts", message.to_owned()),
        ("four parts", format!("{good}.e30")),
        ("white space in front", format!(" {good}")),
        ("a line break after it", format!("{good}\n")),
        ("base64 padding", format!("{good}=")),
        ("not ASCII", good.replacen('e', "é", 1)),
        ("longer than any of ours", saying("more", json!("x".repeat(2_000)))),
        ("huge", "x.".repeat(5_000_000)),
        ("no signature", resigned(|_| String::new())),
        ("half a signature", resigned(|old| old[..20].to_owned())),
        ("stray bits in the signature", with_stray_bits()),
        ("another secret", sealed(&header().to_string(), &claims().to_string(), &SECRET.replace('a', "b"))),
        ("the empty secret", sealed(&header().to_string(), &claims().to_string(), "")),
        ("alg none", headed("alg", json!("none"))),
        ("alg none, unsigned", {
            let none = headed("alg", json!("none"));
            format!("{}.", none.rsplit_once('.').unwrap().0)
        }),
        ("alg HS384", with_other_algorithm(Algorithm::HS384)),
        ("alg HS512", with_other_algorithm(Algorithm::HS512)),
        ("alg RS256", headed("alg", json!("RS256"))),
        ("alg in lower case", headed("alg", json!("hs256"))),
        ("no alg", signed(&without(header(), "alg"), &claims())),
        ("another kid", headed("kid", json!("00000000"))),
        ("no kid", signed(&without(header(), "kid"), &claims())),
        ("a key that is over", of_key(OVER)),
        ("a key that was dropped or is yet to come", of_key(ELSEWHERE)),
        ("another key of the ring as kid", headed("kid", json!(NEWEST_ID))),
        ("a path as kid", headed("kid", json!("../../dev/null"))),
        ("the path of the keys as kid", headed("kid", json!("/secrets/auth-secret"))),
        ("SQL as kid", headed("kid", json!(format!("{KEY_ID}' OR '1'='1")))),
        ("SQL that brings a key as kid", headed("kid", json!("' UNION SELECT 'a key' --"))),
        ("an empty kid", headed("kid", json!(""))),
        ("a kid in upper case", headed("kid", json!(KEY_ID.to_uppercase()))),
        ("a kid with NUL", headed("kid", json!(format!("{KEY_ID}\0")))),
        ("a kid as a list", headed("kid", json!([KEY_ID]))),
        ("another header typ", headed("typ", json!("JWE"))),
        ("no header typ", signed(&without(header(), "typ"), &claims())),
        ("crit", headed("crit", json!(["exp"]))),
        ("unencoded payload", headed("b64", json!(false))),
        ("jku", headed("jku", json!("https://example.org/keys"))),
        ("jwk", headed("jwk", json!({"kty": "oct", "k": "YQ"}))),
        ("a header that is no object", sealed("[]", &claims().to_string(), SECRET)),
        ("claims that are no object", sealed(&header().to_string(), "null", SECRET)),
        ("claims that are no JSON", sealed(&header().to_string(), "{", SECRET)),
        ("a claim twice", sealed(&header().to_string(), &twice, SECRET)),
        ("no exp", signed(&header(), &without(claims(), "exp"))),
        ("no nbf", signed(&header(), &without(claims(), "nbf"))),
        ("no iat", signed(&header(), &without(claims(), "iat"))),
        ("no iss", signed(&header(), &without(claims(), "iss"))),
        ("no aud", signed(&header(), &without(claims(), "aud"))),
        ("no sub", signed(&header(), &without(claims(), "sub"))),
        ("no jti", signed(&header(), &without(claims(), "jti"))),
        ("no typ", signed(&header(), &without(claims(), "typ"))),
        ("another iss", saying("iss", json!("tradepost.example"))),
        ("iss as an array", saying("iss", json!(["tradepost"]))),
        ("another aud", saying("aud", json!("tradepost"))),
        ("aud as an array", saying("aud", json!(["tradepost-api"]))),
        ("another typ", saying("typ", json!("refresh"))),
        (
            "exp now",
            signed(&header(), &with(with(claims(), "exp", json!(now())), "iat", json!(now() - WEEK))),
        ),
        ("exp a second later than seven days", saying("exp", json!(now() + WEEK + 1))),
        ("exp in a thousand years", saying("exp", json!(now() + 52_000 * WEEK))),
        ("exp as a string", saying("exp", json!((now() + WEEK).to_string()))),
        ("exp as a fraction", saying("exp", json!(1e10 + 0.5))),
        ("exp null", saying("exp", Value::Null)),
        ("exp beyond 64 bits", saying("exp", json!(u64::MAX))),
        ("an iat that overflows", saying("iat", json!(i64::MIN))),
        ("nbf in the future", saying("nbf", json!(now() + 3))),
        (
            "iat in the future",
            signed(&header(), &with(with(claims(), "iat", json!(now() + 3)), "exp", json!(now() + 3 + WEEK))),
        ),
        ("sub that is no number", saying("sub", json!("ada"))),
        ("sub as a number", saying("sub", json!(7))),
        ("jti that is no session", saying("jti", json!("1"))),
        ("jti in upper case", saying("jti", json!("0123456789ABCDEF0123456789ABCDEF"))),
    ]
}

#[test]
fn the_token_that_the_forgeries_vary_is_good() {
    assert!(tokens().verify(&signed(&header(), &claims())).is_ok());
    assert!(tokens().verify(&resigned(str::to_owned)).is_ok());
    assert!(tokens().verify(&of_key(SECRET)).is_ok() && tokens().verify(&of_key(NEWEST)).is_ok());
}

#[test]
fn forgeries_are_refused() {
    let tokens = tokens();
    for (name, forgery) in forgeries() {
        let verdict = tokens.verify(&forgery);
        assert!(matches!(verdict, Err(AuthenticationError::InvalidToken(_))), "{name}: {verdict:?}");
    }
}
