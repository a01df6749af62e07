//! The catalogue as customers browse it and staff keep it.

use serde_json::{Value, json};
use system_tests::{Shop, on_both_pairs};

on_both_pairs! {
    listings_filter_and_sort,
    cursors_read_every_product_once,
    a_product_with_variants,
    staff_sees_and_restores_what_is_archived,
    stock_is_counted,
    the_ledger_knows_who_brought_stock,
}

fn names(listing: &Value) -> Vec<&str> {
    listing["items"].as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap()).collect()
}

async fn shelf(shop: &Shop) {
    for (name, category, price, stock) in [
        ("Kettle", "Electronics", "39.99", 9),
        ("Radio", "Electronics", "20.00", 3),
        ("Lamp", "Electronics", "25.50", 0),
        ("Café", "Grocery", "7.25", 9),
        ("ape", "Toys", "30.00", 9),
    ] {
        shop.make(&json!({ "name": name, "description": format!("A fine {name}."), "category": category,
            "price": { "amount": price }, "stock": stock, "sku": name.replace('é', "E") }))
            .await;
    }
}

async fn listings_filter_and_sort(shop: &Shop) {
    shelf(shop).await;
    let guest = shop.guest();
    for (query, expected) in [
        ("sortBy=name&order=ASC", &["ape", "Café", "Kettle", "Lamp", "Radio"][..]),
        ("sortBy=name&order=DESC&limit=2", &["Radio", "Lamp"]),
        ("sortBy=price&order=ASC", &["Café", "Radio", "Lamp", "ape", "Kettle"]),
        ("", &["ape", "Café", "Lamp", "Radio", "Kettle"]),
        ("category=Electronics&sortBy=price&order=ASC", &["Radio", "Lamp", "Kettle"]),
        ("category=ELECTRONICS&minPrice=20&maxPrice=40&inStock=true", &["Radio", "Kettle"]),
        ("category=electronics&minPrice=20.01", &["Lamp", "Kettle"]),
        ("maxPrice=20&sortBy=price", &["Radio", "Café"]),
        ("inStock=false", &["Lamp"]),
        ("q=CAFÉ", &["Café"]),
        ("q=fine k", &["Kettle"]),
        ("q=nothing", &[]),
        ("category=Nothing", &[]),
        ("page=9", &[]),
        ("page=2&limit=2&sortBy=name&order=ASC", &["Kettle", "Lamp"]),
    ] {
        for _ in 0..2 {
            let listing = guest.get(&format!("/products?{query}")).await.ok().data();
            assert_eq!(names(&listing), expected, "{query}");
        }
    }
    let listing = guest.get("/products?limit=2&page=2").await.ok().data();
    for (member, value) in [("page", 2), ("limit", 2), ("total", 5), ("totalPages", 3)] {
        assert_eq!(listing[member], value);
    }
    let item = &guest.get("/products?q=radio").await.ok().data()["items"][0];
    assert_eq!(
        (&item["availability"], item.get("stock")),
        (&json!("low_stock"), None),
        "no counts in listings"
    );
    let nothing = guest.get("/products?q=nothing").await.ok().data();
    assert_eq!((&nothing["totalPages"], &nothing["nextCursor"]), (&json!(0), &json!(null)));
}

async fn cursors_read_every_product_once(shop: &Shop) {
    shelf(shop).await;
    for sort in ["createdAt", "price", "name"] {
        for order in ["ASC", "DESC"] {
            let query = format!("/products?sortBy={sort}&order={order}");
            let all = shop.guest().get(&query).await.ok().data();
            let mut seen = Vec::new();
            let mut path = format!("{query}&limit=2");
            loop {
                let page = shop.guest().get(&path).await.ok().data();
                seen.extend(names(&page).into_iter().map(ToOwned::to_owned));
                let Some(cursor) = page["nextCursor"].as_str() else { break };
                path = format!("{query}&limit=2&after={cursor}");
            }
            assert_eq!(seen, names(&all), "{query}");
        }
    }
}

async fn a_product_with_variants(shop: &Shop) {
    let staff = shop.staff().await;
    let variant = |sku: &str, price: &str| json!({ "sku": sku, "title": sku, "options": { "size": sku }, "price": { "amount": price }, "stock": 2 });
    let new = json!({ "name": "Shirt", "description": "", "category": "Clothes",
        "variants": [variant("SHIRT-S", "20.00"), variant("SHIRT-L", "25.00")] });
    let shirt = staff.post("/products", &new).await.created();
    let data = shirt.data();
    assert_eq!(
        (&data["price"]["amount"], &data["stock"], &data["sku"]),
        (&json!("20.00"), &json!(4), &json!(null))
    );
    assert_eq!(data["variants"][1]["options"], json!({ "size": "SHIRT-L" }));

    let alice = shop.customer("alice").await;
    let problem = alice.post("/cart/items", &json!({ "productId": data["id"], "quantity": 1 })).await;
    problem.problem("variant-required");
    alice.add_to_cart("shirt-l", 1).await.created();

    let path = format!("/products/{}/variants/{}", data["id"], data["variants"][0]["id"]);
    let edited =
        staff.patch_if(&path, shirt.header("etag"), &json!({ "price": { "amount": "30.00" } })).await.ok();
    assert_eq!(edited.data()["price"]["amount"], "25.00");
    staff
        .patch_if(&path, shirt.header("etag"), &json!({ "title": "Late" }))
        .await
        .problem("precondition-failed");
    let left = staff.delete_if(&path, edited.header("etag")).await;
    assert!(matches!(left.status(), 200 | 204), "{left:?}");
    let product = alice.get(&format!("/products/{}", data["id"])).await.ok().data();
    assert_eq!((&product["sku"], &product["stock"]), (&json!("SHIRT-L"), &json!(2)));
    staff
        .post(
            "/products",
            &json!({ "name": "Twin", "description": "", "category": "Clothes",
        "price": { "amount": "1.00" }, "stock": 1, "sku": "SHIRT-S" }),
        )
        .await
        .problem("sku-taken");
}

async fn staff_sees_and_restores_what_is_archived(shop: &Shop) {
    let tea = shop.stock("TEA-100", 9).await;
    let (staff, alice) = (shop.staff().await, shop.customer("alice").await);
    let path = format!("/products/{}", tea.id);
    staff.delete_if(&path, &tea.etag).await;
    alice.get(&path).await.problem("not-found");
    assert_eq!(alice.get("/products").await.ok().data()["total"], 0);
    assert_eq!(alice.get("/products?status=archived").await.any_problem()["status"], 403);

    assert_eq!(staff.get("/products?status=archived").await.ok().data()["total"], 1);
    let archived = staff.get(&path).await.ok();
    assert_eq!(archived.data()["status"], "archived");
    staff.patch_if(&path, archived.header("etag"), &json!({ "status": "active" })).await.ok();
    assert_eq!(alice.get(&path).await.ok().data()["stock"], 9);
    assert_eq!(alice.get("/products").await.ok().data()["total"], 1);
}

async fn stock_is_counted(shop: &Shop) {
    let tea = shop.stock("TEA-100", 9).await;
    let staff = shop.staff().await;
    let path = format!("/variants/{}/stock", tea.variant);
    let product = staff.post(&path, &json!({ "delta": 6, "reason": "delivery" })).await.ok();
    assert_eq!(
        (&product.data()["stock"], product.header("etag").split('.').next()),
        (&json!(15), tea.etag.split('.').next())
    );
    let problem = staff.post(&path, &json!({ "expected": 9, "onHand": 20 })).await.problem("stock-conflict");
    assert_eq!(problem["onHand"], 15);
    staff.post(&path, &json!({ "delta": -16, "reason": "theft" })).await.problem("stock-conflict");
    staff.post(&path, &json!({ "expected": 15, "onHand": 0 })).await.ok();
    assert_eq!(
        shop.guest().get(&format!("/products/{}", tea.id)).await.ok().data()["availability"],
        "out_of_stock"
    );
}

async fn the_ledger_knows_who_brought_stock(shop: &Shop) {
    let tea = shop.stock("TEA-100", 9).await;
    let staff = shop.staff().await;
    let tin = json!({ "sku": "TIN", "price": { "amount": "1.00" }, "stock": 2 });
    staff.post(&format!("/products/{}/variants", tea.id), &tin).await.created();
    let cups = json!({ "name": "Cup", "category": "Grocery", "variants": [
        { "sku": "CUP-S", "price": { "amount": "1.00" }, "stock": 3 },
        { "sku": "CUP-L", "price": { "amount": "2.00" }, "stock": 4 },
    ] });
    staff.post("/products", &cups).await.created();
    let me = staff.get("/me").await.ok().data()["id"].as_i64().unwrap();
    let brought = format!(
        "SELECT delta || ' ' || reason FROM stock_movements WHERE user_id = {me} ORDER BY variant_id"
    );
    let brought = shop.observer().await.words(&brought).await;
    assert_eq!(brought, ["9 opening", "2 opening", "3 opening", "4 opening"]);
}
