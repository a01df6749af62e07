//! The catalogue in memory, as staff write it.

use super::unit::MemoryUnit;
use crate::audit::Correction;
use crate::catalog::{
    CatalogRepository, Category, CategoryClash, CategoryName, NewProduct, NewVariant, Product, ProductStatus,
    ProductTaken, Sku, Slug, Variant,
};
use crate::stock::{Movement, MovementReason};
use crate::{CategoryId, Change, ProductId, RepositoryError, Timestamp, UserId, VariantId, Version};
use async_trait::async_trait;
use std::collections::BTreeSet;

#[async_trait]
impl CatalogRepository for MemoryUnit {
    async fn category(
        &mut self,
        name: &CategoryName,
    ) -> Result<Result<Category, CategoryClash>, RepositoryError> {
        let slug = Slug::of(name.as_str());
        if let Some(existing) = self.state.categories.iter().find(|category| category.slug == slug) {
            let clash = CategoryClash { existing: existing.name.clone() };
            return Ok(if existing.name == *name { Ok(existing.clone()) } else { Err(clash) });
        }
        let category = Category { id: CategoryId(self.state.next_id()), name: name.clone(), slug };
        self.record(Change::Listing { category: category.slug.clone() });
        self.state.categories.push(category.clone());
        Ok(Ok(category))
    }

    async fn taken_slugs(&mut self, slugs: &[Slug]) -> Result<Vec<Slug>, RepositoryError> {
        let taken = self.state.products.values().map(|product| &product.slug);
        Ok(taken.filter(|slug| slugs.contains(slug)).cloned().collect())
    }

    async fn insert(&mut self, new: &NewProduct) -> Result<Result<Product, ProductTaken>, RepositoryError> {
        let skus = new.variants.iter().map(|variant| &variant.sku);
        if let Some(taken) = self.taken(None, Some(&new.slug), skus) {
            return Ok(Err(taken));
        }
        let product = Product {
            id: ProductId(self.state.next_id()),
            slug: new.slug.clone(),
            name: new.name.clone(),
            description: new.description.clone(),
            category: new.category.clone(),
            status: ProductStatus::Active,
            version: Version(1),
            created_at: new.created_at,
            updated_at: new.created_at,
            variants: new.variants.iter().map(|variant| self.open(variant, new.by, new.created_at)).collect(),
        };
        self.put(None, product.clone());
        Ok(Ok(product))
    }

    async fn insert_many(&mut self, new: &[NewProduct]) -> Result<Result<(), ProductTaken>, RepositoryError> {
        for product in new {
            if let Err(taken) = CatalogRepository::insert(self, product).await? {
                return Ok(Err(taken));
            }
        }
        Ok(Ok(()))
    }

    async fn is_empty(&mut self) -> Result<bool, RepositoryError> {
        Ok(self.state.products.is_empty())
    }

    async fn lock(&mut self, id: ProductId) -> Result<Option<Product>, RepositoryError> {
        Ok(self.state.products.get(&id).cloned())
    }

    async fn product_of(&mut self, variant: VariantId) -> Result<Option<Product>, RepositoryError> {
        Ok(self.state.variant(variant).map(|(product, _)| product.clone()))
    }

    async fn save(
        &mut self,
        before: &Product,
        after: &Product,
    ) -> Result<Result<(), ProductTaken>, RepositoryError> {
        let skus = after.variants.iter().map(|variant| &variant.sku);
        if let Some(taken) = self.taken(Some(before.id), Some(&after.slug), skus) {
            return Ok(Err(taken));
        }
        let mut after = after.clone();
        for variant in &mut after.variants {
            variant.on_hand = self.state.on_hand(variant.id);
        }
        self.put(Some(before), after);
        Ok(Ok(()))
    }

    async fn add_variant(
        &mut self,
        product: &Product,
        new: &NewVariant,
        by: UserId,
    ) -> Result<Result<Product, ProductTaken>, RepositoryError> {
        if let Some(taken) = self.taken(None, None, [&new.sku]) {
            return Ok(Err(taken));
        }
        let variant = self.open(new, Some(by), product.updated_at);
        if let Some(stored) = self.state.products.get_mut(&product.id) {
            stored.variants.push(variant.clone());
        }
        let mut product = product.clone();
        product.variants.push(variant);
        Ok(Ok(product))
    }

    async fn rederive(&mut self, _: ProductId) -> Result<Vec<Correction>, RepositoryError> {
        Ok(Vec::new()) // nothing is stored twice here
    }
}

impl MemoryUnit {
    /// Makes a variant and writes down where its first units came from.
    fn open(&mut self, new: &NewVariant, by: Option<UserId>, at: Timestamp) -> Variant {
        let id = VariantId(self.state.next_id());
        if new.on_hand != 0 {
            let (delta, reason) = (new.on_hand, MovementReason::Opening);
            let opening = Movement { variant: id, delta, reason, order: None, note: None, by, at };
            self.state.movements.push(opening);
        }
        Variant {
            id,
            sku: new.sku.clone(),
            title: new.title.clone(),
            options: new.options.clone(),
            price: new.price,
            on_hand: new.on_hand,
            archived: false,
        }
    }

    /// Returns what another product has of this slug and these skus, or which sku comes twice; a product may keep its own.
    fn taken<'a>(
        &self,
        own: Option<ProductId>,
        slug: Option<&Slug>,
        skus: impl IntoIterator<Item = &'a Sku>,
    ) -> Option<ProductTaken> {
        let others = || self.state.products.values().filter(move |product| Some(product.id) != own);
        if let Some(product) = others().find(|product| Some(&product.slug) == slug) {
            return Some(ProductTaken::Slug(product.slug.clone()));
        }
        let variants = others().flat_map(|product| &product.variants);
        let mut taken: BTreeSet<&Sku> = variants.map(|variant| &variant.sku).collect();
        let twice = skus.into_iter().find(|sku| !taken.insert(sku));
        twice.cloned().map(ProductTaken::Sku)
    }
}
