//! What the shop shows of itself: through its readers, and in its tables.

use super::{Known, Real};
use crate::model::reference::{PRODUCT_OF, State};
use crate::model::shown::{CartShown, Entry, LineShown, OrderShown, ProductShown, Shelf, SummaryShown};
use domain::account::Role;
use domain::cart::{CartItemView, CartReader, CartView};
use domain::catalog::{ProductStatus, ProductView, VariantView};
use domain::money::MoneyView;
use domain::order::{OrderLineView, OrderQuery, OrderReader, OrderSummary, OrderView};
use domain::page::{Limit, Position};
use domain::{OrderId, VariantId, Version};
use sea_orm::QueryResult;

impl Real {
    /// Returns the rows of the variants, and the whole ledger.
    pub(crate) async fn look_at_stock(&mut self) -> (Vec<Shelf>, Vec<Entry>) {
        let ids: Vec<_> = self.variants.iter().map(ToString::to_string).collect();
        let ids = ids.join(", ");
        let variants = format!(
            "SELECT on_hand, price, archived, lowest_price, variants_in_stock, variants_plentiful, version
             FROM variants JOIN products ON products.id = product_id WHERE variants.id IN ({ids}) ORDER BY variants.id"
        );
        let row = |row: &QueryResult| Shelf {
            on_hand: row.try_get_by_index(0).unwrap(),
            price: row.try_get_by_index(1).unwrap(),
            archived: row.try_get_by_index(2).unwrap(),
            lowest_price: row.try_get_by_index(3).unwrap(),
            variants_in_stock: row.try_get_by_index(4).unwrap(),
            variants_plentiful: row.try_get_by_index(5).unwrap(),
            product_version: row.try_get_by_index(6).unwrap(),
        };
        let rows = self.observer.rows(&variants).await;
        let (mut ledger, mut last) = std::mem::take(&mut self.ledger);
        let news = format!(
            "SELECT id, variant_id, delta, reason, order_id FROM stock_movements
             WHERE variant_id IN ({ids}) AND id > {last} ORDER BY id"
        );
        for row in self.observer.rows(&news).await {
            last = row.try_get_by_index(0).unwrap();
            let order: Option<i64> = row.try_get_by_index(4).unwrap();
            ledger.push(Entry {
                variant: self.variant(VariantId(row.try_get_by_index(1).unwrap())),
                delta: row.try_get_by_index(2).unwrap(),
                reason: row.try_get_by_index(3).unwrap(),
                order: order.map(|id| self.number_of(OrderId(id))),
            });
        }
        self.ledger = (ledger.clone(), last);
        (rows.iter().map(row).collect(), ledger)
    }

    /// Returns a customer's cart.
    pub(crate) async fn look_at_cart(&self, customer: usize) -> CartShown {
        let cart = self.desk.database.cart(self.customers[customer]).await.unwrap();
        self.cart(&cart.value.decode().unwrap())
    }

    /// Returns a customer's orders, the newest first.
    pub(crate) async fn look_at_orders(&self, customer: usize) -> Vec<SummaryShown> {
        let limit = Limit::new(100).unwrap();
        let query = OrderQuery { status: None, position: Position::Page(1), limit };
        let page = self.desk.database.orders(self.customers[customer], &query).await.unwrap();
        let page = page.value.decode().unwrap();
        assert_eq!(page.items.len() as u64, page.total, "a sequence places fewer orders than a page has");
        let summary = |order: OrderSummary| SummaryShown {
            number: self.number_of(order.id),
            state: (order.status, order.payment_status, order.fulfillment_status),
            units: order.units,
            total: minor(&order.total),
            allowed: order.allowed_actions,
        };
        page.items.into_iter().map(summary).collect()
    }

    /// Reads every order as its customer would.
    pub(crate) async fn look_at_every_order(&self, model: &State) -> Result<(), String> {
        for (number, customer) in model.buyers() {
            for (other, user) in self.customers.iter().enumerate() {
                let read = self.desk.database.order(*user, self.orders[number]).await.unwrap();
                let read = read.map(|order| self.order(&order.value.decode().unwrap()));
                let own = (other == customer).then(|| model.order(number, Role::Customer));
                crate::model::same("an order", &read, &own)?;
            }
        }
        Ok(())
    }

    pub(super) async fn on_hand(&self, variant: usize) -> i64 {
        let sql = format!("SELECT on_hand FROM variants WHERE id = {}", self.variants[variant]);
        self.observer.number(&sql).await
    }

    /// Returns the version that staff say a product has, who always say one.
    pub(super) async fn product_version(&self, product: usize, known: Known) -> Version {
        let sql = format!("SELECT version FROM products WHERE id = {}", self.products[product]);
        Version(self.observer.number(&sql).await + i64::from(known == Known::Wrong))
    }

    pub(super) fn cart(&self, cart: &CartView) -> CartShown {
        let line = |line: &CartItemView| LineShown {
            variant: self.variant(line.variant_id),
            quantity: line.quantity,
            price: minor(&line.unit_price),
            price_when_added: minor(&line.price_when_added),
            price_changed: line.price_changed,
            total: minor(&line.line_total),
            availability: line.availability,
        };
        let (version, subtotal) = (cart.version.0, minor(&cart.subtotal));
        CartShown { version, lines: cart.items.iter().map(line).collect(), subtotal }
    }

    pub(super) fn order(&self, order: &OrderView) -> OrderShown {
        let line = |line: &OrderLineView| {
            let (price, total) = (minor(&line.unit_price), minor(&line.line_total));
            (self.variant(line.variant_id), line.quantity, price, total)
        };
        OrderShown {
            number: self.number_of(order.id),
            status: order.status,
            payment: order.payment_status,
            fulfillment: order.fulfillment_status,
            restocked: order.restocked,
            version: order.version.0,
            lines: order.items.iter().map(line).collect(),
            total: minor(&order.total),
            allowed: order.allowed_actions.clone(),
            history: order.history.iter().map(|entry| (entry.event, entry.by)).collect(),
        }
    }

    pub(super) fn product(&self, product: &ProductView) -> ProductShown {
        let variant = |variant: &VariantView| {
            (self.variant(variant.id), minor(&variant.price), variant.stock, variant.availability)
        };
        ProductShown {
            version: product.version.0,
            active: product.status == ProductStatus::Active,
            price: minor(&product.price),
            stock: product.stock,
            availability: product.availability,
            variants: product.variants.iter().map(variant).collect(),
        }
    }

    fn variant(&self, id: VariantId) -> usize {
        self.variants.iter().position(|variant| *variant == id).expect("it is one of the sequence's")
    }

    fn number_of(&self, id: OrderId) -> usize {
        self.orders.iter().position(|order| *order == id).expect("it is one of the sequence's")
    }
}

/// Returns which variant has a sku: it ends with the numbers of its product and of itself.
pub(super) fn variant_of(sku: &str) -> usize {
    let mut numbers = sku.rsplit('-').map(|number| number.parse::<usize>().unwrap());
    let (variant, product) = (numbers.next().unwrap(), numbers.next().unwrap());
    let mine = PRODUCT_OF.iter().enumerate().filter(|(_, of)| **of == product);
    mine.map(|(number, _)| number).nth(variant).unwrap()
}

/// Returns an amount in minor units.
fn minor(money: &MoneyView) -> i64 {
    money.amount.replace('.', "").parse().unwrap()
}
