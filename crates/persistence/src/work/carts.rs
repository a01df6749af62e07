//! Carts.

use super::{Work, overtaken};
use crate::entity::{cart, cart_line, product, variant};
use crate::error::{corrupt, store};
use crate::insert;
use crate::rows::carts;
use crate::rows::products::status_word;
use async_trait::async_trait;
use domain::cart::{Cart, CartLine, CartRepository, Offer, PricedLine, Target};
use domain::catalog::{ProductStatus, Sku};
use domain::{Change, RepositoryError, UserId, VariantId, Version};
use sea_orm::sea_query::{Expr, LockType};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, EntityTrait, JoinType, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    RelationTrait,
};

#[async_trait]
impl CartRepository for Work {
    async fn lock(&mut self, user: UserId) -> Result<Cart, RepositoryError> {
        let row = if let Some(row) = self.hold_cart(user).await? {
            row
        } else {
            let new = cart::ActiveModel { user_id: Set(Some(user.0)), version: Set(0), ..Default::default() };
            let (key, id) = (cart::Column::UserId, cart::Column::Id);
            insert::unless_taken::<_, i64>(&self.transaction, vec![new], key, id).await.map_err(store)?;
            self.hold_cart(user).await?.ok_or_else(|| overtaken("the cart"))?
        };
        let lines = cart_line::Entity::find()
            .filter(cart_line::Column::CartId.eq(row.id))
            .order_by_asc(cart_line::Column::Position)
            .all(&self.transaction)
            .await
            .map_err(store)?;
        let line = |line: &cart_line::Model| {
            Ok(CartLine { variant: VariantId(line.variant_id), quantity: carts::quantity(line)? })
        };
        let lines = lines.iter().map(line).collect::<Result<_, RepositoryError>>()?;
        Ok(Cart { user, version: Version(row.version), lines })
    }

    async fn save(&mut self, before: &Cart, after: &Cart) -> Result<(), RepositoryError> {
        let (id, version) = (cart::Column::Id, cart::Column::Version);
        let saved = cart::Entity::update_many()
            .col_expr(version, Expr::value(after.version.0))
            .filter(cart::Column::UserId.eq(after.user.0))
            .filter(version.eq(before.version.0))
            .into_query();
        let (id, _) = self.returning(saved, [id, version]).await?.ok_or_else(|| overtaken("the cart"))?;
        if before.lines != after.lines {
            self.replace_lines(id, &after.lines).await?;
        }
        self.changes.record([Change::Cart(after.user)]);
        Ok(())
    }

    async fn offers(&mut self, target: &Target) -> Result<Vec<Offer>, RepositoryError> {
        let which = match target {
            Target::Product(id) => variant::Column::ProductId.eq(id.0),
            Target::Variant(id) => variant::Column::Id.eq(id.0),
            Target::Sku(sku) => variant::Column::Sku.eq(sku.as_str()),
        };
        let sold = variant::Entity::find()
            .join(JoinType::InnerJoin, variant::Relation::Product.def())
            .filter(which)
            .filter(variant::Column::Archived.eq(false))
            .filter(product::Column::Status.eq(status_word(ProductStatus::Active)))
            .order_by_asc(variant::Column::Id);
        let rows = sold.all(&self.transaction).await.map_err(store)?;
        let offer = |row: variant::Model| {
            let sku = Sku::parse(&row.sku).map_err(corrupt("variants.sku"))?;
            Ok(Offer { variant: VariantId(row.id), sku, on_hand: row.on_hand })
        };
        rows.into_iter().map(offer).collect()
    }

    async fn priced(&mut self, user: UserId) -> Result<Vec<PricedLine>, RepositoryError> {
        carts::priced(&self.transaction, user, self.currency).await.map(|(_, lines)| lines)
    }
}

impl Work {
    async fn hold_cart(&self, user: UserId) -> Result<Option<cart::Model>, RepositoryError> {
        let mine = cart::Entity::find().filter(cart::Column::UserId.eq(user.0));
        mine.lock(LockType::NoKeyUpdate).one(&self.transaction).await.map_err(store)
    }

    /// Writes all lines anew: there are few, and their positions are simply their places.
    async fn replace_lines(&self, cart: i64, lines: &[CartLine]) -> Result<(), RepositoryError> {
        let old = cart_line::Entity::delete_many().filter(cart_line::Column::CartId.eq(cart));
        old.exec(&self.transaction).await.map_err(store)?;
        let row = |(position, line): (i64, &CartLine)| cart_line::ActiveModel {
            cart_id: Set(cart),
            variant_id: Set(line.variant.0),
            position: Set(position),
            quantity: Set(line.quantity.get().into()),
        };
        let rows = (1..).zip(lines).map(row).collect();
        insert::rows(&self.transaction, rows).await.map_err(store)
    }
}
