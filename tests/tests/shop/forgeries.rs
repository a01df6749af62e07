//! Tokens that nobody may be admitted with, sent to a running shop. Forged ones differ from a real one in the one thing that
//! their name tells, and are signed as by an attacker who knew the secret wherever the signature is not what is wrong with
//! them; stale ones were real. `auth` has the same at the level of the parser, with more of them.

mod sealing;
mod stale;

use reqwest::{Method, StatusCode};
use sealing::{Original, sealed, with, without};
use serde_json::{Value, json};
use system_tests::{Person, Shop, on_both_pairs};

on_both_pairs! {
    no_forged_token_is_accepted,
}

const WEEK: i64 = 7 * 24 * 60 * 60;

async fn no_forged_token_is_accepted(shop: &Shop) {
    let (alice, bob) = (shop.customer("alice").await, shop.customer("bob").await);
    let original = Original::of(alice.token());
    assert_eq!(original.signed(), alice.token(), "forgeries are signed as the shop signs");
    alice.with_token(&original.signed()).get("/me").await.ok();
    let forgeries: Vec<(&str, String)> = headers(&original)
        .into_iter()
        .chain(claims(&original, bob.id()))
        .chain(signatures(&original))
        .collect();
    for (name, forgery) in &forgeries {
        is_refused(&alice.with_token(forgery), name).await;
    }
    assert_eq!(
        alice.get("/me").await.ok().data()["name"],
        "alice@example.org",
        "nobody has changed anything"
    );
    println!("{} forged tokens, 0 accepted", forgeries.len());
    assert!(forgeries.len() >= 40);
}

/// Asserts that a token is not accepted: by a read, which looks at the session while it fetches, and by a write.
async fn is_refused(person: &Person, name: &str) {
    for request in [
        person.request(Method::GET, "/me"),
        person.request(Method::PATCH, "/me").json(&json!({ "name": "Mallory" })),
    ] {
        let answer = person.send(request).await;
        assert_eq!(answer.status(), StatusCode::UNAUTHORIZED, "{name}: {answer:?}");
        answer.problem("invalid-token");
        assert!(answer.header("www-authenticate").starts_with("Bearer"), "{name}: {answer:?}");
    }
}

/// Tokens whose header lies.
fn headers(original: &Original) -> Vec<(&'static str, String)> {
    let saying = |name: &str, value: Value| {
        let header = with(&original.header, name, value);
        sealed(&header.to_string(), &original.claims.to_string())
    };
    let unsigned = |algorithm: &str| {
        let token = saying("alg", json!(algorithm));
        format!("{}.", token.rsplit_once('.').unwrap().0)
    };
    let lacking = |name| sealed(&without(&original.header, name).to_string(), &original.claims.to_string());
    vec![
        ("alg none", saying("alg", json!("none"))),
        ("alg none without a signature", unsigned("none")),
        ("alg nOnE without a signature", unsigned("nOnE")),
        ("alg HS384", saying("alg", json!("HS384"))),
        ("alg HS384, signed so", original.signed_with::<sha2::Sha384>("HS384")),
        ("alg HS512, signed so", original.signed_with::<sha2::Sha512>("HS512")),
        ("alg RS256, the secret as its public key", saying("alg", json!("RS256"))),
        ("alg ES256", saying("alg", json!("ES256"))),
        ("alg as a list", saying("alg", json!(["HS256", "none"]))),
        ("no alg", lacking("alg")),
        ("another kid", saying("kid", json!("00000000"))),
        ("a path as kid", saying("kid", json!("../../../../../../dev/null"))),
        ("SQL as kid", saying("kid", json!("x' UNION SELECT 'a'-- "))),
        ("a command as kid", saying("kid", json!("|/bin/true"))),
        ("a number as kid", saying("kid", json!(0))),
        ("no kid", lacking("kid")),
        ("another typ", saying("typ", json!("at+jwt"))),
        ("no typ", lacking("typ")),
        ("jku", saying("jku", json!("http://127.0.0.1:9/keys.json"))),
        ("x5u", saying("x5u", json!("http://127.0.0.1:9/chain.pem"))),
        ("jwk", saying("jwk", json!({ "kty": "oct", "k": "YQ" }))),
        ("crit", saying("crit", json!(["exp"]))),
        ("crit of something unknown", saying("crit", json!(["b64"]))),
        ("compressed", saying("zip", json!("DEF"))),
        ("a header that is no object", sealed("[]", &original.claims.to_string())),
    ]
}

/// Tokens whose claims lie.
fn claims(original: &Original, other: i64) -> Vec<(&'static str, String)> {
    let issued = original.claims["iat"].as_i64().unwrap();
    let claiming = |claims: &Value| sealed(&original.header.to_string(), &claims.to_string());
    let saying = |name: &str, value: Value| claiming(&with(&original.claims, name, value));
    let lacking = |name| claiming(&without(&original.claims, name));
    let issued_at = |at: i64| {
        let claims = with(&with(&original.claims, "iat", json!(at)), "nbf", json!(at));
        claiming(&with(&claims, "exp", json!(at + WEEK)))
    };
    let twice = original.claims.to_string().replacen('{', r#"{"sub":"1","#, 1);
    vec![
        ("over for a second", issued_at(issued - WEEK - 1)),
        ("issued in an hour", issued_at(issued + 3600)),
        ("exp in a thousand years", saying("exp", json!(issued + 52_000 * WEEK))),
        ("exp as text", saying("exp", json!((issued + WEEK).to_string()))),
        ("exp as a fraction", saying("exp", json!(1e10 + 0.5))),
        ("exp beyond 64 bits", saying("exp", json!(u64::MAX))),
        ("exp null", saying("exp", Value::Null)),
        ("no exp", lacking("exp")),
        ("nbf in an hour", saying("nbf", json!(issued + 3600))),
        ("no nbf", lacking("nbf")),
        ("an iat that overflows", saying("iat", json!(i64::MIN))),
        ("no iat", lacking("iat")),
        ("another iss", saying("iss", json!("https://shop.example"))),
        ("iss as a list", saying("iss", json!([original.claims["iss"]]))),
        ("no iss", lacking("iss")),
        ("another aud", saying("aud", json!("somebody"))),
        ("aud as a list", saying("aud", json!([original.claims["aud"]]))),
        ("no aud", lacking("aud")),
        ("another kind of token", saying("typ", json!("refresh"))),
        ("no kind", lacking("typ")),
        ("somebody else's account", saying("sub", json!(other.to_string()))),
        ("an account that nobody has", saying("sub", json!("9223372036854775807"))),
        ("sub as a number", saying("sub", json!(1))),
        ("SQL as sub", saying("sub", json!("1 OR 1=1"))),
        ("no sub", lacking("sub")),
        ("a session that nobody has", saying("jti", json!("0123456789abcdef0123456789abcdef"))),
        ("a pattern as session", saying("jti", json!("%"))),
        ("no session", lacking("jti")),
        ("a claim twice", sealed(&original.header.to_string(), &twice)),
        ("claims that are no object", sealed(&original.header.to_string(), "null")),
    ]
}

/// Tokens whose signature is none.
fn signatures(original: &Original) -> Vec<(&'static str, String)> {
    let good = original.signed();
    let (message, signature) = good.rsplit_once('.').unwrap();
    let (other, _) = signature.split_at(signature.len() - 4);
    vec![
        ("garbage", "garbage".to_owned()),
        ("dots only", "..".to_owned()),
        ("no signature", format!("{message}.")),
        ("no signature and no dot", message.to_owned()),
        ("half a signature", format!("{message}.{}", &signature[..20])),
        ("another end", format!("{message}.{other}AAAA")),
        ("base64 padding", format!("{good}=")),
        ("four parts", format!("{good}.e30")),
        ("the empty secret", original.signed_by("")),
        ("a secret that is often taken", original.signed_by("secret")),
        ("the secret in base64", original.signed_by(&sealing::in_base64(system_tests::SECRET))),
        ("longer than any of ours", format!("{good}{}", "A".repeat(2_000))),
    ]
}
