//! Carts of guests, who hold a token instead of an account, and the prices that lines were added at. A cart is an account's
//! or a guest's, and only a guest's ends.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, text_null, timestamp_with_time_zone_null};

const UNIQUE_TOKEN: &str = "carts_token_hash_key";
const BY_EXPIRY: &str = "carts_expires_at_idx";

/// See the module.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// What is added to a table: a column at a time, because SQLite takes no more.
fn columns() -> [(&'static str, ColumnDef); 3] {
    let owned = Expr::cust("(user_id IS NULL) <> (token_hash IS NULL)");
    let ends = Expr::cust("(expires_at IS NULL) = (token_hash IS NULL)");
    [
        ("carts", text_null("token_hash").check(owned).take()),
        ("carts", timestamp_with_time_zone_null("expires_at").check(ends).take()),
        // A column that must have a value begins with one.
        ("cart_lines", big_integer("unit_price").default(0).check(Expr::col("unit_price").gte(0)).take()),
    ]
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, mut column) in columns() {
            manager.alter_table(Table::alter().table(table).add_column(&mut column).take()).await?;
        }
        let unique = Index::create().name(UNIQUE_TOKEN).table("carts").col("token_hash").unique().take();
        manager.create_index(unique).await?;
        manager.create_index(Index::create().name(BY_EXPIRY).table("carts").col("expires_at").take()).await?;
        // What a line was added at before was not written down; the price of today is the one that was last shown.
        let today = "UPDATE cart_lines SET unit_price =
            (SELECT price FROM variants WHERE variants.id = cart_lines.variant_id)";
        manager.get_connection().execute_unprepared(today).await.map(drop)
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Without their tokens nobody can come back to them.
        manager.get_connection().execute_unprepared("DELETE FROM carts WHERE user_id IS NULL").await?;
        for index in [BY_EXPIRY, UNIQUE_TOKEN] {
            manager.drop_index(Index::drop().name(index).table("carts").to_owned()).await?;
        }
        for (table, column) in columns().into_iter().rev() {
            let name = column.get_column_name();
            manager.alter_table(Table::alter().table(table).drop_column(name).take()).await?;
        }
        Ok(())
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true) // SQLite too can take back a schema that was half made
    }
}
