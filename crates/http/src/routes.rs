//! Every address that the shop answers, in one table. The OpenAPI document is compared with it, both ways.

use crate::extract::Unqueried;
use crate::handlers::{
    admin, auth, cache, cart, categories, desk, docs, health, me, orders, products, recovery, sessions,
    stock, variants, webhooks,
};
use actix_web::web::{self, ServiceConfig};
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
        ("/api/v1/auth/signup", vec![post(auth::sign_up)]),
        ("/api/v1/auth/signin", vec![post(auth::sign_in)]),
        ("/api/v1/auth/signout", vec![post(auth::sign_out)]),
        ("/api/v1/auth/signout-all", vec![post(auth::sign_out_all)]),
        ("/api/v1/auth/sessions", read(sessions::list)),
        ("/api/v1/auth/sessions/{id}", vec![delete(sessions::end)]),
        ("/api/v1/auth/forgot-password", vec![post(recovery::forget_password)]),
        ("/api/v1/auth/reset-password", vec![post(recovery::reset_password)]),
        ("/api/v1/auth/verify-email", vec![post(recovery::verify_email)]),
        ("/api/v1/me", with(read(me::show), [patch(me::change)])),
        ("/api/v1/me/password", vec![post(me::change_password)]),
        ("/api/v1/me/verification", vec![post(recovery::ask_verification)]),
        ("/api/v1/products", with(search(products::list::handle), [post(products::create::handle)])),
        (
            "/api/v1/products/{id}",
            with(
                read(products::show::handle),
                [patch(products::change::handle), delete(products::archive::handle)],
            ),
        ),
        ("/api/v1/products/{id}/variants", vec![post(variants::add)]),
        (
            "/api/v1/products/{id}/variants/{variantId}",
            vec![patch(variants::change), delete(variants::archive)],
        ),
        ("/api/v1/variants/{variantId}/stock", vec![post(stock::change)]),
        ("/api/v1/categories", read(categories::list)),
        ("/api/v1/cart", with(read(cart::show), [delete(cart::clear)])),
        ("/api/v1/cart/items", vec![post(cart::add)]),
        ("/api/v1/cart/items/{variantId}", vec![patch(cart::set), delete(cart::remove)]),
        ("/api/v1/orders", with(search(orders::list), [post(orders::place)])),
        ("/api/v1/orders/{id}", read(orders::show)),
        ("/api/v1/orders/{id}/cancel", vec![post(orders::cancel)]),
        ("/api/v1/admin/orders", search(desk::list)),
        ("/api/v1/admin/orders/{id}", read(desk::show)),
        ("/api/v1/admin/orders/{id}/{action}", vec![post(desk::act)]),
        ("/api/v1/admin/users/{id}", vec![patch(admin::change_user)]),
        (
            "/api/v1/admin/webhooks",
            with(read(webhooks::endpoints::list), [post(webhooks::endpoints::create)]),
        ),
        (
            "/api/v1/admin/webhooks/{id}",
            with(
                read(webhooks::endpoints::show),
                [patch(webhooks::endpoints::change), delete(webhooks::endpoints::remove)],
            ),
        ),
        (
            "/api/v1/admin/webhooks/{id}/secret",
            with(read(webhooks::secrets::show), [post(webhooks::secrets::rotate)]),
        ),
        ("/api/v1/admin/webhooks/{id}/deliveries", search(webhooks::deliveries::list)),
        (
            "/api/v1/admin/webhooks/{id}/deliveries/{deliveryId}/replay",
            vec![post(webhooks::deliveries::replay)],
        ),
        ("/api/v1/admin/cache/keys", search(cache::keys)),
        ("/api/v1/admin/cache/entries/{key}", read(cache::entry)),
        ("/api/v1/admin/cache/stats", read(cache::stats)),
        ("/health/live", search(health::live)),
        ("/health/ready", search(health::ready)),
        ("/openapi.json", search(docs::openapi)),
        ("/docs", search(docs::to_explorer)),
        ("/docs/{file:.*}", search(docs::explorer)),
        ("/problems/{type}", search(docs::problem)),
    ]
}

/// Answers `HEAD` wherever `GET` is (RFC 9110, 9.3.2); the server leaves the body out. The handler reads the query itself, or
/// takes no notice of it.
fn search<Args: FromRequest + 'static>(
    handler: impl Handler<Args, Output: Responder + 'static>,
) -> Vec<Route> {
    vec![web::get().to(handler.clone()), web::head().to(handler)]
}

fn read<Args: FromRequest + 'static>(handler: impl Handler<Args, Output: Responder + 'static>) -> Vec<Route> {
    search(Unqueried(handler))
}

fn post<Args: FromRequest + 'static>(handler: impl Handler<Args, Output: Responder + 'static>) -> Route {
    web::post().to(Unqueried(handler))
}

fn patch<Args: FromRequest + 'static>(handler: impl Handler<Args, Output: Responder + 'static>) -> Route {
    web::patch().to(Unqueried(handler))
}

fn delete<Args: FromRequest + 'static>(handler: impl Handler<Args, Output: Responder + 'static>) -> Route {
    web::delete().to(Unqueried(handler))
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
