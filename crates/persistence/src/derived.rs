//! What a product's row holds although it follows from the rest: for comparing what is stored with what should be. Edits and
//! sales keep it right by themselves; whoever audits or repairs asks here. What is stored may be of any kind, for SQLite lets
//! SQL put text where a number belongs.

use crate::entity::{product, variant};
use crate::error::store;
use domain::RepositoryError;
use domain::audit::Check;
use domain::catalog::{Description, LOW_STOCK, ProductName};
use domain::text::fold;
use sea_orm::sea_query::{Condition, Expr, Func, IntoCondition, Query};
use sea_orm::{ColumnTrait, ConnectionTrait, FromQueryResult, IdenStatic, QueryResult};
use std::collections::HashMap;
use std::ops::RangeInclusive;

/// What a derived column holds.
#[derive(PartialEq, Eq)]
pub(crate) enum Derived {
    Number(i64),
    Text(String),
}

/// A column that is not what it should be.
pub(crate) struct Gap {
    pub(crate) check: Check,
    pub(crate) column: product::Column,
    pub(crate) right: Derived,
    pub(crate) expected: String,
    pub(crate) found: String,
}

/// What a product's variants add up to.
#[derive(FromQueryResult)]
pub(crate) struct Sums {
    product_id: i64,
    lowest: i64,
    in_stock: i64,
    plentiful: i64,
}

/// Returns the text that a search looks into.
pub(crate) fn search_text(name: &str, description: &str) -> String {
    fold(&format!("{name}\n{description}"))
}

/// Adds the variants of products up, for each of them that has any.
pub(crate) async fn sums(
    connection: &impl ConnectionTrait,
    products: RangeInclusive<i64>,
) -> Result<HashMap<i64, Sums>, RepositoryError> {
    let price = || Expr::col(variant::Column::Price);
    let sold = || variant::Column::Archived.eq(false);
    let (lowest_sold, lowest) = (Func::min(Expr::case(sold(), price())), Func::min(price()));
    let sold_and_more_than = |units| Condition::all().add(sold()).add(variant::Column::OnHand.gt(units));
    let sums = Query::select()
        .column(variant::Column::ProductId)
        .expr_as(Func::coalesce([lowest_sold, lowest]), "lowest")
        .expr_as(times(sold_and_more_than(0)), "in_stock")
        .expr_as(times(sold_and_more_than(LOW_STOCK)), "plentiful")
        .from(variant::Entity)
        .and_where(variant::Column::ProductId.between(*products.start(), *products.end()))
        .group_by_col(variant::Column::ProductId)
        .take();
    let rows = connection.query_all(&sums).await.map_err(store)?;
    let sums = rows.iter().map(|row| Sums::from_query_result(row, "").map(|sums| (sums.product_id, sums)));
    sums.collect::<Result<_, _>>().map_err(store)
}

/// How many rows of a group meet a condition.
pub(crate) fn times(condition: impl IntoCondition) -> Expr {
    Func::count(Expr::case(condition, Expr::value(1_i64))).into()
}

/// Compares what a product's row should hold with what it holds. What cannot be worked out is passed over: a price where
/// there is no variant, a text where there is no name.
pub(crate) fn gaps(row: &QueryResult, variants: Option<&Sums>) -> Vec<Gap> {
    let (in_stock, plentiful) = variants.map_or((0, 0), |sums| (sums.in_stock, sums.plentiful));
    let mut right = Vec::new();
    if let Some(sums) = variants {
        right.push((Check::ListingPrices, product::Column::LowestPrice, Derived::Number(sums.lowest)));
    }
    right.push((Check::ListingStock, product::Column::VariantsInStock, Derived::Number(in_stock)));
    right.push((Check::ListingStock, product::Column::VariantsPlentiful, Derived::Number(plentiful)));
    if let Some((name, description)) = texts(row) {
        let search = search_text(name.as_str(), description.as_str());
        right.push((Check::ListingText, product::Column::NameKey, Derived::Text(fold(name.as_str()))));
        right.push((Check::ListingText, product::Column::SearchText, Derived::Text(search)));
    }
    let gap = |(check, column, right): (Check, product::Column, Derived)| {
        let stored = right.stored(row, column);
        (stored.as_ref() != Some(&right)).then(|| {
            let stored = stored.map_or("unreadable".to_owned(), |stored| stored.text());
            let (expected, found) = (excerpt(&right.text(), &stored), excerpt(&stored, &right.text()));
            Gap { check, column, right, expected, found }
        })
    };
    right.into_iter().filter_map(gap).collect()
}

/// What text is derived from.
fn texts(row: &QueryResult) -> Option<(ProductName, Description)> {
    let text = |column: product::Column| row.try_get::<String>("", column.as_str()).ok();
    let name = ProductName::parse(&text(product::Column::Name)?).ok()?;
    Some((name, Description::parse(&text(product::Column::Description)?).ok()?))
}

impl Derived {
    /// Reads what is stored in the place of this; nothing where that is of another kind.
    fn stored(&self, row: &QueryResult, column: product::Column) -> Option<Self> {
        match self {
            Self::Number(_) => row.try_get("", column.as_str()).ok().map(Self::Number),
            Self::Text(_) => row.try_get("", column.as_str()).ok().map(Self::Text),
        }
    }

    fn text(&self) -> String {
        match self {
            Self::Number(number) => number.to_string(),
            Self::Text(text) => text.clone(),
        }
    }
}

impl From<Derived> for Expr {
    fn from(derived: Derived) -> Self {
        match derived {
            Derived::Number(number) => Expr::value(number),
            Derived::Text(text) => Expr::value(text),
        }
    }
}

/// Shows a text from where it differs from another one.
fn excerpt(text: &str, other: &str) -> String {
    const SHOWN: usize = 40;
    let same = text.chars().zip(other.chars()).take_while(|(one, two)| one == two).count();
    let skipped = if text.chars().count() > SHOWN { same } else { 0 };
    let shown: String = text.chars().skip(skipped).take(SHOWN).collect();
    let (before, after) = (skipped > 0, skipped + SHOWN < text.chars().count());
    format!("{}{shown}{}", if before { "…" } else { "" }, if after { "…" } else { "" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_are_shown_from_where_they_differ() {
        let (long, other) = ("a".repeat(100) + "tail", "a".repeat(100) + "end");
        assert_eq!(excerpt(&long, &other), "…tail");
        assert_eq!(excerpt("", &long), "");
        assert_eq!(excerpt(&long, ""), "a".repeat(40) + "…");
        assert_eq!(excerpt("short", "shore"), "short");
    }
}
