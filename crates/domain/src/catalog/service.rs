//! What staff do with the catalogue. Every method answers the whole product as it is then.

use super::{
    Category, CategoryClash, CategoryName, Description, MAX_VARIANTS, NewProduct, NewVariant, Options,
    Product, ProductName, ProductStatus, ProductTaken, ProductView, Sku, Slug, VariantTitle,
};
use crate::idempotency::{self, KeyError, Once};
use crate::stock::{CountChange, Counted, Movement, MovementReason, StockNote};
use crate::{
    Answered, Clock, Doc, Event, Keyed, Money, ProductId, RepositoryError, Sourced, UnitOfWork, Units,
    UserId, VariantId, Version,
};
use async_trait::async_trait;
use std::sync::Arc;
use thiserror::Error;

/// Changes the catalogue. `expected` is the version that the product must have. What moves stock is done once where the
/// caller made the request recognisable (`keyed`).
#[async_trait]
pub trait CatalogService: Send + Sync {
    /// Makes a product.
    async fn create(&self, new: NewProductInput, keyed: Option<Keyed>) -> OnceAnswer;
    /// Edits a product; restores it where the patch says so.
    async fn update(&self, id: ProductId, expected: Version, patch: ProductPatch) -> CatalogAnswer;
    /// Takes a product out of the shop; its record stays.
    async fn archive(&self, id: ProductId, expected: Version) -> Result<(), CatalogError>;
    /// Adds a variant.
    async fn add_variant(
        &self,
        id: ProductId,
        expected: Option<Version>,
        new: NewVariant,
        keyed: Option<Keyed>,
    ) -> OnceAnswer;
    /// Edits a variant.
    async fn update_variant(
        &self,
        id: ProductId,
        variant: VariantId,
        expected: Version,
        patch: VariantPatch,
    ) -> CatalogAnswer;
    /// Changes the count of a variant; `by` is who did it.
    async fn change_stock(
        &self,
        variant: VariantId,
        change: StockChange,
        by: UserId,
        keyed: Option<Keyed>,
    ) -> OnceAnswer;
}

type CatalogAnswer = Result<Sourced<Doc<ProductView>>, CatalogError>;
type OnceAnswer = Result<Answered<ProductId, ProductView>, CatalogError>;

/// What staff give for a new product.
#[derive(Clone, Debug)]
pub struct NewProductInput {
    /// Its part of an address; made from the name where it is not given.
    pub slug: Option<Slug>,
    /// What it is called.
    pub name: ProductName,
    /// What it is about.
    pub description: Description,
    /// Where it is found; made when new.
    pub category: CategoryName,
    /// What is sold; 1 to [`MAX_VARIANTS`].
    pub variants: Vec<NewVariant>,
}

/// What staff change of a product; what is `None` stays.
#[derive(Clone, Debug, Default)]
pub struct ProductPatch {
    /// Its part of an address.
    pub slug: Option<Slug>,
    /// What it is called; the slug stays.
    pub name: Option<ProductName>,
    /// What it is about.
    pub description: Option<Description>,
    /// Where it is found; made when new.
    pub category: Option<CategoryName>,
    /// Whether customers can find it.
    pub status: Option<ProductStatus>,
    /// The price of its only variant.
    pub price: Option<Money>,
    /// The stock keeping unit of its only variant.
    pub sku: Option<Sku>,
}

/// What staff change of a variant; what is `None` stays.
#[derive(Clone, Debug, Default)]
pub struct VariantPatch {
    /// Its stock keeping unit.
    pub sku: Option<Sku>,
    /// What tells it from its siblings.
    pub title: Option<VariantTitle>,
    /// What sets it apart.
    pub options: Option<Options>,
    /// What one costs.
    pub price: Option<Money>,
    /// Whether it is no longer sold.
    pub archived: Option<bool>,
}

/// What staff do to a count, and what they say about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StockChange {
    /// The change.
    pub change: CountChange,
    /// Why.
    pub note: Option<StockNote>,
}

/// Why the catalogue stays as it is.
#[derive(Clone, Debug, Error)]
pub enum CatalogError {
    /// There is no such product, or no such variant of it.
    #[error("there is no such product or variant")]
    NotFound,
    /// The product is not the one that the caller saw.
    #[error("the product has changed")]
    Stale {
        /// The version that it has.
        current: Version,
    },
    /// Another product has the slug.
    #[error("the slug {0} is taken")]
    SlugTaken(Slug),
    /// Another variant has the stock keeping unit, an archived one maybe.
    #[error("the sku {0} is taken")]
    SkuTaken(Sku),
    /// Another category's name makes the same slug.
    #[error("the category's name is too much like {existing}")]
    CategoryClash {
        /// The name that has it already.
        existing: CategoryName,
    },
    /// Price and sku of a product that has not exactly one variant belong to its variants.
    #[error("the product has several variants")]
    NotSimple,
    /// A product must keep a variant that is sold.
    #[error("the product has no other variant that is sold")]
    LastVariant,
    /// The product has [`MAX_VARIANTS`] variants already.
    #[error("the product has too many variants")]
    TooManyVariants,
    /// The count would leave its bounds, or was not what the caller saw.
    #[error("there are {on_hand} on hand")]
    StockConflict {
        /// How many there are.
        on_hand: i64,
    },
    /// The request's key does not allow it.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The store failed.
    #[error(transparent)]
    Repository(#[from] RepositoryError),
}

crate::contention_through_repository!(CatalogError);

impl From<ProductTaken> for CatalogError {
    fn from(taken: ProductTaken) -> Self {
        match taken {
            ProductTaken::Slug(slug) => Self::SlugTaken(slug),
            ProductTaken::Sku(sku) => Self::SkuTaken(sku),
        }
    }
}

impl From<CategoryClash> for CatalogError {
    fn from(clash: CategoryClash) -> Self {
        Self::CategoryClash { existing: clash.existing }
    }
}

/// The catalogue of the shop.
#[derive(Clone)]
pub struct Catalog {
    units: Units,
    clock: Arc<dyn Clock>,
}

/// An edit of a product that is held.
#[derive(Clone)]
enum Edit {
    Product(Box<ProductPatch>),
    Archive,
    AddVariant(NewVariant),
    Variant(VariantId, VariantPatch),
}

impl Edit {
    /// Returns the category that the product moves to.
    fn category(&self) -> Option<&CategoryName> {
        match self {
            Self::Product(patch) => patch.category.as_ref(),
            Self::Archive | Self::AddVariant(_) | Self::Variant(..) => None,
        }
    }
}

impl Catalog {
    /// Puts the use cases together.
    pub fn new(units: Units, clock: Arc<dyn Clock>) -> Self {
        Self { units, clock }
    }

    async fn edit(
        &self,
        id: ProductId,
        expected: Option<Version>,
        edit: Edit,
        keyed: Option<Keyed>,
    ) -> OnceAnswer {
        let catalog = self.clone();
        let attempt =
            move |work| catalog.clone().attempt_edit(work, id, expected, edit.clone(), keyed.clone());
        self.units.run(attempt).await
    }

    async fn attempt_create(
        self,
        work: Box<dyn UnitOfWork>,
        new: NewProductInput,
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

    async fn attempt_edit(
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
            Edit::AddVariant(new) => {
                if before.variants.len() >= MAX_VARIANTS {
                    return Err(CatalogError::TooManyVariants);
                }
                after = work.catalog().add_variant(&after, &new).await??;
            }
            Edit::Product(patch) => apply(&mut after, *patch, category)?,
            Edit::Archive => after.status = ProductStatus::Archived,
            Edit::Variant(variant, patch) => apply_to_variant(&mut after, variant, patch)?,
        }
        work.catalog().save(&before, &after).await??;
        work.events().record(&[Event::of_product(&after)]).await?;
        Ok(idempotency::answer(work, keyed.as_ref(), id, document(&after)).await?)
    }

    async fn attempt_stock(
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
        let id = work.catalog().product_of(variant).await?.ok_or(CatalogError::NotFound)?;
        let mut product = work.catalog().lock(id).await?.ok_or(CatalogError::NotFound)?;
        let moved = match work.stock().count(variant, stock.change).await? {
            Counted::Moved(moved) => moved,
            Counted::Refused { on_hand } => return Err(CatalogError::StockConflict { on_hand }),
            Counted::Missing => return Err(CatalogError::NotFound),
        };
        let counted =
            product.variants.iter_mut().find(|other| other.id == variant).ok_or(CatalogError::NotFound)?;
        counted.on_hand = moved.after;
        let low = Event::of_stock(&moved, id, &counted.sku, &product.name, now);
        let (delta, reason) = (moved.delta(), MovementReason::Adjustment);
        let movement =
            Movement { variant, delta, reason, order: None, note: stock.note, by: Some(by), at: now };
        work.stock().record(&[movement]).await?;
        work.events().record(low.as_slice()).await?;
        Ok(idempotency::answer(work, keyed.as_ref(), id, document(&product)).await?)
    }
}

#[async_trait]
impl CatalogService for Catalog {
    async fn create(&self, new: NewProductInput, keyed: Option<Keyed>) -> OnceAnswer {
        let catalog = self.clone();
        self.units.run(move |work| catalog.clone().attempt_create(work, new.clone(), keyed.clone())).await
    }

    async fn update(&self, id: ProductId, expected: Version, patch: ProductPatch) -> CatalogAnswer {
        let edit = Edit::Product(Box::new(patch));
        self.edit(id, Some(expected), edit, None).await.map(|answered| answered.document)
    }

    async fn archive(&self, id: ProductId, expected: Version) -> Result<(), CatalogError> {
        self.edit(id, Some(expected), Edit::Archive, None).await.map(drop)
    }

    async fn add_variant(
        &self,
        id: ProductId,
        expected: Option<Version>,
        new: NewVariant,
        keyed: Option<Keyed>,
    ) -> OnceAnswer {
        self.edit(id, expected, Edit::AddVariant(new), keyed).await
    }

    async fn update_variant(
        &self,
        id: ProductId,
        variant: VariantId,
        expected: Version,
        patch: VariantPatch,
    ) -> CatalogAnswer {
        let edit = Edit::Variant(variant, patch);
        self.edit(id, Some(expected), edit, None).await.map(|answered| answered.document)
    }

    async fn change_stock(
        &self,
        variant: VariantId,
        change: StockChange,
        by: UserId,
        keyed: Option<Keyed>,
    ) -> OnceAnswer {
        let catalog = self.clone();
        let attempt =
            move |work| catalog.clone().attempt_stock(work, variant, change.clone(), by, keyed.clone());
        self.units.run(attempt).await
    }
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
