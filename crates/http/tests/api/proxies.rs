//! Who is believed when it says whom a request comes from: the shop alone decides, by the address that connected.

use crate::harness::{Answer, Api};
use http_api::Proxy;

const SIGN_IN: &str = r#"{"email":"ada@example.org","password":"correct horse"}"#;
/// Any client may send these, through whatever lies in between.
const MADE_UP: [&str; 5] = ["198.51.100.9", "10.0.0.1", "127.0.0.1", "unknown", "198.51.100.9, 10.0.0.1"];

fn behind(proxies: &[&str]) -> Api {
    Api::behind(proxies.iter().map(|proxy| Proxy::parse(proxy).unwrap()))
}

/// Signs in over a connection from this address, and returns whom the shop took it for.
async fn taken_for(api: &Api, connected: &str, forwarded_for: &[&str]) -> String {
    let call = api.call("POST", "/api/v1/auth/signin").from(connected).json(SIGN_IN);
    let call = forwarded_for.iter().fold(call, |call, line| call.header("X-Forwarded-For", line));
    // Other names for the same thing, which no proxy of ours writes.
    let call = call.header("Forwarded", "for=198.51.100.9").header("X-Real-IP", "198.51.100.9");
    let call = call.header("True-Client-IP", "198.51.100.9").header("CF-Connecting-IP", "198.51.100.9");
    assert_eq!(call.send().await.status.as_u16(), 200);
    let asked = api.stub.asked().pop().unwrap();
    let (_, address) = asked.split_once("address: ").unwrap();
    address.split(',').next().unwrap().to_owned()
}

#[actix_web::test]
async fn without_a_proxy_a_client_is_whoever_connects() {
    for api in [Api::new(), behind(&["10.0.0.1"])] {
        for made_up in MADE_UP {
            assert_eq!(taken_for(&api, "203.0.113.5", &[made_up]).await, "203.0.113.5", "{made_up}");
        }
    }
}

#[actix_web::test]
async fn behind_a_proxy_it_is_whom_the_proxy_heard() {
    let api = behind(&["10.0.0.1"]);
    for made_up in MADE_UP {
        let appended = format!("{made_up}, 203.0.113.5");
        assert_eq!(taken_for(&api, "10.0.0.1", &[&appended]).await, "203.0.113.5", "{appended}");
        assert_eq!(taken_for(&api, "10.0.0.1", &[made_up, "203.0.113.5"]).await, "203.0.113.5", "{made_up}");
    }
}

#[actix_web::test]
async fn behind_two_proxies_it_is_whom_the_outer_one_heard() {
    let api = behind(&["10.0.0.1", "10.1.0.0/16"]);
    for made_up in MADE_UP {
        let appended = format!("{made_up}, 203.0.113.5, 10.1.2.3");
        assert_eq!(taken_for(&api, "10.0.0.1", &[&appended]).await, "203.0.113.5", "{appended}");
        let unlisted = format!("{made_up}, 203.0.113.5, 10.2.2.3");
        assert_eq!(taken_for(&api, "10.0.0.1", &[&unlisted]).await, "10.2.2.3", "{unlisted}");
    }
}

#[actix_web::test]
async fn browsers_are_told_to_insist_on_tls_where_a_proxy_speaks_it() {
    let api = behind(&["10.0.0.1"]);
    let told = |answer: Answer| answer.header("strict-transport-security").map(str::to_owned);
    for path in ["/api/v1/products", "/nowhere", "/docs/", "/api/v1/orders"] {
        let over = |scheme| api.call("GET", path).from("10.0.0.1").header("X-Forwarded-Proto", scheme);
        assert!(told(over("https").send().await).is_some_and(|rule| rule.starts_with("max-age=")), "{path}");
        assert_eq!(told(over("http").send().await), None, "{path}");
        assert_eq!(told(over("https").from("203.0.113.5").send().await), None, "{path}: anybody can say so");
    }
}
