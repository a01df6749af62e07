//! The proof of whose cart a request is about: a bearer decides alone, be it good or bad; without one, the guest's token.

use super::{Bearer, Caller, MaybeBearer, MaybeCartToken};
use crate::problem::Problem;
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use domain::Client;
use domain::cart::{CartToken, Shopper};
use futures_util::future::{FutureExt, LocalBoxFuture};
use std::future::Future;

/// Whose cart it is. An account's is nobody's until its session has been looked at.
pub(crate) enum WhoseCart {
    /// The account's of this bearer.
    Account(Bearer),
    /// A guest's, who has a token or not.
    Guest { token: Option<CartToken>, client: Client },
}

impl WhoseCart {
    /// Says who has come, before anything is done in their name.
    pub(crate) async fn confirm(&self) -> Result<Shopper, Problem> {
        match self {
            Self::Account(bearer) => Ok(Shopper::Account(bearer.confirm().await?.user())),
            Self::Guest { token, client } => Ok(guest(token.as_ref(), client)),
        }
    }

    /// Fetches something of the shopper's; an account's session is looked at meanwhile, as [`Bearer::read`] does.
    pub(crate) async fn read<T, F>(&self, fetch: impl FnOnce(Shopper) -> F) -> Result<T, Problem>
    where
        F: Future<Output = T>,
    {
        match self {
            Self::Account(bearer) => {
                let (_, fetched) = bearer.read(|user| fetch(Shopper::Account(user))).await?;
                Ok(fetched)
            }
            Self::Guest { token, client } => Ok(fetch(guest(token.as_ref(), client)).await),
        }
    }
}

impl FromRequest for WhoseCart {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let (bearer, token) = (MaybeBearer::extract(request), MaybeCartToken::extract(request));
        let Caller(client) = Caller::of(request);
        async move {
            match bearer.await? {
                MaybeBearer(Some(bearer)) => Ok(Self::Account(bearer)),
                MaybeBearer(None) => token.await.map(|MaybeCartToken(token)| Self::Guest { token, client }),
            }
        }
        .boxed_local()
    }
}

fn guest(token: Option<&CartToken>, client: &Client) -> Shopper {
    Shopper::Guest { token: token.cloned(), client: client.clone() }
}
