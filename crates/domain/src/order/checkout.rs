//! Placing an order: from a cart to goods that are taken, money that is owed and a cart that is empty, or nothing at all.

use super::{Checkout, NewOrder, OrderLine, OrderNumber, OrderView, Orders, PlaceError, ShortLine};
use crate::cart::{CartOwner, PricedLine, total};
use crate::idempotency::{self, Once};
use crate::stock::{Moved, Shortage};
use crate::{Answered, Doc, Event, Keyed, OrderId, Timestamp, UnitOfWork, UserId};

impl Orders {
    pub(super) async fn attempt_place(
        self,
        work: Box<dyn UnitOfWork>,
        customer: UserId,
        checkout: Checkout,
        keyed: Option<Keyed>,
    ) -> Result<Answered<OrderId, OrderView>, PlaceError> {
        let now = self.clock.now();
        let mut work = match idempotency::once(work, keyed.as_ref(), now).await?? {
            Once::Now(work) => work,
            Once::Before(answered) => return Ok(answered),
        };
        let owner = CartOwner::User(customer);
        let cart = work.carts().lock(&owner).await?.ok_or(PlaceError::EmptyCart)?;
        if cart.lines.is_empty() {
            return Err(PlaceError::EmptyCart);
        }
        let demand = cart.lines.iter().map(|line| (line.variant, line.quantity.get())).collect();
        let moved = match work.stock().take(&demand).await? {
            Ok(moved) => moved,
            Err(short) => {
                let lines = work.carts().priced(&owner).await?;
                return Err(PlaceError::OutOfStock { lines: short_lines(&short, &lines) });
            }
        };
        // Taking locked the variants: what is read of them from here on is what the customer pays.
        let lines = work.carts().priced(&owner).await?;
        let total = total(&lines, self.currency);
        if checkout.expected.is_some_and(|expected| expected != total) {
            return Err(PlaceError::PriceChanged { actual: total });
        }
        let low = low_stock(&moved, &lines, now);
        let new = NewOrder {
            number: OrderNumber::generate(self.entropy.as_ref()),
            user: customer,
            lines: lines.into_iter().map(OrderLine::from).collect(),
            total,
            ship_to: checkout.ship_to,
            note: checkout.note,
            placed_at: now,
        };
        let order = work.orders().insert(&new).await?;
        work.stock().record(&order.goods_out(customer, now)).await?;
        let mut emptied = cart.edited(now);
        emptied.lines.clear();
        work.carts().save(&cart, &emptied).await?;
        let events: Vec<Event> = Event::of_order(&order).into_iter().chain(low).collect();
        work.events().record(&events).await?;
        let document = Doc::encode(order.version(), &OrderView::from(&order));
        Ok(idempotency::answer(work, keyed.as_ref(), order.id, document).await?)
    }
}

impl From<PricedLine> for OrderLine {
    fn from(line: PricedLine) -> Self {
        let total = line.total();
        Self {
            variant: line.variant,
            product: line.product,
            sku: line.sku,
            name: line.name,
            title: line.title,
            unit_price: line.unit_price,
            quantity: line.quantity.get(),
            total,
        }
    }
}

fn short_lines(short: &[Shortage], lines: &[PricedLine]) -> Vec<ShortLine> {
    let named = |shortage: &Shortage| {
        let line = lines.iter().find(|line| line.variant == shortage.variant)?;
        Some(ShortLine {
            sku: line.sku.clone(),
            requested: shortage.requested,
            available: shortage.available,
        })
    };
    short.iter().filter_map(named).collect()
}

fn low_stock(moved: &[Moved], lines: &[PricedLine], now: Timestamp) -> Vec<Event> {
    let told = |moved: &Moved| {
        let line = lines.iter().find(|line| line.variant == moved.variant)?;
        Event::of_stock(moved, line.product, &line.sku, &line.name, now)
    };
    moved.iter().filter_map(told).collect()
}
