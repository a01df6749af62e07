//! The model: the same shop in memory, one operation at a time. It shares words with the real one and no rule.

mod order;
mod showing;

use super::operation::{By, Known, Operation, any};
use super::shown::{Answer, Entry};
use domain::account::Role;
use domain::order::OrderAction;
use order::{Order, total_of};
use proptest::prelude::*;
use proptest_state_machine::ReferenceStateMachine;

pub(crate) const CUSTOMERS: usize = 2;
pub(crate) const PRODUCTS: usize = 3;
/// Which product each variant is of.
pub(crate) const PRODUCT_OF: [usize; 4] = [0, 0, 1, 2];
/// What each variant costs at first, and how many there are.
pub(crate) const OPENING: [(i64, i64); 4] = [(250, 9), (199, 4), (1_000, 25), (5, 1)];

/// Makes and applies operations.
pub(crate) struct Reference;

/// A shop.
#[derive(Clone, Debug)]
pub(crate) struct State {
    pub(crate) variants: Vec<Variant>,
    pub(crate) products: Vec<Product>,
    pub(crate) carts: Vec<Option<Cart>>,
    pub(crate) orders: Vec<Order>,
    pub(crate) ledger: Vec<Entry>,
    /// The answer to the last operation.
    pub(crate) said: Answer,
}

#[derive(Clone, Debug)]
pub(crate) struct Variant {
    price: i64,
    on_hand: i64,
    archived: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct Product {
    version: i64,
    active: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct Cart {
    version: i64,
    /// Variant, quantity, price when it was added.
    lines: Vec<(usize, u32, i64)>,
}

impl ReferenceStateMachine for Reference {
    type State = State;
    type Transition = Operation;

    fn init_state() -> BoxedStrategy<State> {
        let entry =
            |(variant, &(_, delta))| Entry { variant, delta, reason: "opening".to_owned(), order: None };
        let variant = |&(price, on_hand)| Variant { price, on_hand, archived: false };
        Just(State {
            variants: OPENING.iter().map(variant).collect(),
            products: vec![Product { version: 1, active: true }; PRODUCTS],
            carts: vec![None; CUSTOMERS],
            orders: Vec::new(),
            ledger: OPENING.iter().enumerate().map(entry).collect(),
            said: Answer::Nothing,
        })
        .boxed()
    }

    fn transitions(state: &State) -> BoxedStrategy<Operation> {
        any(state)
    }

    fn apply(mut state: State, operation: &Operation) -> State {
        state.said = state.perform(operation).unwrap_or_else(|refusal| refusal);
        state
    }
}

type Outcome = Result<Answer, Answer>;

impl State {
    fn perform(&mut self, operation: &Operation) -> Outcome {
        match *operation {
            Operation::Add { customer, variant, quantity } => self.add(customer, variant, quantity),
            Operation::Set { customer, variant, quantity, version } => {
                self.set(customer, variant, quantity, version)
            }
            Operation::Remove { customer, variant, version } => self.remove(customer, variant, version),
            Operation::Clear { customer } => {
                if let Some(cart) = &mut self.carts[customer] {
                    *cart = Cart { version: cart.version + 1, lines: Vec::new() };
                }
                Ok(Answer::Cart(self.cart(customer)))
            }
            Operation::Place { customer, total } => self.place(customer, total),
            Operation::Act { by, order, action } => self.act(by, order, action),
            Operation::Count { variant, delta } => self.count(variant, delta, Known::Right),
            Operation::Recount { variant, expected, on_hand } => {
                let wrong = if expected == Known::Wrong { Known::Wrong } else { Known::Right };
                self.count(variant, on_hand - self.variants[variant].on_hand, wrong)
            }
            Operation::Reprice { variant, version, price } => {
                self.edit(PRODUCT_OF[variant], version, |state| state.variants[variant].price = price)
            }
            Operation::Shelve { variant, archived } => {
                self.edit(PRODUCT_OF[variant], Known::Right, |state| {
                    state.variants[variant].archived = archived;
                })
            }
            Operation::Withdraw { product, active } => {
                self.edit(product, Known::Right, |state| state.products[product].active = active)
            }
        }
    }

    fn add(&mut self, customer: usize, variant: usize, quantity: u32) -> Outcome {
        let mut cart = self.carts[customer].clone().unwrap_or(Cart { version: 0, lines: Vec::new() });
        self.sold(variant).then_some(()).ok_or(Answer::NoSuchThing)?;
        match cart.lines.iter_mut().find(|line| line.0 == variant) {
            Some(line) => line.1 += quantity,
            None => cart.lines.push((variant, quantity, self.variants[variant].price)),
        }
        self.keep(customer, cart, variant)
    }

    fn set(&mut self, customer: usize, variant: usize, quantity: u32, version: Known) -> Outcome {
        self.check_version(customer, version)?;
        let mut cart = self.carts[customer].clone().ok_or(Answer::NoSuchLine)?;
        let line = cart.lines.iter_mut().find(|line| line.0 == variant).ok_or(Answer::NoSuchLine)?;
        line.1 = quantity;
        self.sold(variant).then_some(()).ok_or(Answer::NoSuchThing)?;
        self.keep(customer, cart, variant)
    }

    fn remove(&mut self, customer: usize, variant: usize, version: Known) -> Outcome {
        self.check_version(customer, version)?;
        let cart = self.carts[customer].as_mut().ok_or(Answer::NoSuchLine)?;
        let at = cart.lines.iter().position(|line| line.0 == variant).ok_or(Answer::NoSuchLine)?;
        cart.lines.remove(at);
        cart.version += 1;
        Ok(Answer::Cart(self.cart(customer)))
    }

    /// Keeps a cart that was edited, where there is as much as it now holds.
    fn keep(&mut self, customer: usize, mut cart: Cart, variant: usize) -> Outcome {
        let quantity = cart.lines.iter().find(|line| line.0 == variant).map_or(0, |line| line.1);
        if quantity > 999 {
            return Err(Answer::TooMany);
        }
        let (requested, available) = (i64::from(quantity), self.variants[variant].on_hand);
        if requested > available {
            return Err(Answer::OutOfStock { variant, requested, available });
        }
        cart.version += 1;
        self.carts[customer] = Some(cart);
        Ok(Answer::Cart(self.cart(customer)))
    }

    fn check_version(&self, customer: usize, version: Known) -> Result<(), Answer> {
        let current = self.carts[customer].as_ref().map_or(0, |cart| cart.version);
        if version == Known::Wrong { Err(Answer::Stale(current)) } else { Ok(()) }
    }

    fn place(&mut self, customer: usize, total: Known) -> Outcome {
        let lines = self.carts[customer].as_ref().map(|cart| cart.lines.clone()).unwrap_or_default();
        if lines.is_empty() {
            return Err(Answer::EmptyCart);
        }
        let available = |variant: usize| if self.sold(variant) { self.variants[variant].on_hand } else { 0 };
        let mut short: Vec<_> = lines
            .iter()
            .map(|line| (line.0, i64::from(line.1), available(line.0)))
            .filter(|(_, requested, available)| requested > available)
            .collect();
        short.sort_unstable();
        if !short.is_empty() {
            return Err(Answer::Short(short));
        }
        let lines: Vec<_> = lines.iter().map(|line| (line.0, line.1, self.variants[line.0].price)).collect();
        if total == Known::Wrong {
            return Err(Answer::PriceChanged(total_of(&lines)));
        }
        let number = self.orders.len();
        self.orders.push(Order::placed(customer, lines));
        self.move_goods(number, -1, "order");
        if let Some(cart) = &mut self.carts[customer] {
            *cart = Cart { version: cart.version + 1, lines: Vec::new() };
        }
        Ok(Answer::Order(self.order(number, Role::Customer)))
    }

    fn act(&mut self, by: By, number: usize, action: OrderAction) -> Outcome {
        let role = if by == By::Staff { Role::Staff } else { Role::Customer };
        let order = self.orders.get_mut(number).ok_or(Answer::NoSuchOrder)?;
        if matches!(by, By::Customer(customer) if customer != order.customer) {
            return Err(Answer::NoSuchOrder);
        }
        if !order.allows(action, role) {
            return Err(Answer::NotAllowed(order.allowed(role)));
        }
        order.advance(action, role);
        match action {
            OrderAction::Cancel => self.move_goods(number, 1, "cancellation"),
            OrderAction::Restock => self.move_goods(number, 1, "return"),
            _ => {}
        }
        Ok(Answer::Order(self.order(number, role)))
    }

    /// Moves the goods of an order, and writes that down by variant.
    fn move_goods(&mut self, number: usize, sign: i64, reason: &str) {
        let mut lines = self.orders[number].lines.clone();
        lines.sort_unstable();
        for (variant, quantity, _) in lines {
            self.move_units(variant, sign * i64::from(quantity), reason, Some(number));
        }
    }

    fn move_units(&mut self, variant: usize, delta: i64, reason: &str, order: Option<usize>) {
        self.variants[variant].on_hand += delta;
        self.ledger.push(Entry { variant, delta, reason: reason.to_owned(), order });
    }

    fn count(&mut self, variant: usize, delta: i64, expected: Known) -> Outcome {
        let on_hand = self.variants[variant].on_hand;
        if expected == Known::Wrong || on_hand + delta < 0 {
            return Err(Answer::StockConflict(on_hand));
        }
        self.move_units(variant, delta, "adjustment", None);
        Ok(Answer::Product(self.product(PRODUCT_OF[variant])))
    }

    fn edit(&mut self, product: usize, version: Known, edit: impl Fn(&mut Self)) -> Outcome {
        if version == Known::Wrong {
            return Err(Answer::Stale(self.products[product].version));
        }
        let mut after = self.clone();
        edit(&mut after);
        if after.siblings(product).all(|variant| after.variants[variant].archived) {
            return Err(Answer::LastVariant);
        }
        after.products[product].version += 1;
        *self = after;
        Ok(Answer::Product(self.product(product)))
    }

    fn siblings(&self, product: usize) -> impl Iterator<Item = usize> {
        (0..self.variants.len()).filter(move |variant| PRODUCT_OF[*variant] == product)
    }

    fn sold(&self, variant: usize) -> bool {
        self.products[PRODUCT_OF[variant]].active && !self.variants[variant].archived
    }
}
