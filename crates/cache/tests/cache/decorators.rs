//! Each read port through its cells: what is kept, under which key, and what never is.

use crate::stage::{NOT_STORED, NOTHING, STORED, is_hit, on_both_stores, outcome};
use async_trait::async_trait;
use bytes::Bytes;
use cache::{CachedAccounts, CachedCarts, CachedOrders, CachedProducts, Tag};
use domain::account::{AccountReader, AccountState, Credentials, EmailAddress, Session, UserView};
use domain::cart::{CartReader, CartToken, CartTokenHash, CartView};
use domain::catalog::{
    CategoryView, ListingQuery, ProductItem, ProductReader, ProductView, Slug, StatusFilter,
};
use domain::order::{OrderQuery, OrderReader, OrderSummary, OrderView};
use domain::page::{Limit, Page, Position};
use domain::{
    CacheOutcome, Doc, OrderId, OsEntropy, ProductId, RepositoryError, Source, Sourced, Timestamp, UserId,
};
use std::sync::Arc;

/// A database where everything is the same JSON, or nothing is there.
#[derive(Clone, Copy)]
enum Shop {
    /// Pages with items, and one of everything.
    Stocked,
    /// Pages and lists without items, and nothing at all to find.
    Empty,
}

type Read<T> = Result<Sourced<Doc<T>>, RepositoryError>;
type Find<T> = Result<Option<Sourced<Doc<T>>>, RepositoryError>;

impl Shop {
    fn read<T>(self, stocked: &'static str, empty: &'static str) -> Sourced<Doc<T>> {
        let json = if matches!(self, Self::Stocked) { stocked } else { empty };
        Sourced::direct(
            Source::Postgres,
            Doc::from_parts(Bytes::from_static(json.as_bytes()), "1.a".to_owned()),
        )
    }

    fn find<T>(self) -> Option<Sourced<Doc<T>>> {
        matches!(self, Self::Stocked).then(|| self.read("{}", "{}"))
    }

    fn page<T>(self) -> Sourced<Doc<Page<T>>> {
        self.read(r#"{"items":[{}],"page":1}"#, r#"{"items":[],"page":1}"#)
    }
}

#[async_trait]
impl ProductReader for Shop {
    async fn product(&self, _: ProductId) -> Find<ProductView> {
        Ok(self.find())
    }
    async fn product_by_slug(&self, _: &Slug) -> Find<ProductView> {
        Ok(self.find())
    }
    async fn archived(&self, _: ProductId) -> Find<ProductView> {
        Ok(self.find())
    }
    async fn list(&self, _: &ListingQuery) -> Read<Page<ProductItem>> {
        Ok(self.page())
    }
    async fn categories(&self) -> Read<Page<CategoryView>> {
        Ok(self.page())
    }
}

#[async_trait]
impl CartReader for Shop {
    async fn cart(&self, _: UserId) -> Read<CartView> {
        Ok(self.read("{}", r#"{"items":[]}"#))
    }
    async fn guest_cart(&self, _: CartTokenHash, _: Timestamp) -> Find<CartView> {
        Ok(self.find())
    }
}

#[async_trait]
impl OrderReader for Shop {
    async fn orders(&self, _: UserId, _: &OrderQuery) -> Read<Page<OrderSummary>> {
        Ok(self.page())
    }
    async fn order(&self, _: UserId, _: OrderId) -> Find<OrderView> {
        Ok(self.find())
    }
}

#[async_trait]
impl AccountReader for Shop {
    async fn state(&self, _: UserId) -> Find<AccountState> {
        Ok(self.find())
    }
    async fn profile(&self, _: UserId) -> Find<UserView> {
        Ok(self.find())
    }
    async fn sessions(&self, _: UserId, _: Timestamp) -> Result<Sourced<Vec<Session>>, RepositoryError> {
        Ok(Sourced::direct(Source::Postgres, Vec::new()))
    }
    async fn credentials(&self, _: &EmailAddress) -> Result<Option<Credentials>, RepositoryError> {
        Ok(None)
    }
    async fn credentials_of(&self, _: UserId) -> Result<Option<Credentials>, RepositoryError> {
        Ok(None)
    }
}

const ALICE: UserId = UserId(2);

/// Asserts that a read is stored at its key, hit the second time, and a miss after its tag was renewed.
macro_rules! assert_kept {
    ($stage:ident, $key:expr, $tag:expr, $read:expr) => {
        let first = $read;
        assert_eq!(
            (outcome(&first), first.cache[0].key.as_str(), first.source),
            (STORED, $key, Source::Postgres)
        );
        let second = $read;
        assert!(is_hit(&second) && second.source == $stage.store.source(), "{second:?}");
        assert_eq!((second.value.json(), second.value.etag()), (first.value.json(), "1.a"));
        $stage.cells.renew(&[$tag]).await;
        assert_eq!(outcome(&$read), STORED, "{} after its tag was renewed", $key);
    };
}

fn first_page() -> OrderQuery {
    OrderQuery { status: None, position: Position::Page(1), limit: Limit::DEFAULT }
}

on_both_stores! {
    async fn the_catalogue_is_kept(stage: Stage) {
        let shop = CachedProducts::new(Arc::new(Shop::Stocked), stage.cells.clone());
        let (id, slug, query) = (ProductId(7), Slug::of("Green tea"), ListingQuery::default());
        assert_kept!(stage, "product:7", Tag::product(id), shop.product(id).await.unwrap().unwrap());
        let by_slug = || async { shop.product_by_slug(&slug).await.unwrap().unwrap() };
        assert_kept!(stage, "product:slug:green-tea", Tag::slug(&slug), by_slug().await);
        let key = "products:::::1:20:createdAt:DESC";
        assert_kept!(stage, key, Tag::catalog(), shop.list(&query).await.unwrap());
        let toys = ListingQuery { category: Some("Toys".to_owned()), ..query };
        let (key, toy) = ("products:Toys::::1:20:createdAt:DESC", Slug::of("Toys"));
        assert_kept!(stage, key, Tag::category(&toy), shop.list(&toys).await.unwrap());
        assert_kept!(stage, "categories", Tag::catalog(), shop.categories().await.unwrap());
    }

    async fn orders_and_accounts_are_kept(stage: Stage) {
        let orders = CachedOrders::new(Arc::new(Shop::Stocked), stage.cells.clone());
        let page = || async { orders.orders(ALICE, &first_page()).await.unwrap() };
        assert_kept!(stage, "orders:2:1:20:", Tag::orders(ALICE), page().await);
        let order = || async { orders.order(ALICE, OrderId(9)).await.unwrap().unwrap() };
        assert_kept!(stage, "order:2:9", Tag::orders(ALICE), order().await);
        let accounts = CachedAccounts::new(Arc::new(Shop::Stocked), stage.cells.clone());
        assert_kept!(stage, "user:token:2", Tag::user(ALICE), accounts.state(ALICE).await.unwrap().unwrap());
    }

    async fn carts_are_kept_empty_ones_too(stage: Stage) {
        for (shop, user, key) in [(Shop::Stocked, ALICE, "cart:2"), (Shop::Empty, UserId(3), "cart:3")] {
            let carts = CachedCarts::new(Arc::new(shop), stage.cells.clone());
            assert_kept!(stage, key, Tag::cart(user), carts.cart(user).await.unwrap());
            stage.cells.renew(&[Tag::variants()]).await;
            assert_eq!(outcome(&carts.cart(user).await.unwrap()), STORED);
        }
    }

    async fn guests_carts_are_never_kept(stage: Stage) {
        let token = CartToken::generate(&OsEntropy).hash();
        for shop in [Shop::Stocked, Shop::Empty] {
            let carts = CachedCarts::new(Arc::new(shop), stage.cells.clone());
            let read = || async { carts.guest_cart(token, Timestamp::UNIX_EPOCH).await.unwrap() };
            for cart in [read().await, read().await].into_iter().flatten() {
                assert_eq!((outcome(&cart), cart.cache[0].key.as_str()), (CacheOutcome::UNCACHEABLE, ""));
                assert_eq!(cart.source, Source::Postgres);
            }
        }
        assert_eq!((stage.cells.stats().total().fills, stage.cells.stats().total().bypassed), (0, 2));
    }

    async fn what_is_empty_or_absent_is_not_kept(stage: Stage) {
        let empty = Arc::new(Shop::Empty);
        let products = CachedProducts::new(empty.clone(), stage.cells.clone());
        let orders = CachedOrders::new(empty.clone(), stage.cells.clone());
        let accounts = CachedAccounts::new(empty, stage.cells.clone());
        for _ in 0..2 {
            assert_eq!(outcome(&products.list(&ListingQuery::default()).await.unwrap()), NOT_STORED);
            assert_eq!(outcome(&products.categories().await.unwrap()), NOT_STORED);
            assert_eq!(outcome(&orders.orders(ALICE, &first_page()).await.unwrap()), NOT_STORED);
            assert!(products.product(ProductId(7)).await.unwrap().is_none());
            assert!(products.product_by_slug(&Slug::of("Green tea")).await.unwrap().is_none());
            assert!(orders.order(ALICE, OrderId(9)).await.unwrap().is_none());
            assert!(accounts.state(ALICE).await.unwrap().is_none());
        }
        assert_eq!((stage.cells.stats().total().fills, stage.cells.stats().total().hits), (0, 0));
    }

    async fn searches_and_what_only_staff_may_see_bypass_the_cache(stage: Stage) {
        let products = CachedProducts::new(Arc::new(Shop::Stocked), stage.cells.clone());
        let search = ListingQuery { q: Some("tea".to_owned()), ..ListingQuery::default() };
        let archived = ListingQuery { status: StatusFilter::Archived, ..ListingQuery::default() };
        for query in [search, archived] {
            assert_eq!(outcome(&products.list(&query).await.unwrap()), CacheOutcome::UNCACHEABLE);
        }
        let product = products.archived(ProductId(7)).await.unwrap().unwrap();
        assert_eq!((outcome(&product), product.source), (CacheOutcome::UNCACHEABLE, Source::Postgres));
        assert_eq!(stage.cells.stats().total().misses, 0);
    }

    async fn profiles_sessions_and_credentials_never_meet_the_cache(stage: Stage) {
        let accounts = CachedAccounts::new(Arc::new(Shop::Stocked), stage.cells.clone());
        assert!(accounts.profile(ALICE).await.unwrap().unwrap().cache.is_empty());
        assert!(accounts.sessions(ALICE, Timestamp::UNIX_EPOCH).await.unwrap().cache.is_empty());
        assert!(accounts.credentials_of(ALICE).await.unwrap().is_none());
        let email = EmailAddress::parse("ada@example.org").unwrap();
        assert!(accounts.credentials(&email).await.unwrap().is_none());
        assert_eq!(stage.cells.stats().total(), NOTHING);
    }
}
