//! Extractors: each is a proof of something about the request, so that a handler's signature states who may call it and
//! what it needs, and nobody can forget a check.

mod bearer;
mod cart_token;
mod check;
mod client;
mod if_match;
mod if_none_match;
mod json;
mod object;
mod path;
mod query;
mod repeatable;
mod require;
mod unqueried;
mod whose_cart;
mod wrong_type;

pub(crate) use bearer::{Bearer, MaybeBearer};
pub(crate) use cart_token::{MaybeCartToken, X_CART_TOKEN, cart_token};
pub(crate) use check::{Check, Given};
pub(crate) use client::{Caller, connected};
pub(crate) use if_match::{IfMatch, MaybeIfMatch};
pub(crate) use if_none_match::IfNoneMatch;
pub(crate) use json::{FromJson, ValidJson};
pub(crate) use object::{Entries, Object};
pub(crate) use path::{At, FromPath, ProductKey};
pub(crate) use query::{FromQuery, Parameters, Query};
pub(crate) use repeatable::{Nothing, Repeatable};
pub(crate) use require::Require;
pub(crate) use unqueried::Unqueried;
pub(crate) use whose_cart::WhoseCart;

use crate::Services;
use actix_web::{HttpRequest, web};

/// Returns the ports of the program that answers this request.
///
/// # Panics
/// When the routes were registered without [`configure`](crate::configure), which cannot be done outside this crate.
fn services(request: &HttpRequest) -> &Services {
    request.app_data::<web::Data<Services>>().expect("`configure` registers the services with the routes")
}
