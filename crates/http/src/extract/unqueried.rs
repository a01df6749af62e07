//! Handlers that read no query: what a client says there is refused, as every parameter is that nobody knows.

use super::Query;
use actix_web::dev::Payload;
use actix_web::{Error, FromRequest, Handler, HttpRequest};
use futures_util::future::LocalBoxFuture;

/// A handler that reads no query.
#[derive(Clone)]
pub(crate) struct Unqueried<H>(pub(crate) H);

/// What such a handler takes, of a request without parameters. They are looked at last: whoever may not do a thing learns
/// nothing about how to ask for it.
pub(crate) struct Alone<Args>(Args);

impl<H: Handler<Args>, Args> Handler<(Alone<Args>,)> for Unqueried<H> {
    type Output = H::Output;
    type Future = H::Future;

    fn call(&self, (Alone(args),): (Alone<Args>,)) -> H::Future {
        self.0.call(args)
    }
}

impl<Args: FromRequest + 'static> FromRequest for Alone<Args> {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self, Error>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (args, query) = (Args::from_request(request, payload), Query::<()>::extract(request));
        Box::pin(async move {
            let args = args.await.map_err(Into::into)?;
            let Query(()) = query.await?;
            Ok(Self(args))
        })
    }
}
