//! `If-Match` (RFC 9110, 13.1.1): the proof that whoever edits a thing says which version of it they saw. Only the version
//! in a tag counts, because what else a representation shows (stock, say) may move without being edited.

use crate::entity_tag::{EntityTag, Listed};
use crate::problem::{Fault, Place, Problem, kinds};
use actix_web::dev::Payload;
use actix_web::http::header::IF_MATCH;
use actix_web::{FromRequest, HttpRequest};
use domain::Version;
use domain::cart::CartError;
use domain::catalog::CatalogError;
use std::future::{Future, Ready, ready};

/// A version that nothing has: what a client means whose field has no tag of ours.
const UNHEARD_OF: Version = Version(-1);

/// The versions that an edit may be based on.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Precondition {
    /// Any version, as long as there is something to edit.
    Any,
    /// One of these.
    OneOf(Vec<Version>),
}

/// `If-Match` that must be there.
pub(crate) struct IfMatch(pub(crate) Precondition);

/// `If-Match` that may be there; [`Precondition::Any`] where it is not.
pub(crate) struct MaybeIfMatch(pub(crate) Precondition);

/// A refusal that may be about the version.
pub(crate) trait StaleVersion {
    /// Returns the version that the thing has, when that was the reason.
    fn stale(&self) -> Option<Version>;
}

impl Precondition {
    /// Runs an edit that insists on the version that it is given, if any. Where the client allows several, the refusal tells
    /// the current one, and the edit is tried again with that; the store alone decides.
    pub(crate) async fn enforce<T, E: StaleVersion, F>(
        &self,
        edit: impl Fn(Option<Version>) -> F,
    ) -> Result<T, E>
    where
        F: Future<Output = Result<T, E>>,
    {
        let Self::OneOf(versions) = self else { return edit(None).await };
        let mut meant = versions.first().copied().unwrap_or(UNHEARD_OF);
        loop {
            let outcome = edit(Some(meant)).await;
            let current = outcome.as_ref().err().and_then(StaleVersion::stale);
            // Versions only grow, so that this ends.
            match current.filter(|current| *current != meant && versions.contains(current)) {
                Some(current) => meant = current,
                None => return outcome,
            }
        }
    }

    /// Reads the field; `None` where it is absent.
    fn of(request: &HttpRequest) -> Result<Option<Self>, Problem> {
        let listed = Listed::of(request.headers(), IF_MATCH).map_err(|_| {
            let detail = "must be entity tags in quotes, or *".into();
            Problem::new(&kinds::MALFORMED_REQUEST, "The If-Match header field cannot be read.")
                .member("errors", [Fault { place: Place::Header("If-Match"), detail }])
        })?;
        Ok(listed.map(|listed| match listed {
            Listed::Any => Self::Any,
            Listed::Tags(tags) => Self::OneOf(tags.iter().filter_map(EntityTag::version).collect()),
        }))
    }
}

impl FromRequest for IfMatch {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let required = || {
            let detail = "is required: the ETag of your last read".into();
            Problem::new(&kinds::PRECONDITION_REQUIRED, "If-Match is missing.")
                .member("errors", [Fault { place: Place::Header("If-Match"), detail }])
        };
        ready(Precondition::of(request).and_then(|given| given.map(Self).ok_or_else(required)))
    }
}

impl FromRequest for MaybeIfMatch {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Precondition::of(request).map(|given| Self(given.unwrap_or(Precondition::Any))))
    }
}

impl StaleVersion for CatalogError {
    fn stale(&self) -> Option<Version> {
        match self {
            Self::Stale { current } => Some(*current),
            _ => None,
        }
    }
}

impl StaleVersion for CartError {
    fn stale(&self) -> Option<Version> {
        match self {
            Self::Stale { current } => Some(*current),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::RefCell;

    async fn edit(precondition: &Precondition, current: Version) -> (bool, Vec<Option<Version>>) {
        let asked = RefCell::new(Vec::new());
        let outcome = precondition
            .enforce(|version| {
                asked.borrow_mut().push(version);
                let allowed = version.is_none_or(|version| version == current);
                let outcome = if allowed { Ok(()) } else { Err(CatalogError::Stale { current }) };
                async move { outcome }
            })
            .await;
        (outcome.is_ok(), asked.into_inner())
    }

    #[actix_web::test]
    async fn one_version_is_asked_for_once() {
        let seen = Precondition::OneOf(vec![Version(3)]);
        assert_eq!(edit(&seen, Version(3)).await, (true, vec![Some(Version(3))]));
        assert_eq!(edit(&seen, Version(4)).await, (false, vec![Some(Version(3))]));
    }

    #[actix_web::test]
    async fn one_of_several_versions_follows_the_current_one_and_any_is_none_in_particular() {
        let several = Precondition::OneOf(vec![Version(3), Version(4)]);
        assert_eq!(edit(&several, Version(4)).await, (true, vec![Some(Version(3)), Some(Version(4))]));
        assert_eq!(edit(&several, Version(5)).await, (false, vec![Some(Version(3))]));
        assert_eq!(edit(&Precondition::Any, Version(5)).await, (true, vec![None]));
        assert_eq!(edit(&Precondition::OneOf(vec![]), Version(5)).await, (false, vec![Some(UNHEARD_OF)]));
    }
}
