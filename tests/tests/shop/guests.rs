//! Guests: they shop without an account, come back to their cart by its token, and take it along when they sign in.

use serde_json::{Value, json};
use system_tests::{Answer, PASSWORD, Person, Shop, on_both_pairs};
use tokio::task::JoinSet;

on_both_pairs! {
    a_guest_shops_signs_up_and_takes_the_cart_along,
    signing_in_empties_no_cart,
    what_cannot_be_taken_along_is_told,
    of_many_sign_ins_at_once_one_takes_the_cart_along,
    guests_who_add_at_once_lose_nothing,
    a_guest_says_which_version_was_seen,
    looking_makes_no_cart_and_strange_tokens_find_none,
    a_cart_that_has_ended_is_gone,
    a_bearer_wins_and_a_bad_one_is_refused,
}

/// Puts something into a new cart and returns the guest who sends its token from now on.
async fn guest_with(shop: &Shop, sku: &str, quantity: u32) -> Person {
    let guest = shop.guest();
    let answer = guest.add_to_cart(sku, quantity).await.created();
    assert_eq!(answer.header("cache-control"), "no-store", "{answer:?}");
    let token = answer.header("x-cart-token");
    assert_eq!(token.len(), 43, "{answer:?}");
    guest.with_cart(token)
}

/// Signs in, with the guest's cart if there is one, and returns the whole answer.
async fn sign_in(person: &Person, name: &str) -> Answer {
    let credentials = json!({ "email": format!("{name}@example.org"), "password": PASSWORD });
    person.post("/auth/signin", &credentials).await.ok()
}

/// Returns what a cart holds, by sku.
fn contents(cart: &Value) -> Vec<(String, u64)> {
    let line = |line: &Value| (line["sku"].as_str().unwrap().to_owned(), line["quantity"].as_u64().unwrap());
    cart["items"].as_array().unwrap().iter().map(line).collect()
}

async fn cart_of(person: &Person) -> Vec<(String, u64)> {
    contents(&person.get("/cart").await.ok().data())
}

fn lines<const N: usize>(expected: [(&str, u64); N]) -> Vec<(String, u64)> {
    expected.map(|(sku, quantity)| (sku.to_owned(), quantity)).to_vec()
}

/// Lets everybody do something at once and returns all the answers.
async fn all_at_once<F>(acts: impl IntoIterator<Item = F>) -> Vec<Answer>
where
    F: Future<Output = Answer> + Send + 'static,
{
    acts.into_iter().collect::<JoinSet<_>>().join_all().await
}

async fn a_guest_shops_signs_up_and_takes_the_cart_along(shop: &Shop) {
    let tea = shop.stock("TEA-100", 10).await;
    shop.stock("MUG-1", 3).await;
    let empty = shop.guest().get("/cart").await.ok();
    assert_eq!((empty.data()["items"].clone(), empty.header("x-cart-token")), (json!([]), ""));
    assert_eq!(empty.source(), shop.database());

    let guest = guest_with(shop, "TEA-100", 2).await;
    let added = guest.add_to_cart("MUG-1", 1).await.created();
    let read = guest.get("/cart").await.ok();
    assert_eq!((read.data(), read.source()), (added.data(), shop.database().to_owned()));
    assert_eq!(read.header("cache-control"), "private, no-cache");
    assert_eq!(read.header("x-cart-token"), added.header("x-cart-token"));
    assert_eq!(read.header("vary"), "Authorization, X-Cart-Token");
    guest.get_unless("/cart", read.header("etag")).await.not_modified();
    let item = format!("/cart/items/{}", tea.variant);
    guest.patch(&item, &json!({ "quantity": 3 })).await.ok();
    let refused = guest.place_order().await.problem("authentication-required");
    assert!(refused["detail"].as_str().unwrap().contains("sign up"), "{refused}");

    let new = json!({ "name": "Ada", "email": "ada@example.org", "password": PASSWORD });
    guest.post("/auth/signup", &new).await.created();
    let signed_in = sign_in(&guest, "ada").await.data();
    assert_eq!(signed_in["cartMerge"], json!({ "merged": 2, "adjustments": [] }));
    let ada = shop.guest().with_token(signed_in["token"].as_str().unwrap());
    assert_eq!(cart_of(&ada).await, lines([("TEA-100", 3), ("MUG-1", 1)]));

    let gone = guest.get("/cart").await.ok();
    assert_eq!((gone.data()["items"].clone(), gone.header("x-cart-token")), (json!([]), ""));
    assert_eq!(sign_in(&guest, "ada").await.data()["cartMerge"], json!(null));
    let order = ada.place_order().await.created().data();
    assert_eq!(order["total"]["amount"], "50.00");
}

async fn signing_in_empties_no_cart(shop: &Shop) {
    for sku in ["A", "B", "C"] {
        shop.stock(sku, 50).await;
    }
    let alice = shop.customer("alice").await;
    alice.add_to_cart("A", 5).await.created();
    alice.add_to_cart("B", 1).await.created();
    let before = lines([("A", 5), ("B", 1)]);
    for guest in [shop.guest(), shop.guest().with_cart(&"A".repeat(43))] {
        assert_eq!(sign_in(&guest, "alice").await.data()["cartMerge"], json!(null));
        assert_eq!(cart_of(&alice).await, before);
    }
    let emptied = guest_with(shop, "C", 1).await;
    emptied.delete("/cart").await.ok();
    let nothing = json!({ "merged": 0, "adjustments": [] });
    assert_eq!(sign_in(&emptied, "alice").await.data()["cartMerge"], nothing);
    assert_eq!(cart_of(&alice).await, before);

    let guest = guest_with(shop, "C", 4).await;
    guest.add_to_cart("B", 3).await.created();
    guest.add_to_cart("A", 2).await.created();
    assert!(alice.get("/cart").await.ok().is_cached(), "the copy that the merge must renew");
    assert_eq!(sign_in(&guest, "alice").await.data()["cartMerge"]["merged"], 2);
    let merged = alice.get("/cart").await.ok();
    assert_eq!(
        (contents(&merged.data()), merged.source()),
        (lines([("A", 5), ("B", 3), ("C", 4)]), shop.database().to_owned())
    );
}

async fn what_cannot_be_taken_along_is_told(shop: &Shop) {
    let lamp = shop.stock("LAMP-1", 5).await;
    let mug = shop.stock("MUG-1", 9).await;
    shop.customer("alice").await;
    let guest = guest_with(shop, "LAMP-1", 5).await;
    guest.add_to_cart("MUG-1", 9).await.created();
    let bob = shop.customer("bob").await;
    bob.buy("LAMP-1", 5).await;
    bob.buy("MUG-1", 5).await;
    let seen = guest.get("/cart").await.ok().data();
    assert_eq!(seen["items"][0]["availability"], "out_of_stock");
    let merge = sign_in(&guest, "alice").await.data()["cartMerge"].clone();
    assert_eq!(
        merge,
        json!({ "merged": 1, "adjustments": [
            { "variantId": lamp.variant, "sku": "LAMP-1", "requested": 5, "quantity": 0, "reason": "out_of_stock" },
            { "variantId": mug.variant, "sku": "MUG-1", "requested": 9, "quantity": 4, "reason": "limited_stock" },
        ] })
    );
}

async fn of_many_sign_ins_at_once_one_takes_the_cart_along(shop: &Shop) {
    shop.stock("TEA-100", 50).await;
    let (alice, bob) = (shop.customer("alice").await, shop.customer("bob").await);
    for round in 1..=3 {
        let guest = guest_with(shop, "TEA-100", 2 * round).await;
        let sign_ins = (0..8).map(|number| {
            let guest = guest.clone();
            async move { sign_in(&guest, if number % 2 == 0 { "alice" } else { "bob" }).await }
        });
        let answers = all_at_once(sign_ins).await;
        let merges = answers.iter().map(|answer| answer.data()["cartMerge"].clone());
        let merges: Vec<Value> = merges.filter(|merge| !merge.is_null()).collect();
        assert_eq!(merges, [json!({ "merged": 1, "adjustments": [] })]);
        let carts = [cart_of(&alice).await, cart_of(&bob).await];
        let have = carts.iter().filter(|cart| **cart == lines([("TEA-100", (2 * round).into())])).count();
        assert_eq!(have, 1, "{carts:?}");
    }
}

async fn guests_who_add_at_once_lose_nothing(shop: &Shop) {
    for sku in ["A", "B", "C", "D"] {
        shop.stock(sku, 100).await;
    }
    let guest = guest_with(shop, "A", 1).await;
    let adds = (0..20).map(|number| {
        let guest = guest.clone();
        async move { guest.add_to_cart(["A", "B", "C", "D"][number % 4], 1).await }
    });
    for answer in all_at_once(adds).await {
        answer.created();
    }
    let cart = guest.get("/cart").await.ok().data();
    let mut found = contents(&cart);
    found.sort();
    assert_eq!((found, &cart["version"]), (lines([("A", 6), ("B", 5), ("C", 5), ("D", 5)]), &json!(21)));

    let strangers = (0..2).map(|_| {
        let stranger = shop.guest();
        async move { stranger.add_to_cart("A", 1).await }
    });
    let answers = all_at_once(strangers).await;
    assert_ne!(answers[0].header("x-cart-token"), answers[1].header("x-cart-token"), "two guests, two carts");
    for answer in answers {
        assert_eq!(contents(&answer.created().data()), lines([("A", 1)]));
    }
}

async fn a_guest_says_which_version_was_seen(shop: &Shop) {
    let tea = shop.stock("TEA-100", 50).await;
    let guest = guest_with(shop, "TEA-100", 1).await;
    let first = guest.get("/cart").await.ok();
    assert_eq!(first.data()["version"], 1);
    let (item, etag) = (format!("/cart/items/{}", tea.variant), first.header("etag"));
    guest.patch_if(&item, etag, &json!({ "quantity": 2 })).await.ok();
    let stale = guest.patch_if(&item, etag, &json!({ "quantity": 3 })).await.problem("precondition-failed");
    assert_eq!((&stale["status"], &stale["version"]), (&json!(412), &json!(2)));
    guest.delete_if("/cart", etag).await.problem("precondition-failed");
    let now = guest.get("/cart").await.ok();
    assert_eq!(contents(&guest.delete_if("/cart", now.header("etag")).await.ok().data()), []);
}

async fn looking_makes_no_cart_and_strange_tokens_find_none(shop: &Shop) {
    shop.stock("TEA-100", 50).await;
    let unknown = "B".repeat(42) + "A";
    let stranger = shop.guest().with_cart(&unknown);
    for answer in [stranger.get("/cart").await, stranger.delete("/cart").await] {
        let answer = answer.ok();
        assert_eq!((answer.data()["items"].clone(), answer.header("x-cart-token")), (json!([]), ""));
    }
    stranger.patch("/cart/items/1", &json!({ "quantity": 1 })).await.problem("not-found");
    stranger.delete("/cart/items/1").await.problem("not-found");
    let begun = stranger.add_to_cart("TEA-100", 1).await.created();
    assert_ne!(begun.header("x-cart-token"), unknown, "a token of somebody's own making is none");
    assert_eq!(cart_of(&stranger).await, []);

    for malformed in ["x".to_owned(), "A".repeat(42), "A".repeat(44), "!".repeat(43), "A".repeat(42) + "B"] {
        let guest = shop.guest().with_cart(&malformed);
        for answer in [guest.get("/cart").await, guest.add_to_cart("TEA-100", 1).await] {
            let problem = answer.problem("malformed-request");
            assert_eq!(
                (&problem["status"], &problem["errors"][0]["header"]),
                (&json!(400), &json!("X-Cart-Token"))
            );
        }
        let credentials = json!({ "email": "nobody@example.org", "password": PASSWORD });
        guest.post("/auth/signin", &credentials).await.problem("malformed-request");
    }
}

async fn a_cart_that_has_ended_is_gone(shop: &Shop) {
    shop.stock("TEA-100", 50).await;
    shop.customer("alice").await;
    let guest = guest_with(shop, "TEA-100", 2).await;
    shop.sql("UPDATE carts SET expires_at = '2020-01-01T00:00:00+00:00' WHERE token_hash IS NOT NULL").await;
    let gone = guest.get("/cart").await.ok();
    assert_eq!((gone.data()["items"].clone(), gone.header("x-cart-token")), (json!([]), ""));
    assert_eq!(sign_in(&guest, "alice").await.data()["cartMerge"], json!(null));
    let next = guest.add_to_cart("TEA-100", 1).await.created();
    assert_eq!(contents(&next.data()), lines([("TEA-100", 1)]));
    assert_eq!(cart_of(&shop.guest().with_cart(next.header("x-cart-token"))).await, lines([("TEA-100", 1)]));
}

async fn a_bearer_wins_and_a_bad_one_is_refused(shop: &Shop) {
    shop.stock("A", 50).await;
    shop.stock("B", 50).await;
    let alice = shop.customer("alice").await;
    alice.add_to_cart("A", 1).await.created();
    let guest = guest_with(shop, "B", 2).await;
    let both = guest.with_token(alice.token());
    let answer = both.get("/cart").await.ok();
    assert_eq!((contents(&answer.data()), answer.header("x-cart-token")), (lines([("A", 1)]), ""));
    both.add_to_cart("A", 1).await.created();
    assert_eq!((cart_of(&alice).await, cart_of(&guest).await), (lines([("A", 2)]), lines([("B", 2)])));

    alice.post_nothing("/auth/signout").await.no_content();
    for token in [alice.token(), "nonsense"] {
        let refused = guest.with_token(token);
        refused.get("/cart").await.problem("invalid-token");
        refused.add_to_cart("B", 1).await.problem("invalid-token");
    }
    assert_eq!(cart_of(&guest).await, lines([("B", 2)]));
}
