//! What staff see of the cache. The keys and what lies at one are shown as they are in the store that every instance
//! shares; the figures are those of the process that answers, also while that store is away.

use super::{Answer, Audience, Outcome, Problem, Shop, answer, kinds, paging::whole};
use crate::extract::{At, Check, FromPath, FromQuery, IfNoneMatch, Parameters, Query, Require};
use auth::InspectCache;
use domain::inspection::{CacheEntryView, CacheStats, KeyCount, KeyPage, KeyPattern, KeyQuery};
use domain::{Doc, Source, Sourced, Version};
use percent_encoding::percent_decode_str;
use serde::Serialize;

/// Lists keys that match a pattern, in no order.
///
/// A page may have fewer keys than were asked for, or none, though more follow: go on while there is a `nextCursor`. A key
/// that is there all the while is on some page, and may be on two.
#[utoipa::path(
    get,
    path = "/api/v1/admin/cache/keys",
    operation_id = "listCacheKeys",
    tag = "operations",
    params(
        ("match" = Option<String>, Query, description = "A glob as Redis' `SCAN` reads it; `*` unless given.", example = "cart:*"),
        ("count" = Option<u32>, Query, description = "About how many keys; 100 unless given.", minimum = 1, maximum = 1000),
        ("cursor" = Option<String>, Query, description = "`nextCursor` of the page before."),
    ),
    responses(
        (status = 200, description = "Some of the keys.", body = Answer<KeyPage>),
        (status = 503, description = "`unavailable`: the cache does not answer."),
    ),
    security(("bearer" = ["staff"]))
)]
pub(crate) async fn keys(
    shop: Shop,
    staff: Require<InspectCache, Query<KeyQuery>>,
    cached: IfNoneMatch,
) -> Outcome {
    let Query(query) = staff.input;
    Ok(shown(shop.cache.keys(&query).await?, &cached))
}

/// Shows what lies at a key, and whether the next read would be answered with it.
#[utoipa::path(
    get,
    path = "/api/v1/admin/cache/entries/{key}",
    operation_id = "showCacheEntry",
    tag = "operations",
    params(("key" = String, Path, description = "The key, percent-encoded.", example = "cart:2")),
    responses(
        (status = 200, description = "What lies there.", body = Answer<CacheEntryView>),
        (status = 503, description = "`unavailable`: the cache does not answer."),
    ),
    security(("bearer" = ["staff"]))
)]
pub(crate) async fn entry(
    shop: Shop,
    staff: Require<InspectCache, At<CacheKey>>,
    cached: IfNoneMatch,
) -> Outcome {
    let At(CacheKey(key)) = staff.input;
    let entry = shop.cache.entry(&key).await?;
    let entry = entry.ok_or_else(|| Problem::new(&kinds::NOT_FOUND, "There is nothing at this key."))?;
    Ok(shown(entry, &cached))
}

/// Shows what the cache of this very process has done since it started, and how it is.
#[utoipa::path(
    get,
    path = "/api/v1/admin/cache/stats",
    operation_id = "showCacheStats",
    tag = "operations",
    responses((status = 200, description = "The figures.", body = Answer<CacheStats>)),
    security(("bearer" = ["staff"]))
)]
pub(crate) async fn stats(shop: Shop, _: Require<InspectCache>, cached: IfNoneMatch) -> Outcome {
    Ok(shown(Sourced::direct(Source::Memory, shop.cache.stats()), &cached))
}

fn shown<T: Serialize>(found: Sourced<T>, cached: &IfNoneMatch) -> super::HttpResponse {
    answer::read(&found.map(|view| Doc::encode(Version::NONE, &view)), Audience::Person, cached)
}

/// A key as somebody wrote it; there may be nothing at it.
pub(crate) struct CacheKey(String);

impl FromPath for CacheKey {
    fn from_path(part: &impl Fn(&str) -> Option<String>) -> Option<Self> {
        // The router has decoded all but `%25`, `%2F` and `%2B`, so that a second decoding finds what was meant.
        let key = part("key")?;
        Some(Self(percent_decode_str(&key).decode_utf8().ok()?.into_owned()))
    }
}

impl FromQuery for KeyQuery {
    fn parse(query: &mut Parameters, check: &mut Check) -> Option<Self> {
        let pattern = query.read("match", check, KeyPattern::parse).unwrap_or_default();
        let count = query.read("count", check, |text| KeyCount::new(whole(text)?)).unwrap_or_default();
        Some(Self { pattern, count, cursor: query.take("cursor", check) })
    }
}
