//! What other programs are told: of products that staff edit, and of stock that runs low.

use crate::{ALICE, STAFF, Shop, only, patch};
use domain::Version;
use domain::catalog::{Availability, CatalogService, ProductStatus, StockChange, VariantPatch};
use domain::event::{EventKind, ProductChangedData, StockLowData};
use domain::order::{Checkout, OrderService};
use domain::stock::CountChange;
use domain::testing::{goods, usd, variant};

impl Shop {
    fn told(&self, kind: EventKind) -> Vec<String> {
        let events = self.memory.state().events;
        events.into_iter().filter(|event| event.kind == kind).map(|event| event.data).collect()
    }

    fn low_stock(&self) -> Vec<(i64, Availability)> {
        let low = |data: &String| serde_json::from_str::<StockLowData>(data).unwrap();
        self.told(EventKind::StockLow).iter().map(low).map(|low| (low.on_hand, low.availability)).collect()
    }
}

#[tokio::test]
async fn stock_is_told_of_whenever_customers_are_told_that_there_is_less() {
    let shop = Shop::open();
    let tea = shop.stock("TEA-100", "12.50", 9).await;
    let buy = async |units| {
        shop.add(ALICE, "TEA-100", units).await;
        shop.orders.place(ALICE, Checkout::default(), None).await.unwrap();
    };
    buy(3).await;
    assert_eq!(shop.low_stock(), []);
    buy(1).await;
    assert_eq!(shop.low_stock(), [(5, Availability::LowStock)]);
    buy(2).await;
    assert_eq!(shop.low_stock().len(), 1, "it was low before");
    buy(3).await;
    assert_eq!(shop.low_stock()[1..], [(0, Availability::OutOfStock)]);

    let count = async |delta| {
        let change = StockChange { change: CountChange::By(delta), note: None };
        shop.catalog.change_stock(only(&tea), change, STAFF, None).await.unwrap();
    };
    count(20).await;
    assert_eq!(shop.low_stock().len(), 2, "more is nothing to warn of");
    count(-16).await;
    assert_eq!(shop.low_stock()[2..], [(4, Availability::LowStock)]);
    let told: StockLowData = serde_json::from_str(&shop.told(EventKind::StockLow)[2]).unwrap();
    assert_eq!((told.variant_id, told.product_id), (only(&tea), tea.id));
    assert_eq!((told.sku.as_str(), told.name.as_str()), ("TEA-100", "Product TEA-100"));
}

#[tokio::test]
async fn what_nobody_can_buy_runs_low_unheard() {
    let shop = Shop::open();
    let mut shirt = goods("Shirt", "SHIRT-S", "20.00", 9);
    shirt.variants.push(variant("SHIRT-L", "25.00", 9));
    let shirt = shop.memory.stock(shirt).await;
    let (small, large) = (shirt.variants[0].id, shirt.variants[1].id);
    let archived = VariantPatch { archived: Some(true), ..VariantPatch::default() };
    shop.catalog.update_variant(shirt.id, small, Some(Version(1)), archived).await.unwrap();
    let count = async |variant, delta| {
        let change = StockChange { change: CountChange::By(delta), note: None };
        shop.catalog.change_stock(variant, change, STAFF, None).await.unwrap();
    };
    count(small, -9).await;
    assert_eq!(shop.low_stock(), [], "its sibling is sold, it is not");
    count(large, -1).await;
    shop.catalog.archive(shirt.id, Some(Version(2))).await.unwrap();
    count(large, -4).await;
    assert_eq!(shop.low_stock(), [], "the product is archived");
    let restored = patch(|patch| patch.status = Some(ProductStatus::Active));
    shop.catalog.update(shirt.id, Some(Version(3)), restored).await.unwrap();
    count(large, -4).await;
    assert_eq!(shop.low_stock(), [(0, Availability::OutOfStock)]);
}

#[tokio::test]
async fn a_product_is_told_of_as_it_is_after_each_edit() {
    let shop = Shop::open();
    let tea = shop.stock("TEA-100", "12.50", 10).await;
    let edit = patch(|patch| patch.price = Some(usd("13.00")));
    shop.catalog.update(tea.id, Some(tea.version), edit).await.unwrap();
    shop.catalog.archive(tea.id, Some(tea.version.next())).await.unwrap();
    let told = shop.told(EventKind::ProductChanged);
    let told: Vec<_> =
        told.iter().map(|data| serde_json::from_str::<ProductChangedData>(data).unwrap()).collect();
    let versions: Vec<_> = told.iter().map(|told| told.product.version).collect();
    assert_eq!(versions, [tea.version, tea.version.next(), tea.version.next().next()]);
    assert_eq!(told[1].product.price, usd("13.00").view());
    assert!(shop.catalog.archive(tea.id, Some(tea.version)).await.is_err());
    assert_eq!(shop.told(EventKind::ProductChanged).len(), 3);
}
