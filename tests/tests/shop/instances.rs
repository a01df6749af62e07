//! Two instances on one database and one Redis are one shop.

use serde_json::json;
use system_tests::Shop;

#[tokio::test(flavor = "multi_thread")]
async fn every_instance_sees_what_another_one_wrote() {
    let one = Shop::open_server().await;
    let two = one.second_instance().await;
    let tea = one.stock("TEA-100", 10).await;
    let alice = one.customer("alice").await;
    let there = alice.at(&two);
    let path = format!("/products/{}", tea.id);

    for reader in [&alice, &there] {
        for path in [&path, "/products", "/categories", "/cart", "/orders"] {
            reader.get(path).await.ok();
        }
    }
    assert!(there.get(&path).await.ok().is_cached(), "one instance fills, both read");

    one.staff().await.patch_if(&path, &tea.etag, &json!({ "price": { "amount": "10.00" } })).await.ok();
    assert_eq!(there.get(&path).await.ok().data()["price"]["amount"], "10.00");
    assert_eq!(there.get("/products").await.ok().data()["items"][0]["price"]["amount"], "10.00");

    alice.add_to_cart("TEA-100", 2).await.created();
    assert_eq!(there.get("/cart").await.ok().data()["subtotal"]["amount"], "20.00");
    there.place_order().await.created();
    assert_eq!(alice.get("/cart").await.ok().data()["items"], json!([]));
    assert_eq!(alice.get("/orders").await.ok().data()["total"], 1);
    assert_eq!(alice.get(&path).await.ok().data()["stock"], 8);

    there.post_nothing("/auth/signout").await.no_content();
    alice.get("/cart").await.problem("invalid-token");
    two.close().await;
    one.close().await;
}
