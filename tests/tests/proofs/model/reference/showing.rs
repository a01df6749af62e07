//! What the model shows of itself.

use super::{PRODUCT_OF, State, total_of};
use crate::model::shown::{CartShown, LineShown, OrderShown, ProductShown, Shelf, SummaryShown};
use domain::account::Role;
use domain::catalog::Availability;

impl State {
    /// Returns a customer's cart with the prices of now.
    pub(crate) fn cart(&self, customer: usize) -> CartShown {
        let Some(cart) = &self.carts[customer] else {
            return CartShown { version: 0, lines: Vec::new(), subtotal: 0 };
        };
        let line = |&(variant, quantity, price_when_added): &(usize, u32, i64)| {
            let price = self.variants[variant].price;
            LineShown {
                variant,
                quantity,
                price,
                price_when_added,
                price_changed: price != price_when_added,
                total: price * i64::from(quantity),
                availability: if self.sold(variant) { self.band(variant) } else { Availability::OutOfStock },
            }
        };
        let lines: Vec<_> = cart.lines.iter().map(line).collect();
        CartShown { version: cart.version, subtotal: lines.iter().map(|line| line.total).sum(), lines }
    }

    /// Returns an order as somebody in this role sees it.
    pub(crate) fn order(&self, number: usize, role: Role) -> OrderShown {
        let order = &self.orders[number];
        let line = |&(variant, quantity, price): &(usize, u32, i64)| {
            (variant, quantity, price, price * i64::from(quantity))
        };
        OrderShown {
            number,
            status: order.status,
            payment: order.payment,
            fulfillment: order.fulfillment,
            restocked: order.restocked,
            version: i64::try_from(order.history.len()).expect("it is small"),
            lines: order.lines.iter().map(line).collect(),
            total: total_of(&order.lines),
            allowed: order.allowed(role),
            history: order.history.clone(),
        }
    }

    /// Returns a customer's orders, the newest first.
    pub(crate) fn orders_of(&self, customer: usize) -> Vec<SummaryShown> {
        let mine = self.orders.iter().enumerate().filter(|(_, order)| order.customer == customer);
        mine.map(|(number, order)| SummaryShown {
            number,
            state: (order.status, order.payment, order.fulfillment),
            units: order.lines.iter().map(|line| u64::from(line.1)).sum(),
            total: total_of(&order.lines),
            allowed: order.allowed(Role::Customer),
        })
        .rev()
        .collect()
    }

    /// Returns who placed each order.
    pub(crate) fn buyers(&self) -> impl Iterator<Item = (usize, usize)> {
        self.orders.iter().map(|order| order.customer).enumerate()
    }

    /// Returns a product as staff see it.
    pub(super) fn product(&self, product: usize) -> ProductShown {
        let of_sale: Vec<_> =
            self.siblings(product).filter(|variant| !self.variants[*variant].archived).collect();
        let shown = |&variant: &usize| {
            let Self { variants, .. } = self;
            (variant, variants[variant].price, variants[variant].on_hand, self.band(variant))
        };
        let variants: Vec<_> = of_sale.iter().map(shown).collect();
        ProductShown {
            version: self.products[product].version,
            active: self.products[product].active,
            price: variants.iter().map(|shown| shown.1).min().expect("one is always sold"),
            stock: variants.iter().map(|shown| shown.2).sum(),
            availability: variants.iter().map(|shown| shown.3).max().expect("one is always sold"),
            variants,
        }
    }

    /// Returns the rows of the variants.
    pub(crate) fn shelf(&self) -> Vec<Shelf> {
        let row = |number: usize| {
            let (variant, product) = (&self.variants[number], self.product(PRODUCT_OF[number]));
            let in_band = |least| product.variants.iter().filter(|shown| shown.3 >= least).count();
            Shelf {
                on_hand: variant.on_hand,
                price: variant.price,
                archived: variant.archived,
                lowest_price: product.price,
                variants_in_stock: i64::try_from(in_band(Availability::LowStock)).expect("it is small"),
                variants_plentiful: i64::try_from(in_band(Availability::InStock)).expect("it is small"),
                product_version: product.version,
            }
        };
        (0..self.variants.len()).map(row).collect()
    }

    fn band(&self, variant: usize) -> Availability {
        match self.variants[variant].on_hand {
            0 => Availability::OutOfStock,
            1..6 => Availability::LowStock,
            _ => Availability::InStock,
        }
    }
}
