//! How goods are written down by hand: text and figures only, checked by the tests of the catalogue.

/// Goods written by hand.
pub(super) struct Goods {
    pub(super) name: &'static str,
    pub(super) description: &'static str,
    /// What its variants differ in; empty where there is one.
    pub(super) option: &'static str,
    pub(super) choices: Choices,
}

/// What can be chosen.
pub(super) enum Choices {
    /// Nothing: one variant.
    Only { price: &'static str, stock: i64 },
    /// One of several variants.
    Among(&'static [Choice]),
}

/// One variant of several.
pub(super) struct Choice {
    pub(super) title: &'static str,
    pub(super) price: &'static str,
    pub(super) stock: i64,
}

/// Goods of one kind.
pub(super) const fn single(
    name: &'static str,
    price: &'static str,
    stock: i64,
    description: &'static str,
) -> Goods {
    Goods { name, description, option: "", choices: Choices::Only { price, stock } }
}

/// Goods to choose among.
pub(super) const fn several(
    name: &'static str,
    description: &'static str,
    option: &'static str,
    choices: &'static [Choice],
) -> Goods {
    Goods { name, description, option, choices: Choices::Among(choices) }
}

/// One that can be chosen.
pub(super) const fn choice(title: &'static str, price: &'static str, stock: i64) -> Choice {
    Choice { title, price, stock }
}
