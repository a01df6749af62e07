//! Whether listings read of each product what follows from it. Text is folded in Rust, so products come here a batch at a
//! time, and what their variants add up to with them.

use super::search::times;
use crate::derived::{Derived, search_text};
use crate::entity::{category, product, variant};
use crate::error::store;
use domain::audit::{Check, Finding, Place, Report, TOLD};
use domain::catalog::LOW_STOCK;
use domain::text::fold;
use domain::{ProductId, RepositoryError};
use sea_orm::sea_query::{Condition, Expr, Func, Query};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect,
};
use std::collections::HashMap;

/// How many products are read at once; with the longest descriptions these are some megabytes.
const BATCH: u64 = 500;

const CHECKS: [Check; 4] =
    [Check::ListingPrices, Check::ListingStock, Check::ListingText, Check::ListingCategories];

/// Looks at every product, and returns those that are outdated with the reports.
pub(super) async fn products(
    snapshot: &impl ConnectionTrait,
) -> Result<(Vec<Report>, Vec<ProductId>), RepositoryError> {
    let mut reports = CHECKS.map(|check| Report { check, looked_at: 0, found: 0, findings: Vec::new() });
    let mut outdated = Vec::new();
    let mut after = i64::MIN;
    loop {
        let batch = product::Entity::find()
            .find_also_related(category::Entity)
            .filter(product::Column::Id.gt(after))
            .order_by_asc(product::Column::Id)
            .limit(BATCH)
            .all(snapshot)
            .await
            .map_err(store)?;
        let Some(last) = batch.last().map(|(product, _)| product.id) else { break };
        let variants = variants(snapshot, after, last).await?;
        for (product, category) in &batch {
            let gaps = expected(product, variants.get(&product.id)).gaps(&Derived::stored(product));
            if gaps.iter().any(|gap| gap.check.is_derived()) {
                outdated.push(ProductId(product.id));
            }
            let place = || Place::Product { id: ProductId(product.id), slug: product.slug.clone() };
            let mut findings: Vec<(Check, Finding)> = gaps
                .into_iter()
                .map(|gap| {
                    let (what, expected, found) = (gap.column, gap.expected, gap.found);
                    (gap.check, Finding { place: place(), what, expected, found })
                })
                .collect();
            if category.is_none() {
                let (expected, found) = (product.category_id.to_string(), "none".to_owned());
                let missing = Finding { place: place(), what: "category", expected, found };
                findings.push((Check::ListingCategories, missing));
            }
            for report in &mut reports {
                report.looked_at += 1;
                tell(report, &findings);
            }
        }
        after = last;
    }
    Ok((reports.into(), outdated))
}

fn tell(report: &mut Report, findings: &[(Check, Finding)]) {
    for (_, finding) in findings.iter().filter(|(check, _)| *check == report.check) {
        report.found += 1;
        if report.findings.len() < TOLD {
            report.findings.push(finding.clone());
        }
    }
}

/// What a product's variants add up to.
#[derive(FromQueryResult)]
struct Sums {
    product_id: i64,
    lowest_sold: Option<i64>,
    lowest: i64,
    in_stock: i64,
    plentiful: i64,
}

async fn variants(
    snapshot: &impl ConnectionTrait,
    after: i64,
    last: i64,
) -> Result<HashMap<i64, Sums>, RepositoryError> {
    let price = || Expr::col(variant::Column::Price);
    let sold = || variant::Column::Archived.eq(false);
    let sold_and_more_than = |units| Condition::all().add(sold()).add(variant::Column::OnHand.gt(units));
    let sums = Query::select()
        .column(variant::Column::ProductId)
        .expr_as(Func::min(Expr::case(sold(), price())), "lowest_sold")
        .expr_as(Func::min(price()), "lowest")
        .expr_as(times(sold_and_more_than(0)), "in_stock")
        .expr_as(times(sold_and_more_than(LOW_STOCK)), "plentiful")
        .from(variant::Entity)
        .and_where(variant::Column::ProductId.gt(after))
        .and_where(variant::Column::ProductId.lte(last))
        .group_by_col(variant::Column::ProductId)
        .take();
    let rows = snapshot.query_all(&sums).await.map_err(store)?;
    let sums = rows.iter().map(|row| Sums::from_query_result(row, "").map(|sums| (sums.product_id, sums)));
    sums.collect::<Result<_, _>>().map_err(store)
}

fn expected(product: &product::Model, variants: Option<&Sums>) -> Derived {
    Derived {
        lowest_price: variants.map(|sums| sums.lowest_sold.unwrap_or(sums.lowest)),
        variants_in_stock: variants.map_or(0, |sums| sums.in_stock),
        variants_plentiful: variants.map_or(0, |sums| sums.plentiful),
        name_key: fold(&product.name),
        search_text: search_text(&product.name, &product.description),
    }
}
