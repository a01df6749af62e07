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
const AUDITS: u32 = 25;

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
    let variant = products[0].variant;
    let (still, edits) = (Arc::clone(&open), staff.clone());
    people.spawn(async move {
        for round in 0.. {
            if !still.load(Ordering::Relaxed) {
                break;
            }
            let delta = json!({ "delta": if round % 2 == 0 { -3 } else { 3 }, "reason": "counted" });
            let counted = edits.post(&format!("/variants/{variant}/stock"), &delta).await.status();
            assert!(matches!(counted, 200 | 409), "{counted}");
            let product = edits.get(&format!("/products/{}", products[1].id)).await.ok();
            let renamed = json!({ "name": format!("Product {round}"), "price": { "amount": "13.00" } });
            edits.patch_if(&format!("/products/{}", products[1].id), product.header("etag"), &renamed).await;
        }
    });
    let mut looked_at = 0;
    for _ in 0..AUDITS {
        let (findings, orders) = command.audit().await;
        assert_eq!(findings, Vec::<String>::new());
        looked_at = orders;
    }
    open.store(false, Ordering::Relaxed);
    while let Some(person) = people.join_next().await {
        person.unwrap();
    }
    let done = done.load(Ordering::Relaxed);
    println!("{}: {AUDITS} audits beside {done} acts on {looked_at} orders: no finding", shop.database());
    assert!(done > 0 && looked_at > 0, "nothing went on");
    command.settled().await;
    assert_eq!(shop.run("app doctor").await, ExitCode::SUCCESS);
}

/// Buys something, and lets it go one of the ways that orders go. Returns how many acts succeeded.
async fn shop_once(customer: &Person, staff: &Person, round: usize) -> u32 {
    customer.add_to_cart(SKUS[round % SKUS.len()], 1 + u32::try_from(round % 3).unwrap()).await;
    let placed = customer.place_order().await;
    if placed.status() != 201 {
        placed.problem("out-of-stock");
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
