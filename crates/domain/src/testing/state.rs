//! What the shop in memory remembers: plain maps, copied whole for every unit of work.

use crate::account::{Credentials, EmailAddress, KeptToken, PersonName, Purpose, Session};
use crate::cart::{Cart, CartLine, CartOwner, CartTokenHash, PricedLine};
use crate::catalog::{Availability, Category, Product, Variant};
use crate::idempotency::{Fingerprint, Remembered};
use crate::order::{Buyer, Order};
use crate::stock::Movement;
use crate::webhook::{Attempt, Delivery, Endpoint};
use crate::{
    Change, DeliveryId, EndpointId, Event, Invalid, OrderId, ProductId, RepositoryError, SessionId,
    Timestamp, UserId, VariantId,
};
use std::collections::BTreeMap;

/// Everything that was committed, for tests to look at.
#[derive(Clone, Debug, Default)]
pub struct State {
    /// Accounts.
    pub users: BTreeMap<UserId, Credentials>,
    /// Sessions that have not been ended.
    pub sessions: BTreeMap<SessionId, Session>,
    /// Tokens of messages that were not used up.
    pub mailed_tokens: BTreeMap<(UserId, Purpose), KeptToken>,
    /// Categories.
    pub categories: Vec<Category>,
    /// Products.
    pub products: BTreeMap<ProductId, Product>,
    /// Carts of accounts.
    pub carts: BTreeMap<UserId, Cart>,
    /// Carts of guests.
    pub guest_carts: BTreeMap<CartTokenHash, Cart>,
    /// Orders.
    pub orders: BTreeMap<OrderId, Order>,
    /// The ledger of stock.
    pub movements: Vec<Movement>,
    /// The events for other programs.
    pub events: Vec<Event>,
    /// Where they are sent.
    pub endpoints: BTreeMap<EndpointId, Endpoint>,
    /// What is sent there.
    pub deliveries: BTreeMap<DeliveryId, KeptDelivery>,
    /// The answers that are kept, by their callers and keys.
    pub(super) answers: BTreeMap<(UserId, String), KeptAnswer>,
    /// The messages that units of work announced.
    pub outbox: Vec<String>,
    /// What each unit of work changed, the earliest first.
    pub commits: Vec<Vec<Change>>,
    /// The number that was given last: one sequence for ids of every kind, so that they are never mistaken unnoticed.
    last_id: i64,
}

/// A delivery with the event that it is about, counted from 0, and its log.
#[derive(Clone, Debug)]
pub struct KeptDelivery {
    /// The delivery.
    pub delivery: Delivery,
    /// Where its event stands in [`State::events`].
    pub event: usize,
    /// Its attempts.
    pub log: Vec<Attempt>,
}

/// What is kept under a caller's key.
#[derive(Clone, Debug)]
pub(super) struct KeptAnswer {
    pub(super) at: Timestamp,
    pub(super) fingerprint: Fingerprint,
    pub(super) answer: Option<Remembered>,
}

impl State {
    /// Returns how many units of a variant there are; 0 where there is no such variant.
    pub fn on_hand(&self, variant: VariantId) -> i64 {
        self.variant(variant).map_or(0, |(_, variant)| variant.on_hand)
    }

    /// Returns what the last unit of work changed.
    pub fn last_changes(&self) -> &[Change] {
        self.commits.last().map_or(&[], Vec::as_slice)
    }

    /// Returns a number that no id has yet.
    pub(super) fn next_id(&mut self) -> i64 {
        self.last_id += 1;
        self.last_id
    }

    /// Returns a variant and its product, archived or not.
    pub(super) fn variant(&self, id: VariantId) -> Option<(&Product, &Variant)> {
        let all = self.products.values();
        all.flat_map(|product| product.variants.iter().map(move |variant| (product, variant)))
            .find(|(_, variant)| variant.id == id)
    }

    /// Returns who bought; a made-up person where a test signed nobody up.
    pub(super) fn buyer(&self, id: UserId) -> Result<Buyer, RepositoryError> {
        let known =
            self.users.get(&id).map(|account| (account.user.name.clone(), account.user.email.clone()));
        let made_up = || -> Result<_, Invalid> {
            Ok((PersonName::parse("Somebody")?, EmailAddress::parse(&format!("user-{id}@example.org"))?))
        };
        let (name, email) = match known {
            Some(known) => known,
            None => made_up().map_err(|reason| RepositoryError::Unexpected(reason.to_string()))?,
        };
        Ok(Buyer { id, name, email })
    }

    /// Returns a cart.
    pub(super) fn cart(&self, owner: &CartOwner) -> Option<&Cart> {
        match owner {
            CartOwner::User(user) => self.carts.get(user),
            CartOwner::Guest(token) => self.guest_carts.get(token),
        }
    }

    /// Keeps a cart.
    pub(super) fn keep(&mut self, cart: Cart) {
        match cart.owner {
            CartOwner::User(user) => self.carts.insert(user, cart),
            CartOwner::Guest(token) => self.guest_carts.insert(token, cart),
        };
    }

    /// Returns the lines of a cart with what the catalogue says now.
    pub(super) fn priced(&self, owner: &CartOwner) -> Vec<PricedLine> {
        let priced = |line: &CartLine| {
            let (product, variant) = self.variant(line.variant)?;
            let sold = product.sells(variant);
            Some(PricedLine {
                variant: variant.id,
                product: product.id,
                sku: variant.sku.clone(),
                name: product.name.clone(),
                title: variant.title.clone(),
                quantity: line.quantity,
                unit_price: variant.price,
                price_when_added: line.price,
                available: if sold { variant.on_hand } else { 0 },
                availability: if sold { variant.availability() } else { Availability::OutOfStock },
            })
        };
        self.cart(owner).into_iter().flat_map(|cart| &cart.lines).filter_map(priced).collect()
    }
}
