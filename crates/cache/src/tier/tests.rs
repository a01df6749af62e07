//! The tier, told what a connection would tell it.

use super::*;
use chrono::TimeDelta;
use domain::catalog::{ListingQuery, Slug};
use domain::{ProductId, Version};

const NOW: Timestamp = Timestamp::UNIX_EPOCH;

fn life() -> Epoch {
    Epoch::of(&["life"])
}

fn stamp(bits: u64) -> Stamp {
    Stamp { epoch: life(), generations: vec![Generation::from_bits(bits)] }
}

fn key() -> CellKey {
    CellKey::product(ProductId(7))
}

fn later() -> Timestamp {
    NOW + TimeDelta::minutes(30)
}

fn opened() -> Tier {
    let tier = Tier::new(1 << 20);
    tier.open(life(), Instant::now());
    tier
}

/// Looks as a read does before it asks the store.
fn asked(tier: &Tier) -> Moment {
    match tier.look::<String>(&key(), NOW) {
        Seen::Nothing(moment) => moment,
        Seen::Copy { .. } | Seen::Closed => panic!("there is a copy, or it is closed"),
    }
}

fn take(tier: &Tier, asked: Moment, stamp: &Stamp) -> bool {
    tier.take(asked, &key(), stamp, &Doc::encode(Version(1), &"tea".to_owned()), later())
}

/// Opens a tier with a copy.
fn holding() -> Tier {
    let tier = opened();
    assert!(take(&tier, asked(&tier), &stamp(1)));
    assert!(has(&tier));
    tier
}

fn has(tier: &Tier) -> bool {
    matches!(tier.look::<String>(&key(), NOW), Seen::Copy { .. })
}

fn is_closed(tier: &Tier) -> bool {
    matches!(tier.look::<String>(&key(), NOW), Seen::Closed)
}

#[test]
fn a_copy_is_served_until_its_time_is_over() {
    let tier = holding();
    let Seen::Copy { doc, expires_at } = tier.look::<String>(&key(), NOW) else { panic!("no copy") };
    assert_eq!((doc.decode().unwrap().as_str(), expires_at), ("tea", later()));
    assert!(tier.has(key().as_str(), key().tags(), NOW));
    assert!(matches!(tier.look::<String>(&key(), later()), Seen::Nothing(_)));
}

#[test]
fn nothing_is_taken_of_what_was_reported_meanwhile() {
    let tier = opened();
    for meddle in [
        (|tier| tier.reported(["gen:product:7".to_owned()].into_iter())) as fn(&Tier),
        |tier| tier.reported(["gen:catalog".to_owned()].into_iter()),
        |tier| tier.forget(&[Tag::product(ProductId(7))]),
        Tier::empty,
        |tier| {
            tier.close();
            tier.open(life(), Instant::now());
        },
    ] {
        let asked = asked(&tier);
        meddle(&tier);
        assert!(!take(&tier, asked, &stamp(1)) && !has(&tier));
    }
    assert!(take(&tier, asked(&tier), &stamp(1)));
}

#[test]
fn a_report_drops_the_copies_of_its_tag_alone() {
    let tier = holding();
    tier.reported(["gen:product:8".to_owned(), "gen:slug:tea".to_owned()].into_iter());
    assert!(has(&tier));
    tier.forget(&[Tag::slug(&Slug::of("Tea"))]);
    assert!(has(&tier));
    tier.reported(["gen:product:8".to_owned(), "gen:product:7".to_owned()].into_iter());
    assert!(!has(&tier) && !is_closed(&tier));
}

#[test]
fn what_this_instance_renewed_is_dropped() {
    let tier = holding();
    tier.forget(key().tags());
    assert!(!has(&tier));
}

#[test]
fn a_copy_of_a_former_generation_is_not_served() {
    let tier = opened();
    let (categories, listing) = (CellKey::categories(), CellKey::listing(&ListingQuery::default()).unwrap());
    assert_eq!(categories.tags(), listing.tags());
    let (asked, doc) = (asked(&tier), Doc::encode(Version(1), &"tea".to_owned()));
    assert!(tier.take(asked, &categories, &stamp(1), &doc, later()));
    // A reader that asked at the same moment was answered later.
    assert!(tier.take(asked, &listing, &stamp(2), &doc, later()));
    let has = |key: &CellKey| tier.has(key.as_str(), key.tags(), NOW);
    assert!(has(&listing) && !has(&categories));
}

#[test]
fn without_a_fresh_probe_it_is_closed() {
    let (long_ago, now) = (Instant::now().checked_sub(TRUST).unwrap(), Instant::now());
    let tier = holding();
    tier.heard(long_ago);
    assert!(is_closed(&tier));
    tier.heard(now);
    assert!(has(&tier));
    tier.close();
    assert!(is_closed(&tier));
    tier.heard(now);
    assert!(is_closed(&tier), "an answer opens nothing");
    tier.open(life(), now);
    assert!(!has(&tier) && !is_closed(&tier), "what another link brought is gone");
}

#[test]
fn what_another_link_brought_is_not_served_even_where_it_is_still_there() {
    let tier = holding();
    let mut state = tier.write();
    let next = state.next_link();
    state.link.as_mut().unwrap().number = next;
    drop(state);
    assert!(!has(&tier));
}

#[test]
fn emptying_leaves_it_open() {
    let tier = holding();
    tier.empty();
    assert!(!has(&tier) && take(&tier, asked(&tier), &stamp(1)) && has(&tier));
}

#[test]
fn cells_of_another_life_of_the_store_are_not_taken() {
    let tier = opened();
    let other = Stamp { epoch: Epoch::of(&["another life"]), ..stamp(1) };
    assert!(!take(&tier, asked(&tier), &other));
}

#[test]
fn it_stays_within_its_bytes() {
    let tier = Tier::new(100_000);
    tier.open(life(), Instant::now());
    let doc = Doc::encode(Version(1), &"x".repeat(1_000));
    for id in 0..1_000 {
        let (asked, key) = (asked(&tier), CellKey::product(ProductId(id + 1_000)));
        assert!(tier.take(asked, &key, &stamp(1), &doc, later()));
    }
    let stats = tier.stats();
    assert!((50_000..=100_000).contains(&stats.bytes), "{stats:?}");
    assert!(tier.has("product:1999", &[Tag::product(ProductId(1_999))], NOW));
}
