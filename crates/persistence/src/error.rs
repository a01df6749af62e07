//! The one place where SeaORM's errors become the domain's. It decides what is worth another attempt, what is an outage,
//! and when nobody can know whether a commit happened.

use domain::{Invalid, RepositoryError};
use sea_orm::sqlx::Error as SqlxError;
use sea_orm::{DbErr, RuntimeErr, SqlErr};

/// Translates an error of anything but a commit: nothing was changed.
#[expect(clippy::needless_pass_by_value, reason = "it is passed to map_err by name")]
pub(crate) fn store(error: DbErr) -> RepositoryError {
    let text = error.to_string();
    match &error {
        DbErr::ConnectionAcquire(_) | DbErr::Conn(_) => RepositoryError::Unavailable(text),
        DbErr::Exec(RuntimeErr::SqlxError(cause)) | DbErr::Query(RuntimeErr::SqlxError(cause)) => {
            match cause.as_ref() {
                SqlxError::Database(refusal) => refused(refusal.code().as_deref().unwrap_or_default(), text),
                SqlxError::Io(_)
                | SqlxError::Tls(_)
                | SqlxError::Protocol(_)
                | SqlxError::PoolTimedOut
                | SqlxError::PoolClosed
                | SqlxError::WorkerCrashed
                | SqlxError::BeginFailed => RepositoryError::Unavailable(text),
                _ => RepositoryError::Unexpected(text),
            }
        }
        _ => RepositoryError::Unexpected(text),
    }
}

/// Translates an error of a commit: a connection that breaks here leaves the outcome open.
pub(crate) fn commit(error: DbErr) -> RepositoryError {
    match store(error) {
        RepositoryError::Unavailable(text) => RepositoryError::OutcomeUnknown(text),
        known => known,
    }
}

/// Tells whether a statement was refused because a unique value is taken.
pub(crate) fn is_taken(error: &DbErr) -> bool {
    matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_)))
}

/// Tells whether a statement gave up waiting for a lock (`lock_not_available`).
pub(crate) fn is_lock_timeout(error: &DbErr) -> bool {
    let (DbErr::Exec(RuntimeErr::SqlxError(cause)) | DbErr::Query(RuntimeErr::SqlxError(cause))) = error
    else {
        return false;
    };
    matches!(cause.as_ref(), SqlxError::Database(refusal) if refusal.code().as_deref() == Some("55P03"))
}

/// Reports a stored value that is none of the domain's.
pub(crate) fn corrupt(column: &'static str) -> impl FnOnce(Invalid) -> RepositoryError {
    move |reason| RepositoryError::Unexpected(format!("{column} holds a value that {reason}"))
}

/// Translates what the database answered: an SQLSTATE of five characters (PostgreSQL, appendix A), or SQLite's result
/// code as a number, whose low byte is the primary one.
fn refused(code: &str, text: String) -> RepositoryError {
    let primary = code.parse::<u32>().ok().filter(|_| code.len() < 5).map(|code| code & 0xff);
    match (code, primary) {
        // serialization_failure, deadlock_detected, lock_not_available; SQLITE_BUSY, SQLITE_LOCKED
        ("40001" | "40P01" | "55P03", _) | (_, Some(5 | 6)) => RepositoryError::Contention(text),
        // query_canceled by statement_timeout, idle_in_transaction_session_timeout; SQLITE_IOERR, SQLITE_FULL,
        // SQLITE_CANTOPEN
        ("57014" | "25P03", _) | (_, Some(10 | 13 | 14)) => RepositoryError::Unavailable(text),
        // connection exceptions, insufficient resources, operator intervention
        _ if ["08", "53", "57P"].iter().any(|class| code.starts_with(class)) => {
            RepositoryError::Unavailable(text)
        }
        _ => RepositoryError::Unexpected(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(error: &RepositoryError) -> &'static str {
        match error {
            RepositoryError::Unavailable(_) => "unavailable",
            RepositoryError::Contention(_) => "contention",
            RepositoryError::OutcomeUnknown(_) => "unknown",
            RepositoryError::Unexpected(_) => "unexpected",
        }
    }

    #[test]
    fn codes_of_both_databases_are_told_apart() {
        for (code, expected) in [
            ("40001", "contention"),
            ("40P01", "contention"),
            ("55P03", "contention"),
            ("5", "contention"),   // SQLITE_BUSY
            ("517", "contention"), // SQLITE_BUSY_SNAPSHOT
            ("6", "contention"),   // SQLITE_LOCKED
            ("57014", "unavailable"),
            ("57P01", "unavailable"),
            ("53300", "unavailable"),
            ("08006", "unavailable"),
            ("13", "unavailable"), // SQLITE_FULL
            ("23514", "unexpected"),
            ("275", "unexpected"), // SQLITE_CONSTRAINT_CHECK
            ("22003", "unexpected"),
            ("", "unexpected"),
        ] {
            assert_eq!(kind(&refused(code, String::new())), expected, "{code}");
        }
    }

    #[test]
    fn only_a_commit_leaves_the_outcome_open() {
        let broken = || {
            let cause = SqlxError::Io(std::io::ErrorKind::ConnectionReset.into());
            DbErr::Query(RuntimeErr::SqlxError(cause.into()))
        };
        assert_eq!([kind(&store(broken())), kind(&commit(broken()))], ["unavailable", "unknown"]);
        let refused = || DbErr::Custom("no".to_owned());
        assert_eq!([kind(&store(refused())), kind(&commit(refused()))], ["unexpected", "unexpected"]);
    }
}
