//! Orders: copies of what was bought, where they stand, and what happened to them.

use super::{Columns, Plan};
use crate::columns::{amount, reference, word};
use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, big_pk_auto, text, timestamp_with_time_zone};

pub(super) fn plan(plan: &mut Plan, columns: Columns) {
    plan.table(
        Table::create()
            .table("orders")
            .col(big_pk_auto("id"))
            .col(columns.exact("number").unique_key())
            .col(big_integer("user_id"))
            .col(word("status", &["placed", "cancelled"]))
            .col(word("payment_status", &["unpaid", "paid", "refunded"]))
            .col(word("fulfillment_status", &["unfulfilled", "shipped", "delivered"]))
            .col(text("currency"))
            .col(amount("total"))
            .col(big_integer("units").check(Expr::col("units").gt(0)))
            .col(big_integer("version"))
            .col(timestamp_with_time_zone("placed_at"))
            .col(timestamp_with_time_zone("updated_at"))
            .foreign_key(&mut reference("orders", "user_id", "users")),
    );
    plan.index("orders", &["user_id", "id"]);
    plan.index("orders", &["user_id", "status", "id"]);
    plan.table(
        Table::create()
            .table("order_lines")
            .col(big_integer("order_id"))
            .col(big_integer("position"))
            .col(big_integer("variant_id"))
            .col(big_integer("product_id"))
            .col(text("sku"))
            .col(text("name"))
            .col(text("title"))
            .col(amount("unit_price"))
            .col(big_integer("quantity").check(Expr::col("quantity").gt(0)))
            .col(big_integer("line_total"))
            .check(Expr::col("line_total").eq(Expr::col("unit_price").mul(Expr::col("quantity"))))
            .primary_key(Index::create().col("order_id").col("position"))
            .foreign_key(&mut reference("order_lines", "order_id", "orders"))
            .foreign_key(&mut reference("order_lines", "variant_id", "variants"))
            .foreign_key(&mut reference("order_lines", "product_id", "products")),
    );
    plan.table(
        Table::create()
            .table("order_events")
            .col(big_pk_auto("id"))
            .col(big_integer("order_id"))
            .col(text("kind"))
            .col(big_integer("user_id"))
            .col(word("role", &["customer", "staff"]))
            .col(timestamp_with_time_zone("at"))
            .foreign_key(&mut reference("order_events", "order_id", "orders"))
            .foreign_key(&mut reference("order_events", "user_id", "users")),
    );
    plan.index("order_events", &["order_id", "id"]);
}
