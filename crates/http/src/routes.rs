//! Every address that the shop answers, in one table. The OpenAPI document is compared with it, both ways.

use crate::handlers::{
    admin, auth, cache, cart, categories, desk, docs, health, me, orders, products, recovery, sessions,
    stock, variants, webhooks,
};
use actix_web::web::{self, ServiceConfig, delete, patch, post};
use actix_web::{FromRequest, Handler, Responder, Route};

/// Registers the table.
pub(crate) fn register(config: &mut ServiceConfig) {
    for (path, routes) in table() {
        let resource = routes.into_iter().fold(web::resource(path), actix_web::Resource::route);
        config.service(resource);
    }
}

/// Returns every path with its routes. Several routes on one resource make a wrong method 405 with `Allow`.
pub(crate) fn table() -> Vec<(&'static str, Vec<Route>)> {
    vec![
        ("/api/v1/auth/signup", vec![post().to(auth::sign_up)]),
        ("/api/v1/auth/signin", vec![post().to(auth::sign_in)]),
        ("/api/v1/auth/signout", vec![post().to(auth::sign_out)]),
        ("/api/v1/auth/signout-all", vec![post().to(auth::sign_out_all)]),
        ("/api/v1/auth/sessions", read(sessions::list)),
        ("/api/v1/auth/sessions/{id}", vec![delete().to(sessions::end)]),
        ("/api/v1/auth/forgot-password", vec![post().to(recovery::forget_password)]),
        ("/api/v1/auth/reset-password", vec![post().to(recovery::reset_password)]),
        ("/api/v1/auth/verify-email", vec![post().to(recovery::verify_email)]),
        ("/api/v1/me", with(read(me::show), [patch().to(me::change)])),
        ("/api/v1/me/password", vec![post().to(me::change_password)]),
        ("/api/v1/me/verification", vec![post().to(recovery::ask_verification)]),
        ("/api/v1/products", with(read(products::list::handle), [post().to(products::create::handle)])),
        (
            "/api/v1/products/{id}",
            with(
                read(products::show::handle),
                [patch().to(products::change::handle), delete().to(products::archive::handle)],
            ),
        ),
        ("/api/v1/products/{id}/variants", vec![post().to(variants::add)]),
        (
            "/api/v1/products/{id}/variants/{variantId}",
            vec![patch().to(variants::change), delete().to(variants::archive)],
        ),
        ("/api/v1/variants/{variantId}/stock", vec![post().to(stock::change)]),
        ("/api/v1/categories", read(categories::list)),
        ("/api/v1/cart", with(read(cart::show), [delete().to(cart::clear)])),
        ("/api/v1/cart/items", vec![post().to(cart::add)]),
        ("/api/v1/cart/items/{variantId}", vec![patch().to(cart::set), delete().to(cart::remove)]),
        ("/api/v1/orders", with(read(orders::list), [post().to(orders::place)])),
        ("/api/v1/orders/{id}", read(orders::show)),
        ("/api/v1/orders/{id}/cancel", vec![post().to(orders::cancel)]),
        ("/api/v1/admin/orders", read(desk::list)),
        ("/api/v1/admin/orders/{id}", read(desk::show)),
        ("/api/v1/admin/orders/{id}/{action}", vec![post().to(desk::act)]),
        ("/api/v1/admin/users/{id}", vec![patch().to(admin::change_user)]),
        (
            "/api/v1/admin/webhooks",
            with(read(webhooks::endpoints::list), [post().to(webhooks::endpoints::create)]),
        ),
        (
            "/api/v1/admin/webhooks/{id}",
            with(
                read(webhooks::endpoints::show),
                [patch().to(webhooks::endpoints::change), delete().to(webhooks::endpoints::remove)],
            ),
        ),
        (
            "/api/v1/admin/webhooks/{id}/secret",
            with(read(webhooks::secrets::show), [post().to(webhooks::secrets::rotate)]),
        ),
        ("/api/v1/admin/webhooks/{id}/deliveries", read(webhooks::deliveries::list)),
        (
            "/api/v1/admin/webhooks/{id}/deliveries/{deliveryId}/replay",
            vec![post().to(webhooks::deliveries::replay)],
        ),
        ("/api/v1/admin/cache/keys", read(cache::keys)),
        ("/api/v1/admin/cache/entries/{key}", read(cache::entry)),
        ("/api/v1/admin/cache/stats", read(cache::stats)),
        ("/health/live", read(health::live)),
        ("/health/ready", read(health::ready)),
        ("/openapi.json", read(docs::openapi)),
        ("/docs", read(docs::to_explorer)),
        ("/docs/{file:.*}", read(docs::explorer)),
        ("/problems/{type}", read(docs::problem)),
    ]
}

/// Answers `HEAD` wherever `GET` is (RFC 9110, 9.3.2); the server leaves the body out.
fn read<F, Args>(handler: F) -> Vec<Route>
where
    F: Handler<Args>,
    Args: FromRequest + 'static,
    F::Output: Responder + 'static,
{
    vec![web::get().to(handler.clone()), web::head().to(handler)]
}

fn with<const N: usize>(mut routes: Vec<Route>, more: [Route; N]) -> Vec<Route> {
    routes.extend(more);
    routes
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_address_is_in_the_document_but_the_explorers() {
        let explorer = ["/docs", "/docs/{file:.*}"];
        let table: BTreeSet<&str> = table().into_iter().map(|(path, _)| path).collect();
        let document: serde_json::Value = serde_json::from_str(&crate::document()).unwrap();
        let documented = document["paths"].as_object().unwrap().keys().map(String::as_str).chain(explorer);
        assert_eq!(table, documented.collect());
    }
}
