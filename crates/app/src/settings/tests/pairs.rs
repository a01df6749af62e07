//! Only two pairs of backends start.

use super::{Folder, line};
use crate::settings::{Backends, FirstGoods, Migration};
use secrecy::ExposeSecret;

const POSTGRES: (&str, &str) = ("APP__DATABASE__URL", "postgres://shop@db/shop");
const REDIS: (&str, &str) = ("APP__CACHE__URL", "redis://cache:6379");

#[test]
fn the_embedded_pair_needs_nothing() {
    let settings = Folder::new().load(&[("APP__DATA__DIR", "/var/lib/shop")]).unwrap();
    let Backends::Embedded { database_url, cache_bytes, .. } = settings.backends else {
        panic!("not embedded: {:?}", settings.backends)
    };
    assert_eq!((database_url.as_str(), cache_bytes), ("sqlite:///var/lib/shop/shop.db", 64 * 1024 * 1024));
    assert_eq!(settings.shop.first_goods, FirstGoods::Demonstration);
}

#[test]
fn postgres_goes_with_redis() {
    let settings = Folder::new().load(&[POSTGRES, REDIS]).unwrap();
    assert!(matches!(settings.backends, Backends::Server { migration: Migration::AtStart, .. }));
    assert_eq!(settings.shop.first_goods, FirstGoods::Nothing);
    let seeded = Folder::new().load(&[POSTGRES, REDIS, ("APP__SHOP__SEED_DEMO", "true")]).unwrap();
    assert_eq!(seeded.shop.first_goods, FirstGoods::Demonstration);
}

#[test]
fn other_pairs_are_refused() {
    let one_sided = [[POSTGRES].as_slice(), &[REDIS], &[POSTGRES, ("APP__CACHE__URL", "memory:")]];
    for variables in one_sided {
        let refusal = Folder::new().refusal(variables);
        assert!(refusal.contains("only two pairs start"), "{refusal}");
    }
    assert!(Folder::new().refusal(&[POSTGRES]).contains("cache.url (from the default)"));
    assert!(Folder::new().refusal(&[REDIS]).contains("database.url (from the default in data.dir)"));
}

#[test]
fn passwords_in_files_get_into_the_urls_and_are_not_shown() {
    let folder = Folder::new().file("db", "p@ss/w%41rd\n").file("cache", "hunter2\n");
    let (db, cache) = (folder.path("db"), folder.path("cache"));
    let variables =
        [POSTGRES, REDIS, ("APP__DATABASE__PASSWORD_FILE", &db), ("APP__CACHE__PASSWORD_FILE", &cache)];
    let Backends::Server { database_url, cache_url, .. } = folder.load(&variables).unwrap().backends else {
        panic!("not the server's pair")
    };
    assert_eq!(
        [database_url.expose_secret(), cache_url.expose_secret()],
        ["postgres://shop:p%40ss%2Fw%2541rd@db/shop", "redis://:hunter2@cache:6379"]
    );

    let effective = folder.effective(&variables);
    assert!(line(&effective, "cache.url").contains("redis://:***@cache:6379"), "{effective}");
    assert!(line(&effective, "database.url").contains("database.password_file"), "{effective}");
    assert!(!effective.contains("hunter2") && !effective.contains("w%2541rd"), "{effective}");
}

#[test]
fn a_password_file_that_is_of_no_use_is_refused() {
    let folder = Folder::new().file("password", "hunter2\n").file("empty", "\n");
    let (file, empty) = (folder.path("password"), folder.path("empty"));
    let twice = ("APP__CACHE__URL", "redis://:other@cache:6379");
    for (variables, advice) in [
        ([POSTGRES, twice, ("APP__CACHE__PASSWORD_FILE", &file)].as_slice(), "set one of them"),
        (&[POSTGRES, REDIS, ("APP__CACHE__PASSWORD_FILE", &empty)], "empty"),
        (&[POSTGRES, REDIS, ("APP__CACHE__PASSWORD_FILE", "/nowhere")], "cannot be read"),
        (&[("APP__DATABASE__PASSWORD_FILE", &file)], "of no use"),
    ] {
        let refusal = folder.refusal(variables);
        assert!(refusal.contains("password_file") && refusal.contains(advice), "{refusal}");
        assert!(!refusal.contains("hunter2") && !refusal.contains("other@"), "{refusal}");
    }
}

#[test]
fn redis_may_speak_tls_and_be_vouched_for_by_an_authority_of_its_own() {
    let folder = Folder::new().file("ca", "a certificate\n").file("cache", "hunter2");
    let (ca, password) = (folder.path("ca"), folder.path("cache"));
    let tls = ("APP__CACHE__URL", "rediss://shop@cache:6380");
    let variables = [POSTGRES, tls, ("APP__CACHE__CA_FILE", &ca), ("APP__CACHE__PASSWORD_FILE", &password)];
    let Backends::Server { cache_url, cache_authorities, .. } = folder.load(&variables).unwrap().backends
    else {
        panic!("not the server's pair")
    };
    assert_eq!(cache_url.expose_secret(), "rediss://shop:hunter2@cache:6380");
    assert_eq!(cache_authorities.as_deref(), Some("a certificate"));
    let effective = folder.effective(&variables);
    assert!(line(&effective, "cache.url").contains("rediss://shop:***@cache:6380"), "{effective}");
    assert!(line(&effective, "cache.ca_file").contains(&ca), "{effective}");

    for (variables, advice) in [
        ([POSTGRES, REDIS, ("APP__CACHE__CA_FILE", &ca)].as_slice(), "begins with rediss://"),
        (&[("APP__CACHE__CA_FILE", &ca)], "begins with rediss://"),
        (&[POSTGRES, tls, ("APP__CACHE__CA_FILE", "/nowhere")], "cannot be read"),
    ] {
        let refusal = folder.refusal(variables);
        assert!(refusal.contains("cache.ca_file") && refusal.contains(advice), "{refusal}");
    }
}
