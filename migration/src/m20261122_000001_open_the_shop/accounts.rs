//! Accounts and their sessions.

use super::{Columns, Plan};
use crate::columns::{reference, word};
use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, big_pk_auto, boolean, text, text_null, timestamp_with_time_zone,
};

pub(super) fn plan(plan: &mut Plan, columns: Columns) {
    plan.table(
        Table::create()
            .table("users")
            .col(big_pk_auto("id"))
            .col(text("name"))
            .col(text("email"))
            .col(columns.exact("email_key").unique_key())
            .col(text("password_hash"))
            .col(word("role", &["customer", "staff"]))
            .col(boolean("disabled"))
            .col(timestamp_with_time_zone("created_at")),
    );
    plan.table(
        Table::create()
            .table("sessions")
            .col(columns.exact("id").primary_key())
            .col(big_integer("user_id"))
            .col(timestamp_with_time_zone("created_at"))
            .col(timestamp_with_time_zone("last_seen_at"))
            .col(timestamp_with_time_zone("expires_at"))
            .col(text_null("user_agent"))
            .col(text_null("address"))
            .foreign_key(reference("sessions", "user_id", "users").on_delete(ForeignKeyAction::Cascade)),
    );
    plan.index("sessions", &["user_id", "created_at"]);
}
