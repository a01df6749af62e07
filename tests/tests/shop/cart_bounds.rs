//! What every cart keeps to, an account's and a guest's: its bounds, and what it says of prices.

use serde_json::{Value, json};
use system_tests::{Person, Shop, on_both_pairs};

on_both_pairs! {
    a_cart_holds_a_hundred_lines_of_999,
    a_line_tells_that_its_price_has_changed,
}

/// Returns a customer and a guest, both with one of something in their carts.
async fn two_with(shop: &Shop, sku: &str) -> [Person; 2] {
    let alice = shop.customer("alice").await;
    alice.add_to_cart(sku, 1).await.created();
    let guest = shop.guest();
    let token = guest.add_to_cart(sku, 1).await.created().header("x-cart-token").to_owned();
    [alice, guest.with_cart(&token)]
}

async fn a_cart_holds_a_hundred_lines_of_999(shop: &Shop) {
    let variants: Vec<Value> = (0..100)
        .map(|number| {
            let sku = format!("BEAD-{number}");
            json!({ "sku": sku, "title": sku, "price": { "amount": "0.01" }, "stock": 5_000 })
        })
        .collect();
    let beads = json!({ "name": "Beads", "description": "", "category": "Craft", "variants": variants });
    shop.make(&beads).await;
    shop.stock("TEA-100", 5_000).await;
    for person in two_with(shop, "BEAD-0").await {
        for number in 1..100 {
            person.add_to_cart(&format!("BEAD-{number}"), 1).await.created();
        }
        let full = person.get("/cart").await.ok().data();
        assert_eq!(full["items"].as_array().unwrap().len(), 100);
        let refused = person.add_to_cart("TEA-100", 1).await.problem("cart-full");
        assert_eq!(refused["status"], 409);

        let most = person.add_to_cart("BEAD-0", 998).await.created().data();
        assert_eq!(most["items"][0]["quantity"], 999);
        assert_eq!(person.add_to_cart("BEAD-0", 1).await.problem("cart-full")["status"], 409);
        let item = format!("/cart/items/{}", most["items"][0]["variantId"]);
        person.patch(&item, &json!({ "quantity": 1_000 })).await.problem("validation-failed");
        assert_eq!(person.get("/cart").await.ok().data(), most, "a refusal changes nothing");

        person.delete(&item).await.ok();
        person.add_to_cart("TEA-100", 999).await.created();
    }
}

async fn a_line_tells_that_its_price_has_changed(shop: &Shop) {
    let tea = shop.stock("TEA-100", 50).await;
    let people = two_with(shop, "TEA-100").await;
    let usd = |amount: &str| json!({ "amount": amount, "currency": "USD" });
    for person in &people {
        let line = person.get("/cart").await.ok().data()["items"][0].take();
        assert_eq!((&line["priceChanged"], &line["priceWhenAdded"]), (&json!(false), &usd("12.50")));
    }
    let path = format!("/products/{}", tea.id);
    let dearer = json!({ "price": { "amount": "15.00" } });
    let edited = shop.staff().await.patch_if(&path, &tea.etag, &dearer).await.ok();
    for person in &people {
        for _ in 0..2 {
            let cart = person.get("/cart").await.ok().data();
            let line = &cart["items"][0];
            assert_eq!(
                (&line["unitPrice"], &cart["subtotal"]),
                (&usd("15.00"), &usd("15.00")),
                "prices are live"
            );
            assert_eq!((&line["priceChanged"], &line["priceWhenAdded"]), (&json!(true), &usd("12.50")));
        }
        let more = person.add_to_cart("TEA-100", 1).await.created().data();
        assert_eq!(more["items"][0]["priceWhenAdded"], usd("12.50"), "more of it keeps the first price");
    }
    let back = json!({ "price": { "amount": "12.50" } });
    shop.staff().await.patch_if(&path, edited.header("etag"), &back).await.ok();
    for person in &people {
        assert_eq!(person.get("/cart").await.ok().data()["items"][0]["priceChanged"], json!(false));
    }
}
