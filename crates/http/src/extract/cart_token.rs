//! `X-Cart-Token`: what a guest's cart is found by. Whoever holds it has the cart, so it is told to nobody but its guest.

use crate::problem::{Fault, Place, Problem, kinds};
use actix_web::dev::Payload;
use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use actix_web::{FromRequest, HttpRequest};
use domain::cart::CartToken;
use std::future::{Ready, ready};

/// The field's name.
pub(crate) const X_CART_TOKEN: HeaderName = HeaderName::from_static("x-cart-token");

/// A guest's token that may be absent, but not malformed.
pub(crate) struct MaybeCartToken(pub(crate) Option<CartToken>);

impl FromRequest for MaybeCartToken {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(sent(request.headers()).map(Self))
    }
}

/// Returns the token as it is sent to its guest; it does not show where header fields are printed.
pub(crate) fn cart_token(token: &CartToken) -> HeaderValue {
    let mut value =
        HeaderValue::from_str(token.expose()).expect("a token is made of letters, digits, - and _");
    value.set_sensitive(true);
    value
}

fn sent(headers: &HeaderMap) -> Result<Option<CartToken>, Problem> {
    let mut sent = headers.get_all(X_CART_TOKEN);
    let Some(first) = sent.next() else { return Ok(None) };
    let text = first.to_str().ok().filter(|_| sent.next().is_none());
    let token = text.and_then(|text| CartToken::parse(text).ok());
    token.map(Some).ok_or_else(|| {
        let detail = "must be one token, as an answer of the shop had it; leave it out to begin a new cart";
        Problem::new(&kinds::MALFORMED_REQUEST, "The X-Cart-Token header field cannot be read.")
            .member("errors", [Fault { place: Place::Header("X-Cart-Token"), detail: detail.into() }])
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::OsEntropy;

    #[test]
    fn one_token_is_read_and_anything_else_refused() {
        let token = CartToken::generate(&OsEntropy);
        let read = |values: &[&[u8]]| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(X_CART_TOKEN, HeaderValue::from_bytes(value).unwrap());
            }
            sent(&headers)
        };
        assert_eq!(read(&[]).unwrap(), None);
        let text = token.expose().as_bytes();
        assert_eq!(read(&[text]).unwrap(), Some(token.clone()));
        for wrong in [&[&b""[..]][..], &[b"token"], &[text, text], &[&[0xff; 43]], &[&text[1..]]] {
            assert!(read(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn a_token_does_not_show_in_a_printed_header() {
        let token = CartToken::generate(&OsEntropy);
        let value = cart_token(&token);
        assert_eq!(value.to_str().unwrap(), token.expose());
        assert!(!format!("{value:?}").contains(token.expose()));
    }
}
