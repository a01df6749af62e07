//! Services that answer what a test tells them to, and remember how they were asked.

mod accounts;
mod cache;
mod catalog;
mod shopping;
mod webhooks;

use domain::account::{Role, SessionView, UserView};
use domain::cart::{CartError, CartToken, CartView};
use domain::catalog::{CatalogError, CategoryView, ProductItem, ProductView};
use domain::health::{Dependency, Importance};
use domain::inspection::{CacheEntryView, CacheKeyView, CacheTagView, EntryState, InspectionError, KeyPage};
use domain::order::{ActError, OrderSummary, OrderView, PlaceError};
use domain::page::Page;
use domain::webhook::WebhookError;
use domain::{
    Answered, Currency, Doc, OrderId, OsEntropy, RepositoryError, SessionId, Source, Sourced, Timestamp,
    UserId,
};
use http_api::{AllowedOrigins, Services, TrustedProxies};
use std::fmt::Debug;
use std::sync::{Arc, Mutex};

/// What a stub answers until it is told otherwise.
pub(crate) struct Script<T>(Mutex<T>);

impl<T: Clone> Script<T> {
    fn new(value: T) -> Self {
        Self(Mutex::new(value))
    }

    /// Tells the stub what to answer from now on.
    pub(crate) fn is(&self, value: T) {
        *self.0.lock().unwrap() = value;
    }

    pub(crate) fn get(&self) -> T {
        self.0.lock().unwrap().clone()
    }
}

type Found<T> = Result<Option<Sourced<Doc<T>>>, RepositoryError>;
type Ordered<E> = Result<Answered<OrderId, OrderView>, E>;
type Read<T> = Result<Sourced<Doc<T>>, RepositoryError>;

/// Every port at once.
pub(crate) struct Stub {
    pub(crate) product: Script<Found<ProductView>>,
    pub(crate) archived: Script<Found<ProductView>>,
    pub(crate) listing: Script<Read<Page<ProductItem>>>,
    pub(crate) categories: Script<Read<Page<CategoryView>>>,
    pub(crate) catalog: Script<Result<Sourced<Doc<ProductView>>, CatalogError>>,
    pub(crate) cart: Script<Read<CartView>>,
    pub(crate) cart_token: Script<Option<CartToken>>,
    pub(crate) cart_edit: Script<Result<Sourced<Doc<CartView>>, CartError>>,
    pub(crate) orders: Script<Read<Page<OrderSummary>>>,
    pub(crate) order: Script<Found<OrderView>>,
    pub(crate) placed: Script<Ordered<PlaceError>>,
    pub(crate) acted: Script<Ordered<ActError>>,
    pub(crate) signed_up: Script<Result<Sourced<Doc<UserView>>, auth::SignUpError>>,
    pub(crate) signed_in: Script<Result<Sourced<auth::SignedIn>, auth::SignInError>>,
    pub(crate) account: Script<Result<Sourced<Doc<UserView>>, auth::AccountError>>,
    pub(crate) sessions: Script<Result<Sourced<Vec<SessionView>>, RepositoryError>>,
    pub(crate) password: Script<Result<(), auth::PasswordError>>,
    pub(crate) message: Script<Result<auth::Verification, auth::MessageError>>,
    pub(crate) token: Script<Result<(), auth::TokenError>>,
    pub(crate) keys: Script<Result<Sourced<KeyPage>, InspectionError>>,
    pub(crate) entry: Script<Result<Option<Sourced<CacheEntryView>>, InspectionError>>,
    pub(crate) webhook: Script<Result<(), WebhookError>>,
    pub(crate) panics: Script<bool>,
    asked: Mutex<Vec<String>>,
}

impl Stub {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self {
            product: Script::new(Ok(Some(document(1, r#"{"id":1,"name":"Green tea"}"#)))),
            archived: Script::new(Ok(None)),
            listing: Script::new(Ok(document(0, r#"{"items":[]}"#))),
            categories: Script::new(Ok(document(0, r#"{"items":[{"name":"Grocery"}]}"#))),
            catalog: Script::new(Ok(document(2, r#"{"id":1}"#))),
            cart: Script::new(Ok(document(3, r#"{"items":[],"secret":"the cart"}"#))),
            cart_token: Script::new(None),
            cart_edit: Script::new(Ok(document(4, r#"{"items":[]}"#))),
            orders: Script::new(Ok(document(0, r#"{"items":[]}"#))),
            order: Script::new(Ok(Some(document(1, r#"{"id":7}"#)))),
            placed: Script::new(Ok(order(1))),
            acted: Script::new(Ok(order(2))),
            signed_up: Script::new(Ok(document(0, r#"{"id":2}"#))),
            signed_in: Script::new(Ok(Sourced::direct(
                Source::Postgres,
                auth::SignedIn {
                    token: "a.b.c".to_owned().into(),
                    expires_at: Timestamp::UNIX_EPOCH,
                    user: user(),
                    cart_merge: None,
                },
            ))),
            account: Script::new(Ok(document(0, r#"{"id":2}"#))),
            sessions: Script::new(Ok(Sourced::direct(Source::Postgres, Vec::new()))),
            password: Script::new(Ok(())),
            message: Script::new(Ok(auth::Verification::Follows)),
            token: Script::new(Ok(())),
            keys: Script::new(Ok(Sourced::direct(Source::Redis, key_page()))),
            entry: Script::new(Ok(Some(Sourced::direct(Source::Redis, cache_entry())))),
            webhook: Script::new(Ok(())),
            panics: Script::new(false),
            asked: Mutex::new(Vec::new()),
        })
    }

    /// Notes a question.
    fn note(&self, question: &str, detail: &dyn Debug) {
        self.asked.lock().unwrap().push(format!("{question} {detail:?}"));
    }

    /// Returns what was asked so far.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

/// Puts the services together.
pub(crate) fn services(stub: &Arc<Stub>, dependencies: Vec<Arc<dyn Dependency>>) -> Services {
    Services {
        products: stub.clone(),
        orders: stub.clone(),
        order_desk: stub.clone(),
        catalog_service: stub.clone(),
        cart_service: stub.clone(),
        order_service: stub.clone(),
        accounts: stub.clone(),
        recovery: stub.clone(),
        authenticator: stub.clone(),
        webhooks: stub.clone(),
        webhook_service: stub.clone(),
        cache: stub.clone(),
        dependencies,
        currency: Currency::parse("USD").unwrap(),
        origins: AllowedOrigins::default(),
        proxies: TrustedProxies::default(),
        entropy: Arc::new(OsEntropy),
    }
}

/// A document of these very bytes, answered by PostgreSQL.
pub(crate) fn document<T>(version: i64, json: &'static str) -> Sourced<Doc<T>> {
    Sourced::direct(Source::Postgres, Doc::from_parts(json.into(), format!("{version}.00000000deadbeef")))
}

/// An order that was made or changed just now.
pub(crate) fn order(version: i64) -> Answered<OrderId, OrderView> {
    Answered { id: OrderId(7), document: document(version, r#"{"id":7}"#), replayed: false }
}

pub(crate) fn user() -> UserView {
    UserView {
        id: UserId(2),
        name: "Ada".to_owned(),
        email: "ada@example.org".to_owned(),
        email_verified: true,
        role: Role::Customer,
        disabled: false,
        created_at: Timestamp::UNIX_EPOCH,
    }
}

fn key_page() -> KeyPage {
    let items = vec![CacheKeyView { key: "cart:2".to_owned(), ttl: Some(1712) }];
    KeyPage { items, count: 100, next_cursor: Some("17".to_owned()) }
}

fn cache_entry() -> CacheEntryView {
    let tag = CacheTagView { tag: "cart:2".to_owned(), stored: "00".to_owned(), current: None };
    CacheEntryView {
        key: "cart:2".to_owned(),
        state: EntryState::Stale,
        reason: Some("a write has replaced it".to_owned()),
        ttl: Some(1712),
        bytes: Some(300),
        in_memory: None,
        tags: vec![tag],
        stored_at: Some(Timestamp::UNIX_EPOCH),
        etag: Some("3.d".to_owned()),
        value: serde_json::from_str(r#"{"b":1.0,"a":[]}"#).unwrap(),
    }
}

pub(crate) fn session(number: u8) -> SessionId {
    SessionId::parse(&format!("{number:032x}")).unwrap()
}

/// A dependency that is up or down.
pub(crate) struct Part(pub(crate) &'static str, pub(crate) Importance, pub(crate) bool);

#[async_trait::async_trait]
impl Dependency for Part {
    fn name(&self) -> &'static str {
        self.0
    }

    fn importance(&self) -> Importance {
        self.1
    }

    async fn check(&self) -> Result<(), String> {
        if self.2 { Ok(()) } else { Err("hidden reason".to_owned()) }
    }
}
