//! Demonstration goods as the domain's own values, complete but for the id of their category.

use super::Section;
use super::goods::{Choice, Choices};
use domain::catalog::{
    Category, CategoryName, Description, NewProduct, NewVariant, Options, ProductName, Sku, Slug,
    VariantTitle,
};
use domain::{Currency, Money, Timestamp};

/// Why the constants of the catalogue may be trusted.
pub(super) const CHECKED: &str = "the demonstration catalogue is constant and its tests read all of it";

/// A product that is not in any shop yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Draft {
    pub(crate) category: CategoryName,
    pub(crate) name: ProductName,
    pub(crate) description: Description,
    pub(crate) created_at: Timestamp,
    pub(crate) variants: Vec<NewVariant>,
}

impl Draft {
    /// Takes goods that were written by hand.
    pub(super) fn of_goods(
        section: &Section,
        index: usize,
        created_at: Timestamp,
        currency: Currency,
    ) -> Self {
        let goods = &section.goods[index];
        let number = index + 101;
        let variants = match &goods.choices {
            Choices::Only { price, stock } => {
                vec![only_variant(&format!("{}-{number}", section.prefix), money(currency, price), *stock)]
            }
            Choices::Among(choices) => choices
                .iter()
                .map(|choice| variant(section.prefix, number, goods.option, choice, currency))
                .collect(),
        };
        Self {
            category: CategoryName::parse(section.name).expect(CHECKED),
            name: ProductName::parse(goods.name).expect(CHECKED),
            description: Description::parse(goods.description).expect(CHECKED),
            created_at,
            variants,
        }
    }

    /// Returns the slug that the product gets.
    pub(crate) fn slug(&self) -> Slug {
        Slug::of(self.name.as_str())
    }

    /// Completes it with its category as the shop knows it.
    pub(crate) fn into_product(self, category: Category) -> NewProduct {
        NewProduct {
            slug: self.slug(),
            name: self.name,
            description: self.description,
            category,
            created_at: self.created_at,
            by: None,
            variants: self.variants,
        }
    }
}

/// Makes the variant of a product that has one.
pub(super) fn only_variant(sku: &str, price: Money, on_hand: i64) -> NewVariant {
    NewVariant {
        sku: Sku::parse(sku).expect(CHECKED),
        title: VariantTitle::parse("Default").expect(CHECKED),
        options: Options::new(),
        price,
        on_hand,
    }
}

fn variant(prefix: &str, number: usize, option: &str, choice: &Choice, currency: Currency) -> NewVariant {
    let mark: String = choice.title.chars().filter(char::is_ascii_alphanumeric).collect();
    NewVariant {
        sku: Sku::parse(&format!("{prefix}-{number}-{mark}")).expect(CHECKED),
        title: VariantTitle::parse(choice.title).expect(CHECKED),
        options: Options::from([(option.to_owned(), choice.title.to_owned())]),
        price: money(currency, choice.price),
        on_hand: choice.stock,
    }
}

/// Reads a price with two decimals. Where the currency has none, its hundredths become whole units: what costs a cent
/// elsewhere costs about a yen.
pub(super) fn money(currency: Currency, decimal: &str) -> Money {
    currency.amount(decimal).unwrap_or_else(|_| currency.amount(&decimal.replace('.', "")).expect(CHECKED))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_suit_the_currency() {
        for (code, amount) in [("USD", "24.90"), ("JPY", "2490"), ("KWD", "24.900")] {
            assert_eq!(money(Currency::parse(code).unwrap(), "24.90").amount(), amount);
        }
    }
}
