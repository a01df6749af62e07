//! What the shop sells, and for which money.

use super::{Backends, SettingsError, entries::Entries};
use domain::Currency;

/// What the shop sells, and for which money.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShopSettings {
    /// The currency of every price.
    pub currency: Currency,
    /// What an empty catalogue is filled with.
    pub first_goods: FirstGoods,
}

/// What an empty catalogue is filled with when the program starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FirstGoods {
    /// The demonstration catalogue.
    Demonstration,
    /// Nothing.
    Nothing,
}

pub(super) fn read(entries: &mut Entries, backends: &Backends) -> Result<ShopSettings, SettingsError> {
    let (seed, why) =
        if backends.is_embedded() { ("true", "when embedded") } else { ("false", "with servers") };
    entries.default_to("shop.seed_demo", seed, why);
    let seed_demo: bool = entries.parse("shop.seed_demo", "true or false")?;
    let currency = Currency::parse(entries.text("shop.currency"))
        .map_err(|invalid| entries.problem("shop.currency", invalid))?;
    let first_goods = if seed_demo { FirstGoods::Demonstration } else { FirstGoods::Nothing };
    Ok(ShopSettings { currency, first_goods })
}
