//! The doctor beside an open shop: it reads one state, so whatever goes on meanwhile is no gap.

use serde_json::json;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use system_tests::{Person, Shop, on_both_pairs};
use tokio::task::JoinSet;

on_both_pairs! {
    a_shop_that_is_open_has_no_gap,
    what_the_doctor_repairs_is_seen_at_once,
}

const SKUS: [&str; 3] = ["A", "B", "C"];
/// How much goes on while the doctor looks.
const ACTS: u32 = 300;

async fn a_shop_that_is_open_has_no_gap(shop: &Shop) {
    let mut products = Vec::new();
    for sku in SKUS {
        products.push(shop.stock(sku, 40).await);
    }
    let (staff, command) = (shop.staff().await, shop.command().await);
    let (open, done) = (Arc::new(AtomicBool::new(true)), Arc::new(AtomicU32::new(0)));
    let mut people = JoinSet::new();
    for (number, customer) in shop.customers(6).await.into_iter().enumerate() {
        let (open, done, staff) = (Arc::clone(&open), Arc::clone(&done), staff.clone());
        people.spawn(async move {
            for round in number.. {
                if !open.load(Ordering::Relaxed) {
                    break;
                }
                done.fetch_add(shop_once(&customer, &staff, round).await, Ordering::Relaxed);
            }
        });
    }
    // Prices and bands of availability that flip all the time: what a listing keeps of them follows in the same transaction.
    for product in products.clone() {
        let (open, staff) = (Arc::clone(&open), staff.clone());
        people.spawn(async move {
            for round in 0.. {
                if !open.load(Ordering::Relaxed) {
                    break;
                }
                let (units, price) = [(-36, "12.00"), (36, "13.00")][round % 2];
                let delta = json!({ "delta": units, "reason": "counted" });
                let counted =
                    staff.post(&format!("/variants/{}/stock", product.variant), &delta).await.status();
                assert!(matches!(counted, 200 | 409), "{counted}");
                let path = format!("/products/{}", product.id);
                let seen = staff.get(&path).await.ok();
                let edit = json!({ "name": format!("Product {round}"), "price": { "amount": price } });
                let edited = staff.patch_if(&path, seen.header("etag"), &edit).await.status();
                assert!(matches!(edited, 200 | 412), "{edited}");
            }
        });
    }
    let (mut audits, mut looked_at) = (0, 0);
    while done.load(Ordering::Relaxed) < ACTS {
        let (findings, orders) = command.audit().await;
        assert_eq!(findings, Vec::<String>::new());
        (audits, looked_at) = (audits + 1, orders);
    }
    open.store(false, Ordering::Relaxed);
    while let Some(person) = people.join_next().await {
        person.unwrap();
    }
    let done = done.load(Ordering::Relaxed);
    println!("{}: {audits} audits beside {done} acts on {looked_at} orders: no finding", shop.database());
    command.settled().await;
    assert_eq!(shop.run("app doctor").await, ExitCode::SUCCESS);
}

/// Buys something, and lets it go one of the ways that orders go. Returns how many acts succeeded.
async fn shop_once(customer: &Person, staff: &Person, round: usize) -> u32 {
    customer.add_to_cart(SKUS[round % SKUS.len()], 1 + u32::try_from(round % 3).unwrap()).await;
    let placed = customer.place_order().await;
    if placed.status() != 201 {
        assert_eq!(placed.status(), 409, "{placed:?}"); // out of stock, or it was not even put into the cart
        customer.delete("/cart").await.ok();
        return 0;
    }
    let order = placed.data()["id"].as_i64().unwrap();
    let actions =
        [["cancel"].as_slice(), &["pay", "ship", "restock", "refund"], &["pay", "cancel", "refund"]];
    let mut acts = 1;
    for action in actions[round % actions.len()] {
        staff.post_nothing(&format!("/admin/orders/{order}/{action}")).await.ok();
        acts += 1;
    }
    acts
}

async fn what_the_doctor_repairs_is_seen_at_once(shop: &Shop) {
    let (guest, command) = (shop.guest(), shop.command().await);
    shop.stock("TEA-100", 10).await;
    command.settled().await;
    shop.sql("UPDATE products SET lowest_price = 1, variants_in_stock = 0, variants_plentiful = 0").await;
    let shown = async || guest.get("/products").await.ok().data()["items"][0].clone();
    assert_eq!(
        (&shown().await["price"]["amount"], &shown().await["availability"]),
        (&json!("0.01"), &json!("out_of_stock"))
    );
    assert!(guest.get("/products").await.ok().is_cached());
    assert_eq!(shop.run("app doctor").await, ExitCode::FAILURE);
    assert_eq!(shop.run("app doctor --fix").await, ExitCode::SUCCESS);
    command.settled().await;
    assert_eq!(
        (&shown().await["price"]["amount"], &shown().await["availability"]),
        (&json!("12.50"), &json!("in_stock"))
    );
    assert_eq!(shop.run("app doctor").await, ExitCode::SUCCESS);
}
