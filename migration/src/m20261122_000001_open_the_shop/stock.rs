//! The ledger of stock: the movements of a variant add up to what is on hand.

use super::Plan;
use crate::columns::{reference, word};
use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, big_integer_null, big_pk_auto, text_null, timestamp_with_time_zone,
};

pub(super) fn plan(plan: &mut Plan) {
    plan.table(
        Table::create()
            .table("stock_movements")
            .col(big_pk_auto("id"))
            .col(big_integer("variant_id"))
            .col(big_integer("delta"))
            .col(word("reason", &["opening", "order", "cancellation", "adjustment"]))
            .col(big_integer_null("order_id"))
            .col(text_null("note"))
            .col(big_integer_null("user_id"))
            .col(timestamp_with_time_zone("at"))
            .foreign_key(&mut reference("stock_movements", "variant_id", "variants"))
            .foreign_key(&mut reference("stock_movements", "order_id", "orders"))
            .foreign_key(&mut reference("stock_movements", "user_id", "users")),
    );
    plan.index("stock_movements", &["variant_id"]);
    plan.index("stock_movements", &["order_id"]);
}
