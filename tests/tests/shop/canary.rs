//! A password, tokens and an e-mail address that would be recognised anywhere are sent in every way, right and wrong, to
//! every operation of the document; then they are looked for. Passwords and tokens are nowhere; the address is with its account.

mod calls;
mod places;
mod record;

use calls::Calls;
use reqwest::Method;
use serde_json::json;
use system_tests::{Answer, Person, Shop, on_both_pairs};

on_both_pairs! {
    what_is_secret_is_written_down_nowhere,
}

const PASSWORD: &str = "canary-pass-7f3e9a1c";
const NEW_PASSWORD: &str = "canary-pass-8c4b2d6e";
const EMAIL: &str = "canary.7f3e9a1c@example.org";
/// How every token of the shop begins: `{"typ":"JWT",` or `{"alg":`.
const TOKENS: [&str; 2] = ["eyJ0eXAi", "eyJhbGci"];

async fn what_is_secret_is_written_down_nowhere(shop: &Shop) {
    record::begin(&[PASSWORD, NEW_PASSWORD, EMAIL, TOKENS[0], TOKENS[1]]);
    shop.stock("TEA-100", 90).await;
    let guest = shop.guest();
    let cart = guest.add_to_cart("TEA-100", 1).await.created().header("x-cart-token").to_owned();
    record::look_for(&cart);
    let person = lives_in_the_shop(shop, &guest.with_cart(&cart)).await;

    let secrets = [PASSWORD, NEW_PASSWORD, person.token(), &cart];
    let document = shop.get("/openapi.json").await.ok().json();
    let callers = [shop.guest(), shop.guest().with_cart(&cart), person.clone(), shop.staff().await];
    let mut failures = 0;
    for (turn, caller) in callers.iter().enumerate() {
        let calls = Calls { document: &document, caller, secrets: &secrets };
        failures += calls.make(turn).await;
    }
    assert!(person.get("/me").await.status() == 200, "the session is still what everything was called with");

    let logged = record::found();
    assert!(logged.is_empty(), "the log holds {logged:#?}");
    let (places, found) = places::look(shop, &secrets, EMAIL).await;
    assert!(found.is_empty(), "{found:#?}");
    println!(
        "{failures} refusals, {} lines of the log, {places} rows and keys: nothing secret",
        record::lines()
    );
}

/// Does what the secrets are for, and what goes wrong with them every day.
async fn lives_in_the_shop(shop: &Shop, guest: &Person) -> Person {
    let account = |password: &str| json!({ "name": "Canary", "email": EMAIL, "password": password });
    let credentials = |password: &str| json!({ "email": EMAIL, "password": password });
    guest.post("/auth/signup", &account(PASSWORD)).await.created();
    guest.post("/auth/signup", &account(NEW_PASSWORD)).await.problem("email-taken");
    guest.post("/auth/signin", &credentials(NEW_PASSWORD)).await.problem("wrong-credentials");
    let signed_in = guest.post("/auth/signin", &credentials(PASSWORD)).await.ok().data();
    let person = guest.with_token(signed_in["token"].as_str().unwrap());
    for path in ["/me", "/cart", "/orders", "/auth/sessions"] {
        person.get(path).await.ok();
    }
    person.add_to_cart("TEA-100", 1).await.created();
    person.place_order().await.created();
    let change = |from: &str, to: &str| json!({ "currentPassword": from, "newPassword": to });
    person.post("/me/password", &change(NEW_PASSWORD, PASSWORD)).await.problem("wrong-password");
    person.post("/me/password", &change(PASSWORD, NEW_PASSWORD)).await.no_content();
    shop.guest().sign_in(EMAIL, NEW_PASSWORD).await.post_nothing("/auth/signout").await.no_content();
    person
}

/// Asserts that a refusal tells nobody's secret. That a path is repeated in `instance` is what RFC 9457 asks for.
fn tells_nothing(answer: &Answer, secrets: &[&str], call: &str) {
    let mut body = answer.json();
    body.as_object_mut().unwrap().remove("instance");
    let text = body.to_string();
    for secret in secrets {
        assert!(!text.contains(secret), "{call} was answered {text}");
    }
}

/// Begins a request to a path of the document, which is not behind `/api/v1` for all of them.
fn request(caller: &Person, method: &Method, path: &str) -> reqwest::RequestBuilder {
    match path.strip_prefix("/api/v1") {
        Some(path) => caller.request(method.clone(), path),
        None => caller.request(method.clone(), &format!("/../..{path}")),
    }
}
