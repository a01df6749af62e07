//! The use cases against the shop in memory: every rule of carts, orders and the catalogue, without any store.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod carts;
mod catalog;
mod checkout;
mod events;
mod guests;
mod handling;
mod memory;
mod merging;
mod repeating;
mod units;
mod variants;

use domain::cart::{CartService, CartView, Carts, CartsOptions, Quantity, Shopper, ShownCart, Target};
use domain::catalog::{Catalog, Product, ProductPatch, Sku};
use domain::order::Orders;
use domain::stock::Movement;
use domain::testing::{CountingEntropy, FixedClock, MemoryShop, goods};
use domain::throttle::Gate;
use domain::{Change, ProductId, Source, UserId, VariantId};
use std::sync::Arc;

const ALICE: UserId = UserId(1001);
const BOB: UserId = UserId(1002);
const STAFF: UserId = UserId(1003);

/// A shop in memory with the real use cases on top.
struct Shop {
    memory: MemoryShop,
    clock: Arc<FixedClock>,
    carts: Carts,
    orders: Orders,
    catalog: Catalog,
}

impl Shop {
    fn open() -> Self {
        Self::open_with(Gate::open())
    }

    /// Opens a shop in which guests begin carts through this gate.
    fn open_with(guest_carts: Gate) -> Self {
        let memory = MemoryShop::new();
        let clock = Arc::new(FixedClock::default());
        let (units, currency) = (memory.units(), memory.currency());
        let entropy = Arc::new(CountingEntropy::default());
        Self {
            carts: Carts::new(CartsOptions {
                units: units.clone(),
                reader: Arc::new(memory.clone()),
                source: Source::Sqlite,
                currency,
                guest_carts,
                clock: clock.clone(),
                entropy: entropy.clone(),
            }),
            orders: Orders::new(units.clone(), currency, clock.clone(), entropy),
            catalog: Catalog::new(units, clock.clone()),
            memory,
            clock,
        }
    }

    /// Puts a simple product on the shelf.
    async fn stock(&self, sku: &str, price: &str, on_hand: i64) -> Product {
        self.memory.stock(goods(&format!("Product {sku}"), sku, price, on_hand)).await
    }

    async fn add(&self, customer: UserId, sku: &str, quantity: u32) -> CartView {
        let answer = self.carts.add(&account(customer), None, by_sku(sku), units(quantity)).await;
        view(&answer.unwrap())
    }

    fn on_hand(&self, product: &Product) -> i64 {
        self.memory.state().on_hand(only(product))
    }

    fn product(&self, id: ProductId) -> Product {
        self.memory.state().products[&id].clone()
    }

    /// Returns the ledger's lines of a variant: how many moved, and why.
    fn ledger(&self, variant: VariantId) -> Vec<(i64, &'static str)> {
        let line = |movement: &Movement| (movement.delta, movement.reason.as_str());
        let movements = self.memory.state().movements;
        movements.iter().filter(|movement| movement.variant == variant).map(line).collect()
    }

    /// Returns what the last unit of work changed, in short.
    fn changed(&self) -> Vec<String> {
        let name = |change: &Change| match change {
            Change::Account(user) => format!("account:{user}"),
            Change::Cart(user) => format!("cart:{user}"),
            Change::Orders(user) => format!("orders:{user}"),
            Change::Product { slugs, .. } => {
                slugs.iter().fold("product".to_owned(), |text, slug| format!("{text}:{slug}"))
            }
            Change::Listing { category } => format!("listing:{category}"),
            Change::Variants => "variants".to_owned(),
        };
        let mut changes: Vec<String> = self.memory.state().last_changes().iter().map(name).collect();
        changes.sort();
        changes.dedup();
        changes
    }
}

/// Returns a customer who has come for a cart.
fn account(customer: UserId) -> Shopper {
    Shopper::Account(customer)
}

/// Reads what a shopper is shown.
fn view(shown: &ShownCart) -> CartView {
    shown.cart.value.decode().unwrap()
}

fn only(product: &Product) -> VariantId {
    product.simple().unwrap().id
}

fn units(units: u32) -> Quantity {
    Quantity::new(units).unwrap()
}

fn by_sku(sku: &str) -> Target {
    Target::Sku(Sku::parse(sku).unwrap())
}

/// Changes nothing but what the closure says.
fn patch(edit: impl FnOnce(&mut ProductPatch)) -> ProductPatch {
    let mut patch = ProductPatch::default();
    edit(&mut patch);
    patch
}
