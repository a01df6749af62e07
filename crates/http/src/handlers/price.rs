//! Prices in bodies.

use crate::extract::{Check, Given, Object};
use domain::{Invalid, Money};
use serde::Deserialize;
use utoipa::ToSchema;

/// An amount in the shop's currency.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Price)]
pub(crate) struct MoneyBody {
    /// A decimal number in a string.
    #[serde(default)]
    #[schema(value_type = String, required, pattern = r"^[0-9]{1,9}(\.[0-9]{1,3})?$", example = "19.99")]
    amount: Given<String>,
    /// The shop's currency; it may be left out.
    #[serde(default)]
    #[schema(value_type = String, pattern = "^[A-Z]{3}$", example = "USD")]
    currency: Given<String>,
}

impl MoneyBody {
    /// Reads an amount in the shop's currency.
    pub(crate) fn parse(Object(given): Object<Self>, check: &mut Check) -> Option<Money> {
        let shop = check.currency;
        check.optional_text("currency", given.currency, |code| {
            let same = code == shop.code();
            same.then_some(()).ok_or_else(|| Invalid::owned(format!("must be {}, the shop's", shop.code())))
        });
        check.required_text("amount", given.amount, |amount| shop.amount(amount))
    }
}
