//! The OpenAPI 3.1 document, made from the handlers. What an operation answers because of what it takes (a body, a token,
//! a precondition) is added here, once for all of them, so that no handler can forget it.

mod consequences;
mod forms;
mod problem_schema;

use crate::handlers::{
    admin, auth, cache, cart, categories, desk, docs, health, me, orders, products, recovery, sessions,
    stock, variants, webhooks,
};
use consequences::Consequences;
use forms::Forms;
use std::sync::LazyLock;
use utoipa::openapi::OpenApi as Document;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};

/// The document's text, as it is served.
pub(crate) static DOCUMENT: LazyLock<String> = LazyLock::new(document);

/// Returns the OpenAPI document as indented JSON with a line break at its end.
///
/// # Panics
/// Never: the document is a plain structure, which JSON can hold.
pub fn document() -> String {
    let mut json = Api::openapi().to_pretty_json().expect("a document is plain JSON");
    json.push('\n');
    json
}

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Tradepost",
        description = "A shop: accounts, catalogue, carts and orders. Every answer says which store it came from, every \
                       failure is a problem (RFC 9457).",
        license(name = "Apache-2.0", identifier = "Apache-2.0")
    ),
    tags(
        (name = "accounts", description = "Signing up, in and out; the own account."),
        (name = "catalogue", description = "Products, variants, stock and categories."),
        (name = "cart", description = "The own cart."),
        (name = "orders", description = "The own orders."),
        (name = "administration", description = "Everybody's orders and accounts; for staff."),
        (name = "webhooks", description = "What happens in the shop, sent to other programs; for staff."),
        (name = "operations", description = "Health, documentation, and a look into the cache."),
    ),
    paths(
        auth::sign_up,
        auth::sign_in,
        auth::sign_out,
        auth::sign_out_all,
        sessions::list,
        sessions::end,
        recovery::forget_password,
        recovery::reset_password,
        recovery::verify_email,
        recovery::ask_verification,
        me::show,
        me::change,
        me::change_password,
        products::list::handle,
        products::create::handle,
        products::show::handle,
        products::change::handle,
        products::archive::handle,
        variants::add,
        variants::change,
        variants::archive,
        stock::change,
        categories::list,
        cart::show,
        cart::clear,
        cart::add,
        cart::set,
        cart::remove,
        orders::list,
        orders::place,
        orders::show,
        orders::cancel,
        desk::list,
        desk::show,
        desk::act,
        admin::change_user,
        webhooks::endpoints::list,
        webhooks::endpoints::create,
        webhooks::endpoints::show,
        webhooks::endpoints::change,
        webhooks::endpoints::remove,
        webhooks::secrets::show,
        webhooks::secrets::rotate,
        webhooks::deliveries::list,
        webhooks::deliveries::replay,
        cache::keys,
        cache::entry,
        cache::stats,
        health::live,
        health::ready,
        docs::openapi,
        docs::problem,
    ),
    components(schemas(problem_schema::ProblemDetails)),
    modifiers(&BearerScheme, &Forms, &Consequences)
)]
struct Api;

/// Declares how tokens are sent.
struct BearerScheme;

impl Modify for BearerScheme {
    fn modify(&self, document: &mut Document) {
        let scheme = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .bearer_format("JWT")
            .description(Some(
                "The token of `POST /api/v1/auth/signin`. The scope `staff` stands for the role.",
            ))
            .build();
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("bearer", SecurityScheme::Http(scheme));
    }
}
