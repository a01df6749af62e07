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

/// A version that nothing has, so that a store that is asked for it tells the current one.
const UNHEARD_OF: Version = Version(-1);
/// How often the current version is taken for the client's, where its field allows several.
const ATTEMPTS: u32 = 4;

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
    /// Runs an edit that insists on one version. Where the client allows several, or any, the refusal tells the current
    /// one, and the edit is tried again with that; the store alone decides.
    pub(crate) async fn enforce<T, E: StaleVersion, F>(&self, edit: impl Fn(Version) -> F) -> Result<T, E>
    where
        F: Future<Output = Result<T, E>>,
    {
        let mut outcome = edit(self.first()).await;
        for _ in 1..ATTEMPTS {
            let stale = outcome.as_ref().err().and_then(StaleVersion::stale);
            match stale.filter(|current| self.allows(*current)) {
                Some(current) => outcome = edit(current).await,
                None => break,
            }
        }
        outcome
    }

    /// Runs an edit that needs no version where the client allows any.
    pub(crate) async fn enforce_if_given<T, E: StaleVersion, F>(
        &self,
        edit: impl Fn(Option<Version>) -> F,
    ) -> Result<T, E>
    where
        F: Future<Output = Result<T, E>>,
    {
        match self {
            Self::Any => edit(None).await,
            Self::OneOf(_) => self.enforce(|version| edit(Some(version))).await,
        }
    }

    fn first(&self) -> Version {
        match self {
            Self::Any => UNHEARD_OF,
            Self::OneOf(versions) => versions.first().copied().unwrap_or(UNHEARD_OF),
        }
    }

    fn allows(&self, version: Version) -> bool {
        match self {
            Self::Any => true,
            Self::OneOf(versions) => versions.contains(&version),
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

    async fn edit(precondition: &Precondition, current: Version) -> (bool, Vec<Version>) {
        let asked = RefCell::new(Vec::new());
        let outcome = precondition
            .enforce(|version| {
                asked.borrow_mut().push(version);
                let outcome = if version == current { Ok(()) } else { Err(CatalogError::Stale { current }) };
                async move { outcome }
            })
            .await;
        (outcome.is_ok(), asked.into_inner())
    }

    #[actix_web::test]
    async fn one_version_is_asked_for_once() {
        let seen = Precondition::OneOf(vec![Version(3)]);
        assert_eq!(edit(&seen, Version(3)).await, (true, vec![Version(3)]));
        assert_eq!(edit(&seen, Version(4)).await, (false, vec![Version(3)]));
    }

    #[actix_web::test]
    async fn several_versions_and_any_follow_the_current_one() {
        let several = Precondition::OneOf(vec![Version(3), Version(4)]);
        assert_eq!(edit(&several, Version(4)).await, (true, vec![Version(3), Version(4)]));
        assert_eq!(edit(&several, Version(5)).await, (false, vec![Version(3)]));
        assert_eq!(edit(&Precondition::Any, Version(5)).await, (true, vec![UNHEARD_OF, Version(5)]));
        assert_eq!(edit(&Precondition::OneOf(vec![]), Version(5)).await, (false, vec![UNHEARD_OF]));
    }
}
