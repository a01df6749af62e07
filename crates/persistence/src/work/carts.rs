//! Carts.

use super::{Work, overtaken};
use crate::entity::{cart, cart_line, product, variant};
use crate::error::{corrupt, store};
use crate::insert;
use crate::rows::carts;
use crate::rows::products::status_word;
use async_trait::async_trait;
use domain::cart::{Cart, CartLine, CartOwner, CartRepository, CartTokenHash, Offer, PricedLine, Target};
use domain::catalog::{ProductStatus, Sku};
use domain::{Change, RepositoryError, Timestamp, VariantId, Version};
use sea_orm::sea_query::{Expr, LockType};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, EntityTrait, JoinType, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    RelationTrait,
};

#[async_trait]
impl CartRepository for Work {
    async fn lock(&mut self, owner: &CartOwner) -> Result<Option<Cart>, RepositoryError> {
        let held = cart::Entity::find().filter(carts::of(owner)).lock(LockType::NoKeyUpdate);
        let Some(row) = held.one(&self.transaction).await.map_err(store)? else { return Ok(None) };
        let lines = cart_line::Entity::find()
            .filter(cart_line::Column::CartId.eq(row.id))
            .order_by_asc(cart_line::Column::Position)
            .all(&self.transaction)
            .await
            .map_err(store)?;
        let line = |line: &cart_line::Model| {
            let (variant, price) = (VariantId(line.variant_id), self.currency.minor(line.unit_price));
            Ok(CartLine { variant, quantity: carts::quantity(line)?, price })
        };
        let lines = lines.iter().map(line).collect::<Result<_, RepositoryError>>()?;
        Ok(Some(Cart { owner: *owner, version: Version(row.version), expires_at: row.expires_at, lines }))
    }

    async fn open(&mut self, owner: &CartOwner, now: Timestamp) -> Result<Cart, RepositoryError> {
        let (expires_at, version) = (Set(owner.expiry(now)), Set(Version::NONE.0));
        let new = cart::ActiveModel { expires_at, version, ..Default::default() };
        let (connection, id) = (&self.transaction, cart::Column::Id);
        match owner {
            CartOwner::User(user) => {
                let new = vec![cart::ActiveModel { user_id: Set(Some(user.0)), ..new }];
                insert::unless_taken::<_, i64>(connection, new, cart::Column::UserId, id).await.map(drop)
            }
            CartOwner::Guest(token) => {
                let new = vec![cart::ActiveModel { token_hash: Set(Some(token.to_string())), ..new }];
                insert::unless_taken::<_, String>(connection, new, cart::Column::TokenHash, id)
                    .await
                    .map(drop)
            }
        }
        .map_err(store)?;
        self.lock(owner).await?.ok_or_else(|| overtaken("the cart"))
    }

    async fn save(&mut self, before: &Cart, after: &Cart) -> Result<(), RepositoryError> {
        let (id, version) = (cart::Column::Id, cart::Column::Version);
        let saved = cart::Entity::update_many()
            .col_expr(version, Expr::value(after.version.0))
            .col_expr(cart::Column::ExpiresAt, Expr::value(after.expires_at))
            .filter(carts::of(&after.owner))
            .filter(version.eq(before.version.0))
            .into_query();
        let (id, _) = self.returning(saved, [id, version]).await?.ok_or_else(|| overtaken("the cart"))?;
        if before.lines != after.lines {
            self.replace_lines(id, &after.lines).await?;
        }
        if let CartOwner::User(user) = after.owner {
            self.changes.record([Change::Cart(user)]);
        }
        Ok(())
    }

    async fn remove(&mut self, guest: CartTokenHash) -> Result<(), RepositoryError> {
        let gone = cart::Entity::delete_many().filter(carts::of(&CartOwner::Guest(guest)));
        gone.exec(&self.transaction).await.map(drop).map_err(store)
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
            let price = self.currency.minor(row.price);
            Ok(Offer { variant: VariantId(row.id), sku, price, on_hand: row.on_hand })
        };
        rows.into_iter().map(offer).collect()
    }

    async fn priced(&mut self, owner: &CartOwner) -> Result<Vec<PricedLine>, RepositoryError> {
        let found = carts::priced(&self.transaction, carts::of(owner), self.currency).await?;
        Ok(found.map(|(_, lines)| lines).unwrap_or_default())
    }
}

impl Work {
    /// Writes all lines anew: there are few, and their positions are simply their places.
    async fn replace_lines(&self, cart: i64, lines: &[CartLine]) -> Result<(), RepositoryError> {
        let old = cart_line::Entity::delete_many().filter(cart_line::Column::CartId.eq(cart));
        old.exec(&self.transaction).await.map_err(store)?;
        let row = |(position, line): (i64, &CartLine)| cart_line::ActiveModel {
            cart_id: Set(cart),
            variant_id: Set(line.variant.0),
            position: Set(position),
            quantity: Set(line.quantity.get().into()),
            unit_price: Set(line.price.minor()),
        };
        let rows = (1..).zip(lines).map(row).collect();
        insert::rows(&self.transaction, rows).await.map_err(store)
    }
}
