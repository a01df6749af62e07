//! The proof that whoever sent a request may do what it asks.

use super::Bearer;
use crate::problem::Problem;
use actix_web::dev::Payload;
use actix_web::{Error, FromRequest, HttpRequest};
use auth::{Actor, Permission};
use futures_util::future::LocalBoxFuture;
use std::marker::PhantomData;

/// An actor with a permission, and the rest of the request, of which nothing is looked at before the permission is
/// certain: whoever may not do a thing learns nothing about how to ask for it.
pub(crate) struct Require<P, T = ()> {
    /// Who asks.
    pub(crate) actor: Actor,
    /// What came with the request.
    pub(crate) input: T,
    permission: PhantomData<P>,
}

impl Bearer {
    /// Admits the session and asks for a permission.
    pub(crate) async fn require<P: Permission>(&self) -> Result<Actor, Problem> {
        let actor = self.confirm().await?;
        if P::granted(&actor) { Ok(actor) } else { Err(Problem::forbidden()) }
    }
}

impl<P: Permission, T: FromRequest + 'static> FromRequest for Require<P, T> {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self, Error>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let bearer = Bearer::extract(request);
        let (request, mut payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let actor = bearer.await?.require::<P>().await?;
            let input = T::from_request(&request, &mut payload).await.map_err(Into::into)?;
            Ok(Self { actor, input, permission: PhantomData })
        })
    }
}
