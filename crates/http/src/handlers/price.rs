//! Prices in bodies.

use crate::extract::{Check, Given};
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
    #[schema(value_type = String, required, pattern = r"^\d+(\.\d+)?$", example = "19.99")]
    amount: Given<String>,
    /// The shop's currency; it may be left out.
    #[serde(default)]
    #[schema(value_type = String, example = "USD")]
    currency: Given<String>,
}

impl MoneyBody {
    /// Reads an amount in the shop's currency.
    pub(crate) fn parse(self, check: &mut Check) -> Option<Money> {
        let shop = check.currency;
        check.optional("currency", self.currency, |code: &str| {
            let same = code == shop.code();
            same.then_some(()).ok_or_else(|| Invalid::owned(format!("must be {}, the shop's", shop.code())))
        });
        check.required("amount", self.amount, |amount: &str| shop.amount(amount))
    }
}
