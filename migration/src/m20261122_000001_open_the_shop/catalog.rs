//! Categories, products and variants, with an index for every order that a listing can have. The status leads each of
//! them instead of a partial index, which a prepared statement's parameter would not match.

use super::{Columns, Plan};
use crate::columns::{amount, reference, word};
use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, big_pk_auto, boolean, text, timestamp_with_time_zone};

pub(super) fn plan(plan: &mut Plan, columns: Columns) {
    plan.table(
        Table::create()
            .table("categories")
            .col(big_pk_auto("id"))
            .col(text("name"))
            .col(columns.exact("slug").unique_key()),
    );
    plan.table(
        Table::create()
            .table("products")
            .col(big_pk_auto("id"))
            .col(columns.exact("slug").unique_key())
            .col(text("name"))
            .col(columns.exact("name_key"))
            .col(text("description"))
            .col(columns.exact("search_text"))
            .col(big_integer("category_id"))
            .col(word("status", &["active", "archived"]))
            .col(amount("lowest_price"))
            .col(amount("variants_in_stock"))
            .col(amount("variants_plentiful"))
            .col(big_integer("version"))
            .col(timestamp_with_time_zone("created_at"))
            .col(timestamp_with_time_zone("updated_at"))
            .foreign_key(&mut reference("products", "category_id", "categories")),
    );
    for sorted_by in ["created_at", "lowest_price", "name_key"] {
        plan.index("products", &["status", sorted_by, "id"]);
        plan.index("products", &["category_id", "status", sorted_by, "id"]);
    }
    plan.table(
        Table::create()
            .table("variants")
            .col(big_pk_auto("id"))
            .col(big_integer("product_id"))
            .col(columns.exact("sku").unique_key())
            .col(text("title"))
            .col(text("options"))
            .col(amount("price"))
            .col(amount("on_hand"))
            .col(boolean("archived"))
            .foreign_key(&mut reference("variants", "product_id", "products")),
    );
    plan.index("variants", &["product_id"]);
}
