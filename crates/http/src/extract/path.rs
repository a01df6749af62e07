//! What a path names. A path that cannot name anything, such as `/orders/abc`, names nothing: it is answered 404, as an
//! id would be that nobody has.

use crate::problem::{Problem, kinds};
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use domain::catalog::Slug;
use domain::order::OrderAction;
use domain::{DeliveryId, EndpointId, OrderId, ProductId, SessionId, UserId, VariantId};
use std::future::{Ready, ready};

/// What the path names.
pub(crate) struct At<T>(pub(crate) T);

/// A product's id or slug; a slug is never digits alone.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum ProductKey {
    /// Its id.
    Id(ProductId),
    /// Its slug.
    Slug(Slug),
}

/// Something that a path can name.
pub(crate) trait FromPath: Sized {
    /// Reads the parts of the path; `None` where they cannot name such a thing.
    fn from_path(part: &impl Fn(&str) -> Option<String>) -> Option<Self>;
}

impl<T: FromPath> FromRequest for At<T> {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let part = |name: &str| request.match_info().get(name).map(str::to_owned);
        let named = T::from_path(&part).map(Self);
        ready(named.ok_or_else(|| Problem::new(&kinds::NOT_FOUND, "The address names nothing.")))
    }
}

macro_rules! numbered {
    ($($id:ident = $part:literal),*) => {$(
        impl FromPath for $id {
            fn from_path(part: &impl Fn(&str) -> Option<String>) -> Option<Self> {
                number(&part($part)?).map(Self)
            }
        }
    )*};
}

numbered!(
    ProductId = "id",
    VariantId = "variantId",
    OrderId = "id",
    UserId = "id",
    EndpointId = "id",
    DeliveryId = "deliveryId"
);

impl FromPath for SessionId {
    fn from_path(part: &impl Fn(&str) -> Option<String>) -> Option<Self> {
        Self::parse(&part("id")?).ok()
    }
}

impl FromPath for OrderAction {
    fn from_path(part: &impl Fn(&str) -> Option<String>) -> Option<Self> {
        Self::parse(&part("action")?).ok()
    }
}

impl FromPath for ProductKey {
    fn from_path(part: &impl Fn(&str) -> Option<String>) -> Option<Self> {
        let key = part("id")?;
        number(&key).map(|id| Self::Id(ProductId(id))).or_else(|| Slug::parse(&key).ok().map(Self::Slug))
    }
}

impl<A: FromPath, B: FromPath> FromPath for (A, B) {
    fn from_path(part: &impl Fn(&str) -> Option<String>) -> Option<Self> {
        Some((A::from_path(part)?, B::from_path(part)?))
    }
}

/// Reads an id in its only spelling: digits without sign or leading zero.
fn number(text: &str) -> Option<i64> {
    let canonical = text.bytes().all(|b| b.is_ascii_digit()) && !text.starts_with('0');
    canonical.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_has_one_spelling() {
        assert_eq!(number("42"), Some(42));
        for text in ["", "0", "042", "+4", "-4", "4.0", "4e2", "٤", "9223372036854775808"] {
            assert_eq!(number(text), None, "{text:?}");
        }
    }

    #[test]
    fn digits_are_an_id_and_words_a_slug() {
        let key = |text: &'static str| ProductKey::from_path(&move |_: &str| Some(text.to_owned()));
        assert_eq!(key("7"), Some(ProductKey::Id(ProductId(7))));
        assert_eq!(key("green-tea"), Some(ProductKey::Slug(Slug::of("Green tea"))));
        for text in ["\0", "Green", "99999999999999999999", ".."] {
            assert_eq!(key(text), None, "{text:?}");
        }
    }
}
