//! What operators ask: is it alive, is it ready, and what can it do.

use system_tests::{Shop, on_both_pairs};

on_both_pairs! {
    a_shop_says_that_it_is_well,
    the_contract_is_served,
}

async fn a_shop_says_that_it_is_well(shop: &Shop) {
    assert_eq!(shop.get("/health/live").await.status(), 200);
    let ready = shop.get("/health/ready").await.ok().json();
    assert_eq!(ready["status"], "ready", "{ready}");
    let text = ready.to_string();
    for store in [shop.database(), shop.cache()] {
        assert!(text.contains(store), "{store} is not mentioned: {text}");
    }
}

async fn the_contract_is_served(shop: &Shop) {
    let contract = shop.get("/openapi.json").await.ok().json();
    assert!(contract["openapi"].as_str().unwrap().starts_with("3.1"));
    for path in
        ["/api/v1/products", "/api/v1/cart/items", "/api/v1/orders/{id}/cancel", "/api/v1/auth/signin"]
    {
        assert!(contract["paths"].get(path).is_some(), "{path} is not described");
    }
    let problem = shop.guest().get("/orders").await.problem("authentication-required");
    let page = shop.get(problem["type"].as_str().unwrap()).await.ok();
    assert!(page.text().contains("Sign in"), "{page:?}");
}
