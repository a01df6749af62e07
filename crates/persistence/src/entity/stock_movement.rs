//! The ledger of stock; only ever added to.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "stock_movements")]
pub(crate) struct Model {
    #[sea_orm(primary_key)]
    pub(crate) id: i64,
    pub(crate) variant_id: i64,
    pub(crate) delta: i64,
    pub(crate) reason: String,
    pub(crate) order_id: Option<i64>,
    pub(crate) note: Option<String>,
    pub(crate) user_id: Option<i64>,
    pub(crate) at: DateTimeUtc,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
