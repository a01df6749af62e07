//! Orders.

use super::{Work, overtaken};
use crate::entity::{order, order_event, order_line};
use crate::error::store;
use crate::insert;
use crate::rows::{addresses, orders};
use async_trait::async_trait;
use domain::order::{Buyer, NewOrder, Order, OrderEvent, OrderLine, OrderRepository, OrderState, WhoseOrder};
use domain::{Change, OrderId, RepositoryError};
use sea_orm::sea_query::{Expr, LockType};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QuerySelect};

#[async_trait]
impl OrderRepository for Work {
    async fn insert(&mut self, new: &NewOrder) -> Result<Order, RepositoryError> {
        let (key, id) = (order::Column::Number, order::Column::Id);
        let inserted =
            insert::unless_taken::<_, String>(&self.transaction, vec![order_row(new)], key, id).await;
        let (_, id) = inserted.map_err(store)?.pop().ok_or_else(|| overtaken("the order's number"))?;
        let order = Order::placed(OrderId(id), new.clone());
        let lines = (1..).zip(&order.lines).map(|(position, line)| line_row(id, position, line)).collect();
        insert::rows(&self.transaction, lines).await.map_err(store)?;
        self.add_history(order.id, order.history()).await?;
        self.changes.record([Change::Orders(order.user)]);
        Ok(order)
    }

    async fn lock(&mut self, whose: WhoseOrder, id: OrderId) -> Result<Option<Order>, RepositoryError> {
        let mut meant = order::Entity::find_by_id(id.0);
        if let WhoseOrder::Of(user) = whose {
            meant = meant.filter(order::Column::UserId.eq(user.0));
        }
        let held = meant.lock(LockType::NoKeyUpdate).one(&self.transaction).await.map_err(store)?;
        match held {
            Some(row) => orders::complete(&self.transaction, row).await.map(Some),
            None => Ok(None),
        }
    }

    async fn save(&mut self, before: &Order, after: &Order) -> Result<(), RepositoryError> {
        let saved = order::Entity::update_many()
            .col_expr(order::Column::Status, Expr::value(after.state().status().as_str()))
            .col_expr(order::Column::PaymentStatus, Expr::value(after.state().payment().as_str()))
            .col_expr(order::Column::FulfillmentStatus, Expr::value(after.state().fulfillment().as_str()))
            .col_expr(order::Column::Restocked, Expr::value(after.state().restocked()))
            .col_expr(order::Column::Version, Expr::value(after.version().0))
            .col_expr(order::Column::UpdatedAt, Expr::value(after.updated_at))
            .filter(order::Column::Id.eq(after.id.0))
            .filter(order::Column::Version.eq(before.version().0));
        if saved.exec(&self.transaction).await.map_err(store)?.rows_affected == 0 {
            return Err(overtaken("the order"));
        }
        let added = after.history().get(before.history().len()..).unwrap_or_default();
        self.add_history(after.id, added).await?;
        self.changes.record([Change::Orders(after.user)]);
        Ok(())
    }

    async fn buyer(&mut self, order: &Order) -> Result<Option<Buyer>, RepositoryError> {
        orders::buyer(&self.transaction, order.user).await
    }
}

impl Work {
    async fn add_history(&self, order: OrderId, events: &[OrderEvent]) -> Result<(), RepositoryError> {
        let row = |event: &OrderEvent| order_event::ActiveModel {
            order_id: Set(order.0),
            kind: Set(event.kind.as_str().to_owned()),
            user_id: Set(event.by.0),
            role: Set(event.role.as_str().to_owned()),
            at: Set(event.at),
            ..Default::default()
        };
        insert::rows(&self.transaction, events.iter().map(row).collect()).await.map_err(store)
    }
}

fn order_row(new: &NewOrder) -> order::ActiveModel {
    let state = OrderState::PLACED;
    order::ActiveModel {
        number: Set(new.number.to_string()),
        user_id: Set(new.user.0),
        status: Set(state.status().as_str().to_owned()),
        payment_status: Set(state.payment().as_str().to_owned()),
        fulfillment_status: Set(state.fulfillment().as_str().to_owned()),
        currency: Set(new.total.currency().code().to_owned()),
        total: Set(new.total.minor()),
        units: Set(new.lines.iter().map(|line| i64::from(line.quantity)).sum()),
        shipping_address: Set(new.ship_to.as_ref().map(addresses::text)),
        note: Set(new.note.as_ref().map(|note| note.as_str().to_owned())),
        version: Set(1),
        placed_at: Set(new.placed_at),
        updated_at: Set(new.placed_at),
        ..Default::default()
    }
}

fn line_row(order: i64, position: i64, line: &OrderLine) -> order_line::ActiveModel {
    order_line::ActiveModel {
        order_id: Set(order),
        position: Set(position),
        variant_id: Set(line.variant.0),
        product_id: Set(line.product.0),
        sku: Set(line.sku.to_string()),
        name: Set(line.name.to_string()),
        title: Set(line.title.to_string()),
        unit_price: Set(line.unit_price.minor()),
        quantity: Set(line.quantity.into()),
        line_total: Set(line.total.minor()),
    }
}
