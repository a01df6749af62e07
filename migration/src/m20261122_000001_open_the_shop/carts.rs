//! Carts and their lines. A cart without an account has no place yet, but `user_id` leaves room for it.

use super::Plan;
use crate::columns::reference;
use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, big_integer_null, big_pk_auto};

pub(super) fn plan(plan: &mut Plan) {
    plan.table(
        Table::create()
            .table("carts")
            .col(big_pk_auto("id"))
            .col(big_integer_null("user_id").unique_key())
            .col(big_integer("version"))
            .foreign_key(reference("carts", "user_id", "users").on_delete(ForeignKeyAction::Cascade)),
    );
    plan.table(
        Table::create()
            .table("cart_lines")
            .col(big_integer("cart_id"))
            .col(big_integer("variant_id"))
            .col(big_integer("position"))
            .col(big_integer("quantity").check(Expr::col("quantity").between(1, 999)))
            .primary_key(Index::create().col("cart_id").col("variant_id"))
            .foreign_key(reference("cart_lines", "cart_id", "carts").on_delete(ForeignKeyAction::Cascade))
            .foreign_key(&mut reference("cart_lines", "variant_id", "variants")),
    );
}
