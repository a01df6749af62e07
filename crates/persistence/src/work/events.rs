//! Events, written with what they tell of.

use super::Work;
use crate::entity::event;
use crate::error::store;
use crate::insert;
use async_trait::async_trait;
use domain::RepositoryError;
use domain::event::{Event, EventRepository};
use sea_orm::ActiveValue::Set;

#[async_trait]
impl EventRepository for Work {
    async fn record(&mut self, events: &[Event]) -> Result<(), RepositoryError> {
        let row = |event: &Event| event::ActiveModel {
            kind: Set(event.kind.as_str().to_owned()),
            order_id: Set(event.sequence.map(|place| place.order.0)),
            sequence: Set(event.sequence.map(|place| place.version.0)),
            data: Set(event.data.clone()),
            created_at: Set(event.at),
            ..Default::default()
        };
        insert::rows(&self.transaction, events.iter().map(row).collect()).await.map_err(store)
    }
}
