//! Making a product, editing it and counting its stock: each in one unit of work that says what happened and keeps the
//! answer, or changes nothing.

use super::service::OnceAnswer;
use super::{
    Catalog, CatalogError, Category, CategoryName, MAX_VARIANTS, NewProduct, NewProductInput, NewVariant,
    Product, ProductName, ProductPatch, ProductStatus, ProductTaken, ProductView, Slug, StockChange,
    VariantPatch,
};
use crate::idempotency::{self, Once};
use crate::stock::{Counted, Moved, Movement, MovementReason};
use crate::{
    Doc, Event, Keyed, ProductId, RepositoryError, Timestamp, UnitOfWork, UserId, VariantId, Version,
};

/// An edit of a product that is held.
#[derive(Clone)]
pub(super) enum Edit {
    Product(Box<ProductPatch>),
    Archive,
    AddVariant { new: NewVariant, by: UserId },
    Variant(VariantId, VariantPatch),
}

impl Edit {
    /// Returns the category that the product moves to.
    fn category(&self) -> Option<&CategoryName> {
        match self {
            Self::Product(patch) => patch.category.as_ref(),
            Self::Archive | Self::AddVariant { .. } | Self::Variant(..) => None,
        }
    }
}

impl Catalog {
    pub(super) async fn attempt_create(
        self,
        work: Box<dyn UnitOfWork>,
        new: NewProductInput,
        by: UserId,
        keyed: Option<Keyed>,
    ) -> OnceAnswer {
        let now = self.clock.now();
        let mut work = match idempotency::once(work, keyed.as_ref(), now).await?? {
            Once::Now(work) => work,
            Once::Before(answered) => return Ok(answered),
        };
        match new.variants.len() {
            0 => return Err(CatalogError::LastVariant),
            1..=MAX_VARIANTS => {}
            _ => return Err(CatalogError::TooManyVariants),
        }
        let category = work.catalog().category(&new.category).await??;
        let chosen = new.slug.is_some();
        let slug = match new.slug {
            Some(slug) => slug,
            None => free_slug(&mut *work, &new.name).await?,
        };
        let product = NewProduct {
            slug,
            name: new.name,
            description: new.description,
            category,
            created_at: now,
            by: Some(by),
            variants: new.variants,
        };
        let product = match work.catalog().insert(&product).await? {
            // Somebody took the slug that was free just now: another attempt finds another one.
            Err(ProductTaken::Slug(slug)) if !chosen => {
                Err(RepositoryError::Contention(format!("the slug {slug} was taken meanwhile")))?
            }
            outcome => outcome?,
        };
        work.events().record(&[Event::of_product(&product)]).await?;
        Ok(idempotency::answer(work, keyed.as_ref(), product.id, document(&product)).await?)
    }

    pub(super) async fn attempt_edit(
        self,
        work: Box<dyn UnitOfWork>,
        id: ProductId,
        expected: Option<Version>,
        edit: Edit,
        keyed: Option<Keyed>,
    ) -> OnceAnswer {
        let now = self.clock.now();
        let mut work = match idempotency::once(work, keyed.as_ref(), now).await?? {
            Once::Now(work) => work,
            Once::Before(answered) => return Ok(answered),
        };
        let category = match edit.category() {
            Some(name) => Some(work.catalog().category(name).await??),
            None => None,
        };
        let before = work.catalog().lock(id).await?.ok_or(CatalogError::NotFound)?;
        if expected.is_some_and(|expected| expected != before.version) {
            return Err(CatalogError::Stale { current: before.version });
        }
        let mut after = Product { version: before.version.next(), updated_at: now, ..before.clone() };
        match edit {
            Edit::AddVariant { new, by } => {
                if before.variants.len() >= MAX_VARIANTS {
                    return Err(CatalogError::TooManyVariants);
                }
                after = work.catalog().add_variant(&after, &new, by).await??;
            }
            Edit::Product(patch) => apply(&mut after, *patch, category)?,
            Edit::Archive => after.status = ProductStatus::Archived,
            Edit::Variant(variant, patch) => apply_to_variant(&mut after, variant, patch)?,
        }
        work.catalog().save(&before, &after).await??;
        work.events().record(&[Event::of_product(&after)]).await?;
        Ok(idempotency::answer(work, keyed.as_ref(), id, document(&after)).await?)
    }

    pub(super) async fn attempt_stock(
        self,
        work: Box<dyn UnitOfWork>,
        variant: VariantId,
        stock: StockChange,
        by: UserId,
        keyed: Option<Keyed>,
    ) -> OnceAnswer {
        let now = self.clock.now();
        let mut work = match idempotency::once(work, keyed.as_ref(), now).await?? {
            Once::Now(work) => work,
            Once::Before(answered) => return Ok(answered),
        };
        let moved = match work.stock().count(variant, stock.change).await? {
            Counted::Moved(moved) => moved,
            Counted::Refused { on_hand } => return Err(CatalogError::StockConflict { on_hand }),
            Counted::Missing => return Err(CatalogError::NotFound),
        };
        // Counting locked the variant, which whoever edits the product would have to hold.
        let product = work.catalog().product_of(variant).await?.ok_or(CatalogError::NotFound)?;
        let (delta, reason) = (moved.delta(), MovementReason::Adjustment);
        let movement =
            Movement { variant, delta, reason, order: None, note: stock.note, by: Some(by), at: now };
        work.stock().record(&[movement]).await?;
        work.events().record(low_stock(&moved, &product, now).as_slice()).await?;
        Ok(idempotency::answer(work, keyed.as_ref(), product.id, document(&product)).await?)
    }
}

/// Tells that little is left of a variant, where customers can have it at all.
fn low_stock(moved: &Moved, product: &Product, now: Timestamp) -> Option<Event> {
    let sold =
        product.variants.iter().find(|variant| variant.id == moved.variant && product.sells(variant))?;
    Event::of_stock(moved, product.id, &sold.sku, &product.name, now)
}

fn document(product: &Product) -> Doc<ProductView> {
    Doc::encode(product.version, &ProductView::from(product))
}

/// Finds a slug for a name: the name's own, or that with the first number from 2 on that is free.
async fn free_slug(work: &mut dyn UnitOfWork, name: &ProductName) -> Result<Slug, CatalogError> {
    let plain = Slug::of(name.as_str());
    let mut first = 2;
    loop {
        let numbered = (first..first + 20).map(|number| plain.numbered(number));
        let candidates: Vec<Slug> = (first == 2).then(|| plain.clone()).into_iter().chain(numbered).collect();
        let taken = work.catalog().taken_slugs(&candidates).await?;
        if let Some(free) = candidates.into_iter().find(|candidate| !taken.contains(candidate)) {
            return Ok(free);
        }
        first += 20;
    }
}

fn apply(product: &mut Product, patch: ProductPatch, category: Option<Category>) -> Result<(), CatalogError> {
    if patch.price.is_some() || patch.sku.is_some() {
        let only = product.simple().ok_or(CatalogError::NotSimple)?.id;
        let of_variant = VariantPatch { price: patch.price, sku: patch.sku, ..VariantPatch::default() };
        apply_to_variant(product, only, of_variant)?;
    }
    replace(&mut product.slug, patch.slug);
    replace(&mut product.name, patch.name);
    replace(&mut product.description, patch.description);
    replace(&mut product.status, patch.status);
    replace(&mut product.category, category);
    Ok(())
}

fn apply_to_variant(product: &mut Product, id: VariantId, patch: VariantPatch) -> Result<(), CatalogError> {
    let variant =
        product.variants.iter_mut().find(|variant| variant.id == id).ok_or(CatalogError::NotFound)?;
    replace(&mut variant.sku, patch.sku);
    replace(&mut variant.title, patch.title);
    replace(&mut variant.options, patch.options);
    replace(&mut variant.price, patch.price);
    replace(&mut variant.archived, patch.archived);
    product.sold().next().map(drop).ok_or(CatalogError::LastVariant)
}

fn replace<T>(place: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *place = value;
    }
}
