//! The shop itself: does what an operation says through the use cases, and tells what came of it in the model's terms.

mod looking;

use super::operation::{By, Known, Operation};
use super::reference::{CUSTOMERS, OPENING, PRODUCT_OF, PRODUCTS};
use super::shown::{Answer, Entry};
use crate::backroom::{Desk, usd};
use domain::account::Role;
use domain::cart::{CartError, CartService, Quantity, Shopper, ShownCart, Target};
use domain::catalog::{
    CatalogError, CatalogService, ProductPatch, ProductStatus, ProductView, StockChange, VariantPatch,
};
use domain::order::{ActError, ActingOn, Checkout, OrderService, PlaceError, ShortLine};
use domain::stock::CountChange;
use domain::{Doc, OrderId, ProductId, UserId, VariantId, Version};
use looking::variant_of;
use std::sync::atomic::{AtomicU64, Ordering};
use system_tests::Observer;

/// A shop's goods and customers, of which no other sequence knows.
pub(crate) struct Real {
    desk: Desk,
    observer: Observer,
    customers: Vec<UserId>,
    staff: UserId,
    products: Vec<ProductId>,
    variants: Vec<VariantId>,
    orders: Vec<OrderId>,
    /// The ledger as it was read so far, and the last row of it.
    ledger: (Vec<Entry>, i64),
}

type Outcome = Result<Answer, String>;

impl Real {
    /// Fills a shop as the model begins.
    pub(crate) async fn open(desk: Desk, url: &str) -> Self {
        static SEQUENCES: AtomicU64 = AtomicU64::new(0);
        let sequence = SEQUENCES.fetch_add(1, Ordering::Relaxed);
        let (mut customers, mut products, mut variants) = (Vec::new(), Vec::new(), Vec::new());
        for customer in 0..CUSTOMERS {
            customers.push(desk.customer(&format!("customer-{sequence}-{customer}")).await);
        }
        let staff = desk.customer(&format!("staff-{sequence}")).await;
        for product in 0..PRODUCTS {
            let mine = PRODUCT_OF.iter().zip(OPENING).filter(|(of, _)| **of == product);
            let opening: Vec<_> = mine.map(|(_, opening)| opening).collect();
            let made = desk.product(staff, &format!("product-{sequence}-{product}"), &opening).await;
            products.push(made.id);
            variants.extend(made.variants.iter().map(|variant| variant.id));
        }
        let observer = Observer::of(url).await;
        Self {
            desk,
            observer,
            customers,
            staff,
            products,
            variants,
            orders: Vec::new(),
            ledger: (Vec::new(), 0),
        }
    }

    /// Does something; fails where the store does.
    pub(crate) async fn perform(&mut self, operation: &Operation) -> Outcome {
        let one = |quantity| Quantity::new(quantity).expect("a quantity of the model is one");
        match *operation {
            Operation::Add { customer, variant, quantity } => {
                let target = Target::Variant(self.variants[variant]);
                self.carted(self.desk.carts.add(&self.shopper(customer), None, target, one(quantity)).await)
            }
            Operation::Set { customer, variant, quantity, version } => {
                let (version, variant) = (self.cart_version(customer, version).await, self.variants[variant]);
                let shopper = self.shopper(customer);
                self.carted(self.desk.carts.set(&shopper, version, variant, one(quantity)).await)
            }
            Operation::Remove { customer, variant, version } => {
                let (version, variant) = (self.cart_version(customer, version).await, self.variants[variant]);
                self.carted(self.desk.carts.remove(&self.shopper(customer), version, variant).await)
            }
            Operation::Clear { customer } => {
                self.carted(self.desk.carts.clear(&self.shopper(customer), None).await)
            }
            Operation::Place { customer, total } => self.place(customer, total).await,
            Operation::Act { by, order, action } => {
                let order = self.orders.get(order).copied().unwrap_or(OrderId(i64::MAX));
                let (user, role) = match by {
                    By::Customer(customer) => (self.customers[customer], Role::Customer),
                    By::Staff => (self.staff, Role::Staff),
                };
                match self.desk.orders.act(ActingOn { order, user, role }, action, None).await {
                    Ok(answered) => Ok(Answer::Order(self.order(&answered.document.value.decode().unwrap()))),
                    Err(ActError::NoSuchOrder) => Ok(Answer::NoSuchOrder),
                    Err(ActError::NotAllowed { allowed, .. }) => Ok(Answer::NotAllowed(allowed)),
                    Err(error) => Err(error.to_string()),
                }
            }
            Operation::Count { variant, delta } => self.count(variant, CountChange::By(delta)).await,
            Operation::Recount { variant, expected, on_hand } => {
                let seen = self.on_hand(variant).await + i64::from(expected == Known::Wrong);
                self.count(variant, CountChange::Replace { expected: seen, on_hand }).await
            }
            Operation::Reprice { variant, version, price } => {
                let patch = VariantPatch { price: Some(usd().minor(price)), ..VariantPatch::default() };
                self.patch(variant, version, patch).await
            }
            Operation::Shelve { variant, archived } => {
                let patch = VariantPatch { archived: Some(archived), ..VariantPatch::default() };
                self.patch(variant, Known::Right, patch).await
            }
            Operation::Withdraw { product, active } => {
                let status = if active { ProductStatus::Active } else { ProductStatus::Archived };
                let patch = ProductPatch { status: Some(status), ..ProductPatch::default() };
                let (id, version) =
                    (self.products[product], self.product_version(product, Known::Right).await);
                self.stocked(
                    self.desk.catalog.update(id, Some(version), patch).await.map(|shown| shown.value),
                )
            }
        }
    }

    async fn place(&mut self, customer: usize, total: Known) -> Outcome {
        let mut expected = None;
        if total != Known::Unsaid {
            let shown = self.look_at_cart(customer).await.subtotal;
            expected = Some(usd().minor(shown + i64::from(total == Known::Wrong)));
        }
        let checkout = Checkout { expected, ..Checkout::default() };
        match self.desk.orders.place(self.customers[customer], checkout, None).await {
            Ok(placed) => {
                self.orders.push(placed.id);
                Ok(Answer::Order(self.order(&placed.document.value.decode().unwrap())))
            }
            Err(PlaceError::EmptyCart) => Ok(Answer::EmptyCart),
            Err(PlaceError::PriceChanged { actual }) => Ok(Answer::PriceChanged(actual.minor())),
            Err(PlaceError::OutOfStock { lines }) => {
                let short =
                    |line: &ShortLine| (variant_of(line.sku.as_str()), line.requested, line.available);
                Ok(Answer::Short(lines.iter().map(short).collect()))
            }
            Err(error) => Err(error.to_string()),
        }
    }

    async fn count(&self, variant: usize, change: CountChange) -> Outcome {
        let change = StockChange { change, note: None };
        let counted = self.desk.catalog.change_stock(self.variants[variant], change, self.staff, None).await;
        self.stocked(counted.map(|answered| answered.document.value))
    }

    async fn patch(&self, variant: usize, version: Known, patch: VariantPatch) -> Outcome {
        let product = PRODUCT_OF[variant];
        let (id, version) = (self.products[product], self.product_version(product, version).await);
        let patched =
            self.desk.catalog.update_variant(id, self.variants[variant], Some(version), patch).await;
        self.stocked(patched.map(|shown| shown.value))
    }

    fn carted(&self, answer: Result<ShownCart, CartError>) -> Outcome {
        match answer {
            Ok(shown) => Ok(Answer::Cart(self.cart(&shown.cart.value.decode().unwrap()))),
            Err(CartError::NoSuchThing) => Ok(Answer::NoSuchThing),
            Err(CartError::NoSuchLine) => Ok(Answer::NoSuchLine),
            Err(CartError::Full(_)) => Ok(Answer::TooMany),
            Err(CartError::Stale { current }) => Ok(Answer::Stale(current.0)),
            Err(CartError::OutOfStock { sku, requested, available }) => {
                Ok(Answer::OutOfStock { variant: variant_of(sku.as_str()), requested, available })
            }
            Err(error) => Err(error.to_string()),
        }
    }

    fn stocked(&self, answer: Result<Doc<ProductView>, CatalogError>) -> Outcome {
        match answer {
            Ok(shown) => Ok(Answer::Product(self.product(&shown.decode().unwrap()))),
            Err(CatalogError::LastVariant) => Ok(Answer::LastVariant),
            Err(CatalogError::Stale { current }) => Ok(Answer::Stale(current.0)),
            Err(CatalogError::StockConflict { on_hand }) => Ok(Answer::StockConflict(on_hand)),
            Err(error) => Err(error.to_string()),
        }
    }

    fn shopper(&self, customer: usize) -> Shopper {
        Shopper::Account(self.customers[customer])
    }

    async fn cart_version(&self, customer: usize, known: Known) -> Option<Version> {
        if known == Known::Unsaid {
            return None;
        }
        let current = self.look_at_cart(customer).await.version;
        Some(Version(current + i64::from(known == Known::Wrong)))
    }
}
