//! What the database itself refuses, when somebody writes past the shop; and what the shop says of rows it cannot read.

use crate::orders::{new_order, placed};
use crate::shop::{Shop, Wanted, at};
use domain::RepositoryError;
use domain::account::AccountReader;
use domain::cart::{CartOwner, CartReader};
use domain::catalog::{ListingQuery, ProductReader};
use domain::order::{OrderReader, WhoseOrder};

pub(crate) async fn impossible_rows_are_refused(shop: Shop) {
    let ada = shop.customer("ada").await;
    let tea = shop.product(Wanted::simple("Tea", 125, 9)).await;
    let mut work = shop.begin().await;
    work.carts().open(&CartOwner::User(ada), at(0)).await.unwrap();
    work.commit().await.unwrap();
    let (user, product, variant) = (ada.0, tea.id.0, tea.variants[0].id.0);
    let order = |status: &str, total: i64, units: i64| {
        format!(
            "INSERT INTO orders (number, user_id, status, payment_status, fulfillment_status, currency, total, units,
                version, placed_at, updated_at)
             VALUES ('N', {user}, '{status}', 'unpaid', 'unfulfilled', 'USD', {total}, {units}, 1, '2026-01-01', '2026-01-01')"
        )
    };
    let cart_line = |variant: i64, quantity: i64| {
        format!(
            "INSERT INTO cart_lines (cart_id, variant_id, position, quantity) SELECT id, {variant}, 1, {quantity} FROM carts"
        )
    };
    for refused in [
        "UPDATE variants SET on_hand = -1".to_owned(),
        "UPDATE variants SET price = -1".to_owned(),
        "UPDATE products SET lowest_price = -1".to_owned(),
        "UPDATE products SET variants_in_stock = -1".to_owned(),
        "UPDATE products SET variants_plentiful = -1".to_owned(),
        "UPDATE products SET status = 'hidden'".to_owned(),
        "UPDATE products SET category_id = 999".to_owned(),
        "UPDATE users SET role = 'root'".to_owned(),
        "INSERT INTO shop (id, database_id) VALUES (2, 'x')".to_owned(),
        format!("INSERT INTO users (name, email, email_key, password_hash, role, disabled, created_at)
                 SELECT name, email, email_key, password_hash, role, disabled, created_at FROM users WHERE id = {user}"),
        "INSERT INTO categories (name, slug) SELECT name, slug FROM categories".to_owned(),
        cart_line(variant, 0),
        cart_line(variant, 1_000),
        cart_line(999, 1),
        "UPDATE carts SET user_id = NULL".to_owned(),
        "UPDATE carts SET token_hash = 'hash', expires_at = '2026-01-01'".to_owned(),
        "UPDATE carts SET expires_at = '2026-01-01'".to_owned(),
        "INSERT INTO carts (token_hash, version) VALUES ('hash', 1)".to_owned(),
        order("lost", 1, 1),
        order("placed", -1, 1),
        order("placed", 1, 0),
        format!("INSERT INTO stock_movements (variant_id, delta, reason, at) VALUES ({variant}, 1, 'gift', '2026-01-01')"),
        format!("DELETE FROM products WHERE id = {product}"),
        format!("DELETE FROM variants WHERE id = {variant}"),
    ] {
        shop.sql(&refused).await.expect_err(&refused);
    }
    shop.sql(&order("placed", 0, 1)).await.unwrap();
    for (quantity, total) in [(0, 0), (2, 5)] {
        let line = format!(
            "INSERT INTO order_lines (order_id, position, variant_id, product_id, sku, name, title, unit_price, quantity, line_total)
             SELECT id, 1, {variant}, {product}, 'S', 'N', 'T', 2, {quantity}, {total} FROM orders"
        );
        shop.sql(&line).await.expect_err(&line);
    }
    shop.sql(&cart_line(variant, 999)).await.unwrap();
    shop.sql("UPDATE cart_lines SET unit_price = -1").await.expect_err("no price is negative");
    let guest = "INSERT INTO carts (token_hash, expires_at, version) VALUES ('hash', '2026-01-01', 1)";
    shop.sql(guest).await.unwrap();
    shop.sql(guest).await.expect_err("a token is one cart's");
    shop.sql(&format!("DELETE FROM carts WHERE user_id = {user}")).await.unwrap();
    assert_eq!(shop.number("SELECT COUNT(*) FROM cart_lines").await, 0);
}

pub(crate) async fn unreadable_orders_are_reported(shop: Shop) {
    let ada = shop.customer("ada").await;
    let tea = shop.product(Wanted::simple("Tea", 125, 9)).await;
    for (harm, column) in [
        (r#"UPDATE orders SET shipping_address = '{"name":'"#, "orders.shipping_address"),
        (r#"UPDATE orders SET shipping_address = '{"name":"Ada"}'"#, "orders.shipping_address"),
        ("UPDATE orders SET restocked = TRUE", "orders.status"),
    ] {
        let order = placed(&shop, &new_order(ada, &tea)).await;
        shop.sql(harm).await.unwrap();
        let read = shop.db.order(ada, order.id).await.unwrap_err();
        let told = matches!(&read, RepositoryError::Unexpected(text) if text.starts_with(column));
        assert!(told, "{harm}: {read}");
        let held = shop.begin().await.orders().lock(WhoseOrder::Anybodys, order.id).await;
        assert!(matches!(held, Err(RepositoryError::Unexpected(_))), "{harm}: {held:?}");
    }
}

pub(crate) async fn unreadable_rows_are_reported(shop: Shop) {
    let ada = shop.customer("ada").await;
    let tea = shop.product(Wanted::simple("Tea", 125, 9)).await;
    shop.sql("UPDATE variants SET sku = 'not a sku', options = '[]'").await.unwrap();
    shop.sql("UPDATE users SET email = 'nobody'").await.unwrap();
    let unexpected =
        |error: RepositoryError| assert!(matches!(error, RepositoryError::Unexpected(_)), "{error}");
    unexpected(shop.db.product(tea.id).await.unwrap_err());
    unexpected(shop.db.profile(ada).await.unwrap_err());
    unexpected(shop.begin().await.catalog().lock(tea.id).await.unwrap_err());
    // What does not show the broken value goes on working.
    assert_eq!(shop.list(ListingQuery::default()).await.total, 1);
    assert!(shop.db.cart(ada).await.unwrap().value.decode().unwrap().items.is_empty());
}
