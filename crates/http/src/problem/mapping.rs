//! The one place that turns what the domain and the accounts say no to into problems. No `match` here has a wildcard
//! arm: a new reason does not compile until somebody has decided what its client reads.

use super::{Fault, Place, Problem, kinds};
use actix_web::http::header::{self, HeaderValue};
use auth::{
    AccountError, AuthenticationError, Guessable, MessageError, PasswordError, SignInError, SignUpError,
    TokenError,
};
use domain::cart::{CartError, CartFull};
use domain::catalog::CatalogError;
use domain::idempotency::KeyError;
use domain::inspection::InspectionError;
use domain::order::{ActError, PlaceError, ShortLine};
use domain::webhook::WebhookError;
use domain::{RepositoryError, Version};
use serde_json::json;
use std::time::Duration;

/// How long a client waits before it asks a shop again whose database, or cache, is away.
const OUTAGE: Duration = Duration::from_secs(2);
/// How long a client waits after a collision.
const COLLISION: Duration = Duration::from_secs(1);

impl From<RepositoryError> for Problem {
    fn from(error: RepositoryError) -> Self {
        let problem = match &error {
            RepositoryError::Unavailable(_) => {
                Self::new(&kinds::UNAVAILABLE, "The database cannot be reached.").retry_after(OUTAGE)
            }
            RepositoryError::Contention(_) => {
                Self::new(&kinds::UNAVAILABLE, "Too many requests want to change the same thing at once.")
                    .retry_after(COLLISION)
            }
            RepositoryError::OutcomeUnknown(_) => {
                Self::new(&kinds::OUTCOME_UNKNOWN, "It may or may not have been done.").retry_after(OUTAGE)
            }
            RepositoryError::Unexpected(_) => {
                Self::new(&kinds::INTERNAL_ERROR, "Something broke in the shop.")
            }
        };
        problem.because(error)
    }
}

impl From<AuthenticationError> for Problem {
    fn from(error: AuthenticationError) -> Self {
        match error {
            AuthenticationError::InvalidToken(reason) => {
                refused_token("The token is not valid.").because(reason)
            }
            AuthenticationError::SessionEnded => refused_token("The session has ended."),
            AuthenticationError::Repository(error) => error.into(),
        }
    }
}

impl From<SignUpError> for Problem {
    fn from(error: SignUpError) -> Self {
        match error {
            SignUpError::EmailTaken => {
                Self::new(&kinds::EMAIL_TAKEN, "Somebody has signed up with this address.")
                    .member("errors", [at("/email", "has an account already")])
            }
            SignUpError::Guessable(guessable) => refused_password("/password", &guessable),
            SignUpError::Throttled { retry_after } => throttled(retry_after),
            SignUpError::Repository(error) => error.into(),
        }
    }
}

impl From<SignInError> for Problem {
    fn from(error: SignInError) -> Self {
        match error {
            SignInError::Refused => {
                Self::new(&kinds::WRONG_CREDENTIALS, "No account has this address and this password.")
                    .header(header::WWW_AUTHENTICATE, HeaderValue::from_static(CHALLENGE))
            }
            SignInError::Throttled { retry_after } => throttled(retry_after),
            SignInError::Repository(error) => error.into(),
        }
    }
}

impl From<AccountError> for Problem {
    fn from(error: AccountError) -> Self {
        match error {
            AccountError::NotFound => Self::new(&kinds::NOT_FOUND, "There is no such account or session."),
            AccountError::Repository(error) => error.into(),
        }
    }
}

impl From<PasswordError> for Problem {
    fn from(error: PasswordError) -> Self {
        match error {
            PasswordError::Wrong => Self::new(&kinds::WRONG_PASSWORD, "The password stays as it is.")
                .member("errors", [at("/currentPassword", "is not the current password")]),
            PasswordError::Guessable(guessable) => refused_password("/newPassword", &guessable),
            PasswordError::Throttled { retry_after } => throttled(retry_after),
            PasswordError::Repository(error) => error.into(),
        }
    }
}

impl From<MessageError> for Problem {
    fn from(error: MessageError) -> Self {
        match error {
            MessageError::Throttled { retry_after } => throttled(retry_after),
            MessageError::Repository(error) => error.into(),
        }
    }
}

impl From<TokenError> for Problem {
    fn from(error: TokenError) -> Self {
        match error {
            TokenError::Unusable => Self::new(&kinds::UNUSABLE_TOKEN, "Nothing was changed.")
                .member("errors", [at("/token", "is no token of a message that can be used")]),
            TokenError::Guessable(guessable) => refused_password("/newPassword", &guessable),
            TokenError::Throttled { retry_after } => throttled(retry_after),
            TokenError::Repository(error) => error.into(),
        }
    }
}

impl From<CatalogError> for Problem {
    fn from(error: CatalogError) -> Self {
        match error {
            CatalogError::NotFound => Self::new(&kinds::NOT_FOUND, "There is no such product or variant."),
            CatalogError::Stale { current } => stale(current, "The product was edited meanwhile."),
            CatalogError::SlugTaken(slug) => {
                Self::new(&kinds::SLUG_TAKEN, format!("Another product has the slug {slug}."))
                    .member("errors", [at("/slug", "is taken")])
            }
            CatalogError::SkuTaken(sku) => {
                Self::new(&kinds::SKU_TAKEN, format!("Another variant has the sku {sku}.")).member("sku", sku)
            }
            CatalogError::CategoryClash { existing } => Self::new(
                &kinds::CATEGORY_CLASH,
                format!("The category {existing} would have the same address."),
            )
            .member("existing", existing.as_str()),
            CatalogError::NotSimple => {
                Self::new(&kinds::NOT_SIMPLE, "Its price and sku belong to its variants.")
            }
            CatalogError::LastVariant => Self::new(&kinds::LAST_VARIANT, "It is the last one that is sold."),
            CatalogError::TooManyVariants => {
                Self::new(&kinds::TOO_MANY_VARIANTS, "The product cannot have one more.")
            }
            CatalogError::StockConflict { on_hand } => {
                Self::new(&kinds::STOCK_CONFLICT, format!("There are {on_hand} on hand."))
                    .member("onHand", on_hand)
            }
            CatalogError::Key(error) => error.into(),
            CatalogError::Repository(error) => error.into(),
        }
    }
}

impl From<CartError> for Problem {
    fn from(error: CartError) -> Self {
        match error {
            CartError::NoSuchThing => {
                Self::new(&kinds::NOT_FOUND, "Nothing that is on sale answers to that.")
            }
            CartError::NoSuchLine => Self::new(&kinds::NOT_FOUND, "The cart has no line of this variant."),
            CartError::VariantRequired { choices } => {
                Self::new(&kinds::VARIANT_REQUIRED, "One of its variants must be chosen.")
                    .member("variants", choices)
            }
            CartError::OutOfStock { sku, requested, available } => {
                out_of_stock(&[ShortLine { sku, requested, available }])
            }
            CartError::Full(CartFull::Lines) => {
                Self::new(&kinds::CART_FULL, "The cart has 100 lines already.")
            }
            CartError::Full(CartFull::Quantity) => {
                Self::new(&kinds::CART_FULL, "The cart would hold more than 999 of it.")
            }
            CartError::Throttled { retry_after } => throttled(retry_after),
            CartError::Stale { current } => stale(current, "The cart was changed meanwhile."),
            CartError::Repository(error) => error.into(),
        }
    }
}

impl From<PlaceError> for Problem {
    fn from(error: PlaceError) -> Self {
        match error {
            PlaceError::EmptyCart => Self::new(&kinds::EMPTY_CART, "There is nothing to order."),
            PlaceError::OutOfStock { lines } => out_of_stock(&lines),
            PlaceError::PriceChanged { actual } => {
                Self::new(&kinds::PRICE_CHANGED, format!("The order would cost {actual} now."))
                    .member("total", actual.view())
            }
            PlaceError::Key(error) => error.into(),
            PlaceError::Repository(error) => error.into(),
        }
    }
}

impl From<ActError> for Problem {
    fn from(error: ActError) -> Self {
        match error {
            ActError::NoSuchOrder => Self::new(&kinds::NOT_FOUND, "There is no such order."),
            ActError::NotAllowed { action, allowed } => {
                let detail = format!("Where the order stands, `{}` is not allowed.", action.as_str());
                Self::new(&kinds::ACTION_NOT_ALLOWED, detail).member("allowedActions", allowed)
            }
            ActError::Key(error) => error.into(),
            ActError::Repository(error) => error.into(),
        }
    }
}

impl From<KeyError> for Problem {
    fn from(error: KeyError) -> Self {
        match error {
            KeyError::Reused => {
                Self::new(&kinds::IDEMPOTENCY_KEY_REUSED, "Another request was answered under this key.")
            }
            KeyError::InFlight => {
                Self::new(&kinds::IDEMPOTENCY_KEY_IN_USE, "A request with this key is under way.")
                    .retry_after(COLLISION)
            }
        }
    }
}

impl From<WebhookError> for Problem {
    fn from(error: WebhookError) -> Self {
        match error {
            WebhookError::NotFound => {
                Self::new(&kinds::NOT_FOUND, "There is no such endpoint, or it has no such delivery.")
            }
            WebhookError::Target(refusal) => {
                let place = Place::Pointer("/url".to_owned());
                Self::invalid(&[Fault { place, detail: refusal.to_string().into() }])
            }
            WebhookError::TooMany => {
                Self::new(&kinds::TOO_MANY_WEBHOOKS, "There is no room for another one.")
            }
            WebhookError::Repository(error) => error.into(),
        }
    }
}

impl From<InspectionError> for Problem {
    fn from(error: InspectionError) -> Self {
        match &error {
            InspectionError::Cursor => {
                let place = Place::Parameter("cursor".to_owned());
                Self::invalid(&[Fault { place, detail: "must be a `nextCursor` of this very list".into() }])
            }
            InspectionError::Unavailable(_) => Self::new(&kinds::UNAVAILABLE, "The cache does not answer.")
                .retry_after(OUTAGE)
                .because(error),
        }
    }
}

/// How a client without a token is told to get one (RFC 6750, 3).
const CHALLENGE: &str = r#"Bearer realm="shop""#;

impl Problem {
    /// Asks for a token.
    pub(crate) fn anonymous() -> Self {
        let detail = "This needs an account: sign in, or sign up first, and send the bearer token.";
        Self::new(&kinds::AUTHENTICATION_REQUIRED, detail)
            .header(header::WWW_AUTHENTICATE, HeaderValue::from_static(CHALLENGE))
    }

    /// Refuses somebody who is known and may not do it.
    pub(crate) fn forbidden() -> Self {
        let challenge = HeaderValue::from_static(r#"Bearer realm="shop", error="insufficient_scope""#);
        Self::new(&kinds::FORBIDDEN, "This account may not do that.")
            .header(header::WWW_AUTHENTICATE, challenge)
    }
}

/// Refuses a token, by RFC 6750's `invalid_token`, which covers expired and revoked ones.
pub(super) fn refused_token(detail: &'static str) -> Problem {
    let challenge = HeaderValue::from_static(r#"Bearer realm="shop", error="invalid_token""#);
    Problem::new(&kinds::INVALID_TOKEN, detail).header(header::WWW_AUTHENTICATE, challenge)
}

fn throttled(retry_after: Duration) -> Problem {
    Problem::new(&kinds::TOO_MANY_REQUESTS, "There were too many tries.").retry_after(retry_after)
}

fn refused_password(pointer: &str, guessable: &Guessable) -> Problem {
    let place = Place::Pointer(pointer.to_owned());
    Problem::invalid(&[Fault { place, detail: guessable.to_string().into() }])
}

fn stale(current: Version, detail: &'static str) -> Problem {
    Problem::new(&kinds::PRECONDITION_FAILED, detail).member("version", current)
}

fn out_of_stock(short: &[ShortLine]) -> Problem {
    let line = |short: &ShortLine| json!({ "sku": short.sku, "requested": short.requested, "available": short.available });
    let detail = match short {
        [one] => format!("There are {} of {}.", one.available, one.sku),
        many => format!("There is too little of {} lines.", many.len()),
    };
    Problem::new(&kinds::OUT_OF_STOCK, detail).member("lines", short.iter().map(line).collect::<Vec<_>>())
}

fn at(pointer: &str, detail: &'static str) -> Fault {
    Fault { place: Place::Pointer(pointer.to_owned()), detail: detail.into() }
}
