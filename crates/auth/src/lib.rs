//! Who may act: passwords, tokens, sessions, permissions and throttling. Knows the domain's ports and neither HTTP nor SQL
//! nor Redis.

mod accounts;
mod actor;
mod hashing;
mod idle;
mod limiter;
mod local;
mod new_password;
mod permission;
mod post;
mod recovery;
mod secret;
mod service;
mod session;
mod throttle;
mod token;

pub use accounts::{Accounts, AccountsOptions, StaffError};
pub use actor::{Actor, AuthenticationError, Authenticator, VerifiedToken};
pub use domain::Client;
pub use hashing::{BcryptCost, PasswordOptions, Passwords};
pub use idle::IdleLimit;
pub use local::LocalThrottle;
pub use new_password::{Guessable, NewPassword};
pub use permission::{InspectCache, ManageAccounts, ManageCatalog, ManageOrders, ManageWebhooks, Permission};
pub use post::{Errands, Pages, Postbox, Postman, PostmanOptions};
pub use recovery::{MessageError, RecoveryService, TokenError, Verification};
pub use secret::{AuthSecret, Pepper};
pub use service::{
    AccountError, AccountPatch, AccountService, Password, PasswordError, ProfilePatch, SignIn, SignInError,
    SignUp, SignUpError, SignedIn,
};
pub use session::{Sessions, SessionsOptions};
pub use throttle::ThrottleLimits;
pub use token::{KeyFacts, KeyRing, Tokens, TooSoon};
