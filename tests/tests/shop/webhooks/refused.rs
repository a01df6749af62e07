//! What only the shop can reach is not reached through webhooks, unless an operator says so.

use super::{attempts, newest, register};
use serde_json::json;
use system_tests::{Receiver, Shop};

const STRICT: (&str, &str) = ("APP__WEBHOOKS__ALLOW_PRIVATE_TARGETS", "false");

#[tokio::test(flavor = "multi_thread")]
async fn nothing_leads_into_a_private_network_embedded() {
    nothing_leads_into_a_private_network(Shop::open_embedded_with(&[(STRICT.0, STRICT.1.to_owned())]).await)
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_leads_into_a_private_network_server() {
    nothing_leads_into_a_private_network(Shop::open_server_with(&[(STRICT.0, STRICT.1.to_owned())]).await)
        .await;
}

async fn nothing_leads_into_a_private_network(shop: Shop) {
    let (staff, alice, mut receiver) =
        (shop.staff().await, shop.customer("alice").await, Receiver::open().await);
    shop.stock("TEA-100", 100).await;
    let endpoint = register(&staff, "https://shop.example/webhooks", &["order.placed"]).await;
    let port = receiver.port();
    let refused: Vec<String> = [
        "http://shop.example",
        "https://localhost:PORT",
        "https://127.0.0.1:PORT",
        "https://127.1:PORT",
        "https://2130706433:PORT",
        "https://0x7f.0.0.1:PORT",
        "https://0.0.0.0:PORT",
        "https://10.1.2.3",
        "https://100.64.0.1",
        "https://169.254.169.254/latest/meta-data/",
        "https://172.16.0.1",
        "https://192.0.2.1",
        "https://192.168.0.1",
        "https://198.18.0.1",
        "https://224.0.0.1",
        "https://255.255.255.255",
        "https://[::1]:PORT",
        "https://[::]:PORT",
        "https://[::ffff:127.0.0.1]:PORT",
        "https://[64:ff9b::7f00:1]:PORT",
        "https://[2002:7f00:1::]:PORT",
        "https://[2001:db8::1]",
        "https://[fc00::1]",
        "https://[fe80::1]",
        "https://[ff02::1]",
    ]
    .map(|url| url.replace("PORT", &port.to_string()))
    .into();
    for url in &refused {
        for answer in [
            staff.post("/admin/webhooks", &json!({ "url": url })).await,
            staff.patch(&endpoint.path, &json!({ "url": url })).await,
        ] {
            let problem = answer.problem("validation-failed");
            assert_eq!(problem["errors"][0]["pointer"], "/url", "{url}: {problem}");
        }
    }
    assert_eq!(staff.get("/admin/webhooks").await.ok().data()["total"], 1);

    // As if the name led elsewhere by now, or had never been looked at.
    for host in ["localhost", "127.0.0.1"] {
        shop.sql(&format!("UPDATE webhook_endpoints SET url = 'https://{host}:{port}/'")).await;
        alice.buy("TEA-100", 1).await;
        let tried = newest(&staff, &endpoint, |delivery| attempts(delivery) == [None]).await;
        let why = tried["lastError"].as_str().unwrap();
        assert!(why.contains("private") && why.contains("webhooks.allow_private_targets"), "{why}");
        staff.patch(&endpoint.path, &json!({ "status": "paused" })).await.ok();
        staff.patch(&endpoint.path, &json!({ "status": "active" })).await.ok();
    }
    assert!(receiver.rest().is_empty(), "somebody was reached");
    println!("{}: {} targets refused by POST and by PATCH, 2 when sending", shop.database(), refused.len());
    shop.close().await;
}
