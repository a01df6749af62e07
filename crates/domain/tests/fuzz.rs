//! Text that is taken for a value of the domain: a guest's token, amounts, numbers of orders, skus, slugs. What is read is
//! read again as it is written; what is refused stays so. `scripts/fuzz` runs it long.

use domain::cart::CartToken;
use domain::catalog::{Sku, Slug};
use domain::order::OrderNumber;
use domain::text::{Line, Prose};
use domain::{Currency, Entropy};
use proptest::prelude::*;

struct Given([u8; 32]);

impl Entropy for Given {
    fn fill(&self, buffer: &mut [u8]) {
        buffer.copy_from_slice(&self.0[..buffer.len()]);
    }
}

proptest! {
    #[test]
    fn a_cart_token_has_one_spelling(bytes: [u8; 32], at in 0_usize..43, other in "[A-Za-z0-9_-]", text in r"[A-Za-z0-9_=-]{40,46}") {
        let token = CartToken::generate(&Given(bytes));
        let read = CartToken::parse(token.expose()).unwrap();
        prop_assert_eq!(read.hash(), token.hash());
        let changed = format!("{}{other}{}", &token.expose()[..at], &token.expose()[at + 1..]);
        if let Ok(changed) = CartToken::parse(&changed) {
            prop_assert_eq!(changed.hash() == token.hash(), changed == token);
        }
        for longer in [format!("{}A", token.expose()), format!("{}=", token.expose()), format!(" {}", token.expose())] {
            prop_assert!(CartToken::parse(&longer).is_err());
        }
        prop_assert!(CartToken::parse(&text).is_err() || text.len() == 43);
    }

    #[test]
    fn an_amount_reads_back(code in "USD|JPY|BHD", text in r"[0-9]{1,12}(\.[0-9]{0,4})?|\PC{0,10}") {
        let currency = Currency::parse(&code).unwrap();
        if let Ok(amount) = currency.amount(&text) {
            prop_assert_eq!(currency.amount(&amount.amount()), Ok(amount));
            prop_assert_eq!(currency.amount(&amount.canonical()), Ok(amount));
        }
        for wrong in ["-", "+", " "].map(|sign| format!("{sign}{text}")).into_iter().chain([format!("{text}e1")]) {
            prop_assert!(currency.amount(&wrong).is_err());
        }
    }

    #[test]
    fn names_read_back(text in r"[A-Z0-9-]{9,13}|\PC{0,30}") {
        if let Ok(number) = OrderNumber::read(&text) {
            prop_assert_eq!(OrderNumber::parse(number.as_str()), Ok(number.clone()));
            prop_assert_eq!(OrderNumber::read(&number.as_str().to_lowercase()), Ok(number));
        }
        if let Ok(sku) = Sku::parse(&text) {
            prop_assert_eq!(Sku::parse(&sku.as_str().to_ascii_lowercase()), Ok(sku));
        }
        let slug = Slug::of(&text);
        prop_assert!(slug.as_str().is_empty() || Slug::parse(slug.as_str()).as_ref() == Ok(&slug));
    }

    #[test]
    fn text_reads_back(text in r"[\PC\x00-\x20\x7f-\xa0]{0,60}") {
        if let Ok(line) = Line::<50>::parse(&text) {
            prop_assert!(!line.as_str().chars().any(char::is_control));
            prop_assert_eq!(Line::<50>::parse(line.as_str()), Ok(line));
        }
        if let Ok(prose) = Prose::<50>::parse(&text) {
            prop_assert_eq!(Prose::<50>::parse(prose.as_str()), Ok(prose));
        }
    }
}
