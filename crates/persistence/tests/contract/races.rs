//! Many at once: nothing is sold twice, counters stay right, and nobody waits for ever.

use crate::carts;
use crate::catalog::unbalanced;
use crate::orders::service;
use crate::shop::{Shop, Wanted, category, demand, units, usd};
use domain::cart::{CartService, Shopper, Target};
use domain::catalog::{Availability, ListingQuery, Product};
use domain::order::{Checkout, OrderService, PlaceError};
use domain::stock::Shortage;
use domain::{RepositoryError, UnitsOfWork, VariantId};
use std::future::Future;

/// Runs many tasks at once and returns what came of each.
pub(crate) async fn at_once<T, F>(tasks: impl Iterator<Item = F>) -> Vec<T>
where
    T: Send + 'static,
    F: Future<Output = T> + Send + 'static,
{
    let running: Vec<_> = tasks.map(tokio::spawn).collect();
    let mut done = Vec::with_capacity(running.len());
    for task in running {
        done.push(task.await.unwrap());
    }
    done
}

/// Takes a demand in a unit of work of its own; true where it was there.
async fn take(units: domain::Units, wanted: Vec<(VariantId, u32)>) -> bool {
    enum No {
        Short,
        Failed(RepositoryError),
    }
    impl From<RepositoryError> for No {
        fn from(error: RepositoryError) -> Self {
            Self::Failed(error)
        }
    }
    impl From<Vec<Shortage>> for No {
        fn from(_: Vec<Shortage>) -> Self {
            Self::Short
        }
    }
    impl domain::Contention for No {
        fn is_contention(&self) -> bool {
            matches!(self, Self::Failed(error) if error.is_contention())
        }
    }
    let taken = units.run(move |mut work| {
        let wanted = demand(&wanted);
        async move {
            work.stock().take(&wanted).await??;
            work.commit().await.map(drop).map_err(No::from)
        }
    });
    match taken.await {
        Ok(()) => true,
        Err(No::Short) => false,
        Err(No::Failed(error)) => panic!("{error}"),
    }
}

pub(crate) async fn the_last_units_are_sold_once(shop: Shop) {
    let tea = shop.product(Wanted::simple("Tea", 125, 20)).await;
    let carts = carts::service(&shop);
    let mut customers = Vec::new();
    for number in 0..50 {
        let customer = shop.customer(&format!("customer{number}")).await;
        carts.add(&Shopper::Account(customer), None, Target::Product(tea.id), units(1)).await.unwrap();
        customers.push(customer);
    }
    let orders = service(&shop);
    let placed = at_once(customers.into_iter().map(|customer| {
        let orders = orders.clone();
        async move { orders.place(customer, Checkout::default(), None).await.map(drop) }
    }))
    .await;
    let (sold, refused): (Vec<_>, Vec<_>) = placed.into_iter().partition(Result::is_ok);
    assert_eq!((sold.len(), refused.len()), (20, 30));
    assert!(
        refused.iter().all(|refused| matches!(refused, Err(PlaceError::OutOfStock { .. }))),
        "{refused:?}"
    );
    assert_eq!(shop.view(tea.id).await.unwrap().stock, 0);
    assert_eq!(shop.number("SELECT COUNT(*) FROM orders").await, 20);
    assert_eq!(unbalanced(&shop).await, 0);
}

pub(crate) async fn what_is_wanted_together_is_taken_together(shop: Shop) {
    let tea = shop.product(Wanted::with("Tea", vec![(1, 30), (1, 30)])).await;
    let cup = shop.product(Wanted::with("Cup", vec![(1, 30), (1, 30)])).await;
    let ids: Vec<_> = tea.variants.iter().chain(&cup.variants).map(|variant| variant.id).collect();
    let wanted: Vec<_> = ids.iter().map(|id| (*id, 1)).collect();
    let taken = at_once((0..50).map(|_| take(shop.units.clone(), wanted.clone()))).await;
    assert_eq!(taken.iter().filter(|taken| **taken).count(), 30);
    for product in [tea.id, cup.id] {
        assert_eq!(shop.view(product).await.unwrap().stock, 0);
    }
    assert_eq!(counters(&shop).await, 0);
}

pub(crate) async fn last_units_of_siblings_empty_the_product(shop: Shop) {
    let tea = shop.product(Wanted::with("Tea", vec![(1, 1); 20])).await;
    let taken =
        at_once(tea.variants.iter().map(|variant| take(shop.units.clone(), vec![(variant.id, 1)]))).await;
    assert!(taken.into_iter().all(|taken| taken));
    let item = &shop.list(ListingQuery::default()).await.items[0];
    assert_eq!(item.availability, Availability::OutOfStock);
    assert_eq!(counters(&shop).await, 0);
}

pub(crate) async fn edits_and_sales_take_turns(shop: Shop) {
    let tea = shop.product(Wanted::with("Tea", vec![(1, 15), (1, 15)])).await;
    let ids: Vec<_> = tea.variants.iter().map(|variant| variant.id).collect();
    let sales = (0..30).map(|number| {
        let sale = take(shop.units.clone(), vec![(ids[number % 2], 1)]);
        Box::pin(async move { assert!(sale.await) }) as std::pin::Pin<Box<dyn Future<Output = ()> + Send>>
    });
    let edits = (0..10).map(|price| {
        let (units, id) = (shop.units.clone(), tea.id);
        Box::pin(async move {
            let edited: Result<(), RepositoryError> = units
                .run(move |mut work| async move {
                    let before = work.catalog().lock(id).await?.expect("the product is there");
                    let mut after = Product { version: before.version.next(), ..before.clone() };
                    after.variants[0].price = usd().minor(price);
                    work.catalog().save(&before, &after).await?.expect("nothing is taken");
                    work.commit().await.map(drop)
                })
                .await;
            edited.unwrap();
        }) as _
    });
    at_once(sales.chain(edits)).await;
    let view = shop.view(tea.id).await.unwrap();
    assert_eq!((view.stock, view.version.0), (0, 11));
    assert_eq!(counters(&shop).await, 0);
}

pub(crate) async fn one_category_is_made_by_many(shop: Shop) {
    let made = at_once((0..20).map(|_| {
        let units = shop.units.clone();
        async move {
            let made: Result<_, RepositoryError> = units
                .run(|mut work| async move {
                    let made = work.catalog().category(&category("Toys")).await?.expect("one name");
                    work.commit().await.map(|_| made.id)
                })
                .await;
            made.unwrap()
        }
    }))
    .await;
    assert!(made.iter().all(|id| *id == made[0]), "{made:?}");
}

/// A command beside the running server: nobody needs a second attempt only because another program writes.
pub(crate) async fn two_programs_write_at_once(shop: Shop) {
    let tea = shop.product(Wanted::simple("Tea", 1, 40)).await;
    let programs = [shop.db.clone(), shop.again(usd(), 4).await];
    let wanted = [(tea.variants[0].id, 1)];
    at_once((0..40).map(|number| {
        let program = programs[number % 2].clone();
        async move {
            let mut work = program.begin().await.unwrap();
            work.catalog().product_of(wanted[0].0).await.unwrap();
            work.stock().take(&demand(&wanted)).await.unwrap().unwrap();
            work.commit().await.unwrap();
        }
    }))
    .await;
    assert_eq!(shop.view(tea.id).await.unwrap().stock, 0);
}

/// What all counters of all products add up to.
async fn counters(shop: &Shop) -> i64 {
    shop.number("SELECT CAST(SUM(variants_in_stock + variants_plentiful) AS BIGINT) FROM products").await
}
