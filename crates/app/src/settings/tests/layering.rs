//! Each layer wins over the one before, and every value knows where it came from.

use super::{Folder, line};
use crate::settings::{Environment, Profile, Settings, keys::KEYS};
use std::fs;

#[test]
fn without_any_file_the_compiled_in_defaults_hold() {
    let settings = Folder::new().load(&[]).unwrap();
    assert_eq!(settings.profile, Profile::Development);
    assert_eq!(settings.server.address.to_string(), "127.0.0.1:8080");
    assert_eq!(settings.auth.bcrypt_cost.get(), 12);
    assert!(settings.backends.is_embedded());
    let elsewhere = Environment::of([("APP_CONFIG_DIR", "/nowhere")]);
    assert!(Settings::load(&elsewhere).is_ok());
}

#[test]
fn each_layer_wins_over_the_one_before_and_is_named() {
    let folder = Folder::new();
    assert_eq!(line(&folder.effective(&[]), "server.port").split('#').nth(1), Some(" the default"));

    let folder = folder.file("default.toml", "[server]\nport = 1001\n");
    let default = folder.effective(&[]);
    assert!(line(&default, "server.port").contains("= 1001 ") && default.contains("default.toml"));

    let folder = folder.file("production.toml", "[server]\nport = 1003\n");
    let folder = folder.file("development.toml", "[server]\nport = 1002\n");
    let profile = folder.effective(&[]);
    assert!(line(&profile, "server.port").contains("= 1002 ") && profile.contains("development.toml"));

    let environment = folder.effective(&[("APP__SERVER__PORT", "1004")]);
    let port = line(&environment, "server.port");
    assert!(port.contains("= 1004 ") && port.contains("APP__SERVER__PORT"), "{port}");
    assert!(line(&environment, "server.host").contains("the default"));
}

#[test]
fn an_empty_variable_is_as_good_as_none() {
    let settings = Folder::new().load(&[("APP__SERVER__PORT", ""), ("APP_PROFILE", "")]).unwrap();
    assert_eq!(settings.server.address.port(), 8080);
}

#[test]
fn unknown_keys_are_refused_wherever_they_stand() {
    let folder = Folder::new().file("default.toml", "[server]\nprot = 1\n[colour]\nsky = 'blue'\n");
    let refusal = folder.refusal(&[]);
    for part in ["server.prot", "colour.sky", "default.toml", "is not a setting"] {
        assert!(refusal.contains(part), "{refusal}");
    }
    for name in ["APP__SERVER__PROT", "APP__SERVER", "APP__server__port", "APP__SERVER__PORT__X"] {
        let refusal = Folder::new().refusal(&[(name, "1")]);
        assert!(refusal.contains(name) && refusal.contains("is not a setting"), "{refusal}");
    }
}

#[test]
fn a_value_that_cannot_be_is_refused_with_its_key_its_origin_and_what_would_be_right() {
    for (variable, value, key, advice) in [
        ("APP__SERVER__PORT", "65536", "server.port", "0 to 65535"),
        ("APP__SERVER__HOST", "shop.example", "server.host", "IP address"),
        ("APP__SERVER__WORKERS", "0", "server.workers", "1 to 1024"),
        ("APP__SERVER__ALLOW_EMBEDDED", "yes", "server.allow_embedded", "true or false"),
        ("APP__SERVER__TRUSTED_PROXIES", "10.0.0.7, proxy", "server.trusted_proxies", "such as 10.0.0.7"),
        ("APP__SERVER__TRUSTED_PROXIES", "10.0.0.7/8", "server.trusted_proxies", "10.0.0.0/8"),
        ("APP__SERVER__TRUSTED_PROXIES", "::1,::/0", "server.trusted_proxies", "everybody"),
        ("APP__AUTH__BCRYPT_COST", "3", "auth.bcrypt_cost", "4 to 31"),
        ("APP__AUTH__SESSION_IDLE", "10m", "auth.session_idle", "15m to 7d"),
        ("APP__AUTH__SECRET", "short", "auth.secret", "32 bytes"),
        ("APP__SHOP__CURRENCY", "usd", "shop.currency", "ISO 4217"),
        ("APP__SHOP__SEED_DEMO", "1", "shop.seed_demo", "true or false"),
        ("APP__LOG__FORMAT", "xml", "log.format", "text or json"),
        ("APP__LOG__FILTER", "=nonsense=", "log.filter", "directives"),
        ("APP__THROTTLE__SIGN_UP_PER_ADDRESS", "-1", "throttle.sign_up_per_address", "whole number"),
        ("APP__DATABASE__URL", "mysql://db/shop", "database.url", "postgres://"),
        ("APP__DATABASE__URL", "sqlite://:memory:", "database.url", "a file"),
        ("APP__CACHE__URL", "http://cache", "cache.url", "redis://"),
        ("APP_PROFILE", "staging", "APP_PROFILE", "production"),
    ] {
        let refusal = Folder::new().refusal(&[(variable, value)]);
        for part in [variable, key, advice] {
            assert!(refusal.contains(part), "{variable}={value}: {refusal}");
        }
    }
    let refusal = Folder::new().file("default.toml", "[server\n").refusal(&[]);
    assert!(refusal.contains("default.toml") && refusal.contains("TOML"), "{refusal}");
    let refusal = Folder::new().file("default.toml", "[server]\nport = [1]\n").refusal(&[]);
    assert!(refusal.contains("server.port") && refusal.contains("single value"), "{refusal}");
}

#[test]
fn a_dot_env_file_supplies_only_our_names_and_the_real_environment_wins() {
    let folder = Folder::new().file(
        ".env",
        "APP__SERVER__PORT=1001\nAPP__SERVER__HOST=127.0.0.2\nDATABASE_URL=sqlite://other.db\nPATH=/nowhere\n",
    );
    let load = |variables| {
        Settings::load_with_origins(&folder.environment(variables).with_dot_env(folder.path(".env"))).unwrap()
    };
    let (settings, effective) = load(&[("APP__SERVER__PORT", "1002")]);
    assert_eq!(settings.server.address.to_string(), "127.0.0.2:1002");
    let effective = effective.to_string();
    assert!(line(&effective, "server.host").contains("APP__SERVER__HOST in ") && effective.contains(".env"));
    assert!(!effective.contains("other.db"), "DATABASE_URL is sea-orm-cli's");
    assert_ne!(std::env::var_os("PATH").unwrap(), "/nowhere");
    assert_eq!(std::env::var_os("APP__SERVER__HOST"), None);

    let (settings, _) = load(&[("APP_PROFILE", "test")]);
    assert_eq!(settings.server.address.to_string(), "127.0.0.1:8080", "profile test ignores .env");
}

#[test]
fn a_dot_env_file_that_cannot_be_read_is_told_without_its_values() {
    let folder = Folder::new().file(".env", "APP__AUTH__SECRET='hunter2\n");
    let refusal = Settings::load(&folder.environment(&[]).with_dot_env(folder.path(".env")));
    let refusal = refusal.unwrap_err().to_string();
    assert!(refusal.contains("APP__AUTH__SECRET") && !refusal.contains("hunter2"), "{refusal}");
}

#[test]
fn the_committed_files_explain_every_key_and_are_accepted() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../config");
    let explained = fs::read_to_string(format!("{folder}/default.toml")).unwrap();
    for key in KEYS {
        let (section, name) = key.name.rsplit_once('.').unwrap();
        let (_, rest) = explained.split_once(&format!("[{section}]\n")).unwrap();
        let of_section = rest.split("\n[").next().unwrap();
        assert!(of_section.contains(&format!("# {name} = ")), "{} is not explained", key.name);
        if let Some(default) = key.default.filter(|_| key.name != "shop.seed_demo") {
            let right = [format!("# {name} = {default} "), format!("# {name} = \"{default}\"")];
            let told = right.iter().any(|line| format!("{of_section} ").replace('\n', " ").contains(line));
            assert!(told, "the default of {} is another", key.name);
        }
    }
    for profile in ["development", "test"] {
        Settings::load(&Environment::of([("APP_CONFIG_DIR", folder), ("APP_PROFILE", profile)])).unwrap();
    }
}
