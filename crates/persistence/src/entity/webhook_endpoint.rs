//! Where events are sent. Secrets are not here: they are derived. `events` are words, each between two spaces. A row with
//! `removed_at` is there only until its deliveries have been thrown away; `rows::webhooks::endpoints` leaves it out.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "webhook_endpoints")]
pub(crate) struct Model {
    #[sea_orm(primary_key)]
    pub(crate) id: i64,
    pub(crate) url: String,
    pub(crate) description: String,
    pub(crate) events: String,
    pub(crate) status: String,
    pub(crate) parked_at: Option<DateTimeUtc>,
    pub(crate) parked_because: Option<String>,
    pub(crate) failures: i64,
    pub(crate) failing_since: Option<DateTimeUtc>,
    pub(crate) failing_delivery_id: Option<i64>,
    pub(crate) nonce: String,
    pub(crate) secret_version: i64,
    pub(crate) secret_rotated_at: Option<DateTimeUtc>,
    pub(crate) created_at: DateTimeUtc,
    pub(crate) updated_at: DateTimeUtc,
    pub(crate) removed_at: Option<DateTimeUtc>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
