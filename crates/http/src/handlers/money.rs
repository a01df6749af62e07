//! Amounts of money in bodies: prices, and totals, which may be far larger.

use crate::extract::{Check, Given, Object};
use domain::{Currency, Invalid, Money};
use serde::Deserialize;
use utoipa::ToSchema;

/// A price in the shop's currency.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Price)]
pub(crate) struct PriceBody {
    /// A decimal number in a string.
    #[serde(default)]
    #[schema(value_type = String, required, pattern = r"^[0-9]{1,9}(\.[0-9]{1,3})?$", example = "19.99")]
    amount: Given<String>,
    /// The shop's currency; it may be left out.
    #[serde(default)]
    #[schema(value_type = String, pattern = "^[A-Z]{3}$", example = "USD")]
    currency: Given<String>,
}

impl PriceBody {
    /// Reads a price.
    pub(crate) fn parse(Object(given): Object<Self>, check: &mut Check) -> Option<Money> {
        parse(given.amount, given.currency, check, Currency::amount)
    }
}

/// A sum of prices in the shop's currency.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Total)]
pub(crate) struct TotalBody {
    /// A decimal number in a string.
    #[serde(default)]
    #[schema(value_type = String, required, pattern = r"^[0-9]{1,14}(\.[0-9]{1,3})?$", example = "19.99")]
    amount: Given<String>,
    /// The shop's currency; it may be left out.
    #[serde(default)]
    #[schema(value_type = String, pattern = "^[A-Z]{3}$", example = "USD")]
    currency: Given<String>,
}

impl TotalBody {
    /// Reads a total.
    pub(crate) fn parse(Object(given): Object<Self>, check: &mut Check) -> Option<Money> {
        parse(given.amount, given.currency, check, Currency::total)
    }
}

fn parse(
    amount: Given<String>,
    currency: Given<String>,
    check: &mut Check,
    read: impl FnOnce(Currency, &str) -> Result<Money, Invalid>,
) -> Option<Money> {
    let shop = check.currency;
    check.optional_text("currency", currency, |code| {
        let same = code == shop.code();
        same.then_some(()).ok_or_else(|| Invalid::owned(format!("must be {}, the shop's", shop.code())))
    });
    check.required_text("amount", amount, |amount| read(shop, amount))
}
