//! Accounts and sessions.

use crate::entity::{session, user};
use crate::error::corrupt;
use domain::account::{Credentials, EmailAddress, PasswordHash, PersonName, Role, Session, User};
use domain::{RepositoryError, SessionId, UserId};

pub(crate) fn user(row: &user::Model) -> Result<User, RepositoryError> {
    Ok(User {
        id: UserId(row.id),
        name: PersonName::parse(&row.name).map_err(corrupt("users.name"))?,
        email: EmailAddress::parse(&row.email).map_err(corrupt("users.email"))?,
        email_verified_at: row.email_verified_at,
        role: Role::parse(&row.role).map_err(corrupt("users.role"))?,
        disabled: row.disabled,
        created_at: row.created_at,
    })
}

pub(crate) fn credentials(row: user::Model) -> Result<Credentials, RepositoryError> {
    Ok(Credentials { user: user(&row)?, password: PasswordHash(row.password_hash) })
}

pub(crate) fn session(row: session::Model) -> Result<Session, RepositoryError> {
    Ok(Session {
        id: SessionId::parse(&row.id).map_err(corrupt("sessions.id"))?,
        user: UserId(row.user_id),
        created_at: row.created_at,
        last_seen_at: row.last_seen_at,
        expires_at: row.expires_at,
        user_agent: row.user_agent,
        address: row.address,
    })
}
