//! Whether products can be read, and listings read of each what follows from it. Text is folded in Rust, so products come here
//! a batch at a time, and what their variants add up to with them.

use crate::derived::{self, Sums};
use crate::entity::product;
use crate::error::{corrupt, store};
use crate::rows::products;
use domain::audit::{Check, Finding, Place, Report};
use domain::catalog::{Description, ProductName, Slug};
use domain::{ProductId, RepositoryError, Timestamp};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, IdenStatic, QueryFilter, QueryOrder,
    QueryResult, QuerySelect, QueryTrait,
};

/// How many products are read at once; with the longest descriptions these are some megabytes.
const BATCH: u64 = 500;

pub(super) const CHECKS: [Check; 4] =
    [Check::Products, Check::ListingPrices, Check::ListingStock, Check::ListingText];

/// Looks at every product, and returns those that are outdated with the reports.
pub(super) async fn products(
    snapshot: &impl ConnectionTrait,
) -> Result<(Vec<Report>, Vec<ProductId>), RepositoryError> {
    let mut reports = CHECKS.map(|check| Report::new(check, 0));
    let mut outdated = Vec::new();
    let mut after = i64::MIN;
    loop {
        let batch = product::Entity::find()
            .filter(product::Column::Id.gt(after))
            .order_by_asc(product::Column::Id)
            .limit(BATCH)
            .into_query();
        let batch = snapshot.query_all(&batch).await.map_err(store)?;
        let (Some(first), Some(last)) = (batch.first(), batch.last()) else { break };
        let (first, last) = (id(first)?, id(last)?);
        let variants = derived::sums(snapshot, first..=last).await?;
        for row in &batch {
            let id = id(row)?;
            let sums = variants.get(&id);
            for report in &mut reports {
                report.looked_at += 1;
            }
            let gaps = derived::gaps(row, sums);
            if !gaps.is_empty() {
                outdated.push(ProductId(id));
            }
            let slug = row.try_get("", "slug").unwrap_or_default();
            let place = Place::Product { id: ProductId(id), slug };
            let derived = gaps.into_iter().map(|gap| {
                let (what, expected, found) = (gap.column.as_str(), gap.expected, gap.found);
                (gap.check, Finding { place: place.clone(), what, expected, found })
            });
            let damage = damage(row, sums, &place).into_iter().map(|finding| (Check::Products, finding));
            for (check, finding) in damage.chain(derived) {
                if let Some(report) = reports.iter_mut().find(|report| report.check == check) {
                    report.add(finding);
                }
            }
        }
        after = last;
    }
    Ok((reports.into(), outdated))
}

fn id(row: &QueryResult) -> Result<i64, RepositoryError> {
    row.try_get("", product::Column::Id.as_str()).map_err(store)
}

/// What keeps a product from being read, whatever is derived from it.
fn damage(row: &QueryResult, variants: Option<&Sums>, place: &Place) -> Vec<Finding> {
    let finding = |what, expected: &str, found: String| Finding {
        place: place.clone(),
        what,
        expected: expected.to_owned(),
        found,
    };
    let mut findings = Vec::new();
    if variants.is_none() {
        findings.push(finding("variants", "at least one", "none".to_owned()));
    }
    if let Err(RepositoryError::Unexpected(reason)) = readable(row) {
        findings.push(finding("row", "readable", reason));
    }
    findings
}

/// What a product's row holds by itself.
#[derive(FromQueryResult)]
#[expect(dead_code, reason = "all of it is read, to see whether it can be")]
struct Record {
    slug: String,
    name: String,
    description: String,
    category_id: i64,
    status: String,
    version: i64,
    created_at: Timestamp,
    updated_at: Timestamp,
}

fn readable(row: &QueryResult) -> Result<(), RepositoryError> {
    let Record { slug, name, description, status, .. } = Record::from_query_result(row, "").map_err(store)?;
    Slug::parse(&slug).map_err(corrupt("products.slug"))?;
    ProductName::parse(&name).map_err(corrupt("products.name"))?;
    Description::parse(&description).map_err(corrupt("products.description"))?;
    products::status(&status).map(drop)
}
