//! A shop that has been through everything: orders in several states, edits, archival, counted stock, keys, a cart that was
//! left.

use crate::orders::service;
use crate::shop::{Shop, Wanted, new_variant, units, usd};
use crate::webhooks::endpoint;
use domain::account::Role;
use domain::cart::{CartService, Shopper, Target};
use domain::catalog::{
    Catalog, CatalogService, Product, ProductPatch, ProductStatus, StockChange, VariantPatch,
};
use domain::idempotency::Fingerprint;
use domain::order::{ActingOn, Checkout, OrderAction, OrderService, OrderView};
use domain::stock::CountChange;
use domain::{EndpointId, IdempotencyKey, Keyed, OrderId, SystemClock, UserId, VariantId, Version};
use std::sync::Arc;

/// An order, and what findings call it.
pub(super) struct Known {
    pub(super) id: OrderId,
    pub(super) place: String,
    /// As above, with its line of tea.
    pub(super) line: String,
}

/// What there is.
pub(super) struct LivedIn {
    pub(super) ada: UserId,
    /// Hears everything.
    pub(super) endpoint: EndpointId,
    /// Has 42 units.
    pub(super) tea: Product,
    /// Is archived and was never there.
    pub(super) tin: VariantId,
    /// 2 × tea.
    pub(super) placed: Known,
    /// 3 × tea.
    pub(super) cancelled: Known,
    /// 4 × tea; shipped, paid, restocked, refunded.
    pub(super) returned: Known,
    /// 1 × tea; paid and delivered.
    pub(super) delivered: Known,
}

impl LivedIn {
    pub(super) async fn pay(&self, shop: &Shop, order: OrderId) {
        act(shop, self.ada, order, OrderAction::Pay, Role::Staff).await;
    }
}

pub(super) async fn live_in(shop: &Shop) -> LivedIn {
    let ada = shop.customer("ada").await;
    let endpoint = endpoint(shop, &[]).await.id;
    let catalog = Catalog::new(shop.units.clone(), Arc::new(SystemClock));
    let tea = shop.product(Wanted::simple("Tea", 125, 50)).await;
    let cups = shop.product(Wanted::with("Cups", vec![(900, 7), (700, 0)])).await;
    let variant = tea.variants[0].id;
    let placed = order(shop, ada, variant, 2).await;
    let cancelled = order(shop, ada, variant, 3).await;
    act(shop, ada, cancelled.id, OrderAction::Cancel, Role::Customer).await;
    let returned = order(shop, ada, variant, 4).await;
    for action in [OrderAction::Ship, OrderAction::Pay, OrderAction::Restock, OrderAction::Refund] {
        act(shop, ada, returned.id, action, Role::Staff).await;
    }
    let delivered = order(shop, ada, variant, 1).await;
    for action in [OrderAction::Pay, OrderAction::Ship, OrderAction::Deliver] {
        act(shop, ada, delivered.id, action, Role::Staff).await;
    }
    let all_cups = order(shop, ada, cups.variants[0].id, 7).await;
    act(shop, ada, all_cups.id, OrderAction::Cancel, Role::Staff).await;

    let renamed = ProductPatch { name: Some(crate::shop::name("Grüner Tee")), ..ProductPatch::default() };
    catalog.update(tea.id, Some(Version(1)), renamed).await.unwrap();
    let dearer = VariantPatch { price: Some(usd().minor(150)), ..VariantPatch::default() };
    catalog.update_variant(tea.id, variant, Some(Version(2)), dearer).await.unwrap();
    let tin = catalog.add_variant(tea.id, None, new_variant("TIN", 990, 0), ada, None).await.unwrap();
    let tin = tin.document.value.decode().unwrap().variants[1].id;
    let archived = VariantPatch { archived: Some(true), ..VariantPatch::default() };
    catalog.update_variant(tea.id, tin, Some(Version(4)), archived).await.unwrap();
    let gone = ProductPatch { status: Some(ProductStatus::Archived), ..ProductPatch::default() };
    catalog.update(cups.id, Some(Version(1)), gone).await.unwrap();
    let broken = StockChange { change: CountChange::By(-5), note: None };
    catalog.change_stock(variant, broken, ada, None).await.unwrap();
    add(shop, ada, variant, 6).await;
    LivedIn { ada, endpoint, tea, tin, placed, cancelled, returned, delivered }
}

async fn add(shop: &Shop, user: UserId, variant: VariantId, quantity: u32) {
    let carts = crate::carts::service(shop);
    carts.add(&Shopper::Account(user), None, Target::Variant(variant), units(quantity)).await.unwrap();
}

async fn order(shop: &Shop, user: UserId, variant: VariantId, quantity: u32) -> Known {
    add(shop, user, variant, quantity).await;
    let key = IdempotencyKey::parse(&format!("key-{quantity}")).unwrap();
    let keyed = Keyed { caller: user, key, fingerprint: Fingerprint::of("POST", "/orders", b"") };
    let answer = service(shop).place(user, Checkout::default(), Some(keyed)).await.unwrap();
    let OrderView { id, number, items, .. } = answer.document.value.decode().unwrap();
    let place = format!("order {id} ({number})");
    let line = format!("{place}, variant {variant} ({})", items[0].sku);
    Known { id, place, line }
}

async fn act(shop: &Shop, user: UserId, order: OrderId, action: OrderAction, role: Role) {
    service(shop).act(ActingOn { order, user, role }, action, None).await.unwrap();
}
