//! Too many tries, from outside: instances count together, an outage of Redis turns nothing off, and no header field makes
//! somebody another client.

use serde_json::json;
use system_tests::{Answer, Person, Shop};

/// How often something may be tried: so seldom that nothing is given back while a test runs for some seconds.
const LIMIT: usize = 6;
/// What may come on top where a machine is busy: one that was given back, and one that Redis answered too late.
const SLACK: usize = 2;

fn limited(name: &'static str) -> (&'static str, String) {
    (name, LIMIT.to_string())
}

/// Tries a password of an account that there is not.
async fn guess(guest: &Person, forwarded_for: &str) -> Answer {
    let tried = json!({ "email": "nobody@example.org", "password": "wrong horse 42" });
    let request = guest.request(reqwest::Method::POST, "/auth/signin").json(&tried);
    guest.send(request.header("X-Forwarded-For", forwarded_for)).await
}

/// Guesses until that was once too often, and returns how often it was not.
async fn guesses(guest: &Person, forwarded_for: impl Fn(usize) -> String) -> usize {
    for number in 0..LIMIT * 5 {
        let answer = guess(guest, &forwarded_for(number)).await;
        if answer.status() == 429 {
            let problem = answer.problem("too-many-requests");
            let told =
                |name| answer.header(name).parse::<u64>().unwrap_or_else(|_| panic!("no {name}: {answer:?}"));
            assert_eq!((told("ratelimit-limit"), told("ratelimit-remaining")), (LIMIT as u64, 0));
            let wait = told("retry-after");
            assert!((1..=60).contains(&wait) && told("ratelimit-reset") == wait, "{answer:?}");
            assert_eq!(problem["retryAfter"], wait);
            return number;
        }
        answer.problem("wrong-credentials");
        let remaining: usize = answer.header("ratelimit-remaining").parse().unwrap();
        assert!(remaining < LIMIT, "{remaining}");
    }
    panic!("nothing limits");
}

fn nobody(_: usize) -> String {
    String::new()
}

#[tokio::test(flavor = "multi_thread")]
async fn instances_count_together_and_redis_may_go_away() {
    let settings = [limited("APP__THROTTLE__SIGN_IN_PER_ACCOUNT")];
    let one = Shop::open_server_with(&settings).await;
    let two = one.second_instance_with(&settings).await;
    let (here, there) = (one.guest(), two.guest());
    let passed = guesses(&here, nobody).await;
    assert!((LIMIT..=LIMIT + SLACK).contains(&passed), "{passed}");
    assert!(guesses(&there, nobody).await <= SLACK, "the other instance counts for itself");
    let keys = one.redis().cli(&["KEYS", "throttle:*"]);
    assert!(keys.starts_with("throttle:sign_in_per_account:") && !keys.contains("nobody"), "{keys}");

    one.redis().kill();
    for guest in [&here, &there] {
        assert!(guesses(guest, nobody).await <= LIMIT + SLACK, "one more burst, and no more");
        assert!(guesses(guest, nobody).await <= SLACK);
    }
    two.close().await;
    one.close().await;
}

/// Tells whether a client that writes whatever it likes into `X-Forwarded-For` is limited as one, and others are not.
async fn is_one_client(shop: &Shop, heard_by_the_proxy: &str) {
    let passed = guesses(&shop.guest(), |number| format!("198.51.100.{number}{heard_by_the_proxy}")).await;
    assert!((LIMIT..=LIMIT + SLACK).contains(&passed), "{passed}");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_proxy_no_header_makes_another_client() {
    let shop = Shop::open_embedded_with(&[limited("APP__THROTTLE__SIGN_IN_PER_ADDRESS")]).await;
    is_one_client(&shop, "").await;
    shop.close().await;
}

async fn behind_proxies(shop: &Shop, appended: &str) {
    is_one_client(shop, &format!(", 203.0.113.5{appended}")).await;
    let other = guess(&shop.guest(), &format!("198.51.100.1, 203.0.113.6{appended}")).await;
    other.problem("wrong-credentials");

    let new = json!({ "name": "Ada", "email": "ada@example.org", "password": system_tests::PASSWORD });
    shop.guest().post("/auth/signup", &new).await.created();
    let sign_in = json!({ "email": "ada@example.org", "password": system_tests::PASSWORD });
    let request = shop.guest().request(reqwest::Method::POST, "/auth/signin").json(&sign_in);
    let request = request.header("X-Forwarded-For", format!("198.51.100.9, 203.0.113.7{appended}"));
    let token = shop.guest().send(request).await.ok().data()["token"].as_str().unwrap().to_owned();
    let sessions = shop.guest().with_token(&token).get("/auth/sessions").await.ok().data();
    assert_eq!(sessions["items"][0]["address"], "203.0.113.7");
}

#[tokio::test(flavor = "multi_thread")]
async fn behind_a_proxy_the_client_is_whom_it_heard() {
    let proxies = ("APP__SERVER__TRUSTED_PROXIES", "127.0.0.1".to_owned());
    let shop = Shop::open_embedded_with(&[limited("APP__THROTTLE__SIGN_IN_PER_ADDRESS"), proxies]).await;
    behind_proxies(&shop, "").await;
    shop.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn behind_two_proxies_the_client_is_whom_the_outer_one_heard() {
    let proxies = ("APP__SERVER__TRUSTED_PROXIES", "127.0.0.1, 10.0.0.0/8".to_owned());
    let shop = Shop::open_server_with(&[limited("APP__THROTTLE__SIGN_IN_PER_ADDRESS"), proxies]).await;
    behind_proxies(&shop, ", 10.1.2.3").await;
    shop.close().await;
}
