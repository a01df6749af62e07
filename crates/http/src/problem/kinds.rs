//! Every kind of problem that the program can answer, each with the page that its `type` leads to. A kind, once
//! published, keeps its name and its status.

use actix_web::http::StatusCode;

/// A kind of problem.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Kind {
    /// The last part of its `type`.
    pub(crate) slug: &'static str,
    /// The status that it is answered with.
    pub(crate) status: StatusCode,
    /// What it is called; the same every time.
    pub(crate) title: &'static str,
    /// What the client can do about it.
    pub(crate) advice: &'static str,
}

impl Kind {
    /// Returns the `type`: the address of the page about this kind, relative to the shop.
    pub(crate) fn uri(&self) -> String {
        format!("/problems/{}", self.slug)
    }

    /// Returns the kind of this name.
    pub(crate) fn named(slug: &str) -> Option<&'static Self> {
        ALL.iter().copied().find(|kind| kind.slug == slug)
    }
}

macro_rules! declare {
    ($($name:ident = $slug:literal, $status:ident, $title:literal, $advice:literal;)*) => {
        $(
            #[doc = $title]
            pub(crate) static $name: Kind =
                Kind { slug: $slug, status: StatusCode::$status, title: $title, advice: $advice };
        )*

        /// All of them.
        pub(crate) static ALL: &[&Kind] = &[$(&$name),*];
    };
}

declare! {
    MALFORMED_REQUEST = "malformed-request", BAD_REQUEST, "The request cannot be read",
        "The body is not JSON, or the query or a header field is not written as HTTP asks. Correct the request; sending it again unchanged will fail again.";
    AUTHENTICATION_REQUIRED = "authentication-required", UNAUTHORIZED, "Sign in first",
        "Get a token from POST /api/v1/auth/signin and send it as `Authorization: Bearer <token>`. Without an account, sign \
         up first: POST /api/v1/auth/signup. A guest's cart comes along where its `X-Cart-Token` is sent when signing in.";
    INVALID_TOKEN = "invalid-token", UNAUTHORIZED, "The token is not accepted",
        "The token is malformed, has expired, or its session has ended. Sign in again.";
    WRONG_CREDENTIALS = "wrong-credentials", UNAUTHORIZED, "The e-mail address or the password is wrong",
        "Check both. An account that was shut out is answered the same way.";
    FORBIDDEN = "forbidden", FORBIDDEN, "Not allowed",
        "The account may not do this; staff may. Signing in again as the same account changes nothing.";
    NOT_FOUND = "not-found", NOT_FOUND, "There is no such thing",
        "It does not exist, is not on sale any more, or belongs to somebody else.";
    UNKNOWN_ROUTE = "unknown-route", NOT_FOUND, "There is no such address",
        "See /openapi.json or /docs for every address that is answered.";
    METHOD_NOT_ALLOWED = "method-not-allowed", METHOD_NOT_ALLOWED, "The method is not allowed here",
        "The `Allow` header field lists the methods that are.";
    TIMED_OUT = "request-timeout", REQUEST_TIMEOUT, "The request took too long to arrive",
        "Send the whole body without long pauses.";
    EMAIL_TAKEN = "email-taken", CONFLICT, "The e-mail address has an account",
        "Sign in with it, or sign up with another address.";
    VARIANT_REQUIRED = "variant-required", CONFLICT, "The product has several variants",
        "Name one of `variants` as `variantId`, or a `sku`.";
    OUT_OF_STOCK = "out-of-stock", CONFLICT, "There is less in stock than that",
        "`lines` names what was wanted and what there is. Ask for less.";
    CART_FULL = "cart-full", CONFLICT, "The cart cannot hold that",
        "A cart holds at most 100 lines and 999 units of each.";
    EMPTY_CART = "empty-cart", CONFLICT, "The cart is empty",
        "Put something into the cart with POST /api/v1/cart/items, then order.";
    PRICE_CHANGED = "price-changed", CONFLICT, "The total has changed",
        "Look at the cart again. `total` is what the order would cost now; send it as `expectedTotal` to agree.";
    ACTION_NOT_ALLOWED = "action-not-allowed", CONFLICT, "The order does not allow that any more",
        "`allowedActions` lists what can be done to the order now.";
    IDEMPOTENCY_KEY_IN_USE = "idempotency-key-in-use", CONFLICT, "The same request is under way",
        "Send it again, with the same key, after `Retry-After`.";
    IDEMPOTENCY_KEY_REUSED = "idempotency-key-reused", UNPROCESSABLE_ENTITY, "The key belongs to another request",
        "A key stands for one method, path and body. Choose a new one for a new request; a UUID will do.";
    TOO_MANY_WEBHOOKS = "too-many-webhooks", CONFLICT, "The shop has as many endpoints as it can",
        "A shop sends to at most 32 endpoints. Delete one that is not needed any more.";
    SLUG_TAKEN = "slug-taken", CONFLICT, "Another product has the slug",
        "Choose another slug, or leave it out on creation and get a free one.";
    SKU_TAKEN = "sku-taken", CONFLICT, "Another variant has the sku",
        "Stock keeping units are never used twice; those of archived variants stay taken.";
    CATEGORY_CLASH = "category-clash", CONFLICT, "The category's name is too much like another one's",
        "Use the name in `existing`, or one that differs in more than case and punctuation.";
    NOT_SIMPLE = "not-simple", CONFLICT, "The product has several variants",
        "Change price and sku of the variant: PATCH /api/v1/products/{id}/variants/{variantId}.";
    LAST_VARIANT = "last-variant", CONFLICT, "A product keeps a variant that is sold",
        "Archive the product instead, or add another variant first.";
    TOO_MANY_VARIANTS = "too-many-variants", CONFLICT, "The product has too many variants",
        "A product has at most 100 variants, archived ones included.";
    STOCK_CONFLICT = "stock-conflict", CONFLICT, "The count is not what was expected",
        "`onHand` is the count now. It cannot fall below 0, and `expected` must equal it.";
    PRECONDITION_FAILED = "precondition-failed", PRECONDITION_FAILED, "It has changed meanwhile",
        "Read it again, decide again, and send the new `ETag` as `If-Match`. `version` is the one that it has.";
    PRECONDITION_REQUIRED = "precondition-required", PRECONDITION_REQUIRED, "Say which version you saw",
        "Send the `ETag` of your last read as `If-Match`, so that no edit of somebody else is lost.";
    TOO_LARGE = "too-large", PAYLOAD_TOO_LARGE, "The body is too large",
        "A body has at most 64 KiB.";
    UNSUPPORTED_MEDIA_TYPE = "unsupported-media-type", UNSUPPORTED_MEDIA_TYPE, "The body is not sent as JSON",
        "Send `Content-Type: application/json` and no `Content-Encoding`.";
    VALIDATION_FAILED = "validation-failed", UNPROCESSABLE_ENTITY, "The request is not valid",
        "`errors` names everything that is wrong: by `pointer` in the body, `parameter` in the query, or `header`.";
    WRONG_PASSWORD = "wrong-password", UNPROCESSABLE_ENTITY, "The current password is wrong",
        "Send the password that you sign in with as `currentPassword`.";
    UNUSABLE_TOKEN = "unusable-token", UNPROCESSABLE_ENTITY, "The token of the message cannot be used",
        "It was used, it is over, or a newer message took its place. Ask for another one: POST /api/v1/auth/forgot-password, or POST /api/v1/me/verification.";
    TOO_MANY_REQUESTS = "too-many-requests", TOO_MANY_REQUESTS, "Too many tries",
        "Wait as long as `Retry-After` says.";
    INTERNAL_ERROR = "internal-error", INTERNAL_SERVER_ERROR, "Something broke in the shop",
        "It is not your fault. Report the `requestId`.";
    UNAVAILABLE = "unavailable", SERVICE_UNAVAILABLE, "The shop cannot answer right now",
        "Nothing was changed. Try again after `Retry-After`.";
    OUTCOME_UNKNOWN = "outcome-unknown", SERVICE_UNAVAILABLE, "Nobody can tell whether it was done",
        "The connection to the database was lost meanwhile. With an `Idempotency-Key`, send the request again; without one, look before you do.";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_a_name_of_its_own_and_says_what_to_do() {
        for kind in ALL {
            assert_eq!(ALL.iter().filter(|other| other.slug == kind.slug).count(), 1, "{}", kind.slug);
            assert_eq!(Kind::named(kind.slug), Some(*kind));
            assert!(kind.slug.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'), "{}", kind.slug);
            assert!(kind.status.is_client_error() || kind.status.is_server_error());
            assert!(!kind.title.is_empty() && kind.advice.ends_with('.'), "{}", kind.slug);
        }
    }
}
