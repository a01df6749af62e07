//! The one error that every repository speaks: what went wrong with the store, never what the shop thinks of it.

use thiserror::Error;

/// A store could not do what it was asked.
///
/// The text of each variant is for the log; clients are told no more than the variant.
#[derive(Clone, Debug, Error)]
pub enum RepositoryError {
    /// The database cannot be reached or has no connection to give; nothing was changed.
    #[error("the database is unavailable: {0}")]
    Unavailable(String),
    /// Two transactions got in each other's way (SQLSTATE 40001, 40P01, 55P03, `SQLITE_BUSY`); nothing was changed and
    /// trying again is right.
    #[error("transactions collided: {0}")]
    Contention(String),
    /// The connection or the deadline was lost while the commit was under way; it may or may not have happened.
    #[error("the outcome of the commit is unknown: {0}")]
    OutcomeUnknown(String),
    /// The database refused a statement or holds something that cannot be read: a defect, not the caller's fault.
    #[error("the database answered something unexpected: {0}")]
    Unexpected(String),
}

/// Tells whether an error is worth another attempt of the whole unit of work.
pub trait Contention {
    /// Is true when nothing was changed and the collision may be gone by now.
    fn is_contention(&self) -> bool;
}

impl Contention for RepositoryError {
    fn is_contention(&self) -> bool {
        matches!(self, Self::Contention(_))
    }
}

/// Implements [`Contention`] for error enums whose store failures sit in a `Repository` variant.
#[macro_export]
macro_rules! contention_through_repository {
    ($($error:ty),* $(,)?) => {$(
        impl $crate::Contention for $error {
            fn is_contention(&self) -> bool {
                matches!(self, Self::Repository(error) if $crate::Contention::is_contention(error))
            }
        }
    )*};
}
